"""Every row of the table of edge cases: what a rate, a time and a target make of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from told import DAY, HOUR, Story, at

from cxtui.core.metrics.facts import outage
from cxtui.core.metrics.targets import responded, updated

RATES = ("answered_within_60m", "response_rate", "ever_ignored")
TIMES = ("first_response_median", "first_answer_median")


def left_out(story: Story, minute: float, *metrics: str) -> bool:
    numbers = story.numbers(minute)
    return all(numbers.value(name) == (None, 0) for name in metrics)


def test_answered_elsewhere_and_seen_on_the_network_counts_by_the_networks_time() -> None:
    story = Story()
    story.replies_to(story.writes(0, seen=200), 30)
    numbers = story.numbers(8 * DAY)
    assert numbers.value("answered_within_60m") == (1, 1)
    assert numbers.value("answered_within_5m") == (0, 1)
    assert numbers.value("first_answer_median") == (30 * 60, 1)
    assert numbers.value("in_target") == (1, 1)


def test_marked_answered_by_hand_is_answered_then_counted_apart_and_has_no_time() -> None:
    story = Story()
    story.closes(story.writes(0), 50, "answered-elsewhere")
    numbers = story.numbers(8 * DAY)
    assert numbers.value("answered_within_60m") == (1, 1)
    assert numbers.value("answered_within_30m") == (0, 1)
    assert ("marked by hand", 1) in numbers("response_rate").beside
    assert numbers.value("in_target") == (1, 1)
    assert numbers.value("ever_ignored") == (0, 1)
    assert left_out(story, 8 * DAY, *TIMES)


def test_marked_by_hand_after_due_misses_the_target() -> None:
    story = Story()
    story.closes(story.writes(0), 61, "answered-elsewhere")
    assert story.numbers(8 * DAY).value("in_target") == (0, 1)


def test_closed_before_due_is_out_everywhere_and_stands_beside() -> None:
    story = Story()
    story.closes(story.writes(0), 60, "spam")
    assert left_out(story, 8 * DAY, *RATES, *TIMES, "in_target")
    assert story.numbers(8 * DAY)("response_rate").beside == (("closed spam", 1), ("waiting", 0))


def test_closed_after_due_is_in_as_unanswered_and_missed_without_a_time() -> None:
    story = Story()
    story.closes(story.writes(0), 61, "spam")
    numbers = story.numbers(8 * DAY)
    assert numbers.value("answered_within_24h") == (0, 1)
    assert numbers.value("response_rate") == (0, 1)
    assert numbers.value("in_target") == (0, 1)
    assert numbers.value("ever_ignored") == (0, 1), "a close with a reason is no neglect"
    assert left_out(story, 8 * DAY, *TIMES)


def test_snoozed_stays_in_the_rate_and_its_clocks_run() -> None:
    story = Story()
    story.does(story.writes(0), "snoozed", 1, until=at(3 * DAY).isoformat())
    numbers = story.numbers(61)
    assert numbers.value("response_rate") == (0, 1)
    assert numbers.value("answered_within_60m") == (0, 1)
    assert numbers.value("in_target") == (0, 1)
    assert numbers("first_response_median").low == 61 * 60
    assert numbers.value("late_now") == (1, 1)
    assert numbers.value("waiting_now") == (1, 1)


def test_claimed_stays_in_the_denominator() -> None:
    story = Story()
    story.does(story.writes(0), "claimed", 1)
    assert story.numbers(61).value("answered_within_60m") == (0, 1)


def test_held_then_silence_is_unanswered_with_its_contact_time_and_a_missed_update() -> None:
    story = Story()
    item = story.writes(0)
    story.replies_to(item, 10, "holding")
    story.promises_to(item, 10, 2 * HOUR)
    numbers = story.numbers(2 * DAY)
    assert numbers.value("response_rate") == (0, 1)
    assert numbers.value("first_response_median") == (600, 1)
    assert numbers.value("first_answer_median") == (None, 1)
    assert numbers("first_answer_median").why.startswith("> 2d")
    assert numbers.value("in_target", "default/first_response") == (1, 1)
    assert numbers.value("in_target", "default/update") == (0, 1)
    assert numbers.value("in_target") == (1, 1)
    assert dict(numbers("in_target").beside) == {"updates met": 0, "updates missed": 1}, "who only holds"
    assert numbers.value("promises_kept") == (0, 1)


def test_withdrawn_before_due_is_out() -> None:
    story = Story()
    story.does(story.writes(0), "withdrawn", 60)
    assert left_out(story, 8 * DAY, *RATES, *TIMES, "in_target")


def test_withdrawn_after_due_unanswered_is_in_as_unanswered_missed_and_ignored() -> None:
    story = Story()
    story.does(story.writes(0), "withdrawn", 61)
    numbers = story.numbers(8 * DAY)
    assert numbers.value("response_rate") == (0, 1)
    assert numbers.value("in_target") == (0, 1)
    assert numbers.value("ever_ignored") == (1, 1)
    assert left_out(story, 8 * DAY, *TIMES)


def test_withdrawn_after_an_answer_stays() -> None:
    story = Story()
    item = story.writes(0)
    story.replies_to(item, 20)
    story.does(item, "withdrawn", 30)
    numbers = story.numbers(8 * DAY)
    assert numbers.value("response_rate") == (1, 1)
    assert numbers.value("first_answer_median") == (1200, 1)
    assert numbers.value("in_target") == (1, 1)


def test_an_edit_by_the_customer_restarts_nothing() -> None:
    story = Story()
    item = story.writes(0)
    story.does(item, "edited", 40)
    story.replies_to(item, 50)
    numbers = story.numbers(DAY)
    assert numbers.value("first_answer_median") == (3000, 1)
    assert numbers.value("answered_within_30m") == (0, 1)


def test_a_deleted_reply_opens_the_interval_again_and_takes_the_contact_with_it() -> None:
    story = Story()
    item = story.writes(0)
    reply = story.replies_to(item, 10)
    story.does(item, "reply_deleted", 20, remote_id=reply)
    numbers = story.numbers(70)
    assert numbers.value("response_rate") == (0, 1)
    assert numbers.value("first_response_median") == (None, 1)
    assert numbers.value("late_now") == (1, 1)


def test_a_deleted_reply_leaves_the_contact_of_another_that_stands() -> None:
    story = Story()
    item = story.writes(0)
    story.replies_to(item, 5, "holding")
    answer = story.replies_to(item, 10)
    story.does(item, "reply_deleted", 20, remote_id=answer)
    numbers = story.numbers(70)
    assert numbers.value("first_response_median") == (300, 1)
    assert numbers.value("first_answer_median") == (None, 1)
    assert numbers.value("waiting_now") == (1, 1)


def test_what_is_not_sent_is_no_reply_yet_and_the_clock_runs() -> None:
    """A reply in the outbox is no `Reply`: with none in the facts the interval waits."""
    story = Story()
    story.writes(0)
    numbers = story.numbers(61)
    assert numbers.value("response_rate") == (0, 1)
    assert numbers.value("late_now") == (1, 1)


def test_an_outage_counts_from_posted_is_shown_as_pickup_delay_and_tags_the_miss() -> None:
    story = Story()
    story.is_down("comments", 10, 100)
    item = story.writes(0, seen=100)
    story.replies_to(item, 110)
    numbers = story.numbers(DAY)
    assert numbers.value("first_answer_median") == (110 * 60, 1)
    assert numbers.value("pickup_delay_median") == (100 * 60, 1)
    assert numbers.value("in_target") == (0, 1)
    assert ("missed in an outage", 1) in numbers("in_target").beside
    assert [gap.feed for gap in numbers("in_target").gaps] == ["comments"]
    assert numbers("pickup_delay_median").beside == (("during an outage", 1),)
    assert story.numbers(3 * DAY, "24h")("pickup_delay_median").beside == ()
    (waits,) = story.intervals()
    assert outage(waits, story.gaps) == timedelta(minutes=90)


def test_an_erased_person_leaves_the_timing_as_it_was() -> None:
    story, anonymous = Story(), Story()
    for told, who, text in ((story, "@mai", "it does not work"), (anonymous, "", "")):
        told.replies_to(told.writes(0, who, text=text), 20)
        told.writes(5, who, text=text)
    for name in (*RATES, *TIMES, "in_target"):
        assert story.numbers(8 * DAY).value(name) == anonymous.numbers(8 * DAY).value(name)


def test_the_same_item_through_two_feeds_counts_once() -> None:
    story = Story()
    story.writes(0, tone="complaint")
    facts = story.facts()
    assert len(facts.intervals) == 1
    story.items.append(story.items[0])
    assert story.numbers(DAY).value("share_bad") == (1, 1)
    assert story.numbers(DAY).value("pickup_delay_median") == (0, 1)


def test_probably_answered_is_left_out_everywhere_and_counted_beside() -> None:
    story = Story()
    story.does(story.writes(0), "probably", 30, evidence="a reply by a bare name", at=at(20).isoformat())
    assert left_out(story, 8 * DAY, *RATES, *TIMES, "in_target")
    numbers = story.numbers(8 * DAY)
    assert ("probably", 1) in numbers("response_rate").beside
    assert numbers.value("probably_now") == (1, 1)
    assert numbers.value("waiting_now") == (0, 0)
    assert numbers.value("late_now") == (0, 0)


def test_probably_answered_and_confirmed_is_answered_then() -> None:
    story = Story()
    item = story.writes(0)
    story.does(item, "probably", 30, evidence="…", at=at(20).isoformat())
    story.does(item, "confirmed", 3 * HOUR)
    numbers = story.numbers(8 * DAY)
    assert numbers.value("first_response_median") == (1200, 1)
    assert numbers.value("in_target") == (1, 1)


def test_probably_answered_and_rejected_waits_as_before() -> None:
    story = Story()
    item = story.writes(0)
    story.does(item, "probably", 30, evidence="…", at=at(20).isoformat())
    story.does(item, "rejected", 40)
    assert story.numbers(61).value("in_target") == (0, 1)


def test_a_closed_thanks_interval_is_out() -> None:
    for minute in (HOUR, 3 * DAY):
        story = Story()
        story.closes(story.writes(0, tone="praise"), minute)
        assert left_out(story, 8 * DAY, *RATES, "in_target", "thanked_within_48h")


def test_a_question_after_praise_opens_an_ordinary_interval() -> None:
    story = Story()
    story.writes(0, thread="t", tone="praise")
    story.writes(10, thread="t", text="is there a red one?")
    numbers = story.numbers(20)
    assert numbers.value("waiting_now") == (1, 1)
    assert numbers("waiting_now").ids == ("comments:2",)
    assert len(story.intervals()) == 2


def test_praise_stays_out_of_every_rate_time_and_breach_figure() -> None:
    story = Story()
    story.replies_to(story.writes(0, tone="praise"), 3 * DAY, "thanks")
    story.writes(0, "@tom", stars=5)
    assert left_out(story, 9 * DAY, *RATES, *TIMES, "in_target")
    numbers = story.numbers(9 * DAY)
    assert numbers.value("late_now") == (0, 0)
    assert numbers.value("in_target", "default/thanks") == (0, 2)
    assert numbers.value("thanked_within_48h") == (0, 2)


def test_history_is_in_no_number() -> None:
    story = Story()
    story.writes(0, history=True, tone="complaint", stars=1, score=2)
    for row in story.numbers(9 * DAY).rows:
        assert row.kind == "reference" or row.n == 0, row.metric
    assert story.numbers(9 * DAY).value("share_bad") == (0, 0)


def test_held_and_closed_keeps_the_result_its_response_clock_had() -> None:
    story = Story()
    item = story.writes(0)
    story.replies_to(item, 10, "holding")
    story.closes(item, 2 * HOUR)
    (waits,) = story.intervals()
    assert responded(waits, at(DAY)) is True
    assert updated(waits, at(DAY)) is None, "the close stopped the clock in time"


def test_what_comes_at_the_due_time_itself_is_in_time_for_every_clock() -> None:
    story = Story()
    story.replies_to(story.writes(0, "@a"), 60)
    held = story.writes(0, "@b")
    story.replies_to(held, 0, "holding")
    story.replies_to(held, 4 * HOUR)
    story.replies_to(story.writes(0, "@c", tone="praise"), 2 * DAY, "thanks")
    numbers = story.numbers(3 * DAY)
    assert numbers.value("in_target", "default/first_response") == (1, 2)
    assert numbers.value("in_target", "default/update") == (1, 1)
    assert numbers.value("in_target", "default/thanks") == (1, 1)


def test_no_clock_is_missed_at_its_due_time_itself() -> None:
    story = Story()
    story.writes(0, "@a")
    story.writes(0, "@b", tone="praise")
    assert story.numbers(60).value("in_target") == (None, 0)
    assert story.numbers(2 * DAY).value("in_target", "default/thanks") == (None, 0)
    assert story.numbers(2 * DAY + 1).value("in_target", "default/thanks") == (0, 1)


def test_what_is_probably_answered_pauses_the_update_and_the_thanks_clock_too() -> None:
    story = Story()
    held, praise = story.writes(0, "@a"), story.writes(0, "@b", tone="praise")
    story.replies_to(held, 5, "holding")
    for item in (held, praise):
        story.does(item, "probably", 10)
    numbers = story.numbers(9 * DAY)
    assert numbers.value("in_target", "default/update") == (None, 0)
    assert numbers.value("in_target", "default/thanks") == (None, 0)
    assert numbers.value("thanked_within_48h") == (None, 0)
    assert numbers.value("probably_now") == (2, 2)


def test_a_promise_that_is_due_when_the_wait_begins_is_missed_the_next_minute() -> None:
    story = Story()
    item = story.writes(0)
    story.replies_to(item, 10, "holding")
    story.replies_to(item, 11)
    story.promises_to(item, 5, 10)
    (waits,) = story.intervals()
    assert updated(waits, at(DAY), story.promises) is False


def test_one_late_update_of_three_is_a_miss() -> None:
    story = Story()
    item = story.writes(0)
    story.replies_to(item, 10, "holding")
    story.replies_to(item, 5 * HOUR, "holding")
    story.replies_to(item, 6 * HOUR)
    (waits,) = story.intervals()
    assert updated(waits, at(DAY)) is False


def test_an_update_clock_is_undecided_while_the_last_wait_is_in_time() -> None:
    story = Story()
    item = story.writes(0)
    story.replies_to(item, 10, "holding")
    story.replies_to(item, 20, "holding")
    (waits,) = story.intervals()
    assert updated(waits, at(4 * HOUR + 20)) is None
    assert updated(waits, at(4 * HOUR + 21)) is False


def test_a_promise_before_the_policys_update_is_the_earlier_due() -> None:
    story = Story()
    item = story.writes(0)
    story.replies_to(item, 10, "holding")
    story.replies_to(item, 100)
    story.promises_to(item, 10, 60, "late")
    (waits,) = story.intervals()
    assert updated(waits, at(DAY), story.promises) is False
    assert updated(waits, at(DAY)) is True


def test_a_promise_that_was_released_only_after_it_was_broken_stays_a_miss() -> None:
    story = Story()
    item = story.writes(0)
    story.replies_to(item, 10, "holding")
    story.replies_to(item, 200)
    story.promises_to(item, 10, 60, "released")
    (waits,) = story.intervals()
    (promise,) = story.promises
    for released, met in ((None, True), (60, True), (61, False)):
        told = [replace(promise, released=None if released is None else at(released))]
        assert updated(waits, at(DAY), told) is met, released


@given(st.integers(0, 120), st.integers(0, 120))
def test_a_mark_by_hand_stops_the_update_clock(held: int, more: int) -> None:
    story = Story()
    item = story.writes(0)
    story.replies_to(item, held, "holding")
    story.closes(item, held + 3 * more, "answered-elsewhere")
    (waits,) = story.intervals()
    assert updated(waits, at(DAY * 9)) is (3 * more <= 4 * HOUR)
