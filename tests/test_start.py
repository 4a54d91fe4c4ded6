"""What stays unimported at start, so that a command answers at once."""

import subprocess
import sys

import pytest

HEAVY = ("textual", "rich", "httpx", "httpcore", "tinydb", "sqlite3", "feedparser", "hypothesis")


def imported_by(program: str) -> set[str]:
    """The heavy packages that a fresh interpreter has imported after running ``program``."""
    code = f"import sys\n{program}\nprint(*[m for m in {HEAVY} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split("\n")[-2].split())


@pytest.mark.parametrize(
    ("program", "allowed"),
    [
        ("import cxtui", set[str]()),
        ("import cxtui.cli", set[str]()),
        ("import cxtui.core.inbox, cxtui.core.metrics, cxtui.core.triage", set[str]()),
        ("import cxtui.http", set[str]()),
        ("import cxtui.engine.live", set[str]()),
        ("import cxtui.store", set[str]()),
        ("from cxtui.cli import main\ntry: main(['--version'])\nexcept SystemExit: pass", set[str]()),
        ("import cxtui.store.tinydb", {"tinydb", "sqlite3"}),
        ("import cxtui.ui.app", {"textual", "rich"}),
    ],
)
def test_only_what_is_needed_is_imported(program: str, allowed: set[str]) -> None:
    assert imported_by(program) <= allowed


def test_the_check_sees_what_is_imported() -> None:
    assert "sqlite3" in imported_by("import sqlite3")
