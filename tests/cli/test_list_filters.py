"""list and stats with the filter language: what is found, what is refused and where."""

from __future__ import annotations

import pytest

from tests.cli.shell import Shell, item, replied

FROZEN = {"CXTUI_NOW": "2026-11-22T12:30:00Z"}
VIEWS = """
[[view]]
name = "unhappy"
match = "stars:<=2 | tone:complaint"
"""


@pytest.fixture
def shop(shell: Shell) -> Shell:
    """Mai is late and complains, Tom waits, Joy praises, Bee was answered by nok, Lao writes Lao."""
    shell.load([
        item("mai", "2026-11-22T11:00:00Z", tone="complaint", tone_by="rule", text="refund my lamp!"),
        item("tom", "2026-11-22T12:05:00Z", kind="review", stars=2, text="where is my lamp"),
        item("joy", "2026-11-22T10:00:00Z", text="lovely lamp", tone="praise", tone_by="rule", stars=5),
        item("bee", "2026-11-22T09:00:00Z"),
        replied("bee", "2026-11-22T09:10:00Z"),
        item("lao", "2026-11-22T12:10:00Z", text="ນ້ຳໜັກບໍ່ຖືກ", lang="lo"),
    ])  # fmt: skip
    return shell


def names(shop: Shell, *words: str) -> set[str]:
    return {row["id"].removeprefix("comments:") for row in shop.json("list", *words, env=FROZEN)}


def test_a_filter_chooses_rows_however_its_words_reach_us(shop: Shell) -> None:
    for words, found in (
        (("is:late",), {"mai"}),
        (("due:<30m",), {"mai"}),
        (("stars:<=2",), {"tom"}),
        (("lamp", "-kind:review"), {"mai", "joy"}),
        (("-has:stars", "-lang:lo"), {"mai"}),
        (("lamp -stars:<=2 tone:complaint,praise",), {"mai", "joy"}),
        (("-refund", "lamp"), {"tom", "joy"}),
        (('text~"my lamp"',), {"mai", "tom"}),
        (("ນ້ຳ",), {"lao"}),
        (("by:nok", "--all"), {"bee"}),
        (("is:answered", "--all"), {"bee"}),
        (("id:comments:tom",), {"tom"}),
        (("(refund | lovely)", "lamp"), {"mai", "joy"}),
    ):
        assert names(shop, *words) == found, words


def test_a_wrong_word_is_underlined_and_nothing_is_listed(shop: Shell) -> None:
    done = shop.run("list", "lamp", "is:lat", env=FROZEN)
    assert (done.code, done.out) == (2, "")
    assert done.err.splitlines() == [
        "cxtui: is: does not know 'lat', did you mean late?",
        "  lamp is:lat",
        "          ^^^",
    ]
    wide = shop.run("list", "ນ້ຳ kin:mail", env=FROZEN).err.splitlines()
    assert wide[1:] == ["  ນ້ຳ kin:mail", "     ^^^"], "marks take no cell"


def test_an_option_with_one_dash_is_no_word(shop: Shell) -> None:
    done = shop.run("list", "-json", env=FROZEN)
    assert (done.code, done.out) == (2, "")
    assert "did you mean --json" in done.err


def test_nothing_found_says_what_may_be_meant(shop: Shell) -> None:
    assert shop.run("list", "zebra", env=FROZEN).err == "no row fits\n"
    assert "--all" in shop.run("list", "is:answered", env=FROZEN).err
    shop.config += '[[feeds]]\nname = "mailbox"\nconnector = "ingest"\npath = "drop"\n'
    assert "did you mean 'mailbox'?" in shop.run("list", "feed:mailbxo", env=FROZEN).err


def test_a_view_of_the_configuration_is_a_filter_with_a_name(shop: Shell) -> None:
    shop.config += VIEWS
    assert names(shop, "--view", "unhappy") == {"mai", "tom"}
    assert names(shop, "--view", "unhappy", "is:late") == {"mai"}
    done = shop.run("list", "--view", "unhapy", env=FROZEN)
    assert (done.code, done.out) == (2, "")
    assert "did you mean 'unhappy'?" in done.err


def test_fail_late_looks_at_the_rows_that_fit(shop: Shell) -> None:
    assert shop.run("list", "--fail-late", "refund", env=FROZEN).code == 7
    assert shop.run("list", "--fail-late", "-refund", env=FROZEN).code == 0


def test_stats_count_only_what_fits(shop: Shell) -> None:
    def waiting(*words: str) -> float:
        rows = shop.json("stats", *words, "--window", "all", env=FROZEN)
        return next(row["value"] for row in rows if row["metric"] == "waiting_now")

    shop.config += VIEWS
    assert waiting() == 3
    assert waiting("kind:review") == 1
    assert waiting("-kind:review", "-lang:lo") == 1
    assert waiting("--view", "unhappy") == 2
    assert shop.run("stats", "kind:revue", env=FROZEN).code == 2
