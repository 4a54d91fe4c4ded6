"""What a figure says of itself, the same everywhere."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from cxtui.core.feed import Gap
from cxtui.core.metrics import METRICS, NAMES, Figure, wording
from cxtui.ui.sections import GROUPS

NOW = datetime(2026, 11, 20, tzinfo=UTC)


def figure(metric: str, value: float | None, n: int, **more: Any) -> Figure:
    unit = METRICS[metric].unit
    return Figure(metric, value, n, unit, more.pop("kind", "counted"), NOW, **more)


def test_values_are_written_for_people() -> None:
    told = {
        "96%": figure("response_rate", 0.955, 200),
        "4m": figure("first_response_median", 240.0, 9),
        ">5h00": figure("first_response_p90", None, 9, low=18_000.0, why="> 5h00: too many still wait"),
        "–": figure("nps", None, 0, why="nobody gave a 0-10 answer in this window"),
        "few": figure("recommend", 0.75, 4, class_="fast"),
        "75%": figure("recommend", 0.75, 10, class_="fast"),
        "~18k": figure("reach_bad", 18_200, 14, kind="estimate"),
        "14": figure("share_bad", 14, 20),
        "-12.5": figure("nps", -12.5, 8),
    }
    assert {wording.shown(one): words for words, one in told.items()} == {words: words for words in told}


def test_marks_tell_estimates_references_and_outages() -> None:
    down = (Gap("site", NOW, None, "HTTP 503"),)
    assert wording.marks(figure("response_rate", 1, 1)) == ""
    assert wording.marks(figure("reach_bad", 5, 1, kind="estimate", gaps=down)) == "est. ?"
    assert wording.marks(figure("response_rate", 1, 1, kind="reference")) == "ref"


def test_what_is_not_known_says_why_and_what_would_have_to_be_there() -> None:
    none = figure("review_mean", None, 0, why="no feed has reviews with stars")
    assert wording.reason(none) == "no feed has reviews with stars: add a feed of kind review"
    quiet = figure("review_mean", None, 0, why="no review in this window", class_="shop")
    assert wording.reason(quiet) == "no review in this window", "the feed is there"
    assert wording.reason(figure("recommend", 1, 4, class_="fast")) == "few (n=4): a percentage needs 10"
    slow = figure("first_answer_p90", None, 9, low=60.0, why="> 1m: too many still wait")
    assert wording.reason(slow) == "too many still wait"


def test_bounds_stand_beside_shares_that_have_some() -> None:
    fast = figure("recommend", 0.68, 22, class_="fast", low=0.473, high=0.836)
    assert wording.bounds(fast) == "[47-84]"
    assert wording.bounds(figure("recommend", 0.5, 4, class_="fast", low=0.1, high=0.9)) == ""
    assert wording.bounds(figure("reach_bad", 9000, 4, low=0, high=9000)) == "[0 to 9.0k]"


def test_studies_stand_beside_as_theirs() -> None:
    never = figure("recommend", 0.2, 30, class_="never")
    assert wording.stands_beside(never) == ("association", "ref 19% recommend after no answer")
    rate = figure("ever_ignored", 0.0, 3, beside=(("closed spam", 2), ("probably", 0)))
    assert wording.stands_beside(rate)[0] == "closed spam 2"
    assert len(wording.stands_beside(rate)) == 3, "what is nothing is not said; two studies are"


def test_a_score_made_of_stars_is_not_called_nps() -> None:
    assert wording.said(figure("nps", 20.0, 5)) == "NPS"
    assert wording.said(figure("nps_stars", 20.0, 5)) == "NPS*"
    assert wording.said(figure("answered_within_5m", 1, 5)) == "answered within 5m"


def test_every_metric_has_its_group_on_the_screen() -> None:
    grouped = [metric for _, metrics in GROUPS for metric in metrics]
    assert sorted(grouped) == sorted(NAMES)
