"""Which addresses may be connected to, and what of an address may be shown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtui.core.web import (
    LONGEST_WAIT,
    carries,
    come_back,
    masked,
    place,
    reach,
    retry_after,
    secrets_in,
)

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SECRETS = st.text("abcdef0123456789", min_size=8, max_size=20)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "2001:4860:4860::8888", "64:ff9b::808:808", "2002:808:808::1"]
)
def test_the_net_is_public(address: str) -> None:
    assert reach(address) == "public"


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.1", "172.16.5.4", "192.168.1.1", "169.254.169.254", "100.64.0.1",
     "::1", "fe80::1%eth0", "fc00::1", "fd12::1", "fec0::1"],
)  # fmt: skip
def test_somebodys_own_network_is_private(address: str) -> None:
    assert reach(address) == "private"


@pytest.mark.parametrize(
    "address",
    ["0.0.0.0", "0.1.2.3", "224.0.0.1", "240.0.0.1", "255.255.255.255", "192.88.99.1", "::",  # noqa: S104
     "ff02::1",
     "::7f00:1", "::ffff:0:7f00:1", "64:ff9b:1::7f00:1", "2001:0:7f00:1::1", "4000::1"],
)  # fmt: skip
def test_where_no_server_can_be_is_never(address: str) -> None:
    assert reach(address) == "never"


@given(st.ip_addresses(v=4))
def test_a_wrapped_address_leads_where_the_plain_one_leads(inner: IPv4Address) -> None:
    number = int(inner)
    for wrapped in (
        IPv6Address((0xFFFF << 32) | number),
        IPv6Address((0x64FF9B << 96) | number),
        IPv6Address((0x2002 << 112) | (number << 80)),
    ):
        assert reach(str(wrapped)) == reach(str(inner)), wrapped


@given(st.ip_addresses(v=6))
def test_only_global_unicast_and_what_it_wraps_is_public(address: IPv6Address) -> None:
    if reach(str(address)) == "public":
        assert address.is_global
        assert not address.is_multicast


@given(SECRETS, SECRETS, SECRETS, SECRETS)
def test_no_secret_survives_masking(user: str, password: str, token: str, bare: str) -> None:
    shown = masked(f"https://{user}:{password}@shop.example:8443/feed?token={token}&{bare}#x")
    assert shown == "https://shop.example:8443/feed?token=…&…"


@given(st.text(max_size=40))
def test_masking_takes_any_text(text: str) -> None:
    assert masked(f"https://user:{quote(text, safe='')}@shop.example/") == "https://shop.example/"
    masked(text)
    place(text)


def test_a_password_with_a_slash_is_not_shown_as_a_path() -> None:
    assert "ss" not in masked("https://user:pa/ss@shop.example/").replace("address", "")


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://shop.example/a", "shop.example"),
        ("https://user:secret@shop.example:443/a", "shop.example"),
        ("http://shop.example:8080", "shop.example:8080"),
        ("http://[::1]:8080/", "[::1]:8080"),
        ("https://shop.example:99999/", "that address"),
        ("", "that address"),
    ],
)
def test_a_sentence_names_the_host(url: str, name: str) -> None:
    assert place(url) == name


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("0", timedelta()),
        ("120", timedelta(minutes=2)),
        ("1.5", timedelta(seconds=2)),
        ("2.0", timedelta(seconds=2)),
        ("Sunday, 22-Nov-26 09:05:00 GMT", timedelta(minutes=5)),
        ("Sun Nov 22 09:05:00 2026", timedelta(minutes=5)),
        ("Sun, 22 Nov 2026 09:05:00 GMT", timedelta(minutes=5)),
        ("99999999999999999", LONGEST_WAIT),
        ("Sun, 22 Nov 2037 09:05:00 GMT", LONGEST_WAIT),
    ],
)
def test_seconds_and_dates_say_when_to_come_back(value: str, wait: timedelta) -> None:
    assert retry_after(value, NOW) == NOW + wait


@pytest.mark.parametrize("value", [None, "", "soon", "-5", "1.5.2", "٣", "Sun, 22 Nov 2026 08:59:59 GMT"])
def test_what_says_no_time_to_come_is_none(value: str | None) -> None:
    assert retry_after(value, NOW) is None


@given(st.text(max_size=60))
def test_any_retry_after_stays_within_a_week(value: str) -> None:
    until = retry_after(value, NOW)
    assert until is None or NOW <= until <= NOW + LONGEST_WAIT


def test_a_date_counts_from_the_servers_own_clock() -> None:
    """A server whose clock is a day behind still gets the five minutes it asked for."""
    behind = "Sat, 21 Nov 2026 09:00:00 GMT"
    assert retry_after("Sat, 21 Nov 2026 09:05:00 GMT", NOW, behind) == NOW + timedelta(minutes=5)
    ahead = "Mon, 23 Nov 2026 09:00:00 GMT"
    assert retry_after("Mon, 23 Nov 2026 09:05:00 GMT", NOW, ahead) == NOW + timedelta(minutes=5)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "90", "x-ratelimit-reset": "5"}, 90),
        ({"x-ratelimit-reset": "583.0"}, 583),
        ({"ratelimit-reset": str(int(NOW.timestamp()) + 30)}, 30),
        ({"x-ratelimit-reset": "2026-11-22T09:01:00.000000Z"}, 60),
        ({"x-ratelimit-reset": "2026-11-22T08:01:00Z"}, 0),
        (
            {
                "ratelimit-reset": str(int(NOW.timestamp()) - 86_370),
                "date": "Sat, 21 Nov 2026 09:00:00 GMT",
            },
            30,
        ),
        ({"ratelimit-reset": "soon"}, None),
        ({}, None),
    ],
)
def test_limits_say_when_they_are_over_in_four_dialects(headers: dict[str, str], seconds: int | None) -> None:
    expected = None if seconds is None else NOW + timedelta(seconds=seconds)
    assert come_back(headers, NOW) == expected


@pytest.mark.parametrize(
    ("url", "secrets"),
    [
        ("https://a.example/?token=s3cret&page=2", ("s3cret",)),
        ("https://a.example/?Api_Key=k&feed=f", ("k",)),
        ("https://a.example/?feed=f&user=u", ("f",)),
        ("https://me:pa%40ss@a.example/?q=x", ("pa@ss",)),
        ("https://a.example/feed?paged=2", ()),
        ("https://[bad", ()),
    ],
)
def test_what_an_address_keeps_for_its_own_server(url: str, secrets: tuple[str, ...]) -> None:
    assert secrets_in(url) == secrets


@given(SECRETS)
def test_a_secret_is_found_wherever_an_address_carries_it(secret: str) -> None:
    spelled = "".join(f"%{ord(char):02x}" for char in secret)
    for url in (
        f"https://b.example/?x={secret}",
        f"https://b.example/{secret}/",
        f"https://b.example/{spelled}",
    ):
        assert carries(url, (secret,))
    assert not carries("https://b.example/zzz?x=y", (secret,))
    assert carries("https://b.example/?x=ab", ("ab",))
    assert not carries("https://b.example/abc?x=abc", ("ab",))
