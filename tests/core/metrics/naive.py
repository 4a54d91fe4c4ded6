"""The same numbers a second time, slowly, straight from their definitions, in whole minutes.

Shares no code with `cxtui.core.metrics`. It makes its own waits of items, replies, events and promises,
or is given intervals as values where a history is too winding for that.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction

from cxtui.core.feed import Gap
from cxtui.core.interval import Interval, Promise
from cxtui.core.item import Event, Item, Reply

H, D = 60, 24 * 60
LENGTHS: dict[str, int | None] = {"24h": D, "7d": 7 * D, "30d": 30 * D, "all": None}

Number = tuple[Fraction | None, int]


@dataclass
class Wait:
    contact: str
    first: bool
    praise: bool
    who: str
    policy: str
    start: int
    due: int
    items: list[str] = field(default_factory=list[str])
    spoken: list[int] = field(default_factory=list[int])
    holdings: list[int] = field(default_factory=list[int])
    answered: int | None = None
    hand: bool = False
    closed: int | None = None
    why: str = ""
    maybe: int | None = None
    contacted: int | None = None
    seen: int = 0
    feed: str = ""
    id: str = ""
    gone: set[str] = field(default_factory=set[str])

    @property
    def over(self) -> bool:
        return self.answered is not None or self.closed is not None

    @property
    def unsure(self) -> bool:
        return not self.over and self.maybe is not None

    @property
    def out(self) -> bool:
        return self.unsure or (self.closed is not None and self.closed <= self.due)


@dataclass
class Told:
    """Everything known, times in minutes since ``zero``."""

    zero: datetime
    items: Sequence[Item]
    replies: Sequence[Reply]
    events: Sequence[Event]
    promises: Sequence[Promise]
    gaps: Sequence[Gap] = ()
    intervals: Sequence[Interval] | None = None

    def minute(self, moment: datetime) -> int:
        return round((moment - self.zero).total_seconds() / 60)

    def standing(self) -> list[Event]:
        def stands(place: int) -> bool:
            here = self.events[place]
            return not any(
                later.verb == "undone" and later.detail["event"] == here.id and stands(n)
                for n, later in enumerate(self.events)
                if n > place
            )

        return [e for n, e in enumerate(self.events) if e.verb != "undone" and stands(n)]

    def waits(self) -> list[Wait]:
        if self.intervals is not None:
            counted = [i for i in self.intervals if not i.history and i.closed_reason != "muted"]
            return [self._given(i) for i in counted]
        people = sorted({(i.thread, i.author.handle) for i in self.items})
        return [w for thread, who in people for w in self._of(thread, who)]

    def minute_of_day(self) -> int:
        """When the zero is, in minutes since midnight."""
        return self.zero.hour * 60 + self.zero.minute

    def maybe(self, moment: datetime | None) -> int | None:
        return None if moment is None else self.minute(moment)

    def _given(self, i: Interval) -> Wait:
        return Wait(
            i.contact, i.first, i.thanks, i.opener.author.handle, i.policy,
            self.minute(i.start), self.minute(i.due),
            items=list(i.items), spoken=[self.minute(s.at) for s in i.replies],
            holdings=[self.minute(s.at) for s in i.replies if s.kind == "holding"],
            answered=self.maybe(i.answered), hand=i.by_hand, closed=self.maybe(i.closed),
            why=str(i.closed_reason), maybe=self.maybe(i.probably), contacted=self.maybe(i.contacted),
            seen=self.minute(i.seen), feed=i.opener.feed, id=i.id,
        )  # fmt: skip

    def heard(self) -> list[Item]:
        """What anybody wrote, each thing once, history left out."""
        return list({i.id: i for i in self.items if not i.history}.values())

    def _of(self, thread: str, who: str) -> list[Wait]:
        items = {i.id: i for i in self.items if (i.thread, i.author.handle) == (thread, who)}
        acts = self.standing()
        deleted = {e.detail["remote_id"] for e in acts if e.verb == "reply_deleted"}
        steps: list[tuple[int, Item | Reply | Event]] = [(self.minute(i.posted), i) for i in items.values()]
        steps += [
            (self.minute(r.at), r) for r in self.replies if r.item in items and r.remote_id not in deleted
        ]
        steps += [(self.minute(e.at), e) for e in acts if e.item in items]
        found: list[Wait] = []
        last = contact = None
        for when, step in sorted(steps, key=lambda s: s[0]):
            waiting = [w for w in found if not w.over]
            if isinstance(step, Item):
                contact = self._hears(found, waiting, step, when, last, contact)
                last = when
            elif isinstance(step, Reply):
                for w in waiting:
                    w.spoken.append(when)
                    w.contacted = w.spoken[0]
                    w.maybe = None
                    if step.kind == "holding":
                        w.holdings.append(when)
                    else:
                        w.answered = when
                last = when
            else:
                self._acts(found, step, when)
        return found

    def _hears(
        self,
        found: list[Wait],
        waiting: list[Wait],
        item: Item,
        when: int,
        last: int | None,
        contact: str | None,
    ) -> str | None:
        stars = None if item.stars is None else item.stars * 5 / item.scale
        asks = "?" in item.text or item.tone == "question"
        praise = (item.tone == "praise" or (stars is not None and stars >= 4)) and not asks
        home = [w for w in waiting if not w.praise] or [w for w in waiting if w.praise and praise]
        if not home:
            quiet = last is None or when - last >= D
            if contact is None or (item.visibility == "direct" and quiet and not waiting):
                contact = item.id
            policy = "reviews" if item.kind == "review" else "default"
            length = 2 * D if praise else 4 * H if policy == "reviews" else H
            first = not any(w.contact == contact for w in found)
            home = [Wait(contact, first, praise, item.author.handle, policy, when, when + length)]
            found += home
        home[0].items.append(item.id)
        home[0].maybe = None
        return contact

    def _acts(self, found: list[Wait], event: Event, when: int) -> None:
        here = next(w for w in found if event.item in w.items)
        if event.verb == "withdrawn":
            here.gone.add(event.item)
            if not here.over and here.gone >= set(here.items):
                here.closed, here.why = when, "withdrawn"
        if here.over:
            return
        if event.verb == "closed" and event.detail["reason"] == "answered-elsewhere":
            here.answered, here.hand = when, True
        elif event.verb == "closed":
            here.closed, here.why = when, event.detail["reason"]
        elif event.verb == "probably":
            here.maybe = when if here.maybe is None else here.maybe
        elif event.verb == "rejected":
            here.maybe = None
        elif event.verb == "confirmed" and here.maybe is not None:
            here.answered = here.maybe
            here.contacted = here.maybe if here.contacted is None else here.contacted


@dataclass
class Naive:
    """The numbers of a window at a minute."""

    told: Told
    now: int
    window: str
    all: list[Wait] = field(init=False)

    def __post_init__(self) -> None:
        self.all = self.told.waits()

    def inside(self, minute: int) -> bool:
        length = LENGTHS[self.window]
        return minute <= self.now and (length is None or minute >= self.now - length)

    @property
    def asking(self) -> list[Wait]:
        return [w for w in self.all if not w.praise]

    @staticmethod
    def share(results: Sequence[bool]) -> Number:
        return (Fraction(sum(results), len(results)) if results else None), len(results)

    def within(self, limit: int) -> Number:
        chosen = [
            w
            for w in self.asking
            if not w.out and w.start + limit <= self.now and self.inside(w.start + limit)
        ]
        return self.share([w.answered is not None and w.answered <= w.start + limit for w in chosen])

    def response_rate(self) -> Number:
        chosen = [w for w in self.asking if self.inside(w.start) and not w.unsure]
        answered = [w for w in chosen if w.answered is not None]
        unanswered = [
            w
            for w in chosen
            if w.answered is None
            and ((w.closed is None and self.now > w.due) or (w.closed is not None and w.closed > w.due))
        ]
        return self.share([True] * len(answered) + [False] * len(unanswered))

    def ever_ignored(self) -> Number:
        chosen = [
            w
            for w in self.asking
            if w.start + 7 * D <= self.now and self.inside(w.start + 7 * D) and not w.out
        ]
        return self.share(
            [
                w.contacted is None and w.answered is None and (w.closed is None or w.why == "withdrawn")
                for w in chosen
            ]
        )

    def thanked(self) -> Number:
        chosen = [
            w
            for w in self.all
            if w.praise and w.closed is None and not w.unsure
            and w.start + 2 * D <= self.now and self.inside(w.start + 2 * D)
        ]  # fmt: skip
        return self.share([w.answered is not None and w.answered <= w.start + 2 * D for w in chosen])

    def times(self, mark: str, q: Fraction, *, first: bool) -> Number:
        known: list[tuple[int, bool]] = []
        for w in self.asking:
            if w.first != first or not self.inside(w.start) or w.closed is not None or w.hand or w.unsure:
                continue
            end = w.contacted if mark == "contacted" else w.answered
            known.append(((self.now if end is None else end) - w.start, end is not None))
        reached = [t for t in sorted({t for t, ended in known if ended}) if survival(known, t) <= 1 - q]
        return (Fraction(reached[0] * 60) if reached else None), len(known)

    def targets(self) -> dict[str | None, Number]:
        found: dict[str | None, list[bool]] = {None: []}

        def note(names: Sequence[str | None], met: Callable[[], bool | None]) -> None:
            result = met()
            for name in names:
                found.setdefault(name, []).extend([] if result is None else [result])

        for w in self.all:
            if not self.inside(w.start):
                continue
            if w.praise:
                note([f"{w.policy}/thanks"], lambda w=w: self._thanks_met(w))
                continue
            clock = "first_response" if w.first else "next_response"
            note([None, f"{w.policy}/{clock}"], lambda w=w: self._response_met(w))
            if w.holdings:
                note([f"{w.policy}/update"], lambda w=w: self._update_met(w))
        return {name: self.share(results) for name, results in found.items()}

    def _thanks_met(self, w: Wait) -> bool | None:
        if w.closed is not None or w.unsure:
            return None
        if w.answered is None:
            return False if self.now > w.due else None
        return w.answered <= w.due

    def _response_met(self, w: Wait) -> bool | None:
        if w.out:
            return None
        if w.contacted is not None:
            return w.contacted <= w.due
        if w.hand and w.answered is not None:
            return w.answered <= w.due
        return False if w.closed is not None or self.now > w.due else None

    def _update_met(self, w: Wait) -> bool | None:
        if w.unsure:
            return None
        owed = [
            self.told.minute(p.due)
            for p in self.told.promises
            if p.item in w.items
            and p.state != "kept"
            and (p.state != "released" or (p.released is not None and p.released > p.due))
        ]
        words = [*w.spoken[1:], *([] if w.answered is None else [w.answered])]
        for place, held in enumerate(w.holdings):
            after = words[place] if place < len(words) else w.closed if w.closed is not None else self.now
            if after > held + 4 * H or any(held <= due < after for due in owed):
                return False
        if len(words) >= len(w.holdings):
            return True
        return True if w.closed is not None and words else None

    def counts(self) -> dict[str, int]:
        """Who waits, is late or probably answered at the minute."""
        waiting = [w for w in self.asking if not w.over and not w.unsure]
        return {
            "waiting_now": len(waiting),
            "late_now": sum(self.now > self._running(w) for w in waiting),
            "probably_now": sum(w.unsure for w in self.all),
        }

    def _running(self, w: Wait) -> int:
        if w.contacted is None or not w.spoken:
            return w.due
        owed = [
            self.told.minute(p.due) for p in self.told.promises if p.item in w.items and p.state == "open"
        ]
        return min([w.spoken[-1] + 4 * H, *owed])

    def recommend(self) -> dict[str, tuple[int, int]]:
        found = {"fast": [0, 0], "late": [0, 0], "never": [0, 0]}
        for contact in {w.contact for w in self.asking}:
            w = min((w for w in self.asking if w.contact == contact), key=lambda w: w.start)
            week = w.start + 7 * D
            if w.closed is not None or w.unsure:
                continue
            if w.answered is not None and w.answered <= week:
                name, known = ("fast" if w.answered <= w.due else "late"), w.answered
            elif week <= self.now:
                name, known = "never", week
            else:
                continue
            said = [
                (minute, key, word)
                for minute, key, word in self._outcomes(w)
                if known < minute <= known + 30 * D and minute <= self.now
            ]
            if said and self.inside(max(said)[0]):
                found[name][0] += max(said)[2] == "recommends"
                found[name][1] += 1
        return {name: (k, n) for name, (k, n) in found.items()}

    def _outcomes(self, w: Wait) -> list[tuple[int, str, str]]:
        """When, the id that settles which of one minute is the last, and what was said."""
        said: list[tuple[int, str, str]] = []
        for item in self.told.heard():
            if not w.who or item.author.handle != w.who or item.role != "customer":
                continue
            word = None
            if item.score is not None:
                word = "recommends" if item.score > 8 else "detracts" if item.score < 7 else "neutral"
            elif item.stars is not None:
                stars = item.stars * 5 / item.scale
                word = "recommends" if stars >= 4 else "detracts" if stars <= 2 else "neutral"
            if word is not None:
                said.append((self.told.minute(item.posted), item.id, word))
        mine = {item for other in self.all if other.contact == w.contact for item in other.items}
        said += [
            (self.told.minute(e.at), e.id, e.verb)
            for e in self.told.standing()
            if e.item in mine and e.verb in ("recommends", "detracts")
        ]
        return said


def survival(known: Sequence[tuple[int, bool]], t: int) -> Fraction:
    """The product over every moment up to ``t`` of those who went on among those still there."""
    left = Fraction(1)
    for moment in sorted({m for m, ended in known if ended and m <= t}):
        there = sum(m >= moment for m, _ in known)
        ended = sum(m == moment and e for m, e in known)
        left *= Fraction(there - ended, there)
    return left
