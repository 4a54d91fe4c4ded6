"""The made-up world: the same for ever, believable, and in every state a queue can show."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise, takewhile
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxtui.connectors import Draft, connect
from cxtui.connectors.demo import Demo, World, feeds, world
from cxtui.connectors.demo.book import books, fill
from cxtui.connectors.demo.places import PLACES
from cxtui.core.item import Arrival
from cxtui.errors import Gone, Rejected, Unreachable
from cxtui.http import Client

START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def of(name: str, *, seed: int = 7, items: int = 40) -> Demo:
    """The connector of one configured feed; the demo asks nothing of its HTTP client."""
    feed = next(f for f in feeds(seed, items) if f.name == name)
    return cast("Demo", connect(feed, cast("Client", None)))


def at(arrival: Arrival) -> datetime:
    assert arrival.posted is not None
    return arrival.posted


def backlog(seed: int = 7, items: int = 40) -> list[tuple[str, Arrival]]:
    told = takewhile(lambda h: at(h.arrival) <= START, world(seed, items, START))
    return [(h.feed, h.arrival) for h in told if not h.arrival.native.startswith("n")]


def waiting(items: int = 40, seed: int = 7) -> list[Arrival]:
    return [a for _, a in backlog(seed, items) if a.native.startswith("w")]


def draft(native: str, text: str = "On its way.", thread: str = "", *, token: str = "t1") -> Draft:  # noqa: S107 - an idempotency token
    return Draft(native, thread or native.partition(".")[0], text, token)


def test_the_same_seed_number_and_start_give_the_same_world() -> None:
    assert backlog() == backlog()
    assert backlog(seed=8) != backlog()


@given(seed=st.integers(0, 9999), items=st.integers(1, 300))
@settings(max_examples=20, deadline=None)
def test_as_many_customer_messages_wait_as_were_asked_for(seed: int, items: int) -> None:
    assert sum(1 for a in waiting(items, seed) if not a.own) == items


@given(cuts=st.lists(st.integers(1, 1800), max_size=6))
@settings(max_examples=15, deadline=None)
async def test_however_often_one_looks_nothing_is_lost_or_heard_twice(cuts: list[int]) -> None:
    times = [START, *(START + timedelta(seconds=s) for s in sorted(set(cuts))), START + 31 * MINUTE]
    for name in ("mastodon", "page", "mail"):
        cursor, heard = "", list[Arrival]()
        demo = of(name)
        for now in times:
            page = await demo.poll(cursor, now)
            cursor = page.cursor
            heard += page.items
        at_once = World(7, 40, START).said(name, None, times[-1])
        assert Counter(a.native for a in heard) == Counter(a.native for a in at_once)
        assert max(Counter(a.native for a in heard).values()) == 1


@given(seed=st.integers(0, 9999))
@settings(max_examples=15, deadline=None)
def test_nothing_waiting_was_written_after_the_start_and_all_times_are_utc(seed: int) -> None:
    for _, a in backlog(seed):
        assert at(a) <= START
        assert at(a).tzinfo is UTC


def test_the_stream_goes_on_in_order_of_time() -> None:
    told = list(takewhile(lambda h: at(h.arrival) <= START + 20 * MINUTE, world(7, 40, START)))
    assert all(at(one.arrival) <= at(next_.arrival) for one, next_ in pairwise(told))
    later = [h for h in told if at(h.arrival) > START and not h.arrival.own]
    assert 15 <= len(later) <= 90
    assert {h.feed for h in later} == set(PLACES)


def test_at_the_start_rows_are_late_soon_in_time_held_probably_answered_and_thanks() -> None:
    heard = waiting(60)
    held = {a.thread for a in heard if a.own and a.reply_kind == "holding"}
    maybe = {a.thread for a in heard if a.own == "weak"}
    roots = [a for a in heard if a.parent is None and a.thread not in held | maybe]
    ages = [START - at(a) for a in roots if a.tone != "praise"]
    assert sum(age > 60 * MINUTE for age in ages) >= 3
    assert sum(45 * MINUTE <= age <= 60 * MINUTE for age in ages) >= 3
    assert sum(age < 45 * MINUTE for age in ages) >= 10
    assert held
    assert maybe
    assert any(a.tone == "praise" and a.parent is None for a in heard)


def test_customers_write_in_nine_languages_and_at_least_150_texts() -> None:
    assert set(books()) == {"ar", "bn", "de", "en", "es", "fr", "lo", "pt", "tl"}
    assert {a.lang for a in waiting(200) if not a.own} == set(books())
    texts = {a.text for a in waiting(2000) if not a.own}
    assert len(texts) > 150


@pytest.mark.parametrize("lang", ["ar", "bn", "de", "en", "es", "fr", "lo", "pt", "tl"])
def test_every_language_has_all_moods_all_places_and_good_and_bad_stars(lang: str) -> None:
    book = books()[lang]
    assert {story.mood for story in book.story} == {"complaint", "question", "praise"}
    assert {place for story in book.story for place in story.at} == {"public", "message", "mail", "review"}
    stars = {story.stars for story in book.told("review")}
    assert stars & {4, 5}
    assert stars & {1, 2, 3}
    assert len({who.split()[0] for who in book.people}) == len(book.people)


def test_every_blank_is_filled_and_other_braces_stay() -> None:
    known = ("order", "lamp", "price", "minutes", "day", "city", "name")
    for _, a in backlog(items=2000):
        assert not any(f"{{{blank}}}" in a.text + (a.title or "") for blank in known)
    assert fill("{order} {x} [/s]", {"order": "4512"}) == "4512 {x} [/s]"


def test_hostile_texts_and_photos_are_among_them() -> None:
    texts = "\n".join(a.text for a in waiting(3000))
    for hostile in ("[/s]", "[50%]", "[@click=app.quit]", "\x1b]0;", "\u202e"):
        assert hostile in texts
    assert any(a.attachments for a in waiting(300))
    assert any(len(a.text) > 900 for a in waiting(3000))


def test_only_mails_and_reviews_have_titles() -> None:
    titled = {feed for feed, a in backlog(items=500) if a.title}
    assert titled == {"mail", "reviews"}
    assert any((a.title or "").startswith("Re: ") for _, a in backlog(items=500))


def test_threads_hold_repeats_and_several_people() -> None:
    threads: dict[str | None, list[str]] = {}
    for a in waiting(200):
        if not a.own:
            threads.setdefault(a.thread, []).append(a.author.handle)
    assert any(len(who) == 3 and len(set(who)) == 1 for who in threads.values())
    assert any(len(set(who)) == 2 for who in threads.values())


def test_no_two_conversations_are_begun_by_the_same_customer() -> None:
    roots = [a for _, a in backlog(items=500) if a.parent is None and not a.native.startswith("r")]
    assert len({a.author.handle for a in roots}) == len(roots)


def test_an_answer_names_a_message_that_was_there_before_it() -> None:
    known = {a.native: a for _, a in backlog(items=200)}
    answers = [a for a in known.values() if a.own]
    assert len(answers) > 250
    for a in answers:
        asked = known[a.parent or ""]
        assert not asked.own
        assert at(asked) <= at(a)
        assert asked.thread == a.thread


def test_the_past_holds_answers_fast_late_and_never_and_stars_that_followed_them() -> None:
    past = [a for _, a in backlog() if a.native.startswith(("h", "r"))]
    roots = {a.native: a for a in past if a.parent is None}
    first: dict[str, datetime] = {}
    for a in past:
        if a.own and a.reply_kind != "holding" and a.thread:
            first.setdefault(a.thread, at(a))
    assert set(first) == {a.thread for a in past}
    classes = Counter[str]()
    for review in roots.values():
        if review.native.startswith("r"):
            before = roots["h" + review.native[1:]]
            assert before.author.handle == review.author.handle
            assert review.stars is not None
            took = first[before.native] - at(before)
            known = at(before) + timedelta(days=7) if took > timedelta(days=7) else first[before.native]
            assert at(review) > known
            classes["never" if took > timedelta(days=7) else "late" if took > 60 * MINUTE else "fast"] += 1
    assert classes["fast"] >= 10
    assert classes["late"] >= 5
    assert classes["never"] >= 1


def test_followers_are_known_where_networks_tell_them() -> None:
    told = {
        feed: [a.author.followers for a in World(7, 200, START).said(feed, None, START)] for feed in PLACES
    }
    assert max(n or 0 for n in told["mastodon"]) > 1000
    assert set(told["mail"]) == {None}


async def test_a_reply_stands_in_the_thread_once_and_is_known_as_ours() -> None:
    demo = of("mastodon")
    page = await demo.poll("", START)
    asked = next(a for a in page.items if a.native.startswith("w"))
    words = draft(asked.native)
    one, two = await demo.reply(words), await demo.reply(words)
    assert one == two
    assert one.remote_id
    stands = [a for a in await demo.thread(asked.native, words.thread) if a.own and a.parent == asked.native]
    assert [a.text for a in stands if a.native == one.remote_id] == ["On its way."]
    mine = next(a for a in stands if a.native == one.remote_id)
    assert mine.own == "strong"
    assert demo.ours(words, mine)
    assert not demo.ours(draft(asked.native, token="other"), mine)


async def test_some_customers_say_something_back_about_a_minute_later_and_only_once() -> None:
    demo = of("page", items=200)
    page = await demo.poll("", START)
    asked = [a for a in page.items if a.native.startswith("w") and a.parent is None]
    for n, a in enumerate(asked):
        await demo.reply(replace(draft(a.native, token=f"t{n}"), visibility=a.visibility))
    soon = await demo.poll(page.cursor, START + timedelta(seconds=40))
    later = await demo.poll(soon.cursor, START + timedelta(seconds=120))
    last = await demo.poll(later.cursor, START + timedelta(seconds=240))
    back = [a for p in (soon, later, last) for a in p.items if a.native.endswith(".b")]
    assert 0 < len(back) < len(asked)
    assert {a.tone for a in back} == {"question", "praise"}
    assert len({a.native for a in back}) == len(back)
    assert not any(a.native.endswith(".b") for a in (*soon.items, *last.items))
    handles = {a.native: a.author for a in asked}
    assert all(handles[a.parent or ""] == a.author for a in back)


async def test_two_runs_hear_the_same_back() -> None:
    async def run() -> list[Arrival]:
        demo = of("bluesky", items=100)
        page = await demo.poll("", START)
        for n, a in enumerate(a for a in page.items if a.native.startswith("w")):
            await demo.reply(replace(draft(a.native, token=f"t{n}"), visibility=a.visibility))
        return list((await demo.poll(page.cursor, START + 2 * MINUTE)).items)

    assert await run() == await run()


@pytest.mark.parametrize(
    ("name", "limit", "unit"), [("bluesky", 300, "👩‍🚀"), ("mastodon", 500, "a"), ("mail", None, "a")]
)
async def test_a_text_over_the_limit_is_rejected_and_one_at_it_is_taken(
    name: str, limit: int | None, unit: str
) -> None:
    demo = of(name)
    page = await demo.poll("", START)
    asked = next(a for a in page.items if a.native.startswith("w"))
    assert demo.capabilities.limit == limit
    longest = replace(draft(asked.native, unit * (limit or 20_000)), visibility=asked.visibility)
    assert (await demo.reply(longest)).remote_id
    if limit:
        with pytest.raises(Rejected, match=str(limit)):
            await demo.reply(draft(asked.native, unit * (limit + 1), token="t2"))
    with pytest.raises(Rejected, match="empty"):
        await demo.reply(draft(asked.native, "  \n", token="t3"))


async def test_a_feed_that_only_reads_says_why_it_takes_no_reply() -> None:
    demo = of("comments")
    await demo.poll("", START)
    assert not demo.capabilities.reply
    with pytest.raises(Rejected, match="only be read"):
        await demo.reply(draft("w5"))


async def test_one_feed_is_down_now_and_then_and_catches_up() -> None:
    demo = of("comments", items=4000)
    page = await demo.poll("", START)
    page = await demo.poll(page.cursor, START + MINUTE)
    with pytest.raises(Unreachable, match=r"blog\.lampco\.example does not answer"):
        await demo.poll(page.cursor, START + 3 * MINUTE)
    after = await demo.poll(page.cursor, START + 5 * MINUTE)
    missed = [a for a in after.items if START + 2 * MINUTE <= at(a) < START + 4 * MINUTE]
    assert missed
    for name in set(PLACES) - {"comments"}:
        steady = of(name)
        page = await steady.poll("", START)
        assert await steady.poll(page.cursor, START + 3 * MINUTE)


async def test_a_thread_as_it_stands_holds_nothing_of_the_future() -> None:
    demo = of("page", items=400)
    page = await demo.poll("", START)
    page = await demo.poll(page.cursor, START + 5 * MINUTE)
    for a in page.items:
        for message in await demo.thread(a.native, a.thread or ""):
            assert at(message) <= START + 5 * MINUTE


async def test_a_thread_that_never_was_is_gone() -> None:
    demo = of("mastodon")
    await demo.poll("", START)
    for unknown in ("", "x1", "w", "h-1", "q²"):
        with pytest.raises(Gone):
            await demo.thread(unknown, unknown)


async def test_a_reader_who_was_away_for_a_week_is_told_of_the_gap() -> None:
    demo = of("mastodon", items=4000)
    page = await demo.poll("", START)
    back = await demo.poll(page.cursor, START + timedelta(days=7))
    assert back.gap
    assert 0 < len(back.items) < 1000
    assert page.gap is None


async def test_before_anything_was_heard_there_is_no_thread_and_no_reply() -> None:
    demo = of("mail")
    assert await demo.thread("w4", "w4") == ()
    with pytest.raises(Unreachable):
        await demo.reply(draft("w4"))
    assert (await demo.check()).handle == "@lampco"


def test_feeds_have_names_of_their_own_and_one_address_each() -> None:
    told = feeds(3, 50)
    assert len({f.name for f in told}) == len(told) == len(PLACES)
    assert {f.connector for f in told} == {"demo"}
    assert all("seed=3" in f.url and "items=50" in f.url for f in told)
    assert len({of(f.name).capabilities.code for f in told}) == len(told)


async def test_a_like_is_taken_where_there_are_likes_and_of_what_is_there() -> None:
    mastodon, reviews = of("mastodon"), of("reviews")
    for place in (mastodon, reviews):
        await place.poll("", START)
    said = next(a for feed, a in backlog() if feed == "mastodon")
    thread = said.thread or said.native
    await mastodon.do("like", said.native, thread)
    with pytest.raises(Gone):
        await mastodon.do("like", "never", thread)
    with pytest.raises(Rejected, match="knows no such thing"):
        await reviews.do("like", said.native, thread)
