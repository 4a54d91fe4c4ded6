"""feeds import, export: lists of feeds in OPML, from and for feed readers."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from cxtui.cli.arguments import Parser
from cxtui.cli.call import Call, clock
from cxtui.cli.printing import counted
from cxtui.config.adding import append, table
from cxtui.core.opml import Outline, feed_name, read, written
from cxtui.core.text import clean, one_line
from cxtui.core.web import masked, place, without_secrets
from cxtui.errors import UsageError

LARGEST = 8 << 20
"""Bytes of a list."""


def arguments(command: str, parser: Parser) -> None:
    """The import takes a file."""
    if command == "feeds import":
        parser.add_argument("file", metavar="FILE", help="an OPML file; - reads the input")


def run(call: Call) -> int:
    """Print, or add with --yes."""
    return _import(call) if call.command.name == "feeds import" else _export(call)


@dataclass(frozen=True, slots=True)
class _Offer:
    """One feed of the list: the name it would get, or why it is left out."""

    outline: Outline
    name: str
    why: str | None

    @property
    def table(self) -> str:
        return table({"name": self.name, "connector": "feed", "url": self.outline.url})


def _import(call: Call) -> int:
    file = call.config.path
    if call.options.yes and (call.options.readonly or file is None):
        why = "--readonly forbids that" if call.options.readonly else "there is no configuration file"
        raise UsageError(f"feeds import --yes adds to the configuration, and {why}")
    offers = _offers(call, read(_document(call.words.file), call.words.file))
    tables = [one.table for one in offers if one.why is None]
    if tables and call.options.yes and file is not None:
        append(file, "\n".join(tables), call.env)
    for one in offers:
        _told(call, one)
    if call.options.json:
        return 0
    if not tables:
        call.say.note("nothing to add")
    elif call.options.yes:
        call.say.note(f"{file}: {counted(len(tables), 'feed')} added")
    else:
        call.say.line("\n".join(tables).rstrip("\n"))
        call.say.note(f"{counted(len(tables), 'feed')} to add; --yes adds to {file}")
    return 0


def _offers(call: Call, outlines: Sequence[Outline]) -> list[_Offer]:
    known = {feed.url for feed in call.config.feeds}
    taken = {feed.name for feed in call.config.feeds}
    offers: list[_Offer] = []
    for one in outlines:
        why = "it is configured already" if one.url in known else unfit(one.url)
        name = feed_name(one.text or place(one.url), taken)
        if why is None:
            known.add(one.url)
            taken.add(name)
        offers.append(_Offer(one, name, why))
    return offers


def _told(call: Call, offer: _Offer) -> None:
    url, line = offer.outline.url, offer.outline.line
    if call.options.json:
        added = call.options.yes and offer.why is None
        named = {"name": None, "url": masked(url)} if offer.why else {"name": offer.name, "url": url}
        call.say.record({**named, "line": line, "added": added, "why_not": offer.why})
    elif offer.why is not None:
        call.say.note(f"{call.words.file}:{line} {one_line(clean(masked(url)))} is left out: {offer.why}")


def unfit(url: str) -> str | None:
    """Why an address cannot be a feed's in a configuration as it stands, or None where it can."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "it is no web address"
    if parts.scheme not in ("http", "https") or not host or not url.isprintable() or " " in url:
        return "it is no web address"
    if "@" in parts.netloc:
        return "there is a sign-in in it; write it into the configuration yourself"
    if parts.scheme == "http":
        return "http:// can be read on its way; try whether the site has https://"
    return None


def _document(name: str) -> bytes:
    try:
        if name == "-":
            raw = sys.stdin.buffer.read(LARGEST + 1)
        else:
            with Path(name).open("rb") as file:
                raw = file.read(LARGEST + 1)
    except OSError as error:
        raise UsageError(f"{name}: cannot be read: {error.strerror}") from error
    if len(raw) > LARGEST:
        raise UsageError(f"{name}: is longer than {LARGEST >> 20} MiB")
    return raw


def _export(call: Call) -> int:
    outlines: list[Outline] = []
    left_out: list[str] = []
    for feed in call.config.feeds:
        if feed.connector != "feed":
            left_out.append(f"{feed.name}: {feed.connector} is no feed that a reader could read")
            continue
        url = without_secrets(feed.url)
        if url != feed.url:
            left_out.append(f"{feed.name}: what is secret in its address was left out")
        if feed.token is not None:
            left_out.append(f"{feed.name}: its token was left out")
        outlines.append(Outline(feed.name, url))
    text = written(outlines, "cxtui feeds", clock())
    if call.options.json:
        call.say.record({"opml": text, "feeds": len(outlines), "left_out": left_out})
        return 0
    for line in text.splitlines():
        call.say.line(line)
    for words in left_out:
        call.say.note(words)
    return 0
