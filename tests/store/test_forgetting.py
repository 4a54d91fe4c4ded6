"""Who is forgotten leaves no word and no name in any file, and moves no number."""

from __future__ import annotations

import json
import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cxtui.core.item import Voice
from cxtui.core.metrics import figures
from cxtui.core.search import form
from cxtui.core.triage import Act
from cxtui.errors import Conflict, Unlawful, UsageError
from cxtui.store import Outgoing, Store, open_store
from cxtui.store.forgetting import apply_tombstones, forget
from cxtui.store.tinydb import open_tables
from cxtui.store.tombstones import Tombstones
from tests.store.rich_history import HANDLE, MAI, NAME, NOW, OURS, TEXTS, hear_all, says, sent, spoken_of

SECRETS = (
    HANDLE, NAME, *TEXTS, *OURS, "called twice", "velvet", "green silk", "burnt cable", "a draft to",
    "Rue Setthathirath",
)  # fmt: skip


@pytest.fixture(params=["memory", "embedded"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    store = await open_store(tmp_path / "data" if request.param == "embedded" else None)
    yield store
    await store.close()


async def numbers(store: Store) -> list[tuple[Any, ...]]:
    facts = replace(await store.facts(), people=())  # who was merged with somebody forgotten is not any more
    return [
        (f.metric, f.class_, f.value, f.n, f.low, f.high, f.why)
        for window in ("all", "7d")
        for f in figures(facts, NOW, window)
    ]


async def told(store: Store) -> str:
    """All that the store gives out."""
    rows = await store.rows(everything=True)
    threads = [await store.thread(row.id) for row in rows]
    feeds = [await store.feed_states(), await store.feed_log("chat")]
    kept = [await store.export(), await store.outbox(everything=True), *feeds]
    return json.dumps([repr(rows), repr(threads), repr(kept)], ensure_ascii=False)


def traces(folder: Path) -> list[tuple[str, str]]:
    """Every file that has any of the secrets in any spelling, byte by byte."""
    found: list[tuple[str, str]] = []
    for path in folder.rglob("*"):
        raw = path.read_bytes() if path.is_file() else b""
        for secret in SECRETS:
            spelled = {secret, form(secret), secret.casefold()}
            forms = [text.encode(code) for text in spelled for code in ("utf-8", "utf-16-le", "utf-16-be")]
            forms += [json.dumps(text)[1:-1].encode() for text in spelled]
            if any(one in raw for one in forms):
                found.append((path.name, secret))
    return found


async def test_no_number_moves_and_nothing_given_out_names_them(store: Store) -> None:
    await spoken_of(store)
    before, rows = await numbers(store), await store.rows(everything=True)
    given = await told(store)
    assert all(secret in given for secret in (HANDLE, NAME, "velvet", TEXTS[0]))
    gone = await store.forget(HANDLE, NOW)
    assert (gone.items, gone.people) == (10, 1)
    assert await numbers(store) == before
    out = await told(store)
    assert [secret for secret in SECRETS if secret in out] == []
    after = await store.rows(everything=True)
    assert sorted((r.state(NOW), r.due, r.short) for r in after) == sorted(
        (r.state(NOW), r.due, r.short) for r in rows
    )


async def test_what_the_feeds_still_show_stays_forgotten(store: Store) -> None:
    await spoken_of(store)
    await store.forget(f"@{HANDLE}", NOW)
    before, rows = await numbers(store), await store.rows(everything=True)
    for hours in (1, 30):
        await hear_all(store, NOW + timedelta(hours=hours))
    assert await numbers(store) == before
    assert await store.rows(everything=True) == rows
    out = await told(store)
    assert [secret for secret in SECRETS if secret in out] == []


async def test_every_act_on_what_is_left_still_counts_the_same(store: Store) -> None:
    await spoken_of(store)
    await store.forget(HANDLE, NOW)
    before = await numbers(store)
    own = says("r9", 479.9, f"to {NAME}, late but here", Voice("desk"), own="strong", thread="2", parent="3")
    await store.ingest("feed", "comment", [own], NOW, feed="comments")
    assert NAME not in await told(store)
    assert await numbers(store) != before, "an answer heard later answers the row"


async def test_what_they_write_afterwards_waits_like_anybodys(store: Store) -> None:
    await spoken_of(store)
    await store.forget(HANDLE, NOW)
    late = replace(says("new", 0, "hello again"), posted=NOW + timedelta(minutes=1))
    old = replace(says("old", 0, "found late"), posted=NOW - timedelta(minutes=1))
    kept = await store.ingest("feed", "comment", [late, old], NOW + timedelta(minutes=2), feed="comments")
    assert kept.new == 1
    assert (await store.row("comments:new")).interval.author.handle == MAI.handle


async def test_an_import_does_not_bring_them_back(store: Store) -> None:
    await spoken_of(store)
    saved = await store.export()
    await store.forget(HANDLE, NOW)
    await store.load(list(enumerate(saved, 1)), NOW)
    items = [record for record in await store.export() if record["type"] == "item"]
    assert not any(HANDLE in json.dumps(record) for record in items)


async def test_on_one_network_only(store: Store) -> None:
    await spoken_of(store)
    gone = await store.forget(HANDLE, NOW, "stars")
    assert gone.items == 3
    assert (await store.row("comments:2")).interval.author.handle == MAI.handle
    with pytest.raises(UsageError, match="wrote on nowhere"):
        await store.forget(HANDLE, NOW, "nowhere")


async def test_nobody_is_forgotten_by_a_part_of_a_name_and_the_nearest_is_named(store: Store) -> None:
    await spoken_of(store)
    before = await told(store)
    with pytest.raises(UsageError, match=rf"did you mean '@{HANDLE}'"):
        await store.forget("@mai.vongs", NOW)
    assert await told(store) == before


async def test_a_second_time_finds_nothing_and_is_no_mistake(store: Store) -> None:
    await spoken_of(store)
    await store.forget(HANDLE, NOW)
    before = await told(store)
    assert (await store.forget(HANDLE, NOW)).items == 0
    assert await told(store) == before


async def test_a_reply_on_its_way_that_names_them_comes_first_too(store: Store) -> None:
    await spoken_of(store)
    (draft,) = [one for one in await store.outbox() if one.item == "comments:k4"]
    await store.put_outgoing(replace(draft, state="queued"))
    with pytest.raises(Conflict, match="names them is queued and may still leave"):
        await store.forget(HANDLE, NOW)


async def test_a_handle_that_is_a_plain_word_takes_that_word_from_nobody(store: Store) -> None:
    await spoken_of(store)
    heard = says("w1", 1, "hello", Voice("@friend", "Friend"))
    await store.ingest("feed", "comment", [heard], NOW, feed="comments")
    await store.act(Act("comments:k4", "noted", {"text": "a friend of the shop, ask @friend"}), "nok", NOW)
    notes = [one["detail"]["text"] for one in await store.export() if one.get("verb") == "noted"]
    await store.forget("@friend", NOW)
    left = [one["detail"]["text"] for one in await store.export() if one.get("verb") == "noted"]
    assert f"a friend of {NAME}" in notes
    assert f"a friend of {NAME}" in left, "nobody is named there"
    assert not any("@friend" in text for text in left)


async def test_open_screens_hear_of_every_row_that_named_them(store: Store) -> None:
    await spoken_of(store)
    cursor = (await store.changes(None)).cursor
    await store.forget(HANDLE, NOW)
    changes = await store.changes(cursor)
    assert "comments:k4" in {row.id for row in changes.rows}, "its words named them"
    assert changes.outbox
    assert changes.promises


async def test_a_reply_on_its_way_comes_first(store: Store) -> None:
    await spoken_of(store)
    item = await store.item("comments:3")
    reply = Outgoing(
        "q", item.id, item.id, "comments", "3", "2", "soon", "answer", "public", "queued", "nok", NOW, NOW
    )
    row = await store.row("comments:3")
    await store.put_outgoing(replace(reply, interval=row.id))
    before = await told(store)
    with pytest.raises(Conflict, match="may still leave"):
        await store.forget(HANDLE, NOW)
    assert await told(store) == before


async def test_nothing_can_be_sent_to_what_was_erased(store: Store) -> None:
    await spoken_of(store)
    await store.forget(HANDLE, NOW)
    row = next(r for r in await store.rows() if r.interval.author.handle.startswith("forgotten-"))
    with pytest.raises(Unlawful, match="erased here"):
        await sent(store, row.id, "hello?", "draft")


async def test_screens_learn_which_rows_went_and_which_came(store: Store) -> None:
    await spoken_of(store)
    cursor = (await store.changes(None)).cursor
    await store.forget(HANDLE, NOW)
    changes = await store.changes(cursor)
    assert "comments:8" in changes.gone
    known = {row.id for row in await store.rows(everything=True)}
    assert {row.id for row in changes.rows} <= known
    assert await store.wash() == ()
    assert (await store.changes(cursor)).gone == ()


async def test_no_byte_of_any_file_holds_a_trace_backups_too(tmp_path: Path) -> None:
    data = tmp_path / "data"
    store, other = await open_store(data), await open_store(data)
    await spoken_of(store)
    await store.backup(NOW)
    await hear_all(other)
    store_files = {name for name, secret in traces(data) if secret == TEXTS[0]}
    assert len(store_files) == 2, "the log of the store and the backup"
    await store.forget(HANDLE, NOW)
    assert await store.wash() == ()
    assert traces(data) == []
    assert await store.wash() == ()
    await hear_all(other)
    await store.close()
    await other.close()
    assert traces(data) == []


async def test_a_backup_that_is_restored_is_told_whom_to_forget(tmp_path: Path) -> None:
    store = await open_store(tmp_path / "old")
    await spoken_of(store)
    before = await numbers(store)
    await store.close()
    live = open_tables(tmp_path / "old")
    shutil.copytree(tmp_path / "old", tmp_path / "copy")
    with live.commit():
        forget(live, HANDLE, None, NOW)
    stones = Tombstones(live).all()
    live.close()
    copy = open_tables(tmp_path / "copy")
    assert apply_tombstones(copy, stones) == 10
    assert apply_tombstones(copy) == 0
    copy.close()
    store = await open_store(tmp_path / "copy")
    assert await numbers(store) == before
    assert await store.wash() == ()
    await store.close()
    assert traces(tmp_path / "copy") == []


async def test_old_texts_go_and_their_numbers_and_authors_stay(store: Store) -> None:
    await spoken_of(store)
    before, limit = await numbers(store), NOW - timedelta(days=10)
    open_ones = {row.id: row.text for row in await store.rows()}
    count = await store.forget_texts(limit, NOW)
    assert count
    assert await numbers(store) == before
    assert {row.id: row.text for row in await store.rows()} == open_ones
    out = await told(store)
    assert TEXTS[0] not in out
    assert OURS[0] not in out
    assert MAI.handle in out
    assert await store.forget_texts(NOW, NOW + timedelta(hours=23)) == 0, "once a day"
    await hear_all(store, NOW + timedelta(hours=1))
    assert TEXTS[0] not in await told(store)
    assert await numbers(store) == before
    assert await store.wash() == ()


async def test_old_texts_leave_the_files_and_the_backups(tmp_path: Path) -> None:
    store = await open_store(tmp_path)
    await spoken_of(store)
    await store.backup(NOW)
    await store.forget_texts(NOW - timedelta(days=10), NOW)
    assert await store.wash() == ()
    await store.close()
    assert TEXTS[0] not in {secret for _, secret in traces(tmp_path)}
    assert TEXTS[7] in {secret for _, secret in traces(tmp_path)}, "it is younger"


@pytest.mark.parametrize("link", ["@mai:home.example", "matrix:@mai:home.example", "demo:@mai:home.example"])
async def test_a_handle_with_a_colon_is_no_other_handle_of_anybody_any_more(store: Store, link: str) -> None:
    person = {"v": 1, "type": "person", "network": "demo"}
    await store.load(
        [
            (1, {**person, "handle": "@kim", "same_as": [link, "@kim.p:home.example"]}),
            (2, {**person, "handle": "@mai:home.example"}),
        ],
        NOW,
    )
    await store.forget("@mai:home.example", NOW)
    (kim,) = [record for record in await store.export() if record["type"] == "person"]
    assert kim["same_as"] == ["@kim.p:home.example"]
