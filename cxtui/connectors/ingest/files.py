"""Reading files on: only real files, only so much at a time, never half a line.

Nothing is opened that could block, be a device, or lead out of a folder by a link.
"""

from __future__ import annotations

import os
import select
import stat
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

import msgspec

from cxtui.connectors.records import Problem, digest, lines
from cxtui.core.text import clean, one_line
from cxtui.errors import Unreachable, Unreadable

MOST = 4 << 20
"""Bytes that are read in one poll."""
HEAD, TAIL = 4096, 256
"""Bytes at the start of a file, and before where reading stopped, by which it is known again."""
BEAT = 0.2
SILENCE = 20.0
"""Seconds without a word after which standard input is given up for now."""
PIPED = 8 << 20


class Spot(msgspec.Struct, frozen=True):
    """Where reading stopped: after how many bytes and lines of which file, and how that looked there.

    ``skips``: in the middle of a line that is too long to be read.
    """

    at: int = 0
    line: int = 0
    inode: str = ""
    head: str = ""
    tail: str = ""
    skips: bool = False


@dataclass(slots=True)
class Piece:
    """What a file had beyond a spot. ``spot`` is where to go on, ``whole`` whether that is its end."""

    spot: Spot
    records: list[tuple[str, object]] = field(default_factory=list[tuple[str, object]])
    problems: list[Problem] = field(default_factory=list[Problem])
    words: list[str] = field(default_factory=list[str])
    whole: bool = True


@contextmanager
def opened(path: Path, *, follow: bool = True) -> Generator[tuple[int, os.stat_result]]:
    """A real file, open for reading. Raises: Unreadable for what is none, Unreachable."""
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | (0 if follow else os.O_NOFOLLOW)
    try:
        _real(path, path.stat() if follow else path.lstat())
        file = os.open(path, flags)
        try:
            yield file, _real(path, os.fstat(file))  # it may have been exchanged meanwhile
        finally:
            os.close(file)
    except OSError as wrong:
        raise Unreachable(f"{shown(path)} cannot be read: {wrong.strerror}") from wrong


def growing(path: Path, before: Spot) -> Piece:
    """What was added to a file; all of it where it is another file than before, or was cut.

    Raises: Unreadable for what is no file, Unreachable.
    """
    with opened(path) as (file, found):
        inode = f"{found.st_dev}:{found.st_ino}"
        words: list[str] = []
        spot = before
        if before.inode and not _same(file, found.st_size, inode, before):
            words = [f"{shown(path)} is another file now: what came last into the old one may be missing"]
            spot = Spot()
        piece = _beyond(file, found.st_size, spot, "", ended=False)
        end = piece.spot.at
        marks = _marks(file, end)
        piece.spot = msgspec.structs.replace(piece.spot, inode=inode, head=marks[0], tail=marks[1])
        piece.words += words
        if not piece.whole:
            piece.words.append(f"{shown(path)} is long: {MOST >> 20} MiB of it are read at each poll")
        return piece


def finished(path: Path, before: Spot) -> Piece:
    """What a file of a drop folder holds beyond a spot, its last line too.

    Raises: Unreadable for what holds no text, Unreachable.
    """
    with opened(path, follow=False) as (file, found):
        if b"\0" in os.pread(file, HEAD, 0):
            raise Unreadable(f"{shown(path)} holds no text and is not read")
        return _beyond(file, found.st_size, before, f"{shown(path)} ", ended=True)


def piped(file: int, kept: bytearray, stop: Event) -> bytes:
    """Standard input to its end; what came so far stays in ``kept``. Raises: Unreachable, Unreadable."""
    silent = 0.0
    while not stop.is_set():
        ready, _, _ = select.select([file], [], [], BEAT)
        if not ready:
            silent += BEAT
            if silent >= SILENCE:
                raise Unreachable(f"standard input did not end: it said nothing for {SILENCE:g} s")
            continue
        silent = 0.0
        try:
            piece = os.read(file, 64 << 10)
        except BlockingIOError:
            continue
        if not piece:
            break
        kept += piece
        if len(kept) > PIPED:
            raise Unreadable(f"standard input holds more than {PIPED >> 20} MiB; put it into a file")
    return bytes(kept)


def shown(path: Path) -> str:
    """The name of a file as a sentence has it."""
    return str(one_line(clean(os.fsencode(path.name).decode(errors="replace"))))[:80] or "the file"


def _beyond(file: int, size: int, spot: Spot, place: str, *, ended: bool) -> Piece:
    """The whole lines behind a spot. ``ended``: nothing will be added, so that its last line is whole."""
    raw = os.pread(file, MOST, spot.at)
    whole = spot.at + len(raw) >= size or len(raw) < MOST  # it may have been cut meanwhile
    begin = raw.find(b"\n") + 1 if spot.skips else 0
    if (spot.skips and not begin) or (b"\n" not in raw and not whole):
        words = f"{place}line {spot.line + 1}: is longer than {MOST >> 20} MiB"
        problems = [] if spot.skips else [Problem(words, digest(words.encode()))]
        return Piece(Spot(spot.at + len(raw), spot.line, skips=True), [], problems, whole=whole)
    at, line = spot.at + begin, spot.line + (begin > 0)
    raw = raw[begin:]
    end = raw.rfind(b"\n") + 1
    if whole and raw[end:].strip() and (ended or _is_object(raw[end:])):
        end = len(raw)
    records, problems = lines(raw[:end], place, line + 1)
    return Piece(Spot(at + end, line + raw[:end].count(b"\n")), records, problems, whole=whole)


def _is_object(raw: bytes) -> bool:
    """Whether a line without its end says all it has to: no more can follow an object's brace."""
    try:
        return isinstance(msgspec.json.decode(raw), dict)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return False


def _same(file: int, size: int, inode: str, before: Spot) -> bool:
    return (
        inode == before.inode and size >= before.at and _marks(file, before.at) == (before.head, before.tail)
    )


def _marks(file: int, at: int) -> tuple[str, str]:
    head = os.pread(file, min(HEAD, at), 0)
    tail = os.pread(file, min(TAIL, at), at - min(TAIL, at))
    return digest(head), digest(tail)


def _real(path: Path, found: os.stat_result) -> os.stat_result:
    if not stat.S_ISREG(found.st_mode):
        raise Unreadable(f"{shown(path)} is {_kind(found.st_mode)} and is not read")
    return found


def _kind(mode: int) -> str:
    if stat.S_ISLNK(mode):
        return "a symbolic link"
    if stat.S_ISFIFO(mode):
        return "a named pipe"
    return "a folder" if stat.S_ISDIR(mode) else "no file with text"
