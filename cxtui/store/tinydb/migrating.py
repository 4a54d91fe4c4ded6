"""Bringing a store of an older version up to this one: after a backup, in one commit."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zlib import crc32

from cxtui.errors import StoreBroken
from cxtui.store.document import Doc, pack, unpack, unpack_key

if TYPE_CHECKING:
    from cxtui.store.tinydb.connection import Connection


def migrate(file: Connection, to: int) -> None:
    """Make a store of schema ``to`` of an older one; nothing is changed where anything fails.

    Raises: StoreFull (no room for the backup), StoreDamaged, StoreBroken.
    """
    from cxtui.store.tinydb import backups

    if not _is_copy(file.path):
        backups.take(file.path, datetime.now(UTC))
    with file.commit():
        # Another process may have done it while we waited for the lock.
        for schema in range(file.schema(), to):
            if schema not in STEPS:
                raise StoreBroken(f"{file.path} is of a version (schema {schema}) that nothing leads on from")
            STEPS[schema](file)
        file.write(f"PRAGMA user_version = {to}")


def _is_copy(path: Path) -> bool:
    """Whether it is a backup, or a store that is being mended: of them no backup is left behind."""
    from cxtui.store.tinydb import backups

    kept = path.parent.name == backups.FOLDER and backups.NAME.fullmatch(path.name)
    return bool(kept) or path.name.endswith(".db.new")


def _soon_and_promises(file: Connection) -> None:
    """Open intervals say from when they are soon due, promises their id; what was counted is counted anew.

    Older programs said neither, and did not note what they wrote for those who count.
    """
    _rewrite(file, "intervals", "json_extract(doc, '$.open') AND json_extract(doc, '$.soon') IS NULL", _soon)
    _rewrite(file, "promises", "coalesce(json_extract(doc, '$.id'), '') = ''", _named)
    for table in ("+numbers", "+moved"):
        file.write(f'DROP TABLE IF EXISTS "{table}"')


def _soon(_: str, doc: Doc) -> None:
    from cxtui.core.interval import Interval
    from cxtui.store.contacts import read

    with suppress(StoreBroken):  # who asks for it will hear of it
        doc["soon"] = read(doc, Interval).soon.timestamp()


def _named(key: str, doc: Doc) -> None:
    doc["id"] = key


def _rewrite(file: Connection, table: str, which: str, change: Callable[[str, Doc], None]) -> None:
    """Change the documents of a table that fit; their checksums were examined with the backup."""
    if not file.rows("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (table,)):
        return
    for number, key, text in file.rows(f'SELECT id, key, doc FROM "{table}" WHERE {which}'):  # noqa: S608 - names of ours
        doc = unpack(text.decode("ascii"))
        change(unpack_key(key.decode()), doc)
        new = pack(doc)
        crc = crc32(new.encode("ascii"), crc32(b"%d\0%b\0" % (number, key)))
        file.write(f'UPDATE "{table}" SET doc = ?, crc = ? WHERE id = ?', (new, crc, number))  # noqa: S608 - as above


STEPS: Final[dict[int, Callable[[Connection], None]]] = {1: _soon_and_promises}
"""By the schema that it begins with, what makes the next one of it. Runs inside a commit."""
