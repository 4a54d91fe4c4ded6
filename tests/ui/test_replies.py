"""From key to network: compose, review, the undo window, settling; and nothing typed is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cxtui.core.item import Clean, Reply
from cxtui.engine.desk import News
from cxtui.errors import Conflict, Rejected
from cxtui.ui.screens.compose import Compose
from tests.ui.fakedesk import FULL, NETWORKS, NOW, Clock, FakeDesk, item, left
from tests.ui.stage import Stage, stage


def two(feed: str = "bsk") -> FakeDesk:
    """Two customers who wait."""
    desk = FakeDesk(Clock(), can=dict(NETWORKS))
    desk.items = [
        item(who, f"words of {who}", left(15 + n), feed=feed) for n, who in enumerate(("ann", "bob"))
    ]
    return desk


async def written(on: Stage, words: str = "sorry") -> None:
    """Write to the row under the cursor."""
    await on.press("r")
    await on.sees("Reply to @")
    await on.type(words)
    await on.sees(f"{len(words)}/300")


async def sent(on: Stage, words: str = "sorry") -> None:
    """Write and send."""
    await written(on, words)
    await on.press("ctrl+r")
    await on.sees("Send?")
    await on.press("y")
    await on.sees("goes out in")


async def test_a_reply_reaches_the_network_and_the_row_dims() -> None:
    desk = two()
    async with stage(desk) as on:
        await sent(on)
        (out,) = desk.out.values()
        assert (out.text, out.state, out.basis) == ("sorry", "queued", (desk.items[0].id,))
        text = await on.sees("(sends in 10s)", "reply to @ann goes out in 10s, u takes it back")
        assert "open 2" in text, "it still waits until it is sent"
        assert on.cursor == "bob"
        desk.clock.passes(seconds=4)
        on.queue.tick()
        await on.sees("(sends in 6s)", "goes out in 6s")
        desk.clock.passes(seconds=7)
        desk.sends(out.id)
        text = await on.sees("(answered)", "open 1")
        assert "goes out" not in text


async def test_u_in_the_window_brings_the_text_back_to_the_composer() -> None:
    desk = two()
    async with stage(desk) as on:
        await sent(on, "too hasty")
        await on.press("u")
        await on.sees("Reply to @ann", "too hasty")
        assert [one.state for one in desk.out.values()] == ["draft"]


async def test_u_after_the_window_says_that_it_is_too_late() -> None:
    desk = two()
    async with stage(desk) as on:
        await sent(on)
        (out,) = desk.out.values()
        desk.sends(out.id)
        assert "undo" not in await on.sees("(answered)"), "nothing is offered that is too late"
        await on.press("u")
        assert await on.sees("too late: the reply @ann has left")


async def test_sending_is_never_enter_and_never_a_key_held_down() -> None:
    desk = two()
    async with stage(desk) as on:
        await written(on)
        await on.press("ctrl+r")
        await on.sees("Send?")
        await on.press("enter")
        on.seconds.step = 0.03
        await on.press("y", "y", "y", "y")
        assert "Send?" in on.text
        assert all(one.state == "draft" for one in desk.out.values())
        on.seconds.step = 0.31
        await on.press("y")
        await on.sees("goes out in")


async def test_u_takes_a_reply_from_its_window_before_it_undoes_a_later_act() -> None:
    desk = two()
    async with stage(desk) as on:
        await sent(on, "too hasty")
        await on.press("s", "1")
        await on.sees("(sends in", "u takes it back")
        await on.press("u")
        await on.sees("Reply to @ann", "too hasty")
        assert [event.verb for event in desk.events] == ["snoozed"]
        assert [one.state for one in desk.out.values()] == ["draft"]


async def test_escape_keeps_the_draft_and_r_brings_it_back() -> None:
    desk = two()
    async with stage(desk) as on:
        await written(on, "half a thought")
        await on.press("escape")
        await on.sees(">^D    15m bsk @ann")
        assert [one.text for one in desk.out.values()] == ["half a thought"]
        await on.press("r")
        await on.sees("half a thought", "14/300")


async def test_back_from_the_review_keeps_the_text_and_edit_goes_on() -> None:
    desk = two()
    async with stage(desk) as on:
        await written(on)
        await on.press("ctrl+r")
        await on.sees("Send?")
        await on.press("e")
        await on.misses("Send?")
        await on.type("!")
        await on.sees("6/300")
        await on.press("ctrl+r")
        await on.sees("Send?")
        await on.press("n")
        await on.sees("Unanswered")
        assert [(one.text, one.state) for one in desk.out.values()] == [("sorry!", "draft")]


async def test_discard_is_undone_by_u() -> None:
    desk = two()
    async with stage(desk) as on:
        await written(on, "rude words")
        await on.press("ctrl+r")
        await on.sees("Send?")
        await on.press("D")
        await on.sees("draft to @ann discarded")
        assert desk.out == {}
        await on.press("u")
        await on.sees("Reply to @ann", "rude words")


async def test_too_long_and_empty_are_said_before_the_review() -> None:
    desk = two()
    async with stage(desk) as on:
        await on.press("r")
        await on.sees("Reply to @ann")
        await on.press("ctrl+r")
        await on.sees("there is nothing to send yet")
        on.app.screen.query_one("#text").load_text("x" * 304)  # type: ignore[attr-defined]
        await on.sees("304/300")
        await on.press("ctrl+r")
        assert await on.sees("too long by 4 characters: bluesky takes 300")


async def test_a_feed_that_takes_no_replies_says_why_instead_of_a_composer() -> None:
    async with stage(two("rss")) as on:
        await on.press("r")
        await on.sees("o opens the page; d, then e, records “answered elsewhere”: a feed can")
        assert not isinstance(on.app.screen, Compose)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (FULL, "not saved: no space left on the device"),
        (Rejected("the network takes no links"), "not sent: the network takes no links"),
        (Conflict("@joy is answering it"), "not sent: @joy is answering it"),
    ],
)
async def test_what_could_not_be_queued_stays_in_the_composer(error: Exception, said: str) -> None:
    desk = two()
    async with stage(desk) as on:
        await written(on)
        desk.refuses = error
        await on.press("ctrl+r")
        await on.sees("Send?")
        await on.press("y")
        assert await on.sees(said, "Reply to @ann", "sorry")


async def test_a_customer_who_writes_meanwhile_is_shown_before_sending() -> None:
    desk = two()
    async with stage(desk) as on:
        await written(on)
        thread = desk.items[0].thread
        desk.arrives(item("ann", "forget it, it came", timedelta(0), thread=thread))
        await on.sees("@ann wrote again: read it above", "> forget it, it came")
        await on.press("ctrl+r")
        await on.sees("! @ann wrote again: read it above before you send", "thread re-read 14:07: unchanged")
        await on.press("y")
        await on.sees("goes out in")
        assert [len(one.basis) for one in desk.out.values()] == [2]


async def test_a_reply_that_comes_back_says_why() -> None:
    desk = two()
    async with stage(desk) as on:
        await sent(on)
        (out,) = desk.out.values()
        desk.becomes(out.id, state="draft", until=None, error="not sent: @ann wrote again; read it first")
        await on.sees("(not sent, r to see why)")
        await on.press("k", "r")
        assert await on.sees("not sent: @ann wrote again; read it first", "sorry")


async def test_an_unknown_reply_is_visible_and_a_person_settles_it() -> None:
    desk = two()
    async with stage(desk) as on:
        await sent(on)
        (out,) = desk.out.values()
        desk.becomes(out.id, state="unknown", until=None, error="no answer from the network")
        await on.sees("(sent? not known, r to settle)")
        await on.press("k", "r")
        await on.sees("It is not known whether this reply to @ann arrived", "“sorry”")
        await on.press("n")
        await on.sees("reply to @ann: a draft again")
        assert [one.state for one in desk.out.values()] == ["draft"]


async def test_the_outbox_lists_replies_and_takes_them_back() -> None:
    desk = two()
    async with stage(desk) as on:
        await sent(on)
        await on.press("3")
        await on.sees("Outbox", "goes out in 10s", "@ann sorry")
        await on.press("u")
        await on.sees("Reply to @ann")
        await on.press("escape")
        await on.sees("draft")
        await on.press("D")
        await on.sees("Nothing is on its way and no draft is kept.")
        assert desk.out == {}


async def test_the_outbox_shows_why_the_reply_under_the_cursor_was_not_sent_and_all_its_words() -> None:
    desk = two()
    async with stage(desk) as on:
        await sent(on, "we are sorry. " * 6 + "It comes on Friday.")
        (out,) = desk.out.values()
        desk.becomes(
            out.id, state="draft", until=None, error="not sent: meanwhile it was answered by Shop Desk"
        )
        await on.press("3")
        text = await on.sees("Outbox", "It comes on Friday.")
        assert "meanwhile it was answered by Shop Desk" in text


async def test_a_reply_to_somebody_who_was_answered_meanwhile_says_where_it_is() -> None:
    desk = two()
    async with stage(desk) as on:
        await sent(on)
        (out,) = desk.out.values()
        desk.sends(out.id)  # by somebody else
        await on.sees("(answered)")
        desk.out[out.id] = out
        desk.becomes(out.id, state="draft", until=None, error="not sent: meanwhile it was answered by joy")
        await on.sees("(answered, your reply was not sent)")
        await on.press("k", "r")
        assert await on.sees("What was not sent is in the outbox.")


async def test_quitting_asks_only_when_something_is_unsent() -> None:
    desk = two()
    async with stage(desk) as on:
        await sent(on)
        await on.press("q")
        await on.sees("Quit?", "1 reply is not sent yet")
        await on.press("n")
        await on.misses("Quit?")
        await on.press("q")
        await on.sees("Quit?")
        await on.press("w")
        await on.sees("quits once it is sent")
        (out,) = desk.out.values()
        desk.sends(out.id)
        for _ in range(100):
            await on.pilot.pause(0.01)
            if on.app.return_value is not None:
                break
        assert on.app.return_value == 0


async def test_waiting_to_quit_stays_when_the_reply_comes_back() -> None:
    desk = two()
    async with stage(desk) as on:
        await sent(on)
        await on.press("q")
        await on.sees("Quit?")
        await on.press("w")
        await on.sees("quits once it is sent")
        (out,) = desk.out.values()
        desk.becomes(out.id, state="failed", until=None, error="refused")
        await on.sees("a reply was not sent; the outbox says why")
        assert on.app.return_value is None


async def test_quitting_from_the_composer_keeps_the_draft() -> None:
    desk = two()
    async with stage(desk) as on:
        await written(on, "unfinished")
        await on.press("ctrl+q")
        for _ in range(100):
            if on.app.return_value is not None:
                break
            await on.pilot.pause(0.01)
        assert on.app.return_value == 0
    assert [one.text for one in desk.out.values()] == ["unfinished"]


async def test_the_draft_is_kept_while_it_grows() -> None:
    desk = two()
    async with stage(desk) as on:
        await written(on, "slowly")
        await on.sees("draft saved")
        assert [one.text for one in desk.out.values()] == ["slowly"]


async def test_a_draft_that_cannot_be_kept_is_not_left() -> None:
    desk = two()
    async with stage(desk) as on:
        await written(on, "precious")
        desk.broken = FULL
        await on.press("escape")
        await on.sees("not saved: no space left on the device", "precious")
        assert isinstance(on.app.screen, Compose)


async def test_what_could_be_neither_sent_nor_kept_is_not_left_and_not_said_to_be_saved() -> None:
    desk = two()
    async with stage(desk) as on:
        desk.broken = FULL
        await written(on, "precious")
        await on.press("ctrl+r")
        await on.sees("Send?")
        await on.press("y")
        text = await on.sees("not saved: no space left on the device", "precious")
        assert "draft saved" not in text
        await on.press("escape")
        await on.sees("not saved: no space left on the device", "precious")
        assert isinstance(on.app.screen, Compose)
        assert desk.out == {}


async def test_a_draft_that_could_not_be_kept_is_kept_as_soon_as_it_can_be(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("cxtui.ui.screens.compose.AGAIN", 0.02)
    desk = two()
    async with stage(desk) as on:
        desk.broken = FULL
        await written(on, "precious")
        await on.sees("not saved: no space left on the device")
        desk.broken = None
        await on.sees("draft saved")
        assert [one.text for one in desk.out.values()] == ["precious"]


async def test_a_row_that_was_answered_meanwhile_takes_no_reply() -> None:
    desk = two()
    async with stage(desk) as on:
        desk.replies.append(Reply(desk.items[0].id, "joy", Clean("done"), NOW))
        desk.hears(News(rows=(desk.row("ann"),)))
        await on.sees("(answered)")
        await on.press("r")
        assert await on.sees("@ann is answered and does not wait")


async def test_the_review_bar_says_for_how_long_it_can_be_taken_back() -> None:
    desk = FakeDesk(Clock(), can=dict(NETWORKS), items=[item("ann", "where is it?", left(15))])
    for hold, said in (
        (timedelta(seconds=25), "(25 s to undo)"),
        (timedelta(), "(at once: it cannot be taken"),
    ):
        desk.hold = hold
        async with stage(desk) as on:
            await on.press("r")
            await on.sees("Reply to")
            await on.press("h", "i", "ctrl+r")
            assert said in await on.sees("Send?", said)
            await on.press("e")


async def test_where_nothing_may_be_changed_no_composer_opens_that_could_not_be_left() -> None:
    desk = FakeDesk(Clock(), can=dict(NETWORKS), items=[item("ann", "where is it?", left(15))])
    desk.readonly = "nothing is changed here"
    async with stage(desk) as on:
        for key in ("r", "e", "a", "H"):
            await on.press(key)
            await on.sees("nothing is changed here")
            assert "Unanswered" in on.text
            await on.press("2", "1")
            await on.misses("nothing is changed here")
