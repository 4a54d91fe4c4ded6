"""What is counted piece by piece, as it happens, equals what is counted at once, whatever happens."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stories import STEPS, Step, acted, policies, steps
from told import Story, at

from cxtui.core.metrics import WINDOWS, Figure, Ledger, Orders, deeds, span, timeline
from cxtui.core.metrics.pictures.sources import reviews

LONG = int(os.environ.get("CXTUI_HISTORIES", "0"))
"""So many histories in place of the few of every day."""
ORDERS = Orders(40, "USD", 3)
WINDOW = st.sampled_from(sorted(WINDOWS))


@dataclass(slots=True)
class Kept:
    """A ledger that is told only what changes, as a store tells it."""

    ledger: Ledger = field(default_factory=Ledger)
    known: dict[str, dict[int, Any]] = field(default_factory=dict[str, dict[int, Any]])
    numbers: dict[str, int] = field(default_factory=dict[str, int])

    def follow(self, story: Story) -> None:
        """Take over what is new, another or gone in a story."""
        facts = story.facts()
        now: Mapping[str, dict[int, Any]] = {
            "gaps": dict(enumerate(facts.gaps, 1)),
            "events": {int(event.id[1:]): event for event in facts.events},
            "promises": dict(enumerate(facts.promises, 1)),
            "items": {int(item.id.rpartition(":")[2]): item for item in facts.items},
            "replies": {int(str(reply.remote_id)[1:]): reply for reply in facts.replies},
            "intervals": {self._number(waits.id): waits for waits in facts.intervals},
        }
        fresh: dict[str, list[tuple[int, Any]]] = {}
        for table, values in now.items():
            before = self.known.get(table, {})
            self.ledger.drop(table, before.keys() - values.keys())
            fresh[table] = [(n, value) for n, value in values.items() if before.get(n) != value]
            self.known[table] = values
        self.ledger.take(**fresh)
        stale, self.ledger.stale = self.ledger.stale, set()
        self.ledger.take(intervals=[(n, now["intervals"][n]) for n in stale if n in now["intervals"]])

    def _number(self, key: str) -> int:
        return self.numbers.setdefault(key, len(self.numbers) + 1)


def same(kept: Iterable[Figure], fresh: Iterable[Figure]) -> None:
    for one, other in zip(kept, fresh, strict=True):
        assert _plain(one) == _plain(other), one.metric


def _plain(figure: Figure) -> dict[str, Any]:
    return {**figure.record(), "ids": sorted(figure.ids)}


def checked(kept: Ledger, story: Story, minute: int, window: str) -> None:
    facts, now = story.facts(), at(minute)
    same(kept.figures(now, window, ORDERS), Ledger.of(facts).figures(now, window, ORDERS))
    mine, theirs = reviews(kept.span(now, window)), reviews(Ledger.of(facts).span(now, window))
    same(mine.cells, theirs.cells)
    assert kept.queue.forecast(now) == Ledger.of(facts).queue.forecast(now)


@contextmanager
def many(*, here: bool) -> Generator[None]:
    """Where it is so, the few records of a story are treated like the many of a large store."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (timeline, span) if here else ():
            patch.setattr(module, "FEW", 0)
        if here:
            patch.setattr(deeds, "HANDFUL", 0)
        yield


@settings(max_examples=LONG or 60, deadline=None)
@given(
    st.lists(st.tuples(steps, st.integers(-2000, 2000), WINDOW), min_size=1, max_size=25)
    | st.lists(st.tuples(steps, st.integers(-2000, 2000), WINDOW), min_size=25, max_size=60),
    st.sampled_from((0, 1, 2)),
)
def test_a_ledger_that_follows_equals_a_fresh_one_after_every_act(
    told: list[tuple[Step, int, str]], way: int
) -> None:
    with many(here=way == 1):
        follows(told, again=way > 0)


def follows(told: list[tuple[Step, int, str]], *, again: bool) -> None:
    story, kept, minute = Story(policies()), Kept(), 0
    for step, off, window in told:
        minute = acted(story, minute, step)
        kept.follow(story)
        checked(kept.ledger, story, minute + off, window)
        if again:
            checked(kept.ledger, story, minute + off + 40, window)


