"""feeds import and export: nothing that is there is rewritten, nothing secret goes out."""

from __future__ import annotations

from pathlib import Path

import pytest
from shell import Shell

from cxtui.core.opml import read

LIST = """<opml version="2.0"><body>
<outline text="Shop: news" xmlUrl="https://a.example/feed"/>
<outline text="Shop: news" xmlUrl="https://b.example/feed"/>
<outline text="known" xmlUrl="https://known.example/feed"/>
<outline text="open" xmlUrl="http://c.example/feed?key=s3cret"/>
<outline text="odd" xmlUrl="feed:nothing"/>
<outline text="signed" xmlUrl="https://me:s3cret@d.example/feed"/>
</body></opml>"""
KNOWN = '\n[[feeds]]\nname = "Shop  news"\nconnector = "feed"\nurl = "https://known.example/feed"'


@pytest.fixture
def shop(shell: Shell) -> Shell:
    shell.config += KNOWN
    return shell


@pytest.fixture
def opml(tmp_path: Path) -> str:
    file = tmp_path / "list.opml"
    file.write_text(LIST)
    return str(file)


def test_what_could_be_added_is_printed_and_nothing_is_changed(shop: Shell, opml: str) -> None:
    done = shop.run("feeds", "import", opml)
    assert done.code == 0
    assert done.out.split("\n\n") == [
        '[[feeds]]\nname      = "Shop news"\nconnector = "feed"\nurl       = "https://a.example/feed"',
        '[[feeds]]\nname      = "Shop news 2"\nconnector = "feed"\nurl       = "https://b.example/feed"\n',
    ]
    assert f"{opml}:4 https://known.example/feed is left out: it is configured already" in done.err
    assert f"{opml}:5 http://c.example/feed?key=… is left out: http:// can be read" in done.err
    assert f"{opml}:6" in done.err
    assert "s3cret" not in done.err + done.out
    assert (shop.home / ".config/cxtui/config.toml").read_text() == shop.config


def test_yes_adds_behind_what_is_there(shop: Shell, opml: str) -> None:
    done = shop.run("feeds", "import", opml, "--yes")
    assert (done.code, done.out) == (0, "")
    file = shop.home / ".config/cxtui/config.toml"
    text = file.read_text()
    assert text.startswith(shop.config)
    shop.config = text
    assert [feed["feed"] for feed in shop.json("feeds")] == ["Shop  news", "Shop news", "Shop news 2"]
    assert "nothing to add" in shop.run("feeds", "import", opml).err
    assert [one.name for one in file.parent.iterdir()] == ["config.toml"]


def test_a_configuration_that_would_break_stays_as_it_is(shell: Shell, opml: str) -> None:
    shell.config += 'feeds = [{ name = "x", connector = "feed", url = "https://x.example/" }]\n'
    done = shell.run("feeds", "import", opml, "--yes")
    assert done.code == 3
    file = shell.home / ".config/cxtui/config.toml"
    assert f"{file}:" in done.err
    assert file.read_text() == shell.config
    assert [one.name for one in file.parent.iterdir()] == ["config.toml"]


def test_readonly_adds_nothing(shop: Shell, opml: str) -> None:
    assert shop.run("--readonly", "feeds", "import", opml, "--yes").code == 2
    assert shop.run("--readonly", "feeds", "import", opml).code == 0


def test_broken_opml_is_a_sentence_with_its_line(shop: Shell) -> None:
    done = shop.run("feeds", "import", "-", stdin="<opml>\n<body>")
    assert (done.code, done.err) == (2, "cxtui: -:2 is broken XML: no element found\n")


def test_each_feed_is_an_object_with_json(shop: Shell, opml: str) -> None:
    records = shop.run("feeds", "import", opml, "--json").records
    assert [one["why_not"] is None for one in records] == [True, True, False, False, False, False]
    assert records[0] == {
        "name": "Shop news", "url": "https://a.example/feed", "line": 2, "added": False, "why_not": None,
    }  # fmt: skip


def test_an_export_has_no_secrets_and_says_so(shell: Shell) -> None:
    shell.config += (
        '[[feeds]]\nname = "a & b"\nconnector = "feed"\nurl = "https://a.example/feed?token=s3cret&lang=lo"\n'
        '[[feeds]]\nname = "page"\nconnector = "isso"\nurl = "https://i.example"\n'
        'user = "x"\nemail = "x@y.z"\n'
    )
    done = shell.run("feeds", "export")
    assert [(one.text, one.url) for one in read(done.out.encode(), "-")] == [
        ("a & b", "https://a.example/feed?lang=lo")
    ]
    assert done.err.splitlines() == [
        "a & b: what is secret in its address was left out",
        "page: isso is no feed that a reader could read",
    ]
    assert "s3cret" not in done.out + done.err
