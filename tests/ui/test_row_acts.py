"""From key to row: snooze, wake, done, confirm, undo, marks."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cxtui.core.inbox import Row
from cxtui.core.item import Event
from cxtui.engine.desk import News
from cxtui.errors import Conflict, StoreLocked
from tests.ui.fakedesk import FULL, NETWORKS, NOW, Clock, FakeDesk, busy, item, late, left
from tests.ui.stage import stage


def few(*handles: str) -> FakeDesk:
    """Customers whose time ends ten minutes apart, the first in fifteen minutes."""
    desk = FakeDesk(Clock(), can=dict(NETWORKS))
    desk.items = [item(handle, f"words of {handle}", left(15 + 10 * n)) for n, handle in enumerate(handles)]
    return desk


async def test_done_asks_the_reason_by_one_key_and_the_row_dims_where_it_stood() -> None:
    desk = busy()
    async with stage(desk) as on:
        await on.press("j", "d")
        await on.sees("Done with @riad: why?")
        await on.press("s")
        text = await on.sees("(spam)")
        assert desk.events[-1].detail == {"reason": "spam"}
        assert on.cursor == "joy.r", "the cursor goes to the next row"
        assert [line for line in text.splitlines() if "@riad" in line and "(spam)" in line]
        assert "open 10" in text
        assert on.board.listing.finished(desk.row("riad").id)


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("n", "no-answer-needed"),
        ("e", "answered-elsewhere"),
        ("o", "not-ours"),
        ("s", "spam"),
        ("2", "duplicate"),
    ],
)
async def test_every_reason_has_its_key(key: str, reason: str) -> None:
    desk = few("ann", "bob")
    async with stage(desk) as on:
        await on.press("d", key)
        await on.sees("open 1")
        assert desk.events[-1].detail == {"reason": reason}


async def test_the_dimmed_row_goes_when_the_view_is_left() -> None:
    async with stage(few("ann", "bob")) as on:
        await on.press("d", "n")
        await on.sees("(no answer needed)")
        await on.press("2")
        await on.sees("Snoozed")
        await on.press("1")
        await on.sees("Unanswered")
        assert "bsk @ann" not in on.text


async def test_escape_leaves_a_dialog_and_does_nothing() -> None:
    desk = few("ann")
    async with stage(desk) as on:
        for key, title in (("d", "Done with"), ("s", "Snooze @ann")):
            await on.press(key)
            await on.sees(title)
            await on.press("escape")
            await on.misses(title)
        assert desk.events == []


async def test_snooze_says_when_it_wakes_and_undo_brings_the_row_back() -> None:
    desk = few("ann", "bob")
    desk.items = [item("ann", "hello", left(50)), item("bob", "hi", left(55))]
    async with stage(desk) as on:
        await on.press("s")
        await on.sees("In 15 minutes", "14:22")
        await on.press("1")
        text = await on.sees("(until 14:22)")
        assert desk.events[-1].detail == {"until": (NOW + timedelta(minutes=15)).isoformat()}
        assert "u undo: snooze @ann until 14:22" in text
        assert on.cursor == "bob"
        await on.press("u")
        text = await on.sees("undone: snooze @ann")
        assert on.cursor == "ann"
        assert "(until" not in text
        await on.press("U")
        await on.sees("redone: snooze @ann", "(until 14:22)")


async def test_snoozing_past_the_due_time_asks_once() -> None:
    desk = few("ann", "bob")
    async with stage(desk) as on:
        await on.press("s", "2")
        await on.sees("Snooze past the due time?", "due 14:22")
        await on.press("n")
        await on.misses("Snooze past")
        assert desk.events == []
        await on.press("s", "2")
        await on.sees("Snooze past the due time?")
        await on.press("y")
        await on.sees("(until 15:07)")
        assert len(desk.events) == 1


async def test_a_time_of_ones_own_is_echoed_live() -> None:
    desk = few("ann")
    desk.items = [item("ann", "hello", timedelta(0))]
    async with stage(desk) as on:
        await on.press("s", "colon")
        await on.sees("until when?")
        await on.type("50m")
        await on.sees("until Fri 2026-11-20 14:57")
        await on.press("x")
        await on.sees("is no time")
        await on.press("backspace", "enter")
        assert await on.sees("(until 14:57)")


async def test_a_snooze_that_is_over_comes_back_by_itself() -> None:
    desk = few("ann")
    desk.events.append(
        Event("e0", desk.items[0].id, "snoozed", "nok", NOW, {"until": "2026-11-20T07:17:00+00:00"})
    )
    async with stage(desk) as on:
        assert "open 0" in on.text
        desk.clock.passes(minutes=10, seconds=1)
        on.queue.tick()
        await on.sees("open 1", "words of ann")


async def test_snoozed_rows_have_a_view_to_wake_them_from() -> None:
    desk = few("ann", "bob")
    async with stage(desk) as on:
        await on.press("s", "r")
        await on.sees("Snooze past")
        await on.press("y")
        await on.sees("(until the customer writes)")
        await on.press("z")
        await on.sees("Snoozed (next to wake first) 1/1", "@ann")
        await on.press("w")
        await on.sees("(awake)")
        assert desk.events[-1].verb == "woken"
        await on.press("1")
        await on.sees("Unanswered (due first) 2/2")


async def test_probably_answered_is_confirmed_or_rejected_by_one_key() -> None:
    desk = few("ann", "bob")
    for n, one in enumerate(desk.items):
        said = {"evidence": "a reply by “LampCo”", "at": NOW.isoformat()}
        desk.events.append(Event(f"p{n}", one.id, "probably", "cxtui", NOW, said))
    async with stage(desk) as on:
        await on.sees("probably answered: a reply by “LampCo”", "?")
        await on.press("minus")
        await on.sees("^     15m bsk @ann")
        await on.press("j", "plus")
        await on.sees("(answered)")
        assert [event.verb for event in desk.events[2:]] == ["rejected", "confirmed"]


async def test_marks_make_one_act_of_many_and_one_undo_takes_all_back() -> None:
    desk = few("ann", "bob", "cid", "dot")
    async with stage(desk) as on:
        await on.press("space", "j", "space")
        await on.sees("2 marked")
        await on.press("d")
        await on.sees("Done with 2 rows: why?")
        await on.press("n")
        text = await on.sees("open 2")
        assert "u undo: done 2 rows" in text
        await on.press("u")
        await on.sees("open 4", "undone: done 2 rows")
        await on.press("U")
        assert await on.sees("open 2", "redone: done 2 rows", "u undo: done 2 rows")


async def test_where_an_undo_of_many_is_refused_halfway_what_was_undone_can_be_redone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk = few("ann", "bob", "cid")
    async with stage(desk) as on:
        await on.press("asterisk", "d", "n")
        await on.sees("open 0")
        undo, rounds = FakeDesk.undo, iter((None, Conflict("not undone: mai did “done” on it since")))

        async def refused(desk: FakeDesk) -> tuple[Row, Event]:
            if (error := next(rounds)) is not None:
                raise error
            return await undo(desk)

        monkeypatch.setattr(FakeDesk, "undo", refused)
        await on.press("u")
        await on.sees("open 1", "mai did “done” on it since")
        monkeypatch.setattr(FakeDesk, "undo", undo)
        await on.press("U")
        await on.sees("open 0", "redone: done @cid")
        await on.press("u", "u")
        assert await on.sees("open 3")


async def test_a_range_and_all_can_be_marked() -> None:
    async with stage(few("ann", "bob", "cid", "dot")) as on:
        await on.press("v", "j", "j", "v")
        await on.sees("3 marked")
        await on.press("asterisk")
        await on.sees("4 marked")
        await on.press("asterisk")
        assert await on.misses("marked")


async def test_when_the_store_cannot_the_screen_stays_and_says_so() -> None:
    desk = few("ann", "bob")
    async with stage(desk) as on:
        desk.broken = FULL
        await on.press("d", "n")
        text = await on.sees("not saved: no space left on the device")
        assert "open 2" in text
        assert on.cursor == "ann", "the cursor is back where it was"


async def test_what_is_not_lawful_is_said_in_words() -> None:
    desk = few("ann", "bob")
    async with stage(desk) as on:
        await on.press("w")
        await on.sees("@ann is not snoozed")
        await on.press("u")
        assert await on.sees("there is nothing to undo")


async def test_why_a_key_did_nothing_is_said_for_a_few_keys_and_what_failed_by_itself_stays() -> None:
    desk = few("ann", "bob")
    async with stage(desk) as on:
        await on.press("w")
        await on.sees("@ann is not snoozed")
        await on.press("j")
        assert "@ann is not snoozed" in on.text
        await on.press("k", "j", "k", "j")
        await on.misses("@ann is not snoozed")
        desk.hears(News(notices=("polling has stopped",)))
        await on.sees("polling has stopped")
        await on.press(*"jkjkjkjk")
        assert "polling has stopped" in on.text


async def test_a_store_that_does_not_open_is_said_on_a_whole_screen() -> None:
    desk = few("ann")
    desk.broken = Conflict("another cxtui holds it")
    async with stage(desk) as on:
        assert await on.sees("another cxtui holds it", "cxtui │ open 0")


async def test_rows_arriving_above_never_move_the_cursor() -> None:
    desk = few(*(f"c{n:02}" for n in range(30)))
    async with stage(desk) as on:
        await on.press("j", "j")
        line = next(n for n, text in enumerate(on.lines) if "@c02" in text)
        desk.arrives(*(item(f"new{n}", "urgent", late(n + 1)) for n in range(3)))
        text = await on.sees("3 new above")
        assert on.cursor == "c02"
        assert "@c02" in text.splitlines()[line], "it stands where it stood"
        await on.press("g")
        await on.misses("new above")
        assert on.cursor == "new2"


async def test_before_the_first_key_the_most_urgent_rows_are_shown() -> None:
    desk = few(*(f"c{n:02}" for n in range(30)))
    async with stage(desk) as on:
        desk.arrives(item("new", "urgent", late(1)))
        text = await on.sees("@new")
        assert text.splitlines()[2].startswith("  !  -01:00 bsk @new")
        assert text.splitlines()[3].startswith(" >^"), "the cursor is still on its row"
        assert on.cursor == "c00"


async def test_a_row_answered_elsewhere_dims_under_the_cursor() -> None:
    desk = few("ann", "bob")
    async with stage(desk) as on:
        desk.events.append(
            Event("x", desk.items[0].id, "closed", "somebody", NOW, {"reason": "answered-elsewhere"})
        )
        desk.hears(News(rows=(desk.row("ann"),)))
        await on.sees("(answered elsewhere)", "open 1")
        assert on.cursor == "ann"


async def test_a_burst_of_news_is_drawn_in_due_order() -> None:
    desk = few("ann")
    async with stage(desk, (80, 40)) as on:
        desk.arrives(*(item(f"w{n}", "words", left(n + 1)) for n in (4, 1, 3, 0, 2)))
        text = await on.sees("open 6")
        order = [line.split("@")[1].split()[0] for line in text.splitlines() if " bsk @" in line]
        assert order == ["w0", "w1", "w2", "w3", "w4", "ann"]


async def test_a_store_that_opens_later_shows_its_rows_then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cxtui.ui.app.REOPEN", 0.02)
    desk = few("ann")
    desk.broken = StoreLocked("another program holds it")
    async with stage(desk) as on:
        await on.sees("the store did not open: another program holds it")
        desk.broken = None
        text = await on.sees("@ann")
        assert "did not open" not in text
