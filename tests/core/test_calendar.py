"""Working time: what is open, how much of it passed, and when so much has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from naive_calendar import Walls

from cxtui.core.calendar import ALWAYS_OPEN, SEARCH, Calendar, Closed, Hours, biz, biz_add, closed

BERLIN = ZoneInfo("Europe/Berlin")
VIENTIANE = ZoneInfo("Asia/Vientiane")
APIA = ZoneInfo("Pacific/Apia")
ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Vientiane",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
)
NINE_TO_FIVE: Hours = (9 * 60, 17 * 60)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Off:
    """Days off of a test."""

    days: frozenset[date]

    @property
    def text(self) -> str:
        return ", ".join(map(str, sorted(self.days)))

    def __call__(self, year: int) -> Mapping[date, str]:
        return {day: f"day {day}" for day in self.days if day.year == year}


def of(*days: tuple[Hours, ...], zone: ZoneInfo = BERLIN, off: frozenset[date] = frozenset()) -> Calendar:
    return Calendar("test", zone, (*days, *[()] * (7 - len(days))), Off(off))


OFFICE = of(*[(NINE_TO_FIVE,)] * 5)
SPLIT = of(*[((9 * 60, 12 * 60), (13 * 60, 18 * 60))] * 5, ((9 * 60, 12 * 60),), zone=VIENTIANE)
NIGHT = of(*[((22 * 60, 26 * 60),)] * 7)


def berlin(day: str, hour: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time.fromisoformat(hour), BERLIN).astimezone(UTC)


# what is published and what is written down

FRIDAY = "2026-11-20"
MONDAY = "2026-11-23"


def test_friday_a_quarter_to_five_and_thirty_minutes_are_monday_a_quarter_past_nine() -> None:
    assert biz_add(berlin(FRIDAY, "16:45"), 30 * MINUTE, OFFICE) == berlin(MONDAY, "09:15")


def test_friday_half_past_four_and_an_hour_are_monday_half_past_nine() -> None:
    assert biz_add(berlin(FRIDAY, "16:30"), HOUR, OFFICE) == berlin(MONDAY, "09:30")


def test_what_ends_at_the_closing_is_due_at_the_closing() -> None:
    """Hours are half-open: a minute more is the next morning."""
    assert biz_add(berlin(FRIDAY, "16:45"), 15 * MINUTE, OFFICE) == berlin(FRIDAY, "17:00")
    assert not OFFICE.is_open(berlin(FRIDAY, "17:00"))
    assert OFFICE.is_open(berlin(FRIDAY, "16:59:59"))
    assert OFFICE.is_open(berlin(FRIDAY, "09:00"))
    assert biz_add(berlin(FRIDAY, "16:45"), 16 * MINUTE, OFFICE) == berlin(MONDAY, "09:01")


def test_what_begins_while_closed_counts_from_the_opening() -> None:
    assert biz_add(berlin("2026-11-21", "11:00"), 30 * MINUTE, OFFICE) == berlin(MONDAY, "09:30")
    assert biz_add(berlin("2026-11-21", "11:00"), timedelta(), OFFICE) == berlin("2026-11-21", "11:00")


def test_a_lunch_break_is_not_counted() -> None:
    start = datetime(2026, 11, 20, 11, 30, tzinfo=VIENTIANE).astimezone(UTC)
    assert biz_add(start, HOUR, SPLIT).astimezone(VIENTIANE).strftime("%a %H:%M") == "Fri 13:30"
    assert biz(start, start + 3 * HOUR, SPLIT) == 2 * HOUR


def test_a_night_shift_belongs_to_the_day_on_which_it_begins() -> None:
    assert biz_add(berlin(FRIDAY, "23:00"), 4 * HOUR, NIGHT) == berlin("2026-11-21", "23:00")
    off = of(*[((22 * 60, 26 * 60),)] * 7, off=frozenset({date(2026, 11, 21)}))
    assert off.is_open(berlin("2026-11-21", "01:00"))
    assert not off.is_open(berlin("2026-11-21", "23:00"))
    assert not off.is_open(berlin("2026-11-22", "01:00"))


def test_a_holiday_is_skipped_and_said() -> None:
    calendar = of(*[(NINE_TO_FIVE,)] * 5, off=frozenset({date(2026, 11, 23)}))
    start, due = berlin(FRIDAY, "16:45"), berlin("2026-11-24", "09:15")
    assert biz_add(start, 30 * MINUTE, calendar) == due
    shut = Closed(berlin(FRIDAY, "17:00"), berlin("2026-11-24", "09:00"), ("day 2026-11-23",))
    assert closed(start, due, calendar) == (shut,)


def test_the_hour_that_summer_time_leaves_out_is_no_working_time() -> None:
    calendar = of(*[((0, 24 * 60),)] * 7, off=frozenset({date(2026, 1, 1)}))
    spring, autumn = berlin("2026-03-29", "00:00"), berlin("2026-10-25", "00:00")
    assert biz(spring, berlin("2026-03-30", "00:00"), calendar) == 23 * HOUR
    assert biz(autumn, berlin("2026-10-26", "00:00"), calendar) == 25 * HOUR


@pytest.mark.parametrize(
    ("day", "hours", "opens", "closes"),
    [
        ("2026-03-29", (60, 150), "00:00", "01:00"),  # closes at the jump
        ("2026-03-29", (150, 240), "01:00", "02:00"),  # opens at the jump
        ("2026-03-29", (130, 170), None, None),  # the jump takes all of it
        ("2026-10-25", (150, 240), "00:30", "03:00"),  # opens at the first 02:30
        ("2026-10-25", (60, 150), "23:00", "00:30"),  # closes at the first 02:30
    ],
)
def test_hours_on_the_days_when_the_clocks_change(
    day: str, hours: Hours, opens: str | None, closes: str | None
) -> None:
    calendar = of(*[(hours,)] * 7)
    when = date.fromisoformat(day)
    first, last = calendar.opening(when), calendar.closing(when)
    assert (first and f"{first:%H:%M}", last and f"{last:%H:%M}") == (opens, closes)


def test_a_day_that_a_zone_left_out_has_no_hours() -> None:
    """Samoa went from 29 to 31 December 2011."""
    calendar = of(*[(NINE_TO_FIVE,)] * 7, zone=APIA)
    assert [bool(calendar.spans(date(2011, 12, day))) for day in (29, 30, 31)] == [True, False, True]


def test_openings_and_closings() -> None:
    saturday = date(2026, 11, 21)
    assert OFFICE.opening(saturday) is None
    assert OFFICE.closing(saturday) is None
    assert OFFICE.opening(date(2026, 11, 23)) == berlin(MONDAY, "09:00")
    assert OFFICE.closing(date(2026, 11, 23)) == berlin(MONDAY, "17:00")
    assert OFFICE.next_opening(berlin(FRIDAY, "17:00")) == berlin(MONDAY, "09:00")
    assert OFFICE.next_opening(berlin(MONDAY, "09:30")) == berlin(MONDAY, "09:30")


def test_a_calendar_that_never_opens_again_ends_the_search_after_a_year() -> None:
    never = of()
    start = berlin(FRIDAY, "12:00")
    assert biz_add(start, HOUR, never) == start + SEARCH
    assert never.next_opening(start) == start + SEARCH
    assert biz(start, start + SEARCH, never) == timedelta()


def test_the_hash_tells_what_the_hours_mean_and_not_how_they_are_called() -> None:
    again = Calendar("another name", BERLIN, OFFICE.week)
    assert again.hash == OFFICE.hash
    others = [
        Calendar("test", VIENTIANE, OFFICE.week),
        of(*[(NINE_TO_FIVE,)] * 6),
        of(*[(NINE_TO_FIVE,)] * 5, off=frozenset({date(2026, 12, 31)})),
    ]
    assert len({OFFICE.hash, *(one.hash for one in others)}) == 4
    assert ALWAYS_OPEN.hash == "24/7"
    assert Calendar("all day", BERLIN, (((0, 24 * 60),),) * 7).hash == "24/7"


def test_hours_are_said_in_words() -> None:
    assert SPLIT.words == "mon-fri 09:00-12:00, 13:00-18:00; sat 09:00-12:00 (Asia/Vientiane)"
    assert NIGHT.words == "mon-sun 22:00-02:00 (Europe/Berlin)"
    assert of((), ((0, 24 * 60),)).words == "tue 00:00-24:00 (Europe/Berlin)"
    assert ALWAYS_OPEN.words == "around the clock"


# what holds for every calendar

moments = st.datetimes(datetime(2015, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone
lengths = st.timedeltas(timedelta(), timedelta(days=20))


@st.composite
def days(draw: st.DrawFn) -> tuple[Hours, ...]:
    """Up to three hours of a day, in order and apart."""
    ends = sorted(draw(st.sets(st.integers(0, 24 * 60), max_size=6)))
    return tuple(zip(ends[::2], ends[1::2], strict=False))


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    week = [draw(days()) for _ in range(7)]
    for n, hours in enumerate(week):
        following = week[(n + 1) % 7]
        room = following[0][0] if following else 12 * 60
        if room and draw(st.booleans()):
            start = max(hours[-1][1] if hours else 0, 18 * 60)
            night = [(start, 24 * 60 + draw(st.integers(1, room)))] if start < 24 * 60 else []
            week[n] = (*hours, *night)
    assume(any(week))
    off = draw(st.frozensets(st.dates(date(2014, 12, 1), date(2035, 2, 1)), max_size=5))
    return Calendar("any", ZoneInfo(draw(st.sampled_from(ZONES))), tuple(week), Off(off))


@given(calendars(), moments, lengths)
def test_so_much_has_passed_when_it_is_due(calendar: Calendar, start: datetime, length: timedelta) -> None:
    assert biz(start, biz_add(start, length, calendar), calendar) == length


@given(calendars(), moments, lengths)
def test_it_is_due_at_the_first_such_moment(calendar: Calendar, start: datetime, length: timedelta) -> None:
    assume(length)
    due = biz_add(start, length, calendar)
    assert biz(start, due - timedelta(microseconds=1), calendar) < length


@given(calendars(), moments, lengths, lengths)
def test_more_time_is_never_due_earlier(
    calendar: Calendar, start: datetime, one: timedelta, other: timedelta
) -> None:
    short, long = sorted((one, other))
    assert biz_add(start, short, calendar) <= biz_add(start, long, calendar)
    assert biz_add(start, one, calendar) <= biz_add(start + other, one, calendar)


@given(calendars(), moments, lengths, lengths)
def test_parts_of_a_time_add_up(
    calendar: Calendar, start: datetime, one: timedelta, other: timedelta
) -> None:
    assert biz_add(biz_add(start, one, calendar), other, calendar) == biz_add(start, one + other, calendar)
    middle, end = start + one, start + one + other
    assert biz(start, middle, calendar) + biz(middle, end, calendar) == biz(start, end, calendar)
    assert biz(end, start, calendar) == -biz(start, end, calendar)


@given(calendars(), moments, lengths)
def test_what_is_not_worked_is_closed(calendar: Calendar, start: datetime, length: timedelta) -> None:
    end = start + length
    shut = closed(start, end, calendar)
    assert sum((one.end - one.start for one in shut), timedelta()) + biz(start, end, calendar) == length
    assert all(not calendar.is_open(one.start) for one in shut)


@given(moments, lengths)
def test_around_the_clock_all_time_counts(start: datetime, length: timedelta) -> None:
    assert biz_add(start, length, ALWAYS_OPEN) == start + length
    assert biz(start, start + length, ALWAYS_OPEN) == length
    assert closed(start, start + length, ALWAYS_OPEN) == ()


STEADY = ("UTC", "Asia/Vientiane", "Asia/Kathmandu")
"""Zones without summer time: on its days a wall shows the same hour twice, which has rules of its own."""


@settings(max_examples=40, deadline=None)
@given(calendars(), st.sampled_from(STEADY), moments, st.integers(0, 8000), st.integers(1, 600))
def test_it_equals_a_count_of_minutes(
    drawn: Calendar, zone: str, start: datetime, length: int, minutes: int
) -> None:
    calendar = Calendar("any", ZoneInfo(zone), drawn.week, drawn.holidays)
    walls = Walls(calendar.zone, calendar.week, lambda day: day in calendar.holidays(day.year))
    start = start.replace(second=0, microsecond=0)
    end = start + length * MINUTE
    assert biz(start, end, calendar) == walls.worked(start, end) * MINUTE
    if walls.worked(start, start + timedelta(days=9)) >= minutes:
        assert biz_add(start, minutes * MINUTE, calendar) == walls.after(start, minutes)


@settings(max_examples=25, deadline=None)
@given(calendars(), st.integers(-400, 400), st.integers(1, 300))
def test_it_equals_a_count_of_minutes_where_the_clock_jumps_forward(
    drawn: Calendar, before: int, minutes: int
) -> None:
    calendar = Calendar("any", BERLIN, drawn.week, Off(frozenset()))
    walls = Walls(BERLIN, calendar.week, lambda _: False)
    start = berlin("2026-03-29", "03:00") - before * MINUTE
    assert (
        biz(start, start + timedelta(days=2), calendar)
        == walls.worked(start, start + timedelta(days=2)) * MINUTE
    )
    if walls.worked(start, start + timedelta(days=9)) >= minutes:
        assert biz_add(start, minutes * MINUTE, calendar) == walls.after(start, minutes)
