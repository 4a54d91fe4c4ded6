"""The same random acts in memory, in a file, and in a file by two connections in turn come to the same.

``CXTUI_ACTS=2000`` runs so many stories of a hundred acts instead of the few that fit into a
minute's testing.
"""

from __future__ import annotations

import asyncio
import faulthandler
import itertools
import os
import secrets
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from cxtui.core.filters import parse
from cxtui.core.item import Arrival, Own, ReplyKind, Verb, Visibility, Voice
from cxtui.core.policies import Policies
from cxtui.core.promises import Pledged
from cxtui.core.rules import Rule, Rules
from cxtui.core.rules import acts as doing
from cxtui.core.triage import Act
from cxtui.errors import CxtuiError
from cxtui.store import FeedState, OutboxState, Outgoing, Record, Store, open_store

STORIES = int(os.environ.get("CXTUI_ACTS", "30"))
LONG = "CXTUI_ACTS" in os.environ
START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
FEEDS = ("f", "g")
PEOPLE = ("@mai", "@riad", "@kim")
NATIVES = tuple(str(number) for number in range(6))
OPERATORS = ("nok", "joy")
TEXTS = ("where is it?", "thanks!", "ນ້ຳ", "half a pair \ud83d", "refund\x00please", "")
RULED = (
    Rule("a", parse("from:@mai"), doing(["tag vip", "priority high", "run x"])),
    Rule("b", parse("text~thanks | stars:5"), doing(["close spam", "-vip"])),
    Rule("c", parse("kind:comment"), doing(["assign joy", "snooze 2h", "tag recommends"]), stop=True),
    Rule("d", parse("tag:vip"), doing(["close not-ours", "run y"])),
)

natives = st.sampled_from(NATIVES)
feeds = st.sampled_from(FEEDS)
operators = st.sampled_from(OPERATORS)
rows = st.integers(0, 7).map("row {}".format)
ids = st.one_of(rows, rows, rows, st.builds("{}:{}".format, feeds, natives), st.just("f:none"))
"""Ids of items; ``row 3`` is the third row there is; by its short id where that is odd."""


def hours(most: float) -> st.SearchStrategy[timedelta]:
    return st.floats(0, most, allow_nan=False).map(lambda length: timedelta(minutes=round(length * 60)))


@st.composite
def arrivals(draw: st.DrawFn) -> Arrival:
    own: Own | None = draw(st.sampled_from((None, None, None, None, None, "strong", "weak")))
    private: Visibility = draw(st.sampled_from(("public", "public", "direct")))
    return Arrival(
        draw(natives),
        draw(st.sampled_from(TEXTS)),
        Voice(draw(st.sampled_from((*PEOPLE, ""))), draw(st.sampled_from(("Mai", "")))),
        thread=draw(st.sampled_from((None, "t", "1"))),
        parent=draw(st.one_of(st.none(), natives)) if own or draw(st.booleans()) else None,
        posted=draw(st.one_of(st.none(), hours(30).map(lambda ago: START - ago))),
        own=own,
        stars=draw(st.sampled_from((None, None, 1, 5))),
        visibility=private,
        withdrawn=draw(st.sampled_from((False, False, False, True))),
        pending=draw(st.sampled_from((False, False, True))),
    )


later = hours(9).map(lambda length: (START + timedelta(hours=3) + length).isoformat())
DETAILS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "snoozed": st.one_of(later, st.none()).map(lambda until: {"until": until}),
    "closed": st.sampled_from(("spam", "answered-elsewhere", "odd")).map(lambda reason: {"reason": reason}),
    "claimed": st.fixed_dictionaries({"until": later, "for": operators}),
    "tagged": st.sampled_from(("vip", "late")).map(lambda tag: {"tag": tag}),
    "untagged": st.sampled_from(("vip", "late")).map(lambda tag: {"tag": tag}),
    "noted": st.just({"text": "called"}),
    "priority": st.sampled_from(("low", "urgent", "odd")).map(lambda level: {"level": level}),
    "toned": st.sampled_from(("complaint", "praise", None)).map(lambda tone: {"tone": tone}),
    "muted": st.just({"reason": "sells pills"}),
    "promised": st.one_of(later, st.just("soon")).map(lambda due: {"text": "a call", "due": due}),
}


verbs: st.SearchStrategy[Verb] = st.sampled_from((
    "snoozed", "woken", "closed", "reopened", "claimed", "released", "tagged", "untagged", "noted",
    "priority", "recommends", "detracts", "toned", "confirmed", "rejected", "promised", "muted", "unmuted",
))  # fmt: skip
acts = verbs.flatmap(lambda verb: st.tuples(st.just(verb), DETAILS.get(verb, st.just({}))))


class Place:
    """One way to keep a store. With several connections each act goes through the next one."""

    def __init__(self, name: str, stores: list[Store]) -> None:
        self.name = name
        self.stores = stores
        self._turn = itertools.cycle(stores)
        self._cursor = 0

    def next(self) -> Store:
        return next(self._turn)


