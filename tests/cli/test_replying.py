"""poll, reply, outbox and feeds: from a network to the store and back."""

from __future__ import annotations

import signal
from datetime import UTC, datetime, timedelta

import pytest

from cxtui.cli.printing import Printer
from cxtui.core.feed import NETWORKS, Network
from cxtui.core.item import Arrival, Voice
from cxtui.errors import CxtuiError, Refused, Rejected, Unreachable
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
token = { env = "PAGE_TOKEN" }
[outbox]
hold = "60s"
"""


@pytest.fixture
def shop(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """One feed on which Mai and Tom wait."""
    monkeypatch.setitem(NETWORKS, "isso", Network("tests.cli.network"))
    network.clear()
    now = datetime.now(UTC)
    network.SAID[:] = [
        Arrival("mai", "where is it?", Voice("mai", "Mai"), posted=now - timedelta(minutes=10)),
        Arrival("tom", "and mine?", Voice("tom", "Tom"), posted=now - timedelta(minutes=5)),
    ]
    shell.config = CONFIG
    shell.env["PAGE_TOKEN"] = "t0k"
    return shell


@pytest.fixture
def polled(shop: Shell) -> Shell:
    assert shop.run("poll", "--once").code == 0
    return shop


def test_a_poll_tells_of_every_feed_what_it_brought(shop: Shell) -> None:
    [first] = shop.json("poll", "--once")
    assert first == {
        "feed": "page", "ok": True, "new": 2, "updated": 0, "not_modified": False,
        "skipped": None, "error": None,
    }  # fmt: skip
    [second] = shop.json("poll", "--once")
    assert (second["new"], second["not_modified"]) == (0, True)
    assert shop.run("poll", "--once").out == "page: nothing new\n"
    [feed] = shop.json("feeds")
    assert set(feed) == {"feed", "connector", "state", "last_ok", "next_try", "error", "items"}
    assert (feed["feed"], feed["connector"], feed["state"], feed["items"]) == ("page", "isso", "ok", 2)


def test_a_feed_that_fails_ends_with_5_and_a_sentence(shop: Shell) -> None:
    network.FAULTS["poll"] = Unreachable("page.example does not answer")
    done = shop.run("poll", "--once", "--json")
    assert done.code == 5
    assert (done.record["ok"], done.record["error"]) == (False, "page.example does not answer")
    assert "page.example does not answer" in shop.run("feeds").out
    assert shop.json("feeds")[0]["state"] == "down"


def test_a_refused_sign_in_and_a_token_that_is_not_there_end_with_5_too(shop: Shell) -> None:
    network.FAULTS["poll"] = Refused("page.example does not know us")
    assert shop.run("poll", "--once").code == 5
    assert shop.json("feeds")[0]["state"] == "auth"
    network.FAULTS.clear()
    del shop.env["PAGE_TOKEN"]
    done = shop.run("poll", "--once")
    assert done.code == 5
    assert "PAGE_TOKEN is not set" in done.out


def test_a_feed_that_was_never_asked_is_new(shop: Shell) -> None:
    [feed] = shop.json("feeds")
    assert (feed["state"], feed["last_ok"], feed["items"]) == ("new", None, 0)
    assert "page" in shop.run("feeds").out


def test_without_feeds_it_is_said_where_they_go(shell: Shell) -> None:
    for words in (("poll", "--once"), ("feeds",)):
        done = shell.run(*words)
        assert (done.code, done.out) == (0, "")
        assert "config.toml" in done.err


def test_a_reply_goes_out_once_and_the_row_is_answered(polled: Shell) -> None:
    [sent] = polled.json("reply", "page:mai", "--text", "On its way.", "--yes", "--now")
    assert sent.pop("outbox")
    assert sent == {"state": "sent", "remote_id": "r1", "url": "https://shop.example/#r1", "error": None}
    [draft] = network.SENT
    assert (draft.native, draft.text) == ("mai", "On its way.")
    assert [row["id"] for row in polled.json("list")] == ["page:tom"]
    assert polled.json("outbox") == []
    [row] = polled.json("outbox", "--all")
    assert set(row) == {"outbox", "item", "state", "attempts", "queued", "remote_id", "error"}
    assert (row["item"], row["state"], row["attempts"]) == ("page:mai", "sent", 1)


def test_the_text_may_come_on_the_input(polled: Shell) -> None:
    done = polled.run("reply", "page:mai", "--text", "-", "--yes", "--now", stdin="Two\nlines\n")
    assert done.out == "sent: https://shop.example/#r1\n"
    assert network.SENT[0].text == "Two\nlines"


def test_a_holding_reply_holds_the_row(polled: Shell) -> None:
    polled.json("reply", "page:mai", "--text", "We look.", "--yes", "--now", "--kind", "holding")
    assert polled.json("list", "mai")[0]["state"] == "held"


def test_a_moderators_hold_is_said(polled: Shell) -> None:
    network.FAULTS["reply"] = CxtuiError("held")
    done = polled.run("reply", "page:mai", "--text", "a", "--yes", "--now")
    assert (done.code, done.err) == (0, "a moderator looks at it\n")


def test_a_reply_asks_first(polled: Shell) -> None:
    for words in ((), ("--no-input",)):
        done = polled.run("reply", "page:mai", "--text", "a", "--now", *words)
        assert (done.code, "--yes" in done.err) == (2, True)
    done = polled.run("reply", "page:mai", "--text", "the text", "--now", stdin="n\n", terminal=True)
    assert done.code == 1
    assert "this goes to mai on page, public:\nthe text" in done.err
    assert network.SENT == []
    assert polled.json("outbox") == []
    done = polled.run("reply", "page:mai", "--text", "a", "--now", stdin="y\n", terminal=True)
    assert (done.code, len(network.SENT)) == (0, 1)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("page:mai", "--text", " "), 2, "empty"),
        (("page:mai", "--text", "x" * 101), 1, "too-long at 100-101: 101 code points"),
        (("page:maj", "--text", "a"), 2, "did you mean page:mai?"),
    ],
)
def test_a_reply_that_cannot_go_out_is_refused_before_it_is_kept(
    polled: Shell, words: tuple[str, ...], code: int, said: str
) -> None:
    done = polled.run("reply", *words, "--yes", "--now")
    assert (done.code, done.out) == (code, "")
    assert said in done.err
    assert polled.json("outbox") == []


def test_a_feed_that_is_not_configured_any_more_takes_no_reply(polled: Shell) -> None:
    polled.config = polled.config.replace('"page"', '"other"')
    done = polled.run("reply", "page:mai", "--text", "a", "--yes", "--now")
    assert done.code == 5
    assert "not configured any more" in done.err


def test_a_reply_that_the_network_refuses_is_kept_with_the_reason(polled: Shell) -> None:
    network.FAULTS["reply"] = Rejected("no links please")
    done = polled.run("reply", "page:mai", "--text", "a", "--yes", "--now", "--json")
    assert (done.code, done.record["state"]) == (5, "failed")
    assert done.record["error"] == "no links please"
    assert "[no links please] a" in polled.run("outbox").out


def test_a_customer_who_wrote_meanwhile_puts_the_reply_back(polled: Shell) -> None:
    network.SAID.append(
        Arrival(
            "mai2", "never mind", Voice("mai", "Mai"), thread="mai", parent="mai", posted=datetime.now(UTC)
        )
    )
    done = polled.run("reply", "page:mai", "--text", "a", "--yes", "--now", "--json")
    assert (done.code, done.record["state"]) == (1, "draft")
    assert "wrote again" in done.record["error"]
    assert network.SENT == []


def test_ctrl_c_in_the_window_takes_the_reply_back(polled: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []

    def tick(_: Printer, text: str) -> None:
        shown.append(text)
        if len(shown) == 1:
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(Printer, "tick", tick)
    done = polled.run("reply", "page:mai", "--text", "wait", "--yes", "--json")
    assert (done.code, done.record["state"]) == (130, "draft")
    assert "taken back" in done.err
    assert shown[0].startswith(("sending in 60 s", "sending in 59 s"))
    assert network.SENT == []
    assert polled.json("outbox")[0]["state"] == "draft"


def test_ctrl_c_while_it_is_on_its_way_waits_for_how_it_ends(polled: Shell) -> None:
    network.WHILE_SENDING.append(lambda: signal.raise_signal(signal.SIGINT))
    done = polled.run("reply", "page:mai", "--text", "gone", "--yes", "--now", "--json")
    assert (done.code, done.record["state"]) == (0, "sent")
    assert "too late" in done.err


def test_a_second_ctrl_c_waits_no_longer_for_a_server_that_says_nothing(polled: Shell) -> None:
    def press() -> None:
        network.WHILE_SENDING.append(press)
        signal.raise_signal(signal.SIGINT)

    network.WHILE_SENDING.append(press)
    done = polled.run("reply", "page:mai", "--text", "gone", "--yes", "--now")
    assert (done.code, done.out.strip()) == (5, "sending: not known whether it arrived")
    assert "looked for at the next start" in done.err
    network.WHILE_SENDING.clear()
    assert polled.json("outbox")[0]["state"] == "sending"


def test_a_terminal_sees_the_seconds_left_and_a_file_does_not(polled: Shell) -> None:
    for terminal in (True, False):
        polled.config = polled.config.replace("60s", "1s")
        name = "page:mai" if terminal else "page:tom"
        done = polled.run("reply", name, "--text", "a", "--yes", terminal=terminal)
        assert done.code == 0
        assert ("sending in 1 s" in done.err) is terminal


def test_polling_for_ever_ends_well_when_it_is_asked_to(shop: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    notes: list[str] = []

    def note(_: Printer, text: str) -> None:
        notes.append(text)
        signal.raise_signal(signal.SIGTERM)

    monkeypatch.setattr(Printer, "note", note)
    assert shop.run("poll").code == 0
    assert notes == ["polling 1 feed until Ctrl-C"]


def test_polling_for_ever_ends_with_130_on_ctrl_c(shop: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def note(_: Printer, __: str) -> None:
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(Printer, "note", note)
    done = shop.run("poll")
    assert (done.code, done.err) == (130, "")
