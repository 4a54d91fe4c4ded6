"""Polling: one commit with the cursor, and no feed stops another."""

import time
from datetime import timedelta

import pytest
from engine_fakes import FEED, START, Clock, FakeNetwork, asks

from cxtui.core.feed import Feed
from cxtui.core.triage import Act
from cxtui.engine.poller import Poller
from cxtui.errors import Gone, Refused, StoreError, Throttled, Unreachable
from cxtui.store import Store


def poller(store: Store, clock: Clock, **networks: FakeNetwork) -> Poller:
    feeds = tuple(Feed(name, "fake", allow_private=True) for name in networks)
    return Poller(
        feeds,
        lambda feed: networks[feed.name],
        store,
        clock,
        elapsed=lambda: clock.at.timestamp() + time.monotonic(),
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
        "nothing": FakeNetwork(gives_no_page=True),
        "fine": FakeNetwork([asks()]),
    }
    asked = poller(store, clock, **networks)
    results = {result.feed: result for result in await asked.once()}
    assert (results["down"].ok, results["down"].error) == (False, "no answer")
    assert results["who"].refused
    assert "KeyError" in (results["fault"].error or "")
    assert "it gave no page" in (results["nothing"].error or "")
    assert results["fine"].new == 1
    assert [s.state for s in await asked.states()] == ["down", "auth", "down", "down", "ok"]


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


def placed(store: Store, clock: Clock, networks: dict[str, FakeNetwork], **urls: str) -> Poller:
    feeds = tuple(Feed(name, "fake", url) for name, url in urls.items())
    return Poller(
        feeds,
        lambda feed: networks[feed.name],
        store,
        clock,
        elapsed=lambda: clock.at.timestamp() + time.monotonic(),
    )


async def test_a_host_that_asks_to_wait_is_left_alone_by_all_its_feeds_even_after_a_restart(
    store: Store, clock: Clock
) -> None:
    busy = Throttled("busy", clock.at + timedelta(hours=2), "x.example")
    networks = {"a": FakeNetwork(fault=busy), "b": FakeNetwork(), "c": FakeNetwork()}
    urls = {"a": "https://x.example/a", "b": "https://x.example/b", "c": "https://y.example/"}
    results = await placed(store, clock, networks, **urls).once()
    assert [bool(result.skipped) for result in results] == [False, True, False]
    assert "2026-11-22T11:00:00Z: the server asked to wait" in (results[1].skipped or "")
    clock.forward(hours=1)
    again = await placed(store, clock, networks, **urls).once()
    assert [bool(result.skipped) for result in again] == [True, True, False]
    clock.forward(hours=1, seconds=1)
    networks["a"].fault = None
    assert not any(result.skipped for result in await placed(store, clock, networks, **urls).once())


async def test_a_host_without_a_time_is_left_alone_twice_as_long_each_time(
    store: Store, clock: Clock
) -> None:
    busy = Throttled("busy", host="x.example")
    networks = {"a": FakeNetwork(fault=busy), "b": FakeNetwork(fault=busy)}
    urls = {"a": "https://x.example/a", "b": "https://x.example/b"}
    waits: list[timedelta] = []
    for _ in range(3):
        asked = placed(store, clock, networks, **urls)
        await asked.once()
        until = max(s.held_until for s in await asked.states() if s.held_until)
        waits.append(until - clock.at)
        clock.at = until + timedelta(seconds=1)
    minutes = [round(wait.total_seconds() / 60) for wait in waits]
    assert minutes == [15, 30, 60]


async def test_a_clock_that_jumps_frees_nobody_and_starves_nobody(
    store: Store, clock: Clock, network: FakeNetwork
) -> None:
    beats = 0.0
    asked = Poller(
        (Feed("a", "fake", "https://x.example/"),), lambda _: network, store, clock, elapsed=lambda: beats
    )
    network.fault = Throttled("busy", clock.at + timedelta(hours=1), "x.example")
    await asked.once()
    for days in (1, -2):
        clock.forward(days=days)
        (result,) = await asked.once()
        left = clock.at + timedelta(hours=1)
        assert f"not before {left:%Y-%m-%dT%H:%M:%SZ}" in (result.skipped or "")
    assert (await store.feed_states())["a"].held_until == clock.at + timedelta(hours=1)
    beats += 3601
    network.fault = None
    assert (await asked.once())[0].skipped is None


async def test_another_address_in_the_configuration_forgets_what_the_old_one_said(
    store: Store, clock: Clock, network: FakeNetwork
) -> None:
    network.fault = Gone("410")
    await placed(store, clock, {"a": network}, a="https://x.example/old").once()
    network.fault = None
    (result,) = await placed(store, clock, {"a": network}, a="https://x.example/new").once()
    assert (result.ok, result.skipped, network.cursors) == (True, None, ["", ""])


async def test_a_page_of_which_something_is_known_has_no_gap(
    store: Store, clock: Clock, network: FakeNetwork
) -> None:
    asked = poller(store, clock, f=network)
    await asked.once()
    network.gap = "all its entries changed"
    await asked.once()
    assert (await store.facts()).gaps == ()
    network.said = [asks("2", "new"), asks("3", "new, too")]
    await asked.once()
    (gap,) = (await store.facts()).gaps
    assert gap.why == "all its entries changed"
    assert (await asked.states())[0].narrow == 1


async def test_a_broken_store_ends_the_polling_with_its_own_words(
    store: Store, clock: Clock, network: FakeNetwork
) -> None:
    asked = poller(store, clock, f=network)
    await asked.states()
    await store.close()
    with pytest.raises(StoreError, match="not open"):
        await asked.once()


async def test_somebody_who_waits_keeps_a_quiet_feed_at_its_pace(
    store: Store, clock: Clock, network: FakeNetwork
) -> None:
    asked = poller(store, clock, f=network)
    await asked.once()
    clock.forward(days=8)
    await asked.once()
    assert (await asked.states())[0].every == timedelta(minutes=12)
    await store.act(Act("f:1", "closed", {"reason": "spam"}), "nok", clock.at)
    await asked.once()
    assert (await asked.states())[0].every == timedelta(minutes=30)
