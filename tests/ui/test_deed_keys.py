"""Thanking, letting through, telling of spam: two steps, a window to take it back, a sentence where not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cxtui.errors import Rejected
from tests.ui.fakedesk import NETWORKS, Clock, FakeDesk, item, left
from tests.ui.stage import Stage, stage


def praised(feed: str = "mst") -> FakeDesk:
    """Ann asks, Bob praises."""
    desk = FakeDesk(Clock(), can=dict(NETWORKS))
    desk.items = [
        item("ann", "where is it?", left(15), feed=feed),
        item("bob", "great shop!", left(16), feed=feed, tone="praise"),
    ]
    return desk


def moderated(feed: str = "site") -> FakeDesk:
    """Ann's words wait for a moderator."""
    desk = praised(feed)
    desk.items[0] = replace(desk.items[0], pending=True)
    return desk


async def test_t_thanks_by_a_like_in_two_steps() -> None:
    desk = praised()
    async with stage(desk) as on:
        await on.press("j", "t")
        await on.sees("Thank @bob?", "@bob: great shop!")
        await on.misses("answers no question")
        await on.press("l")
        await on.sees("(like in 10s) great shop!", "like of @bob goes out in 10s, u takes it back")
        (out,) = desk.out.values()
        assert (out.deed, out.state) == ("like", "queued")
        desk.clock.passes(seconds=4)
        on.queue.tick()
        await on.sees("(like in 6s)")
        desk.sends(out.id)
        await on.sees("(answered) great shop!")


async def test_a_like_of_a_question_is_said_to_answer_nothing() -> None:
    async with stage(praised()) as on:
        await on.press("t")
        assert await on.sees("@ann: where is it?", "! a like answers no question: the row waits on")


async def test_u_in_the_window_takes_a_like_back() -> None:
    desk = praised()
    async with stage(desk) as on:
        await on.press("j", "t", "l", "u")
        await on.sees("taken back: like")
        await on.misses("like in")
        assert desk.out == {}


async def test_a_key_held_down_does_nothing() -> None:
    desk = praised()
    async with stage(desk) as on:
        await on.press("j", "t")
        await on.sees("Thank @bob?")
        on.seconds.step = 0.03
        await on.press("l", "l", "l")
        assert desk.out == {}
        on.seconds.step = 0.31
        await on.press("n")
        await on.misses("Thank @bob?")
        assert desk.out == {}


@pytest.mark.parametrize(
    ("feed", "words"),
    [
        ("rss", "feed has no likes"),
        ("gone", "the feed gone is not configured any more"),
    ],
)
async def test_where_there_are_no_likes_a_sentence_says_so(feed: str, words: str) -> None:
    desk = praised(feed)
    async with stage(desk) as on:
        await on.press("t")
        await on.sees(words)
        assert desk.out == {}


async def test_a_message_that_waits_for_a_moderator_is_listed_and_says_how_it_is_let_through() -> None:
    desk = moderated()
    async with stage(desk) as on:
        await on.sees("where is it?", "(waits for a moderator: V approves)")
        await on.press("V")
        await on.sees("Let through?", "@ann: where is it?")
        await on.press("y")
        await on.sees("(approval in 10s)")
        (out,) = desk.out.values()
        assert out.deed == "approve"


async def test_the_key_is_not_offered_where_the_network_has_no_such_thing() -> None:
    async with stage(moderated("mst")) as on:
        await on.sees("(waits for a moderator)")
        await on.press("V")
        assert await on.sees("Mastodon cannot be told from here to let a message through")


async def test_done_offers_to_tell_the_network_of_spam_where_it_can_be_told() -> None:
    desk = moderated()
    async with stage(desk) as on:
        await on.press("d")
        await on.sees("Spam, and tell the network so")
        await on.press("S")
        await on.sees("(spam mark in 10s)")
        assert [one.deed for one in desk.out.values()] == ["spam"]
        assert on.cursor == "bob"
        assert desk.events == []


