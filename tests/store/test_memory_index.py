"""Finding by a value in memory gives what looking at every document gives."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cxtui.store.memory import MemoryTables
from cxtui.store.query import Query, where

VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 2),
    st.sampled_from([1.0, -0.0, 2**70]),
    st.sampled_from(["", "a", "b"]),
)
DOCS = st.dictionaries(st.sampled_from(["x", "y"]), VALUES | st.just([1]), max_size=2)
WRITES = st.lists(st.tuples(st.sampled_from("klmn"), st.none() | DOCS), max_size=12)


class Given_up(Exception):  # noqa: N801
    """A commit that fails."""


def write(tables: MemoryTables, writes: list[tuple[str, dict[str, Any] | None]]) -> None:
    for key, doc in writes:
        if doc is None:
            tables.drop("t", key)
        else:
            tables.put("t", key, {**doc, "key": key})


@given(WRITES, WRITES, WRITES, VALUES, VALUES)
def test_an_index_and_a_look_at_everything_agree(
    first: list[Any], undone: list[Any], last: list[Any], x: Any, y: Any
) -> None:
    tables = MemoryTables()
    query = (where("x") == x) & (where("y") == y)
    plain = Query(query.sql, query.args, query.test)
    assert query.equal is not None
    assert plain.equal is None
    for writes, fails in ((first, False), (undone, True), (last, False)):
        try:
            with tables.commit():
                write(tables, writes)
                assert tables.find("t", query) == tables.find("t", plain)
                if fails:
                    raise Given_up  # noqa: TRY301
        except Given_up:
            pass
        assert tables.find("t", query) == tables.find("t", plain)
        assert tables.find("t", where("x") == x, order="y") == tables.find(
            "t", Query("", (), (where("x") == x).test), order="y"
        )
