"""A question has one answer, asked of SQLite or of the document itself."""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tinydb import TinyDB
from tinydb.queries import where as tinydb_where
from tinydb.storages import MemoryStorage

from cxtui.store.document import pack, unpack
from cxtui.store.query import Query, Value, where

SQL = sqlite3.connect(":memory:")

TEXTS = st.one_of(
    st.sampled_from(
        [
            "",
            "a",
            "ab",
            "a\0b",
            "a\0c",
            "\\u0000",
            '"',
            "[]",
            "1",
            "null",
            "é",
            "\ud83d",
            "\ude00",
            "\ud83d\ude00",
        ]
    ),
    st.text(st.characters(exclude_categories=())),
    st.text(st.sampled_from('a\0\\"u0{[é\ud800\udc00\uffff😀')),
)
BIG = st.sampled_from(
    [2**53 + 1, 2**63 - 1, -(2**63), 2**63, 2**63 + 1025, -(2**63) - 1, 2**64, 10**400, -(10**400)]
)
NUMBERS = st.one_of(
    st.integers(-2, 2),
    st.integers(),
    BIG,
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([0.0, -0.0, 0.1, 2.0**53, 2.0**63, 1e300, 5e-324]),
)
SCALARS: st.SearchStrategy[Any] = st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS)
VALUES = st.one_of(SCALARS, st.lists(SCALARS, max_size=2), st.dictionaries(TEXTS, SCALARS, max_size=2))
DOCS: st.SearchStrategy[dict[str, Any]] = st.dictionaries(
    st.sampled_from(["x", "y", "x-y", "other"]), VALUES, max_size=3
)
OPERANDS = st.one_of(SCALARS, st.just(math.nan), st.just(math.inf), st.just(-math.inf))
FIELDS = st.sampled_from(["x", "y", "x-y", "gone"])


@st.composite
def leaves(draw: st.DrawFn, operands: st.SearchStrategy[Any] = OPERANDS) -> Query:
    field = where(draw(FIELDS))
    match draw(st.sampled_from(["==", "!=", "<", "<=", ">", ">=", "one_of", "starts"])):
        case "==":
            return field == draw(operands)
        case "!=":
            return field != draw(operands)
        case "one_of":
            return field.one_of(draw(st.lists(operands, max_size=3)))
        case "starts":
            return field.starts(draw(operands.filter(lambda value: isinstance(value, str))))
        case sign:
            bound = draw(operands.filter(lambda value: value is not None))
            made: dict[str, Callable[[Any], Query]] = {
                "<": field.__lt__, "<=": field.__le__, ">": field.__gt__, ">=": field.__ge__
            }  # fmt: skip
            return made[sign](bound)


def joined(inner: st.SearchStrategy[Query]) -> st.SearchStrategy[Query]:
    return st.one_of(
        st.builds(Query.__and__, inner, inner),
        st.builds(Query.__or__, inner, inner),
        st.builds(Query.__invert__, inner),
    )


QUERIES = st.recursive(leaves(), joined, max_leaves=4)


def by_sql(query: Query, doc: Mapping[str, Any]) -> Any:
    question = f"SELECT {query.sql} FROM (SELECT ? AS doc)"  # noqa: S608 - what is tested
    return SQL.execute(question, (*query.args, pack(doc))).fetchone()[0]


@settings(max_examples=400, deadline=None)
@given(QUERIES, DOCS)
def test_sql_and_test_give_the_same_answer(query: Query, doc: dict[str, Any]) -> None:
    assert by_sql(query, doc) == query.test(unpack(pack(doc))) == query(doc)


@settings(max_examples=400, deadline=None)
@given(st.data(), SCALARS)
def test_they_agree_where_the_value_itself_is_asked_for(data: st.DataObject, value: Any) -> None:
    near = [value]
    if isinstance(value, str):
        near += [value[:-1], value[:1], value + "\0", value + "\udc00"]
    elif isinstance(value, int):
        near += [value + 1, -value, str(value)]
        near += [float(value)] if abs(value) < 10**300 else []
    query = data.draw(leaves(st.sampled_from([value for value in near if value is not None] or [0])))
    doc = {"x": value, "y": json.dumps(value)}
    assert by_sql(query, doc) == query.test(unpack(pack(doc)))


@settings(deadline=None)
@given(SCALARS)
def test_equal_finds_what_was_stored(value: Any) -> None:
    query = where("x") == value
    assert query.test({"x": value})
    assert by_sql(query, {"x": value}) == 1


