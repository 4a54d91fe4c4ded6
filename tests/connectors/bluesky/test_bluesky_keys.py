"""A record's key is the same at every attempt, and no other reply's."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtui.connectors.bluesky.keys import key_at, key_of, time_of

TID = re.compile(r"[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}")
"""As the specification of the network has it."""
moments = st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(st.text(min_size=1), st.none() | moments)
def test_every_key_is_well_formed_and_always_the_same(words: str, begun: datetime | None) -> None:
    key = key_of(words, begun)
    assert TID.fullmatch(key)
    assert key == key_of(words, begun)


@given(st.text(), moments)
def test_a_key_tells_when_its_reply_was_begun(words: str, begun: datetime) -> None:
    told = time_of(key_of(words, begun))
    assert told is not None
    assert abs(told - begun) < timedelta(milliseconds=1)


@given(
    st.integers(0, (1 << 53) - 1), st.integers(0, 1023), st.integers(0, (1 << 53) - 1), st.integers(0, 1023)
)
def test_keys_sort_as_their_times_do(one: int, clock: int, other: int, beside: int) -> None:
    assert (key_at(one, clock) < key_at(other, beside)) == ((one, clock) < (other, beside))


def test_replies_begun_in_one_moment_have_keys_of_their_own() -> None:
    begun = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
    assert len({key_of(f"reply-{n}", begun) for n in range(300)}) == 300
    assert len({key_of(f"reply-{n}", None) for n in range(300)}) == 300


def test_a_key_of_the_real_network_is_understood() -> None:
    assert time_of("3n2vabgcvy224") == datetime(2026, 11, 22, 8, 49, 39, 672000, UTC)
    assert key_at(0) == "2222222222222"


@pytest.mark.parametrize(
    "key", ["", "self", "3aaaaaaaaaaa", "zzzzzzzzzzzzz", "3aaaaaaaaaaa1", "3AAAAAAAAAAAA"]
)
def test_what_is_no_such_key_has_no_time(key: str) -> None:
    assert time_of(key) is None
