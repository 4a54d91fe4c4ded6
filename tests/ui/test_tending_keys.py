"""Claim, hand over, tag, note, priority, mute, not ours, and doing again: from key to event."""

from __future__ import annotations

from datetime import timedelta

from cxtui.core.item import Event
from tests.ui.fakedesk import NETWORKS, NOW, Clock, FakeDesk, item, left
from tests.ui.stage import Stage, stage


def few(*handles: str) -> FakeDesk:
    desk = FakeDesk(Clock(), can=dict(NETWORKS))
    desk.items = [item(handle, f"words of {handle}", left(15 + 10 * n)) for n, handle in enumerate(handles)]
    return desk


def last(on: Stage) -> Event:
    return on.desk.events[-1]


async def test_a_claim_lasts_an_hour_and_the_same_key_gives_it_back() -> None:
    async with stage(few("ann", "bob")) as on:
        await on.press("m")
        await on.sees("@nok has it")
        assert last(on).detail == {"until": (NOW + timedelta(hours=1)).isoformat(), "for": "nok"}
        assert on.cursor == "ann", "a claim leaves the cursor where it is: its owner answers now"
        await on.press("m")
        await on.misses("@nok has it")
        assert last(on).verb == "released"


async def test_handing_over_asks_for_a_name_and_takes_no_other_words() -> None:
    async with stage(few("ann")) as on:
        await on.press("M")
        await on.sees("who takes @ann?")
        await on.type("two words")
        await on.sees("must be one word without blanks")
        for _ in "two words":
            await on.press("backspace")
        await on.type("@tess")
        await on.press("enter")
        await on.sees("@tess has it")
        assert last(on).detail["for"] == "tess"


async def test_several_tags_are_put_on_and_taken_off_in_one_line() -> None:
    async with stage(few("ann")) as on:
        await on.press("T")
        await on.type("vip refund")
        await on.press("enter")
        await on.sees("tag @ann refund")
        assert on.desk.row("ann").interval.tags == ("vip", "refund")
        await on.press("T")
        await on.sees("refund vip")
        await on.type("-vip")
        await on.press("enter")
        await on.sees("tag @ann -vip")
        assert on.desk.row("ann").interval.tags == ("refund",)


async def test_a_note_is_kept_and_esc_writes_none() -> None:
    async with stage(few("ann")) as on:
        await on.press("c")
        await on.sees("customers never see it")
        await on.press("escape")
        assert not on.desk.events
        await on.press("c")
        await on.type("wrote twice")
        await on.press("enter")
        await on.sees("note on @ann")
        assert last(on).detail == {"text": "wrote twice"}


async def test_priority_is_asked_by_one_key_for_all_marked_rows() -> None:
    async with stage(few("ann", "bob", "cem")) as on:
        await on.press("space", "space")
        await on.press("colon")
        await on.type("queue.priority")
        await on.press("enter")
        await on.sees("How urgent is 2 rows?")
        await on.press("u")
        await on.sees("priority 2 rows urgent")
        assert [on.desk.row(name).interval.priority for name in ("ann", "bob", "cem")] == [
            "urgent",
            "urgent",
            "normal",
        ]


async def test_muting_asks_why() -> None:
    async with stage(few("ann")) as on:
        await on.press("colon")
        await on.type("queue.mute")
        await on.press("enter")
        await on.sees("why is @ann muted?")
        await on.type("sells pills")
        await on.press("enter")
        await on.sees("mute @ann")
        assert (last(on).verb, last(on).detail) == ("muted", {"reason": "sells pills"})


async def test_unmuting_asks_nothing() -> None:
    async with stage(few("ann")) as on:
        await on.press("colon")
        await on.type("queue.unmute")
        await on.press("enter")
        await on.sees("unmute @ann")
        assert last(on).verb == "unmuted"


async def test_x_closes_what_is_not_ours_and_a_dot_does_it_to_the_next_row() -> None:
    async with stage(few("ann", "bob", "cem")) as on:
        await on.press("x")
        await on.sees("done @ann (not ours)")
        assert on.cursor == "bob"
        await on.press("full_stop")
        await on.sees("done @bob (not ours)")
        assert [on.desk.row(name).interval.closed_reason for name in ("ann", "bob", "cem")] == [
            "not-ours",
            "not-ours",
            None,
        ]


async def test_a_dot_before_any_act_says_so() -> None:
    async with stage(few("ann")) as on:
        await on.press("full_stop")
        await on.sees("nothing was done yet")
        assert not on.desk.events


async def test_big_z_goes_on_with_the_snooze_that_a_thanks_ok_has_ended() -> None:
    desk = few("ann")
    until = NOW + timedelta(hours=5)
    opener = desk.items[0]
    desk.events.append(
        Event("s", opener.id, "snoozed", "nok", NOW - timedelta(minutes=5), {"until": until.isoformat()})
    )
    desk.items.append(item("ann", "thanks, ok", timedelta(minutes=1), thread=opener.thread))
    async with stage(desk) as on:
        await on.press("Z")
        await on.sees("snooze @ann until")
        assert last(on).detail == {"until": until.isoformat()}


async def test_big_z_without_an_ended_snooze_says_so() -> None:
    async with stage(few("ann")) as on:
        await on.press("Z")
        await on.sees("no snooze was ended here")
        assert not on.desk.events
