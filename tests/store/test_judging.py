"""Language and tone of what enters the store, and what a person's word does to them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from cxtui.core.item import Arrival, Item, Voice
from cxtui.core.triage import Act
from cxtui.errors import UsageError
from cxtui.store.book import Book
from cxtui.store.hearing import Source
from cxtui.store.memory import MemoryTables
from cxtui.store.records import item_record, parsed

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SOURCE = Source("page", "isso", "comment", NOW)
HEARD = Arrival("1", "The lamp arrived broken", Voice("mai"), posted=NOW)


def heard(**facts: object) -> Item:
    return SOURCE.item(replace(HEARD, **facts))  # type: ignore[arg-type]


def test_what_a_customer_writes_gets_language_tone_and_the_reasons() -> None:
    item = heard()
    assert (item.lang, item.tone, item.tone_by, item.tone_why) == ("en", "complaint", "rule", "“broken”")


def test_the_tone_that_the_network_gives_stays() -> None:
    item = heard(tone="praise")
    assert (item.tone, item.tone_by, item.tone_why) == ("praise", "rule", None)


def test_the_declared_language_is_a_prior_and_stays_where_the_words_say_nothing() -> None:
    assert heard(lang="lo").lang == "en"
    assert heard(text="5521", lang="de").lang == "de"
    assert heard(text="5521").lang is None


def test_our_own_words_have_a_language_and_no_tone() -> None:
    item = heard(own="strong")
    assert (item.lang, item.tone, item.tone_by, item.tone_why) == ("en", None, None, None)


def test_stars_and_the_title_of_a_review_count_the_title_of_a_page_does_not() -> None:
    assert heard(text="It is a lamp", stars=1.0).tone_why == "1/5 stars"
    assert heard(text="It is a lamp", title="Broken", kind="review").tone == "complaint"
    assert heard(text="It is a lamp", title="Re: Broken").tone is None


def test_praise_with_stars_that_complains_is_no_thanks() -> None:
    item = heard(text="Lovely lamp, arrived broken", stars=5.0)
    assert (item.tone, item.good, item.is_praise) == ("complaint", True, False)


def test_the_reasons_are_exported_where_there_are_some_and_read_back() -> None:
    item = heard()
    record = item_record(item)
    assert record["tone_why"] == "“broken”"
    assert parsed(1, record).item() == item  # type: ignore[union-attr]
    assert "tone_why" not in item_record(heard(text="5521"))


@pytest.fixture
async def book() -> Book:
    """An empty store in memory."""
    found = Book(MemoryTables)
    await found.open()
    return found


async def test_praise_by_rule_waits_for_thanks_and_a_person_corrects_it(book: Book) -> None:
    arrival = replace(HEARD, text="Lovely lamp, thank you")
    await book.ingest("isso", "comment", [arrival], NOW, feed="page")
    row = await book.row("page:1")
    assert row.interval.thanks
    after = NOW + timedelta(minutes=1)
    changed = await book.act(Act("page:1", "toned", {"tone": "complaint"}), "nok", after)
    opener = changed.interval.opener
    assert (opener.tone, opener.tone_by, opener.tone_why, changed.interval.thanks) == (
        "complaint", "operator", None, False,
    )  # fmt: skip
    with pytest.raises(UsageError, match="a tone is one of"):
        await book.act(Act("page:1", "toned", {"tone": "rage"}), "nok", after)
    undone, _ = await book.undo("nok", after)
    assert (undone.interval.opener.tone, undone.interval.opener.tone_why) == (
        "praise",
        row.interval.opener.tone_why,
    )
    await book.close()
