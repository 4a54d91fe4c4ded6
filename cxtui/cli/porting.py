"""export and import: the whole store as JSON lines."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, cast

from cxtui.cli.arguments import Parser
from cxtui.cli.call import Call
from cxtui.cli.printing import counted
from cxtui.errors import CxtuiError, UsageError

if TYPE_CHECKING:
    from cxtui.store import Record


def arguments(command: str, parser: Parser) -> None:
    """Both take a file, or - for the standard stream."""
    if command == "export":
        parser.add_argument(
            "file", nargs="?", default="-", metavar="FILE", help="a new file; - for the output"
        )
    else:
        parser.add_argument("file", metavar="FILE", help="- for the input")


def run(call: Call) -> int:
    """Export or import."""
    return _export(call) if call.command.name == "export" else _import(call)


def _export(call: Call) -> int:
    async def read() -> list[Record]:
        async with call.store() as store:
            return await store.export()

    lines = [json.dumps(record, ensure_ascii=False, allow_nan=False) for record in asyncio.run(read())]
    if call.words.file == "-":
        for line in lines:
            call.say.line(line)
    else:
        _write(Path(call.words.file), lines)
        call.say.note(f"{counted(len(lines), 'record')} in {call.words.file}")
    return 0


def _write(path: Path, lines: Sequence[str]) -> None:
    """A new file that only its owner reads: it holds what customers wrote."""
    try:
        opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise UsageError(f"{path} is there already; name a new file") from None
    except OSError as error:
        raise CxtuiError(f"{path} cannot be written: {error.strerror}") from error
    try:
        with os.fdopen(opened, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.writelines(f"{line}\n" for line in lines)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        path.unlink(missing_ok=True)
        raise CxtuiError(f"{path} cannot be written: {error.strerror}") from error


def _import(call: Call) -> int:
    _ = call.config  # its problems come before the input is waited for
    numbered = records(_raw(call.words.file))

    async def write() -> int:
        async with call.store() as store:
            return await store.load(numbered, call.now())

    count = asyncio.run(write())
    if call.options.json:
        call.say.record({"records": count})
    else:
        call.say.line(f"imported {counted(count, 'record')}")
    return 0


def _raw(name: str) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise UsageError(f"{name} cannot be read: {error.strerror}") from error


def records(raw: bytes) -> list[tuple[int, Record]]:
    """The records with their line numbers; empty lines are none. Raises: UsageError naming the line."""
    found: list[tuple[int, Record]] = []
    for number, line in enumerate(raw.split(b"\n"), 1):
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")  # noqa: PLW2901 - a mark of the file, not of the line
        if not line.strip():
            continue
        found.append((number, _record(number, line)))
    return found


def _record(number: int, line: bytes) -> Record:
    try:
        value: Any = json.loads(line.decode(), parse_constant=_no_number)
    except UnicodeDecodeError:
        raise UsageError(f"line {number}: is no UTF-8 text") from None
    except RecursionError:
        raise UsageError(f"line {number}: is nested too deep") from None
    except ValueError as error:
        what = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
        raise UsageError(f"line {number}: is no JSON: {what}") from None
    if not isinstance(value, dict):
        raise UsageError(f"line {number}: must be one JSON object")
    return cast("Record", value)


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number")
