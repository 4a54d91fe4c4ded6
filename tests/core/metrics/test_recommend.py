"""Which outcome belongs to which answer, and which to none."""

from __future__ import annotations

from typing import Any

import pytest
from told import DAY, HOUR, Story

from cxtui.core.metrics.estimates import wilson

END = 60 * DAY


def answered(minute: float) -> tuple[Story, str]:
    story = Story()
    item = story.writes(0)
    story.replies_to(item, minute)
    return story, item


def test_the_three_classes_and_the_interval_beside_the_share() -> None:
    story = Story()
    for n, minute in enumerate((10, 20, 2 * HOUR, None)):
        item = story.writes(0, f"@{n}")
        if minute is not None:
            story.replies_to(item, minute)
        story.does(item, "recommends" if n == 0 else "detracts", 8 * DAY)
    numbers = story.numbers(END)
    assert numbers.value("recommend", "fast") == (0.5, 2)
    assert numbers.value("recommend", "late") == (0, 1)
    assert numbers.value("recommend", "never") == (0, 1)
    fast = numbers("recommend", "fast")
    assert (fast.low, fast.high) == wilson(1, 2)
    assert set(fast.ids) == {"comments:1", "comments:2"}


@pytest.mark.parametrize("late", [29, 30])
def test_the_difference_between_two_classes_is_told_where_both_have_thirty(late: int) -> None:
    story = Story()
    for n in range(30 + late):
        item = story.writes(0, f"@{n}")
        story.replies_to(item, 10 if n < 30 else 2 * HOUR)
        story.does(item, "detracts" if n % 3 and n >= 30 else "recommends", DAY)
    numbers = story.numbers(END)
    assert numbers.value("recommend", "fast") == (1, 30)
    assert numbers("recommend", "late").n == late
    points = {"points over late": 67} if late == 30 else {}
    assert dict(numbers("recommend", "fast").beside) == points
    assert numbers("recommend", "late").beside == numbers("recommend", "never").beside == ()


@pytest.mark.parametrize(
    ("facts", "value"),
    [
        ({"stars": 4.0}, 1), ({"stars": 2.0}, 0), ({"stars": 3.0}, 0), ({"stars": 8.0, "scale": 10}, 1),
        ({"score": 9}, 1), ({"score": 7}, 0), ({"score": 6}, 0),
    ],
)  # fmt: skip
def test_a_review_or_a_score_by_the_same_person_on_any_feed_is_the_outcome(
    facts: dict[str, Any], value: int
) -> None:
    story, _ = answered(10)
    story.writes(DAY, feed="reviews", kind="review", **facts)
    assert story.numbers(END).value("recommend", "fast") == (value, 1), "neutral counts in n"


def test_another_persons_review_says_nothing() -> None:
    story, _ = answered(10)
    story.writes(DAY, "@tom", stars=5)
    assert story.numbers(END).value("recommend", "fast") == (None, 0)


def test_people_without_a_name_are_never_the_same_person() -> None:
    story = Story()
    story.replies_to(story.writes(0, ""), 10)
    story.writes(DAY, "", stars=5)
    assert story.numbers(END).value("recommend", "fast") == (None, 0)


@pytest.mark.parametrize(("minute", "n"), [(10, 0), (10.1, 1), (10 + 30 * DAY, 1), (11 + 30 * DAY, 0)])
def test_an_outcome_counts_for_thirty_days_after_the_answer(minute: float, n: int) -> None:
    story, _ = answered(10)
    story.writes(minute, feed="reviews", stars=5)
    assert story.numbers(END).value("recommend", "fast")[1] == n


def test_the_last_of_several_outcomes_counts() -> None:
    story, item = answered(10)
    story.writes(DAY, feed="reviews", stars=5)
    story.does(item, "detracts", 2 * DAY)
    assert story.numbers(END).value("recommend", "fast") == (0, 1)
    assert story.numbers(1.5 * DAY).value("recommend", "fast") == (1, 1)


def test_a_tag_counts_only_for_the_contact_it_was_set_on_and_can_be_undone() -> None:
    story, item = answered(10)
    other = story.writes(0)
    story.replies_to(other, 10)
    tag = story.does(item, "recommends", 20)
    assert story.numbers(END).value("recommend", "fast") == (1, 1)
    story.does(item, "undone", 21, event=tag)
    assert story.numbers(END).value("recommend", "fast") == (None, 0)


def test_never_is_known_after_seven_days_and_a_later_answer_changes_nothing() -> None:
    story = Story()
    item = story.writes(0)
    story.does(item, "detracts", 6 * DAY)
    story.replies_to(item, 8 * DAY)
    assert story.numbers(END).value("recommend", "never") == (None, 0), "that was before the class was known"
    story.does(item, "recommends", 9 * DAY)
    assert story.numbers(END).value("recommend", "never") == (1, 1)
    assert story.numbers(END).value("recommend", "late") == (None, 0)


@pytest.mark.parametrize(
    ("minute", "class_"), [(60, "fast"), (61, "late"), (7 * DAY, "late"), (7 * DAY + 1, "never")]
)
def test_the_class_turns_at_due_and_at_seven_days(minute: float, class_: str) -> None:
    story, item = answered(minute)
    story.does(item, "recommends", 10 * DAY)
    assert story.numbers(END).value("recommend", class_) == (1, 1)


def test_a_holding_reply_is_no_answer_and_a_closed_wait_has_no_class() -> None:
    story = Story()
    held, closed = story.writes(0, "@a"), story.writes(0, "@b")
    story.replies_to(held, 5, "holding")
    story.closes(closed, 90)
    for item in (held, closed):
        story.does(item, "detracts", 8 * DAY)
    numbers = story.numbers(END)
    assert [numbers.value("recommend", c)[1] for c in ("fast", "late", "never")] == [0, 0, 1]


def test_the_first_wait_that_is_not_praise_gives_the_class() -> None:
    story = Story()
    story.replies_to(story.writes(0, thread="t", tone="praise"), 5, "thanks")
    asked = story.writes(10, thread="t")
    story.replies_to(asked, 2 * HOUR)
    later = story.writes(3 * HOUR, thread="t")
    story.replies_to(later, 3 * HOUR + 1)
    story.does(later, "recommends", DAY)
    numbers = story.numbers(END)
    assert numbers("recommend", "late").ids == (asked,)
    assert numbers.value("recommend", "fast") == (None, 0)


def test_the_window_selects_by_the_moment_of_the_outcome() -> None:
    story, item = answered(10)
    story.does(item, "recommends", 20 * DAY)
    assert story.numbers(20 * DAY + 5, "24h").value("recommend", "fast") == (1, 1)
    assert story.numbers(22 * DAY, "24h").value("recommend", "fast") == (None, 0)
