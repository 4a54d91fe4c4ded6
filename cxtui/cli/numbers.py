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
    from cxtui.store import Ledger

MARKS = {"counted": "", "estimate": "est.", "reference": "ref"}
FEW = 10


def arguments(_command: str, parser: Parser) -> None:
    """What stats takes."""
    parser.add_argument("filter", nargs="*", metavar="WORD", help="only rows with all these words")
    parser.add_argument("--window", default="24h", type=one_of(tuple(WINDOWS)), help=", ".join(WINDOWS))


def run(call: Call) -> int:
    """Print every number."""
    keep = chosen(call.words.filter)

    async def read() -> Ledger:
        async with call.store() as store:
            return await store.ledger()

    call.config  # noqa: B018 - its errors come before the store is opened
    now = call.now()
    ledger = asyncio.run(read())
    facts = Facts(ledger.intervals, ledger.items, ledger.replies, ledger.events, ledger.promises, ledger.gaps)
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
    value = "–" if figure.value is None else written(figure.value, figure.unit)
    if figure.class_ in ("fast", "late", "never") and 0 < figure.n < FEW:
        value = f"few ({value})"
    kind = MARKS[figure.kind] + (" ?" if figure.gaps else "")
    more = [figure.why] if figure.why else []
    if figure.low is not None and figure.high is not None:
        more.append(f"{written(figure.low, figure.unit)} to {written(figure.high, figure.unit)}")
    elif figure.low is not None and figure.value is None:
        value = f"> {written(figure.low, figure.unit)}"
    more += [f"{name}: {count}" for name, count in figure.beside]
    return (figure.metric, figure.class_ or "", value, str(figure.n), kind.strip(), "; ".join(more))


def written(value: float, unit: str) -> str:
    """A number with its unit, for people."""
    if unit == "s":
        return span(timedelta(seconds=value))
    if unit == "%":
        return f"{value:.0%}"
    return f"{value:.0f}" if value == int(value) else f"{value:.1f}"
