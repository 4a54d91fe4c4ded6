"""feeds pause, resume and log."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from shell import Shell

from cxtui.core.feed import Gap
from cxtui.store import FeedState

NOW = datetime(2026, 11, 22, 10, 2, tzinfo=UTC)


@pytest.fixture
def shop(shell: Shell) -> Shell:
    shell.config += '[[feeds]]\nname = "shop"\nconnector = "feed"\nurl = "https://shop.example/feed"\n'
    return shell


def test_a_pause_is_kept_and_ended_by_resume(shop: Shell) -> None:
    assert shop.run("feeds", "pause", "shop").out == "shop: paused; cxtui feeds resume asks it again\n"
    assert shop.run("feeds", "pause", "shop").out == "shop: was paused already\n"
    [record] = shop.json("feeds")
    assert (record["state"], record["connector"]) == ("paused", "feed")
    [polled] = shop.json("poll", "--once")
    assert (polled["skipped"], polled["ok"]) == ("paused", True)
    assert shop.act("feeds", "resume", "shop")["state"] == "new"
    assert "nothing to resume" in shop.run("feeds", "resume", "shop").out


def test_a_wrong_name_is_told_with_the_nearest_and_nothing_is_done(shop: Shell) -> None:
    done = shop.run("feeds", "pause", "shop", "shpo")
    assert (done.code, done.out) == (2, "")
    assert "no feed is called 'shpo', did you mean 'shop'?" in done.err
    assert shop.json("feeds")[0]["state"] == "new"


def test_readonly_refuses_a_pause(shop: Shell) -> None:
    assert shop.run("--readonly", "feeds", "pause", "shop").code == 2


def test_the_log_shows_gaps_and_polls_in_words(shop: Shell) -> None:
    async def keep() -> None:
        store = await shop.open()
        down = FeedState("shop", state="down", last_try=NOW)
        await store.put_feed_state(down, Gap("shop", NOW, None, "the server answered 503"))
        later = NOW + timedelta(minutes=29)
        await store.ingest("feed", "comment", (), later, feed="shop", state=FeedState("shop", state="ok"))
        await store.put_feed_state(down, Gap("shop", NOW, later, "the server answered 503"))
        await store.close()

    asyncio.run(keep())
    assert shop.run("feeds", "log", "shop").out.splitlines() == [
        "2026-11-22 10:02 to 2026-11-22 10:31: could not be read: the server answered 503",
        "2026-11-22 10:31: nothing new",
        "2026-11-22 10:02: failed: the server answered 503",
    ]
    first, second, gap = shop.json("feeds", "log", "shop")
    assert (first["ok"], first["new"], second["ok"], second["error"]) == (
        True, 0, False, "the server answered 503",
    )  # fmt: skip
    assert gap["gap"] == {
        "from": "2026-11-22T10:02:00Z", "to": "2026-11-22T10:31:00Z", "why": "the server answered 503",
    }  # fmt: skip
