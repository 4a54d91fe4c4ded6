"""feeds check on files: what it prints for people, and what no feed is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.shell import Shell

FEED = """<rss version="2.0"><channel><title>Shop</title>
<item><guid>1</guid><author>mai</author><description>where is &lt;b&gt;it&lt;/b&gt;? [/s]</description></item>
</channel></rss>"""


def test_a_feed_is_shown_as_cxtui_would_take_it(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "feed.xml"
    file.write_text(FEED)
    done = shell.run("feeds", "check", str(file))
    assert done.code == 0
    lines = done.out.splitlines()
    assert lines[0] == f"{file}: RSS 2.0 “Shop”, entries: 1"
    assert lines[-1].split() == ["-", "mai", "where", "is", "it?", "[/s]"]
    [found] = shell.json("feeds", "check", str(file))
    assert set(found) == {"source", "format", "title", "entries", "problems", "items"}
    assert set(found["items"][0]) == {"id", "author", "posted", "url", "thread", "text"}


@pytest.mark.parametrize(
    ("body", "said"),
    [(b"", "empty"), (b"<!doctype html><html></html>", "HTML"), (b"x" * (9 << 20), "longer than 8 MiB")],
)
def test_what_is_no_feed_is_said_and_ends_with_1(
    shell: Shell, tmp_path: Path, body: bytes, said: str
) -> None:
    file = tmp_path / "feed.xml"
    file.write_bytes(body)
    done = shell.run("feeds", "check", str(file))
    assert (done.code, done.err) == (1, "")
    assert said in done.out
    assert shell.run("feeds", "check", str(tmp_path)).code == 1


def test_it_needs_no_configuration_and_no_store(shell: Shell, tmp_path: Path) -> None:
    shell.config = "broken ="
    file = tmp_path / "feed.xml"
    file.write_text(FEED)
    assert shell.run("feeds", "check", str(file), "--json").code == 0
    assert shell.run("feeds", "check", "-", stdin=FEED).code == 0


def test_a_broken_feed_is_read_and_its_fault_is_told(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "feed.xml"
    file.write_text(FEED.replace("mai", "mai & co"))
    [found] = shell.json("feeds", "check", str(file))
    assert [item["author"] for item in found["items"]] == ["mai & co"]
    assert found["problems"] == [
        "it is not well-formed XML: not well-formed (invalid token) in line 2; what could be read was read"
    ]
