"""Measures how much memory hostile feeds take, each polled once in a process of its own.

    CXTUI_CORPORA=FOLDER python tests/bench/memory.py [NAME…]

The whole way is gone: a server on 127.0.0.1, the real client, the reader, the messages.
Growth is the peak of resident memory above what the process had after an ordinary feed.
What the lenient reader's process takes is its own column. Exits with 1 over 40 MB.
"""

from __future__ import annotations

import asyncio
import gzip
import os
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.servers.scripted import Scripted, answer

MOST = 40
"""Megabytes of growth."""
SIZE = (8 << 20) - 4096
ORDINARY = b"<rss><channel><item><guid>1</guid><title>a</title></item></channel></rss>"


@dataclass(frozen=True, slots=True)
class Took:
    """Megabytes of growth, here and in the lenient reader's process; seconds; what came of it."""

    here: float
    there: float
    seconds: float
    said: str


def flood(
    piece: str, begin: str = "<rss><channel>", end: str = "</channel></rss>", size: int = SIZE
) -> bytes:
    """As many pieces as fit; ``%d`` in one is its number."""
    room = size - len(begin.encode()) - len(end.encode())
    if "%d" not in piece:
        raw = piece.encode()
        return begin.encode() + raw * (room // len(raw)) + end.encode()
    pieces: list[bytes] = []
    while room > 0:
        pieces.append(piece.replace("%d", str(len(pieces))).encode())
        room -= len(pieces[-1])
    return begin.encode() + b"".join(pieces[:-1]) + end.encode()


def many(piece: str, length: int, begin: str, end: str, size: int = SIZE) -> bytes:
    """Entries with a text of ``piece`` repeated."""
    return flood(begin + piece * length + end, size=size)


ITEM, TEXT = "<rss><channel><item>", "<rss><channel><item><description>"
ITEM_END, TEXT_END = "</item></channel></rss>", "</description></item></channel></rss>"
JSON, JSON_END = '{"version":"https://jsonfeed.org/version/1.1","items":[', "{}]}"

MADE: dict[str, Callable[[], bytes]] = {
    "one text, plain": lambda: flood("x", TEXT, TEXT_END),
    "one text, letters and emoji": lambda: flood("xxxxxxx😀", TEXT, TEXT_END),
    "2,000 texts, letters and emoji": lambda: many(
        "xxxxxxx😀", 380, "<item><description>", "</description></item>"
    ),
    "2,000 texts, Lao": lambda: many("ນ້ຳໜັກ", 200, "<item><description>", "</description></item>"),
    "2,000 texts of markup": lambda: many(
        "&lt;b&gt;x&lt;/b&gt;", 200, "<item><description>", "</description></item>"
    ),
    "one text of entities": lambda: flood("&nbsp;", TEXT, TEXT_END),
    "one text of elements": lambda: flood("<a/>", TEXT, TEXT_END, 1_990_000),
    "one text of elements, undeclared": lambda: flood("<a/>&shy;", TEXT, TEXT_END),
    "fields without end": lambda: flood("<a/>", ITEM, ITEM_END, 1_990_000),
    "elements with attributes": lambda: flood('<a b="%d"/>', TEXT, TEXT_END),
    "entries with nothing": lambda: flood("<item/>", size=3_400_000),
    "100,000 entries": lambda: flood(
        "<item><guid>%d</guid><title>word</title><pubDate>2026-11-22</pubDate></item>"
    ),
    "entries of 500 fields": lambda: many("<a>1</a>", 500, "<item>", "</item>"),
    "entries of 500 fields with attributes": lambda: many('<a b="1" c="2"/>', 500, "<item>", "</item>"),
    "tags without end": lambda: flood("<a/>", ITEM, ITEM_END),
    "one tag of attributes": lambda: flood(' a%d="1"', "<rss", "><channel><item/></channel></rss>"),
    "one tag of attributes, 500 KiB": lambda: flood(
        ' a%d="1"', "<rss", "><channel><item/></channel></rss>", 500 << 10
    ),
    "tags of 60 KiB": lambda: flood("<item" + "".join(f' a{n}="1"' for n in range(6000)) + "/>"),
    "names of tags": lambda: flood("<b%d/>", ITEM, ITEM_END),
    "entries of 500 texts": lambda: many("<a>xxxxxxx😀</a>", 500, "<item>", "</item>"),
    "namespaces": lambda: flood('<b xmlns:a%d="u%d"/>', ITEM, ITEM_END),
    "nested": lambda: flood("<b>", TEXT, ""),
    "one comment": lambda: flood("x", "<!-- ", " --><rss><channel/></rss>"),
    "one long tag after another": lambda: flood("<", "<rss><channel>"),
    "marks at the start": lambda: flood("\ufeff", "", "<rss/>"),
    "control characters": lambda: flood("x\x01", TEXT, TEXT_END),
    "windows-1251": lambda: (
        flood("жук ", '<?xml version="1.0" encoding="cp1251"?>' + TEXT, TEXT_END).decode().encode("cp1251")
    ),
    "utf-16": lambda: flood("x", TEXT, TEXT_END, SIZE // 2).decode().encode("utf-16"),
    "a page": lambda: flood(
        '<link rel="alternate" type="application/rss+xml" href="/%d">', "<html>", "</html>"
    ),
    "json, empty entries": lambda: flood("{},", JSON, JSON_END),
    "json, empty lists": lambda: flood("[],", JSON, JSON_END),
    "json, numbers": lambda: flood("%d.5,", JSON, JSON_END),
    "json, words": lambda: flood('"%d",', JSON, JSON_END),
    "json, keys": lambda: flood('"%d":0,', JSON + "{", '"a":0}]}'),
    "json, nested": lambda: flood("[", JSON, ""),
    "json, 70,000 entries": lambda: flood('{"id":%d},', JSON, JSON_END, 900_000),
    "json, 60,000 words": lambda: flood('{"a%d":"%d"},', JSON, JSON_END, 1_200_000),
    "json, one text": lambda: flood("xxxxxxx😀", JSON + '{"content_text":"', '"}]}'),
    "json, 2,000 texts": lambda: flood('{"content_html":"' + "xxxxxxx😀" * 380 + '"},', JSON, JSON_END),
    "json, escapes": lambda: flood("\\u0e81", JSON + '{"content_text":"', '"}]}'),
    "broken, one text": lambda: flood("x", TEXT, "&" + TEXT_END, 2_000_000),
    "broken, Lao texts": lambda: many(
        "ນ້ຳໜັກ", 200, "<item>&<description>", "</description></item>", 2_000_000
    ),
    "broken, nested": lambda: flood("<b>", TEXT, "&" + TEXT_END, 2_000_000),
    "broken, entries": lambda: flood("<item>&</item>", size=2_000_000),
    "broken, 8 MiB": lambda: flood("x", TEXT, "&" + TEXT_END),
}


def packed(size: int) -> Iterator[bytes]:
    """Gzip of so many zeros, in pieces."""
    packer = zlib.compressobj(9, wbits=31)
    for _ in range(size >> 20):
        yield packer.compress(bytes(1 << 20))
    yield packer.flush()


def _memory(name: str, pid: int | str = "self") -> float:
    """Megabytes of a line of /proc/PID/status."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) / 1000
    return 0


def _forgotten() -> float:
    """Megabytes now; the peak counts from here."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    return _memory("VmRSS")


def poll(url: str, ordinary: str) -> Took:
    """Poll an ordinary feed, then the hostile one, and tell what the second took."""
    return asyncio.run(_poll(url, ordinary))


async def _poll(url: str, ordinary: str) -> Took:
    from cxtui.connectors.feed import connect
    from cxtui.connectors.feed.fallback import LENIENT
    from cxtui.core.feed import Feed
    from cxtui.errors import FeedError
    from cxtui.http import Client

    async def once(address: str) -> str:
        feed = Feed("bomb", "feed", address, allow_private=True)
        client = Client(feed, agent="bench")
        try:
            page = await connect(feed, client).poll("", datetime.now(UTC))
        except FeedError as error:
            return str(error).partition(": ")[2] or str(error)
        finally:
            await client.aclose()
        return f"{len(page.items)} read"

    await once(ordinary)
    before = _forgotten()
    start = time.perf_counter()
    said = await once(url)
    seconds = time.perf_counter() - start
    there = _memory("VmHWM", LENIENT.process.pid) if LENIENT.process else 0
    LENIENT.close()
    return Took(_memory("VmHWM") - before, there, seconds, said)


def cases(wanted: list[str]) -> Iterator[tuple[str, bytes, dict[str, str]]]:
    """Name, body and headers of each bomb."""
    folder = os.environ.get("CXTUI_CORPORA", "")
    for path in sorted((Path(folder) / "hostile").glob("*.xml")) if folder else ():
        yield path.name, path.read_bytes(), {}
    as_gzip = {"Content-Encoding": "gzip"}
    yield "gzip, 1 GiB of zeros", b"".join(packed(1 << 30)), as_gzip
    yield "gzip of gzip, 1 GiB", gzip.compress(b"".join(packed(1 << 30))), as_gzip
    yield "gzip, a thousand members", gzip.compress(bytes(1 << 20)) * 1000, as_gzip
    yield "brotli, not asked for", bytes(2000), {"Content-Encoding": "br"}
    yield "3 MB on the wire", bytes(3_000_000), {}
    for name, made in MADE.items():
        if not wanted or name in wanted:
            yield name, gzip.compress(made(), 6), as_gzip


def main(wanted: list[str]) -> int:
    """Measure and print; 1 where one took too much."""
    if not sys.platform.startswith("linux"):
        print("this reads /proc and runs on Linux only", file=sys.stderr)
        return 2
    worst = slowest = 0.0
    print(f"{'':38}{'here':>9}{'worker':>9}{'time':>9}  what came of it")
    with Scripted() as server:
        server.on("/ordinary", answer(200, ORDINARY))
        for name, body, headers in cases(wanted):
            if wanted and name not in wanted:
                continue
            server.on("/bomb", answer(200, body, headers))
            with ProcessPoolExecutor(1, get_context("spawn")) as child:
                took = child.submit(poll, f"{server.url}/bomb", f"{server.url}/ordinary").result()
            worst, slowest = max(worst, took.here), max(slowest, took.seconds)
            figures = f"{took.here:6.1f} MB{took.there:6.0f} MB{took.seconds:7.2f} s"
            print(f"{name[:37]:38}{figures}  {took.said[:90]}", flush=True)
    print(f"\nworst {worst:.1f} MB of {MOST} allowed, slowest {slowest:.2f} s")
    return 1 if worst > MOST else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
