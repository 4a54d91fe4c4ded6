"""feeds check: what cxtui would make of an address or a file, kept nowhere."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

from cxtui import __version__
from cxtui.cli.arguments import Parser
from cxtui.cli.call import Call, clock
from cxtui.connectors.feed import ACCEPT, describe
from cxtui.connectors.feed.fallback import read_soon
from cxtui.core.feed import Feed
from cxtui.errors import FeedError, Unreadable
from cxtui.http import Client

LARGEST = 8 << 20
"""Bytes; the same as for an answer from the net."""


def arguments(_command: str, parser: Parser) -> None:
    """It takes addresses and files."""
    parser.add_argument("sources", nargs="+", metavar="URL|FILE", help="- reads the input")
    parser.add_argument("--allow-private", action="store_true", help="http:// and private addresses, too")


def run(call: Call) -> int:
    """Print one object for each; gives 1 where one is not a feed."""
    found = [asyncio.run(_checked(source, private=call.words.allow_private)) for source in call.words.sources]
    for one in found:
        if call.options.json:
            call.say.record(one)
        else:
            _print(call, one)
    return 0 if all(one["format"] for one in found) else 1


async def _checked(source: str, *, private: bool) -> dict[str, Any]:
    try:
        if source.startswith(("http://", "https://")):
            body, kind, place = await _asked(source, private=private)
        else:
            body, kind, place = _file(source), None, source
        return describe(await read_soon(body, kind, place), source)
    except FeedError as error:
        nothing: dict[str, Any] = {"format": None, "title": None, "entries": 0}
        return {"source": source, **nothing, "problems": [str(error)], "items": []}


async def _asked(url: str, *, private: bool) -> tuple[bytes, str | None, str]:
    client = Client(
        Feed("check", "feed", url, allow_private=private), agent=f"cxtui/{__version__}", clock=clock
    )
    try:
        answer = await client.request("GET", url, accept=ACCEPT)
    finally:
        await client.aclose()
    return answer.body, answer.headers.get("content-type"), answer.url


def _file(name: str) -> bytes:
    try:
        if name == "-":
            return sys.stdin.buffer.read(LARGEST)
        with Path(name).open("rb") as file:
            raw = file.read(LARGEST + 1)
    except OSError as error:
        raise Unreadable(f"it cannot be read: {error.strerror}") from error
    if len(raw) > LARGEST:
        raise Unreadable(f"it is longer than {LARGEST >> 20} MiB")
    return raw


def _print(call: Call, found: dict[str, Any]) -> None:
    if found["format"] is None:
        call.say.line(f"{found['source']}: not readable: {found['problems'][0]}")
        return
    title = f" “{found['title']}”" if found["title"] else ""
    call.say.line(f"{found['source']}: {found['format']}{title}, entries: {found['entries']}")
    for problem in found["problems"]:
        call.say.line(f"  problem: {problem}")
    if found["items"]:
        rows = [[str(one[key] or "-") for key in ("posted", "author", "text")] for one in found["items"]]
        call.say.table(("posted", "author", "text"), rows)
