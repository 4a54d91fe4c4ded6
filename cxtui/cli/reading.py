"""list, show, explain: who waits, what was said, and why it is due when it is."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from cxtui.cli.arguments import Parser
from cxtui.cli.call import Call
from cxtui.cli.printing import counted
from cxtui.cli.records import claimed, of_message, of_row
from cxtui.core.clock import span
from cxtui.core.explain import explain
from cxtui.core.inbox import Row
from cxtui.core.interval import Interval
from cxtui.core.text import search_form
from cxtui.errors import UsageError
from cxtui.store.records import stamp

if TYPE_CHECKING:
    from cxtui.store import Message

LATE = 7
FILTERS = re.compile(
    r"-?(?:is|net|network|kind|stars|tag|due|from|lang|text|since|by|feed|thread|author|priority|tone|state)[:~]"
)
"""Words of the filter language, so that one is not taken for a plain word."""


def arguments(command: str, parser: Parser) -> None:
    """What list, show and explain take."""
    if command == "list":
        parser.add_argument("filter", nargs="*", metavar="WORD", help="only rows with all these words")
        parser.add_argument("--all", action="store_true", help="answered, closed and history too")
        parser.add_argument("--fail-late", action="store_true", help=f"exit {LATE} when a listed row is late")
    else:
        parser.add_argument("id", metavar="ID", help="the id or short id of a row or of a message in it")


def run(call: Call) -> int:
    """Print; gives 7 for --fail-late."""
    jobs = {"list": _list, "show": _show, "explain": _explain}
    return jobs[call.command.name](call)


def chosen(words: Sequence[str]) -> Callable[[Interval], bool]:
    """Whether an interval has all the words in its text, title, author or feed.

    Raises: UsageError for words of the filter language, which this version does not have.
    """
    for word in words:
        key = FILTERS.match(word)
        if key:
            raise UsageError(
                f"{word!r}: only plain words are looked for; {key[0]} is no filter of this version"
            )
    wanted = [search_form(word) for word in words]

    def keep(waits: Interval) -> bool:
        opener = waits.opener
        parts = (opener.text, opener.title or "", opener.author.handle, opener.author.name, opener.feed)
        text = search_form("\n".join(parts))
        return all(word in text for word in wanted)

    return keep


def _list(call: Call) -> int:
    keep = chosen(call.words.filter)

    async def read() -> tuple[Row, ...]:
        async with call.store() as store:
            return await store.rows(everything=call.words.all)

    now = call.now()
    rows = [row for row in asyncio.run(read()) if keep(row.interval)]
    if call.options.json:
        for row in rows:
            call.say.record(of_row(row, now, ended=call.words.all))
    elif rows:
        heads = ("due", "id", "state", "feed", "customer", "text")
        call.say.table(heads, [cells(row, now) for row in rows])
    else:
        call.say.note("nobody waits" if not call.words.filter else "no row has these words")
    return LATE if call.words.fail_late and any(late(row, now) for row in rows) else 0


def late(row: Row, now: datetime) -> bool:
    """Whether a row counts as late: its response clock has run out. Praise and probable answers never do."""
    waits = row.interval
    return waits.open and not waits.thanks and waits.probably is None and row.due < now


def cells(row: Row, now: datetime) -> tuple[str, ...]:
    """A row as `list` shows it: time left, short id, state, feed, customer, text."""
    waits = row.interval
    state: str = row.state(now)
    if late(row, now):
        state = f"{state}, late"
    who = claimed(waits, now)
    marks = [f"({counted(waits.count, 'message')})"] if waits.count > 1 else []
    marks += [f"[{waits.priority}]"] if waits.priority != "normal" else []
    marks += [f"#{tag}" for tag in waits.tags]
    marks += [f"claimed by {who}"] if who else []
    title = f"{waits.opener.title}: " if waits.opener.title else ""
    text = " ".join([*marks, f"{title}{row.text}"])
    author = waits.author.handle or waits.author.name or "-"
    return (row.timer(now) or "-", row.short, state, waits.opener.feed, author, text)


def _show(call: Call) -> int:
    async def read() -> tuple[Message, ...]:
        async with call.store() as store:
            return await store.thread(call.words.id)

    for message in asyncio.run(read()):
        if call.options.json:
            call.say.record(of_message(message))
            continue
        whose = "we" if message.ours else "customer"
        note = f", {message.note}" if message.note else ""
        call.say.line(f"{call.local(message.at)}  {message.who or '-'} ({whose}, {message.kind}{note})")
        for line in ([message.title] if message.title else []) + message.text.splitlines():
            call.say.line(f"    {line}".rstrip())
        if message.url:
            call.say.line(f"    {message.url}")
    return 0


def _explain(call: Call) -> int:
    async def read() -> Row:
        async with call.store() as store:
            return await store.row(call.words.id)

    zone, now = call.config.timezone, call.now()
    row = asyncio.run(read())
    found = explain(row, now, zone)
    if call.options.json:
        call.say.record({
            "id": row.id,
            "policy": found.policy,
            "clock": found.clock,
            "start": stamp(found.start),
            "target": int(found.target.total_seconds()),
            "calendar": found.calendar,
            "due": stamp(found.due),
            "why": found.why,
        })  # fmt: skip
        return 0
    call.say.line(f"{row.id} ({row.short})")
    call.say.line(f"policy    {found.policy}")
    call.say.line(f"clock     {found.clock.replace('_', ' ')}")
    call.say.line(f"start     {call.local(found.start)}")
    call.say.line(f"target    {span(found.target)}")
    call.say.line(f"calendar  {found.calendar}")
    call.say.line(f"due       {call.local(found.due)}")
    call.say.line(f"why       {found.why}")
    return 0
