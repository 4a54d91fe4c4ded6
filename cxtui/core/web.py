"""Addresses of the web: which of them may be connected to, and how one is shown without its secrets."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Literal
from urllib.parse import urlsplit

Reach = Literal["public", "private", "never"]
"""Where an address leads: into the net, into somebody's own network, or to no server at all."""

LONGEST_WAIT = timedelta(days=7)

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


def retry_after(value: str | None, now: datetime) -> datetime | None:
    """When a ``Retry-After`` of seconds or a date is over, seven days at most; None where it says nothing.

    Source: RFC 9110, 10.2.3.
    """
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        seconds = int(text[:9])
        return now + min(timedelta(seconds=seconds), LONGEST_WAIT)
    try:
        named = parsedate_to_datetime(text)
    except (TypeError, ValueError, OverflowError, IndexError):
        return None
    named = named.replace(tzinfo=UTC) if named.tzinfo is None else named.astimezone(UTC)
    return min(named, now + LONGEST_WAIT) if named >= now else None