async def test_done_offers_no_such_thing_elsewhere() -> None:
    desk = praised("mst")
    async with stage(desk) as on:
        await on.press("d")
        text = await on.sees("Spam")
        assert "tell the network" not in text
        await on.press("S")
        assert desk.out == {}
        await on.press("s")
        await on.sees("(spam)")
        assert [event.detail for event in desk.events] == [{"reason": "spam"}]


async def test_marked_rows_are_thanked_together() -> None:
    desk = praised()
    desk.items.append(item("eve", "love it", left(17), feed="mst", tone="praise"))
    async with stage(desk) as on:
        await on.press("j", "v", "j", "v", "t")
        await on.sees("@bob: great shop!", "@eve: love it")
        await on.press("l")
        await on.sees("(like in 10s) great shop!", "(like in 10s) love it")
        assert len(desk.out) == 2


async def failed(on: Stage, desk: FakeDesk) -> None:
    await on.press("V", "y")
    await on.sees("(approval in 10s)")
    (out,) = desk.out.values()
    desk.becomes(out.id, state="failed", until=None, error="you are no moderator")
    await on.sees("(approval not done, see the outbox)", "approval, not done (14:07): you are no moderator")


async def test_what_was_not_done_says_why_and_is_done_again_from_the_outbox() -> None:
    desk = moderated()
    async with stage(desk) as on:
        await failed(on, desk)
        await on.press("3")
        await on.sees("not sent", "you are no moderator: (approval)")
        await on.press("r")
        await on.sees("goes out in 10s")
        await on.press("u")
        await on.sees("taken back: approval")
        assert desk.out == {}


async def test_what_was_not_done_is_discarded_and_leaves_no_draft() -> None:
    desk = moderated()
    async with stage(desk) as on:
        await failed(on, desk)
        assert "D" not in on.lines[2][:5]
        await on.press("3", "D")
        await on.sees("discarded")
        assert desk.out == {}


async def test_a_deed_that_cannot_be_kept_says_why() -> None:
    desk = moderated()
    desk.refuses = Rejected("nothing of @ann waits for a moderator")
    async with stage(desk) as on:
        await on.press("V", "y")
        assert await on.sees("nothing of @ann waits for a moderator")


async def test_a_reply_may_wait_behind_an_approval() -> None:
    desk = moderated()
    async with stage(desk) as on:
        await on.press("V", "y")
        await on.sees("(approval in 10s)")
        await on.press("k", "r")
        await on.sees("Reply to @ann")
        await on.type("sorry")
        await on.press("ctrl+r")
        await on.sees("Send?")
        await on.press("y")
        await on.sees("(sends in 10s, approval in 10s)")
        assert sorted(one.deed or "reply" for one in desk.out.values()) == ["approve", "reply"]


async def test_quitting_says_what_is_not_done_yet() -> None:
    desk = moderated()
    async with stage(desk) as on:
        await on.press("V", "y")
        await on.sees("(approval in 10s)")
        await on.press("q")
        text = await on.sees("Quit?", "Not done yet: approval")
        assert "reply" not in text.partition("Quit?")[2]


@pytest.mark.parametrize(
    ("feed", "empty", "typed"),
    [
        ("mst", "0/500, links count 23", "2/500, links count 23"),
        ("bsk", "0/300", "2/300"),
    ],
)
async def test_the_limit_is_shown_before_a_word_is_typed(feed: str, empty: str, typed: str) -> None:
    async with stage(praised(feed), (40, 12)) as on:
        await on.press("r")
        await on.sees(empty)
        await on.type("hi")
        assert await on.sees(typed)


async def test_both_limits_are_shown_when_near_and_the_nearer_one_stops_the_review() -> None:
    desk = praised("bsk")
    desk.can["bsk"] = replace(NETWORKS["bsk"], most_bytes=10)
    async with stage(desk) as on:
        await on.press("r")
        await on.sees("0/300, 0/10 bytes")
        await on.type("four")
        await on.misses("bytes")
        await on.type("ຂຂ")
        await on.sees("6/300, 10/10 bytes")
        await on.type("x")
        await on.press("ctrl+r")
        assert await on.sees("too long by 1 bytes: bluesky takes 10")
