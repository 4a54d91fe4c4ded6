"""The program as scripts run it, on an RSS, an Atom and a JSON Feed of a server on this machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from tests.servers.scripted import Asked, Scripted, Step, answer

NOW = datetime.now(UTC).replace(microsecond=0)


def ago(minutes: float) -> datetime:
    return NOW - timedelta(minutes=minutes)


RSS = f"""<?xml version="1.0"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Comments</title>
<link>https://shop.example/</link>
<item><guid>https://shop.example/?p=1#comment-1</guid><link>https://shop.example/lamp#comment-1</link>
 <title>On: Lamp</title><dc:creator>mai</dc:creator><pubDate>{format_datetime(ago(50))}</pubDate>
 <description>where is order 4512? [/s] [@click=app.quit]</description></item>
<item><guid>https://shop.example/?p=1#comment-2</guid><link>https://shop.example/lamp#comment-2</link>
 <title>On: Lamp</title><dc:creator>tom</dc:creator><pubDate>{format_datetime(ago(20))}</pubDate>
 <description>is the red one in stock?</description></item>
<item><guid>https://shop.example/?p=9#comment-9</guid><link>https://shop.example/old#comment-9</link>
 <title>On: Old</title><dc:creator>ann</dc:creator><pubDate>{format_datetime(ago(60 * 24 * 9))}</pubDate>
 <description>hello from last week</description></item>
</channel></rss>"""

ATOM = f"""<?xml version="1.0"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:thr="http://purl.org/syndication/thread/1.0">
<id>https://shop.example/atom</id><title>Questions</title><updated>{ago(5).isoformat()}</updated>
<entry><id>tag:shop.example,2026:kim</id><title>Desk lamp</title><updated>{ago(40).isoformat()}</updated>
 <author><name>kim</name><uri>https://kim.example/</uri></author>
 <link href="https://shop.example/q/kim"/><content type="text">does it dim?</content></entry>
<entry><id>tag:shop.example,2026:bee</id><title>Floor lamp</title><updated>{ago(30).isoformat()}</updated>
 <author><name>bee</name></author><link href="https://shop.example/q/bee"/>
 <content type="text">it does not switch on</content></entry>
<entry><id>tag:shop.example,2026:kim-r</id><title>Re: Desk lamp</title>
 <updated>{ago(10).isoformat()}</updated><author><name>LampCo</name><uri>https://shop.example/author/desk</uri></author>
 <thr:in-reply-to ref="tag:shop.example,2026:kim" href="https://shop.example/q/kim"/>
 <link href="https://shop.example/q/kim-r"/><content type="text">Yes, to one percent.</content></entry>
