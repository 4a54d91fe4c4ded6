"""Files of events: the days they take, and the line of what is wrong with them."""

from __future__ import annotations

from datetime import UTC, date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtui.config.ics import events
from cxtui.config.icslines import Broken
from cxtui.config.yearly import Event

BERLIN = ZoneInfo("Europe/Berlin")


def whole(*lines: str, end: str = "\r\n") -> bytes:
    """A calendar with one event of these lines: they begin at line 4."""
    return end.join(
        ["BEGIN:VCALENDAR", "VERSION:2.0", "BEGIN:VEVENT", *lines, "END:VEVENT", "END:VCALENDAR", ""]
    ).encode()


def days(raw: bytes, *years: int) -> list[str]:
    found = events(raw, BERLIN)
    return sorted(str(day) for event in found for year in years for day in event.days(year))


def test_an_event_of_one_day() -> None:
    raw = whole("DTSTART;VALUE=DATE:20261224", "SUMMARY:Holy Night")
    assert days(raw, 2025, 2026, 2027) == ["2026-12-24"]
    assert events(raw, BERLIN)[0].name == "Holy Night"


def test_the_end_of_an_event_is_not_in_it() -> None:
    assert days(whole("DTSTART;VALUE=DATE:20261230", "DTEND;VALUE=DATE:20270102"), 2026, 2027) == [
        "2026-12-30", "2026-12-31", "2027-01-01",
    ]  # fmt: skip
    assert days(whole("DTSTART;VALUE=DATE:20261230", "DURATION:P1W"), 2026) == ["2026-12-30", "2026-12-31"]
    assert days(whole("DTSTART:20261230", "DTEND:20261230"), 2026) == ["2026-12-30"]


def test_hours_take_the_days_that_they_touch_where_the_calendar_is() -> None:
    assert days(whole("DTSTART:20261224T230000Z", "DTEND:20261225T230000Z"), 2026) == ["2026-12-25"]
    assert days(whole("DTSTART:20261224T220000Z", "DTEND:20261224T230001Z"), 2026) == [
        "2026-12-24",
        "2026-12-25",
    ]
    there = "DTSTART;TZID=Asia/Vientiane:20261225T030000"
    assert days(whole(there, "DURATION:PT1H"), 2026) == ["2026-12-24"]
    assert days(whole("DTSTART:20261225T030000"), 2026) == ["2026-12-25"]


def test_yearly_repetitions() -> None:
    christmas = whole("DTSTART;VALUE=DATE:20201225", "RRULE:FREQ=YEARLY")
    assert days(christmas, 2019, 2020, 2026) == ["2020-12-25", "2026-12-25"]
    assert days(whole("DTSTART;VALUE=DATE:20201225", "RRULE:FREQ=YEARLY;COUNT=2"), 2020, 2021, 2022) == [
        "2020-12-25", "2021-12-25",
    ]  # fmt: skip
    assert days(whole("DTSTART;VALUE=DATE:20201225", "RRULE:FREQ=YEARLY;UNTIL=20211225"), 2021, 2022) == [
        "2021-12-25"
    ]
    assert days(whole("DTSTART;VALUE=DATE:20201225", "RRULE:FREQ=YEARLY;INTERVAL=2"), 2021, 2022) == [
        "2022-12-25"
    ]
    thanksgiving = whole("DTSTART;VALUE=DATE:20201126", "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH")
    assert days(thanksgiving, 2025, 2026) == ["2025-11-27", "2026-11-26"]
    last_monday = whole("DTSTART;VALUE=DATE:20200525", "RRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO")
    assert days(last_monday, 2026) == ["2026-05-25"]
    leap = whole("DTSTART;VALUE=DATE:20200229", "RRULE:FREQ=YEARLY")
    assert days(leap, 2021, 2024) == ["2024-02-29"]
    new_year = whole("DTSTART;VALUE=DATE:20201230", "DURATION:P4D", "RRULE:FREQ=YEARLY")
    assert days(new_year, 2026) == ["2026-01-01", "2026-01-02", "2026-12-30", "2026-12-31"]


def test_days_that_are_added_left_out_moved_and_cancelled() -> None:
    head = ("DTSTART;VALUE=DATE:20251224", "UID:x", "RRULE:FREQ=YEARLY")
    assert days(whole(*head, "EXDATE;VALUE=DATE:20261224", "RDATE;VALUE=DATE:20261223"), 2026) == [
        "2026-12-23"
    ]
    moved = ("END:VEVENT", "BEGIN:VEVENT", "UID:x", "RECURRENCE-ID:20261224", "DTSTART:20261222")
    assert days(whole(*head, *moved), 2026) == ["2026-12-22"]
    assert days(whole(*head, *moved, "STATUS:CANCELLED"), 2026) == []


