"""One configured place to poll, as the configuration gives it to a connector."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

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

    def __repr__(self) -> str:
        return "***"

    __str__ = __repr__


@dataclass(frozen=True, slots=True)
class Network:
    """Where a connector's code is and which keys of ``[[feeds]]`` it cannot do without.

    ``needs`` None: not for a configuration.
    """

    module: str
    needs: tuple[str, ...] | None = ("url",)


NETWORKS: dict[str, Network] = {
    "feed": Network("cxtui.connectors.feed"),
    "isso": Network("cxtui.connectors.isso", ("url", "user", "email")),
    "demo": Network("cxtui.connectors.demo", None),
}
"""Every connector by the name a configuration gives it; its module is imported when first used."""


@dataclass(frozen=True, slots=True)
class Feed:
    """One account, page, mailbox, site or address (``[[feeds]]``).

    ``every`` None lets the response target decide. ``own`` names us there: an address or id
    is proof, a bare name only a hint. Items older than ``backfill_after`` at the first poll
    are history. ``promise`` is the response target that finding its messages serves; None is
    the default policy's.
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
