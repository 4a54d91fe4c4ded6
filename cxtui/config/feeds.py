"""The ``[[feeds]]`` tables."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import cast, get_args
from unicodedata import category
from urllib.parse import urlsplit

from cxtui.config.places import Env
from cxtui.config.table import Table, meant
from cxtui.config.tokens import token
from cxtui.core.feed import Feed, Network
from cxtui.core.item import Kind
from cxtui.errors import ConfigError
from cxtui.extensions import known, network

_EXAMPLES = {
    "url": '"https://shop.example/comments/feed"',
    "user": '"LampCo Support"',
    "email": '"desk@shop.example"',
    "token": '{ env = "SHOP_TOKEN" }',
}
_ANY = Network("", needs=())
"""What is asked of a feed whose connector is not known."""
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
    connector, network = _connector(table)
    private = table.flag("allow_private")
    url = table.text("url", _EXAMPLES["url"])
    kind = table.choice("kind", ("comment", *get_args(Kind)))
    certificates = table.text("ca_file", '"own-ca.pem"')
    read = Feed(
        name=name,
        connector=connector or "",
        url=_address(table, "url", url, network, private=private, exposed=exposed) if url else network.url,
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
        options=_options(table, network, folder, private=private, exposed=exposed),
    )
    for key in network.needs or ():
        if not table.has(key):
            example = network.takes[key].example if key in network.takes else _EXAMPLES[key]
            table.missing(key, example, f"is missing, {connector} needs it")
    table.end()
    return read


def _options(
    table: Table, network: Network, folder: Path, *, private: bool, exposed: bool
) -> dict[str, object]:
    """The connector's own keys, those that are there and have the right shape."""
    found: dict[str, object] = {}
    for name, key in network.takes.items():
        value: object
        match key.shape:
            case "texts":
                value = table.texts(name, key.example) or None
            case "flag":
                value = table.flag(name) if table.has(name) else None
            case "number":
                value = table.number(name, key.example)
            case "table":
                value = table.contents(name, key.example)
            case "text" | "file" | "address":
                value = table.text(name, key.example)
        if key.shape == "file" and isinstance(value, str) and value != "-":
            value = str(folder / Path(value).expanduser())
        if key.shape == "address" and isinstance(value, str):
            asked = replace(network, schemes=key.schemes)
            value = _address(table, name, value, asked, private=private, exposed=exposed)
        if value is not None:
            found[name] = value
    return found


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


def _connector(table: Table) -> tuple[str | None, Network]:
    connector = table.text("connector", '"feed"')
    if connector is None:
        if not table.has("connector"):
            table.missing("connector", '"feed"')
        return None, _ANY
    if connector not in known():
        table.note("connector", f"unknown connector {connector!r}{meant(connector, known())}")
        return None, _ANY
    try:
        return connector, network(connector)
    except ConfigError as error:
        table.note("connector", str(error))
        return None, _ANY


def _backfill(table: Table) -> timedelta:
    found = table.length("backfill_after", "24h", timedelta())
    return Feed("", "").backfill_after if found is None else found


def _address(table: Table, key: str, url: str, network: Network, *, private: bool, exposed: bool) -> str:
    example = network.takes[key].example if key in network.takes else _EXAMPLES["url"]
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        table.note(key, f"is no address: {error}")
        return ""
    if parts.scheme not in network.schemes or not host or any(char.isspace() for char in url):
        kinds = ", ".join(f"{scheme}://" for scheme in network.schemes)
        table.note(key, f"must be an address ({kinds}) such as {example}")
    elif "@" in parts.netloc and exposed:
        table.note(key, "a sign-in in the address needs a file that only you can read: chmod 600 it")
    elif parts.scheme == "http" and not private:
        table.note(
            key, "http:// can be read on its way: use https://, or allow_private = true for an own server"
        )
    return url


def _certificates(table: Table, name: str, folder: Path) -> str:
    path = folder / Path(name).expanduser()
    if not path.is_file():
        table.note("ca_file", f"there is no file {path}")
    return str(path)
