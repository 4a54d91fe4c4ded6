"""``reply --at``: left to whatever runs at that time, and shown until then."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from cxtui.core.feed import NETWORKS, Network
from cxtui.core.item import Arrival, Voice
from cxtui.engine.owner import me
from tests.cli import network
from tests.cli.shell import Shell
from tests.cli.test_replying import CONFIG


@pytest.fixture
def polled(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """Mai waits."""
    monkeypatch.setitem(NETWORKS, "isso", Network("tests.cli.network"))
    network.clear()
    now = datetime.now(UTC)
    network.SAID[:] = [
        Arrival("mai", "where is it?", Voice("mai", "Mai"), posted=now - timedelta(minutes=10))
    ]
    shell.config = CONFIG
    shell.env["PAGE_TOKEN"] = "t0k"
    assert shell.run("poll", "--once").code == 0
    return shell


def test_it_is_left_for_its_time_and_says_who_sends_it(polled: Shell) -> None:
    done = polled.run("reply", "page:mai", "--text", "on its way", "--at", "2099-01-02 9:00", "--yes")
    assert done.code == 0, done.err
    assert done.out == "goes out on 2099-01-02 09:00; cxtui outbox lists it\n"
    assert "nothing polls now: it goes out only if the screen or cxtui poll runs" in done.err
    assert network.SENT == []
    [row] = polled.json("outbox")
    assert (row["state"], row["attempts"]) == ("queued", 0)
    assert "[goes out on 2099-01-02 09:00] on its way" in polled.run("outbox").out


def test_a_poll_once_long_before_leaves_it_alone(polled: Shell) -> None:
    polled.run("reply", "page:mai", "--text", "on its way", "--at", "2099-01-02", "--yes")
    assert polled.run("poll", "--once").code == 0
    [row] = polled.json("outbox")
    assert row["state"] == "queued"
    assert network.SENT == []


@pytest.mark.parametrize("words", ["reply", "promise"])
def test_a_time_that_is_none_is_refused(polled: Shell, words: str) -> None:
    done = polled.run("reply", "page:mai", "--text", "on its way", "--at", words, "--yes")
    assert done.code == 2
    assert f"--at needs a time, not '{words}'" in done.err
    assert polled.json("outbox") == []


def test_a_time_that_is_past_is_refused(polled: Shell) -> None:
    done = polled.run("reply", "page:mai", "--text", "on its way", "--at", "2020-01-01", "--yes")
    assert done.code == 2
    assert "is past" in done.err


def test_a_script_reads_when_it_goes_out(polled: Shell) -> None:
    done = polled.run(
        "reply", "page:mai", "--text", "on its way", "--at", "2099-01-02 9:00", "--yes", "--json"
    )
    assert done.record["planned"] == "2099-01-02T09:00:00Z"
    [row] = polled.json("outbox")
    assert row["planned"] == "2099-01-02T09:00:00Z"


def test_what_a_dead_process_left_is_shown_as_not_sent_before_anything_else_runs(polled: Shell) -> None:
    polled.run("reply", "page:mai", "--text", "on its way", "--at", "2099-01-02", "--yes")
    [doc] = polled.tables.find("outbox")
    dead = me().rpartition(":")[0] + ":0"
    polled.tables.put("outbox", doc["id"], {**doc, "planned": None, "owner": dead})
    [row] = polled.json("outbox")
    assert row["state"] == "draft"
    assert row["error"] == "not sent: cxtui ended before it went out. Send it or edit it"
    assert "[not sent: cxtui ended before it went out." in polled.run("outbox").out
    polled.tables.put("outbox", doc["id"], {**doc, "owner": me(), "planned": None})
    [row] = polled.json("outbox")
    assert (row["state"], row["error"]) == ("queued", None), "a process that lives sends it"
