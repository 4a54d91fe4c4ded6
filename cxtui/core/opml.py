"""Lists of feeds in OPML, as feed readers exchange them.

Source: OPML 2.0 (opml.org/spec2.opml).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import NoReturn
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from cxtui.core.text import clean, one_line
from cxtui.errors import UsageError

MOST = 10_000
"""Feeds of one list."""
LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Outline:
    """One feed of a list. ``line`` is where it stands in its file."""

    text: str
    url: str
    line: int = 0


def read(document: bytes, name: str) -> list[Outline]:
    """The feeds of an OPML document, in its order; folders are left out.

    Raises: UsageError with ``name`` and the line of what is wrong.
    """
    found: list[Outline] = []
    roots: list[str] = []
    parser = expat.ParserCreate()

    def start(tag: str, given: dict[str, str]) -> None:
        roots.append(tag.lower()) if not roots else None
        if roots[0] != "opml":
            raise UsageError(f"{name}:{parser.CurrentLineNumber} is no OPML: it begins with <{_said(tag)}>")
        values = {key.lower(): value for key, value in given.items()}
        url = values.get("xmlurl", "").strip()
        if tag.lower() == "outline" and url:
            if len(found) == MOST:
                raise UsageError(f"{name}:{parser.CurrentLineNumber} has more than {MOST} feeds")
            words = values.get("title") or values.get("text") or ""
            found.append(Outline(_said(words), url, parser.CurrentLineNumber))

    def entity(*_: object) -> NoReturn:
        raise UsageError(f"{name}:{parser.CurrentLineNumber} declares entities, which is refused")

    parser.StartElementHandler = start
    parser.EntityDeclHandler = entity
    try:
        parser.Parse(document, True)  # noqa: FBT003 - expat's
    except expat.ExpatError as wrong:
        said = expat.errors.messages[wrong.code]
        raise UsageError(f"{name}:{wrong.lineno} is broken XML: {said}") from wrong
    except (LookupError, ValueError) as wrong:
        raise UsageError(f"{name}:1 is in an encoding that cannot be read; save it as UTF-8") from wrong
    return found


def written(outlines: Iterable[Outline], title: str, now: datetime) -> str:
    """A list of feeds as OPML 2.0."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<opml version="2.0">',
        f"  <head><title>{title}</title><dateCreated>{format_datetime(now)}</dateCreated></head>",
        "  <body>",
        *(
            f'    <outline type="rss" text={quoteattr(one.text)} xmlUrl={quoteattr(one.url)}/>'
            for one in outlines
        ),
        "  </body>",
        "</opml>",
    ]
    return "\n".join(lines) + "\n"


def feed_name(words: str, taken: set[str]) -> str:
    """A name that a feed may have in a configuration, and that no other one has yet."""
    plain = one_line(clean(words.replace(":", " "))).lstrip("- ")[:LONGEST_NAME].strip() or "feed"
    name, number = plain, 1
    while name in taken:
        number += 1
        name = f"{plain[: LONGEST_NAME - 4].strip()} {number}"
    return name


def _said(words: str) -> str:
    return one_line(clean(words, limit=300))
