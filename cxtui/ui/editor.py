"""A reply written in the user's own editor: a private file, started without a shell, always removed."""

from __future__ import annotations

import os
import re
import shlex
import signal
import tempfile
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import which

from cxtui.core.text import clean
from cxtui.errors import CxtuiError
from cxtui.ui.widgets.fields import LONG

SCISSORS = "# ------------------------ >8 ------------------------"
BELOW = (
    SCISSORS,
    "# Write above; nothing from the scissors on is sent.",
    "# An empty text changes nothing.",
)
USUAL = ("sensible-editor", "vi", "nano")
LARGEST = 4 * LONG
"""Bytes that are read of what the editor leaves."""
_MODELINE = re.compile(r"\b(vim?(?:[<=>]?\d+)?|ex|local variables|end)(?=:)|(?<=-)\*(?=-)", re.IGNORECASE)
"""What Vim or Emacs would take for settings, wherever it stands in a file."""


class NotEdited(CxtuiError):
    """Why nothing came of it; the draft is as it was."""


def command(env: Mapping[str, str]) -> list[str]:
    """The editor and its arguments: $VISUAL, else $EDITOR, else what there is. Raises: NotEdited."""
    for name in ("VISUAL", "EDITOR"):
        if not env.get(name, "").strip():
            continue
        try:
            argv = shlex.split(env[name])
        except ValueError as error:
            raise NotEdited(f"${name} cannot be read: {str(error).lower()}") from error
        if argv:
            return argv
    found = next((editor for editor in USUAL if which(editor)), None)
    if found is None:
        raise NotEdited("there is no editor: set $EDITOR to the one you like")
    return [found]


def page(text: str, facts: Sequence[str], quoted: str) -> str:
    """What stands in the file: the draft, the scissors, facts and the customer's words below them."""
    below = [*BELOW, *(f"# {fact}" for fact in facts), *(f"> {line}" for line in quoted.split("\n"))]
    return "\n".join([text, "", *(_MODELINE.sub(r"\1 ", line) for line in below), ""])


def above(written: str) -> str:
    """What was written above the scissors, cleaned."""
    kept: list[str] = []
    for line in written.replace("\r\n", "\n").split("\n"):
        if line.strip() in BELOW:
            break
        kept.append(line)
    return clean("\n".join(kept), limit=LONG, lines=LONG).strip()


def edited(argv: Sequence[str], folder: Path | None, whole: str) -> str:
    """Run the editor on a file in ``folder`` until it ends; gives what stands above the scissors.

    The terminal must be the editor's. Raises: NotEdited where it ended badly, left nothing, or an empty text.
    """
    if folder is None:
        raise NotEdited("there is no folder here for the editor's file")
    file = _made(folder, whole)
    try:
        _run(argv, file)
        text = above(_left(file))
    finally:
        file.unlink(missing_ok=True)
    if not text:
        raise NotEdited("the text was left empty: nothing is changed")
    return text


def tried(argv: Sequence[str], folder: Path | None, whole: str) -> str | NotEdited:
    """What `edited` gives, or why it gives nothing."""
    try:
        return edited(argv, folder, whole)
    except NotEdited as why:
        return why


def _made(folder: Path, whole: str) -> Path:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        number, name = tempfile.mkstemp(prefix="reply-", suffix=".txt", dir=folder)  # readable by us alone
        with os.fdopen(number, "w", encoding="utf-8") as opened:
            opened.write(whole)
    except OSError as error:
        raise NotEdited(f"no file could be made in {folder}: {error.strerror}") from error
    return Path(name)


def _run(argv: Sequence[str], file: Path) -> None:
    name = Path(argv[0]).name
    with _uninterrupted():
        try:
            number = os.posix_spawnp(argv[0], [*argv, str(file)], os.environ, setsigdef=[signal.SIGINT])
        except OSError as error:
            raise NotEdited(f"the editor {argv[0]} cannot be started: {error.strerror}") from error
        code = os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])
    if code:
        how = f"was ended by signal {-code}" if code < 0 else f"ended with {code}"
        raise NotEdited(f"{name} {how}: the draft is as it was")


def _left(file: Path) -> str:
    try:
        number = os.open(file, os.O_RDONLY | os.O_NOFOLLOW)
        with os.fdopen(number, "rb") as opened:
            raw = opened.read(LARGEST + 1)
    except OSError as error:
        raise NotEdited(f"the editor left no file to read: {error.strerror}") from error
    if len(raw) > LARGEST:
        raise NotEdited(f"the editor left more than {LARGEST // 1000} kB: the draft is as it was")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise NotEdited(f"line {line} is no UTF-8 text: the draft is as it was") from error


@contextmanager
def _uninterrupted() -> Generator[None]:
    """Leave Ctrl-C to the editor."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        with suppress(TypeError):  # a handler that was not set from Python cannot be put back
            signal.signal(signal.SIGINT, before)
