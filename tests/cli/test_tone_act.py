"""One command corrects a tone, and explain says where a tone comes from."""

from __future__ import annotations

import pytest

from tests.cli.shell import Shell, item

FROZEN = {"CXTUI_NOW": "2026-11-22T12:30:00Z"}


@pytest.fixture
def shop(shell: Shell) -> Shell:
    """Mai complains by rule, Tom says nothing that tells."""
    shell.load([
        item("mai", "2026-11-22T12:00:00Z", text="broken", tone="complaint", tone_by="rule",
             tone_why="“broken”"),
        item("tom", "2026-11-22T12:00:00Z"),
    ])  # fmt: skip
    return shell


def why(shop: Shell, key: str) -> str:
    return str(shop.json("explain", key, env=FROZEN)[0]["why"])


def test_explain_says_by_what_a_tone_was_found(shop: Shell) -> None:
    assert "It counts as a complaint: “broken”." in why(shop, "comments:mai")
    assert "counts as" not in why(shop, "comments:tom")


def test_a_tone_is_corrected_by_one_command_and_undone_by_one(shop: Shell) -> None:
    row = shop.act("tone", "comments:mai", "praise")
    assert (row["tone"], row["clock"]) == ("praise", "thanks")
    assert "It counts as praise: by hand." in why(shop, "comments:mai")
    assert shop.act("undo")["undid"] == "tone"
    assert shop.json("list", "mai", env=FROZEN)[0]["tone"] == "complaint"


def test_none_takes_the_tone_away(shop: Shell) -> None:
    assert shop.act("tone", "comments:mai", "none")["tone"] is None
    assert "neither complaint, question nor praise: by hand" in why(shop, "comments:mai")
    assert "tone none" in shop.run("tone", "comments:mai", "none").out


def test_an_unknown_tone_is_refused_with_the_nearest(shop: Shell) -> None:
    done = shop.run("tone", "comments:mai", "prase")
    assert (done.code, "did you mean 'praise'?" in done.err) == (2, True)