@settings(max_examples=LONG or 60, deadline=None)
@given(st.lists(steps, min_size=10, max_size=40), st.lists(steps, max_size=5), st.sampled_from(STEPS), WINDOW)
def test_a_ledger_that_was_written_down_goes_on_where_it_was(
    before: list[Step], after: list[Step], wait: int, window: str
) -> None:
    story, kept, minute = Story(policies()), Kept(), 0
    for step in before:
        minute = acted(story, minute, step)
    kept.follow(story)
    kept.ledger.figures(at(minute), window)
    ledger = kept.ledger = Ledger.restored(kept.ledger.state())
    stale, ledger.stale = ledger.stale, set()
    ledger.take(intervals=[(n, kept.known["intervals"][n]) for n in stale])
    checked(ledger, story, minute + wait, window)
    for step in after:
        minute = acted(story, minute, step)
        kept.follow(story)
    checked(ledger, story, minute + wait, window)


def test_ids_that_were_lent_stay_what_they_were() -> None:
    story, kept = Story(), Kept()
    story.writes(0, "@a")
    story.writes(20, "@b")
    kept.follow(story)
    shown = next(one for one in kept.ledger.figures(at(90), "all") if one.metric == "response_rate")
    story.items.insert(0, story.items.pop())
    story.writes(10, "@c")
    story.replies_to("comments:1", 30)
    kept.follow(story)
    assert shown.ids == ("comments:1", "comments:2")


def test_time_that_goes_back_decides_nothing_that_was_open_then() -> None:
    story, kept = Story(), Kept()
    story.writes(0)
    kept.follow(story)
    values: list[tuple[float | None, int]] = []
    for minute in (60, 61, 60):
        found = {one.metric: one for one in kept.ledger.figures(at(minute), "24h")}
        values.append((found["response_rate"].value, found["late_now"].n))
    assert values == [(None, 1), (0, 1), (None, 1)]


def test_an_outage_that_is_learnt_of_later_tags_what_was_missed_and_an_end_of_it_untags() -> None:
    story, kept = Story(), Kept()
    for n, minute in enumerate((0, 30)):
        story.replies_to(story.writes(minute, f"@{n}", seen=100), 200)
    story.writes(0, "@waits", seen=100)
    story.writes(0, "@praises", seen=100, tone="praise")
    kept.follow(story)
    checked(kept.ledger, story, 150, "24h")
    for since, until, hidden in ((10, None, 4), (10, 20, 3), (40, 90, 4), (300, 400, 0)):
        story.gaps.clear()
        story.is_down("comments", since, until)
        kept.follow(story)
        found = next(
            one for one in kept.ledger.figures(at(150), "24h") if one.metric == "pickup_delay_median"
        )
        assert found.beside == ((("during an outage", hidden),) if hidden else ())
        checked(kept.ledger, story, 150, "24h")
        checked(kept.ledger, story, 90, "24h")


@settings(deadline=None)
@given(st.lists(st.integers(0, 5000), min_size=1, max_size=40), st.lists(st.integers(0, 9000), max_size=12))
def test_a_window_that_moves_on_or_back_shows_what_lies_in_it(starts: list[int], looks: list[int]) -> None:
    story = Story()
    for n, minute in enumerate(sorted(starts)):
        story.replies_to(story.writes(minute, f"@{n}"), minute + 1 + n * 7 % 13)
    ledger = Ledger.of(story.facts())
    for minute in looks:
        checked(ledger, story, minute, "24h")


def test_of_a_tag_that_was_taken_off_nothing_is_written_down() -> None:
    story, kept = Story(), Kept()
    key = story.writes(0)
    story.does(key, "tagged", 1, tag="half \ud83d allergic")
    kept.follow(story)
    written = str(kept.ledger.state())
    assert "allergic" in written
    assert "\ud83d" not in written
    story.does(key, "untagged", 2, tag="half \ud83d allergic")
    kept.follow(story)
    assert "allergic" not in str(kept.ledger.state())
    again = Ledger.restored(kept.ledger.state())
    assert [again.facets.label(number, "tag") for number in again.waits.figure["facet"]] == ["no tag"]
