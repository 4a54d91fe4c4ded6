"""What a policy promised when somebody began to wait holds; only a raised priority brings it nearer."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st
from test_interval import at, histories

from cxtui.core.calendar import Calendar
from cxtui.core.clock import Frozen, Policy, Target
from cxtui.core.filters import parse
from cxtui.core.freezing import frozen
from cxtui.core.history import History, intervals
from cxtui.core.interval import Interval, Promise
from cxtui.core.item import Author, Clean, Event, Item, Reply, ReplyKind, Verb
from cxtui.core.policies import Policies

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = Calendar("office", BERLIN, (((9 * 60, 17 * 60),),) * 5 + ((), ()))
LATER = Calendar("office", BERLIN, (((10 * 60, 18 * 60),),) * 5 + ((), ()))
FRIDAY = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
"""16:30 in Berlin."""
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def hours(count: float) -> Target:
    return Target(worked=timedelta(hours=count))


def item(**facts: Any) -> Item:
    found = Item(
        id="page:1", feed="page", network="isso", kind="comment", thread="page:1",
        author=Author(Clean("@mai"), Clean("Mai")), text=Clean("it does not work"), posted=FRIDAY,
        seen=FRIDAY,
    )  # fmt: skip
    return replace(found, **facts)


def did(verb: Verb, minute: float, key: str = "", **detail: Any) -> Event:
    return Event(key or f"{verb}@{minute:g}", "page:1", verb, "nok", FRIDAY + minute * MINUTE, detail)


def said(minute: float, kind: ReplyKind = "holding") -> Reply:
    return Reply("page:1", "nok", Clean("…"), FRIDAY + minute * MINUTE, kind, remote_id=f"r{minute:g}")


def waits(policies: Policies, *events: Event, replies: tuple[Reply, ...] = (), **more: Any) -> Interval:
    kept = more.pop("frozen", {})
    promises = more.pop("promises", ())
    (found,) = intervals(History([item(**more)], replies, events, promises, kept), policies)
    return found


STEADY = Policies((Policy("desk", hours(1), update=hours(4), calendar=OFFICE),))
BY_PRIORITY = Policies((
    Policy("now", hours(0.25), update=hours(1), calendar=OFFICE, match=parse("priority:urgent")),
    Policy("vip", hours(0.5), update=hours(2), calendar=OFFICE, match=parse("tag:vip")),
    Policy("desk", hours(1), update=hours(4), calendar=OFFICE),
))  # fmt: skip


def test_a_due_time_is_counted_in_the_hours_of_the_policy() -> None:
    found = waits(STEADY)
    assert (found.policy, found.calendar) == ("desk", OFFICE.hash)
    assert found.due == datetime(2026, 11, 23, 8, 30, tzinfo=UTC)  # Monday 09:30
    assert found.target == HOUR


def test_it_is_soon_when_a_quarter_of_its_working_time_is_left() -> None:
    assert waits(STEADY).soon == datetime(2026, 11, 23, 8, 15, tzinfo=UTC)
    early = Policies((replace(STEADY.listed[0], warn=40 * MINUTE),))
    assert waits(early).soon == datetime(2026, 11, 20, 15, 50, tzinfo=UTC)
    always = Policies((replace(STEADY.listed[0], warn=2 * HOUR),))
    assert waits(always).soon == FRIDAY


def test_a_warning_in_minutes_needs_no_calendar() -> None:
    found = waits(Policies(last=Policy(warn=10 * MINUTE)))
    assert (found.worked, found.due - found.soon) == (None, 10 * MINUTE)


def test_calendar_days_end_at_the_hour_at_which_they_began() -> None:
    days = Policies((Policy("desk", Target(days=2), calendar=OFFICE),))
    assert waits(days).due == FRIDAY + 2 * DAY
    assert waits(days).soon == FRIDAY + 1.5 * DAY
    autumn = datetime(2026, 10, 24, 10, tzinfo=UTC)
    assert waits(days, posted=autumn, seen=autumn).due == autumn + 2 * DAY + HOUR
    both = Policies((Policy("desk", Target(days=1, worked=HOUR), calendar=OFFICE),))
    assert waits(both).due == datetime(
        2026, 11, 23, 9, tzinfo=UTC
    )  # Saturday, then an hour from Monday 09:00


def test_the_update_clock_counts_working_time_too() -> None:
    found = waits(STEADY, replies=(said(10),))  # 16:40: twenty minutes on Friday, the rest on Monday
    due = datetime(2026, 11, 23, 11, 40, tzinfo=UTC)
    assert found.running == ("update", due)
    assert found.soon == due - HOUR
    assert found.due == datetime(2026, 11, 23, 8, 30, tzinfo=UTC)


def test_a_held_customers_due_time_is_the_earliest_promise_before_the_next_update() -> None:
    promised = Promise("page:1", "by ten", FRIDAY, datetime(2026, 11, 23, 9, tzinfo=UTC))
    found = waits(STEADY, replies=(said(10),), promises=(promised,))
    assert found.running == ("update", promised.due)
    late = replace(promised, due=datetime(2026, 11, 25, 9, tzinfo=UTC))
    found = waits(STEADY, replies=(said(10),), promises=(late,))
    assert found.running == ("update", datetime(2026, 11, 23, 11, 40, tzinfo=UTC))


def test_the_thanks_clock_counts_in_the_same_hours() -> None:
    policies = Policies((replace(STEADY.listed[0], thanks=hours(2)),))
    assert waits(policies, tone="praise").running == ("thanks", datetime(2026, 11, 23, 9, 30, tzinfo=UTC))


def test_a_raised_priority_brings_the_due_time_nearer() -> None:
    found = waits(BY_PRIORITY, did("priority", 5, level="urgent"))
    assert (found.policy, found.due, found.target) == ("now", FRIDAY + 15 * MINUTE, 15 * MINUTE)
    assert found.update == HOUR


def test_a_tag_that_has_a_policy_of_its_own_brings_it_nearer() -> None:
    found = waits(BY_PRIORITY, did("tagged", 5, tag="vip"))
    assert (found.policy, found.due) == ("vip", FRIDAY + 30 * MINUTE)


def test_a_lowered_priority_and_a_tag_taken_off_leave_it() -> None:
    found = waits(
        BY_PRIORITY, did("priority", 5, level="urgent"), did("priority", 6, level="low"),
        did("tagged", 7, tag="vip"), did("untagged", 8, tag="vip"),
    )  # fmt: skip
    assert (found.policy, found.due) == ("now", FRIDAY + 15 * MINUTE)
    slow = Policies((Policy("low", hours(0.1), match=parse("priority:low")), *STEADY.listed))
    assert waits(slow, did("priority", 5, level="low")).due == waits(slow).due


def test_a_raise_to_a_slower_policy_moves_nothing() -> None:
    slow = Policies(
        (Policy("urgent", hours(8), calendar=OFFICE, match=parse("priority:urgent")), *STEADY.listed)
    )
    assert waits(slow, did("priority", 5, level="urgent")).due == waits(slow).due


def test_undoing_a_raise_brings_the_old_due_time_back() -> None:
    events = (did("priority", 5, "p", level="urgent"), did("undone", 6, event="p"))
    assert waits(BY_PRIORITY, *events).due == waits(BY_PRIORITY).due


def test_a_raise_after_a_holding_reply_leaves_what_was_met_and_hurries_the_next_word() -> None:
    found = waits(BY_PRIORITY, did("priority", 60, level="urgent"), replies=(said(10),))
    assert (found.policy, found.due) == ("desk", waits(BY_PRIORITY).due)
    assert found.running == ("update", datetime(2026, 11, 23, 8, 40, tzinfo=UTC))


def test_a_raise_after_the_answer_changes_nothing() -> None:
    found = waits(BY_PRIORITY, did("priority", 60, level="urgent"), replies=(said(10, "answer"),))
    assert (found.policy, found.due, found.priority) == ("desk", waits(BY_PRIORITY).due, "urgent")


def test_what_was_frozen_stays_when_the_configuration_changes() -> None:
    """The policy, its hours and every due time, also those after replies that were sent before."""
    events = (did("priority", 5, level="urgent"), did("tagged", 6, tag="vip"))
    before = waits(BY_PRIORITY, *events, replies=(said(10),))
    others = Policies((
        Policy("now", hours(0.05), update=hours(0.5), calendar=LATER, match=parse("priority:urgent")),
        Policy("vip", hours(0.01), update=hours(0.1), calendar=LATER, match=parse("tag:vip")),
        Policy("desk", hours(3), update=hours(1), warn=0.5, calendar=LATER),
    ))  # fmt: skip
    after = waits(others, *events, replies=(said(10),), frozen=frozen(before))
    assert after == before
    assert after.due == FRIDAY + 15 * MINUTE
    assert waits(others, *events, replies=(said(10),)).due != before.due


def test_a_configuration_that_changes_between_two_raises_counts_for_the_second_only() -> None:
    tag, level = did("tagged", 5, tag="vip"), did("priority", 6, level="urgent")
    before = waits(BY_PRIORITY, tag)
    sharper = Policies((
        Policy("now", hours(0.2), match=parse("priority:urgent")),
        Policy("vip", hours(0.1), match=parse("tag:vip")),
        Policy("desk", hours(0.05)),
    ))  # fmt: skip
    after = waits(sharper, tag, level, frozen=frozen(before))
    assert (before.due, after.due) == (FRIDAY + 30 * MINUTE, FRIDAY + 12 * MINUTE)


def test_an_imported_due_time_holds_and_what_is_not_said_comes_from_the_policy() -> None:
    due = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
    fixed = {"page:1": Frozen("desk", OFFICE.hash, due)}
    found = waits(STEADY, frozen=fixed)
    assert found == waits(STEADY)
    other = {"page:1": Frozen("desk", OFFICE.hash, due + HOUR)}
    assert (waits(STEADY, frozen=other).due, waits(STEADY, frozen=other).target) == (due + HOUR, 2 * HOUR)


def test_a_raise_that_an_import_brings_is_in_its_due_time_already() -> None:
    raised = did("priority", 5, level="urgent")
    due = FRIDAY + 25 * MINUTE
    fixed = {"page:1": Frozen("now", OFFICE.hash, due, covers=raised.at)}
    assert waits(BY_PRIORITY, raised, frozen=fixed).due == due
    again = did("tagged", 6, tag="vip")
    faster = Policies((Policy("vip", hours(0.1), match=parse("tag:vip")), *BY_PRIORITY.listed))
    assert waits(faster, raised, again, frozen=fixed).due == FRIDAY + 6 * MINUTE


def test_the_first_policy_that_fits_counts_and_behind_them_all_is_the_default() -> None:
    reviews = Policies((Policy("reviews", hours(4), match=parse("kind:review")),))
    assert [reviews(item(kind=kind)).name for kind in ("review", "comment")] == ["reviews", "default"]
    assert BY_PRIORITY(item(), "urgent", ["vip"]).name == "now"
    assert BY_PRIORITY(item(), "normal", ["vip"]).name == "vip"
    assert reviews.named("reviews") is reviews.listed[0]
    assert reviews.named("gone") is None


def test_the_shortest_target_is_that_of_a_policy_something_can_come_to() -> None:
    assert BY_PRIORITY.shortest == 15 * MINUTE
    assert Policies((Policy("all", hours(4), hours(4)),)).shortest == 4 * HOUR
    assert Policies((Policy("reviews", hours(4), hours(4), match=parse("kind:review")),)).shortest == HOUR


@settings(max_examples=200, deadline=None)
@given(histories(), st.integers(0, 5000))
def test_no_later_configuration_and_no_later_reading_moves_what_was_promised(
    known: History, minute: int
) -> None:
    raised = Event("raised", known.items[0].id, "priority", "nok", at(minute), {"level": "urgent"})
    known = replace(known, events=[*known.events, raised])
    before = intervals(known, BY_PRIORITY)
    kept = {key: terms for one in before if not one.history for key, terms in frozen(one).items()}
    for others in (BY_PRIORITY, Policies(), STEADY):
        after = intervals(replace(known, frozen=kept), others)
        counting = [(new, old) for new, old in zip(after, before, strict=True) if not old.history]
        assert all(new == old for new, old in counting)
