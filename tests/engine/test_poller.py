"""Polling: one commit with the cursor, and no feed stops another."""

import time

from conftest import FEED, START, Clock, FakeNetwork, asks

from cxtui.core.feed import Feed
from cxtui.engine.poller import Poller
from cxtui.errors import Gone, Refused, Unreachable
from cxtui.store import Store


def poller(store: Store, clock: Clock, **networks: FakeNetwork) -> Poller:
    feeds = tuple(Feed(name, "fake", allow_private=True) for name in networks)
    return Poller(
        feeds, lambda feed: networks[feed.name], store, clock, elapsed=lambda: clock.at.timestamp() + time.monotonic()
    )


async def test_what_is_heard_stands_in_the_queue_and_the_cursor_goes_back(
    store: Store, clock: Clock, network: FakeNetwork
) -> None:
    asked = poller(store, clock, f=network)
    (result,) = await asked.once()
    assert (result.ok, result.new, result.error) == (True, 1, None)
    (row,) = await store.rows()
    assert row.id == "f:1"
    clock.forward(minutes=1)
    (again,) = await asked.once()
    assert again.new == 0
    assert network.cursors == ["", "after 1 at 09:00"]


async def test_the_cursor_survives_the_process(store: Store, clock: Clock, network: FakeNetwork) -> None:
    await poller(store, clock, f=network).once()
    await poller(store, clock, f=network).once()
    assert network.cursors == ["", "after 1 at 09:00"]


async def test_a_failing_feed_says_why_and_the_others_go_on(store: Store, clock: Clock) -> None:
    networks = {
        "down": FakeNetwork(fault=Unreachable("no answer")),
        "who": FakeNetwork(fault=Refused("wrong password")),
        "fault": FakeNetwork(fault=KeyError("id")),
        "fine": FakeNetwork([asks()]),
    }
    asked = poller(store, clock, **networks)
    results = {result.feed: result for result in await asked.once()}
    assert (results["down"].ok, results["down"].error) == (False, "no answer")
    assert results["who"].refused
    assert "KeyError" in (results["fault"].error or "")
    assert results["fine"].new == 1
    assert [s.state for s in await asked.states()] == ["down", "auth", "down", "ok"]


async def test_a_time_without_answers_is_kept_as_a_gap(
    store: Store, clock: Clock, network: FakeNetwork
) -> None:
    network.fault = Unreachable("no answer")
    asked = poller(store, clock, f=network)
    await asked.once()
    clock.forward(minutes=30)
    network.fault = None
    await asked.once()
    (gap,) = (await store.facts()).gaps
    assert (gap.since, gap.until, gap.why) == (START, clock.at, "no answer")


async def test_a_feed_gone_for_good_is_left_alone_and_says_so(
    store: Store, clock: Clock, network: FakeNetwork
) -> None:
    network.fault = Gone("410")
    asked = poller(store, clock, f=network)
    await asked.once()
    (result,) = await asked.once()
    assert result.ok
    assert "gone for good" in (result.skipped or "")
    assert len(network.cursors) == 1


async def test_the_first_poll_takes_what_is_old_as_history(
    store: Store, clock: Clock, network: FakeNetwork
) -> None:
    clock.forward(hours=25)
    await poller(store, clock, f=network).once()
    (row,) = await store.rows(everything=True)
    assert row.state(clock.at) == "history"
    assert FEED.backfill_after.total_seconds() == 86_400
