"""Whose turn it is."""

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtui.core.feed import Feed
from cxtui.engine.hosts import AT_ONCE, SLOW, Turns, host_of, key, rest
from cxtui.engine.timetable import Timetable, steady

SECOND = timedelta(seconds=1)


def feed(name: str, host: str, *, own: bool = False) -> Feed:
    return Feed(name, "feed", f"https://{host}/{name}", allow_private=own)


def taken(turns: Turns, now: float) -> list[str]:
    found: list[str] = []
    while (name := turns.take(now)) is not None:
        found.append(name)
    return found


def test_all_of_a_slow_site_is_one_host() -> None:
    assert host_of(feed("a", "old.reddit.com")) == host_of(feed("b", "www.reddit.com")) == "reddit.com"
    assert key("notreddit.com") == "notreddit.com"
    assert host_of(Feed("x", "demo")) == "feed x"


@pytest.mark.parametrize(
    ("host", "others", "seconds"),
    [
        ("www.reddit.com", 0, 90), ("www.reddit.com", 39, 3600), ("api.github.com", 0, 60),
        ("lamp.zendesk.com", 0, 6), ("lamp.zendesk.com", 9, 10),
        ("shop.example", 0, 0), ("shop.example", 99, 100),
    ],
)  # fmt: skip
def test_a_hosts_rules_leave_each_feed_its_rest(host: str, others: int, seconds: int) -> None:
    assert rest(feed("a", host), others) == seconds * SECOND
    assert rest(feed("a", host, own=True), others) == timedelta()


def test_one_request_at_a_host_and_a_second_between_two_starts() -> None:
    turns = Turns([feed("a", "x.example"), feed("b", "x.example"), feed("c", "y.example")])
    for name in ("a", "b", "c", "a"):
        turns.wish(name)
    assert taken(turns, 0.0) == ["a"]
    assert taken(turns, 0.02) == ["c"]
    turns.done("x.example")
    assert taken(turns, 0.9) == []
    assert turns.wait(0.9) == pytest.approx(0.1)
    assert taken(turns, 1.0) == ["b"]
    assert len(turns) == 0


def test_reddit_waits_ninety_seconds_and_an_own_server_nothing() -> None:
    turns = Turns([feed("a", "www.reddit.com"), feed("b", "old.reddit.com"),
                   feed("c", "own", own=True), feed("d", "own", own=True)])  # fmt: skip
    for name in "abcd":
        turns.wish(name)
    started: dict[str, float] = {}
    for tick in range(200):
        for name in taken(turns, tick / 2):
            started[name] = tick / 2
            turns.done(turns.host(name))
    assert started["b"] - started["a"] == 90
    assert started["d"] - started["c"] <= 0.5


def test_a_held_host_gives_back_its_line_and_its_strikes_end_with_an_answer() -> None:
    turns = Turns([feed("a", "x.example"), feed("b", "x.example"), feed("c", "y.example")])
    for name in "abc":
        turns.wish(name)
    assert turns.take(0.0) == "a"
    assert turns.hold("x.example", 60.0, 2) == ["b"]
    turns.done("x.example")
    assert (turns.held("b"), turns.held("c"), turns.strikes("x.example")) == (60.0, 0.0, 2)
    assert taken(turns, 1.0) == ["c"]
    turns.release("x.example")
    assert turns.strikes("x.example") == 0
    assert turns.hold("elsewhere.example", 5.0, 1) == []


@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 30)), min_size=1, max_size=60),
    st.lists(st.integers(0, 40), min_size=1, max_size=60),
)
def test_no_rule_is_ever_broken(feeds: list[tuple[int, int]], lengths: list[int]) -> None:
    """Feeds of six hosts (0 is reddit) wish at any time and take any time to answer."""
    made = [feed(f"f{n}", "reddit.com" if host == 0 else f"h{host}") for n, (host, _) in enumerate(feeds)]
    turns = Turns(made)
    running: dict[str, float] = {}
    starts: dict[str, list[float]] = {}
    asked: list[float] = []
    now = 0.0
    while len(asked) < len(feeds):
        for n, (_, at) in enumerate(feeds):
            if at == now:
                turns.wish(f"f{n}")
        for name in [name for name, end in running.items() if end <= now]:
            del running[name]
            turns.done(turns.host(name))
        for name in taken(turns, now):
            assert turns.host(name) not in {turns.host(other) for other in running}
            running[name] = now + lengths[len(asked) % len(lengths)]
            starts.setdefault(turns.host(name), []).append(now)
            asked.append(now)
        assert len(running) <= AT_ONCE
        now = round(now + 0.25, 2)
        assert now < 10_000
    assert all(later - earlier >= 0.02 for earlier, later in pairwise(asked))
    for host, at in starts.items():
        pause = SLOW.get(host, 1.0)
        assert all(later - earlier >= pause for earlier, later in pairwise(at))


@given(st.lists(st.tuples(st.sampled_from("abcde"), st.integers(0, 20)), max_size=40))
def test_the_table_gives_each_feed_once_at_the_last_time_said(told: list[tuple[str, int]]) -> None:
    table = Timetable()
    for name, at in told:
        table.put(name, at)
    expected = dict(told)
    heard = [(name, now) for now in range(21) for name in table.take(now)]
    assert dict(heard) == expected
    assert len(heard) == len(expected)
    assert table.wait(0) == float("inf")


def test_what_is_dropped_is_not_due() -> None:
    table = Timetable()
    table.put("a", 1)
    table.put("b", 2)
    table.drop("a")
    assert table.wait(0) == 2
    assert list(table.take(9)) == ["b"]


def test_the_steady_clock_does_not_go_back() -> None:
    assert steady() <= steady()
