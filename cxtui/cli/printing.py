"""What commands say: data to standard output, all else to standard error."""

from __future__ import annotations

import io
import json
import os
import shutil
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any, TextIO

from cxtui.core.item import Clean
from cxtui.core.text import clean, cut, fit, one_line, width
from cxtui.errors import CxtuiError

VERSION = 1
GAP = "  "


class Printer:
    """The two outputs of one command."""

    def __init__(self, *, json: bool) -> None:
        self.json = json
        self._out = _usable(sys.stdout, utf8=json)
        self._err = _usable(sys.stderr, utf8=False)

    def record(self, record: dict[str, Any]) -> None:
        """One JSON object in one line, with the version in front."""
        self.line(json.dumps({"v": VERSION, **record}, ensure_ascii=False, allow_nan=False))

    def line(self, text: str) -> None:
        """One line of data."""
        try:
            self._out.write(text + "\n")
        except BrokenPipeError:
            raise
        except OSError as error:
            raise self._lost(error) from error

    def table(self, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Aligned columns; the last is cut to the terminal's width, and not cut at all in a file."""
        wide = shutil.get_terminal_size().columns if self._out.isatty() else None
        for line in columns(heads, rows, wide):
            self.line(line)

    def note(self, text: str) -> None:
        """A line for the operator that is no data; where it cannot be written, it goes on without."""
        with suppress(OSError):
            self._err.write(clean(text) + "\n")
            self._err.flush()

    def ask(self, question: str) -> None:
        """A question, the cursor left behind it."""
        self._err.write(clean(question))
        self._err.flush()

    def tick(self, text: str) -> None:
        """A line that the next one writes over; only where a terminal shows it."""
        if self._err.isatty():
            self._err.write(f"\r{text}\x1b[K")
            self._err.flush()

    def flush(self) -> None:
        """Everything out. Raises: CxtuiError where the output takes no more."""
        try:
            self._out.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise self._lost(error) from error

    def _lost(self, error: OSError) -> CxtuiError:
        silence(self._out)
        return CxtuiError(f"the output cannot be written: {error.strerror}")


def silence(stream: TextIO) -> None:
    """Let what is left in a stream that takes no more go nowhere, so that its end is quiet."""
    with suppress(OSError, ValueError):
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, stream.fileno())
        os.close(nothing)


def counted(number: int, word: str) -> str:
    """``1 feed``, ``2 feeds``."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def columns(heads: Sequence[str], rows: Sequence[Sequence[str]], wide: int | None = None) -> list[str]:
    """Rows of text under their heads, one line each; with ``wide`` no line is longer than that."""
    cells = [[one_line(clean(cell)) for cell in row] for row in (heads, *rows)]
    widths = [max(width(row[n]) for row in cells) for n in range(len(heads) - 1)]
    return [_joined(row, widths, wide) for row in cells]


def _joined(row: Sequence[Clean], widths: Iterable[int], wide: int | None) -> str:
    front = GAP.join(fit(cell, cells) for cell, cells in zip(row, widths, strict=False))
    line = f"{front}{GAP}{row[-1]}" if len(row) > 1 else row[-1]
    return (line if wide is None else cut(Clean(line), wide)).rstrip()


def _usable(stream: TextIO | None, *, utf8: bool) -> TextIO:
    """The stream, able to take any text: JSON is UTF-8 always, the rest is in the operator's encoding."""
    if stream is None:  # closed by the caller
        return open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123 - as long as the program
    wrapper: object = stream
    if isinstance(wrapper, io.TextIOWrapper):
        with suppress(io.UnsupportedOperation):
            if utf8:
                wrapper.reconfigure(encoding="utf-8", errors="backslashreplace")
            else:
                wrapper.reconfigure(errors="replace")
    return stream
