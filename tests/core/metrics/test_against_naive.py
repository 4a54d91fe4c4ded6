"""Random histories: the numbers equal a second computation that was written from the definitions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from naive import Naive, Told
from told import START, Story, near

from cxtui.core.clock import DEFAULT, Policy, Target
from cxtui.core.interval import Priority
from cxtui.core.item import Item
from cxtui.core.metrics import WINDOWS
from cxtui.core.policies import Policies

D = 24 * 60
SOON = (1, 2, 4, 5, 6, 7, 10, 20, 29, 30, 31)
LATER = (59, 60, 61, 239, 240, 241, D - 1, D, D + 1, 2 * D, 3 * D, 7 * D, 7 * D + 1, 29 * D)
STEPS = (*SOON, *SOON, *LATER)
ACTS = (
    "plain", "plain", "plain", "praise", "question", "direct", "stars", "score",
    "answer", "answer", "holding", "thanks", "close", "close by hand", "withdrawn", "probably",
    "confirmed", "rejected", "delete", "undo", "snoozed", "recommends", "detracts", "promise",
)  # fmt: skip
FOUR_HOURS = Target(worked=timedelta(hours=4))
REVIEWS = Policy("reviews", FOUR_HOURS, FOUR_HOURS)

Step = tuple[int, str, int, int]
steps = st.tuples(st.sampled_from(STEPS), st.sampled_from(ACTS), st.integers(0, 7), st.integers(0, 10))


class ByKind(Policies):
    def __call__(self, item: Item, priority: Priority = "normal", tags: Sequence[str] = ()) -> Policy:
        del priority, tags
        return REVIEWS if item.kind == "review" else DEFAULT


def tell(told: list[Step]) -> tuple[Story, int]:
    """Two people in four threads each; ``who`` chooses, ``what`` is the act's own choice."""
    story, minute = Story(ByKind()), 0
    written: dict[int, list[str]] = {n: [] for n in range(8)}
    for gap, act, who, what in told:
        minute += gap
        thread, handle = f"thread:{who}", f"@person{who % 2}"
        mine = written[who]
        if act in ("plain", "praise", "question", "direct", "stars", "score"):
            facts: dict[str, Any] = {
                "plain": {},
                "praise": {"tone": "praise"},
                "question": {"tone": "praise", "text": "nice, is it red?"},
                "direct": {"visibility": "direct"},
                "stars": {"kind": "review", "stars": float(what), "scale": 10},
                "score": {"score": what},
            }[act]
            mine.append(story.writes(minute, handle, thread=thread, **facts))
        elif mine:
            _act(story, act, minute, mine[what % len(mine)], what)
    return story, minute


def _act(story: Story, act: str, minute: int, item: str, what: int) -> None:
    match act:
        case "answer" | "holding" | "thanks":
            story.replies_to(item, minute, act)
        case "close":
            story.closes(item, minute, ("spam", "no-answer-needed", "duplicate")[what % 3])
        case "close by hand":
            story.closes(item, minute, "answered-elsewhere")
        case "withdrawn" | "probably" | "confirmed" | "rejected" | "snoozed" | "recommends" | "detracts":
            story.does(item, act, minute)
        case "delete" if story.replies:
            gone = story.replies[what % len(story.replies)]
            story.does(gone.item, "reply_deleted", minute, remote_id=gone.remote_id)
        case "undo" if story.events:
            undone = story.events[what % len(story.events)]
            story.does(undone.item, "undone", minute, event=undone.id)
        case "promise":
            states = ("open", "kept", "late", "broken", "released")
            story.promises_to(item, minute, minute + 37 * (what + 1), states[what % 5])
        case _:
            pass


def close(ours: tuple[float | None, int], theirs: tuple[Fraction | None, int]) -> bool:
    value, n = theirs
    return ours[1] == n and (ours[0] is None if value is None else near(ours[0], float(value)))


histories = st.lists(steps, min_size=1, max_size=20) | st.lists(steps, min_size=30, max_size=90)


@settings(max_examples=600, deadline=None)
@given(histories, st.sampled_from(STEPS), st.sampled_from(sorted(WINDOWS)))
def test_every_number_equals_the_naive_one(told: list[Step], wait: int, window: str) -> None:
    story, last = tell(told)
    now = last + wait
    ours = story.numbers(now, window)
    naive = Naive(Told(START, story.items, story.replies, story.events, story.promises), now, window)
    for name, limit in (("5m", 5), ("30m", 30), ("60m", 60), ("24h", D)):
        assert close(ours.value(f"answered_within_{name}"), naive.within(limit)), name
    assert close(ours.value("response_rate"), naive.response_rate())
    assert close(ours.value("ever_ignored"), naive.ever_ignored())
    assert close(ours.value("thanked_within_48h"), naive.thanked())
    for name, q in (("median", Fraction(1, 2)), ("p90", Fraction(9, 10))):
        assert close(ours.value(f"first_response_{name}"), naive.times("contacted", q, first=True)), name
        assert close(ours.value(f"first_answer_{name}"), naive.times("answered", q, first=True)), name
        assert close(ours.value(f"next_response_{name}"), naive.times("contacted", q, first=False)), name
    for name, count in naive.counts().items():
        assert ours(name).value == count, name
    targets = naive.targets()
    assert set(ours.classes("in_target")) == set(targets)
    for name, number in targets.items():
        assert close(ours.value("in_target", name), number), name
    for name, (k, n) in naive.recommend().items():
        assert close(ours.value("recommend", name), (Fraction(k, n) if n else None, n)), name
