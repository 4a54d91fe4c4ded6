"""The ``[[feeds]]`` tables."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import cast, get_args
from unicodedata import category
from urllib.parse import urlsplit

from cxtui.config.places import Env
from cxtui.config.table import Table, meant
from cxtui.config.tokens import token
from cxtui.core.feed import NETWORKS, Feed
from cxtui.core.item import Kind

NEEDS: Mapping[str, tuple[str, ...]] = {
    name: network.needs for name, network in NETWORKS.items() if network.needs is not None
}
"""What each connector cannot do without."""

_EXAMPLES = {
    "url": '"https://shop.example/comments/feed"',
    "user": '"LampCo Support"',
    "email": '"desk@shop.example"',
}
_LONGEST_NAME = 64


def feeds(tables: list[Table], env: Env, folder: Path, *, exposed: bool) -> tuple[Feed, ...]:
    """Every feed that is well described; what is wrong with the others is noted in their tables."""
    names: dict[str, Table] = {}
    found: list[Feed] = []
    for table in tables:
        name = _name(table)
        if name is not None and name in names:
            line = table.problems.line((*names[name].place, "name"))
            table.note("name", f"{name!r} is the name of the feed at line {line} already")
        elif name is not None:
            names[name] = table
        found.append(_feed(table, name or "", env, folder, exposed=exposed))
    return tuple(found)


def _feed(table: Table, name: str, env: Env, folder: Path, *, exposed: bool) -> Feed:
    connector = _connector(table)
    private = table.flag("allow_private")
    url = table.text("url", _EXAMPLES["url"])
    kind = table.choice("kind", ("comment", *get_args(Kind)))
    certificates = table.text("ca_file", '"own-ca.pem"')
    read = Feed(
        name=name,
        connector=connector or "",
        url=_address(table, url, private=private, exposed=exposed) if url else "",
        every=table.length("every", "60s", timedelta(seconds=1), timedelta(days=400)),
        kind=cast("Kind", kind or "comment"),
        own=table.texts("own", '["https://shop.example/author/desk", "LampCo Support"]'),
        backfill_after=_backfill(table),
        competitor=table.text("competitor", '"OtherLamps"'),
        allow_private=private,
        user=table.text("user", _EXAMPLES["user"]),
        email=table.text("email", _EXAMPLES["email"]),
        token=token(table, name, env, folder, exposed=exposed),
        ca_file=_certificates(table, certificates, folder) if certificates else None,
    )
    for key in NEEDS.get(connector or "", ()):
        if not table.has(key):
            table.missing(key, _EXAMPLES[key], f"is missing, {connector} needs it")
    table.end()
    return read


def _name(table: Table) -> str | None:
    name = table.text("name", '"comments"')
    if name is None:
        if not table.has("name"):
            table.missing("name", '"comments"')
        return None
    odd = ":" in name or name != name.strip() or name.startswith("-") or len(name) > _LONGEST_NAME
    if odd or any(category(char) in ("Cc", "Cf", "Cs") for char in name):
        table.note(
            "name",
            f"must be short and have no colon, no invisible character and no dash in front, is {name!r}: "
            "it is part of every id",
        )
        return None
    return name


def _connector(table: Table) -> str | None:
    connector = table.text("connector", '"feed"')
    if connector is None:
        if not table.has("connector"):
            table.missing("connector", '"feed"')
        return None
    if connector not in NEEDS:
        table.note("connector", f"unknown connector {connector!r}{meant(connector, tuple(NEEDS))}")
        return None
    return connector


def _backfill(table: Table) -> timedelta:
    found = table.length("backfill_after", "24h", timedelta())
    return Feed("", "").backfill_after if found is None else found


def _address(table: Table, url: str, *, private: bool, exposed: bool) -> str:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        table.note("url", f"is no address: {error}")
        return ""
    if parts.scheme not in ("http", "https") or not host or any(char.isspace() for char in url):
        table.note("url", f"must be an address such as {_EXAMPLES['url']}")
    elif "@" in parts.netloc and exposed:
        table.note("url", "a sign-in in the address needs a file that only you can read: chmod 600 it")
    elif parts.scheme == "http" and not private:
        table.note(
            "url", "http:// can be read on its way: use https://, or allow_private = true for an own server"
        )
    return url


def _certificates(table: Table, name: str, folder: Path) -> str:
    path = folder / Path(name).expanduser()
    if not path.is_file():
        table.note("ca_file", f"there is no file {path}")
    return str(path)
