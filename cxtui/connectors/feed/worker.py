"""The lenient reader's own process: feedparser on strangers' bytes, with little time, memory and no files.

A program of its own, not imported by others: `fallback` starts it. It reads requests from
standard input (a length, the document in UTF-8) and writes answers to standard output (a
length, JSON). Whatever goes wrong ends it.
"""

from __future__ import annotations

import calendar
import contextlib
import io
import json
import math
import re
import signal
import struct
import sys
import time
from importlib import import_module
from typing import Any, cast

try:
    import resource
except ImportError:  # not on Windows: there only the asker's patience limits it
    resource = None

PROCESSOR = 2.0
"""Seconds of processor time for one document, where the command line says nothing else."""
MEMORY = 384 << 20
"""Bytes of address space for the whole process."""
ITEMS = 2_000
TEXT = 65_536
TIMES = ("published", "created", "updated")
LENGTH = struct.Struct(">I")

_MEDIA = re.compile(rb"(</?media:)(?=(?:title|description)\b)")
"""Words on a picture, which feedparser would take for those of the entry."""

BROKEN = b"<rss><channel><item><title>a & b</title><pubDate>Sun, 22 Nov 2026 09:00:00 GMT</pubDate></item>"


def main() -> None:
    """Answer until standard input ends."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else PROCESSOR
    _limit("RLIMIT_AS", MEMORY)
    feedparser: Any = import_module("feedparser")
    # what is an id for us is one for it, too: as it stands, not made an address
    import_module("feedparser.mixin")._FeedParserMixin.can_be_relative_uri.discard("id")  # noqa: SLF001 - a test sees it
    take, give = sys.stdin.buffer, sys.stdout.buffer
    told(feedparser, BROKEN)  # so that all it ever imports is there before files are closed to it
    _close_doors()
    give.write(LENGTH.pack(0))
    give.flush()
    while len(head := take.read(LENGTH.size)) == LENGTH.size:
        body = take.read(LENGTH.unpack(head)[0])
        _spend(seconds)
        found = json.dumps(told(feedparser, body), ensure_ascii=False).encode("utf-8", "replace")
        _spend(0)
        give.write(LENGTH.pack(len(found)) + found)
        give.flush()


def told(feedparser: Any, body: bytes) -> dict[str, Any]:
    """What feedparser found, as plain values with feedparser's names."""
    found = feedparser.parse(
        io.BytesIO(
            _MEDIA.sub(rb"\1own-", body)
        ),  # a stream: text might be taken for an address and asked for
        response_headers={"content-type": "application/xml; charset=utf-8"},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    feed = found["feed"]
    return {
        "version": found.get("version") or "",
        "count": len(found["entries"]),
        "feed": {**_plain(feed, "id", "title", "language"), "links": _links(feed), "author": _person(feed)},
        "entries": [_entry(entry, feed) for entry in _newest(found["entries"])],
    }


def _entry(entry: Any, feed: Any) -> dict[str, Any]:
    details = [entry.get("title_detail"), entry.get("summary_detail"), *entry.get("content", ())]
    media = [*entry.get("enclosures", ()), *entry.get("media_content", ())]
    return {
        **_plain(
            entry,
            "id",
            "im_rating",
            "slash_comments",
            "thr_total",
            "thr_count",
            "wfw_commentrss",
            "media_own-description",
        ),
        "links": _links(entry),
        "permanent": bool(_got(entry, "guidislink")),
        "language": _language(entry, feed),
        "title": _words(entry.get("title_detail")),
        "contents": [_words(part) for part in entry.get("content", ())],
        "summary": _words(entry.get("summary_detail")),
        "author": _person(entry),
        "times": [[_text(_got(entry, name)), _seconds(_got(entry, f"{name}_parsed"))] for name in TIMES],
        "answers": {key: _text(value) for key, value in (_mapping(entry.get("thr_in-reply-to"))).items()},
        "media": [_plain(part, "href", "url", "type", "medium", "title") for part in media[:20]],
        "base": next((_text(part.get("base")) for part in details if part and part.get("base")), ""),
    }


def _newest(entries: list[Any]) -> list[Any]:
    """The newest entries in their order; those without a time only where there is room."""
    if len(entries) <= ITEMS:
        return entries

    def age(place: int) -> float:
        times = (_seconds(_got(entries[place], f"{name}_parsed")) for name in TIMES)
        return next((-at for at in times if at is not None), 1e11)

    return [entries[place] for place in sorted(sorted(range(len(entries)), key=age)[:ITEMS])]


def _language(entry: Any, feed: Any) -> str:
    """The entry's own language, not the one it has from the feed."""
    said = _got(entry, "language") or _got(_mapping(entry.get("title_detail")), "language")
    return "" if said == _got(feed, "language") else _text(said)


def _words(detail: Any) -> dict[str, str]:
    return _plain(detail or {}, "type", "value")


def _person(of: Any) -> dict[str, str]:
    return {**_plain(of.get("author_detail") or {}, "name", "href", "email"), "line": _text(of.get("author"))}


def _links(of: Any) -> list[dict[str, str]]:
    return [_plain(link, "rel", "type", "href") for link in of.get("links", ())[:20]]


def _got(of: Any, name: str) -> Any:
    """What stands under a name; asked for in its own way, feedparser's dictionaries look elsewhere too."""
    return dict[str, Any].get(of, name)


def _plain(of: Any, *names: str) -> dict[str, str]:
    return {name: _text(_got(of, name)) for name in names}


def _mapping(value: Any) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _text(value: object) -> str:
    if not isinstance(value, str):
        return ""
    return value if len(value) <= TEXT else value[:TEXT] + "…"


def _seconds(parsed: Any) -> float | None:
    """Seconds since 1970 of a time that feedparser's own rules understood."""
    try:
        return float(calendar.timegm(parsed)) if isinstance(parsed, time.struct_time) else None
    except (ValueError, OverflowError):
        return None


def _spend(seconds: float) -> None:
    """End this process after so many seconds of processor time from now; 0 takes the limit back."""
    if resource is not None:
        signal.setitimer(signal.ITIMER_PROF, seconds)  # to the millisecond; the other holds whatever happens
        whole = math.ceil(time.process_time() + seconds) + 1
        _limit("RLIMIT_CPU", whole if seconds else resource.RLIM_INFINITY)


def _close_doors() -> None:
    """From now on no file and no socket can be opened."""
    _limit("RLIMIT_NOFILE", 3)


def _limit(kind: str, soft: int) -> None:
    if resource is not None:
        with contextlib.suppress(ValueError, OSError):  # a system that has no such limit
            number = getattr(resource, kind)
            resource.setrlimit(number, (soft, resource.getrlimit(number)[1]))


if __name__ == "__main__":
    main()
