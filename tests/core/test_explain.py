"""Why a row is due when it is, in words that can be checked by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from cxtui.core.calendar import Calendar
from cxtui.core.clock import Policy, Target
from cxtui.core.explain import Explanation, explain
from cxtui.core.filters import parse
from cxtui.core.freezing import frozen
from cxtui.core.history import History, intervals
from cxtui.core.inbox import Row
from cxtui.core.interval import Promise
from cxtui.core.item import Author, Clean, Event, Item, Reply, Tone
from cxtui.core.policies import Policies

BERLIN = ZoneInfo("Europe/Berlin")
FRIDAY = datetime(2026, 11, 20, 15, 45, tzinfo=UTC)
"""16:45 in Berlin."""


@dataclass(frozen=True, slots=True)
class Monday:
    """One Monday is off."""

    text: str = "2026-11-23"

    def __call__(self, year: int) -> Mapping[date, str]:
        return {date(year, 11, 23): "Founders' Day"}


NINE_TO_FIVE = (((9 * 60, 17 * 60),),) * 5 + ((), ())
OFFICE = Calendar("office", BERLIN, NINE_TO_FIVE)
OFF_ON_MONDAY = Calendar("office", BERLIN, NINE_TO_FIVE, Monday())


def desk(calendar: Calendar = OFFICE, minutes: float = 30) -> Policies:
    return Policies((Policy("desk", Target(worked=timedelta(minutes=minutes)), calendar=calendar),))


def told(
    policies: Policies,
    *,
    tone: Tone | None = None,
    events: tuple[Event, ...] = (),
    replies: tuple[Reply, ...] = (),
) -> Explanation:
    return explain(row(policies, tone, events, replies), FRIDAY, BERLIN, policies)


def row(
    policies: Policies,
    tone: Tone | None = None,
    events: tuple[Event, ...] = (),
    replies: tuple[Reply, ...] = (),
) -> Row:
    item = Item(
        "page:1", "page", "isso", "comment", "page:1", Author(Clean("@mai")), Clean("it does not work"),
        FRIDAY, FRIDAY, tone=tone,
    )  # fmt: skip
    return Row(intervals(History([item], replies, events), policies)[0], "abcd")


def test_around_the_clock() -> None:
    found = told(Policies())
    assert (found.policy, found.clock, found.calendar) == ("default", "first_response", "24/7")
    assert (found.allowed, found.hours) == ("1h00", "around the clock")
    assert found.why == (
        "@mai wrote on 2026-11-20 16:45; the policy 'default' allows 1h00 until the first answer, "
        "around the clock: due 2026-11-20 17:45."
    )


def test_closed_hours_are_said() -> None:
    found = told(desk())
    assert (found.start, found.due, found.target) == (
        FRIDAY, datetime(2026, 11, 23, 8, 15, tzinfo=UTC), timedelta(minutes=30),
    )  # fmt: skip
    assert (found.calendar, found.hours) == ("office", "mon-fri 09:00-17:00 (Europe/Berlin)")
    assert found.why == (
        "@mai wrote on 2026-11-20 16:45; the policy 'desk' allows 30m until the first answer, in working "
        "time: due 2026-11-23 09:15. Not counted: Fri 20 Nov 17:00 to Mon 23 Nov 09:00 (closed). "
        "Time counts in the hours of office: mon-fri 09:00-17:00 (Europe/Berlin)."
    )


def test_an_older_word_that_came_later_is_said_for_it_moves_no_due_time() -> None:
    policies = desk()
    known = row(policies).interval
    older = replace(known.opener, id="page:0", posted=FRIDAY - timedelta(hours=3))
    told_late = History([known.opener, older], frozen=frozen(known))
    found = explain(Row(intervals(told_late, policies)[0], "abcd"), FRIDAY, BERLIN, policies)
    assert found.start == FRIDAY - timedelta(hours=3)
    assert found.due == datetime(2026, 11, 23, 8, 15, tzinfo=UTC)
    assert found.why.startswith(
        "@mai wrote on 2026-11-20 16:45; the policy 'desk' allows 30m until the first answer, in working "
        "time: due 2026-11-23 09:15. An older message, of 2026-11-20 13:45, came later: the due time had "
        "been set. Not counted: Fri 20 Nov 17:00 to Mon 23 Nov 09:00 (closed)."
    )


def test_holidays_are_said_by_name() -> None:
    found = told(desk(OFF_ON_MONDAY))
    assert found.due == datetime(2026, 11, 24, 8, 15, tzinfo=UTC)
    assert "Not counted: Fri 20 Nov 17:00 to Tue 24 Nov 09:00 (closed, Founders' Day)." in found.why


def test_of_many_closed_times_the_first_and_the_last_are_said() -> None:
    """Forty working hours from Friday 16:45 on, with a Monday off: until Monday of the week after next."""
    found = told(desk(OFF_ON_MONDAY, minutes=40 * 60))
    assert found.allowed == "40h"
    assert "; 2 more until 2026-11-30 09:00. " in found.why
    assert found.why.count("(closed") == 3


def test_calendar_days_are_said_as_days_and_working_time_never_is() -> None:
    policies = Policies((replace(desk().listed[0], update=Target(worked=timedelta(hours=48))),))
    praise = told(policies, tone="praise")
    assert (praise.clock, praise.allowed) == ("thanks", "2d")
    assert "allows 2d to say thanks" in praise.why
    held = told(policies, replies=(Reply("page:1", "nok", Clean("…"), FRIDAY, "holding", remote_id="r"),))
    assert (held.clock, held.allowed) == ("update", "48h")
    assert (
        "nok wrote a holding reply on 2026-11-20 16:45; by the policy 'desk' a held customer hears again"
        in held.why
    )


def test_calendar_days_leave_nothing_out() -> None:
    """Two days from Friday 16:45 are Sunday 16:45, whatever the hours."""
    policies = Policies((replace(desk().listed[0], first_response=Target(days=2)),))
    found = told(policies)
    assert found.due == FRIDAY + timedelta(days=2)
    assert found.why == (
        "@mai wrote on 2026-11-20 16:45; the policy 'desk' allows 2d until the first answer, "
        "in calendar days: due 2026-11-22 16:45."
    )


def test_behind_calendar_days_working_time_is_explained() -> None:
    """Three days and an hour: Monday 16:45, and then the quarter until five and 45 minutes on Tuesday."""
    target = Target(days=3, worked=timedelta(hours=1))
    found = told(Policies((replace(desk().listed[0], first_response=target),)))
    assert found.due == datetime(2026, 11, 24, 8, 45, tzinfo=UTC)
    assert "days of the calendar and then working time: due 2026-11-24 09:45" in found.why
    assert "Not counted: Mon 23 Nov 17:00 to Tue 24 Nov 09:00 (closed)." in found.why


def test_a_promise_is_a_moment_whatever_the_hours() -> None:
    holding = Reply("page:1", "nok", Clean("…"), FRIDAY, "holding", remote_id="r")
    promised = Promise("page:1", "by seven", FRIDAY, FRIDAY + timedelta(hours=2), id="p")
    known = History([row(desk()).interval.opener], (holding,), promises=(promised,))
    found = explain(Row(intervals(known, desk())[0], "abcd"), FRIDAY, BERLIN, desk())
    assert found.due == FRIDAY + timedelta(hours=2)
    assert found.why == (
        "nok wrote a holding reply on 2026-11-20 16:45 and promised an answer by 2026-11-20 18:45, "
        "before the next update is due."
    )


def test_a_priority_that_was_lowered_again_is_no_reason() -> None:
    urgent = Policy(
        "now", Target(worked=timedelta(minutes=10)), calendar=OFFICE, match=parse("priority:urgent")
    )
    policies = replace(desk(), listed=(urgent, *desk().listed))
    levels = ("urgent", "low")
    events = [
        Event(level, "page:1", "priority", "nok", FRIDAY + timedelta(minutes=2 + n), {"level": level})
        for n, level in enumerate(levels)
    ]
    found = told(policies, events=tuple(events))
    assert "in working time since it had a higher priority, or a tag: due 2026-11-20 16:55" in found.why


def test_a_raised_priority_is_the_reason_of_an_earlier_due_time() -> None:
    urgent = Policy(
        "now", Target(worked=timedelta(minutes=10)), calendar=OFFICE, match=parse("priority:urgent")
    )
    policies = replace(desk(), listed=(urgent, *desk().listed))
    raised = Event("e", "page:1", "priority", "nok", FRIDAY + timedelta(minutes=2), {"level": "urgent"})
    found = told(policies, events=(raised,))
    assert (
        "the policy 'now' allows 10m until the first answer, in working time since its priority is urgent"
        in found.why
    )
    assert "since" not in told(policies).why


def test_hours_that_were_changed_since_are_said_to_be() -> None:
    before = row(desk())
    now = desk(Calendar("office", BERLIN, (((8 * 60, 12 * 60),),) * 7))
    known = History([before.interval.opener], frozen=frozen(before.interval))
    after = Row(intervals(known, now)[0], "abcd")
    found = explain(after, FRIDAY, BERLIN, now)
    assert found.due == before.due
    assert (found.calendar, found.hours) == (OFFICE.hash, "hours that no policy has any more")
    assert "The hours of its calendar were changed since; its due time was not." in found.why
