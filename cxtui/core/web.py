"""Addresses of the web: which of them may be connected to, and how one is shown without its secrets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Literal
from urllib.parse import parse_qsl, unquote, urlsplit

Reach = Literal["public", "private", "never"]
"""Where an address leads: into the net, into somebody's own network, or to no server at all."""

LONGEST_WAIT = timedelta(days=7)
SECOND = timedelta(seconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LONG_SECRET = 6
"""Characters from which on a secret is recognised inside a longer text."""

_SECRET_NAME = re.compile(r"token|key|secret|pass|auth|sig|session", re.IGNORECASE)

_NAT64 = IPv6Network("64:ff9b::/96")
_UNICAST = IPv6Network("2000::/3")
_COMPATIBLE = IPv6Network("::/96")
_THIS_NETWORK = IPv4Network("0.0.0.0/8")
_RELAYS = IPv4Network("192.88.99.0/24")


def reach(address: str) -> Reach:
    """Where a resolved address leads. Addresses that wrap another one (NAT64, 6to4) lead where that leads.

    Raises: ValueError where it is no address.
    """
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        wrapped = _wrapped(found)
        if wrapped is None:
            return _reach6(found)
        found = wrapped
    return _reach4(found)


def _wrapped(address: IPv6Address) -> IPv4Address | None:
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour


def _reach6(address: IPv6Address) -> Reach:
    if address.is_multicast or address.is_unspecified or address.teredo is not None:
        return "never"
    if address.is_loopback or address.is_link_local or address.is_site_local:
        return "private"
    if address in _UNICAST:
        return "public" if address.is_global else "private"
    return "private" if address.is_private and address not in _COMPATIBLE else "never"


def _reach4(address: IPv4Address) -> Reach:
    if address.is_multicast or address.is_reserved or address in _THIS_NETWORK or address in _RELAYS:
        return "never"
    return "public" if address.is_global else "private"


def place(url: str) -> str:
    """The host as a sentence names it, with its port where it is not the usual one."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "that address"
    host = parts.hostname or "that address"
    if port is None or (parts.scheme, port) in (("http", 80), ("https", 443)):
        return host
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def masked(url: str) -> str:
    """The address without what may be secret in it: name and password, and the values of its query."""
    unreadable = "(an address that cannot be read)"
    try:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
        if parts.port is None and host.endswith(":"):
            return unreadable
    except ValueError:  # no port: perhaps the beginning of a password with a slash in it
        return unreadable
    pairs = [pair.partition("=") for pair in parts.query.split("&") if pair]
    query = "&".join(f"{key}=…" if equals else "…" for key, equals, _ in pairs)
    return parts._replace(netloc=host, query=query, fragment="").geturl()


def secrets_in(url: str) -> tuple[str, ...]:
    """What in an address is for its own server only: a password, and the values of secret parameters.

    ``feed`` with ``user`` is how Reddit writes a personal key.
    """
    try:
        parts = urlsplit(url)
        password, pairs = parts.password, dict(parse_qsl(parts.query))
    except ValueError:
        return ()
    personal = {"feed"} if {"feed", "user"} <= pairs.keys() else set[str]()
    found = [value for name, value in pairs.items() if _SECRET_NAME.search(name) or name in personal]
    return tuple(value for value in (unquote(password or ""), *found) if value)


def without_secrets(url: str) -> str:
    """The address without name, password and secret parameters; the rest of it as it stands."""
    secret = set(secrets_in(url))
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    kept = [pair for pair in parts.query.split("&") if secret.isdisjoint(dict(parse_qsl(pair)).values())]
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="&".join(kept)).geturl()


def carries(url: str, secrets: tuple[str, ...]) -> bool:
    """Whether an address has one of some secrets in it, percent-encoded or not."""
    try:
        values = {value for _, value in parse_qsl(urlsplit(url).query)}
    except ValueError:
        values = set[str]()
    plain = unquote(url)
    return any(
        secret in values or (len(secret) >= LONG_SECRET and (secret in plain or secret in url))
        for secret in secrets
    )


def retry_after(value: str | None, now: datetime, sent: str | None = None) -> datetime | None:
    """When a ``Retry-After`` of seconds or a date is over, seven days at most; None where it says nothing.

    ``sent`` is the answer's ``Date``: a date is counted from it, since the server's clock may be wrong.
    Source: RFC 9110, 10.2.3.
    """
    text = (value or "").strip()
    if re.fullmatch(r"[0-9]+(\.[0-9]*)?", text):
        whole, _, rest = text.partition(".")
        return now + min(timedelta(seconds=int(whole[:9]) + bool(rest.strip("0"))), LONGEST_WAIT)
    named = _date(text)
    if named is None:
        return None
    wait = named - (_date((sent or "").strip()) or now)
    return now + min(wait, LONGEST_WAIT) if wait >= timedelta() else None


def come_back(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """When a server may be asked again, from its headers; None where they do not say.

    ``Retry-After`` counts first; without it ``RateLimit-Reset`` or ``X-RateLimit-Reset``, which are
    seconds to wait, seconds since 1970, or an ISO time. Source: RFC 9110.
    """
    sent = headers.get("date")
    until = retry_after(headers.get("retry-after"), now, sent)
    if until is not None:
        return until
    theirs = _date((sent or "").strip()) or now
    for name in ("ratelimit-reset", "x-ratelimit-reset"):
        text = headers.get(name, "").strip()
        if re.fullmatch(r"[0-9]{1,11}(\.[0-9]+)?", text):
            number = float(text)
            wait = EPOCH + number * SECOND - theirs if number > 1e9 else number * SECOND
        else:
            try:
                reset = datetime.fromisoformat(text)
            except ValueError:
                continue
            wait = (reset if reset.tzinfo else reset.replace(tzinfo=UTC)) - theirs
        return now + min(max(wait, timedelta()), LONGEST_WAIT)
    return None


def _date(text: str) -> datetime | None:
    """A date of HTTP in any of its three spellings."""
    try:
        named = parsedate_to_datetime(text)
    except (TypeError, ValueError, OverflowError, IndexError):
        return None
    return named.replace(tzinfo=UTC) if named.tzinfo is None else named.astimezone(UTC)
