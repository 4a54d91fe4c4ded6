"""Rules in a store: used once, in the commit that keeps a message; what they did is seen and taken back."""

from __future__ import annotations

import asyncio
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cxtui.core.filters import Sight, parse
from cxtui.core.item import Arrival, Voice
from cxtui.core.metrics import figures
from cxtui.core.policies import Policies
from cxtui.core.rules import Rule, Rules, acts
from cxtui.core.triage import Act
from cxtui.errors import Unlawful
from cxtui.store import FeedState, Store, open_store
from cxtui.store.forgetting import apply_tombstones
from cxtui.store.ruling import Errand
from cxtui.store.tinydb import open_tables
from cxtui.store.tombstones import Tombstones

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SPAM = Rule("spam", parse("text~unsubscribe"), acts(["close spam"]))
ANGRY = Rule("angry", parse("stars:<=2"), acts(["tag angry", "priority high", "assign tess", "run notify"]))
RULES = Rules((SPAM, ANGRY))


@pytest.fixture(params=["memory", "embedded"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    store = await open_store(tmp_path / "data" if request.param == "embedded" else None)
    store.take(Policies(), RULES)
    yield store
    await store.close()


def word(native: str, text: str, minutes: float = 0, **more: Any) -> Arrival:
    posted = NOW + timedelta(minutes=minutes)
    return replace(Arrival(native, text, Voice(f"@{native}"), thread=native, posted=posted), **more)


async def hears(store: Store, *heard: Arrival, minutes: float = 0, **more: Any) -> None:
    at = NOW + timedelta(minutes=minutes)
    await store.ingest("net", "comment", heard, at, feed="f", **more)


async def did(store: Store) -> list[tuple[str, str, str]]:
    """Everything that was done: by whom, what, about which message."""
    return [(e["by"], e["verb"], e["item"]) for e in await store.export() if e["type"] == "event"]


async def test_every_rule_that_fits_is_used_once(store: Store) -> None:
    page = [word("a", "unsubscribe me"), word("b", "broken", stars=1), word("c", "where is it?")]
    for minutes in (0, 1, 2):
        await hears(store, *page, minutes=minutes)
    assert sorted(await did(store)) == [
        ("rule angry", "claimed", "f:b"), ("rule angry", "priority", "f:b"), ("rule angry", "tagged", "f:b"),
        ("rule spam", "closed", "f:a"),
    ]  # fmt: skip
    rows = {row.id: row.interval for row in await store.rows(everything=True)}
    assert (rows["f:a"].closed_reason, rows["f:a"].closed_by) == ("spam", "rule spam")
    assert (rows["f:b"].priority, rows["f:b"].tags, rows["f:b"].claimed_by) == ("high", ("angry",), "tess")
    assert rows["f:b"].due == NOW + timedelta(hours=1)
    assert not rows["f:c"].tags


async def test_it_comes_in_the_commit_that_keeps_the_message(store: Store) -> None:
    before = (await store.changes(None)).cursor
    version = await store.version()
    await hears(store, word("a", "unsubscribe me"))
    assert await store.version() == version + 1, "one commit"
    (row,) = (await store.changes(before)).rows
    assert row.interval.closed_by == "rule spam"


async def test_history_own_words_competitors_and_imports_are_left_alone(store: Store) -> None:
    state = FeedState("f", cursor="1")
    await hears(store, word("old", "unsubscribe", -9), state=state, history_before=NOW)
    await hears(store, word("us", "unsubscribe", own="strong"))
    at = NOW
    await store.ingest("net", "comment", [word("rival", "unsubscribe")], at, feed="r", competitor=True)
    record = {
        "v": 1,
        "type": "item",
        "id": "f:in",
        "feed": "f",
        "text": "unsubscribe",
        "posted": "2026-11-23T09:00:00Z",
    }
    await store.load([(1, record)], NOW)
    await store.act(Act("f:in", "muted", {"reason": "x"}), "nok", NOW)
    assert [by for by, _, _ in await did(store)] == ["nok"]


async def test_a_muted_customer_has_no_rules(store: Store) -> None:
    await hears(store, word("a", "hello"))
    await store.act(Act("f:a", "muted", {"reason": "x"}), "nok", NOW)
    await hears(store, word("b", "broken", stars=1, author=Voice("@a")))
    assert await did(store) == [("nok", "muted", "f:a")]


async def test_the_oldest_message_of_a_page_comes_first(store: Store) -> None:
    first = Rule("first", parse("text~one"), acts(["assign ann"]))
    second = Rule("second", parse("text~two"), acts(["assign bob"]))
    store.take(Policies(), Rules((second, first)))
    newest_first = [word("b", "two", 5, thread="t"), word("a", "one", 0, thread="t")]
    await hears(store, *(replace(one, author=Voice("@mai")) for one in newest_first), minutes=6)
    assert (await store.row("f:a")).interval.claimed_by == "ann"


async def test_a_question_in_the_same_row_is_never_closed_with_spam(store: Store) -> None:
    page = [word("a", "unsubscribe me", thread="t"), word("b", "where is my order?", 1, thread="t")]
    await hears(store, *(replace(one, author=Voice("@mai")) for one in page), minutes=2)
    (row,) = await store.rows()
    assert (row.id, row.interval.count) == ("f:a", 2)
    assert await did(store) == []


async def test_a_person_who_has_it_keeps_it(store: Store) -> None:
    await hears(store, word("a", "hello", thread="t"))
    await store.act(Act("f:a", "claimed", {"until": None, "for": "nok"}), "nok", NOW)
    await hears(store, word("b", "broken", 1, stars=1, thread="t", author=Voice("@a")), minutes=1)
    row = await store.row("f:a")
    assert (row.interval.claimed_by, row.interval.tags) == ("nok", ("angry",))


async def test_what_a_rule_closed_is_found_and_opened_again(store: Store) -> None:
    await hears(store, word("a", "unsubscribe me"), word("b", "hello"))
    await store.act(Act("f:b", "closed", {"reason": "spam"}), "nok", NOW)
    for text, ids in (
        ("is:closed by:rule", ["f:a"]), ('by:"rule spam"', ["f:a"]), ("is:closed by:nok", ["f:b"]),
        ("is:closed -by:rule", ["f:b"]), ("by:rules", []),
    ):  # fmt: skip
        found = await store.matching(parse(text), Sight(NOW, UTC, "nok"), everything=True)
        assert [row.id for row in found] == ids, text
    with pytest.raises(Unlawful, match="@a is not snoozed"):
        await store.act(Act("f:a", "woken", {}), "nok", NOW)
    row = await store.act(Act("f:a", "reopened", {}), "nok", NOW)
    assert row.state(NOW) == "waiting"
    assert ("nok", "reopened", "f:a") in await did(store)
    row, undone = await store.undo("nok", NOW)
    assert (row.id, row.state(NOW), undone.verb) == ("f:a", "closed", "reopened")


async def test_only_what_somebody_closed_is_opened_again(store: Store) -> None:
    await hears(store, word("a", "hello"), word("gone", "hello"))
    await hears(store, word("gone", "hello", withdrawn=True))
    for key, said in (("f:a", "@a is waiting; only what somebody closed"), ("f:gone", "took this back")):
        with pytest.raises(Unlawful, match=said):
            await store.act(Act(key, "reopened", {}), "nok", NOW)
    await store.act(Act("f:a", "closed", {"reason": "answered-elsewhere"}), "nok", NOW)
    row = await store.act(Act("f:a", "reopened", {}), "nok", NOW)
    assert row.state(NOW) == "waiting"


async def test_undo_takes_back_ones_own_acts_only(store: Store) -> None:
    await hears(store, word("a", "unsubscribe me"))
    with pytest.raises(Unlawful, match="nothing to undo"):
        await store.undo("nok", NOW)


async def test_closing_by_a_rule_flatters_nobody(store: Store) -> None:
    await hears(store, word("in time", "unsubscribe me"))
    await hears(store, word("late", "unsubscribe me", -120))
    found = {one.metric: one for one in figures(await store.facts(), NOW + timedelta(minutes=1))}
    rate = found["response_rate"]
    assert (rate.value, rate.n) == (0, 1), "closed before due is out, after due it is unanswered"
    assert dict(rate.beside)["closed spam"] == 2


async def test_a_program_waits_to_be_started_once(store: Store) -> None:
    await hears(store, word("a", "broken", stars=1), word("b", "bad", stars=2))
    assert await store.errands() == (Errand("f:a", "angry"), Errand("f:b", "angry"))
    assert await store.begin_errand(Errand("f:a", "angry"))
    assert not await store.begin_errand(Errand("f:a", "angry"))
    assert not await store.begin_errand(Errand("f:b", "other"))
    assert await store.errands() == (Errand("f:b", "angry"),)
    await store.forget("@b", NOW)
    assert await store.errands() == ()


async def test_a_copy_of_a_store_starts_no_program_a_second_time(tmp_path: Path) -> None:
    store = await open_store(tmp_path / "data")
    store.take(Policies(), RULES)
    await hears(store, word("a", "broken", stars=1))
    await store.close()
    shutil.copytree(tmp_path / "data", tmp_path / "copy")
    left: list[int] = []
    for name in ("copy", "data"):
        store = await open_store(tmp_path / name)
        left.append(len(await store.errands()))
        await store.close()
    assert left == [0, 1], "the first one goes on"


async def test_what_is_erased_in_a_restored_store_starts_no_program(tmp_path: Path) -> None:
    store = await open_store(tmp_path)
    store.take(Policies(), RULES)
    await hears(store, word("bobby", "broken", stars=1))
    await store.close()
    tables = open_tables(tmp_path)
    with tables.commit():
        stones = Tombstones(tables)
        stones.begin()
        stones.put_person(None, "@bobby", NOW.isoformat())
        apply_tombstones(tables)
    assert tables.find("errands") == []
    tables.close()


async def test_who_is_forgotten_stands_in_no_name_of_a_rule(store: Store) -> None:
    store.take(Policies(), Rules((Rule("@bobby writes", parse("kind:comment"), acts(["close spam"])),)))
    await hears(store, word("a", "hello", author=Voice("@bobby")))
    assert "bobby" in str(await store.export())
    await store.forget("@bobby", NOW)
    assert "bobby" not in str(await store.export())
    assert "bobby" not in str(await store.rows(everything=True))


async def test_without_rules_nothing_is_kept_for_them(store: Store) -> None:
    store.take(Policies())
    await hears(store, word("a", "broken", stars=1))
    assert await store.errands() == ()
    assert await did(store) == []


WRITER = """
import asyncio, sys, itertools
from datetime import UTC, datetime
from pathlib import Path
from cxtui.core.filters import parse
from cxtui.core.item import Arrival, Voice
from cxtui.core.policies import Policies
from cxtui.core.rules import Rule, Rules, acts
from cxtui.store import open_store

async def write():
    store = await open_store(Path(sys.argv[1]))
    store.take(Policies(), Rules((Rule("r", parse("kind:comment"), acts(["tag a", "run x", "close spam"])),)))
    begin = int(sys.argv[2])
    for n in itertools.count(begin):
        at = datetime.now(UTC)
        both = (n * 2, n * 2 + 1)
        page = [Arrival(str(m), "hello", Voice(f"@{m}"), thread=str(m), posted=at) for m in both]
        await store.ingest("net", "comment", page, at, feed="f")
        print(n, flush=True)

asyncio.run(write())
"""


def killed(folder: Path, heard: int) -> int:
    """Have a process keep pages and kill it; gives how many are acknowledged by then."""
    words = [sys.executable, "-c", WRITER, str(folder), str(heard)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        for _ in range(15):
            heard = int(writer.stdout.readline()) + 1
        time.sleep(0.003 * (heard % 5))
        writer.send_signal(signal.SIGKILL)
    return heard


async def test_killed_at_any_moment_each_message_has_all_its_rules_or_is_not_there(tmp_path: Path) -> None:
    heard = 0
    for _ in range(4):
        heard = await asyncio.to_thread(killed, tmp_path, heard)
    store = await open_store(tmp_path)
    try:
        rows = await store.rows(everything=True)
        verbs: dict[str, list[str]] = {}
        for _, verb, item in await did(store):
            verbs.setdefault(item, []).append(verb)
        waiting = [one.item for one in await store.errands()]
    finally:
        await store.close()
    assert len(rows) >= 2 * heard
    assert {row.id: sorted(verbs.get(row.id, [])) for row in rows} == {
        row.id: ["closed", "tagged"] for row in rows
    }
    assert sorted(waiting) == sorted(row.id for row in rows)
