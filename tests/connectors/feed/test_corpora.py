"""Other readers' test feeds, where they are at hand: ``CXTUI_CORPORA`` names their folder.

It holds feeds and an ``index.tsv`` with the columns file and expected_entries.
"""

from __future__ import annotations

import csv
import os
from collections import Counter
from pathlib import Path

import pytest

from cxtui.connectors.feed import describe
from cxtui.connectors.feed.fallback import Lenient, read
from cxtui.errors import Unreadable

FOLDER = os.environ.get("CXTUI_CORPORA", "")

pytestmark = pytest.mark.skipif(not FOLDER, reason="CXTUI_CORPORA names no folder with other readers' feeds")


def outcome(path: Path, expected: str, lenient: Lenient) -> str:
    try:
        parsed = read(path.read_bytes(), None, "https://feeds.example/", lenient)
    except Unreadable:
        return "refused" if expected else "not judged"
    assert len(describe(parsed, path.name)["items"]) <= len(parsed.entries)
    if not expected:
        return "not judged"
    return "agree" if len(parsed.entries) == int(expected) else "differ"


def test_feeds_have_the_entries_that_others_find() -> None:
    found: Counter[str] = Counter()
    lenient = Lenient()
    with (Path(FOLDER) / "index.tsv").open(encoding="utf-8", newline="") as index:
        for row in csv.DictReader(index, delimiter="\t"):
            found[outcome(Path(FOLDER) / row["file"], row["expected_entries"], lenient)] += 1
    lenient.close()
    print(f"\n{dict(found)}")
    assert found["agree"] >= 0.995 * (found.total() - found["not judged"])


MUST_BE_REFUSED = {
    "billion-laughs.xml",
    "quadratic.xml",
    "xxe-file.xml",
    "html-page.xml",
    "empty.xml",
    "nul.xml",
}


def test_hostile_feeds_are_read_or_refused() -> None:
    lenient = Lenient()
    refused: set[str] = set()
    for path in sorted((Path(FOLDER) / "hostile").glob("*.xml")):
        found = outcome(path, "1", lenient)
        print(f"\n{path.name}: {found}", end="")
        refused |= {path.name} if found == "refused" else set()
    lenient.close()
    assert refused >= MUST_BE_REFUSED
