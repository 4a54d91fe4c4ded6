"""A changed configuration is taken while the program runs; a wrong one changes nothing."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from engine_fakes import FakeNetwork

from cxtui.config import Config, load
from cxtui.connectors import Connector
from cxtui.core.feed import Feed
from cxtui.engine import engine as engine_module
from cxtui.engine.engine import Engine
from cxtui.engine.live import LiveDesk
from cxtui.engine.reload import ConfigFile, taken
from cxtui.errors import ConfigError
from cxtui.store import Store, open_store

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
    tending = asyncio.create_task(engine.tend(file, written.read(), tell))
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
