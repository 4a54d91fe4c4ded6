"""feeds pause, resume, log: what a person does to a feed, and how it has been."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from cxtui.cli.arguments import Parser, meant
from cxtui.cli.call import Call
from cxtui.cli.records import Record, of_feed
from cxtui.core.text import clean, one_line
from cxtui.errors import UsageError
from cxtui.store.records import stamp

if TYPE_CHECKING:
    from cxtui.core.feed import Gap
    from cxtui.store import FeedLog, FeedState, Polled


def arguments(command: str, parser: Parser) -> None:
    """They take the names of feeds."""
    many = "+" if command != "feeds log" else None
    parser.add_argument("names", nargs=many, metavar="NAME", help="a feed, as `cxtui feeds` lists it")


def run(call: Call) -> int:
    """Do it, or print the log."""
    if call.command.name == "feeds log":
        return _log(call, call.words.names)
    names = list(dict.fromkeys(call.words.names))
    known_feeds(call, names)
    for before, state in asyncio.run(_done(call, names)):
        if call.options.json:
            call.say.record(of_feed(state))
        else:
            call.say.line(f"{one_line(clean(state.feed))}: {_said(call, before, state)}")
    return 0


def known_feeds(call: Call, names: list[str]) -> None:
    """Raises: UsageError where one of the names is no feed's."""
    known = [feed.name for feed in call.config.feeds]
    for name in names:
        if name not in known:
            raise UsageError(f"no feed is called {name!r}{meant(name, known) if known else ''}")


async def _done(call: Call, names: list[str]) -> list[tuple[FeedState | None, FeedState]]:
    connectors = {feed.name: feed.connector for feed in call.config.feeds}
    async with call.store() as store:
        act = store.pause_feed if call.command.name == "feeds pause" else store.resume_feed
        before = await store.feed_states()
        after = [await act(name, call.now()) for name in names]
    return [(before.get(one.feed), replace(one, connector=connectors[one.feed])) for one in after]


def _said(call: Call, before: FeedState | None, after: FeedState) -> str:
    if call.command.name == "feeds pause":
        same = before is not None and before.state == "paused"
        return "was paused already" if same else "paused; cxtui feeds resume asks it again"
    if before is None or before.state not in ("paused", "gone", "auth") or before.next_try is not None:
        return "is asked as it is; there was nothing to resume"
    late = after.next_try is not None and after.next_try > call.now()
    if not late:
        return "asked again"
    return f"asked again from {call.local(after.next_try)}: its server asked to wait"


def _log(call: Call, name: str) -> int:
    known_feeds(call, [name])
    log = asyncio.run(_read(call, name))
    if call.options.json:
        for polled in log.polls:
            call.say.record(of_polled(name, polled))
        for gap in log.gaps:
            unread = {"from": stamp(gap.since), "to": stamp(gap.until), "why": gap.why}
            call.say.record({"feed": name, "gap": unread})
    elif log.polls or log.gaps:
        for gap in log.gaps:
            call.say.line(one_line(clean(_unread(call, gap))))
        for polled in log.polls:
            call.say.line(one_line(clean(f"{_from_to(call, polled)}: {polled.words}")))
    else:
        call.say.note(f"{name} was not polled yet")
    return 0


async def _read(call: Call, name: str) -> FeedLog:
    async with call.store() as store:
        return await store.feed_log(name)


def of_polled(feed: str, polled: Polled) -> Record:
    """One entry of a feed's log for ``--json``."""
    return {
        "feed": feed,
        "since": stamp(polled.since),
        "until": stamp(polled.until),
        "times": polled.times,
        "ok": polled.error is None,
        "new": polled.new,
        "updated": polled.updated,
        "error": polled.error,
    }


def _from_to(call: Call, polled: Polled) -> str:
    since, until = call.local(polled.since), call.local(polled.until)
    return since if since == until else f"{since} to {until}"


def _unread(call: Call, gap: Gap) -> str:
    since, until = call.local(gap.since), call.local(gap.until) if gap.until else "now"
    return f"{since}: {gap.words}" if since == until else f"{since} to {until}: {gap.words}"
