"""A shop's weeks in which one customer, who will be forgotten, is everywhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from cxtui.core.feed import Gap
from cxtui.core.item import Arrival, Told, Voice
from cxtui.core.triage import Act
from cxtui.store import FeedState, OutboxState, Outgoing, Store

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
START = NOW - timedelta(days=20)
HANDLE, NAME = "mai.vongsa", "Mai Vongsavath"
TEXTS = (
    "My lamp order came broken on Tuesday, where is my refund?",
    "ໂຄມໄຟຂອງຂ້ອຍແຕກ, ຂໍເງິນຄືນແດ່ເດີ້ຮ້ານ?",
    "Still no answer about the shattered glass shade",
    "Wonderful people, thank you for the kind help, five stars!",
    "A secret word in private: my street is Rue Setthathirath 7",
    "The first wording said plum-coloured velvet",
    "And another thing about the crooked socket, please?",
    "Terrible, the cable smells burnt since yesterday",
    "المصباح مكسور وأريد استرداد نقودي من فضلكم",
)
OURS = ("Dear Mai Vongsavath, your refund for the broken Tuesday lamp is on its way",)
MAI = Voice(f"@{HANDLE}", NAME, 420)
KIM = Voice("@kim", "Kim")
DESK = Voice("@desk", "Our Desk")


def at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def says(native: str, hours: float, text: str, author: Voice = MAI, **more: Any) -> Arrival:
    return replace(Arrival(native, text, author, posted=at(hours), thread=native), **more)


def comments() -> list[Arrival]:
    ours: dict[str, Any] = {"author": DESK, "own": "strong"}
    name, page = HANDLE, f"https://shop.example/{HANDLE}/1"
    return [
        says(page, 0, TEXTS[0], url=f"https://shop.example/@{name}/1"),
        says("r1", 0.5, OURS[0], thread=page, parent=page, **ours),
        says("2", 30, TEXTS[1], tone="complaint"),
        says("k1", 31, f"@{name} same here: {TEXTS[1]}", KIM, thread="2", parent="2"),
        says("k2", 31.5, f"I read what {NAME} wrote, when does mine come?", KIM, thread="2", parent="k1"),
        says("r2", 32, f"@{name} it is on its way", thread="2", parent="2", reply_kind="holding", **ours),
        says("3", 33, TEXTS[2], thread="2", parent="r2"),
        says("k3", 40, "is the lamp shop open today?", KIM, url=None),
        says("k4", 41, f"thanks to @{HANDLE} for the tip", KIM, tone="praise"),
        says("5", 200, TEXTS[5], title="A title about Mai Vongsavath"),
        says("8", 470, TEXTS[7], tone="complaint", attachments=()),
    ]  # fmt: skip


def reviews() -> list[Arrival]:
    return [
        says("v1", 20, TEXTS[7], stars=1, kind="review"),
        says("v2", 300, TEXTS[3], stars=5, kind="review"),
        says("v3", 301, "good", KIM, stars=4, kind="review"),
        says("v4", 302, TEXTS[8], stars=2, kind="review", answered=Told("us", at(303), f"Thank you {NAME}")),
    ]


def letters() -> list[Arrival]:
    ours: dict[str, Any] = {"author": DESK, "own": "strong", "flat": True, "visibility": "direct"}
    return [
        says("m1", 100, TEXTS[4], visibility="direct", kind="message", thread=f"chat-{HANDLE}"),
        says(
            "m2",
            101,
            f"Dear {NAME}, we know the street, Rue Setthathirath 7",
            thread=f"chat-{HANDLE}",
            **ours,
        ),
        says("m3", 150, TEXTS[6], visibility="direct", kind="message", thread=f"chat-{HANDLE}"),
    ]


async def hear_all(store: Store, now: datetime = NOW, state: FeedState | None = None) -> None:
    """What all feeds still show, heard again or for the first time."""
    await store.ingest("feed", "comment", comments(), now, feed="comments", state=state)
    await store.ingest("stars", "review", reviews(), now, feed="reviews")
    await store.ingest("chat", "message", letters(), now, feed="chat")


async def lived(store: Store) -> None:
    """The whole history."""
    cursor = f'{{"seen": ["{HANDLE}"]}}'
    await hear_all(store, at(480), FeedState("comments", "feed", cursor=cursor, state="ok", first_ok=START))
    edited = replace(comments()[9], text="The second wording is of green silk")
    await store.ingest("feed", "comment", [edited], at(479), feed="comments")
    nok = "nok"
    await store.act(Act("comments:2", "noted", {"text": f"{NAME} called twice"}), nok, NOW)
    await store.act(Act("comments:2", "tagged", {"tag": "vip"}), nok, NOW)
    await store.act(Act("reviews:v1", "detracts", {}), nok, NOW)
    await store.act(Act("comments:5", "closed", {"reason": "no-answer-needed"}), nok, NOW)
    await store.act(Act("comments:8", "snoozed", {"until": "2026-11-29T09:00:00Z"}), nok, NOW)
    await store.put_feed_state(
        FeedState("chat", state="down", error=f"no page for {HANDLE}"),
        Gap("chat", at(90), None, f"{HANDLE}: 503"),
    )
    await sent(store, "reviews:v1", f"Sorry {NAME}, we look into the burnt cable", "sent")
    await sent(store, "comments:8", f"a draft to {NAME}", "draft")
    await store.load([(1, record) for record in told()], NOW)


async def spoken_of(store: Store) -> None:
    """The whole history, in which others were told of her, too."""
    await lived(store)
    await store.act(Act("comments:k3", "noted", {"text": f"a friend of {NAME}"}), "nok", NOW)
    due = "2026-11-29T09:00:00Z"
    await store.act(
        Act("comments:k3", "promised", {"text": f"a call, ask @{HANDLE}", "due": due}), "nok", NOW
    )
    await sent(store, "comments:k3", f"Yes, as @{HANDLE} was told", "sent")
    await sent(store, "comments:k4", f"{NAME} is happy to hear it", "draft")
    again = replace(comments()[7], text=f"is the shop of {NAME} open today?")
    await store.ingest("feed", "comment", [again], at(479.2), feed="comments")
    await store.ingest("feed", "comment", [comments()[7]], at(479.4), feed="comments")


async def sent(store: Store, row: str, text: str, to: str) -> None:
    item = await store.item(row)
    state: OutboxState = "draft" if to == "draft" else "queued"
    native, thread = (text.partition(":")[2] for text in (item.id, item.thread))
    made = Outgoing(
        f"token-{row}", item.id, item.id, item.feed, native, thread, text, "answer", "public", state, "nok",
        NOW, NOW, basis=(item.id,),
    )  # fmt: skip
    await store.put_outgoing(made)
    if to == "sent":
        sending = await store.move(made.id, "sending", NOW)
        await store.move(made.id, "sent", NOW, expected=sending, remote_id=f"answer-{row}", at=NOW)


def told() -> list[dict[str, Any]]:
    person = {"v": 1, "type": "person", "network": "feed"}
    promise = {"v": 1, "type": "promise", "made": "2026-11-20T09:00:00Z", "due": "2026-11-23T09:00:00Z"}
    return [
        {**promise, "item": "comments:8", "text": f"call {NAME} back"},
        {**person, "handle": f"@{HANDLE}", "notes": "likes velvet curtains"},
        {**person, "handle": "@kim", "same_as": [f"stars:@{HANDLE}"]},
    ]  # fmt: skip
