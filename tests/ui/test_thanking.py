"""Thanks: a text that nobody else got today, a like, or both; several at once."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from cxtui.connectors import Capabilities
from cxtui.core.canned import Canned
from cxtui.core.guard import Finding
from cxtui.engine.preparing import Shelf
from tests.ui.fakedesk import NETWORKS, Clock, FakeDesk, item, left
from tests.ui.stage import stage

TEXTS = tuple(Canned(f"thanks-{n}", "en", f"{word}, {{name|dear}}!", "thanks") for n, word in
              enumerate(("Thank you", "Many thanks", "How kind")))  # fmt: skip
LIKES = Capabilities("mastodon", "mst", reply=True, limit=500, deeds=("like",), thread=True)


def praised(*handles: str, likes: bool = True) -> FakeDesk:
    can = {**NETWORKS, "mst": replace(LIKES, deeds=("like",) if likes else ())}
    desk = FakeDesk(Clock(), can=can, shelved=Shelf((Canned("answer", "en", "Hi!"), *TEXTS)))
    desk.items = [
        item(handle, "great shop, thank you", left(17 + n), feed="mst", network="mastodon", tone="praise")
        for n, handle in enumerate(handles)
    ]
    return desk


def sent(desk: FakeDesk) -> list[tuple[str, str]]:
    return [(one.deed or "words", one.text) for one in desk.out.values() if one.state == "queued"]


async def test_words_of_thanks_are_written_on_before_they_are_sent() -> None:
    desk = praised("ann")
    async with stage(desk) as on:
        await on.press("t")
        await on.sees("Thank @ann?", "By words and a like")
        await on.press("t")
        await on.sees("Thanks to @ann", ", Ann!")
        await on.press("ctrl+r")
        await on.sees("Send?")
        await on.press("y")
        await on.sees("goes out in")
        ((what, text),) = sent(desk)
        assert what == "words"
        assert text in {f"{word}, Ann!" for word in ("Thank you", "Many thanks", "How kind")}
        assert {one.kind for one in desk.out.values()} == {"thanks"}


async def test_both_sends_the_words_before_the_like() -> None:
    desk = praised("ann")
    async with stage(desk) as on:
        await on.press("t", "b")
        await on.sees("Thanks to @ann")
        await on.press("ctrl+r")
        await on.sees("Send?")
        await on.press("y")
        await on.sees("like in 1")
        words, like = sorted(desk.out.values(), key=lambda one: one.deed is not None)
        assert (words.deed, like.deed) == (None, "like")
        assert words.until
        assert like.until
        assert words.until < like.until, "a like would end the wait, and the words would come too late"


async def test_who_gives_up_the_words_gives_no_like_either() -> None:
    desk = praised("ann")
    async with stage(desk) as on:
        await on.press("t", "b")
        await on.sees("Thanks to @ann")
        await on.press("escape")
        await on.misses("Thanks to @ann")
        assert sent(desk) == []


async def test_five_are_thanked_at_once_each_by_another_text_as_long_as_there_are_some() -> None:
    desk = praised("ann", "bob", "cem", likes=False)
    desk.items = [replace(one, author=replace(one.author, name=one.author.handle)) for one in desk.items]
    async with stage(desk) as on:
        await on.press("asterisk", "t")
        await on.sees("Thank 3 rows", "3 of 3 ready")
        await on.press("y")
        await on.sees("goes out in")
        assert len({text for _, text in sent(desk)}) == 3


async def test_a_text_that_was_sent_today_is_passed_over() -> None:
    desk = praised("ann", likes=False)
    for word in ("Thank you", "How kind"):
        desk.finds[word] = Finding("repeated", (0, 4), "the same went to @bob today")
    async with stage(desk) as on:
        await on.press("t")
        assert await on.sees("Thanks to @ann", "Many thanks, Ann!")


async def test_without_a_text_left_it_says_so() -> None:
    desk = praised("ann", "bob", likes=False)
    desk.shelved = Shelf()
    async with stage(desk) as on:
        await on.press("asterisk", "t")
        assert await on.sees("0 of 2 ready", "no prepared text of thanks left")


async def test_the_praise_has_a_view_of_its_own() -> None:
    desk = praised("ann")
    desk.items.append(item("bob", "where is it?", left(20)))
    async with stage(desk) as on:
        await on.press("7")
        text = await on.sees("Thanks (due first)")
        assert "where is it?" not in text
        await on.press("1")
        await on.sees("@bob", "@ann")


async def test_an_empty_view_of_thanks_says_so() -> None:
    desk = praised()
    desk.items.append(item("bob", "where is it?", left(20)))
    async with stage(desk) as on:
        await on.press("7")
        assert await on.sees("Nobody waits for thanks. 1 goes back")


async def test_a_draft_is_gone_on_with_and_no_thanks_are_put_behind_it_again() -> None:
    desk = praised("ann", likes=False)
    async with stage(desk) as on:
        await on.press("t")
        await on.sees("Thanks to @ann", ", Ann!")
        await on.press("escape")
        await on.misses("Thanks to @ann")
        [kept] = [one.text for one in desk.out.values()]
        await on.press("t")
        text = await on.sees("Thanks to @ann", ", Ann!")
        assert text.count(", Ann!") == 1
        await on.press("escape")
        await on.misses("Thanks to @ann")
        assert [one.text for one in desk.out.values()] == [kept]


async def test_who_cannot_be_answered_from_here_is_left_out_and_does_not_stop_the_others() -> None:
    desk = praised("ann", "bob", likes=False)
    desk.items.append(item("cem", "lovely", left(20), feed="rss", network="feed", tone="praise"))
    desk.can["rss"] = Capabilities("feed", "rss", reply=False, why_not="feeds can only be read")
    async with stage(desk) as on:
        await on.press("asterisk", "t")
        await on.sees("Thank 3 rows", "2 of 3 ready")
        await on.press("y")
        await on.sees("goes out in")
        assert len(sent(desk)) == 2


async def test_a_batch_leaves_a_text_alone_that_somebody_began() -> None:
    desk = praised("ann", "bob", likes=False)
    await desk.keep_draft(desk.row("ann").id, "my own words")
    async with stage(desk) as on:
        await on.press("asterisk", "t")
        await on.sees("1 of 2 ready", "another text is kept as a draft")
        await on.press("e")
        await on.sees("part of a batch")
        await on.type("more ")
        await on.press("escape")
        await on.sees("of 2 ready")
        await on.press("y")
        await on.sees("goes out in")
        assert await desk.draft(desk.row("ann").id) == "my own words"
        assert len(sent(desk)) == 1


async def test_who_is_left_out_of_the_words_gets_no_like_either() -> None:
    desk = praised("ann", "bob")
    async with stage(desk) as on:
        await on.press("asterisk", "t", "b")
        await on.sees("2 of 2 ready")
        await on.press("x")
        await on.sees("1 of 1 ready")
        await on.press("y")
        await on.sees("like in 1")
        assert sorted(what for what, _ in sent(desk)) == ["like", "words"]
        assert len({one.interval for one in desk.out.values()}) == 1


async def test_the_list_stands_there_before_its_replies_so_that_no_key_goes_to_the_queue() -> None:
    held = asyncio.Event()

    class Slow(FakeDesk):
        async def shelf(self, row: str) -> Shelf:
            await held.wait()
            return await FakeDesk.shelf(self, row)

    made = praised("ann", "bob", likes=False)
    desk = Slow(Clock(), can=made.can, shelved=made.shelved, items=made.items)
    async with stage(desk) as on:
        await on.press("asterisk", "t")
        await on.sees("Thank 2 rows", "being made ready")
        await on.press("d", "e", "y")
        await on.sees("the others are still being made ready")
        assert sent(desk) == []
        held.set()
        await on.sees("2 of 2 ready")
        await on.press("y")
        await on.sees("goes out in")
        assert len(sent(desk)) == 2
