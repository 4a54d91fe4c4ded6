"""Promises in the store: made by acts and by what is sent, kept by answers, the same after import."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cxtui.core.promises import Owed, Pledged
from cxtui.core.triage import Act
from cxtui.errors import Conflict, NotFound, Unlawful, UsageError
from cxtui.store import Outgoing, Store, open_store

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)

ITEM = {"v": 1, "type": "item", "id": "c:1", "feed": "c", "text": "where is it?",
        "posted": "2026-11-22T08:00:00Z", "author": {"handle": "@mai"}}  # fmt: skip
HELD = {"v": 1, "type": "reply", "item": "c:1", "by": "nok", "text": "wait", "at": "2026-11-22T08:10:00Z",
        "kind": "holding", "remote_id": "r1"}  # fmt: skip
ANSWER = {**HELD, "text": "here", "at": "2026-11-22T10:30:00Z", "kind": "answer", "remote_id": "r2"}
GONE = {"v": 1, "type": "event", "id": "gone", "item": "c:1", "verb": "reply_deleted", "by": "nok",
        "at": "2026-11-22T10:40:00Z", "detail": {"remote_id": "r2"}}  # fmt: skip


@pytest.fixture(params=["memory", "file"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path | None:
    return tmp_path / "store" if request.param == "file" else None


@asynccontextmanager
async def opened(folder: Path | None, *records: dict[str, Any]) -> AsyncGenerator[Store]:
    store = await open_store(folder)
    try:
        await store.load(list(enumerate((ITEM, *records), 1)), NOW)
        yield store
    finally:
        await store.close()


async def does(store: Store, verb: Any, minutes: int = 0, **detail: Any) -> None:
    await store.act(Act("c:1", verb, detail), "nok", NOW + timedelta(minutes=minutes))


async def promises(store: Store, *, due: timedelta = 2 * HOUR, minutes: int = 0) -> Owed:
    """Promise to write, and give that promise."""
    before = {one.id for one in await store.promises(everything=True)}
    await does(store, "promised", minutes, text="write again", due=(NOW + due).isoformat())
    return next(one for one in await store.promises(everything=True) if one.id not in before)


async def stands(store: Store) -> list[tuple[str, str | None]]:
    return [(one.promise.state, one.promise.proof) for one in await store.promises(everything=True)]


async def test_a_held_row_is_due_when_its_promise_is_and_no_more_when_that_is_released(
    folder: Path | None,
) -> None:
    async with opened(folder, HELD) as store:
        usual = (await store.row("c:1")).due
        owed = await promises(store)
        assert (owed.promise.text, owed.promise.by, owed.promise.made) == ("write again", "nok", NOW)
        assert (await store.row("c:1")).due == NOW + 2 * HOUR < usual
        await does(store, "promise_moved", 1, promise=owed.id, due=(NOW + 2.5 * HOUR).isoformat())
        assert (await store.row("c:1")).due == NOW + 2.5 * HOUR
        await does(store, "promise_released", 2, promise=owed.id, reason="she called")
        assert (await store.row("c:1")).due == usual
        assert await store.promises() == ()
        assert [one.promise.reason for one in await store.promises(everything=True)] == ["she called"]


async def test_every_act_can_be_undone_and_redone(folder: Path | None) -> None:
    async with opened(folder, HELD) as store:
        owed = await promises(store)
        await does(store, "promise_moved", 1, promise=owed.id, due=(NOW + 3 * HOUR).isoformat())
        await does(store, "promise_released", 2, promise=owed.id, reason="she called")
        seen: list[list[tuple[str, datetime]]] = []
        for _ in range(3):
            await store.undo("nok", NOW + 3 * HOUR)
            seen.append(
                [(one.promise.state, one.promise.due) for one in await store.promises(everything=True)]
            )
        assert seen == [[("open", NOW + 3 * HOUR)], [("open", NOW + 2 * HOUR)], []]
        await store.redo("nok", NOW + 3 * HOUR)
        assert [one.promise.due for one in await store.promises()] == [NOW + 2 * HOUR]


async def test_only_a_later_answer_keeps_it_and_its_id_is_the_proof(folder: Path | None) -> None:
    async with opened(folder, HELD) as store:
        await promises(store)
        thanks = {**ANSWER, "kind": "thanks", "remote_id": "r9", "at": "2026-11-22T08:30:00Z"}
        await store.load([(1, thanks)], NOW)
        assert await stands(store) == [("open", None)]
        await store.load([(1, ANSWER)], NOW)
        assert await stands(store) == [("kept", "r2")]
        await store.load([(1, GONE)], NOW)
        assert await stands(store) == [("open", None)]


async def test_a_mark_by_hand_keeps_nothing_and_a_late_answer_is_late(folder: Path | None) -> None:
    async with opened(folder, HELD) as store:
        await promises(store, due=HOUR)
        await does(store, "closed", 5, reason="answered-elsewhere")
        assert await stands(store) == [("open", None)]
        (owed,) = await store.promises()
        assert (owed.state(NOW + HOUR), owed.state(NOW + HOUR + timedelta(seconds=1))) == ("open", "broken")
        await store.load([(1, ANSWER)], NOW)
        assert await stands(store) == [("late", "r2")]


async def test_a_confirmed_answer_keeps_it_until_that_is_undone(folder: Path | None) -> None:
    sign = {
        **GONE,
        "id": "sign",
        "verb": "probably",
        "at": "2026-11-22T09:30:00Z",
        "detail": {"evidence": "LampCo"},
    }
    async with opened(folder, HELD) as store:
        await promises(store)
        await store.load([(1, sign)], NOW)
        assert await stands(store) == [("open", None)]
        await does(store, "confirmed", 40)
        assert await stands(store) == [("kept", "confirmed")]
        await store.undo("nok", NOW + HOUR)
        assert await stands(store) == [("open", None)]


def reply(key: str = "o1", **facts: Any) -> Outgoing:
    due = facts.pop("due", NOW + 4 * HOUR)
    base = Outgoing(key, "c:1", "c:1", "c", "1", "1", "we look into it", "holding", "public", "queued", "nok",
                    NOW, NOW, ("c:1",), (Pledged("you hear from us at one", due),))  # fmt: skip
    return replace(base, **facts)


async def sent(store: Store, one: Outgoing, at: datetime, remote: str) -> None:
    await store.put_outgoing(one)
    await store.move(one.id, "sending", at)
    await store.move(one.id, "sent", at, remote_id=remote)


async def test_a_reply_opens_its_promise_when_it_is_sent_and_not_before(folder: Path | None) -> None:
    async with opened(folder) as store:
        await store.put_outgoing(reply())
        assert await store.promises() == ()
        await store.move("o1", "sending", NOW)
        assert await store.promises() == ()
        await store.move("o1", "sent", NOW, remote_id="r5")
        (owed,) = await store.promises()
        found = owed.promise
        assert (found.text, found.due, found.made, found.reply) == (
            "you hear from us at one", NOW + 4 * HOUR, NOW, "r5",
        )  # fmt: skip
        assert owed.row.interval.held


async def test_a_reply_that_was_taken_back_in_its_window_promises_nothing(folder: Path | None) -> None:
    async with opened(folder) as store:
        await store.put_outgoing(reply())
        await store.move("o1", "draft", NOW)
        await sent(store, reply(kind="answer", pledged=()), NOW, "r6")
        assert await store.promises(everything=True) == ()


async def test_an_answer_may_promise_and_only_the_next_answer_keeps_that(folder: Path | None) -> None:
    async with opened(folder) as store:
        await sent(store, reply(kind="answer"), NOW, "r5")
        (owed,) = await store.promises()
        assert (owed.promise.state, owed.row.interval.open) == ("open", False)
        await sent(store, reply("o2", kind="answer", pledged=()), NOW + HOUR, "r6")
        assert await stands(store) == [("kept", "r6")]
        with pytest.raises(Conflict, match="answered"):
            await store.put_outgoing(reply("o3", kind="answer", pledged=()))


async def test_telling_that_a_promise_was_moved_makes_no_second_one(folder: Path | None) -> None:
    async with opened(folder) as store:
        owed = await promises(store)
        await does(store, "promise_moved", 1, promise=owed.id, due=(NOW + 5 * HOUR).isoformat())
        await sent(store, reply(due=NOW + 5 * HOUR), NOW + timedelta(minutes=2), "r5")
        assert [one.id for one in await store.promises(everything=True)] == [owed.id]


async def test_a_promise_that_a_customer_has_read_is_not_undone(folder: Path | None) -> None:
    async with opened(folder) as store:
        await sent(store, reply(), NOW, "r5")
        with pytest.raises(Unlawful, match="nothing to undo"):
            await store.undo("nok", NOW + HOUR)


async def test_an_export_read_into_an_empty_store_promises_the_same(folder: Path | None) -> None:
    async with opened(folder, HELD) as store:
        first, second = await promises(store), await promises(store, due=9 * HOUR, minutes=1)
        third = await promises(store, due=12 * HOUR, minutes=2)
        await does(store, "promise_moved", 3, promise=third.id, due=(NOW + 20 * HOUR).isoformat())
        await does(store, "promise_released", 4, promise=second.id, reason="she called")
        await does(store, "promise_released", 5, promise=first.id, reason="a slip")
        await store.undo("nok", NOW + timedelta(minutes=6))
        await store.load([(1, ANSWER), (2, GONE)], NOW)
        records = await store.export()
        listed = [one.promise for one in await store.promises(everything=True)]
    async with opened(None) as other:
        for _ in range(2):
            await other.load(list(enumerate(records, 1)), NOW)
            assert await other.export() == records
            assert [one.promise for one in await other.promises(everything=True)] == listed
        await other.undo("nok", NOW + HOUR)
        assert {one.id for one in await other.promises()} == {first.id, second.id, third.id}


async def test_a_forgotten_customers_promises_lose_their_words_and_keep_their_states(
    folder: Path | None,
) -> None:
    async with opened(folder, HELD) as store:
        owed = await promises(store)
        other = await promises(store, due=9 * HOUR, minutes=1)
        await does(store, "promise_released", 2, promise=other.id, reason="mai called")
        before = [
            (one.promise.made, one.promise.due, one.promise.state)
            for one in await store.promises(everything=True)
        ]
        await store.forget("@mai", NOW + HOUR)
        records = await store.export()
        told = [one.promise for one in await store.promises(everything=True)]
        assert [(one.made, one.due, one.state) for one in told] == before
        assert not any(word in str(records) for word in ("write again", "mai called", owed.id, "c:1"))
        await store.act(Act(told[0].item, "noted", {"text": "later"}), "nok", NOW + 2 * HOUR)
        assert [one.promise for one in await store.promises(everything=True)] == told
    async with opened(None) as fresh:
        await fresh.load(list(enumerate(records, 1)), NOW)
        assert [p.promise.state for p in await fresh.promises(everything=True)] == [one.state for one in told]


async def test_what_makes_no_sense_is_refused_and_changes_nothing(folder: Path | None) -> None:
    async with opened(folder, HELD) as store:
        owed = await promises(store)
        version = await store.version()
        refused: list[tuple[Any, dict[str, str], type[UsageError | Unlawful]]] = [
            ("promised", {"text": "", "due": (NOW + HOUR).isoformat()}, UsageError),
            ("promised", {"text": "x", "due": NOW.isoformat()}, UsageError),
            ("promised", {"text": "x", "due": "soon"}, UsageError),
            ("promise_released", {"promise": owed.id, "reason": " "}, UsageError),
            ("promise_released", {"promise": "none", "reason": "x"}, NotFound),
            ("promise_moved", {"promise": owed.id, "due": NOW.isoformat()}, UsageError),
        ]
        for verb, detail, problem in refused:
            with pytest.raises(problem):
                await store.act(Act("c:1", verb, detail), "nok", NOW)
        assert await store.version() == version
        for bad in (
            {"verb": "promised", "detail": {"promise": "p", "text": "x", "due": "soon"}},
            {"verb": "promised", "detail": {"promise": "p", "text": "x", "due": None}},
            {"verb": "promise_moved", "detail": {"promise": "p", "due": "2026-11-22T10:00:00Z"}},
            {"verb": "promise_released", "detail": {"promise": "p"}},
        ):
            with pytest.raises(UsageError, match="line 1: "):
                await store.load([(1, {**GONE, "id": "bad", **bad})], NOW)


async def test_every_process_hears_of_a_promise(folder: Path | None) -> None:
    async with opened(folder, HELD) as store:
        cursor = (await store.changes(None)).cursor
        await promises(store, due=30 * HOUR)
        changes = await store.changes(cursor)
        assert changes.promises
        await store.ask_feeds()
        assert not (await store.changes(changes.cursor)).promises


async def test_what_binds_stands_first_the_first_due_before_and_what_is_over_behind_the_newest_before(
    folder: Path | None,
) -> None:
    async with opened(folder, HELD) as store:
        ids = [(await promises(store, due=n * HOUR, minutes=n)).id for n in (5, 3, 9, 7)]
        for key in ids[2:]:
            await does(store, "promise_released", 20, promise=key, reason="she called")
        listed = [one.id for one in await store.promises(everything=True)]
        assert listed == [ids[1], ids[0], ids[2], ids[3]]
        assert [one.id for one in await store.promises()] == listed[:2]
