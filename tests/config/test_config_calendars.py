"""[calendars.NAME]: opening hours become a calendar, every mistake is named with its line."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from cxtui.config import load
from cxtui.core.calendar import Calendar
from cxtui.errors import ConfigError

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
HEAD = 'timezone = "Asia/Vientiane"\n[[policy]]\nname = "p"\nhours = "office"\n[calendars.office]\n'
"""Five lines: what follows begins at the sixth."""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def read(file: Path, text: str) -> Calendar:
    file.write_text(HEAD + text)
    config = load(file, {"HOME": str(file.parent)}, now=NOW)
    return config.policies.listed[0].calendar


def wrong(file: Path, text: str) -> list[str]:
    """What is wrong, each from its line on."""
    with pytest.raises(ConfigError) as caught:
        read(file, text)
    return [problem.removeprefix(f"{file}:") for problem in caught.value.problems]


def test_hours_of_days_and_ranges_of_days(file: Path) -> None:
    found = read(
        file,
        """timezone = "Europe/Berlin"
mon-fri = ["13:00-18:00", "9:00-12:00"]
saturday = "09:00-24:00"
sun-mon = ["22:00-02:00"]
""",
    )
    assert found.zone == ZoneInfo("Europe/Berlin")
    day, night = ((540, 720), (780, 1080)), (1320, 1560)
    assert found.week == ((*day, night), day, day, day, day, ((540, 1440),), (night,))


def test_the_zone_is_the_one_at_the_top_where_a_calendar_names_none(file: Path) -> None:
    assert read(file, 'mon = ["09:00-10:00"]').zone == ZoneInfo("Asia/Vientiane")


def test_days_off_are_those_of_a_country_a_part_of_one_days_and_files(file: Path) -> None:
    (file.parent / "closed.ics").write_text(
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20261127\nSUMMARY:Inventory\nEND:VEVENT\nEND:VCALENDAR\n"
    )
    found = read(
        file, 'mon-sun = ["09:00-10:00"]\nholidays = ["LA", "DE-BY", "2026-12-31", 2026-12-30, "closed.ics"]'
    )
    named = {
        day: found.holiday(date(2026, *day)) for day in ((11, 27), (12, 2), (12, 25), (12, 30), (12, 31))
    }
    assert named == {
        (11, 27): "Inventory", (12, 2): "Lao National Day", (12, 25): "Christmas Day",
        (12, 30): "a day off", (12, 31): "a day off",
    }  # fmt: skip
    assert found.holiday(date(2026, 1, 6)) == "Epiphany"  # of Bavaria, not of all Germany
    assert found.holiday(date(2026, 12, 29)) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "5 calendars.office: has no hours, for instance mon-fri ="),
        ('holidays = ["LA"]', "5 calendars.office: has no hours"),
        ('\nmon = ["17:00-09:00"]', "7 calendars.office.mon: '17:00-09:00' ends before it begins"),
        ('mon = ["09:00-09:00"]', "6 calendars.office.mon: '09:00-09:00' is no time at all"),
        ('mon = ["9-17"]', "6 calendars.office.mon: '9-17' are no hours; they are written \"09:00-17:00\""),
        ('mon = ["09:60-10:00"]', "6 calendars.office.mon: '09:60-10:00' are no hours"),
        ('mon = ["24:00-24:30"]', "6 calendars.office.mon: '24:00-24:30' are no hours"),
        ("mon = 9", '6 calendars.office.mon: must be a list of hours such as ["09:00-12:00", "13:00-18:00"]'),
        ("mon = [9]", "6 calendars.office.mon: must be a list of hours"),
        (
            'mon-fri = ["09:00-12:00"]\nwed = ["11:00-13:00"]',
            "7 calendars.office.wed: wed 11:00-13:00 overlaps wed 09:00-12:00 of line 6",
        ),
        (
            'sun = ["22:00-02:00"]\nmon = ["01:00-03:00"]',
            "7 calendars.office.mon: mon 01:00-03:00 overlaps sun 22:00-02:00 of line 6",
        ),
        (
            'mon = ["09:00-10:00"]\ntuesdey = ["09:00-10:00"]',
            "7 calendars.office.tuesdey: unknown key, did you",
        ),
        (
            'timezone = "Europe/Berlim"',
            "6 calendars.office.timezone: unknown time zone 'Europe/Berlim', did you mean",
        ),
        ('holidays = ["XX"]', "6 calendars.office.holidays: unknown country 'XX'"),
        ('holidays = ["la"]', "6 calendars.office.holidays: unknown country 'la', did you mean 'LA'?"),
        ('holidays = ["DE-QQ"]', "6 calendars.office.holidays: unknown part of DE: 'DE-QQ'"),
        (
            'holidays = ["Laos!"]',
            '6 calendars.office.holidays: \'Laos!\' is no country such as "LA" or "DE-BY"',
        ),
        ('holidays = ["2026-02-30"]', "6 calendars.office.holidays: '2026-02-30' is no day of any calendar"),
        ('holidays = ["none.ics"]', "none.ics: cannot be read: No such file or directory"),
        ("holidays = [true]", "6 calendars.office.holidays: must hold texts such as"),
        ('holidays = "LA"', "6 calendars.office.holidays: must be a list such as"),
    ],
)
def test_every_mistake_is_named_with_its_line(file: Path, text: str, said: str) -> None:
    assert any(said in problem for problem in wrong(file, text)), wrong(file, text)


def test_a_broken_file_of_events_is_named_with_its_own_line(file: Path) -> None:
    broken = file.parent / "closed.ics"
    broken.write_text("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:2026\nEND:VEVENT\nEND:VCALENDAR\n")
    (said,) = wrong(file, 'mon = ["09:00-10:00"]\nholidays = ["closed.ics"]')
    assert said.startswith(f"7 calendars.office.holidays: {broken}:3 DTSTART '2026' is no day")


def test_a_calendar_without_an_open_day_within_a_year_is_refused(file: Path) -> None:
    days = ", ".join(f'"{NOW.date() + timedelta(days=n)}"' for n in range(367))
    (said,) = wrong(file, f'mon-sun = ["09:00-10:00"]\nholidays = [{days}]')
    assert said.startswith("5 calendars.office: is never open within 366 days")
    last = ", ".join(f'"{NOW.date() + timedelta(days=n)}"' for n in range(366))
    assert read(file, f'mon-sun = ["09:00-10:00"]\nholidays = [{last}]').week[0]


def test_the_calendar_that_never_closes_cannot_be_described(file: Path) -> None:
    said = wrong(file, 'mon = ["09:00-10:00"]\n[calendars."24/7"]\nmon = ["09:00-10:00"]')
    assert any(problem.startswith("7 ") and "cannot be a calendar's name" in problem for problem in said)


def test_the_same_events_in_another_file_are_the_same_calendar(file: Path) -> None:
    event = "DTSTART;VALUE=DATE:20261127\nSUMMARY:{}\nEND:VEVENT\nEND:VCALENDAR\n"
    hashes: list[str] = []
    for stamp, name in (("20260101T000000Z", "Inventory"), ("20260202T000000Z", "We count")):
        head = f"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTAMP:{stamp}\n"
        (file.parent / "closed.ics").write_text(head + event.format(name))
        hashes.append(read(file, 'mon = ["09:00-10:00"]\nholidays = ["closed.ics"]').hash)
    (file.parent / "closed.ics").write_text(head + event.format(name).replace("1127", "1128"))
    hashes.append(read(file, 'mon = ["09:00-10:00"]\nholidays = ["closed.ics"]').hash)
    assert hashes[0] == hashes[1] != hashes[2]
