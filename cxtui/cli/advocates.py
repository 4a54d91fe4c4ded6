"""advocates: who speaks for us and who against us, with the reasons. Nobody is messaged by this."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from cxtui.cli.arguments import Parser
from cxtui.cli.call import Call
from cxtui.store.records import stamp

if TYPE_CHECKING:
    from cxtui.core.item import Item
    from cxtui.core.metrics.advocacy import Reason, Standing

SHORT = 60
"""So many characters of a message are shown beside a reason."""


def arguments(_command: str, parser: Parser) -> None:
    """It can show who is on neither side, too."""
    parser.add_argument("--all", action="store_true", help="everybody who said something of us in 180 days")


def run(call: Call) -> int:
    """Print advocates, then detractors."""
    found = asyncio.run(_read(call))
    if call.options.json:
        for one, items in found:
            call.say.record(_record(one, items))
    elif found:
        heads = ("side", "points", "days", "customer", "reasons")
        call.say.table(heads, [_cells(call, one, items) for one, items in found])
    else:
        call.say.note(
            "nobody is one yet: an advocate has 5 points on 2 days and waits for nothing, a detractor -3"
        )
    return 0


async def _read(call: Call) -> list[tuple[Standing, dict[str, Item]]]:
    """Who stands where, with the items of the reasons by their ids."""
    from cxtui.core.metrics.advocacy import standings

    now, everybody = call.now(), call.words.all
    async with call.store() as store:
        found = await store.count(lambda ledger: standings(ledger, now, everybody=everybody))
        wanted = list(dict.fromkeys(reason.item for one in found for reason in one.reasons))
        behind = await store.behind(wanted)
    known = {one.id: one.item for one in behind if one.item is not None}
    return [(one, {r.item: known[r.item] for r in one.reasons if r.item in known}) for one in found]


def _record(one: Standing, items: dict[str, Item]) -> dict[str, Any]:
    latest = next(iter(items.values()), None)
    author = latest.author if latest else None
    return {
        "side": one.side,
        "author": {
            "handle": (author.handle or author.name) if author else None,
            "name": author.name if author else None,
            "followers": _followers(items),
        },
        "networks": sorted({item.network for item in items.values()}),
        "points": one.points,
        "days": one.days,
        "open": one.waits,
        "reasons": [
            {
                "what": reason.what,
                "points": reason.points,
                "at": stamp(reason.at),
                "item": reason.item,
                "text": items[reason.item].text if reason.item in items else None,
            }
            for reason in one.reasons
        ],
    }


def _cells(call: Call, one: Standing, items: dict[str, Item]) -> tuple[str, ...]:
    latest = next(iter(items.values()), None)
    author = (latest.author.handle or latest.author.name) if latest else "-"
    waits = " (waits)" if one.waits else ""
    said = "; ".join(_reason(call, reason, items.get(reason.item)) for reason in one.reasons)
    return one.side or "-", f"{one.points:g}", str(one.days), f"{author}{waits}", said


def _reason(call: Call, reason: Reason, item: Item | None) -> str:
    text = " ".join(item.text.split())[:SHORT] if item else ""
    return f"{reason.points:+g} {reason.what} {call.local(reason.at)[:10]}" + (f" “{text}”" if text else "")


def _followers(items: dict[str, Item]) -> int | None:
    known = [item.author.followers for item in items.values() if item.author.followers is not None]
    return max(known, default=None)