class SameActs(RuleBasedStateMachine):
    """Every act is done in every place, and what it gives or refuses must be equal; then all that is kept."""

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.loop = asyncio.new_event_loop()
        self.folder = Path(tempfile.mkdtemp(prefix="acts-"))
        self.acts = 0
        self.sent = 0
        places = {"memory": [None], "embedded": ["one"], "embedded, two connections": ["two", "two"]}
        self.places = [Place(name, [self._opened(at) for at in folders]) for name, folders in places.items()]
        self.cursors = [0 for _ in self.places]

    def teardown(self) -> None:
        for place in self.places:
            for store in place.stores:
                self.loop.run_until_complete(store.close())
        self.loop.close()
        shutil.rmtree(self.folder)

    def _opened(self, folder: str | None) -> Store:
        return self.loop.run_until_complete(open_store(self.folder / folder if folder else None))

    def everywhere(self, act: Callable[[Store], Awaitable[Any]]) -> Any:
        """What the act gives in every place, or the error it ends with."""
        self.acts += 1
        came = [self._in(place, act) for place in self.places]
        for place, one in zip(self.places, came, strict=True):
            assert one == came[0], f"{place.name} differs from {self.places[0].name}"
        return came[0]

    def _in(self, place: Place, act: Callable[[Store], Awaitable[Any]]) -> Any:
        numbers = itertools.count()
        with pytest.MonkeyPatch.context() as patch:
            # what is drawn by lot must fall the same everywhere
            patch.setattr(secrets, "token_hex", partial(_lot, self.acts, numbers))
            try:
                return self.loop.run_until_complete(_awaited(act(place.next())))
            except CxtuiError as error:
                return type(error), str(error)

    def _id(self, some_id: str) -> str:
        if not some_id.startswith("row "):
            return some_id
        rows = self.everywhere(lambda store: store.rows(everything=True))
        number = int(some_id[4:])
        row = rows[number % len(rows)] if rows else None
        return "none" if row is None else row.short if number % 2 else row.id

    @initialize()
    def three_customers_wait(self) -> None:
        said = [
            Arrival(native, "where is it?", Voice(person), thread=native, posted=START - timedelta(minutes=5))
            for native, person in zip(NATIVES, PEOPLE, strict=False)
        ]
        self.everywhere(lambda store: store.ingest("net", "comment", said, START, feed="f"))

    @rule(length=hours(5))
    def time_passes(self, length: timedelta) -> None:
        self.now += length

    @rule(
        feed=feeds, heard=st.lists(arrivals(), max_size=4), polled=st.booleans(),
        history=st.one_of(st.none(), hours(24)),
    )  # fmt: skip
    def ingest(self, feed: str, heard: list[Arrival], polled: bool, history: timedelta | None) -> None:  # noqa: FBT001 - hypothesis calls by name
        state = FeedState(feed, "fake", cursor=str(self.acts), state="ok") if polled else None
        before = self.now - history if history is not None else None
        self.everywhere(
            lambda store: store.ingest(
                "net", "comment", heard, self.now, feed=feed, state=state, history_before=before
            )
        )

    @rule(wanted=st.sets(st.sampled_from(RULED)))
    def rules_change(self, wanted: set[Rule]) -> None:
        rules = Rules(tuple(sorted(wanted, key=lambda one: one.name)))
        for place in self.places:
            for store in place.stores:
                store.take(Policies(), rules)

    @rule()
    def begin_what_rules_want(self) -> None:
        for errand in self.everywhere(lambda store: store.errands())[:2]:
            self.everywhere(lambda store, errand=errand: store.begin_errand(errand))

    @rule(some_id=ids, asked=acts, by=operators)
    def act(self, some_id: str, asked: tuple[Verb, dict[str, Any]], by: str) -> None:
        key = self._id(some_id)
        self.everywhere(lambda store: store.act(Act(key, *asked), by, self.now))

    @rule(by=operators)
    def undo(self, by: str) -> None:
        self.everywhere(lambda store: store.undo(by, self.now))

    @rule(by=operators)
    def redo(self, by: str) -> None:
        self.everywhere(lambda store: store.redo(by, self.now))

    @rule(number=st.integers(0, 9), due=st.one_of(later, st.none()), by=operators)
    def move_or_release(self, number: int, due: str | None, by: str) -> None:
        """What was promised gets another due time, or its end."""
        known = self.everywhere(lambda store: store.promises(everything=True))
        if known:
            one = known[number % len(known)]
            verb: Verb = "promise_released" if due is None else "promise_moved"
            detail = {"promise": one.id, **({"reason": "called"} if due is None else {"due": due})}
            self.everywhere(lambda store: store.act(Act(one.row.id, verb, detail), by, self.now))

    @rule(
        some_id=ids, by=operators, text=st.sampled_from(TEXTS), state=st.sampled_from(("draft", "queued")),
        kind=st.sampled_from(("answer", "answer", "holding", "thanks")), due=st.one_of(st.none(), hours(9)),
    )  # fmt: skip
    def put_outgoing(
        self, some_id: str, by: str, text: str, state: OutboxState, kind: ReplyKind, due: timedelta | None
    ) -> None:
        key = self._id(some_id)
        feed, _, native = key.partition(":")
        self.sent += 1
        made = Outgoing(
            f"o{self.sent}", key, key, feed, native, native, text, kind, "public", state, by, self.now,
            self.now, (key,), () if due is None else (Pledged("a word", self.now + due),), until=self.now,
        )  # fmt: skip
        self.everywhere(lambda store: store.put_outgoing(made))

    @rule(
        number=st.integers(1, 5),
        to=st.sampled_from(("draft", "queued", "sending", "sent", "failed", "unknown", "dropped")),
        sure=st.booleans(),
    )
    def move(self, number: int, to: OutboxState, sure: bool) -> None:  # noqa: FBT001 - hypothesis calls by name
        key = f"o{max(self.sent - number, 0) + 1}"

        async def moved(store: Store) -> object:
            expected = await store.outgoing(key) if sure else None
            facts = {"remote_id": f"r{key}"} if to == "sent" else {}
            return await store.move(key, to, self.now, expected=expected, **facts)

        self.everywhere(moved)

    @rule(handle=st.sampled_from(PEOPLE))
    def forget(self, handle: str) -> None:
        self.everywhere(lambda store: store.forget(handle, self.now))

    @rule(feed=feeds, pause=st.booleans())
    def pause(self, feed: str, pause: bool) -> None:  # noqa: FBT001 - hypothesis calls by name
        if pause:
            self.everywhere(lambda store: store.pause_feed(feed, self.now))
        else:
            self.everywhere(lambda store: store.resume_feed(feed, self.now))

    @rule(late=st.booleans(), owner=operators)
    def lead(self, late: bool, owner: str) -> None:  # noqa: FBT001 - hypothesis calls by name
        async def leads(store: Store) -> object:
            seen = await store.leader()
            seen = replace(seen, term=seen.term - 1) if late else seen
            return await store.lead(seen, owner, owner, "c", self.now)

        self.everywhere(leads)

    @rule(some_id=ids, by=operators, begins=st.booleans())
    def write(self, some_id: str, by: str, begins: bool) -> None:  # noqa: FBT001 - hypothesis calls by name
        key = self._id(some_id)
        if begins:
            self.everywhere(lambda store: store.reply_begins(key, by, by, self.now))
        else:
            self.everywhere(lambda store: store.reply_ends(key, by))

    @rule()
    def come_back(self) -> None:
        """An export, read into an empty store, is the same export."""
        records: list[Record] = self.everywhere(lambda store: store.export())
        numbered = list(enumerate(records, 1))

        async def again() -> list[Record]:
            other = await open_store(None)
            try:
                await other.load(numbered, self.now)
                return await other.export()
            finally:
                await other.close()

        assert _sorted(self.loop.run_until_complete(again())) == _sorted(records)

    @invariant()
    def all_that_is_kept_is_the_same(self) -> None:
        for kept in KEPT:
            self.everywhere(lambda store, kept=kept: kept(store, self.now))
        changes = self.everywhere(lambda store: store.changes(self.cursors[0]))
        self.cursors = [changes.cursor for _ in self.places]


