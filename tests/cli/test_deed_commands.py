"""like, approve, spam; what poll --once settles; and what is wrong with one feed's own keys."""

from __future__ import annotations

import signal
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from cxtui.cli.printing import Printer
from cxtui.core.feed import NETWORKS, Network
from cxtui.core.item import Arrival, Voice
from cxtui.engine.owner import me
from cxtui.errors import ConfigError, Rejected
from cxtui.extensions import known
from tests.cli import network
from tests.cli.shell import Shell

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
hold = "60s"
"""
TODAY = datetime.now(UTC)


@pytest.fixture
def shop(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """Mai praises, Tom asks and waits for a moderator."""
    monkeypatch.setitem(NETWORKS, "isso", Network("tests.cli.network"))
    network.clear()
    network.DEEDS[:] = ["like", "approve", "spam"]
    mai = Arrival(
        "mai", "great shop!", Voice("mai", "Mai"), posted=TODAY - timedelta(minutes=9), tone="praise"
    )
    tom = replace(mai, native="tom", text="and mine?", author=Voice("tom", "Tom"), tone=None, pending=True)
    network.SAID[:] = [mai, tom]
    shell.config = CONFIG
    assert shell.run("poll", "--once").code == 0
    return shell


def test_a_like_thanks_for_praise(shop: Shell) -> None:
    [done] = shop.json("like", "page:mai", "--yes", "--now")
    assert done.pop("outbox")
    assert done == {"state": "sent", "error": None}
    assert network.DONE == [("like", "mai")]
    rows = {row["id"]: row for row in shop.json("list", "--all")}
    assert (rows["page:mai"]["state"], rows["page:mai"]["answer_kind"]) == ("answered", "thanks")
    [sent] = shop.json("outbox", "--all")
    assert (sent["deed"], sent["state"]) == ("like", "sent")


def test_a_like_answers_no_question_and_that_is_said(shop: Shell) -> None:
    done = shop.run("like", "page:tom", "--yes", "--now")
    assert (done.code, done.out) == (0, "liked: @tom\n")
    assert done.err == "a like answers no question: @tom still waits for an answer\n"


def test_an_approved_message_waits_no_more(shop: Shell) -> None:
    assert shop.run("approve", "page:tom", "--yes", "--now").out == "let through: @tom\n"
    assert network.DONE == [("approve", "tom")]
    done = shop.run("approve", "page:tom", "--yes", "--now")
    assert (done.code, "nothing of @tom waits for a moderator" in done.err) == (5, True)


def test_spam_is_told_to_the_network_and_closes_the_row(shop: Shell) -> None:
    assert shop.run("spam", "page:tom", "--yes", "--now").out == "marked as spam and closed: @tom\n"
    [row] = [row for row in shop.json("list", "--all") if row["id"] == "page:tom"]
    assert (row["state"], row["closed_reason"]) == ("closed", "spam")


@pytest.mark.parametrize("command", ["like", "approve", "spam"])
def test_a_deed_asks_first_and_a_network_without_it_says_so(shop: Shell, command: str) -> None:
    done = shop.run(command, "page:tom", "--now")
    assert (done.code, "--yes" in done.err) == (2, True)
    done = shop.run(command, "page:tom", "--now", stdin="n\n", terminal=True)
    assert (done.code, "@tom" in done.err, "and mine?" in done.err) == (1, True, True)
    network.DEEDS.clear()
    done = shop.run(command, "page:tom", "--yes", "--now")
    assert (done.code, done.out) == (5, "")
    assert "net " in done.err
    assert network.DONE == []
    assert shop.run(command, "page:tom", "--yes", "--readonly").code == 2


def test_a_deed_that_the_network_refuses_says_why(shop: Shell) -> None:
    network.FAULTS["do"] = Rejected("you are no moderator")
    done = shop.run("spam", "page:tom", "--yes", "--now", "--json")
    assert (done.code, done.record["state"], done.record["error"]) == (5, "failed", "you are no moderator")
    assert "[you are no moderator] (spam mark)" in shop.run("outbox").out


def test_ctrl_c_in_the_window_takes_a_deed_back(shop: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []

    def tick(_: Printer, text: str) -> None:
        shown.append(text)
        if len(shown) == 1:
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(Printer, "tick", tick)
    done = shop.run("spam", "page:tom", "--yes", "--json")
    assert (done.code, done.record["state"]) == (130, "dropped")
    assert network.DONE == []
    assert shop.json("outbox") == []


def died(shop: Shell) -> None:
    """A process that sent a reply to Tom is no more."""
    network.FAULTS["reply"] = Rejected("not now")
    shop.run("reply", "page:tom", "--text", "On its way.", "--yes", "--now")
    network.FAULTS.clear()
    [doc] = shop.tables.find("outbox")
    owner = me().rpartition(":")[0] + ":0"
    ago = (datetime.now(UTC) - timedelta(minutes=5)).isoformat()
    shop.tables.put(
        "outbox", doc["id"], {**doc, "state": "sending", "owner": owner, "begun": ago, "changed": ago}
    )


def test_poll_once_sends_again_what_surely_did_not_arrive(shop: Shell) -> None:
    died(shop)
    network.RETRY.append(timedelta(hours=1))
    done = shop.run("poll", "--once")
    assert (done.code, done.out) == (0, "page: nothing new\n")
    assert done.err == "the reply to page:tom was not known to be sent; it is\n"
    assert [draft.text for draft in network.SENT] == ["On its way."]
    assert shop.json("outbox") == []


def test_poll_once_says_what_a_person_must_decide_and_says_it_once(shop: Shell) -> None:
    died(shop)
    done = shop.run("poll", "--once")
    assert "the reply to page:tom may have been sent: not known whether it arrived" in done.err
    assert "cxtui outbox lists it" in done.err
    assert network.SENT == []
    assert shop.run("poll", "--once").err == ""


def test_a_feed_whose_keys_do_not_fit_stops_no_other(shop: Shell) -> None:
    shop.config += """
[[feeds]]
name = "other"
connector = "isso"
url = "https://other.example"
user = "a"
email = "a@shop.example"
"""
    network.FAULTS["connect"] = ConfigError(["search needs a token"])
    done = shop.run("config", "check")
    assert (done.code, done.out) == (3, "")
    page, other = done.err.splitlines()
    assert page.endswith("config.toml:4 feeds page: search needs a token")
    assert other.endswith("config.toml:13 feeds other: search needs a token")
    polled = {one["feed"]: one for one in shop.run("poll", "--once", "--json").records}
    assert [(one["ok"], one["error"]) for one in polled.values()] == [(False, "search needs a token")] * 2
    assert {feed["state"] for feed in shop.json("feeds")} == {"down"}


def test_what_every_connector_can_do_is_a_table(shell: Shell) -> None:
    heads, *rows = shell.run("feeds", "networks").out.splitlines()
    assert heads.split()[:3] == ["connector", "reads", "replies"]
    assert [row.split()[0] for row in rows] == list(known())
    told = {one["connector"]: one for one in shell.json("feeds", "networks")}
    assert (told["feed"]["reply"], told["isso"]["reply"], told["isso"]["limit"]) == (False, True, 65_535)
