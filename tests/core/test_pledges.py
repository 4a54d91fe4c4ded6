"""What a draft promises, and until when, in nine languages; what is no promise."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtui.core.calendar import ALWAYS_OPEN, Calendar
from cxtui.core.pledges import Pledge, pledges
from cxtui.data.promising import OURS, promising, read

VIENTIANE = ZoneInfo("Asia/Vientiane")
BERLIN = ZoneInfo("Europe/Berlin")
WEDNESDAY = datetime(2026, 11, 25, 10, tzinfo=VIENTIANE)
LANGUAGES = ("en", "es", "pt", "fr", "de", "ar", "bn", "lo", "tl")
WORDS = promising().speeches

PHRASES = [
    tuple(part.strip() for part in line.split("|"))
    for line in (Path(__file__).parent / "promise_phrases.txt").read_text().splitlines()
    if line and not line.startswith("#")
]


class Closed:
    """Two holidays."""

    text = "closed"

    def __call__(self, year: int) -> dict[date, str]:
        return {date(2026, 11, 27): "a holiday", date(2026, 12, 2): "National Day"} if year == 2026 else {}


def office(zone: ZoneInfo = VIENTIANE) -> Calendar:
    """Monday to Friday 9 to 12 and 13 to 17, Saturday 9 to 12, closed on two holidays."""
    day = ((9 * 60, 12 * 60), (13 * 60, 17 * 60))
    return Calendar("office", zone, (*[day] * 5, ((9 * 60, 12 * 60),), ()), Closed())


def local(moment: datetime | None, zone: ZoneInfo = VIENTIANE) -> str:
    return "undated" if moment is None else f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"


def dues(text: str, lang: str | None, now: datetime = WEDNESDAY, calendar: Calendar | None = None) -> str:
    zone = ZoneInfo(str(now.tzinfo))
    found = pledges(text, lang, now.astimezone(UTC), zone, calendar, words=WORDS)
    return ", ".join(local(one.due, zone) for one in found) or "-"


def test_every_phrase_is_due_when_its_reader_would_say() -> None:
    wrong = [
        f"{lang} {text!r}: {due} expected, {found}"
        for lang, text, due in PHRASES
        if (found := dues(text, lang)) != due
    ]
    assert not wrong, "\n".join(wrong)
    by_language = Counter(lang for lang, _, _ in PHRASES)
    assert len(PHRASES) >= 60
    assert set(by_language) == set(LANGUAGES)
    assert min(by_language.values()) >= 6, by_language


@pytest.mark.parametrize(
    ("text", "now", "due"),
    [
        ("I will write by Thursday.", WEDNESDAY, "2026-11-26 17:00"),
        ("I will write by Friday.", WEDNESDAY, "2026-11-27 18:00"),  # a holiday has no closing
        ("I will write on Saturday.", WEDNESDAY, "2026-11-28 12:00"),
        ("I will write within 2 working days.", WEDNESDAY, "2026-11-28 12:00"),  # the holiday does not count
        ("I will write within 5 business days.", WEDNESDAY, "2026-12-03 17:00"),  # nor does the other one
        ("I will write within 2 days.", WEDNESDAY, "2026-11-27 18:00"),  # but these are calendar days
        ("I will write within 24 h.", WEDNESDAY, "2026-11-26 10:00"),
        ("I will write within 8 business hours.", WEDNESDAY, "2026-11-26 11:00"),
        ("I will write before Monday.", WEDNESDAY, "2026-11-28 12:00"),
        ("I will write by end of day.", WEDNESDAY, "2026-11-25 17:00"),
        ("I will write by end of day.", WEDNESDAY.replace(hour=17, minute=30), "2026-11-25 23:59"),
        ("I will write this week.", WEDNESDAY, "2026-11-28 12:00"),
        ("I will write by Wednesday.", WEDNESDAY, "2026-11-25 17:00"),
        ("I will write by Wednesday.", WEDNESDAY.replace(hour=17), "2026-12-02 18:00"),
        ("I will write next Wednesday.", WEDNESDAY, "2026-12-02 18:00"),
        ("I will write tomorrow at noon.", WEDNESDAY, "2026-11-26 12:00"),
    ],
)
def test_a_calendar_says_when_a_day_is_over_and_which_days_work(text: str, now: datetime, due: str) -> None:
    assert dues(text, "en", now, office()) == due


def test_a_calendar_that_never_closes_says_no_more_than_none() -> None:
    for text in ("I will write by Friday.", "I'll write within 2 working days.", "I will write this week."):
        assert dues(text, "en", WEDNESDAY, ALWAYS_OPEN) == dues(text, "en") == "2026-11-27 18:00"


@pytest.mark.parametrize(
    ("text", "now", "due"),
    [
        # on 28 March 2027 the hour from two to three is left out in Berlin
        ("I will write tomorrow at 02:30.", datetime(2027, 3, 27, 12, tzinfo=BERLIN), "2027-03-28 03:30"),
        ("I will write within 24 h.", datetime(2027, 3, 27, 12, tzinfo=BERLIN), "2027-03-28 13:00"),
        ("I will write within 1 day.", datetime(2027, 3, 27, 12, tzinfo=BERLIN), "2027-03-28 18:00"),
        # on 31 October 2027 the hour from two to three comes twice
        ("I will write tomorrow at 02:30.", datetime(2027, 10, 30, 12, tzinfo=BERLIN), "2027-10-31 02:30"),
        ("I will write within 24 h.", datetime(2027, 10, 30, 12, tzinfo=BERLIN), "2027-10-31 11:00"),
        # ends of months and years
        ("I will write on the 31st.", datetime(2027, 2, 10, 9, tzinfo=BERLIN), "2027-03-31 18:00"),
        ("I will write by 29 February.", datetime(2027, 3, 1, 9, tzinfo=BERLIN), "2028-02-29 18:00"),
        ("I will write by 2 January.", datetime(2026, 12, 30, 9, tzinfo=BERLIN), "2027-01-02 18:00"),
        ("I will write within a month.", datetime(2027, 1, 31, 9, tzinfo=BERLIN), "2027-03-03 18:00"),
        ("I will write next month.", datetime(2026, 12, 15, 9, tzinfo=BERLIN), "2027-01-29 18:00"),
        ("I will call at 9.", datetime(2026, 12, 15, 10, tzinfo=BERLIN), "2026-12-15 21:00"),
        ("I will call at 09:00.", datetime(2026, 12, 15, 10, tzinfo=BERLIN), "2026-12-16 09:00"),
    ],
)
def test_summer_time_and_the_ends_of_months_move_a_promise_forward(
    text: str, now: datetime, due: str
) -> None:
    assert dues(text, "en", now) == due


def test_the_places_are_those_of_the_text_as_it_is() -> None:
    text = "Ça va? ﬁn.\nÎ će bon, 𝔸!  Wir schreiben Ihnen\u00a0morgen früh. Danke"
    (found,) = pledges(text, "de", WEDNESDAY, VIENTIANE, words=WORDS)
    assert text[slice(*found.at)] == "Wir schreiben Ihnen\u00a0morgen früh"
    assert found.text == "Wir schreiben Ihnen morgen früh"


def test_where_the_language_is_not_known_the_one_that_understands_is_believed() -> None:
    assert dues("Ich melde mich bis Freitag.", None) == "2026-11-27 18:00"
    assert dues("আমরা ২৪ ঘণ্টার মধ্যে জানাব।", None) == "2026-11-26 10:00"
    assert dues("I will write by Friday.", "xx") == "-"


def test_quoted_lines_of_the_customer_promise_nothing_of_ours() -> None:
    text = "> you said: we will call by Monday\n| and I will write tomorrow\nI will write on Friday."
    assert dues(text, "en") == "2026-11-27 18:00"


MOMENTS = st.integers(0, 60 * 24 * 3650).map(
    lambda n: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=n)
)


@given(st.text(max_size=400), st.sampled_from([*LANGUAGES, None]), MOMENTS)
def test_any_text_gives_places_in_order_and_times_that_come(
    text: str, lang: str | None, now: datetime
) -> None:
    found: tuple[Pledge, ...] = pledges(text, lang, now, VIENTIANE, words=WORDS)
    reached = 0
    for one in found:
        assert reached <= one.at[0] < one.at[1] <= len(text)
        assert one.due is None or one.due > now
        reached = one.at[1]


DAYS = st.sampled_from(["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"])


@given(DAYS, MOMENTS, st.sampled_from([None, office(BERLIN)]))
def test_a_weekday_is_never_further_than_a_week_and_always_that_day(
    day: str, now: datetime, calendar: Calendar | None
) -> None:
    (found,) = pledges(f"I will write on {day}.", "en", now, BERLIN, calendar, words=WORDS)
    assert found.due is not None
    assert f"{found.due.astimezone(BERLIN):%A}" == day
    assert timedelta() < found.due - now <= timedelta(days=7, hours=1)


def test_our_lists_have_no_faulty_line() -> None:
    assert read(OURS).problems == ()
    assert set(LANGUAGES) <= set(read(OURS).speeches)


def test_a_users_own_lists_add_to_ours_and_a_faulty_line_is_named(tmp_path: Path) -> None:
    (tmp_path / "en.txt").write_text(
        "stray\n[promise]\nyou have my word\n[days]\npayday = fri\nsomeday = often\nlonely\n[nothing]\nx\n"
        "[minutes]\nhalf gone <n> = +30\nhalf gone = +30\nhalf <n> off = 30\n"
    )
    (tmp_path / "xx.txt").write_bytes(b"[promise]\n\xff\n")
    own = read(OURS, tmp_path)
    found = pledges("You have my word, by payday.", "en", WEDNESDAY, VIENTIANE, words=own.speeches)
    assert [local(one.due) for one in found] == ["2026-11-27 18:00"]
    assert dues("You have my word, by payday.", "en") == "-"
    (late,) = pledges("I will call at half gone four.", "en", WEDNESDAY, VIENTIANE, words=own.speeches)
    assert local(late.due) == "2026-11-25 16:30"
    name = tmp_path / "en.txt"
    assert [problem.partition(": ")[0] for problem in own.problems if str(name) in problem] == [
        f"{name}:1", f"{name}:6", f"{name}:7", f"{name}:9", f"{name}:12", f"{name}:13",
    ]  # fmt: skip
    assert any(f"{tmp_path / 'xx.txt'}:2: is not UTF-8" in problem for problem in own.problems)
