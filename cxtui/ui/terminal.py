"""Whether a screen can be drawn here. Imports nothing of Textual."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class Stream(Protocol):
    """Standard input or output."""

    def isatty(self) -> bool:
        """Whether it is a terminal."""
        ...


def refusal(environ: Mapping[str, str], stdin: Stream | None, stdout: Stream | None) -> str | None:
    """Why no screen can be drawn, with what to do instead; None where it can."""
    if stdin is None or stdout is None or not (stdin.isatty() and stdout.isatty()):
        return "the screen needs a terminal and this is none; `cxtui list` prints the queue"
    if environ.get("TERM", "") in ("", "dumb", "unknown"):
        return "the screen cannot be drawn here (TERM is dumb or not set); `cxtui list` prints the queue"
    return None
