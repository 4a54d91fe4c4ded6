"""Everything the numbers are made of, in columns: what is settled is counted once and kept.

Documents are known by the number that the store gave them. One that has changed is put again,
one that is gone is dropped; what time alone decides turns when its moment has passed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import compress
from typing import TYPE_CHECKING, Any

from cxtui.core.feed import Gap
from cxtui.core.history import moment
from cxtui.core.interval import Interval, Promise
from cxtui.core.item import Event, Item, Person, Reply
from cxtui.core.metrics import cells
from cxtui.core.metrics.codes import LEFT, MISSED_IN_OUTAGE, NO
from cxtui.core.metrics.deeds import Deeds
from cxtui.core.metrics.facets import Facets, of_item, of_wait
from cxtui.core.metrics.facts import WINDOWS, Facts, Orders, doubtful, hidden_for, touches
from cxtui.core.metrics.marks import Marks
from cxtui.core.metrics.merged import Merged
from cxtui.core.metrics.promises import packed, unpacked
from cxtui.core.metrics.queue import Queue
from cxtui.core.metrics.span import Ordered, Span
from cxtui.core.metrics.tide import Tide
from cxtui.core.metrics.timeline import Timeline, at, micros
from cxtui.core.metrics.voices import Voices, places_of
from cxtui.errors import UsageError

if TYPE_CHECKING:
    from cxtui.core.metrics.figure import Figure

AN_HOUR = timedelta(hours=1)


class Ledger:
    """The numbers of one store, or of a part of it.

    ``waits`` are the intervals that need an answer, ``praise`` those that deserve thanks, by start;
    ``muted`` those that need none; ``open`` the values of those that still wait; ``voices`` the items by
    the time they were posted.
    """

    def __init__(self) -> None:
        self.waits = Timeline(cells.WAIT_FLAGS, cells.WAIT_FIGURES)
        self.praise = Timeline(cells.PRAISE_FLAGS, cells.PRAISE_FIGURES)
        self.muted = Timeline((), cells.MUTED_FIGURES)
        self.replies = Timeline(("stands",), ("remote",))
        self.voices = Voices()
        self.marks = Marks()
        self.merged = Merged()
        self.open: dict[int, Interval] = {}
        self.promises: dict[int, Promise] = {}
        self.gaps: dict[int, Gap] = {}
        self.feeds: list[str] = []
        self.left: list[str] = [""]
        self.facets = Facets()
        self.others: dict[int, int] = {}
        """The facets of what we and competitors wrote, by the number of the item."""
        self._owed: dict[str, set[int]] = {}
        self.stale: set[int] = set()
        """The numbers of intervals that must be put again: what they were counted from has changed."""
        self.tide = Tide(self._line_of)
        self._begin()

    def _begin(self) -> None:
        """What is worked out from the columns."""
        self.spells = {
            (figure, group): Ordered(self.waits, figure, "timed", group)
            for figure in ("contact_spell", "answer_spell")
            for group in (1, 2)
        }
        self.deeds = Deeds(self)
        self.queue = Queue(self)

    @classmethod
    def of(cls, facts: Facts) -> Ledger:
        """The ledger of some facts."""
        ledger = cls()
        ledger.take(
            gaps=enumerate(facts.gaps, 1),
            events=enumerate(facts.events, 1),
            promises=enumerate(facts.promises, 1),
            items=enumerate({item.id: item for item in facts.items}.values(), 1),
            replies=enumerate(facts.replies, 1),
            intervals=enumerate(facts.intervals, 1),
            people=enumerate(facts.people, 1),
        )
        for number, item in enumerate(facts.elsewhere, len(facts.items) + 1):
            if not item.history:
                ledger.voices.take(number, item, ledger.marks.toned, aside=True)
        numbers = {waits.id: number for number, waits in enumerate(facts.intervals, 1)}
        for item, waits in facts.tagged.items():
            ledger.voices.link([item], numbers[waits])
        return ledger

    def take(
        self,
        *,
        gaps: Iterable[tuple[int, Gap]] = (),
        events: Iterable[tuple[int, Event]] = (),
        promises: Iterable[tuple[int, Promise]] = (),
        items: Iterable[tuple[int, Item]] = (),
        replies: Iterable[tuple[int, Reply]] = (),
        intervals: Iterable[tuple[int, Interval]] = (),
        people: Iterable[tuple[int, Person]] = (),
    ) -> None:
        """Put what is new or has changed, by number; what is gone must have been dropped before."""
        if self.merged.put(dict(people)):
            self.deeds.touch_all()
        known = dict(gaps)
        self.gaps |= known
        changed = [(number, event) for number, event in events if self.marks.put(number, event)]
        promised = [number for number, promise in promises if self.owe(number, promise)]
        if changed:
            self._marked()
        for number, item in items:
            self._item(number, item)
        for number, reply in replies:
            self._reply(number, reply)
        fresh = dict(intervals)
        for number, waits in fresh.items():
            self._interval(number, waits)
        if known:
            self._regap({gap.feed for gap in known.values()})
        for number in promised:
            self._owing(self.promises[number].item, fresh)

    def drop(self, table: str, numbers: Iterable[int]) -> None:
        """Take out the documents of a table that are gone."""
        for number in numbers:
            match table:
                case "intervals":
                    if self._drop_interval(number):
                        self.voices.unlink(number)
                case "items":
                    self._drop_item(number)
                case "replies" if number in self.replies:
                    self.replies.drop(number)
                case "events" if self.marks.drop(number):
                    self._marked()
                case "promises" if number in self.promises:
                    item = self.promises[number].item
                    self._unpromise(number)
                    self._owing(item, {})
                case "people" if self.merged.drop(number):
                    self.deeds.touch_all()
                case "gaps" if number in self.gaps:
                    self._regap({self.gaps.pop(number).feed})
                case _:
                    pass

    def figures(self, now: datetime, window: str = "all", orders: Orders | None = None) -> tuple[Figure, ...]:
        """A row at least for every metric, in the order of `NAMES`, and the references behind them.

        ``window`` is ``24h``, ``7d``, ``30d`` or ``all``. Raises: UsageError for another word.
        """
        from cxtui.core.metrics import rows

        return rows(self.span(now, window, orders))

    def span(self, now: datetime, window: str, orders: Orders | None = None) -> Span:
        """What a window shows at ``now``. Raises: UsageError for another word."""
        if window not in WINDOWS:
            raise UsageError(f"a window is one of {', '.join(WINDOWS)}, not {window!r}")
        self.advance(now)
        wide = WINDOWS[window]
        until = micros(now)
        since = None if wide is None else now - wide
        gaps = tuple(gap for _, gap in sorted(self.gaps.items()) if touches(gap, since, now))
        return Span(self, now, window, None if since is None else micros(since), until, gaps, orders)

    @property
    def replied(self) -> list[int]:
        """When we replied, as far as it still stands."""
        return list(compress(self.replies.at, self.replies.flag["stands"]))

    def advance(self, now: datetime) -> None:
        """Let time decide what it decides by ``now``, which may lie before the last one."""
        moment = micros(now)
        self.tide.advance(moment)
        self.deeds.advance(moment)

    def _interval(self, number: int, waits: Interval) -> None:
        self._drop_interval(number)
        if waits.history:
            return
        if waits.closed_reason == "muted":
            told = {**cells.muted_cells(waits), "facet": self.facets.number(of_wait(waits))}
            self.muted.put(number, micros(waits.start), waits.id, {}, told)
            self.voices.link(waits.items, number)
            return
        left = self._left(waits)
        gaps = [gap for gap in self.gaps.values() if gap.feed == waits.opener.feed]
        if waits.thanks:
            found, line = cells.praise_cells(waits, left, gaps), self.praise
        else:
            found, line = cells.wait_cells(waits, left, gaps, self._owed_in(waits)), self.waits
        found.figures["feed"] = self._feed(waits.opener.feed)
        for (policy, clock), code in found.clocks.items():
            found.flags[cells.column_of(policy, clock)] = code
            line.column(cells.column_of(policy, clock))
        found.figures["facet"] = self.facets.number(of_wait(waits))
        line.put(number, micros(waits.start), waits.id, found.flags, found.figures)
        if line is self.waits:
            for (figure, _), kept in self.spells.items():
                kept.put(micros(waits.start), found.figures[figure], found.flags["timed"])
        if waits.open:
            self.open[number] = waits
        self.tide.expect(number, found.turns)
        self.voices.link(waits.items, number)
        self.deeds.touch(found.figures["who"])
        self.queue.changed()

    def _drop_interval(self, number: int) -> bool:
        line = self._line_of(number)
        if number not in line:
            muted = number in self.muted
            if muted:
                self.muted.drop(number)
            return muted
        place = line.place(number)
        if line is self.waits:
            for (figure, _), kept in self.spells.items():
                kept.drop(line.at[place], line.figure[figure][place], line.flag["timed"][place])
        self.deeds.touch(line.figure["who"][place])
        self.tide.expect(number, ())
        line.drop(number)
        self.open.pop(number, None)
        self.queue.changed()
        return True

    def _left(self, waits: Interval) -> int:
        """The code of what a rate leaves out of an interval, or counts apart."""
        word = ""
        if waits.closed is not None:
            word = f"closed {waits.closed_reason}"
        elif doubtful(waits):
            word = "probably"
        elif waits.by_hand:
            word = "marked by hand"
        if word not in self.left and len(self.left) < LEFT:
            self.left.append(word)
        return self.left.index(word) if word in self.left else LEFT - 1

    def _feed(self, feed: str) -> int:
        if feed not in self.feeds:
            self.feeds.append(feed)
        return self.feeds.index(feed)

    def _regap(self, feeds: Collection[str]) -> None:
        """See again which intervals of some feeds were hidden by an outage."""
        for feed in feeds:
            gaps = [gap for gap in self.gaps.values() if gap.feed == feed]
            code = self.feeds.index(feed) if feed in self.feeds else -1
            for line in (self.waits, self.praise):
                clocks = [name for name in line.flag if "/" in name]
                late = zip(line.figure["feed"], line.figure["seen"], line.at, strict=True)
                for place, (other, seen, start) in enumerate(late):
                    if other == code and seen > start:
                        hidden = int(hidden_for(at(start), at(seen), gaps) > timedelta())
                        if hidden != line.flag["hidden"][place]:
                            line.flag["hidden"][place] = hidden
                            self._flip(line, place, clocks)

    def _flip(self, line: Timeline, place: int, clocks: Iterable[str]) -> None:
        """What was missed was missed in an outage, or was not."""
        other = {NO: MISSED_IN_OUTAGE, MISSED_IN_OUTAGE: NO}

        def flipped(code: int) -> int:
            return other.get(code // LEFT, code // LEFT) * LEFT + code % LEFT

        for name in clocks:
            line.flag[name][place] = flipped(line.flag[name][place])
        self.tide.change(
            line.numbers[place],
            lambda turn: replace(turn, after=flipped(turn.after)) if "/" in turn.column else turn,
        )

    def _marked(self) -> None:
        """Take over what acts mean now."""
        toned, deleted, outcomes = self.marks.toned, self.marks.deleted, set(self.marks.outcomes_known)
        self.marks.settle()
        for item in toned.keys() | self.marks.toned.keys():
            if (item in toned, toned.get(item)) != (item in self.marks.toned, self.marks.toned.get(item)):
                who = self.voices.retone(item, self.marks.toned.get(item), given=item in self.marks.toned)
                self._touch(who)
        for remote in deleted ^ self.marks.deleted:
            for place in places_of(self.replies.figure["remote"], cells.key_of(remote)):
                self.replies.flag["stands"][place] = remote not in self.marks.deleted
        for item in {item for _, item, *_ in outcomes ^ set(self.marks.outcomes_known)}:
            place = self.voices.place_of(item)
            self._touch(None if place is None else self.voices.figure["who"][place])

    def _touch(self, who: int | None) -> None:
        if who is not None:
            self.deeds.touch(who)

    def _line_of(self, number: int) -> Timeline:
        return self.waits if number in self.waits else self.praise

    def contact_of(self, number: int) -> int | None:
        """The contact of an interval, by the number of the interval; None where it is none of ours."""
        for line in (self.waits, self.praise):
            if number in line:
                return line.figure["contact"][line.place(number)]
        return None

    def _item(self, number: int, item: Item) -> None:
        self._drop_item(number)
        if item.history:
            return
        if item.role != "customer":
            self.others[number] = self.facets.number(of_item(item))
        self._touch(self.voices.take(number, item, self.marks.toned))

    def _drop_item(self, number: int) -> None:
        self.others.pop(number, None)
        self._touch(self.voices.forget(number))

    def _reply(self, number: int, reply: Reply) -> None:
        if number in self.replies:
            self.replies.drop(number)
        remote = 0 if reply.remote_id is None else cells.key_of(reply.remote_id)
        stands = reply.remote_id is None or reply.remote_id not in self.marks.deleted
        self.replies.put(number, micros(reply.at), reply.item, {"stands": stands}, {"remote": remote})

    def owe(self, number: int, promise: Promise) -> bool:
        self._unpromise(number)
        self.promises[number] = promise
        self._owed.setdefault(promise.item, set()).add(number)
        return True

    def _unpromise(self, number: int) -> None:
        known = self.promises.pop(number, None)
        if known is not None:
            self._owed[known.item].discard(number)

    def _owed_in(self, waits: Interval) -> list[Promise]:
        return [self.promises[n] for item in waits.items for n in sorted(self._owed.get(item, ()))]

    def _owing(self, item: str, fresh: Mapping[int, Interval]) -> None:
        """Have the interval of an item counted again whose promises are others now."""
        number = self.voices.wait_of(item)
        if number and number not in fresh:
            self.stale.add(number)

    def state(self) -> dict[str, Any]:
        """Everything in plain values, for `restored`; the open intervals only by number."""
        return {
            "waits": self.waits.state(),
            "praise": self.praise.state(),
            "muted": self.muted.state(),
            "replies": self.replies.state(),
            "voices": self.voices.state(),
            "marks": self.marks.state(),
            "people": self.merged.state(),
            "promises": [[number, *packed(promise)] for number, promise in self.promises.items()],
            "gaps": [
                [number, g.feed, g.since.isoformat(), g.until and g.until.isoformat(), g.why]
                for number, g in self.gaps.items()
            ],
            "feeds": self.feeds,
            "left": self.left,
            "facets": self.facets.state(self._used()),
            "open": list(self.open),
            "others": [[number, facet] for number, facet in self.others.items()],
        }

    def _used(self) -> set[int]:
        lines = (self.waits, self.praise, self.muted)
        return set(self.others.values()).union(*(line.figure["facet"] for line in lines))

    @classmethod
    def restored(cls, state: Mapping[str, Any]) -> Ledger:
        """The ledger that `state` came from; its open intervals are stale."""
        ledger = cls()
        for line in ("waits", "praise", "muted", "replies", "voices"):
            getattr(ledger, line).restore(state[line])
        ledger.marks.restore(state["marks"])
        ledger.merged.restore(state["people"])
        for number, *promise in state["promises"]:
            ledger.owe(number, unpacked(promise))
        ledger.gaps = {
            number: Gap(feed, moment(since), until and moment(until), why)
            for number, feed, since, until, why in state["gaps"]
        }
        ledger.feeds, ledger.left = state["feeds"], state["left"]
        ledger.facets = Facets(state["facets"])
        ledger.others = dict(state["others"])
        ledger.stale = set(state["open"])
        return ledger
