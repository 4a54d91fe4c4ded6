"""reply --attach: files in their order, each with what it shows, or nothing is sent at all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cxtui.core.feed import NETWORKS, Network
from cxtui.core.item import Arrival, Voice
from cxtui.errors import Rejected
from tests.cli import network
from tests.cli.shell import Shell
from tests.cli.test_replying import CONFIG
from tests.pictures import png

REPLY = ("reply", "page:mai", "--text", "look at this", "--yes", "--now")


@pytest.fixture
def polled(shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """Mai waits on a network that takes two files; two lie in the folder the command runs in."""
    monkeypatch.setitem(NETWORKS, "isso", Network("tests.cli.network"))
    network.clear()
    network.FILES.append(2)
    asked = datetime.now(UTC) - timedelta(minutes=10)
    network.SAID[:] = [Arrival("mai", "which?", Voice("mai", "Mai"), posted=asked)]
    shell.config = CONFIG
    shell.env["PAGE_TOKEN"] = "t0k"
    assert shell.run("poll", "--once").code == 0
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    Path("lamp.png").write_bytes(png(4, 3))
    Path("a.pdf").write_bytes(b"%PDF-1.4")
    return shell


def test_files_go_with_it_each_with_what_it_shows(polled: Shell) -> None:
    done = polled.run(*REPLY, "--attach", "lamp.png", "--alt", "A red lamp", "--attach", "a.pdf")
    assert done.code == 0, done.err
    (sent,) = network.SENT
    assert [(one.name, one.kind, one.alt) for one in sent.files] == [
        ("lamp.png", "image/png", "A red lamp"), ("a.pdf", "application/pdf", ""),
    ]  # fmt: skip
    assert [png(4, 3), b"%PDF-1.4"] == network.CONTENTS
    [row] = polled.json("outbox", "--all")
    assert row["files"][0] == {"name": "lamp.png", "kind": "image/png", "bytes": len(png(4, 3)),
                               "alt": "A red lamp"}  # fmt: skip


def test_who_is_asked_sees_the_files(polled: Shell) -> None:
    done = polled.run("reply", "page:mai", "--text", "look", "--attach", "a.pdf", stdin="n\n", terminal=True)
    assert "look\nfile: a.pdf 8 bytes\n" in done.out + done.err
    assert network.SENT == []


def test_a_picture_without_alt_text_is_noted_unless_that_is_meant(polled: Shell) -> None:
    planned = ("reply", "page:mai", "--text", "look", "--yes", "--at", "2099-01-01")
    noted = polled.run(*planned, "--attach", "lamp.png")
    assert "lamp.png has no alt text: --alt TEXT behind it says what it shows" in noted.err
    meant = polled.run(*REPLY, "--attach", "lamp.png", "--alt", "")
    assert "alt text" not in meant.err


@pytest.mark.parametrize(
    ("words", "said", "code"),
    [
        (("--attach", "gone.png"), "there is no file gone.png", 2),
        (("--attach", "."), "is a folder", 2),
        (("--attach", ""), "--attach needs the path of a file", 2),
        (("--alt", "x"), "write --attach PATH --alt TEXT", 2),
        (("--attach", "a.pdf", "--alt", "x", "--alt", "y"), "write --attach PATH --alt TEXT", 2),
        (("--attach", "a.pdf", "--attach", "a.pdf", "--attach", "a.pdf"), "this would be 3", 5),
        (("--attach", "lamp.png", "--alt", "x" * 51), "alt text of lamp.png has 51 characters", 5),
    ],
)
def test_what_cannot_go_sends_nothing(polled: Shell, words: tuple[str, ...], said: str, code: int) -> None:
    done = polled.run(*REPLY, *words)
    assert (done.code, network.SENT) == (code, []), done.err
    assert said in done.err
    assert polled.json("outbox") == []


def test_a_network_without_files_says_what_to_do(polled: Shell) -> None:
    network.FILES.clear()
    done = polled.run(*REPLY, "--attach", "a.pdf")
    assert (done.code, network.SENT) == (5, [])
    assert "net takes no files with a reply: put it where it can be read and send the address" in done.err


def test_a_refused_upload_leaves_a_failed_reply_with_its_files(polled: Shell) -> None:
    network.FAULTS["reply"] = Rejected("nothing was sent: a.pdf could not be uploaded: too odd")
    done = polled.run(*REPLY, "--attach", "a.pdf")
    assert done.code == 5
    [row] = polled.json("outbox")
    assert (row["state"], [one["name"] for one in row["files"]]) == ("failed", ["a.pdf"])
