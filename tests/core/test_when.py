"""What a person may type for a time, and what it means."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtui.core.calendar import Calendar
from cxtui.core.when import duration, when
from cxtui.errors import UsageError

VIENTIANE = ZoneInfo("Asia/Vientiane")
BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)  # a Sunday, 09:00 in Vientiane

moments = st.datetimes(
    min_value=datetime(2000, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    max_value=datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
zones = st.sampled_from(
    [UTC, VIENTIANE, BERLIN, NEW_YORK, ZoneInfo("Australia/Lord_Howe"), ZoneInfo("Asia/Kolkata")]
)
hours = st.tuples(st.integers(0, 23), st.integers(0, 59))


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("60s", timedelta(seconds=60)),
        ("15m", timedelta(minutes=15)),
        ("2h", timedelta(hours=2)),
        ("1h30", timedelta(minutes=90)),
        ("1h30m", timedelta(minutes=90)),
        ("1d", timedelta(days=1)),
        ("1d12h", timedelta(hours=36)),
        ("400d", timedelta(days=400)),
    ],
)
def test_a_length_of_time_is_read(text: str, length: timedelta) -> None:
    assert duration(text) == length
    assert when(text, NOW, VIENTIANE) == NOW + length


@pytest.mark.parametrize("text", ["", "15", "h", "1.5h", "-2h", "2h 30m", "30m2h", "2x", "٣h", "1h300"])
def test_what_is_no_length_of_time_is_none(text: str) -> None:
    assert duration(text) is None


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("tomorrow", "2026-11-23T02:00"),
        ("tomorrow 9:00", "2026-11-23T02:00"),
        ("Tomorrow  14:30", "2026-11-23T07:30"),
        ("today 17:00", "2026-11-22T10:00"),
        ("fri", "2026-11-27T02:00"),
        ("friday", "2026-11-27T02:00"),
        ("mon 14:30", "2026-11-23T07:30"),
        ("sun 9:01", "2026-11-22T02:01"),
        ("sun", "2026-11-29T02:00"),
        ("2026-12-01", "2026-12-01T02:00"),
        ("2026-12-01 9:00", "2026-12-01T02:00"),
        ("2026-12-01 23:59", "2026-12-01T16:59"),
    ],
)
def test_days_and_hours_are_those_of_the_zone(text: str, utc: str) -> None:
    assert when(text, NOW, VIENTIANE) == datetime.fromisoformat(utc).replace(tzinfo=UTC)


def test_events_are_given_as_their_names() -> None:
    assert when("reply", NOW, UTC) == "reply"
    assert when(" Promise ", NOW, UTC) == "promise"


def test_an_hour_that_summer_time_leaves_out_moves_forward() -> None:
    eve = datetime(2026, 3, 28, 12, tzinfo=UTC)
    found = when("tomorrow 2:30", eve, BERLIN)
    assert isinstance(found, datetime)
    assert found.astimezone(BERLIN).strftime("%H:%M") == "03:30"


def test_an_hour_that_comes_twice_is_the_first_one_not_past() -> None:
    before = datetime(2026, 10, 25, 0, 0, tzinfo=UTC)
    between = datetime(2026, 10, 25, 0, 45, tzinfo=UTC)
    assert when("today 2:30", before, BERLIN) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert when("today 2:30", between, BERLIN) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize("text", ["0m", "2026-11-21", "2026-11-22", "today 8:59", "1999-01-01 10:00"])
def test_a_time_that_is_past_is_refused_with_the_moment_it_names(text: str) -> None:
    with pytest.raises(UsageError, match="past"):
        when(text, NOW, VIENTIANE)


@pytest.mark.parametrize(
    "text",
    [
        "", "soon", "tomorrow 25:00", "tomorrow 9", "2026-13-01", "2026-02-30", "mo", "5", "fri 9:00 am",
        "9999999d", "9999-12-31 23:59 x", "reply now", "٢٠٢٦-١٢-٠١",
    ],
)  # fmt: skip
def test_what_names_no_time_is_refused_with_examples(text: str) -> None:
    with pytest.raises(UsageError, match="1h30"):
        when(text, NOW, VIENTIANE)


def test_the_end_of_the_calendar_is_no_crash() -> None:
    with pytest.raises(UsageError):
        when("9999-12-31 23:59", NOW, NEW_YORK)
    with pytest.raises(UsageError):
        when("tomorrow", datetime(9999, 12, 31, 12, tzinfo=UTC), UTC)


def test_a_slip_of_the_finger_names_the_nearest_word() -> None:
    with pytest.raises(UsageError, match="did you mean 'tomorrow'"):
        when("tomorow", NOW, UTC)
    with pytest.raises(UsageError) as hour:
        when("mon 24:00", NOW, UTC)
    assert "did you mean" not in str(hour.value), "the day is not what is wrong"


@given(moments, zones, st.integers(1, 500_000))
def test_a_length_counts_real_minutes_whatever_the_clocks_do(
    now: datetime, zone: ZoneInfo, minutes: int
) -> None:
    assert when(f"{minutes}m", now, zone) == now + timedelta(minutes=minutes)


@given(moments, zones, st.sampled_from(["mon", "tue", "wed", "thu", "fri", "sat", "sun"]), hours)
def test_a_weekday_is_the_next_one_ahead_and_never_more_than_a_week_away(
    now: datetime, zone: ZoneInfo, day: str, hour: tuple[int, int]
) -> None:
    found = when(f"{day} {hour[0]}:{hour[1]:02}", now, zone)
    assert isinstance(found, datetime)
    assert found.tzinfo is UTC
    assert now < found <= now + timedelta(days=7, hours=2)
    local = found.astimezone(zone)
    shown = timedelta(hours=local.hour, minutes=local.minute)
    asked = timedelta(hours=hour[0], minutes=hour[1])
    assert timedelta() <= (shown - asked) % timedelta(days=1) <= timedelta(hours=2), (
        "forward, and by a gap only"
    )
    if shown == asked:
        assert local.strftime("%a").lower() == day


@given(moments, zones)
def test_tomorrow_is_nine_on_the_next_day_of_the_zone(now: datetime, zone: ZoneInfo) -> None:
    found = when("tomorrow", now, zone)
    assert isinstance(found, datetime)
    local = found.astimezone(zone)
    assert local.date() == now.astimezone(zone).date() + timedelta(days=1)
    assert (local.hour, local.minute) == (9, 0)


@given(st.text(max_size=30), moments, zones)
def test_any_text_is_a_time_ahead_or_a_usage_error(text: str, now: datetime, zone: ZoneInfo) -> None:
    try:
        found = when(text, now, zone)
    except UsageError:
        return
    assert found in ("reply", "promise") or (isinstance(found, datetime) and found > now)


OFFICE = Calendar("office", BERLIN, (((8 * 60, 12 * 60), (13 * 60, 17 * 60)),) * 5 + ((), ()))
FRIDAY = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("mon", "2026-11-23 08:00"),
        ("fri", "2026-11-27 08:00"),  # today's opening is past
        ("2026-12-01", "2026-12-01 08:00"),
        ("2026-12-01 9:00", "2026-12-01 09:00"),
        ("tomorrow", "2026-11-21 09:00"),  # a Saturday: it is not open at all
    ],
)
def test_a_day_without_an_hour_begins_with_its_opening(text: str, local: str) -> None:
    found = when(text, FRIDAY, BERLIN, OFFICE)
    assert isinstance(found, datetime)
    assert f"{found.astimezone(BERLIN):%Y-%m-%d %H:%M}" == local


def test_the_opening_is_that_of_the_calendars_own_zone() -> None:
    assert when("mon", FRIDAY, VIENTIANE, OFFICE) == datetime(2026, 11, 23, 7, tzinfo=UTC)
