"""Strangers' text is drawn as it stands, in every place where it is drawn."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from textual import events

import cxtui.ui
from cxtui.connectors import Capabilities
from cxtui.engine.desk import News
from cxtui.store import FeedState
from cxtui.ui.spans import flat, safe
from tests.ui.fakedesk import NETWORKS, Clock, FakeDesk, item, late
from tests.ui.stage import stage

UI = Path(cxtui.ui.__file__).parent
READERS = ("textual.widgets", "textual.widget", "textual.containers", "textual.app", "textual.scroll_view")
MADE_OF_STR = {"notify", "border_title", "border_subtitle", "tooltip", "from_markup", "placeholder"}
MARKUP = [
    "[/s]",
    "[@click=app.quit]x[/]",
    "[b]",
    "[ @click=app.bell]",
    "[50% @click=app.quit]",
    "\\[x",
    "[red",
]
STEERING = ["\x1b[31m", "\x1b]0;owned\x07", "\x1b]52;c;AAAA\x07", "\x9b2J", "\x1b[?1049l", "\u202e", "\x07"]


def test_no_widget_that_reads_markup_is_used_at_all() -> None:
    """All text is drawn by `Lines`; the fields show what was typed. Nothing else takes text."""
    allowed = {
        "App",
        "ComposeResult",
        "SuspendNotSupported",
        "Container",
        "Horizontal",
        "Vertical",
        "Input",
        "TextArea",
        "ScrollView",
    }
    taken: set[str] = set()
    for path in UI.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module in READERS:
                taken |= {name.name for name in node.names}
            if isinstance(node, ast.Attribute):
                assert node.attr not in MADE_OF_STR, f"{path.name}:{node.lineno} {node.attr}"
    assert taken <= allowed


@pytest.mark.parametrize("words", STEERING)
def test_what_is_drawn_cannot_steer_a_terminal(words: str) -> None:
    for made in (safe(f"a{words}b"), flat(f"a{words}b")):
        assert made.isprintable()
        assert made.startswith("a")


@pytest.mark.parametrize("words", MARKUP)
async def test_every_pane_draws_a_strangers_words_as_they_stand(words: str) -> None:
    desk = FakeDesk(Clock(), can={"bsk": Capabilities("bluesky", "b[k", reply=True, why_not=words)})
    desk.items = [item(f"h{words}", f"text {words}", late(1), url=f"https://shop.example/{words}")]
    desk.states = (
        FeedState(f"feed {words}", "rss", state="down", error=f"error {words}", title=f"title {words}"),
    )
    async with stage(desk, (120, 40)) as on:
        text = await on.sees(f"text {words}", f"@h{words}"[:12])
        assert text.count(f"text {words}") == 2, "in the list and in the thread"
        for key in ("d", "s", "r"):
            await on.press(key)
            await on.sees(f"@h{words}")
            await on.press("escape")
            await on.sees("Unanswered")
        await on.press("r")
        await on.sees("Reply to", f"> text {words}")
        await on.type("ok")
        await on.press("ctrl+r")
        await on.sees("Send?")
        await on.press("n")
        await on.sees("Unanswered")
        await on.press("4")
        await on.sees(f"feed {words}", f"error {words}", f"title {words}")
        await on.press("3")
        await on.sees("Outbox", f"@h{words}")
        await on.press("1", "slash")
        await on.type(words)
        await on.sees(f"found: {words}")
        await on.press("enter", "y", "Y", "d", "n")
        await on.sees("(no answer needed)")
        desk.hears(News(notices=(f"notice {words}",)))
        await on.sees(f"notice {words}")
        await on.pilot.click("#list", offset=(40, 0))
        await on.pilot.click("#thread", offset=(14, 1))
        assert on.app.is_running
        assert on.app.return_value is None


@pytest.mark.parametrize("words", STEERING)
async def test_no_escape_byte_reaches_the_screen(words: str) -> None:
    desk = FakeDesk(Clock(), can=dict(NETWORKS))
    desk.items = [item(f"h{words}", f"text {words}", late(1))]
    desk.states = (FeedState("x", "feed", state="down", error=f"broken {words} page", title=words),)
    async with stage(desk) as on:
        desk.hears(News(notices=(f"notice {words} end",)))
        text = await on.sees("notice", "end")
        await on.press("4")
        text += await on.sees("broken")
        assert not set(words) & set(text.replace("\n", "")) & set("\x1b\x07\x9b\u202e")


async def test_what_is_pasted_is_cleaned() -> None:
    desk = FakeDesk(Clock(), can=dict(NETWORKS))
    desk.items = [item("ann", "hello", late(1))]
    async with stage(desk) as on:
        await on.press("r")
        await on.sees("Reply to")
        on.app.post_message(events.Paste("one\x1b[31m\x1b]0;x\x07\ntwo"))
        await on.sees("one", "two")
        assert "\x1b" not in on.app.screen.query_one("#text").text  # type: ignore[attr-defined]
        await on.press("escape")
        await on.sees("Unanswered")
        await on.press("slash")
        on.app.post_message(events.Paste("he\x1b[31mllo"))
        await on.sees("found: hello")


async def test_a_right_to_left_row_guards_the_pane_beside_it() -> None:
    desk = FakeDesk(Clock(), can=dict(NETWORKS))
    desk.items = [item("ann", "hello", late(1))]
    async with stage(desk, (120, 40)) as on:
        assert "\u200e" not in on.text
        desk.arrives(item("riad", "أين طلبي", late(2)))
        text = await on.sees("أين طلبي")
        await on.sees("│\u200e")
        row = next(line for line in text.splitlines() if "أين" in line)
        assert row.index("@riad") < row.index("أين"), "nothing is reordered, the words are the last column"
