"""Other readers' test feeds, where they are at hand: ``CXTUI_CORPORA`` names their folder.

It holds feeds and an ``index.tsv`` with the columns file and expected_entries.
"""

from __future__ import annotations

import csv
import os
import time
from collections import Counter
from pathlib import Path

import pytest

from cxtui.connectors.feed import describe
from cxtui.connectors.feed.reader import read
from cxtui.errors import Unreadable

FOLDER = os.environ.get("CXTUI_CORPORA", "")

pytestmark = pytest.mark.skipif(not FOLDER, reason="CXTUI_CORPORA names no folder with other readers' feeds")


def outcome(path: Path, expected: str) -> str:
    try:
        parsed = read(path.read_bytes(), None, "https://feeds.example/")
    except Unreadable:
        return "not judged" if not expected else "refused, none expected" if expected == "0" else "refused"
    assert len(describe(parsed, path.name)["items"]) <= len(parsed.entries)
    if not expected:
        return "not judged"
    return "agree" if len(parsed.entries) == int(expected) else "differ"


def test_feeds_that_are_read_have_the_entries_that_others_find() -> None:
    found: Counter[str] = Counter()
    slowest = (0.0, "")
    with (Path(FOLDER) / "index.tsv").open(encoding="utf-8", newline="") as index:
        for row in csv.DictReader(index, delimiter="\t"):
            start = time.perf_counter()
            found[outcome(Path(FOLDER) / row["file"], row["expected_entries"])] += 1
            slowest = max(slowest, (time.perf_counter() - start, row["file"]))
    print(f"\n{dict(found)}; slowest {slowest[0] * 1000:.0f} ms: {slowest[1]}")
    assert found["agree"] > 50 * found["differ"]
    assert found["agree"] > 50 * found["refused"]


def test_hostile_feeds_are_read_or_refused() -> None:
    for path in sorted((Path(FOLDER) / "hostile").glob("*.xml")):
        start = time.perf_counter()
        print(f"\n{path.name}: {outcome(path, '1')} in {(time.perf_counter() - start) * 1000:.0f} ms", end="")
