"""A changed configuration is taken while the program runs; a wrong one changes nothing."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from engine_fakes import FakeNetwork

from cxtui.config import Config, load
from cxtui.connectors import Connector
from cxtui.core.feed import Feed
from cxtui.core.item import Arrival, Voice
from cxtui.engine import engine as engine_module
from cxtui.engine.engine import Engine
from cxtui.engine.live import LiveDesk
from cxtui.engine.reload import ConfigFile, taken
from cxtui.engine.warning import Warner
from cxtui.errors import ConfigError, StoreBroken
from cxtui.store import FeedState, Store, open_store

ENV = {"HOME": "/nowhere", "USER": "nok", "TZ": "UTC"}
HEAD = 'operator = "nok"\ntimezone = "UTC"\n'


def feed(name: str, more: str = "") -> str:
    return f'[[feeds]]\nname = "{name}"\nconnector = "feed"\nurl = "https://{name}.example/"\n{more}\n'


@dataclass
class Written:
    """A configuration that the test rewrites; every writing is seen, however quick it comes."""

    path: Path
    turn: int = 0
    reads: int = 0

    def write(self, text: str) -> None:
        self.path.write_text(HEAD + text)
        self.turn += 1
        os.utime(self.path, ns=(self.turn * 10**9, self.turn * 10**9))

    def read(self) -> Config:
        self.reads += 1
        return load(self.path, ENV)


@pytest.fixture
def written(tmp_path: Path) -> Written:
    made = Written(tmp_path / "config.toml")
    made.write(feed("a"))
    return made


@dataclass
class Said:
    """What the engine tells."""

    told: list[str] = field(default_factory=list[str])
    warned: list[str] = field(default_factory=list[str])

    async def after(self, engine: Engine, file: ConfigFile, config: Config) -> Config:
        return await engine.reload(file, config, self.told.append, self.warned.append)


@pytest.fixture
async def engine(store: Store, written: Written, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Engine]:
    def fake(_feed: Feed, _http: object) -> Connector:
        return FakeNetwork()

    monkeypatch.setattr(engine_module, "connect", fake)
    made = Engine(written.read(), store, clock=lambda: datetime.now(UTC))
    yield made
    await made.aclose()


def names(engine_config: Config) -> list[str]:
    return [one.name for one in engine_config.feeds]


@pytest.mark.parametrize("good", [0, 1])
async def test_what_could_not_be_taken_is_taken_at_the_next_look(
    engine: Engine, written: Written, store: Store, good: int
) -> None:
    said, first = Said(), written.read()
    file = ConfigFile(written.path, written.read)
    states = store.feed_states

    async def fails() -> dict[str, FeedState]:
        nonlocal good
        good -= 1
        if good >= 0:
            return await states()
        raise StoreBroken("the disk does not answer")

    store.feed_states = fails  # type: ignore[method-assign]
    written.write(feed("a") + feed("b"))
    with pytest.raises(StoreBroken):
        await said.after(engine, file, first)
    store.feed_states = states  # type: ignore[method-assign]
    config = await said.after(engine, file, first)
    assert [one.name for one in config.feeds] == ["a", "b"]
    assert [one.feed for one in await engine.poller.states()] == ["a", "b"]


async def test_feeds_come_and_go_without_a_restart(engine: Engine, written: Written) -> None:
    config, file, said = written.read(), ConfigFile(written.path, written.read), Said()
    assert await said.after(engine, file, config) is config
    written.write(feed("b") + feed("c"))
    new = await said.after(engine, file, config)
    assert names(new) == ["b", "c"]
    assert said.told == ["configuration read again: added b, c; removed a"]
    assert [one.feed for one in await engine.feeds()] == ["b", "c"]
    assert [one.feed for one in await engine.poll_once()] == ["b", "c"]
    assert await said.after(engine, file, new) is new


async def test_a_wrong_configuration_is_told_once_with_its_line_and_the_old_one_stays(
    engine: Engine, written: Written
) -> None:
    config, file, said = written.read(), ConfigFile(written.path, written.read), Said()
    written.write(feed("b", "evry = 3\nkind = 3"))
    assert await said.after(engine, file, config) is config
    assert await said.after(engine, file, config) is config
    [words] = said.warned
    assert words.startswith(f"the configuration stays as it was: {written.path}:7 feeds.evry: unknown key")
    assert words.endswith("(and 1 more: cxtui config check)")
    assert [one.feed for one in await engine.feeds()] == ["a"]
    written.write(feed("a"))
    await said.after(engine, file, config)
    assert said.told == ["configuration read again: nothing is wrong with it any more"]
    written.write(feed("b"))
    assert names(await said.after(engine, file, config)) == ["b"]


async def test_a_changed_feed_gets_a_new_connector_and_the_others_keep_theirs(
    engine: Engine, written: Written
) -> None:
    written.write(feed("a") + feed("b"))
    await engine.change(before := written.read())
    a, b = (engine.connector(one) for one in before.feeds)
    written.write(feed("a", 'own = ["us"]') + feed("b"))
    assert await engine.change(after := written.read()) == ("a",)
    assert engine.connector(after.feeds[0]) is not a
    assert engine.connector(after.feeds[1]) is b


def test_an_editor_that_replaces_the_file_is_not_taken_for_a_loss(written: Written) -> None:
    file = ConfigFile(written.path, written.read)
    text = written.path.read_text()
    written.path.unlink()
    assert file.look() is None
    written.path.write_text(text)
    assert file.look() is not None
    written.path.unlink()
    assert file.look() is None
    with pytest.raises(ConfigError, match="there is no such"):
        file.look()
    assert file.look() is None
    assert written.reads == 2


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("", None),
        ('[keys]\n"queue.reply" = "R"\n', "configuration read again: [keys] from the next start on"),
        ('[outbox]\nhold = "20s"\n', "configuration read again: replies are held 20 s"),
    ],
)
def test_what_needs_a_restart_is_said(written: Written, more: str, said: str | None) -> None:
    was = written.read()
    written.write(feed("a") + more)
    assert taken(was, written.read(), ()) == said


async def test_the_screen_hears_of_it(written: Written, tmp_path: Path) -> None:
    desk = LiveDesk(
        written.read(), lambda: open_store(tmp_path / "data"), clock=lambda: datetime.now(UTC), polls=False
    )
    await desk.open()
    file = ConfigFile(written.path, written.read)
    try:
        written.write(feed("b"))
        await desk.reload(file)
        news = desk.take()
        assert news.said == ("configuration read again: added b; removed a",)
        assert [one.feed for one in news.feeds or ()] == ["b"]
        assert desk.capabilities("a") is None
        assert desk.capabilities("b") is not None
        written.write("nonsense")
        await desk.reload(file)
        assert f"{written.path}:3" in desk.take().notices[0]
    finally:
        await desk.close()


async def test_without_a_screen_a_pause_by_another_process_is_heeded(
    engine: Engine, written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "EVERY", 0)
    await engine.poll_once()
    told: list[str] = []
    heard = asyncio.Event()

    def tell(words: str) -> None:
        told.append(words)
        heard.set()

    file = ConfigFile(written.path, written.read)
    config = written.read()
    warner = Warner(
        engine.store, config.warnings, config.policies, "nok",
        clock=lambda: datetime.now(UTC), ring=lambda _: None, tell=tell,
    )  # fmt: skip
    tending = asyncio.create_task(engine.tend(file, config, tell, warner))
    try:
        async with asyncio.timeout(10):
            await asyncio.sleep(0)
            while "paused" not in [one.state for one in await engine.feeds()]:
                await engine.store.pause_feed("a", datetime.now(UTC))
                await engine.store.resume_feed("a", datetime.now(UTC))
                await engine.store.pause_feed("a", datetime.now(UTC))
            written.write(feed("b"))
            await heard.wait()
    finally:
        tending.cancel()
        await asyncio.gather(tending, return_exceptions=True)
    assert told == ["configuration read again: added b; removed a"]


async def test_what_a_connector_holds_open_is_let_go_when_its_feed_changed_and_at_the_end(
    store: Store, written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: dict[str, FakeNetwork] = {}

    def fake(one: Feed, _http: object) -> Connector:
        return made.setdefault(one.url, FakeNetwork())

    monkeypatch.setattr(engine_module, "connect", fake)
    written.write(feed("a") + feed("b"))
    engine = Engine(written.read(), store, clock=lambda: datetime.now(UTC))
    await engine.poll_once()
    written.write(feed("a") + feed("b").replace("b.example", "c.example"))
    await engine.change(written.read())
    assert [one.closings for one in made.values()] == [0, 1]
    await engine.poll_once()
    await engine.aclose()
    assert all(one.closings for one in made.values())
    assert len(made) == 3


OFFICE = """[[policy]]
name = "desk"
first_response = "30m"
hours = "office"
[calendars.office]
mon-fri = ["09:00-17:00"]
"""


async def test_new_policies_count_for_what_arrives_after_them(
    engine: Engine, store: Store, written: Written
) -> None:
    friday = datetime(2026, 11, 20, 16, 45, tzinfo=UTC)
    was = written.read()
    for n, more in enumerate(("", OFFICE)):
        written.write(feed("a") + more)
        await engine.change(written.read())
        heard = Arrival(str(n), "where is it?", Voice(f"@{n}"), thread=str(n), posted=friday)
        await store.ingest("feed", "comment", [heard], friday, feed="a")
    assert [row.due for row in await store.rows()] == [
        datetime(2026, 11, 20, 17, 45, tzinfo=UTC), datetime(2026, 11, 23, 9, 15, tzinfo=UTC),
    ]  # fmt: skip
    said = taken(was, written.read(), ())
    assert said == "configuration read again: the new policies count for what begins to wait from now on"


async def test_a_program_with_other_policies_never_takes_over(engine: Engine, written: Written) -> None:
    before = engine.leading.config
    written.write(feed("a") + OFFICE)
    await engine.change(written.read())
    assert engine.leading.config != before


async def test_the_screen_asks_for_the_hours_and_the_reasons_of_a_row(
    written: Written, tmp_path: Path
) -> None:
    written.write(OFFICE)
    friday = datetime(2026, 11, 20, 16, 45, tzinfo=UTC)
    store = await open_store(tmp_path / "data", written.read().policies)
    heard = Arrival("1", "where is it?", Voice("@mai"), thread="1", posted=friday)
    await store.ingest("feed", "comment", [heard], friday, feed="a")
    await store.close()
    desk = LiveDesk(written.read(), lambda: open_store(tmp_path / "data"), clock=lambda: friday, polls=False)
    (row,) = await desk.open()
    try:
        assert desk.calendar(row).name == "office"
        assert (
            "Not counted: Fri 20 Nov 17:00 to Mon 23 Nov 09:00 (closed)."
            in desk.explain(row, friday, UTC).why
        )
    finally:
        await desk.close()


async def test_a_changed_file_of_days_off_is_taken_like_the_configuration(
    engine: Engine, written: Written, tmp_path: Path
) -> None:
    def closed(day: str, turn: int) -> None:
        file = tmp_path / "closed.ics"
        file.write_text(f"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:{day}\nEND:VEVENT\nEND:VCALENDAR\n")
        os.utime(file, ns=(turn * 10**9, turn * 10**9))

    closed("20261123", 1)
    written.write(feed("a") + OFFICE + 'holidays = ["closed.ics"]\n')
    config, said = written.read(), Said()
    file = ConfigFile(written.path, written.read, config.beside)
    assert await said.after(engine, file, config) is config
    closed("20261124", 2)
    new = await said.after(engine, file, config)
    assert new.policies.listed[0].calendar.holiday(date(2026, 11, 24)) == "a day off"
    closed("nonsense", 3)
    assert await said.after(engine, file, new) is new
    assert f"{tmp_path / 'closed.ics'}:3 DTSTART 'nonsense'" in said.warned[0]
    assert len(said.told) == 1
