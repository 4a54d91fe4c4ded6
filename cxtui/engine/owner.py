"""Which process a reply belongs to, and whether it still lives."""

from __future__ import annotations

import os
import socket
from pathlib import Path


def me() -> str:
    """This process: host, process id and when it started, so that a reused id is not taken for it."""
    return f"{socket.gethostname()}:{os.getpid()}:{_started(os.getpid())}"


def alive(owner: str) -> bool:
    """Whether the process that `me` named still lives. One on another machine counts as alive."""
    host, _, rest = owner.rpartition(":")[0].rpartition(":")
    if not rest.isdigit():
        return False
    if host != socket.gethostname():
        return True
    pid = int(rest)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return _started(pid) == owner.rpartition(":")[2]


def elsewhere(owner: str) -> bool:
    """Whether nobody here sees if it lives: another machine's, or of this one under a former name."""
    host, _, process = owner.rpartition(":")[0].rpartition(":")
    return process.isdigit() and host != socket.gethostname()


def another(owner: str) -> bool:
    """Whether another process of this machine has it, and lives."""
    return owner != me() and owner.startswith(f"{socket.gethostname()}:") and alive(owner)


def _started(pid: int) -> str:
    """When a process began; a word where it ended and nobody has asked how yet, as in many containers."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    facts = stat.rpartition(")")[2].split()
    return "ended" if facts[0] in "ZX" else facts[19]
