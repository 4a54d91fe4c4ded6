"""Who stands where, with the reasons: the rows add up to what the two numbers say."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st
from stories import Step, steps, tell
from told import DAY, Story, at

from cxtui.core.metrics import Ledger
from cxtui.core.metrics.advocacy import standings


def test_an_advocate_and_a_detractor_with_their_reasons() -> None:
    story = Story()
    for minute in (0, DAY):
        story.writes(minute, "@mai", stars=5.0, kind="review", tone="praise")
    bad = story.writes(DAY, "@tom", tone="complaint")
    first, second = standings(Ledger.of(story.facts()), at(2 * DAY))
    assert (first.side, first.points, first.days, first.waits) == ("advocate", 6, 2, False)
    assert [(one.what, one.points, one.at) for one in first.reasons] == [
        ("recommended", 3, at(DAY)),
        ("recommended", 3, at(0)),
    ]
    assert (second.side, second.points, second.waits) == ("detractor", -3, True)
    assert [(one.what, one.item) for one in second.reasons] == [("public complaint unresolved", bad)]


def test_points_halve_after_90_days_and_end_after_180() -> None:
    story = Story()
    for minute in (0, DAY):
        story.writes(minute, "@mai", stars=5.0, kind="review", tone="praise")
    ledger = Ledger.of(story.facts())
    assert [one.points for one in standings(ledger, at(92 * DAY), everybody=True)] == [3]
    assert standings(ledger, at(92 * DAY)) == ()
    assert standings(ledger, at(183 * DAY), everybody=True) == ()
    assert [one.side for one in standings(ledger, at(2 * DAY))] == ["advocate"], "time can go back"


def test_who_waits_for_something_is_no_advocate_yet() -> None:
    story = Story()
    for minute in (0, DAY):
        story.writes(minute, "@mai", stars=5.0, kind="review", tone="praise")
    asked = story.writes(DAY + 5, "@mai", text="where is my order?")
    assert standings(Ledger.of(story.facts()), at(DAY + 9)) == ()
    story.replies_to(asked, DAY + 10)
    assert len(standings(Ledger.of(story.facts()), at(DAY + 11))) == 1


@settings(max_examples=60, deadline=None)
@given(st.lists(steps, min_size=1, max_size=40), st.integers(0, 200_000))
def test_the_rows_are_as_many_as_the_numbers_say_and_their_reasons_add_up(
    told: list[Step], later: int
) -> None:
    story, minute = tell(told)
    ledger = Ledger.of(story.facts())
    rows = standings(ledger, at(minute + later), everybody=True)
    numbers = {one.metric: one for one in ledger.figures(at(minute + later)) if one.kind == "counted"}
    sides = Counter(one.side for one in rows)
    assert sides["advocate"] == numbers["advocates"].value
    assert sides["detractor"] == numbers["detractors"].value
    assert len(rows) == numbers["advocates"].n
    for one in rows:
        assert sum(reason.points for reason in one.reasons) == one.points
        assert one.days == len({reason.at.date() for reason in one.reasons if reason.points > 0})
