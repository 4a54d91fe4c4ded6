"""One configured place to poll, as the configuration gives it to a connector."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from cxtui.core.item import Kind

PAUSED = "paused by hand"
"""Why a feed was not read while a person had paused it."""


class Secret:
    """A token that no log, message or crash report shows. Asks its source when first revealed."""

    __slots__ = ("_source", "_value")

    def __init__(self, source: Callable[[], str]) -> None:
        self._source = source
        self._value: str | None = None

    def reveal(self) -> str:
        """The token itself. Raises: SecretError where its source does not give it."""
        if self._value is None:
            self._value = self._source()
        return self._value

    @property
    def known(self) -> str | None:
        """The token, if it was revealed; its source is not asked."""
        return self._value

    def forget(self) -> None:
        """Ask the source anew at the next `reveal`: what it gave has expired."""
        self._value = None

    def __repr__(self) -> str:
        return "***"

    __str__ = __repr__


Shape = Literal["text", "texts", "flag", "number", "table", "file", "address"]
"""What a key of a configuration holds: a text, a list of them, true or false, a whole number, a
table of anything, the path of a file or folder, or the address of a server."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key of ``[[feeds]]`` that one connector takes, and what stands there for instance (as TOML).

    ``schemes`` are those an address may have.
    """

    shape: Shape
    example: str
    schemes: tuple[str, ...] = ("https", "http")


@dataclass(frozen=True, slots=True)
class Network:
    """Where a connector's code is and which keys of ``[[feeds]]`` it has.

    ``needs`` are the keys it cannot do without (None: not for a configuration), ``takes`` the keys
    of its own beside those that every feed has; they come to it as `Feed.options`. ``schemes`` are
    those its ``url`` may have, and ``url`` is the address of a feed that names none.
    """

    module: str
    needs: tuple[str, ...] | None = ("url",)
    takes: Mapping[str, Key] = field(default_factory=dict[str, Key])
    schemes: tuple[str, ...] = ("https", "http")
    url: str = ""


NETWORKS: dict[str, Network] = {
    "feed": Network("cxtui.connectors.feed"),
    "isso": Network("cxtui.connectors.isso", ("url", "user", "email")),
    "wordpress": Network("cxtui.connectors.wordpress", ("url", "user", "token")),
    "mail": Network(
        "cxtui.connectors.mail",
        ("url", "user", "token"),
        {
            "smtp": Key("address", '"smtp://smtp.shop.example:587"', ("smtp", "smtps")),
            "from": Key("text", '"LampCo Support <desk@shop.example>"'),
            "folders": Key("texts", '["INBOX", "Support"]'),
            "sent": Key("text", '"Sent"'),
            "auth": Key("text", '"password"'),
            "copy": Key("text", '"self"'),
        },
        schemes=("imaps", "imap"),
    ),
    "mastodon": Network(
        "cxtui.connectors.mastodon",
        ("url", "token"),
        {"search": Key("texts", '["#lampco", "lampco lamps"]')},
    ),
    "bluesky": Network(
        "cxtui.connectors.bluesky",
        ("user", "token"),
        {"search": Key("texts", '["LampCo", "#LampCo"]')},
        url="https://bsky.social",
    ),
    "json": Network(
        "cxtui.connectors.json",
        ("url", "map"),
        {
            "items": Key("text", '"comments"'),
            "map": Key("table", '{ id = "id", text = "body", "author.name" = "user.name" }'),
            "headers": Key("table", '{ Accept-Language = "en" }'),
            "params": Key("table", '{ status = "open" }'),
            "auth": Key("text", '"header:X-Api-Key"'),
            "next": Key("text", '"links.next"'),
            "next_param": Key("text", '"cursor"'),
            "thread": Key("table", '{ url = "threads/{thread}" }'),
            "reply": Key("table", '{ url = "comments/{id}/reply", json = { body = "{text}" }, id = "id" }'),
            "us": Key("table", '{ url = "me", id = "id" }'),
        },
    ),
    "exec": Network(
        "cxtui.connectors.exec",
        ("command",),
        {
            "command": Key("texts", '["python3", "guestbook.py"]'),
            "folder": Key("file", '"~/guestbook"'),
            "replies": Key("flag", "true"),
            "threads": Key("flag", "true"),
            "timeout": Key("number", "20"),
        },
    ),
    "ingest": Network(
        "cxtui.connectors.ingest",
        ("path",),
        {"path": Key("file", '"~/drop"'), "done": Key("flag", "true")},
    ),
    "demo": Network("cxtui.connectors.demo", None),
}
"""Every connector of cxtui's own by the name a configuration gives it; its module is imported when
first used. Those of other packages are found by `cxtui.extensions`."""


@dataclass(frozen=True, slots=True)
class Feed:
    """One account, page, mailbox, site or address (``[[feeds]]``).

    ``every`` None lets the response target decide. ``own`` names us there: an address or id
    is proof, a bare name only a hint. Items older than ``backfill_after`` at the first poll
    are history. ``promise`` is the response target that finding its messages serves; None is
    the default policy's. ``brand`` are our own names, where a ``competitor`` is heard. ``options`` are
    the connector's own keys, of the shapes `Network.takes` names.
    """

    name: str
    connector: str
    url: str = ""
    every: timedelta | None = None
    kind: Kind = "comment"
    own: tuple[str, ...] = ()
    backfill_after: timedelta = timedelta(hours=24)
    competitor: str | None = None
    allow_private: bool = False
    user: str | None = None
    email: str | None = None
    token: Secret | None = None
    ca_file: str | None = None
    promise: timedelta | None = None
    brand: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict[str, Any], hash=False)


@dataclass(frozen=True, slots=True)
class Gap:
    """A time in which a feed could not be read. ``until`` None: it still cannot."""

    feed: str
    since: datetime
    until: datetime | None
    why: str

    @property
    def words(self) -> str:
        """What was the matter, for people."""
        return f"not read: {self.why}" if self.why == PAUSED else f"could not be read: {self.why}"
