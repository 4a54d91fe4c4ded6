"""The programs of rules: started once for a message, told what it says, never able to hold anything up."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cxtui.core.filters import parse
from cxtui.core.item import Arrival, Voice
from cxtui.core.policies import Policies
from cxtui.core.rules import Rule, Rules, acts
from cxtui.engine.leading import fingerprint
from cxtui.engine.ruling import Ruling
from cxtui.store import Store, open_store

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
EVIL = "'; touch pwned; $(touch pwned) `touch pwned`\nsecond line"


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = await open_store(tmp_path / "data")
    yield store
    await store.close()


def rules(*programs: str) -> Rules:
    return Rules(tuple(
        Rule(f"r{n}", parse("kind:comment"), acts([f"run {program}", "tag loud"]))
        for n, program in enumerate(programs)
    ))  # fmt: skip


async def hears(store: Store, found: Rules, *texts: str) -> None:
    store.take(Policies(), found)
    page = [Arrival(f"{n}", text, Voice("@mai"), thread=f"{n}", posted=NOW) for n, text in enumerate(texts)]
    await store.ingest("net", "comment", page, NOW, feed="f")


def writes(file: Path, *names: str) -> str:
    """A program that notes its words and some of its environment."""
    told = "; ".join(f"f.write(repr(os.environ.get({name!r})) + chr(10))" for name in names)
    code = f"import os, sys; f = open({str(file)!r}, 'a'); f.write(repr(sys.argv[1:]) + chr(10)); {told}"
    return f'{sys.executable} -c "{code}"'


async def test_the_message_stands_in_the_environment_and_no_shell_reads_it(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOP_TOKEN", "secret")
    monkeypatch.chdir(tmp_path)
    names = ("CXTUI_RULE", "CXTUI_ITEM", "CXTUI_HANDLE", "CXTUI_TEXT", "CXTUI_TAGS", "SHOP_TOKEN")
    found = rules(f"{writes(tmp_path / 'told', *names)} 'two words' $HOME;")
    await hears(store, found, EVIL)
    said: list[str] = []
    await Ruling(store, found, said.append).once()
    assert said == []
    assert (tmp_path / "told").read_text().splitlines() == [
        "['two words', '$HOME;']", "'r0'", "'f:0'", "'@mai'", repr(EVIL), "'loud'", "None",
    ]  # fmt: skip
    assert not (tmp_path / "pwned").exists()


async def test_each_is_started_once_however_often_is_looked(store: Store, tmp_path: Path) -> None:
    found = rules(writes(tmp_path / "told", "CXTUI_ITEM"))
    await hears(store, found, "one", "two")
    for _ in range(3):
        await Ruling(store, found, print).once()
    assert sorted((tmp_path / "told").read_text().splitlines()) == ["'f:0'", "'f:1'", "[]", "[]"]


async def test_one_that_fails_is_said_once_and_stops_no_other(store: Store, tmp_path: Path) -> None:
    found = rules("/nowhere/at-all", "false", writes(tmp_path / "told"))
    await hears(store, found, "one", "two")
    said: list[str] = []
    ruling = Ruling(store, found, said.append)
    await ruling.once()
    assert said == [
        "rule r0: /nowhere/at-all could not be started: No such file or directory",
        "rule r1: false ended with exit code 1",
    ]
    assert (tmp_path / "told").read_text() == "[]\n[]\n"


async def test_one_that_does_not_end_is_stopped(store: Store) -> None:
    found = rules("sleep 600")
    await hears(store, found, "one")
    said: list[str] = []
    await Ruling(store, found, said.append, seconds=0.2).once()
    assert said == ["rule r0: sleep was not done after 0.2 s and was stopped"]
    assert await store.errands() == ()


async def test_what_is_configured_no_more_is_not_started(store: Store, tmp_path: Path) -> None:
    await hears(store, rules(writes(tmp_path / "told")), "one")
    await Ruling(store, Rules(), print).once()
    assert not (tmp_path / "told").exists()
    assert await store.errands() == ()


async def test_only_who_polls_starts_them(store: Store, tmp_path: Path) -> None:
    found = rules(writes(tmp_path / "told"))
    leads, turns, rests = False, asyncio.Semaphore(0), asyncio.Semaphore(0)

    async def rest(_: float) -> None:
        rests.release()
        await turns.acquire()

    running = asyncio.create_task(Ruling(store, found, print).run(lambda: leads, rest))

    async def look() -> None:
        turns.release()
        async with asyncio.timeout(10):
            await rests.acquire()

    await hears(store, found, "one")
    await rests.acquire()
    await look()
    await look()
    assert not (tmp_path / "told").exists()
    leads = True
    await look()
    assert (tmp_path / "told").read_text() == "[]\n"
    await look()
    assert (tmp_path / "told").read_text() == "[]\n"
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


def test_a_process_with_other_rules_is_another_one() -> None:
    prints = [fingerprint((), None, rules(*programs)) for programs in ((), ("a",), ("b",), ("a", "b"))]
    assert len(set(prints)) == len(prints)
    assert fingerprint((), None, Rules()) == fingerprint(()), "without rules nothing is different"
