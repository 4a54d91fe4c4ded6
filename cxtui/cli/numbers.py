"""stats: every number, with its n and what stands beside it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

from cxtui.cli.arguments import Parser, one_of
from cxtui.cli.call import Call
from cxtui.cli.reading import chosen
from cxtui.core.clock import span
from cxtui.core.metrics import Facts, figures
from cxtui.core.metrics.facts import WINDOWS

if TYPE_CHECKING:
    from cxtui.core.metrics import Figure

MARKS = {"counted": "", "estimate": "est.", "reference": "ref"}
FEW = 10


def arguments(_command: str, parser: Parser) -> None:
    """What stats takes."""
    parser.add_argument("filter", nargs="*", metavar="WORD", help="only rows with all these words")
    parser.add_argument("--window", default="24h", type=one_of(tuple(WINDOWS)), help=", ".join(WINDOWS))


def run(call: Call) -> int:
    """Print every number."""
    keep = chosen(call.words.filter)

    async def read() -> Facts:
        async with call.store() as store:
            return await store.facts()

    now = call.now()
    facts = asyncio.run(read())
    if call.words.filter:
        facts = facts.narrowed(keep)
    found = figures(facts, now, call.words.window)
    if call.options.json:
        for figure in found:
            call.say.record(figure.record())
    else:
        heads = ("number", "class", "value", "n", "kind", "")
        call.say.table(heads, [_cells(figure) for figure in found])
    return 0


def _cells(figure: Figure) -> tuple[str, ...]:
    kind = " ".join(part for part in (MARKS[figure.kind], "?" if figure.gaps else "") if part)
    beside = [figure.why] if figure.why else []
    if figure.value is not None and figure.low is not None and figure.high is not None:
        beside.append(f"{written(figure.low, figure.unit)} to {written(figure.high, figure.unit)}")
    beside += [f"{name}: {count}" for name, count in figure.beside]
    beside += [figure.source] if figure.kind == "reference" else []
    return (figure.metric, figure.class_ or "", _value(figure), str(figure.n), kind, "; ".join(beside))


def _value(figure: Figure) -> str:
    """A few outcomes are no percentage; a curve that does not reach still says how far it got."""
    if figure.value is None:
        return f"> {written(figure.low, figure.unit)}" if figure.low is not None else "–"
    if figure.metric == "recommend" and figure.n < FEW:
        return "few"
    return written(figure.value, figure.unit)


def written(value: float, unit: str) -> str:
    """A number with its unit, for people."""
    if unit == "seconds":
        return span(timedelta(seconds=value))
    if unit == "rate":
        return f"{value:.0%}"
    return f"{value:.0f}" if value == int(value) else f"{value:.1f}"
