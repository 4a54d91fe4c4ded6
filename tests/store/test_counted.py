"""The facts are what the store holds now, and its rows are theirs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cxtui.core.item import Arrival, Author, Clean, Item, Voice
from cxtui.core.triage import Act
from cxtui.errors import StoreBroken
from cxtui.store import Store, open_store
from cxtui.store.contacts import parsed, read, written
from cxtui.store.counted import facts
from cxtui.store.document import pack, unpack
from cxtui.store.tables import Tables

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.fixture(params=["memory", "embedded"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    store = await open_store(tmp_path if request.param == "embedded" else None)
    yield store
    await store.close()


def says(native: str, text: str = "where is it?", who: str = "@mai", **more: object) -> Arrival:
    return Arrival(native, text, Voice(who), posted=NOW, thread=f"t{who}", **more)  # pyright: ignore[reportArgumentType] - drawn together


async def hear(store: Store, *heard: Arrival) -> None:
    await store.ingest("net", "comment", heard, NOW, feed="f")


async def test_new_changed_and_removed_facts_are_taken_over(store: Store) -> None:
    await hear(store, says("1"), says("2", who="@noy"))
    await hear(store, says("r", "on its way", "desk", own="strong", parent="1"))
    await store.act(Act("f:2", "tagged", {"tag": "vip"}), "nok", NOW)
    await hear(store, says("1", "where is it now, please?"))
    await store.undo("nok", NOW + timedelta(minutes=1))
    known = await store.facts()
    assert [item.text for item in known.items] == ["where is it now, please?", "where is it?"]
    assert [reply.text for reply in known.replies] == ["on its way"]
    assert len(known.events) == 3
    assert [waits.tags for waits in known.intervals] == [(), ()]


async def test_an_answer_without_a_known_question_counts_when_the_question_comes(store: Store) -> None:
    await hear(store, says("r", "on its way", "desk", own="strong", parent="1"))
    assert (await store.facts()).replies == ()
    await hear(store, says("1"))
    assert [reply.item for reply in (await store.facts()).replies] == ["f:1"]


async def test_what_another_program_writes_is_counted(tmp_path: Path) -> None:
    mine, other = await open_store(tmp_path), await open_store(tmp_path)
    await hear(mine, says("1"))
    assert len((await mine.facts()).items) == 1
    await hear(other, says("2", who="@noy"))
    assert len((await mine.facts()).items) == 2
    await mine.close()
    await other.close()


async def test_a_document_that_goes_while_it_is_read_is_left_out(store: Store) -> None:
    await hear(store, says("1"), says("2", who="@noy"))

    def read(tables: Tables) -> tuple[int, int]:
        class Going:
            """The same tables, where the second item goes between the look and the reading."""

            def __getattr__(self, name: str) -> object:
                if name == "numbered":
                    tables.drop("items", "f:2")
                return getattr(tables, name)

        during = facts(Going())  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        return len(during.items), len(facts(tables).items)

    assert await store._ask(read) == (1, 1)  # type: ignore[attr-defined]  # pyright: ignore[reportUnknownMemberType, reportAttributeAccessIssue, reportPrivateUsage]


async def test_pages_of_the_queue_are_its_rows(store: Store) -> None:
    heard = [says(str(n), "thank you, great!" if n % 3 == 0 else "where?", f"@c{n}") for n in range(9)]
    await hear(store, *heard)
    await store.act(Act("f:4", "closed", {"reason": "spam"}), "nok", NOW)
    rows = await store.rows()
    assert len(rows) == 8
    first = await store.page(limit=3)
    assert first == rows[:3]
    assert await store.page(first[-1], limit=3) == rows[3:6]
    assert await store.page(rows[-1], limit=3) == ()
    await store.act(Act(first[-1].id, "closed", {"reason": "spam"}), "nok", NOW)
    assert await store.page(first[-1], limit=3) == rows[3:6]


@pytest.mark.parametrize("odd", ["half a pair \ud83d", "two halves \ud83d\ude00", 'quote " and \\ and \0'])
def test_a_value_comes_back_from_its_text_as_through_a_document(odd: str) -> None:
    item = Item("f:1", "f", "net", "comment", "t", Author(Clean(odd)), Clean(odd), NOW, NOW, scale=5)
    text = pack(written(item, contact="c"))
    assert parsed(text, Item) == read(unpack(text), Item)
    assert parsed(text, Item).posted == NOW


def test_a_document_that_is_no_such_value_breaks_the_store() -> None:
    with pytest.raises(StoreBroken, match="Item that cannot be read"):
        parsed('{"id":"f:1"}', Item)
