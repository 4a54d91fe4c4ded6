"""feeds: how each configured feed is, in words."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from cxtui.connectors import Page
from cxtui.core.feed import Feed
from cxtui.engine.schedule import succeeded
from cxtui.store import FeedState
from tests.cli.shell import Shell

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
FEED = Feed("alerts", "feed", "https://shop.example/feed", promise=timedelta(minutes=5))


def test_a_promise_that_cannot_be_kept_and_a_move_are_told_below_the_table(shell: Shell) -> None:
    shell.config += '[[feeds]]\nname = "alerts"\nconnector = "feed"\nurl = "https://shop.example/feed"\n'
    state = succeeded(
        FeedState("alerts", address="https://new.example/?key=s3cret"),
        FEED,
        NOW,
        Page(next_after=timedelta(hours=1)),
    )

    async def keep() -> None:
        store = await shell.open()
        await store.put_feed_state(state)
        await store.close()

    asyncio.run(keep())
    done = shell.run("feeds")
    assert done.out.splitlines()[-2:] == [
        "alerts: this source is read every 60 min: a 5-minute promise cannot be kept here",
        "alerts: moved for good, read at https://new.example/?key=…",
    ]
    [record] = shell.json("feeds")
    assert set(record) == {"feed", "connector", "state", "last_ok", "next_try", "error", "items"}
