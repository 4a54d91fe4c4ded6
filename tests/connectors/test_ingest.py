"""Records from files: each line heard once, half a line never, and every fault told with its place."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtui.cli import main
from cxtui.connectors import Connector, Page, connect
from cxtui.connectors.ingest import Ingest, folder
from cxtui.connectors.ingest.files import MOST, Spot, finished, growing
from cxtui.core.feed import Feed
from cxtui.errors import ConfigError, Rejected, Unreachable, Unreadable
from cxtui.http import Client

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def reading(path: Path | str, *, done: bool = False) -> Connector:
    feed = Feed("drop", "ingest", options={"path": str(path), **({"done": True} if done else {})})
    return connect(feed, Client(feed, agent="cxtui/1"))


def record(number: int, text: str = "Where?") -> str:
    return json.dumps({"id": number, "text": text})


def add(path: Path, *lines: str, end: str = "\n") -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write("\n".join(lines) + end)


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def natives(page: Page) -> list[str]:
    return [arrival.native for arrival in page.items]


class Reader:
    """Polls again and again, each time with another connector and the cursor of the last."""

    def __init__(self, path: Path, *, done: bool = False) -> None:
        self.path, self.done, self.cursor = path, done, ""

    async def poll(self) -> Page:
        page = await reading(self.path, done=self.done).poll(self.cursor, NOW)
        self.cursor = page.cursor
        return page


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "said.jsonl"


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    folder = tmp_path / "drop"
    folder.mkdir()
    return folder


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that others than its owner may enter, which those of pytest are not."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


@contextmanager
def nobody() -> Generator[None]:
    """Without the rights of root, where we have them."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


# A file that grows


async def test_a_growing_file_is_read_on(file: Path) -> None:
    reader = Reader(file)
    add(file, record(1), record(2))
    assert natives(await reader.poll()) == ["1", "2"]
    assert (await reader.poll()).not_modified
    add(file, record(3))
    assert natives(await reader.poll()) == ["3"]


async def test_half_a_line_waits_for_its_other_half(file: Path) -> None:
    reader = Reader(file)
    add(file, record(1), '{"id": 2, "te', end="")
    page = await reader.poll()
    assert natives(page) == ["1"]
    assert page.gap is None
    add(file, 'xt": "Where?"}')
    assert natives(await reader.poll()) == ["2"]
    assert (await reader.poll()).gap is None


async def test_a_whole_record_needs_no_end_of_line(file: Path) -> None:
    reader = Reader(file)
    add(file, record(1), end="")
    assert natives(await reader.poll()) == ["1"]
    add(file, "", record(2))
    page = await reader.poll()
    assert natives(page) == ["2"]
    assert page.gap is None


async def test_bad_lines_are_named_by_number_and_lose_nothing_else(file: Path) -> None:
    reader = Reader(file)
    add(file, record(1))
    await reader.poll()
    add(file, "", "oops", record(2), '{"text": "?"}')
    page = await reader.poll()
    assert natives(page) == ["2"]
    assert page.gap == "left out 2 records, the first: line 3: is no JSON"
    add(file, '{"id": {}}')
    assert (await reader.poll()).gap == (
        "left out 1 record: line 6: id must be a text or a whole number, is an object"
    )


async def test_what_was_wrong_at_first_is_told_at_the_second_poll(file: Path) -> None:
    reader = Reader(file)
    add(file, "oops", record(1))
    await reader.poll()
    assert (await reader.poll()).gap == "left out 1 record: line 1: is no JSON"
    assert (await reader.poll()).gap is None


async def test_a_replaced_file_is_read_anew(file: Path) -> None:
    reader = Reader(file)
    add(file, record(1), record(2))
    await reader.poll()
    other = file.with_name("new")
    add(other, record(2), record(3), record(4))
    other.rename(file)
    page = await reader.poll()
    assert natives(page) == ["3", "4"]
    assert page.gap == "said.jsonl is another file now: what came last into the old one may be missing"
    assert (await reader.poll()).gap is None


async def test_a_truncated_file_is_read_anew(file: Path) -> None:
    reader = Reader(file)
    add(file, record(1), record(2))
    await reader.poll()
    os.truncate(file, 0)
    add(file, record(9))
    assert natives(await reader.poll()) == ["9"]


async def test_a_file_that_was_cut_and_outgrew_itself_is_read_anew(file: Path) -> None:
    reader = Reader(file)
    add(file, record(1))
    await reader.poll()
    with file.open("w", encoding="utf-8") as opened:
        opened.write("".join(record(number) + "\n" for number in range(5, 9)))
    assert natives(await reader.poll()) == ["5", "6", "7", "8"]


