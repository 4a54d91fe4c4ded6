"""One key shows why the words count as what they do, and corrects it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.ui.fakedesk import NETWORKS, Clock, FakeDesk, item, left
from tests.ui.stage import stage


def judged() -> FakeDesk:
    """Ann complains by rule, Bob says nothing that tells."""
    desk = FakeDesk(Clock(), can=dict(NETWORKS))
    ann = item("ann", "words of ann", left(15))
    desk.items = [
        replace(ann, tone="complaint", tone_by="rule", tone_why="“broken”"),
        item("bob", "words of bob", left(25)),
    ]
    return desk


@pytest.mark.parametrize(
    ("key", "tone"), [("c", "complaint"), ("a", "question"), ("p", "praise"), ("n", None)]
)
async def test_the_reason_is_shown_and_one_key_corrects_the_tone(key: str, tone: str | None) -> None:
    desk = judged()
    async with stage(desk) as on:
        await on.sees("counts as a complaint: “broken”")
        await on.press("b")
        await on.sees("What does @ann say?", "Complaint", "Question", "Praise", "None of these")
        await on.press(key)
        await on.sees(f"tone @ann {tone or 'none'}")
        assert (desk.events[-1].verb, desk.events[-1].detail) == ("toned", {"tone": tone})
        assert "counts as a complaint" not in on.text


async def test_escape_leaves_the_tone_as_it_is() -> None:
    desk = judged()
    async with stage(desk) as on:
        await on.press("b")
        await on.sees("What does @ann say?")
        await on.press("escape")
        await on.misses("What does @ann say?")
        assert not desk.events
