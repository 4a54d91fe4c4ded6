"""What every backend promises, in memory or in a file; and that the two never differ."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from operator import methodcaller
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from cxtui.store.memory import MemoryTables
from cxtui.store.query import Query, where
from cxtui.store.tables import Doc, Stored, Tables
from cxtui.store.tinydb import TinyTables, open_tables


class Stop(Exception):
    """Something goes wrong inside a commit."""


@pytest.fixture(params=["memory", "embedded"])
def tables(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Tables]:
    made: Tables = MemoryTables() if request.param == "memory" else open_tables(tmp_path)
    yield made
    made.close()


def test_a_document_comes_back_as_it_was_put(tables: Tables) -> None:
    doc = {"text": 'a\0"\\é😀', "n": None, "yes": True, "big": 2**80, "small": -0.5, "deep": [{"x": [1]}]}
    tables.put("items", "isso:1", doc)
    assert tables.get("items", "isso:1") == doc
    assert tables.get("items", "isso:2") is None
    assert tables.get("replies", "isso:1") is None


def test_lone_surrogates_survive_in_texts_and_keys(tables: Tables) -> None:
    tables.put("items", "a\ud800", {"text": "\udfff b \ud83d"})
    tables.put("items", "b\ud83d\ude00", {"text": "\ud83d\ude00"})
    assert tables.get("items", "a\ud800") == {"text": "\udfff b \ud83d"}
    assert tables.get("items", "b😀") == {"text": "😀"}
    assert tables.keys("items", near="a\ud800", limit=1) == ["a\ud800"]


def test_documents_are_copies_on_the_way_in_and_out(tables: Tables) -> None:
    doc: Doc = {"tags": ["a"], "pair": (1, 2)}
    tables.put("items", "1", doc)
    doc["tags"].append("b")
    found = tables.get("items", "1") or {}
    found["tags"].append("c")
    tables.find("items")[0]["tags"].append("d")
    assert tables.get("items", "1") == {"tags": ["a"], "pair": [1, 2]}


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_what_json_cannot_say_is_refused_and_nothing_is_kept(tables: Tables, value: float) -> None:
    with pytest.raises(ValueError, match="cannot be stored"):
        tables.put("items", "1", {"deep": [value]})
    with pytest.raises(ValueError, match="cannot be stored"):
        tables.append("events", {"deep": [value]})
    with pytest.raises(TypeError):
        tables.put("items", "1", {"object": object()})
    assert tables.find("items") == []
    assert tables.last("events") == 0


def test_put_replaces_and_keeps_the_place(tables: Tables) -> None:
    for key in "bac":
        tables.put("items", key, {"key": key})
    tables.put("items", "b", {"key": "b", "new": True})
    assert tables.find("items") == [{"key": "b", "new": True}, {"key": "a"}, {"key": "c"}]
    assert tables.find("items", limit=1) == [{"key": "b", "new": True}]


def test_drop_removes_and_forgives_what_is_not_there(tables: Tables) -> None:
    tables.put("items", "1", {})
    tables.drop("items", "1")
    tables.drop("items", "1")
    tables.drop("nowhere", "1")
    assert tables.get("items", "1") is None


def test_keys_are_texts_even_when_they_look_like_numbers(tables: Tables) -> None:
    for key in ("7", "07", "1"):
        tables.put("items", key, {"key": key})
    assert [doc["key"] for doc in tables.find("items")] == ["7", "07", "1"]
    assert tables.get("items", "7") == {"key": "7"}


def test_tables_of_any_name_are_apart(tables: Tables) -> None:
    names = ["a", "A", "sqlite_x", 'x"; DROP TABLE a; --', "", "\ud800", "é", "~61"]
    for name in names:
        tables.put(name, "1", {"name": name})
    assert [tables.get(name, "1") for name in names] == [{"name": name} for name in names]


def test_find_answers_by_query_order_and_limit(tables: Tables) -> None:
    with tables.commit():
        for number, due in enumerate([30.5, 10, None, "z", 20, "a", 10]):
            tables.put("intervals", str(number), {"n": number, "open": number != 4, "order": due})
        tables.put("intervals", "last", {"n": 7, "open": True})
    waiting = where("open") == True  # noqa: E712 - a question, not a comparison
    assert [doc["n"] for doc in tables.find("intervals", waiting, order="order")] == [2, 7, 1, 6, 0, 5, 3]
    assert [doc["n"] for doc in tables.find("intervals", waiting, order="order", limit=2)] == [2, 7]
    assert [doc["n"] for doc in tables.find("intervals", where("order") > 15)] == [0, 4]
    assert tables.find("intervals", limit=0) == []
    assert tables.find("nowhere", waiting, order="order") == []
    with pytest.raises(ValueError, match="no field name"):
        tables.find("intervals", order='x"')


def test_near_keys_are_those_that_begin_so_then_the_most_alike(tables: Tables) -> None:
    for key in ("isso:10", "isso:11", "isso:2", "mastodon:10", "zzz"):
        tables.put("items", key, {})
    assert tables.keys("items", near="isso:1", limit=5)[:3] == ["isso:10", "isso:11", "isso:2"]
    assert tables.keys("items", near="mastdoon:10", limit=1) == ["mastodon:10"]
    assert tables.keys("items", near="isso:1", limit=1) == ["isso:10"]
    assert tables.keys("items", near="%%%%", limit=5) == []
    assert tables.keys("nowhere", near="isso", limit=5) == []


def test_a_log_counts_up_and_never_gives_a_number_twice(tables: Tables) -> None:
    assert tables.last("log") == 0
    assert [tables.append("log", {"n": n}) for n in range(3)] == [1, 2, 3]
    tables.drop("log", "3")
    assert tables.append("log", {"n": 3}) == 4
    assert tables.last("log") == 4
    assert tables.after("log", 1) == [(2, {"n": 1}), (4, {"n": 3})]
    assert tables.after("log", 0, limit=1) == [(1, {"n": 0})]
    assert tables.after("log", 4) == tables.after("nowhere", 0) == []
    assert tables.get("log", "4") == {"n": 3}


def test_a_commit_that_fails_leaves_nothing(tables: Tables) -> None:
    tables.put("items", "old", {"n": 1})
    tables.append("log", {})
    with pytest.raises(Stop), tables.commit():  # noqa: PT012 - the block is what fails
        tables.put("items", "old", {"n": 2})
        tables.put("items", "new", {})
        tables.drop("items", "old")
        assert tables.append("log", {}) == 2
        assert tables.get("items", "old") is None
        raise Stop
    assert tables.find("items") == [{"n": 1}]
    assert tables.last("log") == 1
    assert tables.append("log", {}) == 2


def test_a_commit_inside_a_commit_joins_it(tables: Tables) -> None:
    with pytest.raises(Stop), tables.commit():  # noqa: PT012 - the block is what fails
        with tables.commit():
            tables.put("items", "inner", {})
        raise Stop
    assert tables.find("items") == []


def test_an_inner_commit_that_fails_takes_only_its_own_with_it(tables: Tables) -> None:
    with tables.commit():
        tables.put("items", "outer", {"n": 1})
        with pytest.raises(Stop), tables.commit():  # noqa: PT012 - the block is what fails
            tables.put("items", "outer", {"n": 2})
            tables.put("items", "inner", {})
            raise Stop
        tables.put("items", "after", {"n": 3})
    assert tables.find("items") == [{"n": 1}, {"n": 3}]


def test_version_moves_with_every_commit_and_not_without(tables: Tables) -> None:
    first = tables.version()
    tables.get("items", "1")
    with pytest.raises(Stop), tables.commit():  # noqa: PT012 - the block is what fails
        tables.put("items", "1", {})
        raise Stop
    with tables.commit():
        pass
    assert tables.version() == first
    tables.put("items", "1", {})
    second = tables.version()
    assert second != first
    tables.drop("items", "1")
    assert tables.version() not in {first, second}


PLAIN = st.text(st.characters(exclude_categories=(), exclude_characters="\0"), max_size=4)
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.floats(-3, 3),
    st.sampled_from(["", "a", "ab", "b"]),
    PLAIN,
)
DOCS = st.dictionaries(
    st.sampled_from(["open", "order", "contact", "x"]), VALUES | st.lists(VALUES, max_size=2)
)
NAMES = st.sampled_from(["intervals", "other"])
KEYS = st.sampled_from(["1", "2", "3", "a", "ab", "b", "\ud800", "\0"])
LIMITS = st.none() | st.integers(0, 3)
FIELDS = st.sampled_from(["open", "order", "contact", "x"])


TEXTS = st.sampled_from(["", "a", "ab", "b", "a\0b", "a\\u0000", "\udc00", "[1]", "1", "é"])


def told(found: Iterable[Stored]) -> list[tuple[int, str]]:
    return [(one.number, one.text) for one in found]


@st.composite
def queries(draw: st.DrawFn) -> Query:
    field, value = where(draw(FIELDS)), draw(VALUES)
    options = [field == value, field != value, field.one_of([value, "a", 1])]
    if isinstance(value, str):
        options.append(field.starts(value))
    if value is not None:
        options += [field < value, field >= value]
    return draw(st.sampled_from(options))


class Twins(RuleBasedStateMachine):
    """The same is done in memory and in a file, and the same must come of it."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.mkdtemp()
        self.file: TinyTables = open_tables(Path(self.folder))
        self.file._storage._file.rows("PRAGMA synchronous = OFF")  # pyright: ignore[reportPrivateUsage]
        self.other = open_tables(Path(self.folder))
        self.other._storage._file.rows("PRAGMA synchronous = OFF")  # pyright: ignore[reportPrivateUsage]
        self.memory = MemoryTables()
        self.commits: list[tuple[AbstractContextManager[None], AbstractContextManager[None]]] = []

    def both(self, ask: Callable[[Tables], Any]) -> None:
        assert ask(self.file) == ask(self.memory)

    @rule(table=NAMES, key=KEYS, doc=DOCS)
    def put(self, table: str, key: str, doc: Doc) -> None:
        self.both(methodcaller("put", table, key, doc))
        self.both(methodcaller("get", table, key))

    @rule(table=NAMES, key=KEYS)
    def drop(self, table: str, key: str) -> None:
        self.both(methodcaller("drop", table, key))
        self.both(methodcaller("get", table, key))

    @rule(table=NAMES, doc=DOCS)
    def append(self, table: str, doc: Doc) -> None:
        self.both(methodcaller("append", table, doc))

    @rule(table=NAMES, query=st.none() | queries(), order=st.none() | FIELDS, limit=LIMITS)
    def find(self, table: str, query: Query | None, order: str | None, limit: int | None) -> None:
        self.both(methodcaller("find", table, query, order=order, limit=limit))

    @rule(table=NAMES, query=queries(), limit=LIMITS)
    def newest(self, table: str, query: Query, limit: int | None) -> None:
        self.both(lambda tables: told(tables.newest(table, query, limit)))

    @rule(table=NAMES, keys=st.lists(KEYS, max_size=4))
    def known(self, table: str, keys: list[str]) -> None:
        self.both(methodcaller("known", table, keys))

    @rule(table=NAMES, field=FIELDS, texts=st.lists(KEYS | TEXTS, max_size=4))
    def look_ahead(self, table: str, field: str, texts: list[str]) -> None:
        self.both(methodcaller("look_ahead", table, field, texts))

    @rule(questions=st.lists(st.tuples(NAMES, queries()), max_size=3))
    def together(self, questions: list[tuple[str, Query]]) -> None:
        self.both(lambda tables: [*map(told, tables.together(questions))])

    @rule(
        table=NAMES, key=KEYS, field=FIELDS, others=st.lists(st.tuples(NAMES, FIELDS), min_size=1, max_size=3)
    )
    def related(self, table: str, key: str, field: str, others: list[tuple[str, str]]) -> None:
        self.both(lambda tables: [*map(told, tables.related(table, key, field, others))])

    @rule(table=NAMES, key=KEYS)
    def one(self, table: str, key: str) -> None:
        self.both(lambda tables: told(filter(None, [tables.one(table, key)])))

    @precondition(lambda self: not self.commits)
    @rule(table=NAMES, key=KEYS, doc=DOCS | st.none())
    def another_program_writes(self, table: str, key: str, doc: Doc | None) -> None:
        for tables in (self.other, self.memory):
            if doc is None:
                tables.drop(table, key)
            else:
                tables.put(table, key, doc)

    @rule(table=NAMES, near=KEYS, limit=st.integers(1, 3))
    def near(self, table: str, near: str, limit: int) -> None:
        self.both(methodcaller("keys", table, near=near, limit=limit))

    @rule(table=NAMES, seq=st.integers(0, 5), limit=LIMITS)
    def after(self, table: str, seq: int, limit: int | None) -> None:
        self.both(methodcaller("after", table, seq, limit))

    @precondition(lambda self: len(self.commits) < 3)
    @rule()
    def begin(self) -> None:
        pair = (self.file.commit(), self.memory.commit())
        for commit in pair:
            commit.__enter__()
        self.commits.append(pair)

    @precondition(lambda self: self.commits)
    @rule(well=st.booleans())
    def end(self, well: bool) -> None:  # noqa: FBT001 - drawn
        before = self.file.version(), self.memory.version()
        for commit in self.commits.pop():
            stop = None if well else Stop()
            assert not commit.__exit__(stop and Stop, stop, None)
        # In a file an inner block that was undone may count; what counts in memory always does.
        assert before[1] == self.memory.version() or before[0] != self.file.version()

    @invariant()
    def same_documents_and_numbers(self) -> None:
        for table in ("intervals", "other"):
            self.both(methodcaller("find", table))
            self.both(methodcaller("last", table))

    def teardown(self) -> None:
        while self.commits:
            self.end(well=False)
        self.same_documents_and_numbers()
        self.other.close()
        self.file.close()
        shutil.rmtree(self.folder)


TestTwins = Twins.TestCase
TestTwins.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
