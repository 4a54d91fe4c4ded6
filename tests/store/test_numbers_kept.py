"""The numbers that a store keeps counted are those that a fresh count of all its documents gives."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxtui.core.filters import Sight, parse
from cxtui.core.item import Arrival, Voice
from cxtui.core.metrics import WINDOWS, Figure, Ledger, figures
from cxtui.core.triage import Act
from cxtui.errors import CxtuiError, StoreBroken
from cxtui.store import OutboxState, Outgoing, Store, counted, open_store
from cxtui.store.tables import Tables

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
T = TypeVar("T")
SAID: tuple[tuple[str, dict[str, Any]], ...] = (
    ("where is it?", {}),
    ("thank you, great!", {"tone": "praise"}),
    ("broken again", {"tone": "complaint"}),
    ("four stars", {"stars": 4.0, "kind": "review"}),
    ("nine", {"score": 9}),
)


async def ask(store: Store, work: Callable[[Tables], T]) -> T:
    """What the store's own thread gives."""
    return await store._ask(work)  # type: ignore[attr-defined]  # pyright: ignore[reportUnknownMemberType, reportAttributeAccessIssue, reportPrivateUsage, reportUnknownVariableType]


async def reckoned(store: Store, now: datetime, window: str = "all") -> tuple[Figure, ...]:
    return await store.count(lambda ledger: ledger.figures(now, window))


def records(found: tuple[Figure, ...]) -> list[dict[str, Any]]:
    return [{**one.record(), "ids": sorted(one.ids)} for one in found]


async def the_same(store: Store, now: datetime, window: str = "all") -> None:
    kept, fresh = await reckoned(store, now, window), figures(await store.facts(), now, window)
    for one, other in zip(records(kept), records(fresh), strict=True):
        assert one == other, one["metric"]


FILTERS = (
    "feed:f", "kind:review", "stars:>3", "tag:vip", "-tag:vip", "since:-2d", "tone:complaint", "is:answered",
    "is:late", "by:desk", "text~broken", "from:@person1", "great | is:open", "has:question", "-from:@person2",
    "is:mine", "text~four kind:review", "id:f:1",
)  # fmt: skip


async def the_same_under_a_filter(store: Store, now: datetime, words: str) -> None:
    only, sight = parse(words), Sight(now, UTC, "nok")
    kept = await store.count(lambda ledger: ledger.figures(now), only, sight)
    facts, keep = await store.facts(), only.keep(sight)
    part = facts.narrowed(keep, only.fits) if only.early else facts.narrowed(keep)
    for one, other in zip(records(kept), records(figures(part, now)), strict=True):
        assert one == other, (words, one["metric"])


async def happens(store: Store, dice: random.Random, now: datetime) -> None:
    """Something that people or networks do; what is not lawful now is left."""
    who, key = f"@person{dice.randrange(4)}", f"f:{dice.randrange(1, 9)}"
    text, facts = dice.choice(SAID)
    arrival = Arrival(
        str(dice.randrange(1, 9)), f"{text} {dice.randrange(3)}", Voice(who), posted=now, thread=f"t{who}",
        **{"kind": "comment", **facts},  # pyright: ignore[reportArgumentType] - drawn together
    )  # fmt: skip
    ours = Arrival(
        f"r{dice.randrange(9)}",
        "on its way",
        Voice("desk"),
        posted=now,
        own="strong",
        parent=key.partition(":")[2],
    )
    acts = (
        Act(key, "closed", {"reason": "spam"}), Act(key, "tagged", {"tag": "vip"}),
        Act(key, "recommends", {}),
        Act(key, "toned", {"tone": dice.choice(("praise", "complaint"))}),
        Act(key, "snoozed", {"until": None}), Act(key, "closed", {"reason": "answered-elsewhere"}),
    )  # fmt: skip
    try:
        match dice.randrange(8):
            case 0 | 1 | 2:
                await store.ingest("net", "comment", [arrival], now, feed="f")
            case 3:
                await store.ingest("net", "comment", [ours], now, feed="f")
            case 4 | 5:
                await store.act(dice.choice(acts), "nok", now)
            case 6:
                await store.undo("nok", now)
            case _ if dice.random() < 0.3:
                await store.forget(who, now)
            case _:
                await store.redo("nok", now)
    except CxtuiError:
        pass