def test_folded_lines_byte_order_marks_alarms_and_escapes() -> None:
    raw = b"\xef\xbb\xbf" + whole(
        "DTSTART;VALUE", " =DATE:2026", "\t1224", 'SUMMARY;LANGUAGE="a:b":We count\\, a', " ll\\nof it",
        "BEGIN:VALARM", "SUMMARY:not this", "END:VALARM", end="\n",
    )  # fmt: skip
    (found,) = events(raw, BERLIN)
    assert (found.name, found.start) == ("We count, all of it", date(2026, 12, 24))


@pytest.mark.parametrize(
    ("raw", "line", "said"),
    [
        (b"", 1, "ends here without END:VCALENDAR"),
        (b"<html>", 1, "a line begins with NAME:"),
        (b"X:1\n", 1, "BEGIN:VCALENDAR is missing"),
        (b"BEGIN:VCALENDAR\nEND:VCALENDAR\n", 1, "there is no event in it"),
        (b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20261224\n", 3, "ends here without END:VEVENT"),
        (b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR\n", 3, "END:VCALENDAR ends what did not begin there"),
        (b"BEGIN:VCALENDAR\n\nX-NAME:\xff\n", 3, "this is no UTF-8 text"),
        (whole("SUMMARY:x"), 3, "this event has no DTSTART"),
        (whole("DTSTART:tomorrow"), 4, "DTSTART 'tomorrow' is no day such as"),
        (whole("DTSTART:20260230"), 4, "DTSTART '20260230' is no day of any calendar"),
        (whole("DTSTART:20261224T250000"), 4, "is no day of any calendar"),
        (whole("DTSTART;TZID=Europe/Berlim:20261224T090000"), 4, "unknown time zone 'Europe/Berlim'"),
        (whole("DTSTART:20261224", "DTEND:20261223"), 5, "ends before it begins"),
        (whole("DTSTART:20261224", "DURATION:forever"), 5, "'forever' is no length of time"),
        (whole("DTSTART:20261224", "DTEND:20281224"), 5, "takes more than 366 days"),
        (
            whole("DTSTART:20261224", "DTSTART:20261225"),
            5,
            "DTSTART stands in the same event at line 4 already",
        ),
        (whole("DTSTART:20261224", "RRULE:FREQ=WEEKLY"), 5, "a repetition weekly is not understood"),
        (whole("DTSTART:20261224", "RRULE:COUNT=2"), 5, "without freq"),
        (whole("DTSTART:20261224", "RRULE:FREQ=YEARLY;BYWEEKNO=3"), 5, "a repetition with BYWEEKNO"),
        (whole("DTSTART:20261224", "RRULE:FREQ=YEARLY;BYDAY=MO"), 5, "BYDAY=MO is not understood"),
        (
            whole("DTSTART:20261224", "RRULE:FREQ=YEARLY;BYMONTH=13"),
            5,
            "'13' in a repetition must be a number",
        ),
        (
            whole("DTSTART:20261224", "RRULE:FREQ=YEARLY;INTERVAL=0"),
            5,
            "'0' in a repetition must be a number",
        ),
        (whole("DTSTART:20261224", "EXDATE:x"), 5, "EXDATE 'x' is no day"),
        (whole("DTSTART:20261224", "no colon here"), 5, "a line begins with NAME:"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(raw: bytes, line: int, said: str) -> None:
    with pytest.raises(Broken) as caught:
        events(raw, BERLIN)
    assert (caught.value.line, said in str(caught.value)) == (line, True), str(caught.value)


def test_more_events_than_any_list_of_days_off_has_are_refused() -> None:
    one = "BEGIN:VEVENT\nDTSTART:20261224\nEND:VEVENT\n"
    with pytest.raises(Broken, match="more than 10000 events"):
        events(f"BEGIN:VCALENDAR\n{one * 10_001}END:VCALENDAR\n".encode(), UTC)


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    found: tuple[Event, ...] | Broken
    try:
        found = events(raw, UTC)
    except Broken as problem:
        found = problem
    assert found.line >= 1 if isinstance(found, Broken) else found


pieces = st.sampled_from([
    "DTSTART:20261224", "DTSTART;VALUE=DATE:20240229", "DTEND:20261226", "DURATION:P3D", "RRULE:FREQ=YEARLY",
    "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30,-1", "RRULE:FREQ=YEARLY;BYMONTH=2;BYDAY=5MO",
    "EXDATE:20261224", "RDATE:20270101,20270102", "SUMMARY:x", " folded", "END:VEVENT", "BEGIN:VEVENT",
])  # fmt: skip


@given(st.lists(pieces, max_size=12), st.integers(2024, 2030))
def test_any_event_gives_days_of_the_year_that_is_asked(told: list[str], year: int) -> None:
    try:
        found = events(whole(*told), UTC)
    except Broken:
        return
    assert all(day.year == year for event in found for day in event.days(year))
