"""init: a first configuration from what is found at an address; never over another one."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from shell import Done, Shell

from cxtui.config import load
from tests.servers.scripted import Scripted, answer

RSS = (
    '<rss version="2.0"><channel><title>{}</title>'
    "<item><guid>1</guid><description>hm?</description></item></channel></rss>"
)
ATOM = '<feed xmlns="http://www.w3.org/2005/Atom"><id>x</id><title>{}</title></feed>'
BLOG = """<!doctype html><html><head><link rel="alternate" type="application/rss+xml" href="/feed/">
<link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed/">
<link rel="alternate" type="application/rss+xml" href="/broken"></head>{}</html>"""
WORDPRESS = '<script src="/wp-content/x.js"></script>'


@pytest.fixture
def server() -> Iterator[Scripted]:
    with Scripted() as server:
        server.on("/", answer(body=BLOG.format(WORDPRESS)))
        server.on("/feed/", answer(body=RSS.format("Lamp blog")))
        server.on("/comments/feed/", answer(body=RSS.format("Comments: lamps")))
        server.on("/comments/feed/atom/", answer(body=ATOM.format("Comments: lamps")))
        yield server


class Desk:
    """An operator without a configuration."""

    def __init__(self, shell: Shell) -> None:
        self.shell = shell
        self.file = shell.home / "new/config.toml"

    def init(self, *words: str) -> Done:
        return self.shell.run("init", *words, "--config", str(self.file))


@pytest.fixture
def desk(shell: Shell) -> Desk:
    return Desk(shell)


def test_the_comments_of_a_wordpress_site_are_found_as_atom(desk: Desk, server: Scripted) -> None:
    done = desk.init(server.url, "--allow-private")
    assert done.code == 0
    assert done.out.splitlines()[-2:] == [f"written: {desk.file}", f"next: cxtui --config {desk.file}"]
    assert f"Comments lamps: {server.url}/comments/feed/atom/: Atom 1.0, 0 entries" in done.out
    assert "Lamp blog: " in done.out
    assert f"{server.url}/broken: " in done.err
    [feed] = load(desk.file, {}).feeds
    assert (feed.name, feed.url, feed.allow_private) == (
        "Comments lamps", f"{server.url}/comments/feed/atom/", True,
    )  # fmt: skip
    assert '# url           = "' in desk.file.read_text()
    assert '# connector     = "wordpress"' in desk.file.read_text()
    assert '# token         = { env = "BLOG_TOKEN" }' in desk.file.read_text()
    assert desk.file.stat().st_mode & 0o777 == 0o600


def test_a_feed_is_taken_as_it_is(desk: Desk, server: Scripted) -> None:
    done = desk.init(f"{server.url}/feed/", "--allow-private", "--json")
    record = done.record
    assert (record["path"], record["next"], record["notes"]) == (
        str(desk.file), f"cxtui --config {desk.file}", [],
    )  # fmt: skip
    assert [(one["name"], one["used"]) for one in record["feeds"]] == [("Lamp blog", True)]
    assert [one.url for one in load(desk.file, {}).feeds] == [f"{server.url}/feed/"]


def test_a_configuration_that_is_there_stays(desk: Desk, server: Scripted, tmp_path: Path) -> None:
    done = desk.shell.run("init", server.url, "--allow-private")
    assert done.code == 3
    assert "is there already and stays as it is" in done.err
    assert server.asked == []
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    assert desk.shell.run("init", "--config", str(tmp_path / "link")).code == 3


def test_where_nothing_is_found_nothing_is_written(desk: Desk, server: Scripted) -> None:
    server.on("/none", answer(body="<!doctype html><html>hello</html>"))
    done = desk.init(f"{server.url}/none", "--allow-private")
    assert (done.code, done.out) == (1, "")
    assert "it is an HTML page, not a feed" in done.err
    assert "nothing was written" in done.err
    assert not desk.file.exists()
    assert desk.init(f"{server.url}/missing", "--allow-private").code == 5
    assert desk.init(server.url).code == 2
    assert not desk.file.exists()


def test_without_an_address_the_example_is_written(desk: Desk) -> None:
    done = desk.init()
    assert (done.code, done.out.splitlines()[-1]) == (0, f"next: cxtui --config {desk.file}")
    assert desk.file.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in load(desk.file, {}).feeds] == ["wordpress", "forum", "questions"]


def test_readonly_writes_nothing(desk: Desk) -> None:
    assert desk.shell.run("--readonly", "init", "--config", str(desk.file)).code == 2
    assert not desk.file.exists()


def test_an_isso_server_is_found_and_its_sign_in_checked(desk: Desk, server: Scripted) -> None:
    server.on("/", answer(body=f'<html><script data-isso="{server.url}/isso/" src="x.js"></script></html>'))
    server.on("/isso/latest", answer(body="[]", kind="application/json"))
    assert "needs user and email" in desk.init(server.url, "--allow-private").out
    assert load(desk.file, {}).feeds == ()
    assert tomllib.loads(desk.file.read_text()) == {}
    desk.file.unlink()
    words = ("--user", "Lamp Desk", "--email", "desk@shop.example")
    done = desk.init(server.url, "--allow-private", *words)
    assert "writes as Lamp Desk <desk@shop.example>" in done.out
    [feed] = load(desk.file, {}).feeds
    assert (feed.connector, feed.url, feed.user, feed.email) == (
        "isso", f"{server.url}/isso", "Lamp Desk", "desk@shop.example",
    )  # fmt: skip


def test_a_comment_server_that_refuses_is_said_and_not_used(desk: Desk, server: Scripted) -> None:
    server.on("/", answer(body=f'<html><script data-isso="{server.url}/isso/" src="x.js"></script></html>'))
    done = desk.init(server.url, "--allow-private", "--user", "a", "--email", "a@b.example")
    assert "needs an answer" in done.out
    assert load(desk.file, {}).feeds == ()
