"""What is known of a store's backups."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Backup:
    """A whole copy of a store as it was at a time; ``size`` in bytes."""

    path: Path
    at: datetime
    size: int
