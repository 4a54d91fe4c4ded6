"""Who is muted: what they write from now on needs no answer.

Kept as hashes salted per store beside the events that muted them, so that a message is known for
a muted customer's when it comes in, and nobody is named here.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from typing import Final

from cxtui.core.item import Event, Item
from cxtui.store.contacts import read
from cxtui.store.tables import Tables
from cxtui.store.tombstones import plain

TABLE: Final = "muted"
SALT: Final = "salt"


class Muted:
    """The muted customers of one store, inside a commit."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        found = tables.get(TABLE, SALT) if tables.last(TABLE) > 0 else None
        self._salt = str(found["salt"]) if found else ""

    def has(self, network: str, handle: str) -> bool:
        """Whether somebody is muted."""
        return bool(self._salt and handle) and self._tables.get(TABLE, self._key(network, handle)) is not None

    def put(self, network: str, handle: str) -> None:
        """Mute somebody."""
        if not self._salt:
            self._salt = secrets.token_hex(16)
            self._tables.put(TABLE, SALT, {"salt": self._salt})
        self._tables.put(TABLE, self._key(network, handle), {})

    def drop(self, network: str, handle: str) -> None:
        """Mute somebody no more."""
        if self._salt:
            self._tables.drop(TABLE, self._key(network, handle))

    def _key(self, network: str, handle: str) -> str:
        told = f"{network}\x1f{plain(handle)}".encode("utf-8", "surrogatepass")
        return hmac.new(self._salt.encode(), told, hashlib.sha256).hexdigest()[:32]


def heed(tables: Tables, events: Iterable[tuple[Event, bool]]) -> None:
    """Do what events say about who is muted, in their order; with false where one does not stand any more."""
    known: Muted | None = None
    for event, stands in events:
        doc = tables.get("items", event.item) if event.verb in ("muted", "unmuted") else None
        if doc is None:
            continue
        item = read(doc, Item)
        known = known or Muted(tables)
        mutes = stands is (event.verb == "muted")
        (known.put if mutes else known.drop)(item.network, item.author.handle)
