"""A list that is read from its newest end is heard whole and once, late arrivals too."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from cxtui.connectors.bluesky.window import LATE, MOST, PAGES, Entry, Known, News, Pages, news

START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SIZE = 5
LONG_AGO = START - timedelta(days=1)


@dataclass
class Listed:
    """A list sorted by time; ``size`` of it make a page."""

    size: int = SIZE
    times: dict[str, int] = field(default_factory=dict[str, int])
    pages: int = 0

    def put(self, name: str, second: int) -> None:
        self.times[name] = second

    async def page(self, cursor: str) -> tuple[Iterable[Entry[str]], str]:
        self.pages += 1
        names = sorted(self.times, key=lambda name: self.times[name], reverse=True)
        begin = int(cursor or 0)
        entries = [Entry(n, at(self.times[n]), n) for n in names[begin : begin + self.size]]
        end = begin + self.size
        return entries, str(end) if end < len(names) else ""

    def read(self, before: Known | None, horizon: datetime = LONG_AGO) -> News[str]:
        return asyncio.run(news(self.page, before, horizon))


def at(second: int) -> datetime:
    return START + timedelta(seconds=second)


def names(heard: News[str]) -> list[str]:
    return [entry.name for entry in heard.new]


Step = tuple[int, int]
"""Seconds that pass, and seconds by which a post then claims to be older than it is."""

LATE_SECONDS = int(LATE.total_seconds())
steps = st.lists(
    st.lists(st.tuples(st.integers(1, 900), st.integers(0, LATE_SECONDS - 1)), max_size=8),
    min_size=1,
    max_size=6,
)


@given(steps)
def test_what_is_new_is_heard_once_and_only_that(rounds: list[list[Step]]) -> None:
    """As long as an hour holds no more than is read, and no post claims to be older than an hour."""
    listed, known, heard = Listed(), None, list[str]()
    now, taken = 0, set[int]()
    for number, posts in enumerate(rounds):
        for place, (passed, claimed) in enumerate(posts):
            now += passed
            second = now - claimed
            while second in taken:
                second += 1
            taken.add(second)
            listed.put(f"{number}.{place}", second)
        found = listed.read(known, START - timedelta(days=400))
        assert not found.gone
        assert found.whole
        heard += names(found)
        known = found.known
        assert names(listed.read(known)) == []
    assert sorted(heard) == sorted(listed.times)


@given(st.integers(0, 3 * MOST), st.sets(st.integers(0, 3 * MOST)))
def test_what_is_no_longer_listed_is_gone_unless_it_lies_below(count: int, removed: set[int]) -> None:
    listed = Listed(size=100)
    for number in range(count):
        listed.put(str(number), number)
    known = listed.read(None).known
    remembered = set(known.names)
    for number in removed:
        listed.times.pop(str(number), None)
    found = listed.read(known)
    assert names(found) == []
    gone = {str(number) for number in removed} & remembered
    assert set(found.gone) <= gone
    assert {name for name in gone if known.names[name] > found.known.floor} <= set(found.gone)


def test_what_was_not_read_is_no_news_when_the_list_grows_shorter() -> None:
    listed = Listed()
    for number in range(60):
        listed.put(str(number), number - 10_000)
    first = listed.read(None, START)
    assert len(names(first)) == SIZE
    for number in range(55, 60):
        del listed.times[str(number)]
    assert names(listed.read(first.known, START)) == []


def test_a_quiet_list_is_one_page() -> None:
    listed = Listed()
    for number in range(100):
        listed.put(str(number), number * 3600)
    known = listed.read(None).known
    listed.pages = 0
    listed.read(known)
    assert listed.pages == 1


def test_more_than_is_read_is_not_whole_and_ends() -> None:
    listed = Listed()
    listed.put("known", 0)
    known = listed.read(None).known
    for number in range(PAGES * SIZE + 1):
        listed.put(str(number), 10_000 + number)
    found = listed.read(known)
    assert not found.whole
    assert len(names(found)) == PAGES * SIZE
    assert listed.read(found.known).whole


def test_a_post_without_a_time_is_heard_once() -> None:
    listed = Listed(size=3)
    for number in range(9):
        listed.put(str(number), number * 10_000)
    timeless = listing(listed.page, Entry("odd", None, "odd"))
    known = asyncio.run(news(listed.page, None, at(50_000))).known
    assert known.floor
    first = asyncio.run(news(timeless, known, START))
    assert names(first) == ["odd"]
    assert first.known.floor
    assert names(asyncio.run(news(timeless, first.known, START))) == []


def test_no_more_is_remembered_than_is_needed() -> None:
    listed = Listed(size=100)
    for number in range(5 * MOST):
        listed.put(str(number), number)
    assert len(listed.read(None).known.names) <= MOST


def listing(page: Pages[str], more: Entry[str]) -> Pages[str]:
    """The same list with one more at its newest end."""

    async def listed(cursor: str) -> tuple[Iterable[Entry[str]], str]:
        entries, after = await page(cursor)
        return entries if cursor else [more, *entries], after

    return listed
