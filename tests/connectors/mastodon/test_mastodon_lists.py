"""Mastodon: between two polls nothing is lost, whatever came and however the server turns its pages."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtui.connectors.mastodon.lists import (
    PAGE,
    PAGES,
    REMEMBERED,
    News,
    Sheet,
    Turn,
    backward,
    forward,
    names,
)
from cxtui.connectors.mastodon.wire import Entry, Pairs, links
from cxtui.http import Answer, Headers
from tests.connectors.mastodon.straight import US, Desk

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
EVER = datetime(2000, 1, 1, tzinfo=UTC)


class Rows:
    """A list of a server. Its ids say nothing of their order."""

    def __init__(
        self,
        count: int = 0,
        *,
        size: int = PAGE,
        min_id: bool = True,
        prev: str = "min_id",
        link: bool = True,
    ) -> None:
        self.entries: list[Entry] = []
        self.size = size
        self.min_id = min_id
        self.prev = prev
        self.link = link
        self.turned = 0
        self.made = 0
        self.more(count)

    def more(self, count: int) -> list[str]:
        for _ in range(count):
            number, self.made = self.made, self.made + 1
            at = NOON + timedelta(minutes=number)
            self.entries.insert(0, Entry(f"{(number * 7919) % 100_003:x}", at.isoformat()))
        return names(self.entries[:count])

    @property
    def turn(self) -> Turn[Entry]:
        return self._turn

    async def _turn(self, query: Pairs) -> Sheet[Entry]:
        self.turned += 1
        asked = dict(query)
        rows = self.entries
        place = {name: number for number, name in enumerate(names(rows))}
        if "max_id" in asked:
            rows = rows[place[asked["max_id"]] + 1 :]
        page = rows[: self.size]
        if "since_id" in asked:
            page = rows[: place[asked["since_id"]]][: self.size]
        if "min_id" in asked and self.min_id:
            newer = rows[: place[asked["min_id"]]]
            page = newer[-self.size :]
        if not page or not self.link:
            return page, {}
        return page, self._links(page)

    def _links(self, page: Sequence[Entry]) -> Mapping[str, Pairs]:
        ids = names(page)
        return {"next": (("max_id", ids[-1]),), "prev": ((self.prev, ids[0]),)}


def read(turn: Turn[Entry], seen: tuple[str, ...] | None, way: str = "forward") -> News[Entry]:
    one = forward if way == "forward" else backward
    return asyncio.run(one(turn, seen, EVER))


@given(
    st.integers(1, 100),
    st.lists(st.integers(0, 130), max_size=4),
    st.integers(1, PAGE),
    st.sampled_from([(True, "min_id"), (False, "min_id"), (False, "since_id")]),
    st.sampled_from(["forward", "backward"]),
)
def test_every_entry_is_heard_once(
    first: int, later: list[int], size: int, server: tuple[bool, str], way: str
) -> None:
    """Whether a server knows the way forward or not; and where that is said to be missed, it is."""
    rows = Rows(first, size=size, min_id=server[0], prev=server[1])
    seen = read(rows.turn, None, way).seen
    for count in later:
        expected = rows.more(count)
        heard: list[str] = []
        while True:
            news = read(rows.turn, seen, way)
            seen = news.seen
            heard = [*names(news.entries), *heard]
            assert len(seen) <= REMEMBERED
            if not news.entries or not news.whole:
                break
        assert len(heard) == len(set(heard))
        if news.whole:
            assert heard == expected
        else:
            assert count >= PAGES * size
            assert set(heard) <= set(expected)


@pytest.mark.parametrize("prev", ["min_id", "since_id"])
def test_where_the_way_forward_is_unknown_the_way_back_is_gone(prev: str) -> None:
    rows = Rows(1, min_id=False, prev=prev)
    seen = read(rows.turn, None).seen
    new = rows.more(3 * PAGE)
    assert names(read(rows.turn, seen).entries) == new


def test_what_a_poll_has_no_room_for_comes_at_the_next() -> None:
    rows = Rows(1)
    seen = read(rows.turn, None).seen
    new = rows.more(PAGE * PAGES + 5)
    rows.turned = 0
    first = read(rows.turn, seen)
    assert rows.turned == PAGES
    assert first.whole
    second = read(rows.turn, first.seen)
    assert [*names(second.entries), *names(first.entries)] == new


def test_where_nothing_is_new_one_page_is_asked_for() -> None:
    rows = Rows(100)
    seen = read(rows.turn, None).seen
    rows.turned = 0
    assert not read(rows.turn, seen).entries
    assert rows.turned == 1


@pytest.mark.parametrize("way", ["forward", "backward"])
def test_a_list_that_was_empty_is_known(way: str) -> None:
    rows = Rows(0)
    seen = read(rows.turn, None, way).seen
    assert seen == ()
    new = rows.more(3)
    later = asyncio.run(
        (forward if way == "forward" else backward)(rows.turn, seen, NOON + timedelta(days=9))
    )
    assert names(later.entries) == new


def test_at_first_no_page_is_read_behind_what_is_history() -> None:
    rows = Rows(200)
    news = asyncio.run(backward(rows.turn, None, NOON + timedelta(minutes=150)))
    assert (len(news.entries), news.whole, rows.turned) == (80, True, 2)


def test_more_than_there_are_pages_for_is_a_gap() -> None:
    rows = Rows(1, min_id=False)
    seen = read(rows.turn, None).seen
    rows.more(PAGE * PAGES + 5)
    assert not read(rows.turn, seen).whole


def test_a_full_page_without_a_way_on_is_a_gap() -> None:
    rows = Rows(1, min_id=False, link=False)
    seen = read(rows.turn, None).seen
    rows.more(PAGE - 1)
    assert read(rows.turn, seen).whole
    seen = read(rows.turn, seen).seen
    rows.more(PAGE + 5)
    assert not read(rows.turn, seen).whole


def test_a_deleted_entry_of_ours_ends_the_way_back_at_an_older_one() -> None:
    rows = Rows(50, min_id=False)
    seen = read(rows.turn, None).seen
    del rows.entries[0]
    new = rows.more(2)
    assert names(read(rows.turn, seen, "backward").entries) == new


async def test_a_gap_is_told() -> None:
    desk = Desk(page=5)
    connector = desk.reading("lamps")
    desk.says(US, "the first")
    cursor = (await desk.poll(connector)).cursor
    for number in range(60):
        desk.says(US, f"Post {number}")
    page = await desk.poll(connector, cursor)
    assert len(page.items) == 50
    assert "some may be missing" in (page.gap or "")
    assert (await desk.poll(connector, page.cursor)).gap is None


async def test_all_of_a_rush_is_heard() -> None:
    desk = Desk(page=40, per_window=10_000)
    connector = desk.reading()
    desk.asks("the first")
    cursor = (await desk.poll(connector)).cursor
    new = [desk.asks(f"where is lamp {number}?") for number in range(450)]
    heard: list[str] = []
    while True:
        page = await desk.poll(connector, cursor)
        assert page.gap is None
        if page.not_modified:
            break
        heard += [arrival.native for arrival in page.items]
        cursor = page.cursor
    assert heard == new


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", {}),
        ('<https://a.example/x?max_id=7&limit=40>; rel="next"', {"next": (("max_id", "7"), ("limit", "40"))}),
        ("<https://a.example/x?max_id=7>; rel=next, </x?min_id=9>; rel=prev",
         {"next": (("max_id", "7"),), "prev": (("min_id", "9"),)}),
        ('<https://a.example/x?types%5B%5D=mention&types%5B%5D=poll&a=1,2>; title="x"; rel="prev start"',
         dict.fromkeys(("prev", "start"), (("types[]", "mention"), ("types[]", "poll"), ("a", "1,2")))),
        ("<https://a.example/x?max_id=7>", {}),
        ('<http://[x/?max_id=7>; rel="next"', {}),
        ("nonsense; rel=next, <<>>", {}),
    ],
)  # fmt: skip
def test_the_way_on_is_read_from_the_header_link(header: str, expected: dict[str, Pairs]) -> None:
    answer = Answer(200, Headers([(b"Link", header.encode())]), b"", "https://a.example/x")
    assert links(answer) == expected
