"""Our own copies of the files that replies bring, beside the store, each under the hash of its content.

What was attached can be sent although the original is changed or gone by then. A copy is whole and on
disk before anything names it; one that no reply needs any more goes with the next sweep.
"""

from __future__ import annotations

import os
import secrets
import stat
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from errno import EDQUOT, ELOOP, ENOSPC
from hashlib import sha256
from mimetypes import MimeTypes
from pathlib import Path
from typing import Final, TypeVar

from cxtui.core.attached import HEAD, File, file_name, kind_of, sized
from cxtui.core.text import clean, one_line
from cxtui.errors import StoreBroken, StoreError, StoreFull, UsageError
from cxtui.store.query import where
from cxtui.store.tables import Doc, Tables

T = TypeVar("T")

FOLDER: Final = "attachments"
GRACE: Final = 3600.0
"""Seconds for which a copy stays that no reply names: it may just have been attached."""
LARGEST: Final = 200_000_000
BLOCK: Final = 1 << 20
NEEDED: Final = ("draft", "queued", "sending", "unknown", "failed")
"""States of a reply that still needs its files."""


class Attachments:
    """The copies of one store, in its ``folder``; without one in a folder that goes with the program."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder / FOLDER if folder else None
        self._passing: tempfile.TemporaryDirectory[str] | None = None

    @property
    def folder(self) -> Path:
        """Where they lie."""
        if self._folder is None:
            self._passing = tempfile.TemporaryDirectory(prefix="cxtui-")
            self._folder = Path(self._passing.name) / FOLDER
        return self._folder

    @property
    def there(self) -> bool:
        """Whether there may be any."""
        return self._folder is not None and self._folder.is_dir()

    def close(self) -> None:
        """Remove what goes with the program."""
        if self._passing is not None:
            self._passing.cleanup()
            self._passing = self._folder = None

    def take(self, path: str, most: int | None = None) -> tuple[File, bytes]:
        """Copy a file; gives what it is and how it begins. Safe once it returns.

        ``most`` is how many bytes are taken. Raises: UsageError naming what is wrong with the file,
        StoreError where the copy cannot be made.
        """
        name = file_name(os.path.basename(os.path.normpath(path)))  # noqa: PTH119 - of a name in any bytes
        limit = LARGEST if most is None else min(most, LARGEST)
        source = _opened(path, name, limit)
        try:
            self._made()
            begun = self.folder / f"new-{secrets.token_hex(8)}"
            try:
                size, digest, head = _copied(source, begun, name, limit)
                self._kept(begun, digest)
            finally:
                begun.unlink(missing_ok=True)
        except OSError as error:
            raise _full_or_broken(error, self.folder) from error
        finally:
            os.close(source)
        guessed = MimeTypes().guess_type(name)[0] or ""
        return File(name, kind_of(head, guessed), size, digest), head

    def placed(self, file: File) -> File:
        """The file with the path of our copy."""
        return replace(file, path=str(self.folder / file.sha256))

    def demand(self, files: Iterable[File]) -> None:
        """See that the copies are there, and keep them for now. Raises: StoreError."""
        for one in files:
            try:
                os.utime(self.folder / one.sha256)
            except OSError as error:
                raise StoreError(f"our copy of {one.name} is not there any more; attach it again") from error

    def sweep(self, needed: Iterable[str], *, now: float | None = None) -> int:
        """Remove copies that are neither needed nor young, and what was left half made; gives how many."""
        keep, young = {*needed}, (time.time() if now is None else now) - GRACE
        gone = 0
        for one in self.folder.iterdir() if self.there else ():
            try:
                if one.name in keep or one.stat().st_mtime > young:
                    continue
                one.unlink()
                gone += 1
            except FileNotFoundError:
                continue
            except OSError as error:
                raise StoreBroken(f"{one} cannot be removed: {error.strerror or error}") from error
        return gone

    def remove(self, hashes: Iterable[str]) -> None:
        """Remove copies now."""
        for one in hashes:
            (self.folder / one).unlink(missing_ok=True)

    def _made(self) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.folder.is_symlink() or not self.folder.is_dir():
            raise StoreBroken(f"{self.folder} must be a folder of its own; move away what is there")

    def _kept(self, begun: Path, digest: str) -> None:
        """Give a whole copy its name for good."""
        begun.replace(self.folder / digest)
        handle = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def hashes(tables: Tables, *, every: bool = False) -> frozenset[str]:
    """What replies name that still need their files, or all replies."""
    docs = tables.find("outbox", None if every else where("state").one_of(NEEDED))
    return frozenset(str(one["sha256"]) for doc in docs for one in _files(doc))


def freed(tables: Tables, change: Callable[[Tables], T]) -> tuple[T, frozenset[str]]:
    """What a change gives, and the hashes of the files that no reply names behind it any more."""
    before = hashes(tables, every=True)
    done = change(tables)
    return done, before - hashes(tables, every=True)


def _files(doc: Doc) -> Iterable[Doc]:
    return doc.get("files") or ()


def _opened(path: str, name: str, limit: int) -> int:
    """A file that is looked at before it is opened: what is no file may block, or do things when opened."""
    try:
        found = os.stat(path)  # noqa: PTH116 - of a name in any bytes
        if stat.S_ISDIR(found.st_mode):
            raise UsageError(f"{name} is a folder; name one file in it")
        if not stat.S_ISREG(found.st_mode):
            raise UsageError(f"{name} is no file but a pipe, a socket or a device")
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY)
    except FileNotFoundError as error:
        raise UsageError(f"there is no file {_shown(path)}") from error
    except PermissionError as error:
        raise UsageError(f"{name} may not be read by you") from error
    except (OSError, ValueError) as error:
        loops = isinstance(error, OSError) and error.errno == ELOOP
        why = "its symbolic links lead in a circle" if loops else getattr(error, "strerror", None) or error
        raise UsageError(f"{name} cannot be read: {why}") from error
    try:
        _judge(os.fstat(handle), name, limit)
    except UsageError:
        os.close(handle)
        raise
    return handle


def _judge(found: os.stat_result, name: str, limit: int) -> None:
    """Raises: UsageError where it is no file, empty or too large."""
    if not stat.S_ISREG(found.st_mode):
        raise UsageError(f"{name} is no file but a pipe, a socket or a device")
    if not found.st_size:
        raise UsageError(f"{name} is empty: it has 0 bytes")
    if found.st_size > limit:
        raise UsageError(
            f"{name} has {sized(found.st_size)}; {sized(limit)} are taken, and nothing is shrunk here"
        )


def _copied(source: int, to: Path, name: str, limit: int) -> tuple[int, str, bytes]:
    """Size, hash and beginning of what was copied, on disk."""
    size, digest, head = 0, sha256(), b""
    handle = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as copy:
        while block := _read(source, name):
            size += len(block)
            if size > limit:
                raise UsageError(f"{name} grew beyond {sized(limit)} while it was read")
            digest.update(block)
            head += block[: HEAD - len(head)]
            copy.write(block)
        copy.flush()
        os.fsync(copy.fileno())
    if not size:
        raise UsageError(f"{name} is empty by now: it has 0 bytes")
    return size, digest.hexdigest(), head


def _read(source: int, name: str) -> bytes:
    try:
        return os.read(source, BLOCK)
    except OSError as error:
        raise UsageError(f"{name} cannot be read: {error.strerror or error}") from error


def _shown(path: str) -> str:
    """A path in one clean line."""
    return one_line(clean(path.encode("utf-8", "surrogateescape").decode("utf-8", "replace"), limit=300))


def _full_or_broken(error: OSError, folder: Path) -> StoreError:
    if error.errno in (ENOSPC, EDQUOT):
        return StoreFull(f"no space left for a copy of the file in {folder}; nothing was attached")
    return StoreBroken(f"no copy of the file can be made in {folder}: {error.strerror or error}")