@pytest.mark.parametrize("at", [0, 5000])
async def test_a_file_changed_in_place_is_read_anew(file: Path, at: int) -> None:
    reader = Reader(file)
    add(file, *(record(number, "x" * 50) for number in range(100)))
    await reader.poll()
    with file.open("r+b") as opened:
        raw = opened.read()
        begin = raw.index(b"\n", at) + 1 if at else 0
        opened.seek(begin)
        opened.write(raw[begin:].replace(b"x" * 50, b"y" * 50))
    assert natives(await reader.poll())


async def test_a_long_file_is_read_in_pieces_and_says_so(file: Path) -> None:
    reader = Reader(file)
    add(file, *(record(number, "x" * 100_000) for number in range(100)))
    first = await reader.poll()
    assert 0 < len(first.items) < 100
    found = natives(first)
    gaps: list[str | None] = []
    while len(found) < 100:
        page = await reader.poll()
        assert page.items
        found += natives(page)
        gaps.append(page.gap)
    assert found == [str(number) for number in range(100)]
    assert gaps[0] == f"said.jsonl is long: {MOST >> 20} MiB of it are read at each poll"
    assert (await reader.poll()).not_modified


async def test_a_line_without_end_is_passed_over_and_named(file: Path) -> None:
    reader = Reader(file)
    add(file, record(1))
    await reader.poll()
    add(file, '{"id": 2, "text": "' + "x" * (2 * MOST) + '"}', record(3))
    gaps, found = list[str | None](), list[str]()
    for _ in range(4):
        page = await reader.poll()
        gaps.append(page.gap)
        found += natives(page)
    assert found == ["3"]
    assert any(gap and f"line 2: is longer than {MOST >> 20} MiB" in gap for gap in gaps)
    add(file, "oops")
    assert (await reader.poll()).gap == "left out 1 record: line 4: is no JSON"


@given(st.lists(st.binary(max_size=30).filter(lambda raw: b"\0" not in raw), max_size=8), st.data())
def test_however_a_file_grows_each_record_is_heard_once_in_order(
    tmp_path_factory: pytest.TempPathFactory, junk: list[bytes], data: st.DataObject
) -> None:
    file = tmp_path_factory.mktemp("grows") / "said.jsonl"
    whole = b"\n".join(part for number, raw in enumerate(junk) for part in (
        record(number).encode(), raw.replace(b"\n", b" "),
    )) + b"\n"  # fmt: skip
    cuts = data.draw(st.lists(st.integers(0, len(whole)), max_size=6).map(sorted))
    spot, heard, told = Spot(), list[object](), list[str]()
    for start, end in zip([0, *cuts], [*cuts, len(whole)], strict=True):
        with file.open("ab") as opened:
            opened.write(whole[start:end])
        piece = growing(file, spot)
        spot = piece.spot
        heard += [value for _, value in piece.records]
        told += [place for place, _ in piece.records]
    once = growing(file, Spot())
    assert heard == [value for _, value in once.records]
    assert told == [place for place, _ in once.records]
    assert spot.at == len(whole)


async def test_what_is_no_file_to_read_is_told(file: Path) -> None:
    with pytest.raises(Unreachable, match=r"said\.jsonl cannot be read: No such file"):
        await reading(file).poll("", NOW)
    os.mkfifo(file)
    for path in (file, Path("/dev/zero")):
        with pytest.raises(Unreadable, match="is neither a file nor a folder and is not read"):
            await reading(path).poll("", NOW)


async def test_a_file_that_may_not_be_read_is_told(open_folder: Path) -> None:
    file = open_folder / "said.jsonl"
    add(file, record(1))
    os.chmod(file, 0)  # noqa: PTH101 - in an asynchronous test
    with nobody(), pytest.raises(Unreachable, match=r"said\.jsonl cannot be read: Permission denied"):
        await reading(file).poll("", NOW)


# A drop folder


async def test_each_finished_file_is_read_once_in_the_order_of_time(drop: Path) -> None:
    reader = Reader(drop)
    for name, when in (("b", 10), ("a", 20)):
        add(drop / name, record(when))
        os.utime(drop / name, (when, when))
    for name in (".hidden", "c.tmp", "d.part"):
        add(drop / name, record(99))
    assert natives(await reader.poll()) == ["10", "20"]
    assert (await reader.poll()).not_modified
    (drop / "c.tmp").rename(drop / "c")
    assert natives(await reader.poll()) == ["99"]
    assert (await reader.poll()).not_modified


async def test_a_finished_files_last_line_needs_no_end(drop: Path) -> None:
    add(drop / "a", record(1), record(2), end="")
    add(drop / "b", "oops", end="")
    reader = Reader(drop)
    page = await reader.poll()
    assert natives(page) == ["1", "2"]
    assert page.gap == "left out 1 record: b line 1: is no JSON"


