"""Due times in a store: by the policies of their time, whatever the configuration says later."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from cxtui.core.calendar import Calendar
from cxtui.core.clock import Policy, Target
from cxtui.core.filters import parse
from cxtui.core.item import Arrival, Voice
from cxtui.core.policies import Policies
from cxtui.core.triage import Act
from cxtui.store import Store, open_store

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = Calendar("office", BERLIN, (((9 * 60, 17 * 60),),) * 5 + ((), ()))
FRIDAY = datetime(2026, 11, 20, 15, 45, tzinfo=UTC)
"""16:45 in Berlin."""
MINUTE = timedelta(minutes=1)


def after(minutes: float) -> Target:
    return Target(worked=timedelta(minutes=minutes))


BEFORE = Policies((
    Policy("now", after(10), calendar=OFFICE, match=parse("priority:urgent")),
    Policy("desk", after(30), update=after(60), calendar=OFFICE),
))  # fmt: skip
LATER = Policies((
    Policy("now", after(1), match=parse("priority:urgent")),
    Policy("desk", after(5), update=after(5)),
))  # fmt: skip


@pytest.fixture(params=["memory", "embedded"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    store = await open_store(tmp_path if request.param == "embedded" else None, BEFORE)
    yield store
    await store.close()


async def hear(store: Store, native: str, minutes: float = 0, **facts: object) -> None:
    at = FRIDAY + minutes * MINUTE
    made = Arrival(native, "where is it?", Voice("@mai"), thread=native, posted=at, **facts)  # pyright: ignore[reportArgumentType]
    await store.ingest("net", "comment", [made], at, feed="f")


async def act(store: Store, verb: str, minutes: float, **detail: object) -> None:
    await store.act(Act("f:1", verb, detail), "nok", FRIDAY + minutes * MINUTE)  # pyright: ignore[reportArgumentType]


async def hold(store: Store, minutes: float) -> None:
    """A holding reply of ours is seen on the network."""
    at = FRIDAY + minutes * MINUTE
    held = Arrival(
        "r",
        "we look into it",
        Voice("desk"),
        thread="1",
        parent="1",
        posted=at,
        own="strong",
        reply_kind="holding",
    )
    await store.ingest("net", "comment", [held], at, feed="f")


async def due(store: Store) -> datetime:
    return (await store.row("f:1")).interval.due


async def test_a_due_time_of_a_store_is_in_working_time(store: Store) -> None:
    await hear(store, "1")
    row = await store.row("f:1")
    assert (row.due, row.interval.policy) == (datetime(2026, 11, 23, 8, 15, tzinfo=UTC), "desk")


async def test_other_policies_count_for_what_begins_to_wait_after_them(store: Store) -> None:
    await hear(store, "1")
    await hold(store, 5)
    held = await store.row("f:1")
    store.take(LATER)
    await hear(store, "2", 6)
    await act(store, "noted", 7, text="she called")
    row = await store.row("f:1")
    assert (row.due, row.soon, row.interval.due) == (held.due, held.soon, held.interval.due)
    assert row.due == datetime(2026, 11, 23, 8, 50, tzinfo=UTC)
    assert (await store.row("f:2")).due == FRIDAY + 11 * MINUTE


async def test_a_raised_priority_is_kept_undone_and_never_counted_anew(store: Store) -> None:
    await hear(store, "1")
    calm = await due(store)
    await act(store, "priority", 1, level="urgent")
    raised = await due(store)
    store.take(LATER)
    await act(store, "noted", 2, text="she called")
    assert (raised, await due(store)) == (FRIDAY + 10 * MINUTE, raised)
    await store.undo("nok", FRIDAY + 3 * MINUTE)
    await store.undo("nok", FRIDAY + 3 * MINUTE)
    assert await due(store) == calm


@pytest.mark.parametrize("policies", [BEFORE, LATER])
async def test_an_export_keeps_every_due_time_whatever_policies_the_other_store_has(
    store: Store, policies: Policies
) -> None:
    await hear(store, "1")
    await hear(store, "2", 1)
    await act(store, "priority", 2, level="urgent")
    other = await open_store(None, policies)
    await other.load(list(enumerate(await store.export(), 1)), FRIDAY)
    assert [(row.id, row.due) for row in await other.rows()] == [
        (row.id, row.due) for row in await store.rows()
    ]
    await other.load(list(enumerate(await store.export(), 1)), FRIDAY)
    assert [(row.id, row.due) for row in await other.rows()] == [
        (row.id, row.due) for row in await store.rows()
    ]
    await other.close()
