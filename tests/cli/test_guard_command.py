"""guard, and the guard before reply sends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from cxtui.core.feed import NETWORKS, Network
from cxtui.core.item import Arrival, Voice
from tests.cli import network
from tests.cli.shell import Shell, item

CONFIG = """
operator = "nok"
timezone = "UTC"
[[feeds]]
name = "page"
connector = "isso"
url = "https://page.example"
user = "LampCo Support"
email = "desk@shop.example"
[outbox]
hold = "0s"
[guard]
spelling = false
"""


@pytest.fixture
def shop(shell: Shell) -> Shell:
    shell.config += "[guard]\nspelling = false\n"
    shell.load([item("mai"), item("dao", visibility="direct", text="ໂຄມໄຟຂອງຂ້ອຍຢູ່ໃສ?", lang="lo")])
    return shell


@pytest.fixture
def polled(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """One feed on which Mai waits; its network takes 100 characters."""
    monkeypatch.setitem(NETWORKS, "isso", Network("tests.cli.network"))
    network.clear()
    posted = datetime.now(UTC) - timedelta(minutes=10)
    network.SAID[:] = [Arrival("mai", "where is it?", Voice("mai", "Mai"), posted=posted)]
    shell.config = CONFIG
    assert shell.run("poll", "--once").code == 0
    return shell


def test_every_finding_is_an_object_in_the_order_of_the_draft(shop: Shell) -> None:
    text = "🙏 {name}, you should have waited!! mai@post.example"
    done = shop.run("guard", "comments:mai", "--text", text, "--json")
    assert (done.code, done.err) == (1, "")
    assert [(one["level"], one["rule"], one["at"]) for one in done.records] == [
        ("block", "unresolved-variable", [2, 8]),
        ("warn", "blame", [10, 32]),
        ("warn", "shouting", [32, 34]),
        ("warn", "personal-data", [35, 51]),
    ]
    assert all(set(one) == {"level", "rule", "at", "message"} and one["message"] for one in done.records)


def test_without_a_block_it_ends_well(shop: Shell) -> None:
    done = shop.run("guard", "comments:mai", "--text", "Order mai is on its way, mai@post.example.")
    assert (done.code, done.out.partition(":")[0]) == (0, "warn  personal-data at 25-41")
    done = shop.run("guard", "comments:mai", "--text", "Order mai is on its way.")
    assert (done.code, done.out) == (0, "nothing to say against it\n")
    assert shop.run("guard", "comments:mai", "--text", "Order mai is on its way.", "--json").out == ""


def test_the_draft_may_come_on_the_input_and_be_empty(shop: Shell) -> None:
    done = shop.run("guard", "comments:mai", "--text", "-", "--json", stdin=" \n")
    assert (done.code, done.record["rule"], done.record["at"]) == (1, "empty", [0, 2])


def test_visibility_and_kind_are_those_that_are_said(shop: Shell) -> None:
    text = "4111 1111 1111 1111 ໄດ້ຮັບແລ້ວ"
    assert shop.run("guard", "comments:dao", "--text", text).code == 0
    done = shop.run("guard", "comments:dao", "--text", text, "--visibility", "public", "--json")
    assert [one["rule"] for one in done.records if one["level"] == "block"] == ["payment-data", "visibility"]
    assert done.code == 1
    assert shop.run("guard", "comments:mai", "--text", "a", "--kind", "thank").code == 2
    assert "did you mean" in shop.run("guard", "comments:mao", "--text", "a").err


def test_what_the_writer_saw_may_be_said(shop: Shell) -> None:
    shop.load(
        [item("mai2", thread="comments:mai", author={"handle": "@mai", "name": "Mai", "followers": None})]
    )
    assert shop.json("guard", "comments:mai", "--text", "Order mai is on its way.") == []
    [one] = shop.json("guard", "comments:mai", "--text", "Order mai is on its way.", "--seen", "comments:mai")
    assert one["rule"] == "thread-changed"
    assert shop.run("guard", "comments:mai", "--text", "a", "--seen", "comments:zoe").code == 2


def test_it_only_reads_so_that_the_clock_may_be_stopped(shop: Shell) -> None:
    env = {"CXTUI_NOW": "2026-11-22T13:00:00Z"}
    assert shop.run("guard", "comments:mai", "--text", "It came.", "--readonly", env=env).code == 0


def test_a_users_own_lists_are_beside_the_configuration_and_their_faults_are_said(shop: Shell) -> None:
    folder = shop.home / ".config" / "cxtui" / "guard" / "en"
    folder.mkdir(parents=True)
    (folder / "blame.txt").write_text("zorg off\n-not there\n", encoding="utf-8")
    done = shop.run("guard", "comments:mai", "--text", "Order mai: zorg off.", "--json")
    assert [one["rule"] for one in done.records] == ["blame"]
    assert f"{folder / 'blame.txt'}:2: 'not there' is not in the list" in done.err
    done = shop.run("config", "check")
    assert done.code == 3
    assert f"{folder / 'blame.txt'}:2:" in done.err


def test_config_check_says_which_languages_have_lists_and_dictionaries(shell: Shell) -> None:
    said = shell.run("config", "check").out
    assert "guard: phrase lists for ar, bn, de, en, es, fr, lo, pt, tl" in said
    assert "spelling: " in said
    assert shell.json("config", "check") == [{"ok": True, "problems": []}]


def test_a_block_refuses_a_reply_and_names_rule_and_place(polled: Shell) -> None:
    for words in ((), ("--json",)):
        done = polled.run("reply", "page:mai", "--text", "Paid by 4111 1111 1111 1111", "--yes", *words)
        assert (done.code, done.out) == (1, "")
        assert "payment-data at 8-27" in done.err
        assert "--override REASON" in done.err
    assert (network.SENT, polled.json("outbox")) == ([], [])


def test_a_reason_lets_it_pass_and_is_logged(polled: Shell) -> None:
    text = "Paid by 4111 1111 1111 1111 {name}"
    done = polled.run("reply", "page:mai", "--text", text, "--yes", "--override", "a  test\ncard", "--json")
    assert (done.code, done.record["state"]) == (0, "sent")
    assert "block: payment-data at 8-27" in done.err
    events = [one for one in polled.json("export") if one["type"] == "event"]
    assert [(one["verb"], one["item"], one["by"], one["detail"]) for one in events] == [
        ("overrode", "page:mai", "nok", {"rule": "payment-data", "reason": "a test card"}),
        ("overrode", "page:mai", "nok", {"rule": "unresolved-variable", "reason": "a test card"}),
    ]
    for reason in ("", " ", "?!"):
        done = polled.run("reply", "page:mai", "--text", text, "--yes", "--override", reason)
        assert (done.code, "needs a reason" in done.err) == (2, True)


def test_an_override_of_nothing_is_not_logged(polled: Shell) -> None:
    polled.json("reply", "page:mai", "--text", "It is on its way.", "--yes", "--override", "just in case")
    assert [one["type"] for one in polled.json("export") if one["type"] == "event"] == []


def test_warnings_are_said_and_stop_nothing(polled: Shell) -> None:
    done = polled.run("reply", "page:mai", "--text", "It is on its way!!", "--yes", "--json")
    assert (done.code, done.record["state"]) == (0, "sent")
    assert done.err == "warn: shouting at 16-18: “!!”: one mark is enough\n"


def test_a_reply_to_an_older_message_warns_of_the_newer_one(polled: Shell) -> None:
    author = {"handle": "mai", "name": "Mai", "followers": None}
    more = {"feed": "page", "network": "isso", "thread": "page:mai", "author": author}
    now = datetime.now(UTC).isoformat()
    polled.load([item(name, now, id=f"page:{name}", **more) for name in ("mai2", "mai3")])
    done = polled.run("reply", "page:mai2", "--text", "It is on its way.", "--yes")
    assert "thread-changed" in done.err
