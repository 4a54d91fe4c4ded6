"""What is broken is mended by another process, which may not do much."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import feed_samples as samples
import pytest
from feed_samples import atom, rss

from cxtui.connectors.feed import fallback, reader
from cxtui.connectors.feed.entry import Broken, Entry, Parsed, Person
from cxtui.connectors.feed.fallback import COMMAND, Lenient
from cxtui.errors import Unreadable

SOURCE = "https://shop.example/comments/feed/"
FAULT = b"<generator>a & b</generator>"
BROKEN = rss("<item><guid>1</guid><title>a & b</title><description>It hums</description></item>")
HANGS = "import sys, time; sys.stdout.buffer.write(bytes(4)); sys.stdout.flush(); time.sleep(60)"
TELLS = """
import json, os, struct, sys
out = sys.stdout.buffer
out.write(bytes(4)); out.flush()
while head := sys.stdin.buffer.read(4):
    sys.stdin.buffer.read(struct.unpack(">I", head)[0])
    said = json.dumps({"pid": os.getpid(), "environment": sorted(os.environ)}).encode()
    out.write(struct.pack(">I", len(said)) + said); out.flush()
"""


class Untouched(Lenient):
    """A lenient reader that must not be asked."""

    def mend(self, broken: Broken, source: str) -> Parsed:
        raise AssertionError(f"asked to mend {broken} of {source}")


@pytest.fixture(scope="module")
def lenient() -> Iterator[Lenient]:
    one = Lenient()
    yield one
    one.close()


def playing(program: str, patience: float = 20) -> Lenient:
    return Lenient((sys.executable, "-c", program), patience)


def spoilt(body: bytes) -> bytes:
    """The same feed with a fault where nobody reads."""
    end = b"</channel>" if b"</channel>" in body else b"</feed>"
    return body.replace(end, FAULT + end)


def broken(body: bytes) -> Broken:
    with pytest.raises(Broken) as caught:
        reader.read(body, None, SOURCE)
    return caught.value


COMMENTS = atom(
    samples.wordpress(7, "Mai", "It hums")
    + samples.wordpress(9, "Desk", "Sorry!", to=7, uri="https://shop.example/author/desk/")
)
PLAIN = rss(
    """<item xml:base="https://b.example/x/"><guid>12</guid><title>Half a lamp &amp; no screws</title>
    <author>mai@x.example (Mai S)</author><link>c/7</link><pubDate>22 Nov 2026 09:00:00 +0200</pubDate>
    <description>&lt;p&gt;One&lt;/p&gt;&lt;script&gt;steal()&lt;/script&gt;&lt;p&gt;Two&lt;/p&gt;</description>
    <enclosure url="https://f.example/x.jpg" type="image/jpeg" length="1"/></item>"""
)


CHANNELS = Path(__file__).parent / "channels"


@pytest.mark.parametrize(
    "path", [path for path in CHANNELS.iterdir() if path.suffix != ".json"], ids=lambda path: path.name
)
def test_a_broken_feed_of_a_channel_says_what_it_would_say_unbroken(path: Path, lenient: Lenient) -> None:
    expected = reader.read(path.read_bytes(), None, SOURCE)
    found = fallback.read(spoilt(path.read_bytes()), None, SOURCE, lenient)
    assert found.entries == expected.entries
    assert (found.format, found.title, found.link) == (expected.format, expected.title, expected.link)


@pytest.mark.parametrize(
    "body",
    [COMMENTS, PLAIN, samples.WORDPRESS_RSS, samples.GOOGLE_ALERT, samples.APP_STORE_XML, samples.MASTODON,
     samples.DISCOURSE, samples.REDDIT],
    ids=["comments", "plain", "wordpress", "alert", "app-store", "mastodon", "discourse", "reddit"],
)  # fmt: skip
def test_a_broken_feed_says_what_it_would_say_unbroken(body: bytes, lenient: Lenient) -> None:
    expected = reader.read(body, None, SOURCE)
    found = fallback.read(spoilt(body), None, SOURCE, lenient)
    assert found.entries == expected.entries
    assert (found.format, found.title, found.link) == (expected.format, expected.title, expected.link)


def test_words_on_a_picture_are_only_read_where_there_are_no_others(lenient: Lenient) -> None:
    words = "<media:title>T</media:title><media:description>a video</media:description>"
    body = spoilt(rss(f"<item><title>Hm</title><media:group>{words}</media:group></item>"))
    (entry,) = fallback.read(body, None, SOURCE, lenient).entries
    assert (entry.title, entry.text) == ("Hm", "a video")


def test_what_was_wrong_is_told(lenient: Lenient) -> None:
    (problem,) = fallback.read(BROKEN, None, SOURCE, lenient).problems
    assert problem.startswith(
        "it is not well-formed XML: not well-formed (invalid token) in line 1; what could"
    )


def test_a_guid_is_never_made_an_address(lenient: Lenient) -> None:
    items = '<item xml:base="https://b.example/"><guid>12</guid></item>'
    assert fallback.read(spoilt(rss(items)), None, SOURCE, lenient).entries[0].guid == "12"


def test_a_time_that_only_the_other_reader_knows_is_read(lenient: Lenient) -> None:
    feed = rss("<item><pubDate>Κυρ, 22 Νοέ 2026 10:05:00 EST</pubDate></item>")
    (entry,) = fallback.read(spoilt(feed), None, SOURCE, lenient).entries
    assert entry.posted is not None
    assert entry.posted.at == datetime(2026, 11, 22, 15, 5, tzinfo=UTC)


def test_channels_of_1997_are_read(lenient: Lenient) -> None:
    body = b'<CHANNEL HREF="https://x.example/"><ITEM HREF="https://x.example/1"><TITLE>Hm</TITLE></ITEM></CHANNEL>'
    found = fallback.read(body, None, SOURCE, lenient)
    assert (found.format, found.entries) == ("CDF", (Entry(link="https://x.example/1", title="Hm"),))


@pytest.mark.parametrize(
    "body",
    [
        b"<html><body>a & b</body></html>",
        b'<!DOCTYPE r [<!ENTITY a "b">]><rss>&a;',
        b'<rss><a>& <!DOCTYPE r [<!ENTITY a "b">]></rss>',
        b"<opml/>",
        b"{",
        b"",
    ],
)
def test_pages_and_bombs_are_not_mended(body: bytes) -> None:
    with pytest.raises(Unreadable):
        fallback.read(body, None, SOURCE, Untouched())


def test_what_is_still_no_feed_is_refused_in_the_first_words(lenient: Lenient) -> None:
    with pytest.raises(Unreadable, match=r"^it is not well-formed XML: .* in line 1$"):
        fallback.read(b"<a & b><note/></a>", None, SOURCE, lenient)


def test_a_document_over_two_mebibytes_is_not_mended() -> None:
    with pytest.raises(Unreadable, match="too large to be mended"):
        Lenient().mend(Broken("it is not well-formed", bytes((2 << 20) + 1)), SOURCE)


def test_one_process_serves_all_and_begins_only_when_needed() -> None:
    lenient = playing(TELLS)
    assert lenient.process is None
    pids = {lenient.ask(b"<rss>")["pid"] for _ in range(3)}
    assert len(pids) == 1
    lenient.close()
    assert lenient.process is None


def test_a_process_that_died_begins_again(lenient: Lenient) -> None:
    fallback.read(BROKEN, None, SOURCE, lenient)
    process = lenient.process
    assert process is not None
    process.kill()
    process.wait()
    assert len(fallback.read(BROKEN, None, SOURCE, lenient).entries) == 1
    assert lenient.process is not process


def test_the_process_knows_nothing_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_TOKEN", "hush")
    lenient = playing(TELLS)
    assert "SHOP_TOKEN" not in lenient.ask(b"")["environment"]
    lenient.close()


def test_after_three_overruns_a_feed_is_left_alone_and_others_are_not() -> None:
    lenient = playing(HANGS, patience=0.05)
    fault = broken(BROKEN)
    for _ in range(3):
        with pytest.raises(Unreadable, match="mending it took too long and was given up"):
            lenient.mend(fault, SOURCE)
    assert lenient.process is None
    with pytest.raises(
        Unreadable, match="mending it took too long 3 times, so it is read again only once repaired"
    ):
        lenient.mend(fault, SOURCE)
    assert lenient.process is None
    with pytest.raises(Unreadable, match="given up"):
        lenient.mend(fault, "https://other.example/")
    lenient.close()


def test_a_process_that_cannot_begin_is_an_overrun() -> None:
    with pytest.raises(Unreadable, match="given up"):
        playing("raise SystemExit(1)").mend(broken(BROKEN), SOURCE)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limits of processor time")
def test_a_document_that_takes_too_much_processor_time_ends_the_process_and_nothing_else() -> None:
    lenient = Lenient((*COMMAND, "0.2"))
    flood = spoilt(rss("<item>" + "<b>" * 100_000 + "</b>" * 100_000 + "</item>"))
    with pytest.raises(Unreadable, match="given up"):
        fallback.read(flood, None, SOURCE, lenient)
    assert len(fallback.read(BROKEN, None, SOURCE, lenient).entries) == 1
    lenient.close()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limits of open files")
def test_with_its_doors_closed_no_file_and_no_socket_opens() -> None:
    program = """
