from __future__ import annotations

from told import DAY, HOUR, Story, at

from cxtui.core.metrics.classes import BYS, NUMBERS, classed
from cxtui.core.metrics.ledger import Ledger


def told() -> Story:
    story = Story()
    story.replies_to(story.writes(0, "@a", feed="site", lang="lo"), 10)
    story.writes(1, "@b", feed="site", kind="review", stars=2)
    story.replies_to(story.writes(2, "@c", feed="mail", lang="en"), 100)
    tagged = story.writes(3, "@d", feed="mail")
    story.does(tagged, "tagged", 4, tag="vip")
    story.does(tagged, "tagged", 4, tag="order")
    return story


def test_every_wait_is_in_the_class_it_has() -> None:
    seen = Ledger.of(told().facts()).span(at(HOUR), "all")
    sizes = {by: {one.name: one.n for one in classed(seen, by)} for by in BYS}
    assert sizes == {
        "feed": {"site": 2, "mail": 2},
        "network": {"feed": 4},
        "kind": {"comment": 3, "review": 1},
        "language": {"lo": 1, "en": 1, "not known": 2},
        "tag": {"no tag": 3, "vip": 1, "order": 1},
        "policy": {"default": 4},
        "operator": {"nok": 2, "nobody yet": 2},
    }


def test_the_numbers_of_a_class_are_those_of_its_intervals() -> None:
    view = Ledger.of(told().facts()).span(at(3 * HOUR), "24h")
    found = {one.name: dict(zip(NUMBERS, one.figures, strict=True)) for one in classed(view, "feed")}
    assert (found["site"]["answered_within_60m"].value, found["site"]["answered_within_60m"].n) == (0.5, 2)
    assert (found["mail"]["answered_within_60m"].value, found["mail"]["answered_within_60m"].n) == (0, 2)
    assert found["mail"]["waiting_now"].ids == ("mail:4",)
    assert found["mail"]["waiting_now"].class_ == "feed:mail"


def test_the_largest_class_stands_first_and_one_without_a_number_nowhere() -> None:
    story = told()
    story.writes(4, "@e", feed="site")
    story.replies_to(story.writes(-9 * DAY, "@old", feed="gone"), -9 * DAY + 1)
    view = Ledger.of(story.facts()).span(at(HOUR), "24h")
    assert [(one.name, one.n) for one in classed(view, "feed")] == [("site", 3), ("mail", 2)]


def test_a_class_alone_has_the_numbers_of_all() -> None:
    """The breakdown counts as the metrics do: with one class they are the same."""
    story = Story()
    for n, act in enumerate("aahc-apd"):
        key = story.writes(n * 200, f"@p{n % 3}", thread=f"t{n % 5}")
        if act in "ah":
            story.replies_to(key, n * 200 + 11 * n, "answer" if act == "a" else "holding")
        elif act in "cp":
            story.does(key, "closed" if act == "c" else "probably", n * 200 + 90, reason="spam")
    for window in ("24h", "7d", "all"):
        for minute in (1500, 3 * DAY, 9 * DAY):
            ledger = Ledger.of(story.facts())
            whole = {(one.metric, one.class_): one for one in ledger.figures(at(minute), window)}
            for one in classed(ledger.span(at(minute), window), "network"):
                for metric, mine in zip(NUMBERS, one.figures, strict=True):
                    total = whole[metric, None]
                    assert (mine.value, mine.n, mine.low) == (total.value, total.n, total.low), (
                        metric,
                        minute,
                    )
                    assert sorted(mine.ids) == sorted(total.ids), (metric, window, minute)
