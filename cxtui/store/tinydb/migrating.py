"""Bringing a store of an older version up to this one: after a backup, in one commit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from cxtui.errors import StoreBroken

if TYPE_CHECKING:
    from cxtui.store.tinydb.connection import Connection

STEPS: Final[dict[int, Callable[[Connection], None]]] = {}
"""By the schema that it begins with, what makes the next one of it. Runs inside a commit."""


def migrate(file: Connection, to: int) -> None:
    """Make a store of schema ``to`` of an older one; nothing is changed where anything fails.

    Raises: StoreFull (no room for the backup), StoreDamaged, StoreBroken.
    """
    from cxtui.store.tinydb import backups

    backups.take(file.path, datetime.now(UTC))
    with file.commit():
        # Another process may have done it while we waited for the lock.
        for schema in range(file.schema(), to):
            if schema not in STEPS:
                raise StoreBroken(f"{file.path} is of a version (schema {schema}) that nothing leads on from")
            STEPS[schema](file)
        file.write(f"PRAGMA user_version = {to}")
