"""What a store remembers inside a commit never changes an answer, and asks less."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from cxtui.errors import StoreError
from cxtui.store.memory import MemoryTables
from cxtui.store.query import where
from cxtui.store.tables import Doc, Tables
from cxtui.store.tinydb import TinyTables, open_tables
from cxtui.store.tinydb.known import ASK, MOST, Known
from cxtui.store.tinydb.schema import insert_sql

FIELDS = ("contact", "parent")


@pytest.fixture(params=["memory", "embedded"])
def tables(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Tables]:
    made: Tables = MemoryTables() if request.param == "memory" else open_tables(tmp_path)
    yield made
    made.close()


def asked(tables: TinyTables) -> list[str]:
    """The statements that are run from now on."""
    told: list[str] = []
    tables._storage._file._sql.set_trace_callback(told.append)  # pyright: ignore[reportPrivateUsage]
    return told


def test_what_was_not_there_is_found_once_it_is_written(tables: Tables) -> None:
    tables.put("items", "0", {"contact": "nobody"})
    with tables.commit():
        assert tables.known("items", ["0", "1", "a\ud800"]) == {"0"}
        for field in FIELDS:
            tables.look_ahead("items", field, ["1", "2"])
        assert tables.find("items", where("contact") == "1") == []
        tables.put("items", "1", {"contact": "1", "parent": "2"})
        assert tables.get("items", "1") == {"contact": "1", "parent": "2"}
        assert tables.find("items", where("contact") == "1") == [{"contact": "1", "parent": "2"}]
        tables.put("items", "0", {"contact": "2"})
        assert len(tables.together([("items", where("contact") == "2")])[0]) == 1
        assert len(tables.stored("items", where("parent") == "2")) == 1


def test_a_document_that_was_dropped_can_be_put_again_in_the_same_commit(tables: Tables) -> None:
    with tables.commit():
        for n in range(3):
            tables.put("items", "1", {"n": n})
            assert tables.get("items", "1") == {"n": n}
            tables.drop("items", "1")
            assert tables.one("items", "1") is None
        tables.put("items", "1", {"n": 3})
    assert tables.find("items") == [{"n": 3}]


def test_nothing_is_remembered_of_what_was_undone(tables: Tables) -> None:
    with tables.commit():
        with pytest.raises(KeyError), tables.commit():  # noqa: PT012 - the block is what fails
            tables.put("items", "1", {"n": 1})
            tables.append("log", {})
            raise KeyError
        tables.put("items", "1", {"n": 2})
        assert tables.append("log", {}) == 1
    assert tables.find("items") == [{"n": 2}]
    assert tables.get("log", "1") == {}


def test_nothing_is_remembered_when_another_program_has_written(tmp_path: Path) -> None:
    with closing(open_tables(tmp_path)) as mine, closing(open_tables(tmp_path)) as other:
        mine.put("items", "1", {"contact": "a"})
        mine.put("items", "2", {"contact": "a"})
        with mine.commit():
            assert mine.known("items", ["1", "2", "3"]) == {"1", "2"}
            mine.look_ahead("items", "contact", ["b"])
            assert mine.append("log", {}) == 1
        other.drop("items", "1")
        other.put("items", "3", {"contact": "b"})
        other.append("log", {})
        with mine.commit():
            mine.put("items", "1", {"contact": "c"})
            mine.put("items", "3", {"contact": "b", "n": 2})
            assert mine.append("log", {}) == 3
            assert mine.find("items", where("contact") == "b") == [{"contact": "b", "n": 2}]
        assert [doc["contact"] for doc in other.find("items")] == ["a", "b", "c"]


def test_a_number_in_a_log_that_is_taken_is_passed_over(tables: Tables) -> None:
    tables.put("log", "2", {"put": True})
    assert [tables.append("log", {}) for _ in range(2)] == [3, 4]
    tables.put("log", "6", {"put": True})
    assert tables.append("log", {}) == 7


def test_a_taken_number_is_passed_over_among_many_in_one_commit(tables: Tables) -> None:
    tables.put("log", "1", {"put": True})
    with tables.commit():
        assert tables.append("log", {"n": 2}) == 2
        tables.put("log", "4", {"put": True})
        tables.put("log", "5", {"put": True})
        assert [tables.append("log", {"n": n}) for n in (6, 7)] == [6, 7]
    assert [tables.get("log", str(n)) for n in (2, 6, 7)] == [{"n": 2}, {"n": 6}, {"n": 7}]


def test_what_a_commit_wrote_of_a_new_value_is_told_without_asking(tmp_path: Path) -> None:
    with closing(open_tables(tmp_path)) as tables:
        tables.put("items", "0", {"contact": "0"})
        here = where("contact") == "a"
        told = asked(tables)
        with tables.commit():
            tables.known("items", "123")
            tables.look_ahead("items", "contact", "ab")
            tables.look_ahead("replies", "contact", "a")
            before = len(told)
            for key, contact in ("1a", "2a", "3b"):
                tables.put("items", key, {"contact": contact, "n": int(key)})
            assert [len(rows) for rows in tables.together([("items", here), ("replies", here)])] == [2, 0]
            assert tables.find("items", here, limit=1) == [{"contact": "a", "n": 1}]
            assert tables.lacks("items", "contact", "a") is False
            assert [sql for sql in told[before:] if not sql.startswith("INSERT")] == []


@pytest.mark.parametrize("change", ["moved away", "moved here", "said anew", "dropped", "undone"])
def test_what_a_commit_wrote_is_told_as_it_stands_after_changes(tables: Tables, change: str) -> None:
    tables.put("items", "0", {"contact": "0"})
    here = where("contact") == "a"
    with tables.commit():
        tables.known("items", "12")
        tables.look_ahead("items", "contact", "ab")
        tables.put("items", "1", {"contact": "a"})
        tables.put("items", "2", {"contact": "b"})
        expected: list[Doc] = [{"contact": "a"}]
        match change:
            case "moved away":
                tables.put("items", "1", {"contact": "b"})
                expected = []
            case "moved here":
                tables.put("items", "0", {"contact": "a"})
                expected *= 2
            case "said anew":
                tables.put("items", "1", {"contact": "a", "n": 1})
                expected = [{"contact": "a", "n": 1}]
            case "dropped":
                tables.drop("items", "1")
                expected = []
            case _:
                with pytest.raises(KeyError), tables.commit():  # noqa: PT012 - the block is what fails
                    tables.put("items", "3", {"contact": "a"})
                    raise KeyError
        assert tables.find("items", here) == expected
        assert len(tables.together([("items", here)])[0]) == len(expected)
        assert tables.find("items", here & (where("n") == 1)) == [doc for doc in expected if "n" in doc]
    assert tables.find("items", here) == expected


def test_a_row_that_cannot_be_written_in_the_end_takes_its_whole_commit_along(tmp_path: Path) -> None:
    with closing(open_tables(tmp_path)) as tables:
        tables.put("items", "0", {})
        tables.put("log", "0", {})
        file = tables._storage._file  # pyright: ignore[reportPrivateUsage]
        with pytest.raises(StoreError, match="failed already"), tables.commit():  # noqa: PT012 - the block is what fails
            tables.put("log", "1", {})
            assert tables.known("items", ["1"]) == set()
            tables.put("items", "1", {})
            file.later(insert_sql("items"), (1, "0", "{}", 0))
            with pytest.raises(StoreError):  # swallowed, as nobody should
                tables.find("items")
            tables.put("log", "2", {})
        assert tables.find("items") == tables.find("log") == [{}]
        tables.put("items", "1", {})
        assert tables.find("items") == [{}, {}]


def test_what_is_told_before_is_asked_once(tmp_path: Path) -> None:
    with closing(open_tables(tmp_path)) as tables:
        tables.put("items", "0", {"contact": "0"})
        names = [str(n) for n in range(1, 50)]
        told = asked(tables)
        with tables.commit():
            assert tables.known("items", names) == set()
            tables.look_ahead("items", "contact", names)
            before = len(told)
            for name in names:
                assert tables.get("items", name) is None
                assert tables.find("items", where("contact") == name) == []
        assert [sql for sql in told[before:] if sql.startswith("SELECT")] == []


def test_outside_a_commit_everything_is_asked(tmp_path: Path) -> None:
    with closing(open_tables(tmp_path)) as mine, closing(open_tables(tmp_path)) as other:
        mine.put("items", "0", {})
        assert mine.get("items", "1") is None
        assert mine.last("items") == 1
        other.put("items", "1", {"contact": "a"})
        assert mine.get("items", "1") == {"contact": "a"}
        assert mine.last("items") == 2
        assert mine.known("items", ["2"]) == set()
        other.put("items", "2", {})
        assert mine.get("items", "2") == {}


def test_what_is_remembered_has_an_end() -> None:
    known = Known()
    for n in range(MOST):
        known.note("items", str(n), n)
    assert known.number("items", "0") == 0
    known.note("items", "one more", 1)
    assert known.number("items", "0") == ASK
    known.note_lack("items", "contact", [("text", str(n)) for n in range(MOST + 1)])
    assert known.having("items", "contact", ("text", "1")) is None


def test_related_documents_are_found_by_the_text_in_a_field(tables: Tables) -> None:
    tables.put("intervals", "1", {"contact_key": "a"})
    tables.put("intervals", "2", {"contact_key": 7})
    tables.put("intervals", "3", {})
    for n, contact in enumerate(["a", 7, "7", "b", "a", None]):
        tables.put("items", str(n), {"contact": contact, "n": n})
    others = [("items", "contact"), ("nowhere", "contact"), ("intervals", "contact_key")]

    def numbers(key: str) -> list[list[int]]:
        return [
            [one.number for one in found] for found in tables.related("intervals", key, "contact_key", others)
        ]

    assert numbers("1") == [[1, 5], [], [1]]
    assert numbers("2") == numbers("3") == numbers("4") == [[], [], []]


def test_several_questions_are_answered_each_by_number(tables: Tables) -> None:
    for n in range(4):
        tables.put("items", str(n), {"contact": "ab"[n % 2]})
        tables.put("replies", str(n), {"contact": "a"})
    tables.drop("items", "0")
    tables.put("items", "0", {"contact": "a"})
    found = tables.together(
        [("replies", where("contact") == "a"), ("none", where("x") == 1), ("items", where("contact") == "a")]
    )
    assert [[one.number for one in some] for some in found] == [[1, 2, 3, 4], [], [3, 5]]
