"""Reads other readers' test feeds and lists every one in which we see something else.

    python tests/bench/corpora.py FOLDER        (or CXTUI_CORPORA=FOLDER)

FOLDER holds feeds, an ``index.tsv`` with the columns file, expected_entries and basis, and
perhaps ``hostile/`` with an index of its own. Exits with 1 where a disagreement has no
reason here, where less than 99.5 % agree, or where a file takes longer than 2.5 s.
"""

from __future__ import annotations

import csv
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from cxtui.connectors.feed import describe
from cxtui.connectors.feed.fallback import LENIENT, read
from cxtui.errors import Unreadable

AGREEING, SECONDS = 99.5, 2.5
ENTITIES = "declares entities"

REASONS = {
    "http_entry_contributor_url_base_content_location.xml": "an <item> in Atom; its own test wants 1, too",
    "http_entry_contributor_url_base_docuri.xml": "an <item> in Atom; its own test wants 1, too",
    "unknown-namespace.xml": "an <item> in Atom; its own test wants 1, too",
    "doctype_contains_entity_decl.xml": "a document that declares entities is refused, harmless or not",
    "entity_in_doctype.xml": "a document that declares entities is refused, harmless or not",
    "always_strip_doctype.xml": "a page in HTML, without entries: refused as what it is",
    "rss_incomplete_cdata.xml": "cut off in its only entry: half an entry would be kept under a wrong text",
    "truncated.xml": "cut off in its only entry",
    "billion-laughs.xml": "entity bomb",
    "quadratic.xml": "entity bomb",
    "xxe-file.xml": "declares an entity that is a file",
    "xxe-param.xml": "declares an entity that is an address",
}


@dataclass(frozen=True, slots=True)
class Read:
    """What came of one file: entries, or why there are none; in seconds."""

    file: str
    expected: str
    entries: int | None
    said: str
    seconds: float

    @property
    def agrees(self) -> bool:
        """Whether it is as expected; what has no entries may be refused where none are expected."""
        return str(self.entries) == self.expected


def one(path: Path, name: str, expected: str) -> Read:
    """Read a file, and make messages of it."""
    start = time.perf_counter()
    try:
        parsed = read(path.read_bytes(), None, "https://feeds.example/")
        items = describe(parsed, name)["items"]
        said = "; ".join(parsed.problems)
        if any("root:" in item["text"] for item in items):
            said = "LEAK: the text of a file is in it"
        return Read(name, expected, len(parsed.entries), said, time.perf_counter() - start)
    except Unreadable as refused:
        return Read(name, expected, None, str(refused), time.perf_counter() - start)


def indexed(folder: Path) -> Iterator[Read]:
    """Every file of the index."""
    with (folder / "index.tsv").open(encoding="utf-8", newline="") as index:
        for row in csv.DictReader(index, delimiter="\t"):
            yield one(folder / row["file"], row["file"], row["expected_entries"])


def hostile(folder: Path) -> Iterator[tuple[Read, str]]:
    """Every hostile file with what its index expects in words."""
    with (folder / "hostile" / "index.tsv").open(encoding="utf-8", newline="") as index:
        for row in csv.DictReader(index, delimiter="\t"):
            words = row["expectation"]
            expected = "None" if words == "not a feed" else words[:1]
            yield one(folder / "hostile" / row["file"], row["file"], expected), words


def _line(found: Read) -> tuple[str, bool]:
    reason = REASONS.get(found.file.rpartition("/")[2])
    saw = f"{found.entries} entries" if found.entries is not None else f"refused: {found.said}"
    why = reason or "NO REASON KNOWN"
    return f"  {found.file}\n      expected {found.expected}, {saw}\n      {why}", bool(reason)


def main(words: list[str]) -> int:
    """Read all and print; 1 where something is not as it should be."""
    name = words[0] if words else os.environ.get("CXTUI_CORPORA", "")
    if not name:
        print("name the folder, or set CXTUI_CORPORA", file=sys.stderr)
        return 2
    folder = Path(name)
    every = list(indexed(folder))
    judged = [found for found in every if found.expected]
    others = [found for found in judged if not found.agrees]
    share = 100 * (len(judged) - len(others)) / len(judged)
    print(f"{len(every)} files, {len(judged)} with an expectation: {share:.2f} % agree")
    print(f"\ndisagreements: {len(others)}")
    good = share >= AGREEING
    for line, known in map(_line, others):
        print(line)
        good = good and known
    mended = sum("what could be read was read" in found.said for found in every)
    print(f"\nread by the lenient reader: {mended}; crashes: 0")
    bad = list(hostile(folder)) if (folder / "hostile").is_dir() else []
    print(f"\nhostile: {len(bad)} files" if bad else "")
    for found, words_of_index in bad:
        saw = f"{found.entries} entries" if found.entries is not None else f"refused: {found.said}"
        fine = found.agrees or found.file in REASONS
        print(f"  {'ok' if fine else 'NO':3}{found.file:40}{words_of_index:32}{saw[:80]}")
        good = good and fine and "LEAK" not in found.said
    slowest = max([*every, *(found for found, _ in bad)], key=lambda found: found.seconds)
    print(f"\nslowest: {slowest.file} {slowest.seconds * 1000:.0f} ms")
    LENIENT.close()
    return 0 if good and slowest.seconds <= SECONDS else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
