"""A whole store, what it says, and what it says after its file was damaged or its disk was full."""

from __future__ import annotations

import asyncio
import resource
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

from cxtui.core.item import Arrival, Voice
from cxtui.core.triage import Act
from cxtui.errors import StoreError
from cxtui.store import FeedState, Outgoing, Store, open_store
from cxtui.store.tinydb import FILE, backups
from cxtui.store.tinydb.examining import examine

NOW: Final = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
PEOPLE: Final = 60
WORDS: Final = (
    "where",
    "is",
    "my",
    "lamp",
    "it",
    "was",
    "promised",
    "for",
    "friday",
    "and",
    "the",
    "wall",
    "dark",
)


def flips(number: int, seed: int = 1) -> Counter[str]:
    """Turn one bit of the file, ``number`` times; gives how the store took it."""

    def flip(content: bytearray, random: Random) -> None:
        content[random.randrange(len(content))] ^= 1 << random.randrange(8)

    return asyncio.run(_damaged(number, seed, flip))


def cuts(number: int, seed: int = 1) -> Counter[str]:
    """Cut the file off somewhere, ``number`` times."""

    def cut(content: bytearray, random: Random) -> None:
        end = random.randrange(len(content))
        del content[end if random.random() < 0.5 else end // 4096 * 4096 :]

    return asyncio.run(_damaged(number, seed, cut))


def full(step: int) -> Counter[str]:
    """Let every kind of act meet a disk that takes ``step`` bytes more each time, until it fits."""
    total = Counter[str]()
    for name, act in ACTS.items():
        with tempfile.TemporaryDirectory() as folder:
            asyncio.run(build(Path(folder) / "whole"))
            room, done = 0, False
            while not done:
                store = Path(folder) / "tried"
                shutil.rmtree(store, ignore_errors=True)
                shutil.copytree(Path(folder) / "whole", store)
                done = asyncio.run(_crowded(store, act, room, total))
                room += step
        total[f"kinds: {name}"] += 1
    return total


async def build(folder: Path, people: int = PEOPLE) -> None:
    """A store in which a bit of everything has happened."""
    random, store = Random(3), await open_store(folder)  # noqa: S311 - no secret
    try:
        for number in range(people):
            said = [
                _says(f"{number}.{i}", number * 10 + i, " ".join(random.sample(WORDS, 6))) for i in range(3)
            ]
            state = FeedState("f", "feed", cursor=str(number), state="ok", last_ok=NOW)
            await store.ingest("net", "comment", said, NOW, feed="f", state=state)
        rows = await store.rows()
        for row in rows[: people // 4]:
            await store.act(Act(row.id, "tagged", {"tag": "vip"}), "nok", NOW)
        for row in rows[people // 4 : people // 2]:
            await store.act(Act(row.id, "closed", {"reason": "spam"}), "nok", NOW)
        for number, row in enumerate(rows[people // 2 : people // 2 + 5]):
            await store.put_outgoing(outgoing(row.id, f"token{number}"))
    finally:
        await store.close()


async def told(store: Store) -> dict[str, Any]:
    """All that a store says when it is asked."""
    rows = await store.rows(everything=True)
    return {
        "open": [row.id for row in await store.rows()],
        "rows": rows,
        "threads": [await store.thread(row.id) for row in rows],
        "outbox": await store.outbox(everything=True),
        "feeds": await store.feed_states(),
        "log": await store.feed_log("f"),
        "export": await store.export(),
        "found": [await store.search(words, 60) for words in ("lamp", "friday", "m0")],
    }


def outgoing(row: str, token: str) -> Outgoing:
    """A reply in its window."""
    return Outgoing(
        id=token, item=row, interval=row, feed="f", native=row.partition(":")[2], thread="t", text="soon",
        kind="answer", visibility="public", state="queued", by="nok", made=NOW, changed=NOW, until=NOW,
    )  # fmt: skip


async def _damaged(number: int, seed: int, damage: Callable[[bytearray, Random], None]) -> Counter[str]:
    total, random = Counter[str](), Random(seed)  # noqa: S311 - no secret
    with tempfile.TemporaryDirectory() as folder:
        whole, tried = Path(folder) / "whole", Path(folder) / "tried"
        await build(whole)
        backups.take(whole / FILE, NOW)  # as every store has one that was polled for
        content = (whole / FILE).read_bytes()
        shutil.copytree(whole, tried)
        right = await _asked(tried)  # a copy knows that it is one
        for _ in range(number):
            shutil.rmtree(tried, ignore_errors=True)
            shutil.copytree(whole, tried)
            spoilt = bytearray(content)
            damage(spoilt, random)
            (tried / FILE).write_bytes(spoilt)
            total[await _taken(tried, right, same=bytes(spoilt) == content)] += 1
    return total


async def _asked(folder: Path) -> dict[str, Any]:
    store = await open_store(folder)
    try:
        return await told(store)
    finally:
        await store.close()


async def _taken(folder: Path, right: dict[str, Any], *, same: bool) -> str:
    """How a store takes damage: refused at open, refused when asked or looked through, harmless, silent."""
    try:
        store = await open_store(folder)
    except StoreError:
        return "refused at open"
    try:
        if (await told(store)) != right:
            return "silent"
        await store.check()
    except StoreError:
        return "refused when asked"
    finally:
        await store.close()
    return "same" if same else "harmless"


def _says(native: str, minutes: int, text: str) -> Arrival:
    who = native.partition(".")[0]
    at = NOW - timedelta(minutes=minutes)
    return Arrival(native, text, Voice(f"@m{who}", f"M {who}"), thread=f"t{who}", posted=at)


async def _hears(store: Store, row: str) -> None:
    del row
    state = FeedState("f", "feed", cursor="next", state="ok", last_ok=NOW)
    said = [_says(f"new.{number}", number, " ".join(WORDS * 4)) for number in range(20)]
    await store.ingest("net", "comment", said, NOW, feed="f", state=state)


async def _queues(store: Store, row: str) -> None:
    await store.put_outgoing(outgoing(row, "new"))


async def _sends(store: Store, row: str) -> None:
    del row
    before = await store.outgoing("token0")
    await store.move("token0", "sending", NOW, expected=before)


async def _closes(store: Store, row: str) -> None:
    await store.act(Act(row, "closed", {"reason": "spam"}), "nok", NOW)


async def _undoes(store: Store, row: str) -> None:
    del row
    await store.undo("nok", NOW)


async def _backs_up(store: Store, row: str) -> None:
    del row
    await store.backup(NOW)


ACTS: Final = {
    "hearing": _hears, "queueing": _queues, "sending": _sends, "closing": _closes, "undoing": _undoes,
    "backup": _backs_up,
}  # fmt: skip


async def _crowded(folder: Path, act: Callable[[Store, str], Any], room: int, total: Counter[str]) -> bool:
    """Do it with so much room; whether it fitted. What it left is all or nothing, in memory and on disk."""
    store = await open_store(folder)
    before = await told(store)
    row = before["open"][-1]
    done = False
    try:
        with _no_larger(folder, room):
            await act(store, row)
        done = True
    except StoreError:
        total["refused"] += 1
    total["tries"] += 1
    there = await told(store)
    await store.close()
    total["half"] += not done and there != before
    total["half"] += bool(examine(folder / FILE, words=True)) or (await _asked(folder)) != there
    total["half"] += _scraps(folder)
    return done


def _scraps(folder: Path) -> int:
    """Copies that did not become backups."""
    return len([*folder.rglob("*.part*")])


@contextmanager
def _no_larger(folder: Path, room: int) -> Generator[None]:
    """No file may grow beyond ``room`` bytes more than the store's log or, for a copy, than nothing."""
    log = folder / f"{FILE}-wal"
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    size = (log.stat().st_size if log.exists() else 0) + room
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