import socket
from cxtui.connectors.feed import worker
worker._close_doors()
for opening in (lambda: open("/dev/null"), socket.socket):
    try:
        opening()
    except OSError:
        print("closed")
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["closed", "closed"]


def test_the_lenient_reader_is_never_imported_here() -> None:
    program = f"""
import sys
from cxtui.connectors.feed import fallback
found = fallback.read({BROKEN!r}, None, "", fallback.LENIENT)
print(len(found.entries), "feedparser" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["1", "False"]


async def test_the_loop_goes_on_while_a_feed_is_mended(lenient: Lenient) -> None:
    order: list[str] = []
    task = asyncio.create_task(fallback.read_soon(BROKEN, None, SOURCE, lenient))
    task.add_done_callback(lambda _: order.append("mended"))
    await asyncio.sleep(0)
    order.append("went on")
    (entry,) = (await task).entries
    assert (entry.title, entry.text) == ("a & b", "It hums")
    assert order == ["went on", "mended"]


async def test_who_stops_waiting_stops_the_work() -> None:
    lenient = playing(HANGS)
    task = asyncio.create_task(lenient.mend_soon(broken(BROKEN), SOURCE))
    while lenient.process is None:  # noqa: ASYNC110 - another thread begins it
        await asyncio.sleep(0.01)
    process = lenient.process
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert process.wait(10) != 0
    lenient.close()


async def test_what_is_whole_is_read_without_it() -> None:
    whole = BROKEN.replace(b"&", b"and")
    found = await fallback.read_soon(whole, None, SOURCE, Untouched())
    assert fallback.read(whole, None, SOURCE, Untouched()) == found
    assert replace(found.entries[0], author=Person()) == found.entries[0]
