"""What is measured: cxtui and its yardsticks, each on the same made-up messages."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from cxtui.connectors.demo import Heard, World
from cxtui.connectors.demo.places import PLACES

HERE = Path(__file__).parent
SEED = 7
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u202a-\u202e]")


@dataclass(frozen=True, slots=True)
class Subject:
    """A program ready to start. ``first`` are keys that lead to the rows, ``bye`` those that end it."""

    name: str
    argv: Sequence[str]
    cwd: Path
    env: Mapping[str, str] = field(default_factory=dict[str, str])
    first: Sequence[bytes] = ()
    bye: Sequence[bytes] = (b"q",)
    note: str = ""


def heard(items: int, start: datetime) -> list[Heard]:
    """``items`` messages that wait, and the answered ones of the weeks before, oldest first."""
    told = World(SEED, items, start)
    every = [Heard(feed, a) for feed in PLACES for a in told.said(feed, None, start)]
    return sorted(every, key=lambda h: h.order)


def records(every: Sequence[Heard]) -> Iterator[dict[str, Any]]:
    """The messages as import records."""
    for h in every:
        a, item = h.arrival, f"{h.feed}:{h.arrival.native}"
        at = a.posted.isoformat() if a.posted else None
        if not a.own:
            yield {
                "v": 1, "type": "item", "id": item, "feed": h.feed, "network": PLACES[h.feed].can.network,
                "kind": a.kind, "thread": f"{h.feed}:{a.thread}", "text": a.text, "title": a.title,
                "author": {"handle": a.author.handle, "name": a.author.name, "followers": a.author.followers},
                "visibility": a.visibility, "posted": at, "seen": at, "url": a.url, "stars": a.stars,
                "tone": a.tone, "lang": a.lang, "role": "customer", "score": a.score,
            }  # fmt: skip
        elif a.own == "strong":
            yield {
                "v": 1, "type": "reply", "item": f"{h.feed}:{a.parent}", "by": "lampco", "text": a.text,
                "at": at, "kind": a.reply_kind, "origin": "elsewhere", "remote_id": a.native,
            }  # fmt: skip


def cxtui(program: str, every: Sequence[Heard], folder: Path) -> Subject:
    """A store filled by ``cxtui import``, a configuration without feeds: nothing is polled."""
    config, store, lines = folder / "config.toml", folder / "store", folder / "records.jsonl"
    config.write_text('operator = "bench"\n', encoding="utf-8")
    config.chmod(0o600)
    lines.write_text("".join(json.dumps(r) + "\n" for r in records(every)), encoding="utf-8")
    argv = [program, "--config", str(config), "--data", str(store)]
    began = time.perf_counter()
    subprocess.run([*argv, "import", str(lines)], check=True, stdout=subprocess.DEVNULL)
    took = time.perf_counter() - began
    return Subject(
        "cxtui", argv, folder, bye=(b"q", b"y"), note=f"import of {len(every):,} records: {took:.1f} s"
    )


def newsboat(every: Sequence[Heard], folder: Path) -> Subject | None:
    """The same messages as the entries of one feed in newsboat's cache; None where it is not installed."""
    program = shutil.which("newsboat")
    if program is None:
        return None
    feed, urls, config, cache = (folder / name for name in ("feed.xml", "urls", "config", "cache.db"))
    feed.write_text("".join(_rss(every)), encoding="utf-8")
    urls.write_text(f"file://{feed}\n", encoding="utf-8")
    config.write_text("auto-reload no\nbind-key j down\nbind-key k up\n", encoding="utf-8")
    argv = [program, "-u", str(urls), "-C", str(config), "-c", str(cache)]
    home = {"HOME": str(folder)}
    subprocess.run([*argv, "-x", "reload"], check=True, env=home, stdout=subprocess.DEVNULL)
    return Subject("newsboat", argv, folder, home, first=(b"\r",), bye=(b"q", b"q", b"y"))


def bare(every: Sequence[Heard], folder: Path) -> Subject:
    """Textual's own table with the same rows."""
    rows = folder / "rows.tsv"
    rows.write_text("".join(f"{who}\t{what}\n" for who, what, _ in _lines(every)), encoding="utf-8")
    return Subject("bare Textual", [sys.executable, str(HERE / "bare.py"), str(rows)], folder)


def _lines(every: Sequence[Heard]) -> Iterator[tuple[str, str, datetime]]:
    for h in every:
        a = h.arrival
        if not a.own and a.posted:
            yield a.author.handle, " ".join(_CONTROL.sub(" ", a.text).split()), a.posted


def _rss(every: Sequence[Heard]) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel><title>lampco</title>'
    yield "<link>https://shop.example/</link><description>customers</description>\n"
    for n, (who, what, posted) in enumerate(_lines(every)):
        when = format_datetime(posted)
        yield f"<item><guid>{n}</guid><title>{escape(f'{who} {what}')}</title><pubDate>{when}</pubDate>"
        yield f"<link>https://shop.example/{n}</link><description>{escape(what)}</description></item>\n"
    yield "</channel></rss>\n"