async def test_a_file_under_an_old_name_is_read_when_it_is_another(drop: Path) -> None:
    reader = Reader(drop)
    add(drop / "a", record(1))
    await reader.poll()
    add(drop / "a", record(2))
    assert natives(await reader.poll()) == ["2"]


async def test_files_are_moved_only_when_what_they_said_was_kept(drop: Path) -> None:
    one = reading(drop, done=True)
    add(drop / "a", record(1))
    first = await one.poll("", NOW)
    assert (drop / "a").exists()
    again = await one.poll("", NOW)  # as after a crash: the first cursor was never kept
    assert natives(again) == natives(first) == ["1"]
    assert (drop / "a").exists()
    await one.poll(again.cursor, NOW)
    assert not (drop / "a").exists()
    assert (drop / "done" / "a").read_text(encoding="utf-8") == record(1) + "\n"


async def test_nothing_is_written_over_when_it_is_moved(drop: Path) -> None:
    reader = Reader(drop, done=True)
    for number in (1, 2):
        add(drop / "a", record(number))
        await reader.poll()
        await reader.poll()
    assert sorted(path.read_text(encoding="utf-8") for path in (drop / "done").iterdir()) == [
        record(1) + "\n", record(2) + "\n",
    ]  # fmt: skip


async def test_links_pipes_and_pictures_are_left_alone_and_told(drop: Path, tmp_path: Path) -> None:
    outside = tmp_path / "secret"
    add(outside, record(7))
    (drop / "link").symlink_to(outside)
    os.mkfifo(drop / "pipe")
    (drop / "folder").mkdir()
    (drop / "picture.png").write_bytes(b"\x89PNG\0\0")
    add(drop / "good", record(1))
    reader = Reader(drop, done=True)
    page = await reader.poll()
    assert natives(page) == ["1"]
    assert page.gap is not None
    for said in (
        "link is a symbolic link and is not read", "pipe is no file and is not read",
        "picture.png holds no text and is not read",
    ):  # fmt: skip
        assert said in page.gap
    await reader.poll()
    assert names(drop) == {"link", "pipe", "folder", "picture.png", "done"}


