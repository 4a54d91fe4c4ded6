"""What waits is worked out from what happened: the promises that hold for every history."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cxtui.core.clock import DEFAULT, Frozen, Policy
from cxtui.core.history import History, intervals
from cxtui.core.interval import Interval
from cxtui.core.item import Author, Clean, Event, Item, Reply, ReplyKind, Verb
from cxtui.core.policies import Policies

START = datetime(2026, 11, 22, 9, tzinfo=UTC)
THREAD = "page:1"


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def wrote(key: int, minute: float, *, seen: float | None = None, **facts: Any) -> Item:
    item = Item(
        id=f"page:{key}",
        feed="page",
        network="isso",
        kind="comment",
        thread=THREAD,
        author=Author(Clean("@mai"), Clean("Mai")),
        text=Clean(facts.pop("text", "it does not work")),
        posted=at(minute),
        seen=at(minute if seen is None else seen),
    )
    return replace(item, **facts)


def answered(item: Item, minute: float, kind: ReplyKind = "answer", key: str | None = None) -> Reply:
    return Reply(item.id, "nok", Clean("…"), at(minute), kind, remote_id=key or f"r{minute:g}")


def did(item: Item, verb: Verb, minute: float, **detail: Any) -> Event:
    return Event(f"{verb}@{minute:g}", item.id, verb, "nok", at(minute), detail)


def of(known: History, policy: Policy = DEFAULT) -> tuple[Interval, ...]:
    return intervals(known, Policies(last=policy))


minutes = st.integers(0, 5000)
tones = st.sampled_from(["complaint", "question", "praise", None])


@st.composite
def items(draw: st.DrawFn) -> list[Item]:
    count = draw(st.integers(1, 6))
    return [
        wrote(
            n,
            minute := draw(minutes),
            seen=minute + draw(st.sampled_from([0, 0, 1, 90, 3000])),
            tone=draw(tones),
            visibility=draw(st.sampled_from(["public", "direct"])),
            history=draw(st.integers(0, 9)) == 0,
        )
        for n in range(count)
    ]


@st.composite
def histories(draw: st.DrawFn) -> History:
    wrote_ = draw(items())
    some = st.sampled_from(wrote_)
    kinds: st.SearchStrategy[ReplyKind] = st.sampled_from(["answer", "holding", "holding", "thanks"])
    replies = [
        answered(draw(some), draw(minutes), draw(kinds), f"r{n}") for n in range(draw(st.integers(0, 4)))
    ]
    verbs: st.SearchStrategy[Verb] = st.sampled_from(
        ["closed", "snoozed", "woken", "withdrawn", "probably", "confirmed", "rejected", "reopened", "tagged"]
    )
    events: list[Event] = []
    for n, minute in enumerate(sorted(draw(st.lists(minutes, max_size=5)))):
        verb = draw(verbs)
        reason = draw(st.sampled_from(["spam", "answered-elsewhere"]))
        detail = {"closed": {"reason": reason}, "tagged": {"tag": "vip"}}.get(verb, {})
        events.append(Event(f"e{n}", draw(some).id, verb, "nok", at(minute), detail))
    if replies and draw(st.booleans()):
        gone = draw(st.sampled_from(replies))
        detail = {"remote_id": gone.remote_id}
        events.append(Event("gone", gone.item, "reply_deleted", "network", at(6000), detail))
    return History(wrote_, replies, events)


@given(histories(), st.randoms(use_true_random=False))
def test_the_order_in_which_things_are_told_says_nothing(known: History, chance: Any) -> None:
    told, replies = list(known.items), list(known.replies)
    chance.shuffle(told)
    chance.shuffle(replies)
    assert of(replace(known, items=told, replies=replies)) == of(known)


@given(histories())
def test_every_item_lies_in_exactly_one_interval(known: History) -> None:
    held = [key for waits in of(known) for key in waits.items]
    assert sorted(held) == sorted(item.id for item in known.items)


@given(histories())
def test_history_shares_no_interval_with_what_counts(known: History) -> None:
    old = {item.id for item in known.items if item.history}
    for waits in of(known):
        assert set(waits.items) <= old if waits.history else not set(waits.items) & old


@given(histories())
def test_nothing_is_answered_or_contacted_before_it_began(known: History) -> None:
    for waits in of(known):
        assert waits.answered is None or waits.answered >= waits.start
        assert waits.contacted is None or waits.contacted >= waits.start
        assert waits.contacted is None or waits.answered is None or waits.contacted <= waits.answered


@given(histories())
def test_a_thanks_interval_holds_nothing_but_praise_and_an_ordinary_one_something_else_first(
    known: History,
) -> None:
    by_id = {item.id: item for item in known.items}
    for waits in of(known):
        if not waits.history:
            assert waits.thanks is by_id[waits.items[0]].is_praise
            assert not waits.thanks or all(by_id[key].is_praise for key in waits.items)


@given(histories())
def test_a_contact_has_one_first_interval_which_names_it(known: History) -> None:
    found = [waits for waits in of(known) if not waits.history]
    for contact in {waits.contact for waits in found}:
        firsts = [waits for waits in found if waits.contact == contact and waits.first]
        assert [waits.id for waits in firsts] == [contact]


@given(histories())
def test_one_customer_waits_at_most_once_for_an_answer_and_once_for_thanks(known: History) -> None:
    for thanks in (False, True):
        assert sum(waits.open and waits.thanks is thanks for waits in of(known)) <= 1


@given(
    histories(), minutes, st.sampled_from(["closed", "snoozed", "tagged", "priority", "toned", "withdrawn"])
)
def test_an_undone_act_leaves_no_trace(known: History, minute: int, verb: Verb) -> None:
    act = Event(
        "act", known.items[0].id, verb, "nok", at(minute), {"reason": "spam", "tag": "x", "level": "high"}
    )
    undo = Event("undo", act.item, "undone", "nok", at(minute + 1), {"event": "act"})
    assert of(replace(known, events=[*known.events, act, undo])) == of(known)


@given(histories(), minutes)
def test_an_undone_undo_brings_the_act_back(known: History, minute: int) -> None:
    act = Event("act", known.items[0].id, "closed", "nok", at(minute), {"reason": "spam"})
    undo = Event("undo", act.item, "undone", "nok", at(minute), {"event": "act"})
    redo = Event("redo", act.item, "undone", "nok", at(minute), {"event": "undo"})
    events = [*known.events, act]
    assert of(replace(known, events=[*events, undo, redo])) == of(replace(known, events=events))


@settings(max_examples=300)
@given(histories(), st.integers(0, 5000), tones)
def test_a_later_arrival_renames_nothing_and_moves_no_due_time(
    known: History, minute: int, tone: Any
) -> None:
    """An id may vanish when an older word joins two waits; the first of them keeps its own."""
    before = of(known)
    frozen = {w.id: Frozen(w.policy, w.calendar, w.due, w.thanks) for w in before}
    late = wrote(99, minute, seen=9000, tone=tone)
    after = of(replace(known, items=[*known.items, late], frozen=frozen))
    assert {w.id for w in after} <= {w.id for w in before} | {item.id for item in (*known.items, late)}
    for waits in after:
        old = next((w for w in before if w.id in waits.items), None)
        if old is not None and not waits.history:
            first = next(key for key in waits.items if key in frozen)
            assert waits.id == first
            if old.id == first and old.thanks == waits.thanks:
                assert waits.due == old.due


def test_three_messages_in_a_row_are_one_wait_from_the_oldest() -> None:
    (waits,) = of(History([wrote(1, 0), wrote(2, 5), wrote(3, 9)]))
    assert (waits.id, waits.count, waits.start, waits.due) == ("page:1", 3, at(0), at(60))


def test_what_comes_after_a_holding_reply_joins_and_after_an_answer_begins_anew() -> None:
    first = wrote(1, 0)
    known = History(
        [first, wrote(2, 20), wrote(3, 40)], [answered(first, 10, "holding"), answered(first, 30)]
    )
    found = of(known)
    assert [w.items for w in found] == [("page:1", "page:2"), ("page:3",)]
    assert (found[0].contacted, found[0].answered) == (at(10), at(30))
    assert [w.first for w in found] == [True, False]


def test_a_close_covers_only_what_had_been_seen() -> None:
    seen = wrote(1, 0)
    unseen = wrote(2, 5, seen=100)
    found = of(History([seen, unseen], events=[did(seen, "closed", 50, reason="spam")]))
    assert [(w.items, w.open) for w in found] == [(("page:1",), False), (("page:2",), True)]


def test_an_older_unseen_word_does_not_make_a_second_first_interval() -> None:
    unseen = wrote(1, 0, seen=100)
    seen = wrote(2, 5)
    found = of(History([unseen, seen], events=[did(seen, "closed", 50, reason="spam")]))
    assert [w.first for w in found] == [True, False]
    assert len({w.contact for w in found}) == 1


def test_two_words_of_the_same_second_open_with_the_lower_number() -> None:
    for told in ([wrote(9, 0), wrote(10, 0)], [wrote(10, 0), wrote(9, 0)]):
        assert of(History(told))[0].id == "page:9"


def test_an_older_word_that_arrives_late_moves_the_start_and_neither_id_nor_due() -> None:
    frozen = {"page:2": Frozen("default", "24/7", at(80), thanks=False)}
    (waits,) = of(History([wrote(2, 20), wrote(1, 0, seen=30)], frozen=frozen))
    assert (waits.id, waits.contact, waits.start, waits.due) == ("page:2", "page:2", at(0), at(80))


def test_a_direct_message_begins_a_new_contact_after_a_day_of_silence_unless_somebody_waits() -> None:
    asked = wrote(1, 0, visibility="direct")
    again = wrote(2, 2000, visibility="direct")
    assert [w.first for w in of(History([asked, again], [answered(asked, 5)]))] == [True, True]
    assert [w.items for w in of(History([asked, again]))] == [("page:1", "page:2")]
    public = [replace(i, visibility="public") for i in (asked, again)]
    assert [w.first for w in of(History(public, [answered(asked, 5)]))] == [True, False]


def test_a_reply_whose_clock_runs_ten_minutes_behind_answers_at_the_question() -> None:
    item = wrote(1, 60)
    assert of(History([item], [answered(item, 50)]))[0].answered == at(60)
    assert of(History([item], [answered(item, 49)]))[0].answered is None


def test_a_deleted_answer_joins_what_came_after_it() -> None:
    first, second = wrote(1, 0), wrote(2, 20)
    known = History(
        [first, second], [answered(first, 10, key="r")], [did(first, "reply_deleted", 30, remote_id="r")]
    )
    (waits,) = of(known)
    assert (waits.items, waits.contacted, waits.open) == (("page:1", "page:2"), None, True)


def test_a_mark_by_hand_never_lies_before_the_word_it_answers() -> None:
    """The network's clock may run five minutes ahead of ours."""
    item = wrote(1, 4, seen=0)
    (waits,) = of(History([item], events=[did(item, "closed", 1, reason="answered-elsewhere")]))
    assert (waits.answered, waits.by_hand, waits.contacted) == (at(4), True, None)


def test_a_new_word_wakes_and_a_snooze_ends_by_itself() -> None:
    item = wrote(1, 0)
    snooze = did(item, "snoozed", 1, until=at(30).isoformat())
    (asleep,) = of(History([item], events=[snooze]))
    assert [asleep.state(at(m)) for m in (29, 30)] == ["snoozed", "waiting"]
    (awake,) = of(History([item, wrote(2, 10)], events=[snooze]))
    assert awake.state(at(11)) == "waiting"


def test_a_held_customers_due_time_is_the_earlier_of_promise_and_update() -> None:
    item = wrote(1, 0)
    (waits,) = of(History([item], [answered(item, 10, "holding")]))
    assert waits.running == ("update", at(250))
    assert waits.due == at(60), "the response due keeps serving the numbers"
