"""The same message stays the same, whatever its feed calls it and in whatever order it is told."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxtui.connectors.feed.arrivals import arrivals
from cxtui.connectors.feed.entry import Entry, Parsed, Person
from cxtui.core.inbox import Row
from cxtui.core.item import Arrival, Own, Told, Voice
from cxtui.core.moments import Moment
from cxtui.store import FeedState, Store, open_store

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
PAGE = "https://blog.example/lamps"


@pytest.fixture(params=["memory", "embedded"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    store = await open_store(tmp_path / "data" if request.param == "embedded" else None)
    yield store
    await store.close()


def at(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def entry(number: int, guid: str = "", text: str = "", **more: object) -> Entry:
    """A comment of a feed that names its messages by guid, address and time."""
    made = Entry(
        guid=guid,
        link=f"{PAGE}/c/{number}",
        text=text or f"question {number}",
        author=Person(f"mai{number}"),
        posted=Moment(at(number)),
    )
    return replace(made, **more)  # pyright: ignore[reportArgumentType]


async def fetch(store: Store, *entries: Entry, minutes: float = 60, feed: str = "f", site: str = "") -> None:
    heard = arrivals(Parsed("test", "", entries, link=site), now=at(minutes))
    await hear(store, *heard, minutes=minutes, feed=feed)


async def hear(store: Store, *heard: Arrival, minutes: float = 60, feed: str = "f") -> None:
    await store.ingest("net", "comment", heard, at(minutes), feed=feed, state=FeedState(feed))


async def rows(store: Store) -> list[Row]:
    return sorted(await store.rows(everything=True), key=lambda row: row.interval.start)


async def texts(store: Store) -> list[str]:
    return [row.text for row in await rows(store)]


async def mode(store: Store, feed: str = "f") -> tuple[str, int]:
    state = (await store.feed_states())[feed]
    return state.identity, state.renamed


# names within one feed


async def test_a_feed_that_changes_all_its_guids_tells_nothing_new(store: Store) -> None:
    for turn in range(4):
        await fetch(store, *(entry(n, f"{turn}-{n}") for n in range(5)), minutes=60 + turn)
    assert len(await rows(store)) == 5
    assert await mode(store) == ("link", 15)


async def test_without_addresses_the_fingerprint_names_what_has_a_new_guid(store: Store) -> None:
    for turn in range(3):
        await fetch(store, *(entry(n, f"{turn}-{n}", link="") for n in range(5)), minutes=60 + turn)
    assert len(await rows(store)) == 5
    assert (await mode(store))[0] == "fingerprint"


async def test_one_new_guid_of_many_changes_nothing_for_the_feed_and_is_counted(store: Store) -> None:
    await fetch(store, *(entry(n, f"a-{n}") for n in range(10)))
    await fetch(store, *(entry(n, f"{'b' if n == 3 else 'a'}-{n}") for n in range(10)), minutes=61)
    assert len(await rows(store)) == 10
    assert await mode(store) == ("guid", 1)


async def test_what_was_learnt_about_a_feed_outlives_its_next_failure(store: Store) -> None:
    for turn in range(2):
        await fetch(store, *(entry(n, f"{turn}-{n}") for n in range(5)), minutes=60 + turn)
    await fetch(store, *(entry(n, f"1-{n}") for n in range(5)), minutes=70)
    await store.put_feed_state(FeedState("f", state="down"))
    assert (await mode(store))[0] == "link"


async def test_guids_that_count_places_move_nobodys_words_to_somebody_else(store: Store) -> None:
    """A new entry on top gives every older one the guid of another."""
    for newest in range(3, 8):
        shown = range(newest, newest - 4, -1)
        await fetch(store, *(entry(n, f"item-{place}") for place, n in enumerate(shown)), minutes=60 + newest)
    assert await texts(store) == [f"question {n}" for n in range(8)]


async def test_two_messages_with_one_guid_stay_two_in_every_fetch(store: Store) -> None:
    one, two = entry(1, "same", author=Person("mai")), entry(2, "same", author=Person("mai"))
    await fetch(store, two, one)
    await fetch(store, two)
    await fetch(store, one)
    await fetch(store, entry(3, "same", author=Person("mai")), two, minutes=62)
    assert await texts(store) == ["question 1", "question 2", "question 3"]


async def test_comments_that_share_the_pages_address_are_not_one(store: Store) -> None:
    """A feed that shows one comment at a time, each with the address of its page and a new guid."""
    for number in range(4):
        await fetch(store, entry(number, f"g{number}", link=PAGE), minutes=60 + number)
    assert await texts(store) == [f"question {n}" for n in range(4)]


async def test_a_customer_who_writes_twice_on_one_address_is_heard_twice(store: Store) -> None:
    mai = Person("mai")
    await fetch(store, entry(1, "g1", link=PAGE, author=mai))
    await fetch(store, entry(2, "g2", link=PAGE, author=mai), minutes=61)
    (row,) = await rows(store)
    assert row.interval.count == 2


async def test_yesterdays_page_again_changes_nothing(store: Store) -> None:
    old = [entry(n, f"g{n}") for n in range(4)]
    new = [replace(old[3], text="question 3, edited"), entry(4, "g4")]
    await fetch(store, *old)
    await fetch(store, *new, minutes=70)
    before, cursor = await rows(store), (await store.changes(None)).cursor
    await fetch(store, *old, minutes=80)
    await fetch(store, *new, minutes=90)
    assert await rows(store) == before
    assert (await store.changes(cursor)).rows == ()


async def test_alternating_encodings_are_one_message_and_the_readable_text_stays(store: Store) -> None:
    good = [entry(n, f"g{n}", f"Où est ma lampe n°{n} ? Ça fait déjà une semaine") for n in range(3)]
    bad = [replace(e, text=e.text.encode().decode("cp1252", "replace")) for e in good]
    for turn, shown in enumerate([bad, good, bad, good, bad]):
        await fetch(store, *(replace(e, guid="") for e in shown), minutes=60 + turn)
    assert await texts(store) == [e.text for e in good]
    assert len(await store.thread((await rows(store))[0].id)) == 1


async def test_a_clock_a_day_wrong_duplicates_nothing_and_stops_no_clock(store: Store) -> None:
    ahead = [entry(n, f"g{n}", posted=Moment(at(n) + timedelta(days=1))) for n in range(3)]
    await fetch(store, *ahead)
    await fetch(store, *ahead, entry(9, "g9", posted=Moment(at(9) + timedelta(days=1))), minutes=75)
    found = await rows(store)
    assert [row.interval.start for row in found] == [at(60)] * 3 + [at(75)]
    assert {row.interval.opener.flagged for row in found} == {"time in the future"}


async def test_absence_means_nothing(store: Store) -> None:
    await fetch(store, *(entry(n, f"g{n}") for n in range(3)))
    await fetch(store, entry(9, "g9"), minutes=61)
    await fetch(store, minutes=62)
    assert [row.state(at(62)) for row in await rows(store)] == ["waiting"] * 4


async def test_what_was_withdrawn_before_it_was_heard_never_waits(store: Store) -> None:
    said = Arrival("1", "[deleted]", Voice("@mai"), thread="t", posted=NOW)
    await hear(store, said)
    assert await rows(store) == []
    await hear(store, replace(said, text="where is it?"))
    (row,) = await rows(store)
    assert (row.state(at(60)), row.interval.closed_reason) == ("closed", "withdrawn")


async def test_a_withdrawn_text_is_kept(store: Store) -> None:
    said = Arrival("1", "where is it?", Voice("@mai"), thread="t", posted=NOW)
    await hear(store, said)
    await hear(store, replace(said, text="[removed]", author=Voice("[deleted]")), minutes=70)
    assert [(m.text, m.note) for m in await store.thread("f:1")] == [("where is it?", "withdrawn")]


# edits


async def test_a_counter_in_the_text_soon_stops_being_news(store: Store) -> None:
    for turn in range(40):
        await fetch(store, entry(1, "g1", f"my question, read by {turn} people"), minutes=60 + turn)
    (row,) = await rows(store)
    assert (row.text, row.interval.start) == ("my question, read by 39 people", at(1))
    edits = [record for record in await store.export() if record.get("verb") == "edited"]
    assert len(edits) == 6


async def test_a_rating_that_falls_after_our_reply_waits_anew_as_a_complaint(store: Store) -> None:
    review = Arrival("1", "nice lamp", Voice("@mai"), kind="review", posted=NOW, stars=5)
    await hear(store, replace(review, answered=Told("desk", at(10), "thanks!")), minutes=20)
    await hear(store, replace(review, stars=1), minutes=90)
    old, new = await rows(store)
    assert (old.state(at(90)), old.interval.answered) == ("answered", at(10))
    assert (new.state(at(90)), new.interval.start, new.interval.opener.tone) == (
        "waiting",
        at(90),
        "complaint",
    )
    await hear(store, replace(review, stars=1), minutes=95)
    await hear(store, review, minutes=96)
    assert len(await rows(store)) == 2


async def test_a_rating_that_falls_while_it_waits_joins_its_row(store: Store) -> None:
    review = Arrival("1", "so so", Voice("@mai"), kind="review", posted=NOW, stars=3)
    await hear(store, review, minutes=20)
    await hear(store, replace(review, stars=1), minutes=90)
    (row,) = await rows(store)
    assert (row.id, row.interval.start, row.interval.count) == ("f:1", NOW, 2)


# across feeds


async def test_two_feeds_of_one_page_make_one_row_with_the_earliest_countdown(store: Store) -> None:
    comment = entry(7, "feed-a-7", link=f"{PAGE}/#comment-7")
    await fetch(store, replace(comment, posted=Moment(at(9))), feed="a")
    await fetch(store, replace(comment, guid="feed-b-7"), feed="b")
    (row,) = await rows(store)
    assert (row.id, row.interval.start, row.due) == ("a:feed-a-7", at(7), at(67))
    await fetch(store, replace(comment, posted=Moment(at(9))), feed="a", minutes=62)
    assert await rows(store) == [row]


async def test_a_message_of_two_feeds_says_so(store: Store) -> None:
    for feed in ("a", "b"):
        await fetch(store, entry(7, "g7", link=f"{PAGE}/#comment-7"), feed=feed)
    assert [m.note for m in await store.thread("a:g7")] == ["also in b"]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("ab"), st.sets(st.integers(0, 5))), max_size=8))
async def test_however_two_feeds_tell_of_one_page_every_comment_is_one_row_due_by_the_earlier_time(
    fetches: list[tuple[str, set[int]]],
) -> None:
    store = await open_store(None)
    early = {"a": 0, "b": -3}
    try:
        told: dict[int, int] = {}
        for turn, (feed, shown) in enumerate(fetches):
            window = [
                entry(n, f"{feed}{n}", link=f"{PAGE}/#comment-{n}", posted=Moment(at(10 * n + early[feed])))
                for n in shown
            ]
            await fetch(store, *window, minutes=90 + turn, feed=feed)
            told |= {n: min(early[feed], told.get(n, 0)) for n in shown}
        starts = sorted(at(10 * n + offset) for n, offset in told.items())
        assert [row.interval.start for row in await rows(store)] == starts
        assert [row.due for row in await rows(store)] == [start + timedelta(hours=1) for start in starts]
    finally:
        await store.close()


async def test_one_address_and_author_in_two_feeds_is_one_message(store: Store) -> None:
    await fetch(store, entry(1, "x-1"), feed="a")
    await fetch(store, entry(1, "y-1", link=f"{PAGE}/c/1/?utm_source=rss"), feed="b")
    assert len(await rows(store)) == 1


async def test_one_address_and_two_authors_are_two_messages(store: Store) -> None:
    await fetch(store, entry(1, "x-1", link=PAGE), feed="a")
    await fetch(store, entry(2, "y-1", link=PAGE), feed="b")
    assert len(await rows(store)) == 2


async def test_her_words_in_two_feeds_of_one_page_are_one_row(store: Store) -> None:
    mai = Person("mai")
    await fetch(store, entry(1, "a-1", link=f"{PAGE}/#comment-1", author=mai), feed="a")
    await fetch(store, entry(2, "b-2", link=f"{PAGE}/#comment-2", author=mai), feed="b")
    (row,) = await rows(store)
    assert row.interval.count == 2


async def test_sites_on_one_host_may_number_their_comments_alike(store: Store) -> None:
    await fetch(store, entry(1, "a", link="https://x.example/one/#comment-5"), feed="a")
    await fetch(store, entry(2, "b", link="https://x.example/two/#comment-5"), feed="b")
    assert len(await rows(store)) == 2


LONG = "My lamp stays dark since Monday, and nobody answers the phone"


@pytest.mark.parametrize(
    ("text", "hours", "who", "noted"),
    [
        (LONG, 40, "@mai", True),
        (LONG, 50, "@mai", False),
        (LONG, 1, "@bo", False),
        ("my lamp is dark", 1, "@mai", False),
    ],
)
async def test_the_same_complaint_elsewhere_is_noted_and_stays_its_own_row(
    store: Store, text: str, hours: int, who: str, noted: bool  # noqa: FBT001 - a table of cases
) -> None:  # fmt: skip
    first = Arrival("1", text, Voice("@mai", "Mai"), posted=NOW)
    second = Arrival("9", text, Voice(who, ""), posted=NOW + timedelta(hours=hours))
    await hear(store, first, feed="a", minutes=3000)
    await hear(store, second, feed="b", minutes=3001)
    assert len(await rows(store)) == 2
    notes = [(await store.thread(key))[0].note or "" for key in ("a:1", "b:9")]
    assert ["also posted on net (b)" in notes[0], "also posted on net (a)" in notes[1]] == [noted, noted]


# threads


def says(native: str, parent: str | None, minutes: float, *, who: str = "") -> Arrival:
    return Arrival(native, f"words {native}", Voice(who or f"@{native}"), parent=parent, posted=at(minutes))


async def test_a_late_parent_takes_over_all_that_waited_below_it(store: Store) -> None:
    chain = [says(str(n), str(n - 1) if n else None, n, who="@mai") for n in range(6)]
    for n, message in enumerate(reversed(chain)):
        await hear(store, message, minutes=60 + n)
    (row,) = await rows(store)
    assert (row.interval.count, row.interval.start) == (6, at(0))
    assert len(await store.thread("f:3")) == 6


async def test_a_row_that_moves_to_its_parents_thread_keeps_its_acts_and_its_clock(store: Store) -> None:
    from cxtui.core.triage import Act

    await hear(store, says("2", "1", 2, who="@mai"))
    before = await store.row("f:2")
    await store.act(Act("f:2", "tagged", {"tag": "vip"}), "nok", at(61))
    await hear(store, says("1", None, 1, who="@bo"), minutes=62)
    after = await store.row("f:2")
    assert (after.short, after.due, after.interval.tags) == (before.short, before.due, ("vip",))
    assert after.interval.opener.thread == "f:1"


async def test_a_loop_and_a_chain_without_end_stop(store: Store) -> None:
    await hear(store, says("a", "b", 1), says("b", "a", 2), says("c", "c", 3))
    for n in reversed(range(150)):
        await hear(store, says(str(n), str(n - 1) if n else None, n), minutes=300)
    assert len(await rows(store)) == 153


async def test_an_answer_to_what_is_known_by_its_address_finds_it(store: Store) -> None:
    question = entry(1, "guid-1")
    await fetch(store, question)
    await fetch(store, entry(2, "guid-2", ref="guid-1"), minutes=61)
    await fetch(store, replace(question, guid="guid-1-new"), entry(3, "guid-3", ref="guid-1-new"), minutes=62)
    assert len(await store.thread("f:guid-1")) == 3


# any order, any split

VOICES = ("@mai", "@bo", "@noy")


strengths: st.SearchStrategy[Own | None] = st.sampled_from([None, None, "strong", "medium", "weak"])


@st.composite
def conversations(draw: st.DrawFn) -> list[Arrival]:
    """Messages of one thread, every one a minute after the other, some answering an earlier one."""
    flat = draw(st.booleans())
    said: list[Arrival] = []
    for n in range(draw(st.integers(2, 9))):
        own = draw(strengths)
        above = draw(st.sampled_from([None, *said])) if said and not flat else None
        text = draw(st.sampled_from(["where is it", "@mai look here", "Bo, it left", "we will see to that"]))
        who = Voice("shop" if own else draw(st.sampled_from(VOICES)))
        parent = above.native if above else None
        said.append(Arrival(str(n), f"{text} {n}", who, None, "t", parent, posted=at(n), own=own, flat=flat))
    return said


async def outcome(fetches: Sequence[Sequence[Arrival]]) -> list[object]:
    """Rows, states and evidence after some fetches, all at the same time of ours."""
    store = await open_store(None)
    try:
        for heard in fetches:
            await hear(store, *heard)
        return [
            (row.interval.items, row.state(at(60)), row.interval.answered, row.interval.probably,
             row.interval.evidence, row.interval.start)
            for row in await rows(store)
        ]  # fmt: skip
    finally:
        await store.close()


@settings(max_examples=150, deadline=None)
@given(conversations(), st.data())
async def test_any_order_and_any_split_give_the_same_rows_states_and_evidence(
    said: list[Arrival], data: st.DataObject
) -> None:
    told = data.draw(st.permutations(said))
    cuts = sorted(data.draw(st.sets(st.integers(0, len(said)), max_size=4)) | {0, len(said)})
    fetches = [told[a:b] for a, b in pairwise(cuts)]
    assert await outcome(fetches) == await outcome([said])


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, 9), st.sampled_from("ab"), st.booleans()), max_size=8), max_size=6
    )
)
async def test_no_message_is_ever_doubled_by_guids_windows_or_addresses(
    fetches: list[list[tuple[int, str, bool]]],
) -> None:
    """Every fetch shows any window; each entry under one of two guids, with its address or without."""
    store = await open_store(None)
    try:
        met: set[int] = set()
        for turn, shown in enumerate(fetches):
            window = {n: entry(n, f"{guid}{n}", **({} if link else {"link": ""})) for n, guid, link in shown}
            await fetch(store, *window.values(), minutes=60 + turn)
            met |= window.keys()
        assert await texts(store) == [f"question {n}" for n in sorted(met)]
    finally:
        await store.close()
