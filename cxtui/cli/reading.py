"""list, show, explain: who waits, what was said, and why it is due when it is."""

from __future__ import annotations

import asyncio
from datetime import datetime
from difflib import get_close_matches
from math import inf
from typing import TYPE_CHECKING

from cxtui.cli.arguments import Parser, meant
from cxtui.cli.call import Call
from cxtui.cli.printing import counted
from cxtui.cli.records import claimed, of_message, of_row, terms
from cxtui.core.explain import explain
from cxtui.core.inbox import Row
from cxtui.core.rules import SELF
from cxtui.errors import UsageError
from cxtui.store.records import stamp

if TYPE_CHECKING:
    from cxtui.core.filters import Filter, Sight
    from cxtui.store import Message

LATE = 7


def arguments(command: str, parser: Parser) -> None:
    """What list, show and explain take."""
    if command == "list":
        takes_filter(parser)
        parser.add_argument("--all", action="store_true", help="answered, closed and history too")
        parser.add_argument("--fail-late", action="store_true", help=f"exit {LATE} when a listed row is late")
    else:
        parser.add_argument("id", metavar="ID", help="the id or short id of a row or of a message in it")


def run(call: Call) -> int:
    """Print; gives 7 for --fail-late."""
    jobs = {"list": _list, "show": _show, "explain": _explain}
    return jobs[call.command.name](call)


def takes_filter(parser: Parser) -> None:
    """The words that choose rows, and the name of a saved filter."""
    parser.add_argument(
        "filter", nargs="*", metavar="FILTER", help="only rows that fit, such as: is:late kind:review lamp"
    )
    parser.add_argument("--view", metavar="NAME", help="only rows of a [[view]] of the configuration")


def chosen(call: Call) -> Filter:
    """What the words and the view ask for. Raises: FilterError, UsageError where there is no such view."""
    from cxtui.core.filters import parse

    wanted = parse(" ".join(call.words.filter))
    name = call.words.view
    if name is None:
        return wanted
    views = {view.name: view.filter for view in call.config.views}
    if name not in views:
        hint = meant(name, tuple(views)) if views else "; the configuration has no [[view]]"
        raise UsageError(f"there is no view {name!r}{hint}")
    return views[name].also(wanted)


def sight(call: Call, now: datetime) -> Sight:
    """Who looks, when and where."""
    from cxtui.core.filters import Sight

    return Sight(now, call.config.timezone, call.config.operator)


def _list(call: Call) -> int:
    wanted, now = chosen(call), call.now()

    async def read() -> tuple[Row, ...]:
        async with call.store() as store:
            if wanted.empty:
                return await store.rows(everything=call.words.all)
            return await store.matching(wanted, sight(call, now), everything=call.words.all)

    rows = sorted(asyncio.run(read()), key=_place)
    if call.options.json:
        for row in rows:
            call.say.record(of_row(row, now, ended=call.words.all))
    elif rows:
        heads = ("due", "id", "state", "feed", "customer", "text")
        call.say.table(heads, [cells(row, now) for row in rows])
    else:
        call.say.note("nobody waits" if wanted.empty else nothing(call, wanted))
    return LATE if call.words.fail_late and any(late(row, now) for row in rows) else 0


def _place(row: Row) -> tuple[bool, bool, float, int, str]:
    """Where `list` has a row: open ones first, by due time; equal ones as on the screen."""
    waits, (_, due) = row.interval, terms(row.interval)
    _, _, tone, key = row.key
    return not waits.open, waits.thanks, inf if due is None else due.timestamp(), tone, key


def nothing(call: Call, wanted: Filter) -> str:
    """Why nothing was found, where that can be seen: a name that no feed has, a state that needs --all."""
    feeds = {feed.name.casefold(): feed.name for feed in call.config.feeds}
    for word in wanted.words:
        near = get_close_matches(word.value.casefold(), feeds, n=1) if word.name == "feed" else []
        if near and word.value.casefold() not in feeds:
            return f"no row fits; no feed is called {word.value!r}, did you mean {feeds[near[0]]!r}?"
        ended = word.name == "is" and word.value.lower() in ("answered", "closed", "history")
        if ended and not call.words.all:
            return f"no row fits; is:{word.value} needs --all, for only open rows are listed without it"
    return "no row fits"


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
    elif waits.closed_by is not None and waits.closed_by.startswith(SELF):
        state = f"{state}, {waits.closed_by}"
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
    found = explain(row, now, zone, call.config.policies)
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
    call.say.line(f"target    {found.allowed}")
    call.say.line(f"calendar  {found.calendar}, {found.hours}")
    call.say.line(f"due       {call.local(found.due)}")
    call.say.line(f"why       {found.short}")
    return 0
