"""Who was merged by hand is one person: in recommendation, among those who tell, among advocates."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from told import DAY, HOUR, Numbers, Story, at

from cxtui.core.item import Person
from cxtui.core.metrics import Ledger, figures
from cxtui.core.metrics.cells import key_of
from cxtui.core.metrics.merged import Merged

END = 20 * DAY
MAI = Person("@mai", ("reviews:@mai.v",))


def told() -> Story:
    """@mai is answered in time and reviews as @mai.v; as both she complains in public."""
    story = Story()
    story.replies_to(story.writes(0, tone="complaint"), 10)
    story.writes(DAY, "@mai.v", feed="reviews", kind="review", stars=1)
    story.writes(2 * DAY, "@tom", tone="complaint")
    return story


def numbers(story: Story, *people: Person) -> Numbers:
    return Numbers(figures(replace(story.facts(), people=people), at(END)))


def test_a_review_under_another_handle_of_the_same_person_is_the_outcome() -> None:
    story = told()
    assert numbers(story).value("recommend", "fast") == (None, 0)
    assert numbers(story, MAI).value("recommend", "fast") == (0, 1)
    assert numbers(story, Person("@mai.v", ("@mai",))).value("recommend", "fast") == (0, 1)
    through_kim = numbers(story, Person("@mai.v", ("@kim",)), Person("@kim", ("@mai",)))
    assert through_kim.value("recommend", "fast") == (0, 1)
    assert numbers(story, Person("@mai", ("@tom",))).value("recommend", "fast") == (None, 0)


def test_two_handles_of_one_person_are_one_of_those_who_tell() -> None:
    assert numbers(told()).value("share_bad") == (3, 3)
    assert numbers(told(), MAI).value("share_bad") == (2, 2)


def test_what_one_person_did_under_two_handles_is_counted_together() -> None:
    story = Story()
    for day, who in ((1, "@mai"), (3, "@mai.v")):
        story.replies_to(story.writes(day * DAY, who, kind="review", stars=5), day * DAY + HOUR)
    assert numbers(story).value("advocates") == (0, 2)
    assert numbers(story, MAI).value("advocates") == (1, 1)


def test_a_filter_leaves_people_who_they_are() -> None:
    facts = replace(told().facts(), people=(MAI,))
    narrowed = facts.narrowed(lambda waits: waits.opener.feed == "comments")
    assert Numbers(figures(narrowed, at(END))).value("recommend", "fast") == (0, 1)


OTHERS = st.lists(st.sampled_from(["x:a", "b", "c", "net:e"])).map(tuple)
PEOPLE = st.lists(st.builds(Person, st.sampled_from("abcd"), OTHERS), max_size=4)


@given(PEOPLE)
def test_being_the_same_is_mutual_and_goes_on_through_third_handles(people: list[Person]) -> None:
    merged = Merged()
    merged.put(dict(enumerate(people)))
    groups = [{person.handle, *(one.rpartition(":")[2] for one in person.same_as)} for person in people]
    for one in "abcde":
        mine, size = {one}, 0
        while len(mine) > size:
            size = len(mine)
            mine.update(*(group for group in groups if group & mine))
        assert merged.all({key_of(one)}) == {key_of(name) for name in mine}
        assert {merged.one(key_of(name)) for name in mine} == {merged.one(key_of(one))}
        assert merged.count({key_of(name) for name in mine}) == 1
    again = Merged()
    again.restore(merged.state())
    assert again.all(set(map(key_of, "abcde"))) == merged.all(set(map(key_of, "abcde")))


def test_a_handle_with_a_colon_of_its_own_stays_whole() -> None:
    merged = Merged()
    merged.put({1: Person("@mai", ("matrix:@mai:home.example", "@kim:home.example"))})
    assert merged.one(key_of("@mai:home.example")) == merged.one(key_of("@kim:home.example"))
    assert merged.one(key_of("@mai")) == merged.one(key_of("@kim:home.example"))


def test_a_ledger_learns_and_unlearns_who_is_the_same() -> None:
    story = told()
    ledger = Ledger.of(story.facts())
    now = at(END) + timedelta(minutes=1)

    def outcomes(of: Ledger) -> int:
        return Numbers(of.figures(now))("recommend", "fast").n

    assert outcomes(ledger) == 0
    ledger.take(people=[(1, MAI)])
    assert outcomes(ledger) == 1
    kept = Ledger.restored(ledger.state())
    kept.take(intervals=enumerate(story.intervals(), 1))
    assert outcomes(kept) == 1
    ledger.drop("people", [1])
    assert outcomes(ledger) == 0
