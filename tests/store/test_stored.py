"""Documents as they lie there, page by page and by number: the same in memory and in a file."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxtui.store.contacts import OPEN
from cxtui.store.memory import MemoryTables
from cxtui.store.query import where
from cxtui.store.tables import Stored, Tables
from cxtui.store.tinydb import open_tables


@pytest.fixture(params=["memory", "embedded"])
def tables(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Tables]:
    made: Tables = MemoryTables() if request.param == "memory" else open_tables(tmp_path)
    yield made
    made.close()


@contextmanager
def both() -> Generator[tuple[Tables, Tables]]:
    with TemporaryDirectory() as folder:
        pair = MemoryTables(), open_tables(Path(folder))
        yield pair
        for made in pair:
            made.close()


def keys(found: list[Stored]) -> list[str]:
    return [json.loads(one.text)["key"] for one in found]


PLACES = st.lists(st.tuples(st.booleans(), st.integers(0, 4) | st.floats(0, 4)), max_size=12)


@settings(deadline=None)
@given(PLACES, st.integers(1, 5))
def test_pages_one_behind_the_other_are_the_whole_list(places: list[tuple[bool, float]], length: int) -> None:
    with both() as pair:
        for tables in pair:
            for n, (is_open, order) in enumerate(places):
                tables.put("intervals", str(n), {"key": str(n), "open": is_open, "order": order})
            whole = keys(tables.stored("intervals", OPEN, order="order"))
            assert whole == [doc["key"] for doc in tables.find("intervals", OPEN, order="order")]
            found = list[str]()
            after: tuple[float, str] | None = None
            while page := keys(tables.stored("intervals", OPEN, order="order", after=after, limit=length)):
                assert len(page) <= length
                found += page
                after = places[int(page[-1])][1], page[-1]
            assert found == whole


def test_open_is_asked_as_any_other_value(tables: Tables) -> None:
    for n, value in enumerate([True, False, None, "open"]):
        tables.put("intervals", str(n), {"key": str(n), "open": value, "order": n})
    assert keys(tables.stored("intervals", OPEN)) == ["0"]
    assert tables.find("intervals", OPEN) == tables.find("intervals", where("open") == True)  # noqa: E712 - a query


def test_a_page_behind_a_row_that_is_gone_leaves_nothing_out(tables: Tables) -> None:
    for n, order in enumerate([1, 2, 2, 3]):
        tables.put("intervals", str(n), {"key": str(n), "open": True, "order": order})
    tables.drop("intervals", "1")
    assert keys(tables.stored("intervals", OPEN, order="order", after=(2, "1"))) == ["2", "3"]


def test_a_stamp_moves_with_its_document_only(tables: Tables) -> None:
    assert tables.stamps("items") == []
    for n in range(3):
        tables.put("items", str(n), {"key": str(n), "n": 0})
    before = dict(tables.stamps("items"))
    tables.put("items", "1", {"key": "1", "n": 1})
    tables.drop("items", "0")
    after = dict(tables.stamps("items"))
    assert list(after) == [2, 3]
    assert after[2] != before[2]
    assert after[3] == before[3]


def test_documents_are_found_by_their_numbers_with_their_stamps(tables: Tables) -> None:
    for n in range(4):
        tables.put("items", str(n), {"key": str(n)})
    found = tables.numbered("items", [4, 2, 9])
    assert keys(found) == ["1", "3"]
    assert [(one.number, one.stamp) for one in found] == [s for s in tables.stamps("items") if s[0] in (2, 4)]
    assert tables.numbered("nowhere", [1]) == []


def test_a_table_that_another_program_drops_and_makes_again_is_as_it_is_there(tmp_path: Path) -> None:
    mine, other = open_tables(tmp_path), open_tables(tmp_path)
    mine.put("t", "1", {"n": 1})
    other._storage.drop("t")  # pyright: ignore[reportPrivateUsage]
    assert mine.find("t") == []
    assert mine.get("t", "1") is None
    other.put("t", "2", {"n": 2})
    assert mine.find("t") == [{"n": 2}]
    other._storage.drop("t")  # pyright: ignore[reportPrivateUsage]
    mine.put("t", "3", {"n": 3})
    assert other.find("t") == [{"n": 3}]
    for tables in (mine, other):
        tables.close()


def test_a_table_made_in_a_commit_that_fails_is_not_there_afterwards(tables: Tables) -> None:
    with pytest.raises(KeyError), tables.commit():  # noqa: PT012 - the block is what fails
        assert tables.find("t") == []
        tables.put("t", "1", {})
        assert tables.find("t") == [{}]
        raise KeyError
    assert tables.find("t") == []
    tables.put("t", "1", {"again": True})
    assert tables.find("t") == [{"again": True}]