</feed>"""

JSON = json.dumps({
    "version": "https://jsonfeed.org/version/1.1",
    "title": "Forum",
    "items": [
        {"id": "joy-1", "url": "https://forum.example/t/1", "content_text": "ນ້ຳໜັກບໍ່ຖືກ",
         "date_published": ago(55).isoformat(), "authors": [{"name": "joy"}]},
        {"id": "desk-1", "url": "https://forum.example/t/2", "content_text": "New lamps have come in.",
         "date_published": ago(45).isoformat(),
         "authors": [{"name": "LampCo", "url": "https://forum.example/u/desk"}]},
    ],
})  # fmt: skip


@dataclass
class Program:
    """``cxtui`` in processes of its own."""

    folder: Path
    server: Scripted

    def run(self, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
        base = {"HOME": str(self.folder), "PATH": os.environ["PATH"], "USER": "nok", "TZ": "UTC"}
        return subprocess.run(
            [sys.executable, "-m", "cxtui", *words],
            env=base | env, capture_output=True, text=True, check=False, timeout=60, stdin=subprocess.DEVNULL,
        )  # fmt: skip

    def json(self, *words: str, **env: str) -> list[dict[str, Any]]:
        done = self.run(*words, "--json", **env)
        assert (done.returncode, done.stderr) == (0, "")
        return [json.loads(line) for line in done.stdout.splitlines()]


def conditional(body: str, kind: str, tag: str) -> Any:
    """A feed that answers 304 to whoever has it already."""

    def script(asked: Asked) -> list[Step]:
        if asked.headers.get("if-none-match") == tag:
            return answer(304, headers={"ETag": tag})
        return answer(200, body, {"ETag": tag, "Last-Modified": "Sun, 22 Nov 2026 08:00:00 GMT"}, kind)

    return script


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    with Scripted() as server:
        server.on("/rss", conditional(RSS, "application/rss+xml", '"one"'))
        server.on("/atom", conditional(ATOM, "application/atom+xml", 'W/"two"'))
        server.on("/json", conditional(JSON, "application/feed+json", '"three"'))
        feeds = "".join(
            f'[[feeds]]\nname = "{name}"\nconnector = "feed"\nurl = "{server.url}/{name}"\n'
            "allow_private = true\n"
            'own = ["https://shop.example/author/desk", "https://forum.example/u/desk"]\n'
            for name in ("rss", "atom", "json")
        )
        file = tmp_path / ".config/cxtui/config.toml"
        file.parent.mkdir(parents=True)
        file.write_text(f'operator = "nok"\ntimezone = "UTC"\n{feeds}')
        yield Program(tmp_path, server)


def test_three_feeds_become_one_queue(program: Program) -> None:
    first = program.json("poll", "--once")
    assert [(r["feed"], r["ok"], r["new"], r["error"]) for r in first] == [
        ("rss", True, 3, None), ("atom", True, 2, None), ("json", True, 1, None),
    ]  # fmt: skip

    rows = program.json("list")
    assert [row["author"]["handle"] for row in rows] == ["joy", "mai", "bee", "tom"], "in due order"
    assert [row["due"] for row in rows] == sorted(row["due"] for row in rows)
    assert rows[1]["text"] == "where is order 4512? [/s] [@click=app.quit]"

    everything = {row["author"]["handle"]: row for row in program.json("list", "--all")}
    assert set(everything) == {"joy", "mai", "bee", "tom", "kim", "ann"}, "what we wrote is no row"
    kim = everything["kim"]
    assert (kim["state"], kim["origin"]) == ("answered", "elsewhere")
    assert kim["answered"] == ago(10).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert everything["ann"]["state"] == "history"
    assert [m["ours"] for m in program.json("show", kim["id"])] == [False, True]

    before = len(program.server.asked)
    second = program.json("poll", "--once")
    assert [(r["feed"], r["new"], r["updated"], r["not_modified"]) for r in second] == [
        ("rss", 0, 0, True), ("atom", 0, 0, True), ("json", 0, 0, True),
    ]  # fmt: skip
    sent = {asked.path: asked.headers for asked in program.server.asked[before:]}
    assert {path: headers.get("if-none-match") for path, headers in sent.items()} == {
        "/rss": '"one"', "/atom": 'W/"two"', "/json": '"three"',
    }  # fmt: skip
    assert all(h.get("if-modified-since") == "Sun, 22 Nov 2026 08:00:00 GMT" for h in sent.values())
    assert len(program.json("list")) == 4


def test_acts_numbers_and_a_move_to_another_store(program: Program) -> None:
    program.json("poll", "--once")
    ids = {row["author"]["handle"]: row["id"] for row in program.json("list")}
    assert program.json("snooze", ids["tom"], "5m")[0]["state"] == "snoozed"
    assert program.json("wake", ids["tom"])[0]["state"] == "waiting"
    assert program.json("done", ids["bee"], "--reason", "answered-elsewhere")[0]["state"] == "answered"
    assert program.json("done", ids["mai"], "--reason", "spam")[0]["state"] == "closed"
    assert program.json("undo")[0]["id"] == ids["mai"]
    assert program.json("tag", ids["joy"], "vip")[0]["tags"] == ["vip"]
    assert [row["author"]["handle"] for row in program.json("list")] == ["joy", "mai", "tom"]

    later = {"CXTUI_NOW": (NOW + timedelta(minutes=30)).strftime("%Y-%m-%dT%H:%M:%SZ")}
    figures = {f["metric"]: f for f in program.json("stats", "--window", "all", **later)}
    assert (figures["waiting_now"]["value"], figures["late_now"]["value"]) == (3, 2)
    assert program.run("list", "--fail-late", **later).returncode == 7

    exported = program.run("export").stdout
    (program.folder / "all.jsonl").write_text(exported)
    other = ("--data", str(program.folder / "other"))
    assert program.json("import", str(program.folder / "all.jsonl"), *other)[0]["records"] > 10
    for words in (("list", "--all"), ("stats", "--window", "all"), ("stats",)):
        assert program.json(*words, *other, **later) == program.json(*words, **later)
    assert program.run("export", *other).stdout == exported


def test_a_feed_that_fails_stops_no_other(program: Program) -> None:
    program.server.on(
        "/atom", answer(200, "<!doctype html><html><body>Sign in</body></html>", kind="text/html")
    )
    done = program.run("poll", "--once", "--json")
    assert done.returncode == 5
    results = {r["feed"]: r for r in map(json.loads, done.stdout.splitlines())}
    assert (results["rss"]["ok"], results["atom"]["ok"], results["json"]["ok"]) == (True, False, True)
    assert "HTML" in results["atom"]["error"]
    states = {feed["feed"]: feed for feed in program.json("feeds")}
    assert states["atom"]["state"] == "down"
    assert "HTML" in states["atom"]["error"]
    assert len(program.json("list")) == 3


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        (answer(200, ""), "empty"),
        (answer(401), "401"),
        (answer(404), "404"),
        (answer(410), "410"),
        (answer(429, headers={"Retry-After": "120"}), ""),
        (answer(503), "503"),
        (answer(200, RSS[: len(RSS) // 2], kind="application/rss+xml"), ""),
    ],
)
def test_bad_answers_are_sentences_in_feeds_check(program: Program, steps: list[Step], said: str) -> None:
    program.server.on("/bad", steps)
    url = f"{program.server.url}/bad"
    done = program.run("feeds", "check", url, f"{program.server.url}/json", "--allow-private", "--json")
    assert (done.returncode, done.stderr) == (1, "")
    bad, good = map(json.loads, done.stdout.splitlines())
    assert (bad["source"], bad["format"], bad["items"]) == (url, None, [])
    assert said in bad["problems"][0]
    assert (good["format"] or "").startswith("JSON Feed")
    assert [item["author"] for item in good["items"]] == ["joy", "LampCo"]


def test_a_private_address_needs_to_be_allowed(program: Program) -> None:
    done = program.run("feeds", "check", f"{program.server.url}/rss")
    assert done.returncode == 1
    assert "private" in done.stdout
    assert program.server.asked == []


def test_a_file_is_checked_like_an_address(program: Program) -> None:
    file = program.folder / "feed.xml"
    file.write_text(ATOM)
    done = program.run("feeds", "check", str(file))
    assert done.returncode == 0
    assert "Atom" in done.stdout
    assert "does it dim?" in done.stdout
    assert program.run("feeds", "check", str(file), "/nowhere.xml").returncode == 1


def test_a_closed_pipe_is_quiet(program: Program) -> None:
    program.json("poll", "--once")
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as closed:
        done = subprocess.run(
            [sys.executable, "-m", "cxtui", "list"],
            env={"HOME": str(program.folder), "PATH": os.environ["PATH"]},
            stdout=closed, stderr=subprocess.PIPE, text=True, check=False, timeout=60,
        )  # fmt: skip
    assert (done.returncode, done.stderr) == (1, "")


def test_a_full_disk_behind_the_output_is_a_sentence(program: Program) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("needs /dev/full")
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "cxtui", "config", "example"],
            env={"HOME": str(program.folder), "PATH": os.environ["PATH"]},
            stdout=full, stderr=subprocess.PIPE, text=True, check=False, timeout=60,
        )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.startswith("cxtui: the output cannot be written: ")
    assert "Traceback" not in done.stderr


HEAVY = {"textual", "rich", "httpx", "httpcore", "feedparser", "argparse", "asyncio", "msgspec", "sqlite3"}


def imported(program: Program, *words: str) -> set[str]:
    """The heavy packages that a command has imported at its end."""
    code = (
        f"import sys\nfrom cxtui.cli import main\nmain({list(words)!r})\n"
        f"print(*(sys.modules.keys() & {HEAVY!r}), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env={"HOME": str(program.folder), "PATH": os.environ["PATH"]},
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    return set(done.stderr.splitlines()[-1].split())


@pytest.mark.parametrize(
    ("words", "allowed"),
    [
        (("--version",), set[str]()),
        (("--help",), {"argparse"}),
        (("lst",), {"argparse"}),
        (("config", "path"), {"argparse"}),
        (("list",), {"argparse", "asyncio", "msgspec", "sqlite3"}),
        (("stats",), {"argparse", "asyncio", "msgspec", "sqlite3"}),
        (("undo",), {"argparse", "asyncio", "msgspec", "sqlite3"}),
        (("feeds",), {"argparse", "asyncio", "msgspec", "sqlite3"}),
        (("demo",), {"argparse", "asyncio", "msgspec", "sqlite3"}),
    ],
)
def test_a_command_imports_what_it_needs_and_no_more(
    program: Program, words: tuple[str, ...], allowed: set[str]
) -> None:
    assert imported(program, *words) <= allowed
