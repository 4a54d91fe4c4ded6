"""A report of an unexpected error: where it happened, without what anybody wrote."""

from __future__ import annotations

import os
import platform
import re
import traceback
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from cxtui import __version__
from cxtui.cli.commands import COMMANDS
from cxtui.config.places import state_folder

_QUERY = re.compile(r"\?[^\s'\"]*")
_SIGN_IN = re.compile(r"//[^/\s@'\"]*@")


def report(error: Exception, words: Sequence[str], env: Mapping[str, str]) -> str:
    """Keep a report and give the sentences for the user.

    The report has the places in the program, the kinds of errors and the command's name: no
    values, no arguments, no query strings, for they might be a customer's words or a secret.
    """
    short = f"cxtui: something went wrong inside cxtui ({type(error).__name__})\n"
    named = env.get("CXTUI_DATA")
    if "--data" in words[:-1]:
        named = words[words.index("--data") + 1]
    try:
        folder = state_folder(env, Path(named) if named else None)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = folder / f"crash-{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{os.getpid()}.txt"
        opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(opened, "w", encoding="utf-8") as file:
            file.write(text(error, words))
    except OSError as problem:
        return f"{short}cxtui: its report could not be kept: {problem.strerror}\n"
    return f"{short}cxtui: what a developer needs to know is in {path}\n"


def text(error: BaseException, words: Sequence[str]) -> str:
    """The report itself."""
    known = {word for command in COMMANDS for word in command.name.split()}
    command = " ".join(word for word in words if word in known) or "(screen)"
    lines = [f"cxtui {__version__}, Python {platform.python_version()}, {platform.system()}", command, ""]
    seen: BaseException | None = error
    while seen is not None:
        lines += [
            f"{frame.filename}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(seen.__traceback__)
        ]
        lines += [f"{type(seen).__module__}.{type(seen).__qualname__}: {_harmless(seen)}", ""]
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
    return "\n".join(lines)


def _harmless(error: BaseException) -> str:
    """The message of errors that speak about the program or the machine; those about values stay out."""
    if isinstance(error, KeyError | ValueError | LookupError):
        return "(its message may hold a value and is left out)"
    return _SIGN_IN.sub("//", _QUERY.sub("?…", str(error)))[:300]