KEPT: tuple[Callable[[Store, datetime], Awaitable[Any]], ...] = (
    lambda store, _: store.export(),
    lambda store, _: store.rows(everything=True),
    lambda store, _: store.outbox(everything=True),
    lambda store, _: store.feed_states(),
    lambda store, _: store.leader(),
    lambda store, now: store.replying(now),
    lambda store, _: store.facts(),
    lambda store, _: store.promises(everything=True),
    lambda store, _: store.errands(),
)


def _lot(act: int, numbers: Iterator[int], _: int | None = None) -> str:
    return f"{act:08}{next(numbers):08}"


async def _awaited(one: Awaitable[Any]) -> Any:
    return await one


def _sorted(records: list[Record]) -> list[str]:
    return sorted(map(repr, records))


def test_random_acts_come_to_the_same_in_every_place() -> None:
    if LONG:
        faulthandler.cancel_dump_traceback_later()  # pytest's own, which would end it
    run_state_machine_as_test(  # pyright: ignore[reportUnknownMemberType] - hypothesis leaves it open
        SameActs,
        settings=settings(
            max_examples=STORIES,
            stateful_step_count=100 if LONG else 30,
            deadline=None,
            suppress_health_check=(HealthCheck.too_slow, HealthCheck.data_too_large),
            print_blob=True,
        ),
    )
