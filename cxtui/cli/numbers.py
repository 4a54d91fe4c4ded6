"""stats: every number, with its n and what stands beside it; pictures, and what a number counts."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from cxtui.cli.arguments import Parser, meant, one_of
from cxtui.cli.call import Call
from cxtui.cli.printing import counted
from cxtui.cli.reading import chosen, sight, takes_filter
from cxtui.core.metrics.facts import WINDOWS
from cxtui.core.metrics.labels import BYS
from cxtui.engine.reckoning import reckoned
from cxtui.errors import UsageError

if TYPE_CHECKING:
    from cxtui.core.behind import Behind
    from cxtui.core.metrics import Figure
    from cxtui.store import Store


def arguments(_command: str, parser: Parser) -> None:
    """What stats takes."""
    takes_filter(parser)
    parser.add_argument("--window", default="24h", type=one_of(tuple(WINDOWS)), help=", ".join(WINDOWS))
    parser.add_argument("--csv", metavar="FILE", help="as CSV into a new file; - for the output")
    parser.add_argument("--by", type=one_of(BYS), metavar="CLASS", help=f"by class too: {', '.join(BYS)}")
    parser.add_argument("--pictures", action="store_true", help="the cells of all pictures too")
    parser.add_argument(
        "--items",
        metavar="METRIC",
        help="what a number counts instead of it, such as: late_now, recommend/fast, answer_times/0-5m",
    )


def run(call: Call) -> int:
    """Print every number, or what is behind one."""
    if call.words.items and call.words.csv:
        raise UsageError("stats: --items and --csv are two questions; ask one of them")

    async def read() -> tuple[Sequence[Figure], Sequence[Behind]]:
        async with call.store() as store:
            found = await _figures(call, store)
            if call.words.items is None:
                return found, ()
            return found, await store.behind(tuple(_named(found, call.words.items).ids))

    with _no_collecting():
        found, items = asyncio.run(read())
    if call.words.items is not None:
        _say_items(call, items)
    elif call.words.csv is not None:
        _say_csv(call, found)
    elif call.options.json:
        for figure in found:
            call.say.record(figure.record())
    else:
        heads = ("number", "class", "value", "n", "kind", "")
        call.say.table(heads, [_cells(figure) for figure in found])
    return 0


@contextmanager
def _no_collecting() -> Generator[None]:
    """Python looks for no garbage: of a large store many small values are made, and none of them is any."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


async def _figures(call: Call, store: Store) -> Sequence[Figure]:
    """The numbers, and the cells of the pictures where they are asked for."""
    wanted, now, window = chosen(call), call.now(), call.words.window
    if not (call.words.pictures or call.words.items or call.words.by):
        return await reckoned(store, now, window, wanted, sight(call, now), call.config.orders)
    from cxtui.core.metrics.sheet import Question
    from cxtui.engine.counting import sheet

    asked = Question(
        now, call.config.timezone, window, "incoming", call.words.by, wanted, call.config.operator
    )
    found = await sheet(store, asked, call.config.orders)
    pictured = call.words.pictures or call.words.items
    return tuple(found.everything) if pictured else (*found.figures, *found.by_class)


def _named(figures: Sequence[Figure], name: str) -> Figure:
    """The figure that a name means: a metric, or a metric, a slash and its class."""
    names = {
        "/".join(filter(None, (one.metric, one.class_))): one for one in figures if one.kind != "reference"
    }
    if name not in names:
        raise UsageError(f"there is no number {name!r}{meant(name, tuple(names))}")
    return names[name]


def _say_csv(call: Call, figures: Sequence[Figure]) -> None:
    from cxtui.core.metrics.export import csv_lines
    from cxtui.ui.exporting import written

    if call.words.csv == "-":
        for line in csv_lines(figures):
            call.say.line(line.removesuffix("\n"))
    else:
        written(call.words.csv, figures, as_csv=True)
        call.say.note(f"{counted(len(figures), 'number')} in {call.words.csv}")


def _say_items(call: Call, items: Sequence[Behind]) -> None:
    from cxtui.cli.records import of_behind

    now = call.now()
    records = [of_behind(one, now) for one in items]
    if call.options.json:
        for record in records:
            call.say.record(record)
    elif records:
        heads = ("posted", "id", "state", "feed", "customer", "text")
        call.say.table(heads, [[str(record[head] or "-") for head in heads] for record in records])
    else:
        call.say.note("it counts nothing")


def _cells(figure: Figure) -> tuple[str, ...]:
    from cxtui.core.metrics import wording

    beside = [part for part in (wording.bounds(figure), wording.reason(figure)) if part]
    beside += [wording.REMARKS[figure.metric]] if figure.metric in wording.REMARKS else []
    beside += [f"{name}: {count}" for name, count in figure.beside]
    beside += [figure.source] if figure.kind == "reference" else []
    words = (wording.shown(figure), str(figure.n), wording.marks(figure), "; ".join(beside))
    return (figure.metric, figure.class_ or "", *words)
