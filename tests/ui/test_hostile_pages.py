"""Strangers' text on every page, dialog and list behind the queue: drawn as it stands, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from cxtui.config.views import View
from cxtui.connectors import Capabilities
from cxtui.core.canned import Canned
from cxtui.core.filters import parse
from cxtui.core.guard import Finding
from cxtui.core.item import Clean, Event, Reply
from cxtui.core.text import clean
from cxtui.engine.preparing import Shelf
from cxtui.store import FeedState
from tests.ui.drawn import check_drawn
from tests.ui.fakedesk import NOW, Clock, FakeDesk, item, late, left
from tests.ui.stage import Stage, stage

WORDS = [
    "[@click=app.quit]x[/]\\[50% @click=app.quit]", "[/s][b]{name}{0.__class__}%s$who",
    "\x1b]0;owned\x07\x1b[31m\x9b2J\u202e",
]  # fmt: skip
SIZES = [(170, 50), (40, 12)]


def full_of(words: str) -> FakeDesk:
    """A desk on which everything that anybody can name is called by these words."""
    can = Capabilities("bluesky", "bsk", reply=True, why_not=words, limit=300, deeds=("like",), thread=True)
    desk = FakeDesk(Clock(), can={"bsk": can, f"f{words}": replace(can, code="rss")})
    desk.items = [
        item(f"a{words}", f"one {words}?", late(1), tone="complaint"),
        item(f"b{words}", f"two {words}", left(20), tone="praise"),
        item(f"c{words}", f"three {words}", timedelta(hours=5), feed=f"f{words}", network="feed", stars=1),
    ]
    key = desk.items[0].id
    desk.replies = [
        Reply(desk.items[2].id, words, Clean(clean(words)), NOW - timedelta(hours=4), remote_id=words)
    ]
    promise = {"promise": "p1", "text": f"promised {words}", "due": (NOW + timedelta(hours=3)).isoformat()}
    desk.events = [
        Event("e1", key, "tagged", words, NOW, {"tag": words}),
        Event("e2", key, "noted", words, NOW, {"text": words}),
        Event("e3", key, "promised", words, NOW, promise),
    ]
    texts = (Canned(f"n{words}", "en", words, "answer"), Canned("t", "en", f"thanks {words}", "thanks"))
    desk.shelved = Shelf(texts, problems=(f"broken {words}",))
    desk.findings = (Finding("blame", (0, 1), f"found {words}"),)
    desk.handles = {"bsk": words}
    desk.thread_says = f"changed {words}"
    desk.states = (FeedState(f"f{words}", "feed", state="down", error=words, title=words),)
    return desk


async def walk(on: Stage, *keys: str) -> None:
    """Press keys, looking at what is drawn after each."""
    for key in keys:
        await on.press(key)
        check_drawn(on)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("words", WORDS)
async def test_every_page_draws_a_strangers_words_and_does_nothing_of_them(
    words: str, size: tuple[int, int]
) -> None:
    desk = full_of(words)
    seen = clean(f"promised {words}")[:12]
    views = (View(f"v{words}", parse("is:late")),)
    async with stage(desk, size, views=views) as on:
        await walk(on, "right_square_bracket", "left_square_bracket", "p", "escape", "colon", "escape")
        await walk(on, "r")
        await on.sees("Reply to")
        await on.type(f"you hear from us by friday {(words.isprintable() and words) or ''}")
        await walk(on, "ctrl+n", "escape", "ctrl+r")
        await on.sees("Send?")
        check_drawn(on)
        await walk(on, "e", "escape")
        await on.misses("Reply to")
        await walk(on, "6")
        await on.sees("waiting now")
        for _ in range(9):
            await walk(on, "b")
            await on.misses("counting")
        await walk(on, "g", "enter")
        await on.sees("1/1")
        check_drawn(on)
        await walk(on, "enter")
        await on.sees("in thread")
        await walk(on, "escape", "escape", "i", "escape", "5")
        text = await on.sees("Promises 1")
        assert seen in text or size[0] < 60
        check_drawn(on)
        await walk(on, "a", "m", "escape", "x", "escape", "question_mark", "slash", *"p[/]", "escape", "q")
        await walk(on, "4", "enter", "q", "3", "enter", "escape", "7", "asterisk", "t", "escape", "1")
        assert on.app.is_running
        assert on.app.return_value is None


@pytest.mark.parametrize("words", WORDS)
async def test_a_list_of_replies_draws_names_texts_and_findings_as_they_stand(words: str) -> None:
    desk = full_of(words)
    desk.can["bsk"] = replace(desk.can["bsk"], deeds=())
    desk.items = [item(f"{n}{words}", f"nice {words}", left(20), tone="praise") for n in "ab"]
    desk.replies, desk.events = [], []
    async with stage(desk, (120, 40)) as on:
        await on.press("7", "asterisk", "t")
        text = await on.sees("of 2 ready", "blame: found")
        assert "thanks" in text
        check_drawn(on)
        await walk(on, "j", "e")
        await on.sees("part of a batch")
        check_drawn(on)
        await walk(on, "escape")
        await on.sees("of 2 ready")
        await walk(on, "x", "n")
        assert on.app.return_value is None
