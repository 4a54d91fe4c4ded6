"""A pause holds against every other writer; a feed's log stays small and says what happened."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from cxtui.core.feed import PAUSED, Gap
from cxtui.store import FeedState, Store, open_store
from cxtui.store.feeds import POLLS

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
WELL = FeedState("f", "feed", state="ok", first_ok=NOW, last_ok=NOW, last_try=NOW, next_try=NOW + MINUTE)


@pytest.fixture
async def store() -> AsyncIterator[Store]:
    store = await open_store(None)
    yield store
    await store.close()


async def polled(store: Store, at: datetime) -> None:
    await store.ingest("net", "comment", (), at, feed="f", state=WELL)


async def failed(store: Store, at: datetime, why: str = "no answer") -> None:
    await store.put_feed_state(FeedState("f", state="down", last_try=at), Gap("f", at, None, why))


async def test_a_poll_that_ends_later_does_not_end_a_pause(store: Store) -> None:
    await store.put_feed_state(WELL)
    paused = await store.pause_feed("f", NOW)
    assert (paused.state, paused.next_try) == ("paused", None)
    await polled(store, NOW + MINUTE)
    kept = (await store.feed_states())["f"]
    assert (kept.state, kept.next_try) == ("paused", None)


async def test_resuming_asks_at_once_and_closes_the_gap_of_the_pause(store: Store) -> None:
    await store.put_feed_state(WELL)
    await store.pause_feed("f", NOW)
    await store.pause_feed("f", NOW + MINUTE)
    back = await store.resume_feed("f", NOW + 5 * MINUTE)
    assert (back.state, back.next_try) == ("ok", NOW + 5 * MINUTE)
    assert (await store.feed_states())["f"] == back
    assert (await store.feed_log("f")).gaps == (Gap("f", NOW, NOW + 5 * MINUTE, PAUSED),)


async def test_resuming_never_asks_before_the_server_allows_it(store: Store) -> None:
    until = NOW + timedelta(hours=1)
    held = FeedState("f", state="down", failing_since=NOW, held_until=until, next_try=until)
    await store.put_feed_state(held)
    await store.pause_feed("f", NOW)
    back = await store.resume_feed("f", NOW + MINUTE)
    assert (back.state, back.next_try) == ("down", until)


@pytest.mark.parametrize("state", ["gone", "auth"])
async def test_a_feed_given_up_is_asked_again_when_it_is_resumed(store: Store, state: str) -> None:
    given_up = FeedState("f", state=state, failing_since=NOW, refusals=3, error="no")  # type: ignore[arg-type]
    await store.put_feed_state(given_up)
    back = await store.resume_feed("f", NOW + MINUTE)
    assert (back.state, back.next_try, back.refusals) == ("down", NOW + MINUTE, 0)


async def test_what_needs_no_resuming_stays_as_it_is(store: Store) -> None:
    await store.put_feed_state(WELL)
    assert await store.resume_feed("f", NOW) == WELL


async def test_a_feed_that_was_never_polled_can_be_paused(store: Store) -> None:
    await store.pause_feed("f", NOW)
    assert (await store.resume_feed("f", NOW)).state == "new"


async def test_polls_that_went_alike_are_one_entry(store: Store) -> None:
    for minute in range(3):
        await polled(store, NOW + minute * MINUTE)
    await failed(store, NOW + 3 * MINUTE)
    await failed(store, NOW + 4 * MINUTE)
    log = await store.feed_log("f")
    assert [one.words for one in log.polls] == ["failed: no answer, 2 times", "nothing new, 3 times"]
    assert (log.polls[1].since, log.polls[1].until) == (NOW, NOW + 2 * MINUTE)


async def test_a_log_keeps_only_its_last_entries(store: Store) -> None:
    for minute in range(POLLS + 5):
        await failed(store, NOW + minute * MINUTE, f"error {minute}")
    log = await store.feed_log("f")
    assert len(log.polls) == POLLS
    assert log.polls[0].error == f"error {POLLS + 4}"


async def test_a_state_kept_without_a_poll_is_no_entry(store: Store) -> None:
    await store.put_feed_state(WELL)
    await store.put_feed_state(WELL, Gap("f", NOW, NOW + MINUTE, "no answer"))
    log = await store.feed_log("f")
    assert log.polls == ()
    assert [gap.words for gap in log.gaps] == ["could not be read: no answer"]
