"""A drop folder: every finished file in it is read once, in the order of their times.

A file is finished when it has its final name: write it as ``.name``, ``name.tmp`` or ``name.part`` and
rename it.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from cxtui.connectors.heard import REMEMBERED, packed, unpacked
from cxtui.connectors.ingest.files import MOST, Spot, finished, shown
from cxtui.connectors.records import Problem, digest
from cxtui.errors import FeedError, Unreachable

UNFINISHED = (".tmp", ".part")
DONE = "done"
FILES = REMEMBERED
"""So many files of a folder are looked at, the newest."""


class Part(msgspec.Struct, frozen=True):
    """A file that is too long for one poll, and where to go on in it."""

    mark: str = ""
    spot: Spot = Spot()


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    when: int
    mark: str


@dataclass(slots=True)
class Drop:
    """What a look into the folder gave. ``read`` are the marks of files that need not be read again."""

    records: list[tuple[str, object]] = field(default_factory=list[tuple[str, object]])
    problems: list[Problem] = field(default_factory=list[Problem])
    words: list[str] = field(default_factory=list[str])
    read: str = ""
    part: Part = field(default_factory=Part)


def look(folder: Path, read: str, part: Part, *, done: bool) -> Drop:
    """What the files hold that were not read before. Raises: Unreachable.

    ``done`` moves those that were: what stands in a cursor has been kept.
    """
    drop = Drop()
    known, room = unpacked(read), MOST
    still: list[str] = []
    for file in _listed(folder, drop.words):
        if file.mark in known:
            if not (done and _moved(folder, file, drop.words)):
                still.append(file.mark)
            continue
        if room <= 0:
            drop.part = part if file.mark == part.mark else drop.part
            continue
        before = part.spot if file.mark == part.mark else Spot()
        try:
            piece = finished(file.path, before)
        except FeedError as wrong:
            drop.words.append(str(wrong))
            continue
        drop.records += piece.records
        drop.problems += piece.problems
        room -= piece.spot.at - before.at
        if piece.whole:
            still.append(file.mark)
        else:
            drop.part, room = Part(file.mark, piece.spot), 0
    if room <= 0:
        drop.words.append(f"much lies in the folder: about {MOST >> 20} MiB are read at each poll")
    drop.read = packed({}, still)
    return drop


def _listed(folder: Path, words: list[str]) -> Iterable[_File]:
    """The finished files, the oldest first."""
    found: list[_File] = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.startswith(".") or entry.name.endswith(UNFINISHED):
                    continue
                try:
                    seen = entry.stat(follow_symlinks=False)
                except FileNotFoundError:  # taken away meanwhile
                    continue
                path = folder / entry.name
                if stat.S_ISLNK(seen.st_mode):
                    words.append(f"{shown(path)} is a symbolic link and is not read")
                elif stat.S_ISDIR(seen.st_mode):
                    continue
                elif not stat.S_ISREG(seen.st_mode):
                    words.append(f"{shown(path)} is no file and is not read")
                else:
                    mark = digest(os.fsencode(f"{entry.name}\0{seen.st_size}\0{seen.st_mtime_ns}"))
                    found.append(_File(path, seen.st_mtime_ns, mark))
    except OSError as wrong:
        raise Unreachable(f"the folder {shown(folder)} cannot be read: {wrong.strerror}") from wrong
    found.sort(key=lambda file: (file.when, file.path))
    if len(found) > FILES:
        words.append(f"more than {FILES} files lie in the folder; only the newest are read (set done = true)")
    return found[-FILES:]


def _moved(folder: Path, file: _File, words: list[str]) -> bool:
    """Whether a file that was read could be put aside; nothing there is written over."""
    into = folder / DONE
    target = into / file.path.name
    try:
        into.mkdir(mode=0o700, exist_ok=True)
        if into.is_symlink():
            words.append(f"{DONE} is a symbolic link; nothing is moved there")
            return False
        if os.path.lexists(target):
            target = into / f"{file.path.name}.{file.mark}"
        file.path.rename(target)
    except OSError as wrong:
        words.append(f"{shown(file.path)} cannot be moved to {DONE}: {wrong.strerror}")
        return False
    return True
