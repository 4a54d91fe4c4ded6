"""Whether a screen can be drawn here. Imports nothing of Textual."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, MutableMapping
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


def ask_the_size(environ: MutableMapping[str, str]) -> None:
    """See that the size is the terminal's own: what shells leave there is not true any more after a resize.

    A terminal that does not know it, as a serial line, has what stands there, or 80x24. Textual
    and Rich each take another size for it, and would lay the screen out for ever.
    """
    try:
        known = all(os.get_terminal_size(sys.__stdout__.fileno() if sys.__stdout__ else 1))
    except OSError:
        known = False
    for name, usual in (("COLUMNS", "80"), ("LINES", "24")):
        said = environ.pop(name, "")
        if not known:
            environ[name] = said if said.isdecimal() and 0 < int(said) < 1000 else usual
