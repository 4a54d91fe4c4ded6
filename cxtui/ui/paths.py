"""Completing a path while it is typed."""

from __future__ import annotations

import os
from dataclasses import dataclass
from itertools import islice

LOOKED = 5_000
"""So many names of a folder are looked at."""


@dataclass(frozen=True, slots=True)
class Completed:
    """A path as far as it is sure, and the names it may go on with."""

    path: str
    names: tuple[str, ...] = ()


def completed(typed: str) -> Completed:
    """What a path begins, by the names in its folder; a folder ends with a stroke. Reads the disk."""
    folder, stroke, begun = typed.rpartition("/")
    where = os.path.expanduser(f"{folder}{stroke}") or "."  # noqa: PTH111 - what is typed stays as it is
    try:
        with os.scandir(where) as entries:
            found = [
                (one.name, one.is_dir())
                for one in islice(entries, LOOKED)
                if one.name.startswith(begun) and (begun or not one.name.startswith("."))
            ]
    except (OSError, ValueError):
        return Completed(typed)
    names = sorted(f"{name}/" if is_folder else name for name, is_folder in found)
    if not names:
        return Completed(typed)
    sure = names[0]
    while not names[-1].startswith(sure):  # they are sorted: what first and last begin with, all do
        sure = sure[:-1]
    return Completed(f"{folder}{stroke}{sure}", tuple(names) if len(names) > 1 else ())
