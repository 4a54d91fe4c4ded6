"""What every connector can do: the same facts in a table, in sentences, and on the help page."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cxtui.connectors import Capabilities
from cxtui.connectors.table import HEADS, Row, row, table
from cxtui.core.feed import NETWORKS, Network
from cxtui.extensions import known
from cxtui.ui.networks import lines
from cxtui.ui.spans import cells, plain
from tests.ui.fakedesk import busy
from tests.ui.stage import stage

HOUR = timedelta(hours=1)
ABLE = Capabilities(
    "net", "net", title="Net", reply=True, limit=5000, counted="graphemes", most_bytes=30_000, thread=True,
    visibility=("public", "direct"), deeds=("like", "approve", "spam"), check=True, retry=HOUR, push=True,
    deletes=True, attachments=4, attachment_bytes=2_000_000, attachment_kinds=("image/*",),
)  # fmt: skip


def test_every_ability_is_told() -> None:
    assert row("net", ABLE).cells == (
        "net", "Net", "5,000 characters, 30,000 bytes", "up to 4 pictures, 2 MB each", "yes", "like",
        "approve, spam", "yes", "yes", "looks, sends again for 1h00", "yes",
    )  # fmt: skip
    assert row("net", ABLE).words.startswith(
        "Net; replies 5,000 characters, 30,000 bytes; files up to 4 pictures, 2 MB each; direct;"
    )


@pytest.mark.parametrize(
    ("able", "said"),
    [
        (Capabilities("net", "net"), "-"),
        (Capabilities("net", "net", reply=True), "asks"),
        (Capabilities("net", "net", reply=True, thread=True), "looks, then asks"),
        (Capabilities("net", "net", reply=True, thread=True, retry=timedelta.max), "looks, sends again"),
    ],
)
def test_what_becomes_of_a_reply_after_a_crash_is_told(able: Capabilities, said: str) -> None:
    assert row("net", able).crash == said
    assert row("net", able).thanks == ("in words" if able.reply else "-")


def test_the_limit_is_told_as_it_is_counted() -> None:
    told = [
        row("net", Capabilities("net", "net", reply=True, limit=500, counted=counted, most_bytes=500)).replies
        for counted in ("bytes", "statuses")
    ]
    assert told == ["500 bytes", "500 characters, links count 23, 500 bytes"]


@pytest.mark.parametrize("room", [20, 40, 79, 80, 120, 160, 240])
def test_the_table_fits_and_leaves_no_connector_out(room: int) -> None:
    shown = lines((*table(), row("net", ABLE), Row("broken", "cannot be used: no such module")), room)
    assert max(cells(line) for line in shown) <= max(room, 25)
    text = "\n".join(plain(line) for line in shown)
    for name in (*known(), "net", "broken"):
        assert f"  {name} " in text
    assert (HEADS[0] in plain(shown[0])) is (room == 240)


def test_a_connector_that_does_not_say_what_it_can_do_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(NETWORKS, "isso", Network("tests.cli.network"))
    told = {one.connector: one.words for one in table()}
    assert told["isso"] == "cannot be used: the connector 'isso' does not say what it can do (CAN)"
    assert told["feed"] == "RSS, Atom, RDF, JSON Feed"


async def test_the_help_ends_with_what_the_networks_can_do() -> None:
    async with stage(busy(), (60, 20)) as on:
        await on.press("question_mark")
        await on.sees("Help")
        for _ in range(40):
            await on.pilot.press("pagedown")
        assert await on.sees(known()[-1])
