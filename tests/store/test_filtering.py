"""A filter has one answer: of a row, of a stored document, and of SQL with and without the index of words."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Generator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cxtui.core.filters import FIELDS, Sight, parse
from cxtui.store import Store, open_store
from cxtui.store.document import pack, unpack
from cxtui.store.filtering import FUNCTIONS, query
from tests.store.rich_history import NOW, lived

ZONE = ZoneInfo("Asia/Vientiane")
SIGHT = Sight(NOW, ZONE, "nok")
SQL = sqlite3.connect(":memory:")
for _name, _count, _function in FUNCTIONS:
    SQL.create_function(_name, _count, _function, deterministic=True)

WORDS = (
    *(f"{field.name}:{word}" for field in FIELDS.values() for word in field.known),
    "net:mastodon", "net:feed,demo", "feed:comments", "feed~comm", "stars:<=2", "stars:1..3", "stars:>=4.5",
    "score:>6", "followers:>=1k", "followers:<100", "count:2", "count:>1", "tag:vip", "tag~v", "due:<30m",
    "due:>1h", "due:-1d..0", "due:today", "due:<2026-12-01", "waited:>2h", "waited:10m", "waited:<1d",
    "from:@mai", "from:mai", "from:@mai@x.example", "lang:lo", "lang:en", "text~refund", "text:refund",
    'title~"my order"', "since:-2w", "since:yesterday", "until:mon", "until:2026-11-22", "posted:2026-11",
    "posted:>2026-11-21", "posted:2026-11-20..2026-11-22", "by:nok", "by:me", "by:rule", "for:nok", "for:me",
    "policy:default", "priority:>=high", "priority:<normal", "id:page:1", "lamp", "ab", '"two words"',
    "ນ້ຳ", "أين", "Ｒｅｆｕｎｄ", "?", "'", "%_",
)  # fmt: skip
FILTERS = st.recursive(
    st.sampled_from(WORDS),
    lambda inner: st.one_of(
        inner.map(lambda text: f"-({text})"),
        st.tuples(inner, inner).map(" ".join),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]} | {pair[1]})"),
    ),
    max_leaves=4,
)

ODD_TEXTS = st.one_of(
    st.sampled_from(["", "mai", "@Mai", "refund", "a\0b", "\ud83d", "\ud83d\ude00", "REFUND please", "vip"]),
    st.text(st.characters(exclude_categories=()), max_size=8),
)
ODD_NUMBERS = st.one_of(
    st.integers(-2, 6),
    st.sampled_from([2**53, 2**53 + 1, 2**63, -(2**64), 10**400, 0.0, 1e300, 5e-324, 4.5]),
    st.floats(allow_nan=False, allow_infinity=False),
)
MOMENTS = st.one_of(
    st.datetimes(datetime(2026, 11, 1), datetime(2026, 12, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001 - hypothesis wants it so
        lambda at: at.isoformat().replace("+00:00", "Z")
    ),
    st.sampled_from(["2026-11-22T09:00:00", "9999-12-31T23:59:59.999999Z", "0001-01-01T00:00:00Z", "soon"]),
)
ODD = st.one_of(st.none(), st.booleans(), ODD_NUMBERS, ODD_TEXTS, MOMENTS, st.lists(ODD_TEXTS, max_size=2))


def _some(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Documents that may lack any field, or hold in it what does not belong there."""
    return st.fixed_dictionaries({}, optional={name: st.one_of(kind, ODD) for name, kind in fields.items()})


AUTHORS = _some(handle=ODD_TEXTS, name=ODD_TEXTS, followers=ODD_NUMBERS)
OPENERS = _some(
    text=ODD_TEXTS, title=ODD_TEXTS, author=AUTHORS, network=st.sampled_from(["mastodon", "feed"]),
    kind=st.sampled_from(["review", "mail", "Review"]), lang=st.sampled_from(["lo", "lo-LA", "en"]),
    visibility=st.sampled_from(["public", "direct"]), tone=st.sampled_from(["question", "praise"]),
    tone_by=st.sampled_from(["rule", "operator"]), stars=ODD_NUMBERS, scale=ODD_NUMBERS, score=ODD_NUMBERS,
    attachments=st.lists(st.just({"name": "a.png"}), max_size=1), pending=st.booleans(), url=ODD_TEXTS,
)  # fmt: skip
DOCS = _some(
    id=ODD_TEXTS, short=ODD_TEXTS, items=st.lists(ODD_TEXTS, max_size=3), opener=OPENERS, feed=ODD_TEXTS,
    tags=st.lists(ODD_TEXTS, max_size=2), policy=ODD_TEXTS, priority=st.sampled_from(["high", "low"]),
    closed_reason=st.sampled_from(["spam"]), origin=st.sampled_from(["cxtui"]), claimed_by=ODD_TEXTS,
    answered_by=ODD_TEXTS, closed_by=ODD_TEXTS, notes=ODD_NUMBERS,
    replies=st.lists(_some(by=ODD_TEXTS, at=MOMENTS), max_size=2),
    order=ODD_NUMBERS, soon=ODD_NUMBERS, start=MOMENTS, answered=MOMENTS, closed=MOMENTS, open=st.booleans(),
    snoozed_at=MOMENTS, snoozed_until=MOMENTS, claimed_until=MOMENTS, history=st.booleans(),
    thanks=st.booleans(), first=st.booleans(), contacted=MOMENTS, probably=MOMENTS, promised=MOMENTS,
)  # fmt: skip


