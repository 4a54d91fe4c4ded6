"""Whatever strangers write, no widget lets it act: made-up hostile text in every pane, dialog and page."""

from __future__ import annotations

import asyncio

from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from cxtui.connectors import Capabilities
from cxtui.engine.desk import News
from cxtui.store import FeedState
from tests.ui.drawn import check_drawn
from tests.ui.fakedesk import Clock, FakeDesk, item, late
from tests.ui.stage import stage

PIECES = [
    "[@click=app.quit]", "[/]", "[/s]", "[b]", "[red on", "\\[", "$who", "{name}", "\x1b[31m", "\x1b]0;x\x07",
    "\x1b]52;c;AAAA\x07", "\x1b[?1049l", "\x9b2J", "\x90q\x9c", "\u202e", "\u2066", "\u200b", "\U000e0041",
    "e" + "\u0301" * 12, "\ud800", "\x00", "\r", "\t", "\n", "👩‍👩‍👧‍👦", "أين", "ນ້ຳໜັກ", "বাংলা", "字" * 30,
    "-rf", "%s",
]  # fmt: skip
HOSTILE = st.lists(st.sampled_from(PIECES) | st.text(max_size=8), min_size=1, max_size=12).map("".join)


async def walked(words: list[str]) -> None:
    """Go through every place that shows what a stranger wrote."""
    name, text, url, title = words
    can = {"bsk": Capabilities("bluesky", "bsk", reply=True, why_not=text)}
    desk = FakeDesk(Clock(), can=can)
    desk.items = [
        item(f"h{name}", f"t{text}", late(1), url=f"https://shop.example/{url}"),
        item("b", text, late(2)),
    ]
    desk.states = (FeedState(f"f{name}", "feed", state="down", error=text, title=title),)
    async with stage(desk, (120, 40)) as on:
        desk.hears(News(notices=(f"n{text}",)))
        for keys in (
            ("j", "k"), ("d", "escape"), ("s", "escape"), ("o", "escape"), ("b", "escape"),
            ("r", "a", "ctrl+r"),
            ("n",), ("4",), ("3",), ("question_mark", "q"), ("colon", "escape"), ("1", "d", "n"), ("Y", "y"),
        ):  # fmt: skip
            for key in keys:
                await on.press(key)
                check_drawn(on)
        assert on.app.is_running
        assert on.app.return_value is None


# each example walks through the whole program: a few of them, and none made smaller, which would take minutes
@settings(
    max_examples=6,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow],
)
@given(st.lists(HOSTILE, min_size=4, max_size=4))
@example(["[@click=app.quit]", "[/s]\x1b]0;x\x07", "\u202e", "\x9b2J"])
def test_no_made_up_text_acts_in_any_widget(words: list[str]) -> None:
    asyncio.run(walked(words))
