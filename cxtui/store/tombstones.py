"""Who was forgotten, as hashes: enough to know them again when a feed or a backup brings them back.

A tombstone of a person says until when; one of a message says under which id its times are kept.
The hashes are salted per store, so that nobody is found in two of them by comparing.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from cxtui.core.item import Arrival
from cxtui.core.text import clean, one_line
from cxtui.store.tables import Doc, Tables

TABLE: Final = "forgotten"
SALT: Final = "salt"
DUE: Final = "due"
"""Says what of a forgetting is still to be done in the files."""


def plain(handle: str) -> str:
    """A handle as it is compared: with and without its mark it is the same."""
    return handle.strip().removeprefix("@")


class Tombstones:
    """The tombstones of one store."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self.anything = tables.last(TABLE) > 0
        """Whether words or names may have been erased here."""
        found = tables.get(TABLE, SALT) if self.anything else None
        self._salt: str | None = str(found["salt"]) if found else None

    @property
    def stand(self) -> bool:
        """Whether anybody was ever forgotten here."""
        return self._salt is not None

    def message(self, key: str) -> str:
        """The id under which a message is kept: its own, unless it lost it."""
        return self._kept("message", key)

    def thread(self, key: str) -> str:
        """The id under which a thread is kept."""
        return self._kept("thread", key)

    def person(self, network: str, handle: str) -> datetime | None:
        """Until when everything that somebody wrote is forgotten; None for everybody else."""
        if self._salt is None or not handle:
            return None
        for where in (network, ""):
            doc = self._tables.get(TABLE, self._hash("person", where, plain(handle)))
            if doc:
                return datetime.fromisoformat(doc["at"])
        return None

    def brings_back(self, network: str, heard: Arrival) -> bool:
        """Whether an arrival is of somebody forgotten, from before that."""
        if self._salt is None or heard.posted is None:
            return False
        names = (heard.author.handle, heard.author.name)
        until = self.person(network, next((one_line(clean(name)) for name in names if name), ""))
        return until is not None and heard.posted <= until

    def name(self, handle: str, at: str) -> str:
        """What a handle becomes: the same for all that one forgetting takes it from."""
        return f"forgotten-{self._hash('name', handle, at)[:10]}"

    def mark(self, *said: str) -> str:
        """What is kept of a text to know it again."""
        return self._hash("said", *said)

    def begin(self) -> None:
        """Have a salt from now on."""
        if self._salt is None:
            self._salt = secrets.token_hex(16)
            self._tables.put(TABLE, SALT, {"salt": self._salt})

    def put_person(self, network: str | None, handle: str, at: str) -> None:
        """Remember that somebody is forgotten."""
        self._tables.put(TABLE, self._hash("person", network or "", plain(handle)), {"at": at})

    def put_message(self, old: str, new: str) -> None:
        """Remember which id a message has now."""
        self._tables.put(TABLE, self._hash("message", old), {"item": new})

    def put_thread(self, old: str, new: str) -> None:
        """Remember which id a thread has now."""
        self._tables.put(TABLE, self._hash("thread", old), {"item": new})

    def owe(self, log: list[int]) -> None:
        """Remember that files must be washed, and which entries of the change feed are to go then."""
        known = self._tables.get(TABLE, DUE) or {"log": []}
        self._tables.put(TABLE, DUE, {"log": [*known["log"], *log]})

    def owed(self) -> list[int] | None:
        """The entries that are to go; None where nothing is to be washed."""
        known = self._tables.get(TABLE, DUE)
        return None if known is None else list(known["log"])

    def paid(self) -> None:
        """Nothing is to be washed any more."""
        self._tables.drop(TABLE, DUE)

    def all(self) -> dict[str, Doc]:
        """Every tombstone, to be taken over by a copy of the store."""
        return {key: doc for key, doc in self._tables.entries(TABLE) if key not in (DUE, "looked")}

    def take(self, stones: Mapping[str, Doc]) -> None:
        """Take over what another copy of the same store knows."""
        for key, doc in stones.items():
            self._tables.put(TABLE, key, doc)
        if SALT in stones:
            self._salt = str(stones[SALT]["salt"])

    def _kept(self, kind: str, key: str) -> str:
        if self._salt is None:
            return key
        doc = self._tables.get(TABLE, self._hash(kind, key))
        return str(doc["item"]) if doc else key

    def _hash(self, *parts: str) -> str:
        told = "\x1f".join(parts).encode("utf-8", "surrogatepass")
        return hmac.new((self._salt or "").encode(), told, hashlib.sha256).hexdigest()[:32]
