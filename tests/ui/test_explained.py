"""The screen says why a row is due when it is."""

from __future__ import annotations

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

from cxtui.core.calendar import Calendar
from cxtui.core.clock import Policy, Target
from cxtui.core.policies import Policies
from tests.ui.fakedesk import Clock, FakeDesk, item
from tests.ui.stage import stage

OFFICE = Calendar("office", ZoneInfo("Asia/Vientiane"), (((8 * 60, 14 * 60),),) * 5 + ((), ()))
DESK = Policies((Policy("desk", Target(worked=timedelta(minutes=30)), calendar=OFFICE),))


def friday() -> FakeDesk:
    """Somebody wrote on Friday at 13:52 local time, eight minutes before the closing."""
    return FakeDesk(Clock(), [item("@mai", "where is it?", timedelta(minutes=15))], policies=DESK)


async def test_the_help_of_a_row_begins_with_why_it_is_due_then() -> None:
    async with stage(friday()) as on:
        await on.press("question_mark")
        text = await on.sees(
            "Why is it due then? @mai", "policy   desk", "target   30m", "due      Mon 08:22"
        )
        assert "Fri 20 Nov 14:00 to Mon 23 Nov 08:00" in " ".join(text.split())
        assert text.index("Why is it due then?") < text.index("Reply")
        await on.press("q")
        await on.sees("Unanswered")


async def test_the_palette_has_the_same_on_a_page_of_its_own() -> None:
    async with stage(friday(), (40, 12)) as on:
        await on.press("colon")
        await on.type("why is it due")
        await on.press("enter")
        await on.sees("── Why is it due then?", "office, mon-fri", "08:00-14:00")
        await on.press("escape")
        assert await on.sees("Unanswered")


async def test_the_thread_names_policy_and_working_time() -> None:
    async with stage(friday(), (120, 40)) as on:
        assert await on.sees("due Mon 08:22 (first answer, policy desk, working time)")


async def test_an_empty_queue_has_help_without_a_row() -> None:
    async with stage(FakeDesk(Clock())) as on:
        await on.press("question_mark")
        text = await on.sees("── Help")
        assert "Why is it due then?" not in text.splitlines()[1]


async def test_a_snooze_until_a_morning_ends_with_the_opening() -> None:
    async with stage(friday()) as on:
        await on.press("s")
        text = await on.sees("Monday morning")
        assert re.search(r"Monday morning +Mon 08:00", text)
