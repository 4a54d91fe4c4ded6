"""What left today is found the same in every store: by time, with to whom it went, deeds left out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cxtui.core.item import Arrival, Voice
from cxtui.store import Outgoing, open_store

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def reply(native: str, at: datetime, **more: object) -> Outgoing:
    made = Outgoing(
        native, f"f:{native}", f"f:{native}", "f", native, native, f"text {native}", "answer", "public",
        "queued", "nok", at, at, (f"f:{native}",), until=at,
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("embedded", [False, True])
async def test_what_left_since_a_moment_or_is_on_its_way(tmp_path: Path, *, embedded: bool) -> None:
    store = await open_store(tmp_path / "store" if embedded else None)
    heard = [
        Arrival(n, "where?", Voice(f"@{n}"), thread=n, posted=NOON - 30 * HOUR) for n in ("a", "b", "c", "d")
    ]
    await store.ingest("net", "comment", heard, NOON - 29 * HOUR, feed="f")
    for made in (reply("a", NOON - 20 * HOUR), reply("b", NOON), reply("c", NOON, state="draft")):
        await store.put_outgoing(made)
    await store.put_outgoing(reply("d", NOON, text="", deed="like"))
    for native, at in (("a", NOON - 20 * HOUR), ("b", NOON + HOUR)):
        sending = await store.move(native, "sending", at, owner="x", attempts=1)
        await store.move(native, "sent", at, expected=sending, remote_id=f"r{native}")
    found = await store.said_since(NOON)
    assert [(one.text, one.state, who) for one, who in found] == [("text b", "sent", "@b")]
    assert [one.id for one, _ in await store.said_since(NOON - 20 * HOUR)] == ["a", "b"]
    assert await store.said_since(NOON + HOUR + timedelta(microseconds=1)) == ()
    await store.close()
