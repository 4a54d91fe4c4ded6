"""promises, promise, promise move, promise release: what is due to whom, and acts on it."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import TYPE_CHECKING, Any

from cxtui.cli.arguments import Parser
from cxtui.cli.call import Call
from cxtui.core.clock import countdown
from cxtui.core.promises import Owed, Pledged, left, one_of
from cxtui.core.triage import Act
from cxtui.core.when import EXAMPLES, when
from cxtui.errors import UsageError
from cxtui.store.records import promise_record

if TYPE_CHECKING:
    from cxtui.core.inbox import Row
    from cxtui.core.item import Verb
    from cxtui.store import Store

SHORT = 160
"""So many characters of a reply stand for what it promises."""
TIMES = EXAMPLES.removesuffix(", reply, promise")


def arguments(command: str, parser: Parser) -> None:
    """What each takes."""
    if command == "promises":
        parser.add_argument("--all", action="store_true", help="kept, late and released ones, too")
        return
    if command == "promise":
        parser.add_argument("id", metavar="ID", help="the id or short id of a row or of a message in it")
        parser.add_argument("text", nargs="+", metavar="TEXT", help="what is promised")
        parser.add_argument("--due", required=True, metavar="WHEN", help=TIMES)
        return
    parser.add_argument("id", metavar="ID", help="the id of a promise, or of a row that has only one")
    if command == "promise move":
        parser.add_argument("when", nargs="+", metavar="WHEN", help=TIMES)
    else:
        parser.add_argument("reason", nargs="+", metavar="REASON", help="why nobody is bound any more")


def run(call: Call) -> int:
    """Print them, or do the act and print what the promise is now."""
    if call.command.name == "promises":
        _list(call)
        return 0
    owed = asyncio.run(_act(call))
    if call.options.json:
        call.say.record(of_promise(owed, call.now()))
        return 0
    promise, who = owed.promise, _who(owed.row)
    said = {"open": "due", "released": "released, was due"}.get(promise.state, f"{promise.state}, was due")
    call.say.line(f"{owed.id[:8]} {who}: {said} {call.local(promise.due)}: {promise.text}")
    if call.command.name == "promise move":
        call.say.note(f"tell {who}: cxtui reply {owed.row.short} --kind holding --text …")
    return 0


def due_at(words: str, call: Call, row: Row) -> datetime:
    """The time that --due or WHEN names. Raises: UsageError."""
    config = call.config
    waits = row.interval
    hours = config.policies.hours(waits.policy, waits.calendar)
    found = when(words, call.now(), config.timezone, hours)
    if not isinstance(found, datetime):
        raise UsageError(f"a promise needs a time, not {words!r}; it may be {TIMES}")
    return found


def opens(call: Call, row: Row, text: str) -> tuple[Pledged, ...]:
    """What ``reply`` promises: by --due, or by the times that a holding text names. Raises: UsageError."""
    from cxtui.engine.promising import found

    words = call.words
    if words.due is not None and words.kind == "thanks":
        raise UsageError("thanks promise nothing; --due is for an answer or a holding reply")
    if words.due is None and words.kind != "holding":
        return ()
    pledges = found(call.config, row, text, call.now())
    if words.due is not None:
        said = next((one.text for one in pledges), text)
        said = said if len(said) <= SHORT else f"{said[: SHORT - 1]}…"
        return (Pledged(said, due_at(words.due, call, row)),)
    named = tuple(Pledged(one.text, one.due) for one in pledges if one.due is not None)
    if not named and not call.options.json:
        call.say.note("no time is named, so no promise is noted; --due WHEN notes one")
    return named


def of_promise(owed: Owed, now: datetime) -> dict[str, Any]:
    """One row of ``promises``: the record, and whom it is about. ``left`` is in seconds."""
    author, rest = owed.row.interval.author, left(owed.promise, now)
    return {
        **promise_record(owed.promise),
        "state": owed.state(now),
        "by": owed.promise.by,
        "reason": owed.promise.reason,
        "author": {
            "handle": author.handle or author.name,
            "name": author.name,
            "followers": author.followers,
        },
        "feed": owed.row.interval.opener.feed,
        "row": owed.row.id,
        "short": owed.row.short,
        "left": None if rest is None else int(rest.total_seconds()),
    }


def _list(call: Call) -> None:
    async def read() -> tuple[Owed, ...]:
        async with call.store() as store:
            return await store.promises(everything=call.words.all)

    found, now = asyncio.run(read()), call.now()
    if call.options.json:
        for one in found:
            call.say.record(of_promise(one, now))
    elif found:
        heads = ("left", "promise", "state", "due", "row", "customer", "by", "text")
        call.say.table(heads, [_cells(one, now, call) for one in found])
    else:
        call.say.note("nothing was ever promised" if call.words.all else "nothing is promised")


def _cells(owed: Owed, now: datetime, call: Call) -> tuple[str, ...]:
    promise = owed.promise
    timer = "-" if left(promise, now) is None else countdown(promise.due, now)
    text = f"({promise.reason}) {promise.text}" if promise.reason else promise.text
    known, due = owed.state(now), call.local(promise.due)
    return (timer, owed.id[:8], known, due, owed.row.short, _who(owed.row), promise.by or "-", text)


async def _act(call: Call) -> Owed:
    words = call.words
    async with call.store() as store:
        if call.command.name == "promise":
            row = await store.row(words.id)
            due = due_at(words.due, call, row)
            before = {one.id for one in await store.promises(everything=True)}
            await _do(call, store, row.id, "promised", {"text": " ".join(words.text), "due": due.isoformat()})
            return next(one for one in await store.promises(everything=True) if one.id not in before)
        owed = one_of(await store.promises(everything=True), words.id)
        if call.command.name == "promise move":
            detail = {"due": due_at(" ".join(words.when), call, owed.row).isoformat()}
            await _do(call, store, owed.row.id, "promise_moved", {"promise": owed.id, **detail})
        else:
            detail = {"promise": owed.id, "reason": " ".join(words.reason)}
            await _do(call, store, owed.row.id, "promise_released", detail)
        return next(one for one in await store.promises(everything=True) if one.id == owed.id)


async def _do(call: Call, store: Store, row: str, verb: Verb, detail: dict[str, Any]) -> None:
    await store.act(Act(row, verb, detail), call.config.operator, call.now())


def _who(row: Row) -> str:
    return row.interval.author.handle or row.interval.author.name or row.id
