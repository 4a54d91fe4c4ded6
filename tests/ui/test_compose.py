"""The composer: what stands around the text, prepared replies, public or direct, what happens meanwhile."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from textual import events

from cxtui.connectors import Capabilities
from cxtui.core.canned import Canned
from cxtui.core.filters import parse
from cxtui.core.guard import Finding
from cxtui.core.item import Clean, Event, Reply
from cxtui.engine.desk import News
from cxtui.engine.preparing import Shelf
from cxtui.errors import Unreachable
from cxtui.store.leases import Replying
from cxtui.ui.widgets.fields import TextField
from tests.ui.fakedesk import NETWORKS, NOW, Clock, FakeDesk, item, left
from tests.ui.stage import Stage, stage

SHELF = Shelf(
    (
        Canned("answer", "en", "Hello {name|there}, order {order|yours}: {agent|we}"),
        Canned("wait", "en", "Hello {name|there}, please wait", "holding"),
        Canned("stars", "en", "We are sorry", match=parse("stars:<=2")),
    ),
    ("/etc/canned/en/bad.txt:1 {x} needs a fallback",),
)


def one(text: str = "where is order 4512?", *, direct: bool = False, feed: str = "bsk") -> FakeDesk:
    """One customer who waits."""
    desk = FakeDesk(Clock(), can=dict(NETWORKS), shelved=SHELF, handles={"bsk": "@lampco"})
    asked = item("riad", text, left(15), feed=feed)
    desk.items = [replace(asked, visibility="direct")] if direct else [asked]
    desk.can["mst"] = replace(desk.can["mst"], visibility=("public", "direct"))
    return desk


async def writing(on: Stage, words: str = "") -> None:
    await on.press("r")
    await on.sees("Reply to @riad")
    if words:
        await on.type(words)


def field(on: Stage) -> TextField:
    return on.app.screen.query_one(TextField)


async def test_who_we_are_what_is_known_and_the_limit_stand_before_a_word_is_typed() -> None:
    async with stage(one()) as on:
        await writing(on)
        text = await on.sees("Reply to @riad on bsk as @lampco", "0/300")
        assert "vars: {name}=Riad {order}=4512 {agent}=Nok" in text
        assert "public · bluesky" in text


@pytest.mark.parametrize(("first", "there"), [("r", "Reply to @riad"), ("a", "Prepared replies")])
async def test_what_is_typed_before_the_field_is_there_is_text_and_no_command(first: str, there: str) -> None:
    desk = one()
    async with stage(desk) as on:
        for key in (first, "d", "s", "x"):
            on.app.post_message(events.Key(key, key))
        await on.sees(there, "dsx")
        assert desk.events == []


async def test_all_that_the_customer_said_is_quoted_and_can_be_scrolled() -> None:
    desk = one()
    desk.items += [
        item("riad", f"line {n}", left(16) - timedelta(seconds=n), thread=desk.items[0].thread)
        for n in range(12)
    ]  # fmt: skip
    async with stage(desk) as on:
        await writing(on)
        text = await on.sees("> where is order 4512?", "> line 2")
        assert "line 11" not in text
        await on.press(*["ctrl+down"] * 9)
        await on.sees("> line 11")
        await on.press(*["f3"] * 9)
        await on.sees("> where is order 4512?")


async def test_too_long_is_said_in_words() -> None:
    async with stage(one()) as on:
        await writing(on)
        field(on).load_text("x" * 304)
        assert await on.sees("304/300: too long by 4 characters")


async def test_a_long_draft_is_counted_when_the_writer_pauses() -> None:
    async with stage(one()) as on:
        await writing(on)
        field(on).load_text("ສະບາຍດີ " * 12_500)
        await on.sees("/300: too long by", "draft saved")
        assert len(next(iter(on.desk.out.values())).text) == 100_000
        await on.press("ctrl+r")
        await on.sees("too long by")
        assert "Send?" not in on.text


async def test_a_prepared_reply_is_chosen_with_a_look_at_it_and_can_be_changed() -> None:
    async with stage(one()) as on:
        await on.press("a")
        text = await on.sees("Prepared replies", "en  answer", "en  wait", "Hello Riad, order 4512: Nok")
        assert "stars" not in text, "it is for others"
        assert "! left out: /etc/canned/en/bad.txt:1 {x} needs a fallback" in text
        await on.type("wai")
        await on.sees("Hello Riad, please wait")
        await on.press("enter")
        await on.sees("Reply to @riad", "Hello Riad, please wait")
        await on.type("!")
        await on.sees("Hello Riad, please wait!")
        await on.press("ctrl+n")
        await on.sees("Prepared replies")
        await on.press("escape")
        await on.misses("Prepared replies")
        assert field(on).text == "Hello Riad, please wait!"


async def test_nothing_is_written_where_no_prepared_reply_is_chosen() -> None:
    async with stage(one()) as on:
        await on.press("a")
        await on.sees("Prepared replies")
        await on.type("zzz")
        await on.sees("no prepared reply has these words")
        await on.press("enter")
        assert "Prepared replies" in on.text
        await on.press("escape")
        await on.sees("Unanswered")
        assert on.desk.out == {}


async def test_a_customers_braces_stay_a_customers_braces() -> None:
    desk = one("{agent|you} {0.__class__} %s {name}")
    async with stage(desk) as on:
        await on.press("a")
        await on.sees("Hello Riad, order yours: Nok")
        await on.press("enter")
        assert await on.sees("> {agent|you} {0.__class__} %s {name}", "Hello Riad, order yours: Nok")


async def test_a_holding_text_is_sent_as_holding_by_its_own_key() -> None:
    async with stage(one()) as on:
        await writing(on, "we look")
        await on.press("ctrl+r")
        await on.sees("Send?")
        await on.press("h")
        await on.sees("until when does @riad hear from you again?")
        await on.type("2h")
        await on.press("enter")
        await on.sees("goes out in")
        assert [(out.kind, out.text) for out in on.desk.out.values()] == [("holding", "we look")]


async def test_public_or_direct_is_switched_where_there_is_a_choice() -> None:
    async with stage(one(feed="mst")) as on:
        await writing(on, "psst")
        await on.sees("public · mastodon", "Ctrl-T direct")
        await on.press("ctrl+t")
        await on.sees("direct · mastodon", "direct: only @riad reads it", "Ctrl-T public")
        await on.press("escape")
        await on.sees("Unanswered")
        assert [out.visibility for out in on.desk.out.values()] == ["direct"]
        await writing(on)
        await on.sees("direct · mastodon", "psst")
        await on.press("ctrl+r")
        await on.sees("to @riad (mst, direct)")
        await on.press("y")
        await on.sees("goes out in")
        assert [out.visibility for out in on.desk.out.values()] == ["direct"]


async def test_a_direct_message_is_never_answered_in_public() -> None:
    async with stage(one(direct=True, feed="mst")) as on:
        await writing(on, "psst")
        await on.press("ctrl+t")
        assert await on.sees("it was written to us alone, so it is answered direct", "direct · mastodon")


async def test_a_network_without_direct_replies_says_so() -> None:
    async with stage(one()) as on:
        await writing(on)
        assert "Ctrl-T" not in on.text
        await on.press("ctrl+t")
        await on.sees("bluesky takes no direct replies from here", "public · bluesky")


async def test_a_colleague_who_answers_meanwhile_is_told_at_once() -> None:
    desk = one()
    async with stage(desk) as on:
        await writing(on, "mine")
        joy = Replying(desk.row("riad").id, "joy", "joy 1", NOW + timedelta(minutes=1))
        desk.hears(News(replying=(joy,)))
        await on.sees("! @joy is replying, too", "mine")
        desk.replies.append(Reply(desk.items[0].id, "joy", Clean("done"), NOW))
        desk.hears(News(rows=(desk.row("riad"),), replying=()))
        await on.sees("! answered by joy meanwhile: nothing is sent any more. Esc keeps the text", "mine")
        assert "is replying" not in on.text


async def test_a_question_that_its_customer_deletes_meanwhile_is_told_at_once() -> None:
    desk = one()
    async with stage(desk) as on:
        await writing(on, "mine")
        desk.events.append(Event("w", desk.items[0].id, "withdrawn", "", NOW))
        desk.hears(News(rows=(desk.row("riad"),)))
        await on.sees("! @riad deleted the message: nothing is sent any more. Esc keeps the text", "mine")
        await on.press("escape")
        assert [out.text for out in desk.out.values()] == ["mine"]


async def test_a_limit_that_changes_meanwhile_counts_at_once() -> None:
    desk = one()
    async with stage(desk) as on:
        await writing(on, "sixteen letters.")
        await on.sees("16/300")
        desk.can["bsk"] = replace(desk.can["bsk"], limit=10)
        desk.hears(News(said=("x",)))
        await on.sees("! bluesky takes 10 characters now, 300 before", "16/10: too long by 6")
        await on.press("ctrl+r")
        assert await on.sees("too long by 6 characters: bluesky takes 10")


async def test_a_feed_that_takes_no_replies_any_more_says_so() -> None:
    desk = one()
    async with stage(desk) as on:
        await writing(on, "mine")
        desk.can["bsk"] = Capabilities("bluesky", "bsk", why_not="the token was taken away")
        desk.hears(News(said=("x",)))
        assert await on.sees("! the token was taken away", "mine")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (None, "thread re-read 14:07: unchanged"),
        ("meanwhile it was answered by joy", "! meanwhile it was answered by joy"),
        (Unreachable("no answer"), "! the thread could not be read again: no answer"),
    ],
)
async def test_the_review_bar_says_how_the_thread_stands(answer: str | Exception | None, said: str) -> None:
    desk = one()
    desk.thread_says = answer
    async with stage(desk) as on:
        await writing(on, "mine")
        await on.press("ctrl+r")
        await on.sees("Send?", "to @riad (bsk, public) as @lampco 4/300", said)
        assert desk.rereads == [(desk.row("riad").id, (desk.items[0].id,))]


async def test_what_comes_while_the_bar_stands_there_was_not_seen() -> None:
    desk = one()
    async with stage(desk) as on:
        await writing(on, "mine")
        await on.press("ctrl+r")
        await on.sees("thread re-read")
        desk.arrives(item("riad", "forget it", timedelta(0), thread=desk.items[0].thread))
        await on.sees("! the customer wrote again: e, and read it above")
        await on.press("y")
        await on.sees("goes out in")
        assert [out.basis for out in desk.out.values()] == [(desk.items[0].id,)], "so that it comes back"


FINDS = {
    "{name}": Finding("unresolved-variable", (0, 6), "“{name}” is not filled in"),
    "!!": Finding("shouting", (2, 4), "two exclamation marks"),
    "sorry": Finding("no-next-step", (0, 5), "an apology without a next step"),
}


async def test_what_the_guard_finds_stands_below_the_text_the_worst_first() -> None:
    desk = one()
    desk.finds = FINDS
    async with stage(desk) as on:
        await writing(on, "sorry!! {name}")
        text = await on.sees("x unresolved-variable: “{name}” is not filled in", "! shouting: two")
        assert text.index("x unresolved") < text.index("! shouting") < text.index("? no-next-step")
        field(on).load_text("sorry")
        await on.misses("unresolved-variable", "shouting")
        field(on).load_text("")
        await on.misses("no-next-step")


async def test_a_block_is_overridden_by_a_typed_reason_only() -> None:
    desk = one()
    desk.finds = FINDS
    async with stage(desk) as on:
        await writing(on, "{name}!!")
        await on.press("ctrl+r")
        await on.sees("Send?", "x unresolved-variable: “{name}” is not filled in", "! shouting")
        await on.press("y")
        await on.sees("unresolved-variable: why is it sent nevertheless?")
        await on.press("enter")
        await on.sees("not sent: unresolved-variable", "{name}!!")
        assert all(out.state == "draft" for out in desk.out.values())
        await on.press("ctrl+r")
        await on.sees("Send?")
        await on.press("y")
        await on.sees("why is it sent nevertheless?")
        await on.type("it is our product's name")
        await on.press("enter")
        await on.sees("goes out in")
        assert desk.overridden == {"unresolved-variable": "it is our product's name"}


async def test_a_warning_sends_without_a_reason() -> None:
    desk = one()
    desk.finds = FINDS
    async with stage(desk) as on:
        await writing(on, "sorry!!")
        await on.press("ctrl+r")
        await on.sees("Send?", "! shouting", "? no-next-step")
        await on.press("y")
        await on.sees("goes out in")
        assert desk.overridden == {}


async def test_a_holding_reply_that_was_thought_better_of_is_an_answer_again() -> None:
    async with stage(one()) as on:
        await writing(on, "it left today")
        await on.press("ctrl+r")
        await on.sees("Send?")
        await on.press("h")
        await on.sees("until when does @riad hear from you again?")
        await on.press("escape")
        await on.sees("not sent: a holding reply needs a time")
        await on.press("ctrl+r")
        await on.sees("Send?")
        await on.press("y")
        await on.sees("goes out in")
        assert [out.kind for out in on.desk.out.values()] == ["answer"]


async def test_the_title_says_holding_while_its_time_is_asked_for() -> None:
    async with stage(one()) as on:
        await writing(on, "we look")
        await on.press("ctrl+r")
        await on.sees("Send?")
        await on.press("h")
        assert await on.sees("until when does @riad hear from you again?", "Holding reply to @riad")


async def test_a_server_that_says_nothing_of_us_holds_up_nobody() -> None:
    desk = one()
    desk.handles = Unreachable("no answer")
    async with stage(desk) as on:
        await writing(on, "mine")
        assert await on.sees("Reply to @riad on bsk ──", "4/300")


async def test_a_sent_reply_is_deleted_from_the_outbox_after_a_question() -> None:
    desk = one()
    async with stage(desk) as on:
        await writing(on, "oops")
        await on.press("ctrl+r")
        await on.sees("Send?")
        await on.press("y")
        await on.sees("goes out in")
        (out,) = desk.out.values()
        desk.gone_out = [replace(out, state="sent", until=None)]
        desk.sends(out.id)
        await on.press("3")
        await on.sees("Nothing is on its way", "Sent from here, last 7 days", "oops")
        await on.press("x")
        await on.sees("Delete this reply?", "the customer waits again")
        await on.press("n")
        await on.misses("Delete this reply?")
        assert len(desk.gone_out) == 1
        await on.press("x")
        await on.sees("Delete this reply?")
        await on.press("y")
        await on.sees("deleted there; the customer waits again")
        assert desk.gone_out == []


async def test_a_draft_cannot_be_deleted_on_a_network() -> None:
    async with stage(one()) as on:
        await writing(on, "mine")
        await on.press("escape")
        await on.sees("Unanswered")
        await on.press("3")
        await on.sees("Outbox", "mine")
        await on.press("x")
        assert await on.sees("only a reply that was sent can be deleted; D drops a draft")


async def test_the_editor_needs_a_terminal_and_says_so() -> None:
    async with stage(one()) as on:
        await writing(on, "mine")
        await on.press("ctrl+g")
        assert await on.sees("this terminal cannot be given to an editor", "mine")


async def test_a_narrower_window_leaves_nothing_standing_of_the_wider_one() -> None:
    async with stage(one(), (120, 40)) as on:
        await writing(on, "a" * 70 + " bbbbbb bbbbbb bbbbbb " + "c" * 30)
        await on.sees("c" * 30)
        await on.pilot.resize_terminal(80, 24)
        await on.sees(f"bbbbbb {'c' * 30}")
        assert on.text.count("bbbbbb") == 3, on.text


async def test_where_little_fits_the_time_that_is_promised_is_what_is_seen() -> None:
    words = "Hello Riad, we look for it. I will send you the new glass and the screws by friday"
    async with stage(one(), (40, 12)) as on:
        await writing(on, words)
        assert await on.sees("promise 18:00: “I will send")


async def test_esc_on_the_review_bar_goes_on_writing() -> None:
    async with stage(one()) as on:
        await writing(on, "it is on its way")
        await on.press("ctrl+r")
        await on.sees("Send?")
        await on.press("escape")
        await on.misses("Send?")
        await on.type("!")
        await on.sees("Reply to @riad", "it is on its way!")
        assert not [out for out in on.desk.out.values() if out.state == "queued"]


async def test_a_dialog_that_is_cut_says_how_much_is_left_off() -> None:
    desk = one()
    desk.findings = tuple(Finding("blame", (n, n + 1), f"finding {n} with some words") for n in range(9))
    async with stage(desk, (40, 12)) as on:
        await writing(on, "it is on its way")
        await on.press("ctrl+r")
        text = await on.sees("Send?", "lines more: a taller window")
        assert "y send" in text
