"""What one process has for a time: the polling, a reply being written. The same over every backend."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cxtui.core.item import Arrival, Voice
from cxtui.errors import Conflict, NotFound
from cxtui.store import FeedState, Store, open_store
from cxtui.store.leases import WRITING, Lead

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(params=["memory", "embedded"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    store = await open_store(tmp_path / "data" if request.param == "embedded" else None)
    yield store
    await store.close()


async def led(store: Store, owner: str = "a", config: str = "c") -> Lead:
    return await store.lead(await store.leader(), owner, "nok", config, NOW)


async def heard(store: Store, term: int | None = None) -> None:
    said = [Arrival("1", "where is it?", Voice("@mai"), thread="t", posted=NOW)]
    await store.ingest("net", "comment", said, NOW, feed="f", state=FeedState("f", cursor="x"), term=term)


async def test_at_first_nobody_leads(store: Store) -> None:
    assert await store.leader() == Lead()


async def test_of_two_who_saw_the_same_one_leads(store: Store) -> None:
    seen = await store.leader()
    first = await store.lead(seen, "a", "nok", "c", NOW)
    with pytest.raises(Conflict):
        await store.lead(seen, "b", "mai", "c", NOW)
    assert await store.leader() == first


async def test_a_sign_of_life_keeps_others_out(store: Store) -> None:
    first = await led(store)
    seen = await store.leader()
    await store.renew(first, "c", NOW)
    with pytest.raises(Conflict):
        await store.lead(seen, "b", "mai", "c", NOW)


async def test_no_term_is_given_twice(store: Store) -> None:
    first = await led(store)
    await store.resign(first)
    second = await led(store, "b")
    await store.resign(second)
    third = await led(store)
    assert [first.term, second.term, third.term] == [1, 2, 3]


async def test_a_leader_whose_term_is_over_writes_nothing_and_learns_it(store: Store) -> None:
    old = await led(store)
    await store.put_feed_state(FeedState("f", cursor="his"), term=old.term)
    new = await led(store, "b")
    for late in (store.put_feed_state(FeedState("f", cursor="late"), term=old.term), heard(store, old.term)):
        with pytest.raises(Conflict):
            await late
    with pytest.raises(Conflict):
        await store.renew(old, "c", NOW)
    await store.resign(old)
    assert (await store.leader()).owner == new.owner
    assert (await store.feed_states())["f"].cursor == "his"
    assert await store.rows() == ()


async def test_who_has_resigned_writes_no_more(store: Store) -> None:
    lead = await led(store)
    await store.resign(lead)
    with pytest.raises(Conflict):
        await heard(store, lead.term)


async def test_what_a_leader_hears_is_kept(store: Store) -> None:
    lead = await led(store)
    await heard(store, lead.term)
    assert [row.id for row in await store.rows()] == ["f:1"]


async def test_a_change_of_leader_is_told_and_a_sign_of_life_is_not(store: Store) -> None:
    cursor = (await store.changes(None)).cursor
    lead = await led(store)
    changes = await store.changes(cursor)
    assert changes.leader
    lead = await store.renew(lead, "c", NOW + DAY)
    assert await store.changes(changes.cursor) == await store.changes(None)
    await store.renew(lead, "other", NOW)
    assert (await store.changes(changes.cursor)).leader
    assert (await store.leader()).config == "other"


async def test_a_wish_to_ask_now_is_told(store: Store) -> None:
    cursor = (await store.changes(None)).cursor
    await store.ask_feeds()
    assert (await store.changes(cursor)).asked
    assert not (await store.changes((await store.changes(None)).cursor)).asked


async def test_who_writes_is_told_until_they_end(store: Store) -> None:
    await heard(store)
    cursor = (await store.changes(None)).cursor
    await store.reply_begins("f:1", "nok", "a", NOW)
    changes = await store.changes(cursor)
    assert changes.replying
    (one,) = await store.replying(NOW)
    assert (one.row, one.by, one.owner) == ("f:1", "nok", "a")
    await store.reply_ends("f:1", "b")
    assert await store.replying(NOW) == (one,)
    await store.reply_ends("f:1", "a")
    assert await store.replying(NOW) == ()
    assert (await store.changes(changes.cursor)).replying


async def test_who_says_nothing_more_is_believed_for_a_minute(store: Store) -> None:
    await heard(store)
    await store.reply_begins("f:1", "nok", "a", NOW)
    assert await store.replying(NOW + WRITING - timedelta(seconds=1))
    assert not await store.replying(NOW + WRITING)
    assert not await store.replying(NOW - DAY), "a clock set back makes it last no longer"
    await store.reply_begins("f:1", "nok", "a", NOW + WRITING)
    assert await store.replying(NOW + WRITING)


async def test_a_reply_to_nothing_is_not_written(store: Store) -> None:
    with pytest.raises(NotFound):
        await store.reply_begins("f:none", "nok", "a", NOW)


async def test_several_may_write_at_once(store: Store) -> None:
    await heard(store)
    await store.reply_begins("f:1", "nok", "a", NOW)
    await store.reply_begins("f:1", "mai", "b", NOW)
    assert {one.by for one in await store.replying(NOW)} == {"nok", "mai"}
