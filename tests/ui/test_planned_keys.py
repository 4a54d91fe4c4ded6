"""Sending later: a time on the review bar, a row that says when, u takes it back, quitting does not ask."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from cxtui.engine.outbox import LEFT
from cxtui.ui.app import left_over
from tests.ui.fakedesk import NETWORKS, Clock, FakeDesk, item, left
from tests.ui.stage import Stage, stage

NINE = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)  # 9:00 in Vientiane


def waiting() -> FakeDesk:
    desk = FakeDesk(Clock(), can=dict(NETWORKS))
    desk.items = [item("ann", "where is it?", left(15)), item("bob", "and mine?", left(30))]
    return desk


async def plan(on: Stage, when: str) -> None:
    await on.press("r")
    await on.type("on its way")
    await on.press("ctrl+r")
    await on.sees("Send?", "Send later")
    await on.press("l")
    await on.sees("when?", "a draft again if the customer writes first")
    await on.type(when)
    await on.sees("goes out Sat 09:00")
    await on.press("enter")


async def test_l_asks_when_and_the_row_says_so_from_then_on() -> None:
    desk = waiting()
    async with stage(desk) as on:
        await plan(on, "tomorrow 9:00")
        text = await on.sees("(sends Sat 09:00)")
        (out,) = desk.out.values()
        assert (out.state, out.planned, out.until) == ("queued", NINE, NINE)
        assert "goes out in" not in text, "nothing counts down for hours"
        await on.press("3")
        await on.sees("sends Sat 09:00")


async def test_u_takes_it_back_into_the_composer() -> None:
    desk = waiting()
    async with stage(desk) as on:
        await plan(on, "tomorrow 9:00")
        await on.sees("(sends Sat 09:00)")
        await on.press("u")
        assert await on.sees("Reply to @ann", "on its way")


async def test_a_time_that_is_none_leaves_the_composer_as_it_was() -> None:
    desk = waiting()
    async with stage(desk) as on:
        await on.press("r")
        await on.type("on its way")
        await on.press("ctrl+r")
        await on.sees("Send?")
        await on.press("l")
        await on.sees("when?")
        await on.type("whenever")
        await on.press("enter")
        await on.sees("'whenever' is no time")
        assert [one for one in desk.out.values() if one.state == "queued"] == []


async def test_quitting_leaves_what_is_planned_to_others_without_a_question() -> None:
    desk = waiting()
    async with stage(desk) as on:
        await plan(on, "tomorrow 9:00")
        await on.sees("(sends Sat 09:00)")
        assert on.board.unsent() == []
        (out,) = desk.out.values()
        assert left_over([out]) == ["1 planned reply goes out at its time only where cxtui runs then\n"]
        handed = replace(out, error=LEFT)
        assert left_over([handed]) == ["1 on the way: the program that polls sends it\n"]
