"""A store that was copied, or brought back from a copy: what was on its way in it may have gone out.

The file is known again by its number in the file system and when it was made, which a copy does not
share; a file of before that was kept is known by its number alone. Our own backups say that they are one.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from cxtui.errors import StoreFull
from cxtui.store import ruling
from cxtui.store.query import where
from cxtui.store.tables import Tables

TABLE: Final = "origin"
KEY: Final = "file"
IS: Final = "is"
COPY: Final = "a copy"
WHY: Final = "the store was copied or brought back: nobody knows whether this went out before"
BY_HAND: Final = 5
"""So many attempts leave it to a person: it is looked for and never sent again by itself."""


def notice(tables: Tables) -> None:
    """See whether this is the file that was written before; what was on its way in a copy is not known.

    Raises: StoreFull for a copy: as soon as the disk took writes again it would send.
    """
    here = tables.file()
    known = (tables.get(TABLE, KEY) or {}).get(IS)
    if here is None or known == here:
        return
    same = (None, here, here.partition(" ")[0])
    endured = (StoreFull,) if known in same else ()
    with suppress(*endured), tables.commit():
        if (tables.get(TABLE, KEY) or {}).get(IS) not in same:
            _doubt(tables)
        tables.put(TABLE, KEY, {IS: here})


def _doubt(tables: Tables) -> None:
    ruling.drop_all(tables)  # a program is begun once or never
    for key, reply in tables.entries("outbox", where("state").one_of(("queued", "sending"))):
        if reply.get("deed") is not None:
            continue
        more = {
            "state": "unknown",
            "error": WHY,
            "attempts": max(int(reply.get("attempts") or 0), BY_HAND),
            "doubted": reply["changed"],
            "owner": "",
        }
        tables.put("outbox", key, {**reply, **more})
        tables.append("log", {"outbox": key})