@given(DOCS, FILTERS)
@settings(max_examples=600, deadline=None)
def test_sql_and_test_give_one_answer_of_whatever_stands_in_a_document(
    doc: dict[str, Any], text: str
) -> None:
    asked = query(parse(text).node(SIGHT))
    kept = pack(doc)
    sql = f"SELECT {asked.sql} FROM (SELECT ? AS doc)"  # noqa: S608 - what is tested
    ((by_sql,),) = SQL.execute(sql, (*asked.args, kept)).fetchall()
    assert by_sql in (0, 1)
    assert bool(by_sql) is asked.test(doc) is asked(unpack(kept))
    assert (~asked).test(doc) is not asked.test(doc)


@pytest.mark.parametrize("followers", [0, 999, 1000, 2**53, 2**53 + 1, 2**63 - 1])
def test_a_large_number_is_large_for_the_row_and_for_the_document(followers: int) -> None:
    node = parse("followers:>=1k").node(SIGHT)
    doc = {"opener": {"author": {"followers": followers}}}
    sql, args = query(node).sql, query(node).args
    ((by_sql,),) = SQL.execute(f"SELECT {sql} FROM (SELECT ? AS doc)", (*args, pack(doc))).fetchall()  # noqa: S608 - what is tested
    assert bool(by_sql) is query(node).test(doc) is (followers >= 1000)


@pytest.fixture(scope="module", params=["tinydb", "memory"])
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Generator[Store]:
    async def made(folder: Path | None) -> Store:
        opened = await open_store(folder)
        await lived(opened)
        return opened

    one = asyncio.run(made(tmp_path_factory.mktemp("store") if request.param == "tinydb" else None))
    yield one
    asyncio.run(one.close())


@given(FILTERS, st.booleans())
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_store_finds_exactly_the_rows_that_fit(store: Store, text: str, everything: bool) -> None:  # noqa: FBT001 - drawn
    wanted = parse(text)
    rows = asyncio.run(store.rows(everything=everything))
    fits = wanted.test(replace(SIGHT, drafts=frozenset({"comments:8"})))
    found = asyncio.run(store.matching(wanted, SIGHT, everything=everything))
    assert [row.id for row in found] == [row.id for row in rows if fits(row)]


def test_words_find_rows_in_a_store_whatever_their_case_width_and_vowels(store: Store) -> None:
    for text, found in (
        ("REFUND", {"comments:https://shop.example/mai.vongsa/1"}),
        ("ｌａｍｐ -refund", {"comments:k3"}),
        ("ໂຄມໄຟ", {"comments:2", "comments:k1"}),
        ("المصباح", {"reviews:v4"}),
        ('"green silk"', {"comments:5"}),
        ("text~mai.vongsa", {"comments:k1", "comments:k4"}),
        ("from:@mai.vongsa stars:<=2", {"reviews:v1", "reviews:v4"}),
        ("has:draft | tag:vip", {"comments:8", "comments:2"}),
    ):
        rows = asyncio.run(store.matching(parse(text), SIGHT, everything=True))
        assert {row.id for row in rows} == found, text


def test_a_long_list_is_asked_like_a_short_one(store: Store) -> None:
    """SQLite nests what is joined a thousand levels deep at most."""
    many = 1500
    for text, found in (
        ("tag:" + ",".join([*(f"x{n}" for n in range(many)), "vip"]), parse("tag:vip")),
        (" ".join([*(f"-tag:x{n}" for n in range(many)), "tag:vip"]), parse("tag:vip")),
        (" | ".join([*(f"text~zq{n}" for n in range(many)), "refund"]), parse("refund")),
        ("(" * 29 + " ".join(["-tag:x"] * 40) + " tag:vip" + ")" * 29, parse("tag:vip")),
    ):
        rows = [asyncio.run(store.matching(one, SIGHT, everything=True)) for one in (parse(text), found)]
        assert [row.id for row in rows[0]] == [row.id for row in rows[1]] != [], text[:40]
