"""An import is a border: nothing comes in that the store could not give back, or a terminal not show."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cxtui.core.calendar import Calendar
from cxtui.core.clock import Policy, Target
from cxtui.core.policies import Policies
from cxtui.errors import UsageError
from cxtui.store import Record
from cxtui.store.book import Book
from cxtui.store.details import KNOWN, NEEDS, told
from cxtui.store.memory import MemoryTables

AT = "2026-11-20T09:45:00Z"
NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
ITEM: Record = {"v": 1, "type": "item", "id": "f:1", "feed": "f", "text": "where?", "posted": AT}
OFFICE = Calendar("office", ZoneInfo("Asia/Vientiane"), (((9 * 60, 18 * 60),),) * 5 + ((), ()))
FROZEN = Policies((Policy("desk", Target(worked=timedelta(hours=4)), calendar=OFFICE, warn=timedelta(0)),))
EDITED = Policies((
    Policy("desk", Target(days=3), update=Target(worked=timedelta(minutes=5)), warn=1.0),
))  # fmt: skip


def event(verb: str, **detail: Any) -> Record:
    return {"v": 1, "type": "event", "id": "e", "item": "f:1", "verb": verb, "at": AT, "detail": detail}


async def book(policies: Policies = FROZEN) -> Book:
    found = Book(MemoryTables, policies)
    await found.open()
    return found


BAD: dict[str, Record] = {
    "a level nobody knows": event("priority", level="superhigh"),
    "a level that is no text": event("priority", level=5),
    "a reason nobody knows": event("closed", reason="bored"),
    "a tone nobody knows": event("toned", tone="furious"),
    "a tag that is a list": event("tagged", tag=["vip"]),
    "a tag without a letter": event("tagged", tag="\x1b \n"),
    "a name that is a number": event("claimed", **{"for": 7}),
    "evidence that is a table": event("probably", evidence={}),
    "a year that no clock shows": event("snoozed", until="9999-12-31T23:00:00Z"),
    "an act in the year 1": {**event("woken"), "at": "0001-01-01T00:00:00+07:00"},
    "a due time in the year 9999": {"v": 1, "type": "interval", "item": "f:1", "due": "9999-12-31T23:59:59Z"},
    "a promise in the year 1": {
        "v": 1, "type": "promise", "item": "f:1", "text": "x", "made": AT, "due": "0001-01-01T00:00:00Z",
    },
    "a wait that ends in the year 9999": {
        "v": 1, "type": "interval", "item": "f:1", "due": AT, "follows": [[AT, "9999-12-31T23:59:59Z"]],
    },
    "a warning that is no length": {
        "v": 1, "type": "interval", "item": "f:1", "due": AT, "warn": "soon",
    },
}  # fmt: skip


@pytest.mark.parametrize("what", BAD)
async def test_what_no_interval_can_hold_is_refused_with_its_line(what: str) -> None:
    store = await book()
    with pytest.raises(UsageError, match="line 2: "):
        await store.load([(1, ITEM), (2, BAD[what])], NOW)
    assert await store.rows(everything=True) == ()
    await store.close()


async def test_what_may_be_said_is_taken() -> None:
    """Every word that is known leaves rows that can be read."""
    for verb, (name, words) in KNOWN.items():
        for word in words:
            store = await book()
            await store.load([(1, ITEM), (2, event(verb, **{name: word}))], NOW)
            assert len(await store.rows(everything=True)) == 1, (verb, word)
            await store.close()


def test_what_a_verb_needs_must_be_there() -> None:
    for verb in NEEDS:
        with pytest.raises(ValueError, match=f"{verb} needs detail"):
            told(verb, {})  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]


async def test_names_of_frozen_clocks_reach_no_terminal_as_codes() -> None:
    store = await book()
    fixed: Record = {
        "v": 1, "type": "interval", "item": "f:1", "policy": "x\x1b[31mred", "calendar": "a\nb", "due": AT,
    }  # fmt: skip
    await store.load([(1, ITEM), (2, fixed), (3, event("tagged", tag="vip\x1b[0m\nbig"))], NOW)
    (row,) = await store.rows()
    waits = row.interval
    assert all(text.isprintable() for text in (waits.policy, waits.calendar, *waits.tags))
    await store.close()


async def test_a_message_of_the_year_1_was_written_when_it_was_seen() -> None:
    store = await book()
    await store.load([(1, {**ITEM, "posted": "0001-01-01T00:00:00+07:00", "seen": AT})], NOW)
    (row,) = await store.rows()
    assert (row.interval.start.isoformat(), row.interval.opener.flagged) == (
        "2026-11-20T09:45:00+00:00", "time before 1990",
    )  # fmt: skip
    await store.close()


async def test_all_that_is_frozen_comes_along_whatever_the_policies_say_by_now() -> None:
    """Held on Friday at 17:05 in hours until six: the next word is due on Monday, there and here."""
    held: Record = {
        "v": 1, "type": "reply", "item": "f:1", "at": "2026-11-20T10:05:00Z", "kind": "holding", "by": "nok",
    }  # fmt: skip
    first, other = await book(), await book(EDITED)
    await first.load([(1, ITEM), (2, held), (3, {**ITEM, "id": "f:2"})], NOW)
    records = list(enumerate(await first.export(), 1))
    await other.load(records, NOW)
    for store in (first, other):
        rows = {row.id: row for row in await store.rows()}
        waits = rows["f:1"].interval
        assert waits.running == ("update", datetime(2026, 11, 23, 5, 5, tzinfo=UTC))
        assert (rows["f:2"].due, rows["f:2"].interval.target) == (
            datetime(2026, 11, 23, 4, 45, tzinfo=UTC), timedelta(hours=4),
        )  # fmt: skip
        assert rows["f:2"].soon == rows["f:2"].due
    assert list(enumerate(await other.export(), 1)) == records
    await first.close()
    await other.close()
