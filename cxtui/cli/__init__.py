"""The command line. Nothing heavy is imported before it is known what is asked."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import cast

from cxtui.errors import CxtuiError, FilterError

INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; gives its exit code. No error leaves as a traceback."""
    words = list(sys.argv[1:] if argv is None else argv)
    if words == ["--version"]:
        return _version()
    if os.name != "posix":
        sys.stderr.write("cxtui: runs on Linux and macOS; on Windows use it inside WSL\n")
        return 1
    try:
        return _run(words)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        return _unread()
    except Exception as error:  # noqa: BLE001 - the border of the program: whatever is left becomes a sentence
        return _said(error, words)


def _version() -> int:
    from cxtui import __version__

    sys.stdout.write(f"cxtui {__version__}\n")
    return 0


def _run(words: list[str]) -> int:
    from cxtui.cli.arguments import understood

    call, run = understood(words, os.environ)
    if call is None:
        return 0
    try:
        code = run(call)
        call.say.flush()
    except CxtuiError:
        with suppress(CxtuiError, BrokenPipeError):
            call.say.flush()
        raise
    return code


def _said(error: Exception, words: list[str]) -> int:
    known = _known(error)
    if known is None:
        from cxtui.cli.crash import report

        sys.stderr.write(report(error, words, os.environ))
        return 1
    from cxtui.core.text import clean

    lines = [f"cxtui: {clean(line)}" for line in str(known).splitlines() or [type(known).__name__]]
    if isinstance(known, FilterError):
        lines += _pointed(known)
    for line in lines:
        with suppress(OSError):
            sys.stderr.write(f"{line}\n")
    return known.exit_code


def _pointed(error: FilterError) -> list[str]:
    """The filter, and a line of carets under the word that is wrong."""
    from cxtui.core.text import clean, one_line, width

    start, end = error.at
    before, word = (one_line(clean(part)) for part in (error.text[:start], error.text[start:end]))
    blank = " " if before and error.text[:start][-1].isspace() else ""
    room = width(f"{before}{blank}")
    return [f"  {one_line(clean(error.text))}", f"  {' ' * room}{'^' * max(width(word), 1)}"]


def _known(error: BaseException) -> CxtuiError | None:
    """The error of ours that it is, or that a group of tasks ended with."""
    if isinstance(error, CxtuiError):
        return error
    if isinstance(error, BaseExceptionGroup):
        group = cast("BaseExceptionGroup[BaseException]", error)
        leaves = [_known(leaf) for leaf in group.exceptions]
        return None if None in leaves else leaves[0]
    return None


def _unread() -> int:
    """Nobody reads any more, as in ``cxtui list | head``: not worth a word."""
    from cxtui.cli.printing import silence

    silence(sys.stdout)
    return 1
