"""Random histories that reach every corner of the numbers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, cast

from hypothesis import strategies as st
from told import Story, at

from cxtui.core.clock import DEFAULT, Policy, Target
from cxtui.core.feed import Gap
from cxtui.core.interval import Priority
from cxtui.core.item import Item, Verb
from cxtui.core.policies import Policies

D = 24 * 60
SOON = (0, 1, 2, 4, 5, 6, 7, 10, 20, 29, 30, 31)
LATER = (59, 60, 61, 239, 240, 241, D - 1, D, D + 1, 2 * D, 3 * D, 7 * D, 7 * D + 1, 29 * D, 91 * D)
STEPS = (*SOON, *SOON, *LATER)
WRITTEN = ("plain", "plain", "plain", "praise", "question", "direct", "stars", "stars", "score", "complaint",
           "late", "bought", "ours", "theirs", "nameless", "old", "muted")  # fmt: skip
DONE = (
    "answer", "answer", "answer", "holding", "thanks", "close", "close by hand", "withdrawn", "probably",
    "confirmed", "rejected", "delete", "undo", "snoozed", "recommends", "detracts", "promise", "toned",
    "reopened", "down", "up", "overrode", "tagged", "edited", "lost", "lost",
)  # fmt: skip
FOUR_HOURS = Target(worked=timedelta(hours=4))
REVIEWS = Policy("reviews", FOUR_HOURS, FOUR_HOURS)
REASONS = ("spam", "no-answer-needed", "duplicate", "not-ours")
WHO = (0, 0, 0, 1, 1, 2, 3, 7)
"""The threads in which things happen; most in few, so that much happens to one."""
PROMISED = ("open", "kept", "late", "broken", "released")

Step = tuple[int, str, int, int]
"""Minutes that pass, what happens, to whom, and which."""
steps = st.tuples(
    st.sampled_from(STEPS), st.sampled_from((*WRITTEN, *DONE)), st.sampled_from(WHO), st.integers(0, 10)
)


class ByKind(Policies):
    """Reviews have four hours."""

    def __call__(self, item: Item, priority: Priority = "normal", tags: Sequence[str] = ()) -> Policy:
        del priority, tags
        return REVIEWS if item.kind == "review" else DEFAULT


def policies() -> Policies:
    return ByKind()


def tell(told: Sequence[Step]) -> tuple[Story, int]:
    """Two people in four threads each, and us, and others; gives the last minute too."""
    story, minute = Story(policies()), 0
    for step in told:
        minute = acted(story, minute, step)
    return story, minute


def acted(story: Story, minute: int, step: Step) -> int:
    """One step further; gives the minute it is then."""
    gap, act, who, what = step
    minute += gap
    mine = [i.id for i in story.items if i.thread == f"thread:{who}" and i.role == "customer"]
    if act in WRITTEN:
        _writes(story, act, minute, who, what)
    elif act in ("down", "up"):
        _outage(story, act, minute, ("comments", "reviews")[who % 2])
    elif mine:
        _done(story, act, minute, mine[what % len(mine)], what)
    return minute


def _writes(story: Story, act: str, minute: int, who: int, what: int) -> None:
    facts: dict[str, dict[str, Any]] = {
        "plain": {},
        "praise": {"tone": "praise"},
        "question": {"tone": "praise", "text": "nice, is it red?"},
        "direct": {"visibility": "direct"},
        "stars": {
            "kind": "review",
            "stars": float(what),
            "scale": 10,
            "feed": "reviews",
            "seen": minute + what,
        },
        "score": {"score": what},
        "complaint": {"tone": "complaint", "followers": what * 100 if what else None},
        "late": {"seen": minute + 7 * what, "tone": ("praise", "complaint", None)[what % 3]},
        "bought": {"kind": "purchase", "tone": "praise"},
        "ours": {"role": "own", "kind": "post"},
        "theirs": {
            "role": "competitor",
            "feed": "rivals",
            "stars": 3.0 if what % 2 else None,
            "names_us": what % 3 == 0,
        },
        "nameless": {"tone": "complaint" if what % 2 else None},
        "old": {"history": True, "tone": "complaint", "score": 3},
        "muted": {"muted": True, "tone": "complaint"},
    }
    handle = {"ours": "@us", "theirs": "@rival", "nameless": ""}.get(act, f"@person{who % 2}")
    story.writes(minute, handle, thread=f"thread:{who}", **facts[act])


def _outage(story: Story, act: str, minute: int, feed: str) -> None:
    """A feed goes down, or comes back."""
    down = [n for n, gap in enumerate(story.gaps) if gap.feed == feed and gap.until is None]
    if act == "down" and not down:
        story.is_down(feed, minute, None)
    elif act == "up" and down:
        story.gaps[down[0]] = Gap(feed, story.gaps[down[0]].since, at(minute), "HTTP 503")


def _done(story: Story, act: str, minute: int, item: str, what: int) -> None:
    details: dict[str, dict[str, Any]] = {
        "toned": {"tone": ("praise", "complaint", "question", None)[what % 4]},
        "overrode": {"rule": ("blame", "too-long")[what % 2], "reason": "asked to"},
        "tagged": {"tag": "vip"},
        "close": {"reason": REASONS[what % 4]},
        "close by hand": {"reason": "answered-elsewhere"},
    }
    match act:
        case "answer" | "holding" | "thanks":
            story.replies_to(item, minute, act)
        case "delete" if story.replies:
            gone = story.replies[what % len(story.replies)]
            story.does(gone.item, "reply_deleted", minute, remote_id=gone.remote_id)
        case "undo" if story.events:
            undone = story.events[what % len(story.events)]
            story.does(undone.item, "undone", minute, event=undone.id)
        case "promise":
            story.promises_to(item, minute, minute + 37 * (what + 1), PROMISED[what % 5])
        case "lost":
            _lost(story, item, what)
        case "delete" | "undo":
            pass
        case _:
            verb = "closed" if act.startswith("close") else act
            story.does(item, cast("Verb", verb), minute, **details.get(act, {}))


def _lost(story: Story, item: str, what: int) -> None:
    """Something is there no more, as if nobody had ever heard of it."""
    if what % 5 == 0:
        story.items[:] = [one for one in story.items if one.id != item]
        return
    known: list[list[Any]] = [story.replies, story.events, story.promises, story.gaps]
    some = known[what % 5 - 1]
    if some:
        del some[what % len(some)]
