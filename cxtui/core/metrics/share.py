"""What customers tell others: how many did, how far it may reach, and our part of the talk."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cxtui.core.item import Item
from cxtui.core.metrics.facts import View, person
from cxtui.core.metrics.figure import Found
from cxtui.core.metrics.registry import metric


def bad(item: Item) -> bool:
    """Whether all can read a bad experience in it: two stars or fewer, or a complaint."""
    return item.visibility == "public" and item.bad


def good(item: Item) -> bool:
    """Whether all can read a good experience in it: four stars or more, or praise."""
    return item.visibility == "public" and item.good


def reach(items: Sequence[Item]) -> dict[str, int]:
    """The followers of everybody who wrote the items, the highest number known of each."""
    known: dict[str, int] = {}
    for item in items:
        if item.author.followers is not None:
            who = person(item)
            known[who] = max(item.author.followers, known.get(who, 0))
    return known


def _people(view: View, tells: Callable[[Item], bool]) -> Found:
    public = [item for item in view.customers if item.visibility == "public"]
    told = [item for item in public if tells(item)]
    return Found(
        value=len({person(item) for item in told}),
        n=len({person(item) for item in public}),
        ids=tuple(item.id for item in told),
    )


def _reach(view: View, tells: Callable[[Item], bool], words: str) -> Found:
    told = [item for item in view.customers if tells(item)]
    known = reach(told)
    total = sum(known.values()) if known else None
    why = "" if known else "no follower counts are known" if told else f"nobody shared {words} in this window"
    return Found(
        total,
        len(known),
        tuple(i.id for i in told),
        why,
        low=0 if known else None,
        high=total,
        kind="estimate",
    )


@metric("share_bad", unit="people", source="benchmark share-bad")
def share_bad(view: View) -> Found:
    """People who told a bad experience in public; n is everybody who wrote in public."""
    return _people(view, bad)


@metric("share_good", unit="people")
def share_good(view: View) -> Found:
    """People who told a good experience in public; n is everybody who wrote in public."""
    return _people(view, good)


@metric("share_bad_per_100", unit="people per 100 contacts", source="benchmark share-bad")
def share_bad_per_100(view: View) -> Found:
    """People who told a bad experience in public, per 100 contacts of any kind begun in the window."""
    begun = [w.id for w in (*view.asking, *view.thanking) if w.first and view.has(w.start)]
    people = _people(view, bad).value or 0
    if not begun:
        return Found(None, 0, why="no contact began in this window")
    return Found(100 * people / len(begun), len(begun), tuple(begun))


@metric("reach_bad", unit="followers")
def reach_bad(view: View) -> Found:
    """Followers of those who told a bad experience: an upper bound, nobody knows who read it."""
    return _reach(view, bad, "a bad experience")


@metric("reach_good", unit="followers")
def reach_good(view: View) -> Found:
    """Followers of those who told a good experience: an upper bound."""
    return _reach(view, good, "a good experience")


@metric("share_of_voice", unit="rate")
def share_of_voice(view: View) -> Found:
    """What was said to us, of that and what was said to competitors; our own posts are in neither."""
    if not any(item.role == "competitor" for item in view.items):
        return Found(None, 0, why="name a competitor feed")
    said = [item for item in view.items if item.role != "own" and view.has(item.posted)]
    ours = [item.id for item in said if item.role == "customer"]
    if not said:
        return Found(None, 0, why="nobody wrote to us or to a competitor in this window")
    return Found(len(ours) / len(said), len(said), tuple(item.id for item in said))


@metric("amplification", unit="reshares per post")
def amplification(_view: View) -> Found:
    """Reshares of an own post, the median."""
    return Found(None, 0, why="no feed tells who reshared our posts")
