"""Where a store may lie, and the private folder and file it lies in."""

from __future__ import annotations

import os
import re
import stat
import struct
import time
from pathlib import Path
from typing import Final

from cxtui.errors import StoreBroken, StoreFull
from cxtui.store.tinydb.errors import from_system

NETWORKS: Final = frozenset({
    "9p", "afs", "beegfs", "ceph", "cifs", "coda", "davfs", "gfs2", "glusterfs", "gpfs", "lustre",
    "ncpfs", "nfs", "nfs4", "ocfs2", "orangefs", "smb3", "smbfs", "vboxsf",
    "fuse.ceph", "fuse.davfs", "fuse.davfs2", "fuse.glusterfs", "fuse.rclone", "fuse.s3fs",
    "fuse.sshfs", "fuse.vmhgfs-fuse",
})  # fmt: skip
"""File systems whose locks and shared memory do not hold between machines."""

MOUNTS: Final = Path("/proc/self/mounts")
AT_FDCWD: Final = -100
STATX_BTIME: Final = 0x800
YOUNG: Final = 50_000_000
"""Nanoseconds within which a system may give two writes the same time."""
YOUNG_BY_SECONDS: Final = 3_000_000_000
"""The same, where the file system counts in seconds."""
SMALLEST: Final = 512
"""Bytes of the smallest database there can be."""
RESERVE: Final = 1024 * 1024
"""Bytes that must be free before something is sent."""
SIDES: Final = ("", "-wal", "-shm")
"""SQLite's files: the database, its log, the log's index."""


def prepare(path: Path) -> None:
    """Make folder (0700) and file (0600) of a store where they are missing.

    An existing folder keeps its permissions: it may hold other things. Raises: StoreFull,
    StoreBroken for symbolic links, for what is no file, and for network file systems.
    """
    try:
        make_folder(path.parent)
        _refuse_network(path.parent)
        for side in SIDES:
            _refuse_strange(path.with_name(path.name + side))
        _refuse_scrap(path)
        _make_file(path)
    except OSError as error:
        raise from_system(error, path) from error


def glance(path: Path) -> tuple[int, int] | None:
    """When the log of a store was last written, and its size; None where a second write may look the same.

    Source: SQLite, write-ahead logging: every commit writes to the log's file.
    """
    try:
        log = os.stat(f"{path}-wal")  # noqa: PTH116 - four times a second, and a Path costs twice as much
    except OSError:
        return None
    precise = log.st_mtime_ns % 1_000_000_000
    age = abs(time.time_ns() - log.st_mtime_ns)
    return (log.st_mtime_ns, log.st_size) if age > (YOUNG if precise else YOUNG_BY_SECONDS) else None


def identity(path: Path) -> str:
    """What no other file is known by: its number, which may be given again, and when it was made if known."""
    number, since = path.stat().st_ino, made(path)
    return f"{number} {since}" if since else f"{number}"


def made(path: Path) -> int:
    """When a file was made, in nanoseconds; 0 where the system does not say. Source: statx(2)."""
    import ctypes

    try:
        statx = ctypes.CDLL(None, use_errno=True).statx
    except (OSError, AttributeError):
        return int(getattr(path.stat(), "st_birthtime", 0) * 1_000_000_000)
    found = ctypes.create_string_buffer(256)
    if statx(AT_FDCWD, os.fsencode(path), 0, STATX_BTIME, found):
        return 0
    (mask,) = struct.unpack_from("=I", found, 0)
    seconds, part = struct.unpack_from("=qI", found, 80)
    return int(seconds * 1_000_000_000 + part) if mask & STATX_BTIME else 0


def make_private(path: Path) -> None:
    """Give the files of a store that is known to be ours the mode 0600."""
    for file in (path.with_name(path.name + side) for side in SIDES):
        try:
            if stat.S_IMODE(file.lstat().st_mode) != 0o600:
                file.chmod(0o600)
        except FileNotFoundError:
            continue
        except OSError as error:
            raise from_system(error, file) from error


def demand_room(folder: Path) -> None:
    """See that what must be written after a reply has left can be written. Raises: StoreFull."""
    try:
        disk = os.statvfs(folder)
    except OSError as error:
        raise from_system(error, folder) from error
    if disk.f_bavail * disk.f_frsize < RESERVE:
        raise StoreFull(
            f"less than {RESERVE // 2**20} MiB is free in {folder}: nothing is sent, "
            "for it could not be written down that it was; free some space there"
        )


def network_of(folder: Path, mounts: str) -> str | None:
    """The network file system that a resolved folder lies on, by the system's table of mounts."""
    best, found = -1, ""
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        point = Path(re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), fields[1]))
        # Of two mounts on one point the later one is seen.
        if folder.is_relative_to(point) and len(point.parts) >= best:
            best, found = len(point.parts), fields[2]
    return found if found in NETWORKS else None


def make_folder(folder: Path) -> None:
    """Make a folder (0700) with those above it. Raises: StoreBroken, OSError."""
    if folder.is_symlink():
        raise StoreBroken(
            f"{folder} is a symbolic link; name the folder itself, so that nobody can redirect it"
        )
    for part in (*reversed(folder.parents), folder):
        if not part.exists():
            part.mkdir(mode=0o700, exist_ok=True)
    if not folder.is_dir():
        raise StoreBroken(f"{folder} is not a folder; name another one for the store")


def _refuse_network(folder: Path) -> None:
    try:
        mounts = MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return  # no such table here: not Linux
    if kind := network_of(folder.resolve(), mounts):
        raise StoreBroken(
            f"{folder} is on a network file system ({kind}), where a store gets damaged; "
            "name a folder on a disk of this machine"
        )


def _refuse_strange(file: Path) -> None:
    try:
        found = file.lstat()
    except FileNotFoundError:
        return
    if stat.S_ISLNK(found.st_mode):
        raise StoreBroken(f"{file} is a symbolic link; put the store's own file there or name another folder")
    if not stat.S_ISREG(found.st_mode):
        raise StoreBroken(f"{file} is not a file; move it away or name another folder")
    if not os.access(file, os.R_OK | os.W_OK, effective_ids=os.access in os.supports_effective_ids):
        raise StoreBroken(f"{file} cannot be written; see to its owner and permissions")


def _refuse_scrap(path: Path) -> None:
    """SQLite takes a file of a few bytes for an empty one, and would write over it."""
    if path.exists() and 0 < path.stat().st_size < SMALLEST:
        raise StoreBroken(f"{path} is not a cxtui store; move it away or name another folder")


def _make_file(path: Path) -> None:
    # An existing file must not be opened here: closing it again would let go of every
    # lock that this process holds on it.
    if path.exists():
        return
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600))
    except FileExistsError:
        _refuse_strange(path)