async def lives(folder: Path | None, seed: int, *, long: int = 25) -> None:
    dice, now = random.Random(seed), NOW  # noqa: S311 - no secret
    store = await open_store(folder)
    try:
        for _ in range(long):
            now += timedelta(minutes=dice.choice((1, 30, 61, 600, 1500, 9000)))
            await happens(store, dice, now)
            await the_same(store, now + timedelta(minutes=dice.choice((-50, 0, 70))), dice.choice([*WINDOWS]))
            await the_same_under_a_filter(store, now, dice.choice(FILTERS))
    finally:
        await store.close()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32))
def test_after_every_act_the_kept_numbers_are_those_of_a_fresh_count(seed: int) -> None:
    asyncio.run(lives(None, seed))


async def test_in_the_embedded_store_too(tmp_path: Path) -> None:
    for seed in range(6):
        await lives(tmp_path / str(seed), seed)


def says(native: str, who: str, text: str = "where is it?", **more: object) -> Arrival:
    return Arrival(native, text, Voice(who), posted=NOW, thread=f"t{who}", **more)  # pyright: ignore[reportArgumentType] - drawn together


async def hear(store: Store, *heard: Arrival) -> None:
    await store.ingest("net", "comment", heard, NOW, feed="f")


@pytest.fixture
async def filled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store whose columns are kept, of whom three were answered and two wait."""
    monkeypatch.setattr(counted, "MANY", 5)
    store = await open_store(tmp_path)
    await hear(store, *(says(str(n), f"@person{n}", tone="complaint") for n in range(5)))
    await hear(store, *(says(f"r{n}", "desk", "it comes", own="strong", parent=str(n)) for n in range(3)))
    await reckoned(store, NOW)
    await store.close()
    return tmp_path


async def kept(store: Store) -> tuple[int, bytes] | None:
    return await ask(store, lambda tables: tables.kept())


async def test_the_next_program_reads_only_what_is_open_or_new(filled: Path) -> None:
    store, asked = await open_store(filled), set[tuple[str, int]]()
    await hear(store, says("5", "@person5"))

    def count(tables: Tables) -> Ledger:
        class Watched:
            """The same tables, noting which documents are read."""

            def numbered(self, table: str, numbers: list[int]) -> object:
                asked.update((table, number) for number in numbers)
                return tables.numbered(table, numbers)

            def __getattr__(self, name: str) -> object:
                return getattr(tables, name)

        return counted.Counted().ledger(Watched())  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

    ledger = await ask(store, count)
    assert len(ledger.waits) == 6
    assert {number for table, number in asked if table == "intervals"} == {4, 5, 6}
    assert {number for table, number in asked if table == "items"} == {6}
    await the_same(store, NOW + timedelta(hours=2))
    await store.close()


async def test_forgetting_somebody_leaves_nothing_of_them_in_what_is_kept_and_moves_no_number(
    filled: Path,
) -> None:
    store = await open_store(filled)
    later = NOW + timedelta(days=9)
    before = [one.record() for one in await reckoned(store, later)]
    assert b"f:1" in (await kept(store) or (0, b""))[1]
    await store.forget("@person1", NOW)
    assert await kept(store) is None
    assert [one.record() for one in await reckoned(store, later)] == before
    assert b"f:1" not in (await kept(store) or (0, b""))[1]
    await store.close()
    store = await open_store(filled)
    assert [one.record() for one in await reckoned(store, later)] == before
    await store.close()


@pytest.mark.parametrize("body", [b"", b"\x81", b"\x81\xa4form\xa11", b"no such thing"])
async def test_what_cannot_be_used_is_counted_anew(filled: Path, body: bytes) -> None:
    store = await open_store(filled)

    def spoil(tables: Tables) -> None:
        with tables.commit():
            cursor = tables.moved(None)
            tables.keep(cursor.cursor if cursor else 0, body)

    await ask(store, spoil)
    await the_same(store, NOW + timedelta(hours=2))
    await store.close()


async def test_what_another_program_writes_is_counted(filled: Path) -> None:
    mine, other = await open_store(filled), await open_store(filled)
    await the_same(mine, NOW)
    await hear(other, says("9", "@noy"))
    await other.act(Act("f:4", "closed", {"reason": "spam"}), "nok", NOW)
    await the_same(mine, NOW)
    assert len((await mine.facts()).items) == 6
    await mine.close()
    await other.close()


async def test_a_commit_that_fails_leaves_no_trace_and_is_harmless(filled: Path) -> None:
    store = await open_store(filled)
    await reckoned(store, NOW)

    def fail(tables: Tables) -> None:
        with tables.commit():
            tables.drop("items", "f:1")
            raise KeyError

    before = await ask(store, lambda tables: tables.moved(None))
    with pytest.raises(KeyError):
        await ask(store, fail)
    assert await ask(store, lambda tables: tables.moved(None)) == before
    await the_same(store, NOW)
    await store.close()


async def test_who_does_not_know_what_moved_counts_all(filled: Path) -> None:
    store = await open_store(filled)
    await reckoned(store, NOW)
    await ask(store, lambda tables: tables._storage._file.rows('DELETE FROM "+moved"'))  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportPrivateUsage, reportUnknownMemberType, reportUnknownLambdaType]
    await hear(store, says("7", "@new"))
    await the_same(store, NOW)
    await store.close()


@pytest.mark.parametrize("steps", [("queued",), ("queued", "sending"), ("queued", "sending", "failed")])
async def test_what_is_in_the_outbox_or_failed_is_no_reply_yet_and_the_clock_runs(
    filled: Path, steps: tuple[OutboxState, ...]
) -> None:
    store = await open_store(filled)
    row, later = await store.row("f:4"), NOW + timedelta(minutes=61)
    before = records(await reckoned(store, later))
    await store.put_outgoing(
        Outgoing(
            id="token", item=row.id, interval=row.id, feed="f", native="4", thread="t", text="soon",
            kind="answer", visibility="public", state="queued", by="nok", made=NOW, changed=NOW, until=NOW,
        )
    )  # fmt: skip
    for step in steps[1:]:
        known = await store.outgoing("token")
        await store.move("token", step, NOW, expected=known)
    assert [one.state for one in await store.outbox()] == [steps[-1]]
    assert records(await reckoned(store, later)) == before
    late = next(one for one in await reckoned(store, later) if one.metric == "late_now")
    assert row.id in late.ids
    await store.close()


async def test_after_a_reading_that_failed_all_is_counted_anew(filled: Path) -> None:
    store, kept = await open_store(filled), counted.Counted()
    await ask(store, kept.ledger)
    await store.act(Act("f:4", "tagged", {"tag": "vip"}), "nok", NOW)

    def broken(tables: Tables) -> None:
        class Broken:
            """The same tables, where no document can be read."""

            def numbered(self, *_: object) -> object:
                raise StoreBroken("damaged")

            def __getattr__(self, name: str) -> object:
                return getattr(tables, name)

        kept.ledger(Broken())  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

    with pytest.raises(StoreBroken):
        await ask(store, broken)
    ledger = await ask(store, kept.ledger)
    assert records(ledger.figures(NOW)) == records(figures(await store.facts(), NOW))
    await store.close()


async def test_a_table_that_was_emptied_is_counted_anew(filled: Path) -> None:
    store = await open_store(filled)
    await reckoned(store, NOW)
    await ask(store, lambda tables: tables._storage.clear("items"))  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportPrivateUsage, reportUnknownMemberType, reportUnknownLambdaType]
    found = {one.metric: one.n for one in await reckoned(store, NOW)}
    assert (found["share_bad"], found["waiting_now"]) == (0, 2)
    await the_same(store, NOW)
    await store.close()
