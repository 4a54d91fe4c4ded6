from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtui.core.moments import parse

NINE = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "Sun, 22 Nov 2026 09:30:00 +0000",
        "Sun, 22 Nov 2026 09:30:00 GMT",
        "22 Nov 2026 16:30 +0700",
        "Sun, 22 Nov 26 04:30:00 EST",
        "2026-11-22T09:30:00Z",
        "2026-11-22T16:30:00+07:00",
        "2026-11-22t09:30:00.123456789z",
        "2026-11-22 09:30:00",
        "2026-11-22T09:30Z",
        "20261122T093000Z",
        "2026-11-22T02:30:00-0700",
        "  Sun,\n 22 Nov 2026 09:30:00 +0000 ",
    ],
)
def test_a_time_is_read_in_all_common_spellings(text: str) -> None:
    moment = parse(text)
    assert moment is not None
    assert (moment.at.replace(microsecond=0), moment.day_only) == (NINE, False)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-11-22", (2026, 11, 22)),
        ("2026-11", (2026, 11, 1)),
        ("2026", (2026, 1, 1)),
        ("22 Nov 2026", (2026, 11, 22)),
    ],
)
def test_a_day_without_an_hour_is_only_a_day(text: str, day: tuple[int, int, int]) -> None:
    moment = parse(text)
    assert moment is not None
    assert (moment.at, moment.day_only) == (datetime(*day, tzinfo=UTC), True)


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "2026-13-01", "2026-02-30T00:00:00Z", "Sun, 99 Nov 2026 09:30:00 GMT", "0000-00-00",
     "22/11/2026", "2026-11-22T25:00Z", "2026-11-22T09:30:00+99:99", "x" * 10_000, "ວັນອາທິດ"],
)  # fmt: skip
def test_what_is_no_time_is_none_and_never_now(text: str) -> None:
    assert parse(text) is None


def test_a_leap_second_is_the_second_before() -> None:
    moment = parse("Sat, 31 Dec 2016 23:59:60 GMT")
    assert moment is not None
    assert moment.at == datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)


@given(st.one_of(st.text(max_size=70), st.text('0123456789-:+TZ ,.JanSunGMT()"', max_size=40)))
def test_no_text_is_too_strange(text: str) -> None:
    moment = parse(text)
    assert moment is None or moment.at.utcoffset() is not None
