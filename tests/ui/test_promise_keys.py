"""Holding replies and promises by keys: asked, tracked, seen, moved, released, kept, broken."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from cxtui.core.canned import Canned
from cxtui.core.item import Event
from cxtui.engine.preparing import Shelf
from tests.ui.fakedesk import NETWORKS, NOW, Clock, FakeDesk, item, left
from tests.ui.stage import Stage, stage

HOLDING = Canned("holding", "en", "Hello {name|there}, you hear from us by {due|tomorrow noon}.", "holding")
APOLOGY = Canned(
    "apology-promise", "en", "Sorry that you waited. You will hear from us by {due|tomorrow noon}."
)


def two(shelf: Sequence[Canned] = ()) -> FakeDesk:
    """Two customers who wait. It is Friday 14:07 in Vientiane."""
    desk = FakeDesk(Clock(), can=dict(NETWORKS), shelved=Shelf(tuple(shelf)))
    desk.items = [item(who, f"words of {who}", left(15 + n)) for n, who in enumerate(("ann", "bob"))]
    return desk


def owes(desk: FakeDesk, handle: str, due: timedelta, text: str = "a call") -> None:
    """Something is promised to a customer."""
    n = len(desk.events)
    detail = {"promise": f"p{n}", "text": text, "due": (NOW + due).isoformat()}
    key = desk.row(handle).id
    desk.events.append(Event(f"o{n}", key, "promised", "nok", NOW - timedelta(minutes=1), detail))


def promised(desk: FakeDesk) -> list[tuple[str, str, str]]:
    """Text, hour in Vientiane and state of every promise."""
    return [
        (one.promise.text, f"{one.promise.due + timedelta(hours=7):%a %H:%M}", one.promise.state)
        for one in desk.owed(everything=True)
    ]


async def sends(on: Stage) -> None:
    """The window of the only reply is over."""
    [out] = [one for one in on.desk.out.values() if one.state == "queued"]
    on.desk.clock.passes(seconds=11)
    on.desk.sends(out.id)
    await on.pilot.pause()


async def test_a_holding_reply_takes_the_prepared_text_and_opens_its_promise_when_it_is_sent() -> None:
    desk = two([HOLDING])
    async with stage(desk) as on:
        await on.press("H")
        await on.sees("Holding reply to @ann", "Hello Ann, you hear from us by tomorrow noon.")
        await on.sees("promise found: “you hear from us by tomorrow noon”: Sat 12:00 (opens")
        await on.press("ctrl+r")
        await on.sees("Send?", "opens when it is sent")
        await on.press("y")
        await on.sees("goes out in")
        assert promised(desk) == [], "nothing is promised before it has left"
        [out] = desk.out.values()
        assert out.kind == "holding"
        await sends(on)
        assert promised(desk) == [("you hear from us by tomorrow noon", "Sat 12:00", "open")]
        text = await on.sees("@ann")
        assert any("P" in line[:5] and "@ann" in line for line in text.splitlines()), text


async def test_a_holding_reply_without_a_time_asks_for_one_and_waits_without_an_answer() -> None:
    desk = two()
    async with stage(desk) as on:
        await on.press("H")
        await on.sees("Holding reply to @ann")
        await on.type("we look")
        await on.press("ctrl+r")
        await on.sees("Send?")
        await on.press("y")
        await on.sees("until when does @ann hear from you again?")
        await on.press("escape")
        await on.sees("not sent: a holding reply needs a time")
        assert not any(one.state == "queued" for one in desk.out.values())
        await on.press("ctrl+r")
        await on.sees("Send?")
        await on.press("y")
        await on.type("mon 14:30")
        await on.sees("until Mon 14:30")
        await on.press("enter")
        await on.sees("goes out in")
        await sends(on)
        assert promised(desk) == [("we look", "Mon 14:30", "open")]


async def test_an_answer_promises_only_what_p_on_the_review_bar_tracks() -> None:
    tracked = [("I will call on Monday", "Mon 18:00", "open")]
    for keys, found in ((("y",), []), (("P", "y"), tracked)):
        desk = two()
        async with stage(desk) as on:
            await on.press("r")
            await on.sees("Reply to @ann")
            await on.type("Here it is. I will call on Monday.")
            await on.press("ctrl+r")
            await on.sees("promise “I will call on Monday”: Mon", "P tracks it")
            for key in keys:
                await on.press(key)
                await on.sees("goes out in" if key == "y" else "opens when it is sent")
            await sends(on)
            assert promised(desk) == found


async def test_what_was_tracked_before_an_edit_is_forgotten() -> None:
    desk = two()
    async with stage(desk) as on:
        await on.press("r")
        await on.sees("Reply to @ann")
        await on.type("I will call on Monday.")
        await on.press("ctrl+r")
        await on.sees("P tracks it")
        await on.press("P")
        await on.sees("opens when it is sent")
        await on.press("e")
        await on.misses("Send?")
        await on.press("ctrl+a", "ctrl+k")
        await on.type("Here it is.")
        await on.press("ctrl+r")
        await on.sees("Send?")
        await on.press("y")
        await on.sees("goes out in")
        await sends(on)
        assert promised(desk) == []


async def test_a_holding_text_that_was_kept_is_still_one_until_it_is_made_an_answer() -> None:
    desk = two([HOLDING])
    async with stage(desk) as on:
        await on.press("H")
        await on.sees("Holding reply to @ann", "draft saved")
        await on.press("escape")
        await on.misses("Holding reply to @ann")
        await on.press("r")
        await on.sees("Holding reply to @ann", "Hello Ann, you hear from us by tomorrow noon.")
        await on.press("ctrl+r")
        await on.sees("Send?", "a   Send as an answer")
        await on.press("a")
        await on.sees("goes out in")
        [out] = desk.out.values()
        assert out.kind == "answer"
        await on.press("u")
        await on.sees("Reply to @ann")
        await on.press("ctrl+r")
        assert await on.sees("Send?", "h   Send as a holding reply")


async def test_h_on_the_review_bar_makes_an_answer_a_holding_reply() -> None:
    desk = two()
    async with stage(desk) as on:
        await on.press("r")
        await on.sees("Reply to @ann")
        await on.type("I will call on Monday.")
        await on.press("ctrl+r")
        await on.sees("Send?")
        await on.press("h")
        await on.sees("goes out in")
        await sends(on)
        assert promised(desk) == [("I will call on Monday", "Mon 18:00", "open")]
        assert desk.row("ann").interval.held


async def test_a_reply_taken_back_in_its_window_promises_nothing() -> None:
    desk = two([HOLDING])
    async with stage(desk) as on:
        await on.press("H")
        await on.sees("Holding reply to @ann", "promise found")
        await on.press("ctrl+r")
        await on.sees("Send?")
        await on.press("y")
        await on.sees("goes out in")
        await on.press("u")
        await on.sees("Holding reply to @ann", "you hear from us")
        assert promised(desk) == []


async def test_p_promises_on_a_row_and_then_shows_moves_and_releases() -> None:
    desk = two([HOLDING])
    async with stage(desk) as on:
        await on.press("p")
        await on.sees("until when is something promised to @ann?")
        await on.type("2h")
        await on.sees("until 16:07")
        await on.press("enter")
        await on.sees("what is promised to @ann until 16:07?")
        await on.press("enter")
        await on.sees("promise @ann until 16:07")
        assert promised(desk) == [("you will hear from us again", "Fri 16:07", "open")]
        await on.press("p")
        await on.sees("“you will hear from us again” by nok: due 16:07")
        await on.press("m")
        await on.type("mon 10:00")
        await on.press("enter")
        await on.sees("Holding reply to @ann", "you hear from us by Mon 10:00")
        assert [due for _, due, _ in promised(desk)] == ["Mon 10:00"]
        await on.press("ctrl+r")
        text = await on.sees("Send?")
        assert "opens when it is sent" not in text, "it is written down already"
        await on.press("y")
        await on.sees("goes out in")
        await sends(on)
        assert [due for _, due, _ in promised(desk)] == ["Mon 10:00"]
        await on.press("1", "g")
        while on.cursor != "ann":
            await on.press("j")
        await on.press("p")
        await on.sees("Promised to @ann")
        await on.press("x")
        await on.sees("why is the promise to @ann released?")
        await on.type("she called")
        await on.press("enter")
        await on.sees("release the promise to @ann")
        assert [state for _, _, state in promised(desk)] == ["released"]
        await on.press("u")
        await on.sees("undone: release of a promise")
        assert [state for _, _, state in promised(desk)] == ["open"]


async def test_the_page_counts_down_and_a_broken_promise_offers_the_apology() -> None:
    desk = two([APOLOGY])
    owes(desk, "bob", timedelta(minutes=5), "call bob")
    owes(desk, "ann", timedelta(hours=3), "write to ann")
    async with stage(desk) as on:
        await on.press("5")
        text = await on.sees("Promises 2", "call bob", "write to ann")
        assert text.index("call bob") < text.index("write to ann")
        assert "05:00 @bob" in text
        desk.clock.passes(minutes=6)
        await on.sees("1 broken", "-01:00 @bob")
        await on.press("m")
        await on.sees("a broken promise cannot be moved")
        await on.press("r")
        await on.sees("Holding reply to @bob", "Sorry that you waited.")
        await on.press("escape")
        await on.sees("Promises 2")
        await on.press("j", "enter")
        await on.sees("Unanswered")
        assert on.cursor == "ann"


async def test_a_row_says_until_when_something_is_promised_and_that_it_was_broken() -> None:
    desk = two()
    owes(desk, "bob", timedelta(minutes=5), "call bob")
    async with stage(desk) as on:
        text = await on.sees("(promised 14:12) words of bob")
        assert any(line[3:4] == "P" and "@bob" in line for line in text.splitlines()), text
        desk.clock.passes(minutes=5)
        on.queue.tick()
        await on.sees("(promised 14:12)")
        desk.clock.passes(seconds=1)
        on.queue.tick()
        await on.sees("(promise broken, was due 14:12) words of bob")


async def test_the_page_shows_what_is_over_when_asked_and_says_what_to_do_when_empty() -> None:
    desk = two()
    owes(desk, "bob", timedelta(minutes=5), "call bob")
    async with stage(desk) as on:
        await on.press("5")
        await on.sees("call bob")
        await on.press("x")
        await on.type("he called us")
        await on.press("enter")
        await on.sees("Nothing is promised. In the queue H")
        await on.press("a")
        await on.sees("released", "(he called us) call bob")
        await on.press("r")
        await on.sees("Reply to @bob")
        await on.press("escape", "q", "1")
        assert await on.sees("Unanswered")


async def test_a_narrow_screen_without_colour_shows_sign_and_time_first() -> None:
    desk = two()
    owes(desk, "bob", timedelta(minutes=-5), "call bob")
    async with stage(desk, (40, 12), colour=False) as on:
        await on.press("5")
        text = await on.sees("1 broken")
        assert "> ! -05:00 @bob     call bob" in text
