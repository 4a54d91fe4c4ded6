"""The store's commands, held to the same promises over every backend."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cxtui.core.inbox import Row
from cxtui.core.item import Arrival, Voice
from cxtui.core.triage import Act
from cxtui.errors import Conflict, NotFound, Unlawful, UsageError
from cxtui.store import FeedState, Outgoing, Record, Store, open_store

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.fixture(params=["memory", "embedded"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    folder = tmp_path / "data" if request.param == "embedded" else None
    store = await open_store(folder)
    yield store
    await store.close()


def says(native: str, minutes: float = 0, text: str = "where is it?", **more: object) -> Arrival:
    made = Arrival(native, text, Voice("@mai", "Mai"), thread="t", posted=NOW + timedelta(minutes=minutes))
    return replace(made, **more)  # pyright: ignore[reportArgumentType]


async def hear(store: Store, *heard: Arrival, minutes: float = 0, **more: object) -> None:
    now = NOW + timedelta(minutes=minutes)
    await store.ingest("net", "comment", heard, now, feed="f", **more)  # pyright: ignore[reportArgumentType]


async def open_ids(store: Store) -> list[str]:
    return [row.id for row in await store.rows()]


async def test_three_messages_in_a_row_are_one_row_with_a_count(store: Store) -> None:
    await hear(store, says("1"), says("2", 1), says("3", 2), minutes=3)
    (row,) = await store.rows()
    assert (row.id, row.interval.count, row.interval.start) == ("f:1", 3, NOW)


async def test_hearing_the_same_again_changes_nothing(store: Store) -> None:
    await hear(store, says("1"))
    before = await store.changes(None)
    kept = await store.ingest("net", "comment", [says("1")], NOW + timedelta(minutes=9), feed="f")
    assert (kept.new, kept.updated) == (0, 0)
    assert await store.changes(before.cursor) == before


async def test_a_strong_reply_of_ours_answers_its_parent_at_the_networks_time(store: Store) -> None:
    await hear(store, says("1"))
    await hear(store, says("r", 5, "on its way", own="strong", parent="1", author=Voice("desk")), minutes=30)
    assert await open_ids(store) == []
    row = await store.row("f:1")
    assert (row.interval.answered, row.interval.origin) == (NOW + timedelta(minutes=5), "elsewhere")


async def test_a_reply_heard_before_its_question_answers_it_when_it_comes(store: Store) -> None:
    await hear(store, says("r", 5, own="strong", parent="1", author=Voice("desk")))
    await hear(store, says("1"), minutes=9)
    assert (await store.row("f:1")).interval.answered == NOW + timedelta(minutes=5)


async def test_a_reply_to_our_own_reply_answers_the_customer_above_it(store: Store) -> None:
    desk = Voice("desk")
    await hear(store, says("1"), says("r1", 1, own="strong", parent="1", author=desk))
    await hear(store, says("2", 2), says("r2", 3, own="strong", parent="r1", author=desk), minutes=4)
    assert await open_ids(store) == []


async def test_a_name_alone_makes_a_probable_answer_that_a_person_settles(store: Store) -> None:
    await hear(store, says("1"))
    await hear(store, says("r", 5, own="weak", parent="1", author=Voice("LampCo")), minutes=6)
    assert (await store.row("f:1")).state(NOW) == "probably"
    await store.act(Act("f:1", "rejected"), "nok", NOW + timedelta(minutes=7))
    assert (await store.row("f:1")).state(NOW) == "waiting"
    await store.undo("nok", NOW + timedelta(minutes=8))
    await store.act(Act("f:1", "confirmed"), "nok", NOW + timedelta(minutes=9))
    assert (await store.row("f:1")).interval.answered == NOW + timedelta(minutes=5)


async def test_an_own_post_is_never_listed(store: Store) -> None:
    await hear(store, says("p", own="strong", author=Voice("desk")), says("q", own="weak", author=Voice("x")))
    assert await store.rows(everything=True) == ()


async def test_an_edit_changes_the_text_and_restarts_nothing(store: Store) -> None:
    await hear(store, says("1", text="helo"))
    await hear(store, says("1", 50, "hello there"), minutes=60)
    (row,) = await store.rows()
    assert (row.text, row.interval.start) == ("hello there", NOW)


async def test_what_the_customer_withdrew_waits_no_more(store: Store) -> None:
    await hear(store, says("1"))
    await hear(store, says("1", withdrawn=True), minutes=5)
    row = await store.row("f:1")
    assert (row.state(NOW), row.interval.closed_reason) == ("closed", "withdrawn")


async def test_what_was_old_at_the_first_poll_is_history(store: Store) -> None:
    await hear(
        store, says("1", -3000), says("2", -5, author=Voice("@new")), history_before=NOW - timedelta(days=1)
    )
    assert await open_ids(store) == ["f:2"]
    assert (await store.row("f:1")).state(NOW) == "history"


async def test_strangers_text_is_cleaned_where_it_enters(store: Store) -> None:
    await hear(
        store, says("1\x1b[2J", text="\x1b]0;owned\x07red \u202eabc", author=Voice("@m\x1b[31m", "N\x00"))
    )
    (row,) = await store.rows()
    stored = repr((row.id, row.text, row.interval.author))
    assert "\\x1b" not in stored
    assert "\\u202e" not in stored
    assert "\\x00" not in stored


async def test_an_id_may_be_the_rows_a_short_one_or_any_messages(store: Store) -> None:
    await hear(store, says("1"), says("2", 1))
    (row,) = await store.rows()
    for some_id in (row.id, row.short, row.short.upper(), "f:2"):
        assert (await store.row(some_id)).id == row.id
    with pytest.raises(NotFound, match="f:1"):
        await store.row("f:11")


async def test_acts_are_done_undone_and_redone_in_order(store: Store) -> None:
    await hear(store, says("1"))
    until = (NOW + timedelta(hours=2)).isoformat()
    await store.act(Act("f:1", "snoozed", {"until": until}), "nok", NOW)
    assert (await store.row("f:1")).state(NOW) == "snoozed"
    await store.act(Act("f:1", "closed", {"reason": "spam"}), "nok", NOW + timedelta(minutes=1))
    row, undone = await store.undo("nok", NOW + timedelta(minutes=2))
    assert (undone.verb, row.state(NOW)) == ("closed", "snoozed")
    row, undone = await store.undo("nok", NOW + timedelta(minutes=3))
    assert (undone.verb, row.state(NOW)) == ("snoozed", "waiting")
    row, again = await store.redo("nok", NOW + timedelta(minutes=4))
    assert (again.verb, row.state(NOW)) == ("snoozed", "snoozed")
    row, again = await store.redo("nok", NOW + timedelta(minutes=5))
    assert (again.verb, row.state(NOW)) == ("closed", "closed")
    with pytest.raises(Unlawful, match="nothing to redo"):
        await store.redo("nok", NOW + timedelta(minutes=6))
    with pytest.raises(Unlawful, match="nothing to undo"):
        await store.undo("mai", NOW)


async def test_undo_goes_back_further_than_the_latest_acts(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cxtui.store.acts.RECENT", 3)
    await hear(store, says("1"))
    for number in range(5):
        await store.act(Act("f:1", "tagged", {"tag": f"t{number}"}), "nok", NOW + timedelta(minutes=number))
    for number in reversed(range(5)):
        row, event = await store.undo("nok", NOW + timedelta(hours=1, minutes=5 - number))
        assert event.detail == {"tag": f"t{number}"}
        assert row.interval.tags == tuple(f"t{one}" for one in range(number))
    with pytest.raises(Unlawful, match="nothing to undo"):
        await store.undo("nok", NOW + timedelta(hours=2))
    row, event = await store.redo("nok", NOW + timedelta(hours=3))
    assert (event.detail, row.interval.tags) == ({"tag": "t0"}, ("t0",))


async def test_an_unlawful_act_writes_nothing(store: Store) -> None:
    await hear(store, says("1"))
    before = await store.export()
    with pytest.raises(Unlawful):
        await store.act(Act("f:1", "woken"), "nok", NOW)
    assert await store.export() == before


async def test_a_snooze_ends_when_the_customer_writes_again(store: Store) -> None:
    await hear(store, says("1"))
    await store.act(Act("f:1", "snoozed", {"until": None}), "nok", NOW + timedelta(minutes=1))
    await hear(store, says("2", 2), minutes=3)
    assert (await store.row("f:1")).state(NOW + timedelta(minutes=3)) == "waiting"


async def test_the_change_feed_tells_every_row_that_changed(store: Store) -> None:
    start = (await store.changes(None)).cursor
    version = await store.version()
    await hear(store, says("1"), says("9", author=Voice("@bo")))
    changes = await store.changes(start)
    assert sorted(row.id for row in changes.rows) == ["f:1", "f:9"]
    assert await store.version() != version
    assert (await store.changes(changes.cursor)).rows == ()


async def test_a_thread_shows_everybody_in_order_of_time(store: Store) -> None:
    await hear(store, says("1"), says("2", 4, author=Voice("@bo")))
    await hear(store, says("r", 2, "soon", own="strong", parent="1", author=Voice("desk")), minutes=5)
    assert [(m.who, m.ours, m.text) for m in await store.thread("f:2")] == [
        ("@mai", False, "where is it?"),
        ("desk", True, "soon"),
        ("@bo", False, "where is it?"),
    ]


def outgoing(**more: object) -> Outgoing:
    made = Outgoing(
        id="tok", item="f:1", interval="f:1", feed="f", native="1", thread="t", text="on its way",
        kind="answer",
        visibility="public", state="queued", by="nok", made=NOW, changed=NOW, basis=("f:1",), until=NOW,
    )  # fmt: skip
    return replace(made, **more)  # pyright: ignore[reportArgumentType]


async def test_a_sent_reply_answers_and_is_not_doubled_when_the_feed_shows_it(store: Store) -> None:
    await hear(store, says("1"))
    await store.put_outgoing(outgoing())
    await store.move("tok", "sending", NOW)
    await store.move("tok", "sent", NOW + timedelta(minutes=1), remote_id="r77", at=None)
    row = await store.row("f:1")
    assert (row.interval.origin, row.interval.answered_by) == ("cxtui", "nok")
    await hear(store, says("r77", 1, "on its way", own="weak", parent="1", author=Voice("LampCo")), minutes=5)
    assert [m.text for m in await store.thread("f:1")] == ["where is it?", "on its way"]
    assert (await store.row("f:1")).interval == row.interval


async def test_a_reply_takes_lawful_steps_only(store: Store) -> None:
    await hear(store, says("1"))
    await store.put_outgoing(outgoing())
    with pytest.raises(Conflict, match="cannot become sent"):
        await store.move("tok", "sent", NOW)
    await store.move("tok", "sending", NOW)
    with pytest.raises(Conflict):
        await store.move("tok", "draft", NOW)
    await store.move("tok", "unknown", NOW, error="line lost")
    with pytest.raises(Conflict, match="may have been sent"):
        await store.put_outgoing(outgoing(id="other"))


async def test_an_answered_row_takes_no_further_reply(store: Store) -> None:
    await hear(store, says("1"))
    await store.act(Act("f:1", "closed", {"reason": "answered-elsewhere"}), "nok", NOW)
    with pytest.raises(Conflict, match="answered by now"):
        await store.put_outgoing(outgoing())


async def test_feed_states_are_kept_with_the_page(store: Store) -> None:
    state = FeedState("f", "feed", cursor="c1", last_ok=NOW)
    await hear(store, says("1"), state=state)
    kept = (await store.feed_states())["f"]
    assert (kept.cursor, kept.items, kept.last_ok) == ("c1", 1, NOW)


async def busy(store: Store) -> None:
    await hear(store, says("1"), says("2", 3, author=Voice("@bo"), stars=1, tone="complaint"), minutes=4)
    await hear(store, says("r", 5, own="strong", parent="1", author=Voice("desk")), minutes=6)
    await hear(store, says("3", 7), minutes=8)
    await store.act(
        Act("f:3", "snoozed", {"until": (NOW + timedelta(hours=1)).isoformat()}),
        "nok",
        NOW + timedelta(minutes=9),
    )
    await store.act(Act("f:2", "closed", {"reason": "not-ours"}), "nok", NOW + timedelta(minutes=10))
    await store.undo("nok", NOW + timedelta(minutes=11))


def shown(row: Row) -> Row:
    """A row without the sentence on where its answer was seen, which no record carries."""
    return replace(row, interval=replace(row.interval, evidence=None))


async def test_an_export_imported_into_an_empty_store_gives_the_same_rows(store: Store) -> None:
    await busy(store)
    records = await store.export()
    other = await open_store(None)
    await other.load(list(enumerate(records, 1)), NOW)
    await other.load(list(enumerate(records, 1)), NOW)
    assert [shown(row) for row in await other.rows(everything=True)] == [
        shown(row) for row in await store.rows(everything=True)
    ]
    assert sorted(map(str, await other.export())) == sorted(map(str, records))
    await other.close()


GOOD: Record = {
    "v": 1,
    "type": "item",
    "id": "f:1",
    "feed": "f",
    "text": "x",
    "posted": "2026-11-22T09:00:00Z",
}


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ({**GOOD, "v": 2}, "line 2: v is 2"),
        ({**GOOD, "posted": "yesterday"}, "line 2"),
        ({**GOOD, "posted": None}, "neither posted nor seen"),
        ({**GOOD, "role": "robot"}, "role"),
        ({"v": 1, "type": "reply", "item": "f:404", "at": "2026-11-22T09:00:00Z"}, "f:404"),
        ({"v": 1, "type": "event", "item": "f:1", "verb": "closed", "at": "2026-11-22T09:00:00Z"}, "reason"),
        ({"v": 1, "type": "party"}, "party"),
    ],
)
async def test_a_bad_line_is_named_and_changes_nothing(store: Store, bad: Record, words: str) -> None:
    with pytest.raises(UsageError, match=words) as refused:
        await store.load([(1, GOOD), (2, bad)], NOW)
    assert "line 2" in str(refused.value)
    assert await store.rows(everything=True) == ()


async def test_a_frozen_clock_is_taken_from_an_import(store: Store) -> None:
    fixed: Record = {
        "v": 1,
        "type": "interval",
        "item": "f:1",
        "policy": "vip",
        "calendar": "abc",
        "due": "2026-11-22T09:07:00Z",
    }
    await store.load([(1, GOOD), (2, fixed)], NOW)
    (row,) = await store.rows()
    assert (row.due, row.interval.policy) == (NOW + timedelta(minutes=7), "vip")


async def test_an_imported_time_in_the_future_becomes_the_time_it_was_seen(store: Store) -> None:
    await store.load([(1, {**GOOD, "posted": "2027-01-01T00:00:00Z", "seen": "2026-11-22T09:00:00Z"})], NOW)
    (row,) = await store.rows()
    assert (row.interval.start, row.interval.opener.flagged) == (NOW, "time in the future")