async def test_a_done_folder_that_leads_elsewhere_is_not_used(drop: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (drop / "done").symlink_to(elsewhere)
    add(drop / "a", record(1))
    reader = Reader(drop, done=True)
    await reader.poll()
    page = await reader.poll()
    assert page.gap is not None
    assert "done is a symbolic link; nothing is moved there" in page.gap
    assert (drop / "a").exists()
    assert (await reader.poll()).not_modified


async def test_a_folder_with_more_than_one_poll_may_read_is_read_in_pieces(drop: Path) -> None:
    for number in range(4):
        lines = (record(number * 100 + line, "x" * 100_000) for line in range(30))
        add(drop / f"{number}", *lines)
        os.utime(drop / f"{number}", (number, number))
    reader = Reader(drop, done=True)
    found: list[str] = []
    for _ in range(6):
        found += natives(await reader.poll())
    assert found == [str(number * 100 + line) for number in range(4) for line in range(30)]
    assert (await reader.poll()).not_modified
    assert len(list((drop / "done").iterdir())) == 4


async def test_a_long_file_among_others_is_read_to_its_end_once(drop: Path) -> None:
    add(drop / "long", *(record(number, "x" * 100_000) for number in range(100)))
    add(drop / "short", record(1000))
    os.utime(drop / "long", (1, 1))
    reader = Reader(drop)
    found = [native for _ in range(5) for native in natives(await reader.poll())]
    assert found == [*map(str, range(100)), "1000"]


async def test_a_file_that_may_not_be_read_costs_no_other(open_folder: Path) -> None:
    add(open_folder / "a", record(1))
    add(open_folder / "b", record(2))
    (open_folder / "a").chmod(0)
    with nobody():
        page = await Reader(open_folder).poll()
    assert natives(page) == ["2"]
    assert page.gap == "a cannot be read: Permission denied"


def test_a_name_that_hurts_is_shown_clean(drop: Path) -> None:
    path = drop / "\x1b]0;x\x07\u202ea"
    path.write_bytes(b"\0")
    with pytest.raises(Unreadable) as error:
        finished(path, Spot())
    assert str(error.value) == "a holds no text and is not read"


# Standard input


def piped(monkeypatch: pytest.MonkeyPatch, raw: bytes) -> None:
    read, write = os.pipe()
    os.write(write, raw)
    os.close(write)
    monkeypatch.setattr(sys, "stdin", os.fdopen(read))


async def test_standard_input_is_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    piped(monkeypatch, f"{record(1)}\noops\n{record(2)}".encode())
    one = reading("-")
    with sys.stdin:
        page = await one.poll("", NOW)
        assert natives(page) == ["1", "2"]
        assert page.gap == "left out 1 record: standard input line 2: is no JSON"
        assert natives(await one.poll("", NOW)) == ["1", "2"]
        assert (await one.poll(page.cursor, NOW)).not_modified


async def test_a_terminal_is_no_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = os.openpty()
    monkeypatch.setattr(sys, "stdin", os.fdopen(theirs))
    with sys.stdin, pytest.raises(Unreachable, match="pipe the records into cxtui poll --once"):
        await reading("-").poll("", NOW)
    os.close(ours)


async def test_waiting_for_standard_input_can_be_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    read, write = os.pipe()
    os.write(write, record(1).encode())
    monkeypatch.setattr(sys, "stdin", os.fdopen(read))
    one = reading("-")
    assert isinstance(one, Ingest)
    with sys.stdin:
        polling = asyncio.create_task(one.poll("", NOW))
        async with asyncio.timeout(10):
            while not one.kept:  # noqa: ASYNC110 - it is filled by a thread
                await asyncio.sleep(0.01)
        polling.cancel()
        with pytest.raises(asyncio.CancelledError):
            await polling
        os.close(write)
        assert natives(await one.poll("", NOW)) == ["1"]


# What else


async def test_nothing_can_be_answered(file: Path) -> None:
    one = reading(file)
    assert not one.capabilities.reply
    with pytest.raises(Rejected):
        await one.thread("1", "1")


async def test_a_check_says_what_is_read(file: Path, drop: Path) -> None:
    add(file, record(1))
    assert (await reading(file).check()).words == f"reads the file {file}"
    assert (await reading(drop).check()).words == f"reads the folder {drop}"
    with pytest.raises(Unreachable):
        await reading(file.with_name("other")).check()


def test_settings_that_do_not_fit_are_told() -> None:
    with pytest.raises(ConfigError, match="done: standard input cannot be moved"):
        reading("-", done=True)


def test_a_dropped_file_reaches_the_queue(
    tmp_path: Path, drop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "config.toml"
    config.write_text('[[feeds]]\nname = "drop"\nconnector = "ingest"\npath = "drop"\ndone = true\n')
    add(drop / "a.jsonl", json.dumps({"id": 1, "author": "Mai", "text": "When does my lamp come?"}))
    usual = ["--config", str(config), "--data", str(tmp_path / "data"), "--json"]
    for _ in range(2):
        assert main(["poll", "--once", *usual]) == 0
    capsys.readouterr()
    assert main(["list", *usual]) == 0
    assert json.loads(capsys.readouterr().out)["text"] == "When does my lamp come?"
    assert [path.name for path in (drop / "done").iterdir()] == ["a.jsonl"]


def test_records_can_be_piped_into_one_poll(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text('[[feeds]]\nname = "pipe"\nconnector = "ingest"\npath = "-"\n')
    words = [
        sys.executable,
        "-m",
        "cxtui",
        "--config",
        str(config),
        "--data",
        str(tmp_path / "data"),
        "--json",
    ]

    def run(*more: str, told: str = "") -> str:
        done = subprocess.run(
            [*words, *more], input=told, capture_output=True, text=True, check=True, timeout=60
        )
        return done.stdout

    lines = "".join(record(number, f"Question {number}?") + "\n" for number in range(3))
    assert json.loads(run("poll", "--once", told=lines))["new"] == 3
    assert json.loads(run("poll", "--once", told=lines))["new"] == 0
    assert len(run("list").splitlines()) == 3


async def test_of_too_many_files_the_newest_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "FILES", 4)
    for number in range(6):
        add(tmp_path / f"{number}.jsonl", record(number))
        os.utime(tmp_path / f"{number}.jsonl", (1_000_000 + number, 1_000_000 + number))
    reader = Reader(tmp_path)
    first = await reader.poll()
    assert natives(first) == ["2", "3", "4", "5"]
    assert first.gap is not None
    assert "only the newest are read" in first.gap
    add(tmp_path / "new.jsonl", record(7))
    assert natives(await reader.poll()) == ["7"]


async def test_where_they_are_moved_all_of_too_many_files_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder, "FILES", 4)
    for number in range(10):
        add(tmp_path / f"{number}.jsonl", record(number))
    reader = Reader(tmp_path, done=True)
    heard = [native for _ in range(6) for native in natives(await reader.poll())]
    assert sorted(heard) == sorted(map(str, range(10)))


async def test_a_file_that_shrinks_while_it_is_read_is_no_line_without_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "records.jsonl"
    add(path, record(1), record(2))
    read = os.pread

    def cut(file: int, size: int, at: int) -> bytes:
        path.write_bytes(b'{"id": 3, "te')
        return read(file, size, at)

    monkeypatch.setattr(os, "pread", cut)
    reader = Reader(path)
    page = await reader.poll()
    monkeypatch.undo()
    assert (page.items, page.gap) == ((), None)
    add(path, 'xt": "Where?"}')
    assert natives(await reader.poll()) == ["3"]