@pytest.mark.parametrize(
    ("query", "doc", "fits"),
    [
        (where("x") == None, {}, True),  # noqa: E711 - a question, not a comparison
        (where("x") != None, {"x": 0}, True),  # noqa: E711
        (where("x") == True, {"x": 1}, True),  # noqa: E712
        (where("x") == "1", {"x": 1}, False),
        (where("x") == "[1]", {"x": [1]}, False),
        (where("x") != 5, {"x": "five"}, True),
        (where("x") != 5, {}, True),
        (where("x") > 5, {"x": "five"}, False),
        (where("x") < "z", {"x": 5}, False),
        (where("x") < "z", {"x": []}, False),
        (where("x") < 5, {"x": None}, False),
        (where("x") < 2, {"x": True}, True),
        (where("x").one_of([math.nan]), {"x": math.nan}, False),
        (where("x").__lt__(math.nan), {"x": 1}, False),
        (where("x") < math.inf, {"x": 1}, True),
        (where("x") < 2**70, {"x": 1}, True),
        (where("x") == 2**70, {"x": 2**70}, True),
        (where("x") == 2**70, {"x": 2**70 + 1}, False),
        (where("x") > 1, {"x": 2**70}, False),
        (where("x").one_of([]), {"x": 1}, False),
        (where("x").one_of(["a", 1, None]), {"x": 1.0}, True),
        (where("x").starts("is"), {"x": "isso:1"}, True),
        (where("x").starts(""), {"x": 3}, False),
        (where("x").starts("\ud83d"), {"x": "😀"}, False),
        (where("x").starts("\0\ud83d"), {"x": "\0😀"}, False),
        (where("x").starts("\0\ud83d"), {"x": "\0\ud83d."}, True),
        (where("x") < "b", {"x": "a\0b"}, False),
        (where("x") > "a", {"x": "b\\u0000"}, False),
        (where("x") < "a\0b", {"x": "a"}, False),
        (where("x") == "a\0b", {"x": "a\0b"}, True),
        (where("x") == "a", {"x": "a\0b"}, False),
    ],
)
def test_the_corners_are_as_written(query: Query, doc: dict[str, Any], fits: bool) -> None:  # noqa: FBT001 - a table
    assert query.test(doc) is fits
    if doc.get("x") == doc.get("x"):  # but NaN, which cannot be stored
        assert by_sql(query, doc) == fits


@settings(deadline=None)
@given(QUERIES, QUERIES)
def test_equal_questions_are_one_key_of_a_cache(one: Query, two: Query) -> None:
    assert one.is_cacheable()
    assert (one == two) == ((one.sql, one.args) == (two.sql, two.args))
    assert one != two or hash(one) == hash(two)
    assert (one & two) == (one & two)


@example([1, 1.0, True])
@settings(deadline=None)
@given(st.lists(OPERANDS, max_size=3))
def test_questions_that_are_equal_have_equal_answers(operands: list[Value]) -> None:
    queries = [where("x") == operand for operand in operands]
    for one in queries:
        for two in queries:
            if one == two:
                assert [one.test({"x": doc}) for doc in operands] == [
                    two.test({"x": doc}) for doc in operands
                ]


@settings(deadline=None)
@given(st.lists(DOCS, max_size=5), QUERIES)
def test_it_runs_on_any_tinydb(docs: list[dict[str, Any]], query: Query) -> None:
    with TinyDB(storage=MemoryStorage) as db:
        for doc in docs:
            db.insert(doc)  # pyright: ignore[reportUnknownMemberType] - TinyDB leaves it open
        first = db.search(query)
        assert [dict(doc) for doc in first] == [doc for doc in docs if query.test(doc)]
        assert db.search(query) == first


@pytest.mark.parametrize("name", ["", 'a"b', "a.b", "a b", "é", "x'"])
def test_a_field_that_sqlite_could_misread_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="no field name"):
        where(name)


def test_what_cannot_be_asked_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="list"):
        where("x").one_of([[1]])  # pyright: ignore[reportArgumentType]
    with pytest.raises(TypeError, match="None"):
        where("x").__lt__(None)  # pyright: ignore[reportArgumentType]
    with pytest.raises(TypeError):
        (where("x") == 1) & (tinydb_where("x") == 1)  # pyright: ignore[reportOperatorIssue, reportUnusedExpression]
