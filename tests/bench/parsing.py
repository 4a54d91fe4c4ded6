"""Measures how fast feeds are parsed, beside feedparser as it comes, in one run.

    python tests/bench/parsing.py FOLDER [ROUNDS]      (or CXTUI_CORPORA=FOLDER)

Both get the same bytes from memory, in turns; the best round of each counts, in processor
time. The second table holds one larger feed, made of an ordinary comment. Prints, never
judges.
"""

from __future__ import annotations

import csv
import io
import os
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from cxtui.connectors.feed import reader
from cxtui.errors import Unreadable

FEEDPARSER: Any = import_module("feedparser")
COMMENT = """<item><title>Comment on Lamps by Mai</title><link>https://blog.example/lamps/#comment-%d</link>
<dc:creator><![CDATA[Mai]]></dc:creator><pubDate>Sun, 22 Nov 2026 09:07:00 +0000</pubDate>
<guid isPermaLink="false">https://blog.example/lamps/#comment-%d</guid>
<description><![CDATA[It hums &#8230;]]></description>
<content:encoded><![CDATA[<p>It hums, and it gets <em>hot</em>.</p><p>Refund?</p>]]></content:encoded>
</item>"""
BEGIN = (
    '<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Lamps</title>'
)


def ours(body: bytes) -> None:
    """The strict reader; what it refuses is part of the work."""
    with suppress(Unreadable):
        reader.read(body, None, "https://feeds.example/")


def theirs(body: bytes) -> None:
    """Feedparser as it comes."""
    FEEDPARSER.parse(io.BytesIO(body))


def bare(body: bytes) -> None:
    """Feedparser without sanitiser and relative links."""
    FEEDPARSER.parse(io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False)


READERS: dict[str, Callable[[bytes], None]] = {"cxtui": ours, "feedparser": theirs, "feedparser, bare": bare}


def measured(bodies: Sequence[bytes], rounds: int) -> dict[str, float]:
    """Processor seconds of the best round of each."""
    best = dict.fromkeys(READERS, float("inf"))
    for _ in range(rounds):
        for name, parse in READERS.items():
            start = time.process_time()
            for body in bodies:
                parse(body)
            best[name] = min(best[name], time.process_time() - start)
    return best


def table(title: str, bodies: Sequence[bytes], rounds: int) -> None:
    """Print the speed of each reader and how many times it is feedparser's."""
    size = sum(map(len, bodies))
    found = measured(bodies, rounds)
    print(f"\n{title}: {len(bodies)} files, {size / 1e6:.2f} MB")
    for name, seconds in found.items():
        times = found["feedparser"] / seconds
        print(
            f"  {name:18}{size / seconds / 1e6:8.2f} MB/s{len(bodies) / seconds:10,.0f} files/s{times:7.1f} x"
        )


def main(words: Sequence[str]) -> int:
    """Measure and print."""
    name = words[0] if words else os.environ.get("CXTUI_CORPORA", "")
    rounds = int(words[1]) if len(words) > 1 else 3
    comments = (BEGIN + "".join(COMMENT % (n, n) for n in range(500)) + "</channel></rss>").encode()
    table("500 comments", [comments], rounds)
    if not name:
        print("name a folder with feeds, or set CXTUI_CORPORA", file=sys.stderr)
        return 2
    with (Path(name) / "index.tsv").open(encoding="utf-8", newline="") as index:
        rows = list(csv.DictReader(index, delimiter="\t"))
    bodies = [(Path(name) / row["file"]).read_bytes() for row in rows]
    table("the corpora", bodies, rounds)
    hostile = sorted((Path(name) / "hostile").glob("*.xml"))
    table("the corpora, hostile ones too", [*bodies, *(path.read_bytes() for path in hostile)], 1)
    table("those over 1 KB", [body for body in bodies if len(body) > 1000], rounds)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
