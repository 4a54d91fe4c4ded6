"""The embedded store is a TinyDB, from its own questions to its operations."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tinydb import TinyDB, operations
from tinydb import where as tinydb_where
from tinydb.table import Document

from cxtui.store.query import Query, where
from cxtui.store.tinydb import open_db
from cxtui.store.tinydb.storage import SqliteStorage

WAITING = [where("state") == "waiting", tinydb_where("state") == "waiting"]


class Stop(Exception):
    """Something goes wrong inside a commit."""


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Any]:
    made: Any = open_db(tmp_path / "cxtui.db")
    with made:
        made.table("items").insert_multiple(
            {"n": n, "state": state} for n, state in enumerate(["waiting", "held"] * 2)
        )
        yield made


@pytest.mark.parametrize("waiting", WAITING, ids=["ours", "theirs"])
def test_it_is_asked_and_changed_by_both_kinds_of_question(db: Any, waiting: Any) -> None:
    items = db.table("items")
    assert isinstance(db, TinyDB)
    assert items.search(waiting) == [{"n": 0, "state": "waiting"}, {"n": 2, "state": "waiting"}]
    assert items.get(waiting) == {"n": 0, "state": "waiting"}
    assert items.count(waiting) == 2
    assert items.contains(waiting)
    assert items.update({"seen": True}, waiting) == [1, 3]
    assert items.update(operations.increment("n"), waiting) == [1, 3]  # pyright: ignore[reportUnknownMemberType] - TinyDB leaves it open
    assert items.upsert({"state": "done"}, waiting) == [1, 3]
    assert items.upsert({"state": "waiting"}, waiting) == [5]
    assert items.all()[0] == {"n": 1, "state": "done", "seen": True}
    assert items.remove(waiting) == [5]
    assert not items.contains(waiting)
    assert len(items) == len(list(items)) == 4


def test_ids_are_numbers_or_the_texts_they_were_given(db: Any) -> None:
    items = db.table("items")
    named = Document({"n": 9}, doc_id="isso:1")  # pyright: ignore[reportArgumentType] - a natural id
    assert items.insert(named) == "isso:1"
    assert items.get(doc_id="isso:1") == {"n": 9}
    assert items.insert({}) == 6
    assert items.get(doc_id=6) == {}
    assert items.get(doc_id=99) is None
    assert [doc.doc_id for doc in items] == [1, 2, 3, 4, "isso:1", 6]
    assert items.get(doc_ids=[6, 1, 99]) == [{"n": 0, "state": "waiting"}, {}]
    assert items.update({"n": 7}, doc_ids=[1, 99, 1]) == [1, 1]
    assert items.remove(doc_ids=[1, 99]) == [1]
    with pytest.raises(ValueError, match="already"):
        items.insert(named)
    assert items.upsert(Document({"n": 8}, doc_id=2)) == [2]
    assert items.get(doc_id=2) == {"n": 8, "state": "held"}


def test_many_updates_of_one_document_follow_each_other(db: Any) -> None:
    items = db.table("items")
    held = where("state") == "held"
    assert items.update_multiple([({"n": 7}, held), ({"seen": True}, tinydb_where("n") == 7)]) == [2, 2, 4, 4]
    assert items.count(where("seen") == True) == 2  # noqa: E712 - a question, not a comparison
    assert items.update({"state": "done"}) == [1, 2, 3, 4]


def test_what_names_no_document_is_an_error(db: Any) -> None:
    items = db.table("items")
    with pytest.raises(RuntimeError, match="query"):
        items.get()
    with pytest.raises(RuntimeError, match="truncate"):
        items.remove()
    with pytest.raises(ValueError, match="query"):
        items.upsert({})
    assert len(items) == 4


def test_ids_beyond_sqlites_numbers_are_kept(db: Any) -> None:
    items = db.table("items")
    for doc_id in (2**70, -3, 0):
        assert items.insert(Document({"id": str(doc_id)}, doc_id=doc_id)) == doc_id
        assert items.get(doc_id=doc_id) == {"id": str(doc_id)}
    assert items.insert(Document({}, doc_id=6)) == 6
    assert items.insert({}) == 9


def test_an_empty_table_may_be_kept(db: Any) -> None:
    assert len(db.table("empty", persist_empty=True)) == 0
    assert db.tables() == {"items", "empty"}


def test_an_id_once_given_is_not_given_again(db: Any) -> None:
    items = db.table("items")
    items.remove(doc_ids=[4])
    assert items.insert({}) == 5


def invert(doc: dict[str, Any]) -> None:
    doc["n"] = 1 // doc["n"]


def test_one_bad_document_of_many_leaves_none(db: Any) -> None:
    items = db.table("items")
    with pytest.raises(ValueError, match="Mapping"):
        items.insert_multiple([{"n": 5}, "no document"])
    with pytest.raises(ZeroDivisionError):
        items.update(invert, tinydb_where("n") < 3)
    assert [doc["n"] for doc in items] == [0, 1, 2, 3]


def test_commits_nest_and_undo(db: Any) -> None:
    items = db.table("items")
    with pytest.raises(Stop), db.commit():  # noqa: PT012 - the block is what fails
        items.truncate()
        with db.commit():
            db.table("new").insert({})
        raise Stop
    assert len(items) == 4
    assert db.tables() == {"items"}
    with db.commit(), db.commit():
        items.insert({})
    assert len(items) == 5


@pytest.mark.parametrize("waiting", WAITING, ids=["ours", "theirs"])
def test_answers_that_were_undone_are_forgotten(db: Any, waiting: Any) -> None:
    items = db.table("items")
    with pytest.raises(Stop), db.commit():  # noqa: PT012 - the block is what fails
        items.update({"state": "waiting"})
        assert items.count(waiting) == 4
        raise Stop
    assert items.count(waiting) == 2


def test_answers_are_remembered_but_are_copies(db: Any) -> None:
    items = db.table("items")
    asked: list[int] = []

    def even(doc: dict[str, Any]) -> bool:
        asked.append(doc["n"])
        return doc["n"] % 2 == 0

    first = items.search(even)
    first[0]["n"] = 99
    assert items.search(even) == [{"n": 0, "state": "waiting"}, {"n": 2, "state": "waiting"}]
    assert asked == [0, 1, 2, 3]


def test_an_indexed_question_looks_at_no_other_document(db: Any) -> None:
    db.table("intervals").insert_multiple(
        {"open": n % 2 == 0, "order": n, "short": f"s{n}"} for n in range(4)
    )
    file = db.storage._file
    for query, order in [
        (where("short") == "s1", "id"),
        (where("short").one_of(["s1", "s2"]), "id"),
        (where("short").starts("s"), "id"),
        (where("order") < 2, """doc ->> '$."order"', id"""),
        ((where("open") == True) & (where("feed") != "x"), """doc ->> '$."order"', id"""),  # noqa: E712
    ]:
        plan = "EXPLAIN QUERY PLAN SELECT * FROM intervals WHERE "
        found = file.rows(f"{plan} {query.sql} ORDER BY {order}", query.args)
        assert b"SEARCH intervals USING INDEX" in found[0][3], query


def test_tables_are_listed_emptied_and_dropped(db: Any) -> None:
    items = db.table("items")
    db.insert({"x": 1})
    assert db.tables() == {"items", "_default"}
    items.truncate()
    assert items.all() == []
    assert items.insert({}) == 1
    db.drop_table("items")
    assert db.tables() == {"_default"}
    db.drop_tables()
    assert db.tables() == set()
    assert len(items) == 0


def test_other_layers_of_tinydb_work_on_the_same_storage(db: Any, tmp_path: Path) -> None:
    stock: Any = TinyDB(tmp_path / "cxtui.db", storage=SqliteStorage)
    with stock:
        items = stock.table("items")
        assert items.count(tinydb_where("state") == "waiting") == 2
        assert items.insert({"state": "waiting"}) == 5
        items.remove(doc_ids=[1])
        stock.table("new").insert({"x": 1})
        stock.drop_table("new")
    query: Query = where("state") == "waiting"
    assert [doc.doc_id for doc in db.table("items").search(query)] == [3, 5]


def test_what_is_written_is_there_after_opening_again(db: Any, tmp_path: Path) -> None:
    db.close()
    again: Any = open_db(tmp_path / "cxtui.db")
    with again:
        assert [doc["n"] for doc in again.table("items")] == [0, 1, 2, 3]
