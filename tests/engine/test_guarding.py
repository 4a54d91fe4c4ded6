"""What a draft is held against comes from the store: the thread, what left today, what the writer saw."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from engine_fakes import FEED, START, Clock, FakeNetwork, asks
from operator_desk import Desk

from cxtui.config import Config, StorePlace
from cxtui.config.guard import Guarded
from cxtui.connectors import Capabilities
from cxtui.core.feed import Feed
from cxtui.core.guard import Finding
from cxtui.core.inbox import Row
from cxtui.core.item import Arrival, ReplyKind, Visibility, Voice
from cxtui.core.metrics import figures
from cxtui.core.triage import Act
from cxtui.engine.desk import Words
from cxtui.engine.guarding import Guards, own
from cxtui.engine.live import LiveDesk
from cxtui.engine.spelling import Dictionaries
from cxtui.errors import UsageError
from cxtui.store import Store, open_store

CAN = Capabilities("net", "net", reply=True, limit=100, title="Net")
CONFIG = Config(
    None, "nok", ZoneInfo("UTC"), StorePlace("tinydb", Path("/none")), Path("/none"), (FEED,),
    guard=Guarded(own=("help@lamps.example",)),
)  # fmt: skip


@pytest.fixture
async def desk(store: Store, network: FakeNetwork, clock: Clock) -> Desk:
    network.said[:] = [asks(), Arrival("9", "and the shade?", Voice("@tom"), thread="9", posted=START)]
    desk = Desk(store, network, clock)
    await desk.hear()
    return desk


@pytest.fixture
def guards(desk: Desk) -> Guards:
    return Guards(CONFIG, desk.store, desk.clock, lambda _: CAN, Dictionaries([]))


async def found(
    guards: Guards, text: str, row: str = "f:1", kind: ReplyKind = "answer",
    visibility: Visibility | None = None,
    basis: tuple[str, ...] | None = None,
) -> list[Finding]:  # fmt: skip
    listed = await guards.findings(await guards.store.row(row), text, kind, visibility, basis=basis)
    return [one for one in listed if one.level != "info"]


async def rules(guards: Guards, text: str, row: str = "f:1", **more: str) -> list[str]:
    return [one.rule for one in await found(guards, text, row, **more)]  # type: ignore[arg-type]


async def test_the_limit_is_that_of_the_feed_now(guards: Guards) -> None:
    assert await rules(guards, "a " * 51) == ["too-long"]
    guards.can = lambda _: None
    assert await rules(guards, "a " * 51) == []


async def test_what_stands_in_the_thread_or_is_on_its_way_is_not_said_again(
    desk: Desk, guards: Guards
) -> None:
    text = "The lamp leaves our shop this morning."
    assert await rules(guards, text) == []
    queued = await desk.queue(text, hold=timedelta(seconds=60))
    assert await rules(guards, text) == ["duplicate"]
    assert await rules(guards, text, "f:9") == ["repeated"]
    await desk.outbox.recall(queued.id)
    assert await rules(guards, text) == []
    await desk.sent(text=text, kind="holding")
    assert await rules(guards, text.upper().lower()) == ["duplicate"]
    [one] = await found(guards, text, "f:9")
    assert (one.rule, "@mai" in one.message) == ("repeated", True)


async def test_the_same_words_to_another_customer_on_a_page_are_repeated_and_not_refused(
    desk: Desk, guards: Guards
) -> None:
    text = "The lamp leaves our shop this morning."
    beside = Arrival("7", "mine too?", Voice("@ann"), thread="1", posted=START)
    desk.network.said.append(beside)
    await desk.hear()
    await desk.sent(text=text)
    [one] = await found(guards, text, "f:7")
    assert (one.rule, one.level, "@mai" in one.message) == ("repeated", "warn", True)
    await guards.store.put_outgoing(
        replace(
            (await guards.store.said_since(START))[0][0], id="two", item="f:7", interval="f:7", state="queued"
        )
    )
    guards._day = None  # pyright: ignore[reportPrivateUsage] # asked anew
    assert await rules(guards, text, "f:7") == ["duplicate"]


async def test_today_ends_at_midnight_in_the_configured_zone(desk: Desk, guards: Guards) -> None:
    text = "The lamp leaves our shop this morning."
    await desk.sent(text=text)
    assert await rules(guards, text, "f:9") == ["repeated"]
    desk.clock.forward(hours=24)
    assert await rules(guards, text, "f:9") == []


async def test_a_direct_question_is_not_answered_in_public(desk: Desk, guards: Guards) -> None:
    desk.network.said.append(
        Arrival("5", "privately: why?", Voice("@ana"), thread="5", posted=START, visibility="direct")
    )
    await desk.hear()
    guards.can = lambda _: replace(CAN, visibility=("public", "direct"))
    assert await rules(guards, "It is on its way.", "f:5") == []
    assert await rules(guards, "It is on its way.", "f:5", visibility="public") == ["visibility"]
    guards.can = lambda _: CAN
    assert await rules(guards, "It is on its way.", "f:1", visibility="direct") == ["visibility"]


async def test_who_has_not_seen_the_last_message_is_told(desk: Desk, guards: Guards) -> None:
    assert await found(guards, "It is on its way.", basis=("f:1",)) == []
    desk.network.said.append(asks("2", "hello?"))
    await desk.hear()
    [one] = await found(guards, "It is on its way.", basis=("f:1",))
    assert (one.rule, one.message) == ("thread-changed", "@mai wrote again, 1 message that you have not seen")
    assert await found(guards, "It is on its way.", basis=("f:1", "f:2")) == []
    assert await found(guards, "It is on its way.") == []


async def test_who_comes_after_a_colleague_is_told(desk: Desk, guards: Guards) -> None:
    await desk.sent(text="It is on its way.")
    [one] = await found(guards, "We sent the lamp.")
    assert (one.rule, one.message) == ("thread-changed", "it was answered by nok already")


async def test_a_question_that_the_customer_took_back_is_said(desk: Desk, guards: Guards) -> None:
    desk.network.said[0] = replace(desk.network.said[0], withdrawn=True)
    await desk.hear()
    [one] = await found(guards, "It is on its way.")
    assert (one.rule, one.message) == ("thread-changed", "the customer deleted the message meanwhile")


async def test_names_in_the_thread_and_our_addresses_are_known(guards: Guards) -> None:
    assert await rules(guards, "Write to help@lamps.example or joe@lamps.example") == []
    assert await rules(guards, "Write to joe@gmail.com") == ["personal-data"]


def test_our_addresses_are_those_of_the_feeds_and_of_the_configuration() -> None:
    feeds = (
        Feed("post", "mail", user="desk@shop.example", options={"from": "Lamps <lamps@lamps.example>"}),
        Feed("page", "isso", email="Page@Shop.example", own=("https://shop.example/@desk", "@lampco")),
        Feed("them", "feed", email="not@ours.example", competitor="Them"),
    )
    config = replace(CONFIG, feeds=feeds, guard=Guarded(own=("+856 20 5551 2345", "lamps.example")))
    assert {
        "desk@shop.example",
        "lamps@lamps.example",
        "page@shop.example",
        "8562055512345",
        "lamps.example",
    } <= own(config)
    assert not any("ours.example" in one for one in own(config))


async def test_an_override_is_an_act_with_a_rule_and_a_reason(desk: Desk) -> None:
    before = await desk.store.row("f:1")
    row = await desk.store.act(
        Act("f:1", "overrode", {"rule": "duplicate", "reason": "asked twice"}), "nok", desk.clock()
    )
    assert row == before
    events = [one for one in await desk.store.export() if one["type"] == "event"]
    assert [(one["verb"], one["detail"]) for one in events] == [
        ("overrode", {"rule": "duplicate", "reason": "asked twice"})
    ]
    for detail in ({}, {"rule": "duplicate"}, {"rule": "duplicate", "reason": " "}, {"reason": "why"}):
        with pytest.raises(UsageError):
            await desk.store.act(Act("f:1", "overrode", detail), "nok", desk.clock())


async def test_the_reason_of_an_override_goes_with_the_person(desk: Desk) -> None:
    said = {"rule": "payment-data", "reason": "Mai from Pakse asked for it"}
    await desk.store.act(Act("f:1", "overrode", said), "nok", desk.clock())
    await desk.store.forget("@mai", desk.clock())
    [event] = [one for one in await desk.store.export() if one["type"] == "event"]
    assert event["detail"]["rule"] == "payment-data"
    assert "Pakse" not in str(event)


async def test_overrides_are_counted(desk: Desk) -> None:
    for rule in ("duplicate", "duplicate", "visibility"):
        act = Act("f:1", "overrode", {"rule": rule, "reason": "asked for"})
        await desk.store.act(act, "nok", desk.clock())
    found = figures(await desk.store.facts(), desk.clock(), "all")
    [row] = [one for one in found if one.metric == "guard_overrides"]
    assert row.value == 3


async def test_the_desk_has_the_guard_and_logs_what_was_overridden(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    acts: list[Act] = []

    async def open_it() -> Store:
        store = await open_store(None)
        await store.ingest("net", "comment", [asks()], START, feed="f")
        write = store.act

        async def act(asked: Act, by: str, now: datetime) -> Row:
            acts.append(asked)
            return await write(asked, by, now)

        monkeypatch.setattr(store, "act", act)
        return store

    feed = replace(
        FEED, connector="isso", url="https://page.example", user="Lamps", email="desk@shop.example"
    )
    desk = LiveDesk(replace(CONFIG, feeds=(feed,), state=tmp_path), open_it, clock=Clock(), polls=False)
    (row,) = await desk.open()
    text = "Paid by 4111 1111 1111 1111"
    found = await desk.guard(row, text, "answer", "public", ("f:1",))
    assert [one.rule for one in found if one.blocks] == ["payment-data"]
    await desk.reply(row.id, Words(text, "answer", ("f:1",), overrides={"payment-data": "a test card"}))
    await desk.close()
    assert acts == [Act("f:1", "overrode", {"rule": "payment-data", "reason": "a test card"})]
