"""feeds who: sign in to each feed and say who we are there."""

from __future__ import annotations

import asyncio
from typing import Any

from cxtui.cli.arguments import Parser
from cxtui.cli.call import Call, clock
from cxtui.cli.tending import known_feeds
from cxtui.connectors import Identity
from cxtui.core.feed import Feed
from cxtui.core.text import clean, one_line
from cxtui.engine.engine import NO_SIGN_IN, Engine
from cxtui.errors import ConfigError, CxtuiError, FeedError


def arguments(_command: str, parser: Parser) -> None:
    """It takes names of feeds."""
    parser.add_argument("names", nargs="*", metavar="FEED", help="those to sign in to; all by default")


def run(call: Call) -> int:
    """Print who we are on each; gives 4 where a sign-in was refused, 5 where a feed did not answer."""
    feeds = {feed.name: feed for feed in call.config.feeds}
    names: list[str] = call.words.names or list(feeds)
    known_feeds(call, names)
    found = asyncio.run(_asked(call, [feeds[name] for name in names]))
    for feed, who in found:
        if call.options.json:
            call.say.record(_record(feed, who))
        else:
            call.say.line(one_line(clean(f"{feed.name}: {_words(who)}")))
    codes = {who.exit_code for _, who in found if isinstance(who, CxtuiError)}
    return next((code for code in (4, 3, 5) if code in codes), 0)


async def _asked(call: Call, feeds: list[Feed]) -> list[tuple[Feed, Identity | CxtuiError | None]]:
    async with call.store() as store:
        engine = Engine(call.config, store, clock=clock)
        try:
            return [(feed, await _who(engine, feed)) for feed in feeds]
        finally:
            await engine.aclose()


async def _who(engine: Engine, feed: Feed) -> Identity | CxtuiError | None:
    try:
        return await engine.who(feed)
    except (FeedError, ConfigError) as error:
        return error


def _record(feed: Feed, who: Identity | CxtuiError | None) -> dict[str, Any]:
    record = {"feed": feed.name, "connector": feed.connector, "ok": not isinstance(who, CxtuiError)}
    if isinstance(who, Identity):
        return {**record, "handle": who.handle or None, "words": who.words or None, "error": None}
    return {
        **record,
        "handle": None,
        "words": None if who else NO_SIGN_IN,
        "error": str(who) if who else None,
    }


def _words(who: Identity | CxtuiError | None) -> str:
    match who:
        case None:
            return NO_SIGN_IN
        case Identity():
            return who.told
        case error:
            return f"failed: {error}"
