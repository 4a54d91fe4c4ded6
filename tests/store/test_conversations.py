"""Is it answered? Conversations of every kind of channel, told message by message to both stores."""

from __future__ import annotations

from pathlib import Path

import pytest
from conversation_scripts import Script, scripts, stage
from pretended_channels import CHANNELS

from cxtui.store import open_store

SCRIPTS = tuple(scripts(Path(__file__).with_name("conversations.txt")))


@pytest.mark.parametrize("script", SCRIPTS, ids=str)
@pytest.mark.parametrize("kind", ["memory", "embedded"])
async def test_a_conversation_ends_as_it_should(script: Script, kind: str, tmp_path: Path) -> None:
    store = await open_store(tmp_path / "data" if kind == "embedded" else None)
    try:
        await stage(store, script).play(script)
    finally:
        await store.close()


def test_every_channel_has_its_conversations() -> None:
    assert len(SCRIPTS) >= 60
    told = [script.channel for script in SCRIPTS]
    assert {name: told.count(name) for name in CHANNELS if told.count(name) < 3} == {}


async def test_a_script_that_is_not_so_fails() -> None:
    wrong = Script(
        "Disqus", "nothing answers", ((1, "10:00 mai 1: Where?"), (2, "= 1 answered 10:05 by shop"))
    )
    store = await open_store(None)
    with pytest.raises(AssertionError, match="line 2: = 1 answered"):
        await stage(store, wrong).play(wrong)
    await store.close()
