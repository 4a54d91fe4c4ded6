"""What a filter shows, cut out of the columns, is what a fresh count of the narrowed facts gives."""

from __future__ import annotations

import os
from datetime import UTC
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stories import Step, steps, tell
from told import DAY, HOUR, Story, at

from cxtui.core.filters import Filter, Sight, parse
from cxtui.core.metrics import WINDOWS, Facts, Figure, Ledger, Orders, figures
from cxtui.core.metrics.part import fitting, others_fitting, part

LONG = int(os.environ.get("CXTUI_HISTORIES", "0"))
"""So many histories in place of the few of every day."""
ORDERS = Orders(40, "USD", 3)
TOLD = (
    "feed:comments", "feed:reviews", "feed:rivals", "net:feed", "kind:review", "kind:post", "stars:<=2",
    "stars:3..5", "score:>6", "tag:vip", "lang:none", "since:-2d", "until:-1d", "posted:2026-11-02",
    "policy:reviews", "tone:complaint", "tone:none", "by:nok", "by:me", "is:late", "is:open", "is:answered",
    "by:rule", "is:closed", "is:held", "is:waiting", "is:snoozed", "is:thanks", "is:new", "is:again",
    "is:probably", "reason:spam", "origin:cxtui", "visibility:direct", "priority:normal", "count:>1",
    "due:<30m", "due:today", "waited:>1h", "waited:5m..3h", "clock:update", "has:stars", "has:tag",
    "has:promise",
)  # fmt: skip
ONLY_SAID = (
    "text~work",
    "from:@person1",
    "has:question",
    "broken",
    "id:comments:1",
    "followers:>200",
    "is:mine",
    "for:nok",
    "title~lamp",
)
words = st.sampled_from((*TOLD, *(f"-{word}" for word in TOLD)))
filters = st.lists(words, min_size=1, max_size=4).map(" ".join) | st.tuples(words, words, words).map(
    lambda w: f"{w[0]} ({w[1]} | {w[2]})"
)


def plain(found: tuple[Figure, ...]) -> list[dict[str, Any]]:
    return [{**one.record(), "ids": sorted(one.ids)} for one in found]


def slowly(facts: Facts, only: Filter, sight: Sight) -> Facts:
    keep = only.keep(sight)
    return facts.narrowed(keep, only.fits) if only.early else facts.narrowed(keep)


@settings(max_examples=LONG or 150, deadline=None)
@given(
    st.lists(steps, min_size=1, max_size=40), st.integers(-2000, 9000), filters, st.sampled_from([*WINDOWS])
)
def test_a_part_of_the_columns_is_the_columns_of_the_part(
    told: list[Step], wait: int, words: str, window: str
) -> None:
    story, minute = tell(told)
    now, facts, only = at(minute + wait), story.facts(), parse(words)
    sight = Sight(now, UTC, "nok")
    ledger = Ledger.of(facts)
    ledger.figures(at(minute), "24h")
    kept, others = fitting(ledger, only, sight), others_fitting(ledger, only)
    assert kept is not None
    assert others is not None
    before = plain(ledger.figures(now, window, ORDERS))
    found = part(ledger, kept, others)
    slow = Ledger.of(slowly(facts, only, sight))
    for one, other in zip(
        plain(found.figures(now, window, ORDERS)), plain(slow.figures(now, window, ORDERS)), strict=True
    ):
        assert one == other, (words, one["metric"])
    assert found.queue.forecast(now) == slow.queue.forecast(now)
    assert plain(ledger.figures(now, window, ORDERS)) == before


@pytest.mark.parametrize("words", ONLY_SAID)
def test_what_only_the_messages_tell_is_left_to_whoever_has_them(words: str) -> None:
    story = Story()
    story.replies_to(story.writes(0), 5)
    assert fitting(Ledger.of(story.facts()), parse(words), Sight(at(9), UTC)) is None


def test_a_word_about_those_who_wait_needs_no_message_of_those_who_do_not() -> None:
    story = Story()
    story.replies_to(story.writes(0), 5)
    story.writes(0, "@late")
    for words in ("is:late", "is:snoozed", "due:<1h", "clock:first_response"):
        assert fitting(Ledger.of(story.facts()), parse(words), Sight(at(61), UTC)) is not None, words
    assert fitting(Ledger.of(story.facts()), parse("is:late"), Sight(at(61), UTC)) == {2}


@pytest.mark.parametrize("words", ["feed:site", "is:new"])
def test_a_tag_that_was_set_outside_of_a_filter_counts_for_its_contact(words: str) -> None:
    story = Story()
    story.replies_to(story.writes(0, thread="t", feed="site"), 5)
    later = story.writes(2 * DAY, thread="t", feed="other")
    story.does(later, "recommends", 2 * DAY + HOUR)
    story.replies_to(story.writes(0, "@else", feed="other"), 5)
    facts, only, now = story.facts(), parse(words), at(3 * DAY)
    sight, ledger = Sight(now, UTC), Ledger.of(facts)
    kept = fitting(ledger, only, sight) or set[int]()
    for found in (
        figures(slowly(facts, only, sight), now),
        part(ledger, kept, others_fitting(ledger, only) or set[int]()).figures(now),
    ):
        fast = next(one for one in found if (one.metric, one.class_) == ("recommend", "fast"))
        assert (fast.value, fast.n) == (1, 1)
