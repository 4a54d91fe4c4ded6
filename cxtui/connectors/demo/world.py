"""The made-up world of a small lamp shop: who writes where, when, and what became of it.

Everything is worked out from the seed, the number of waiting messages and the start; the
same three give the same world for ever, and any part of it can be asked for alone. It has
three eras, told apart by the letter of a conversation's key:

- ``h`` was answered in the weeks before the start; ``r`` are reviews that followed from it;
- ``w`` waits at the start: some late, some soon, some with hours left;
- ``n`` is new: one conversation in each `World.gap` after the start, for as long as one looks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from itertools import count
from random import Random

from cxtui.connectors.demo.book import At, Book, Story, books
from cxtui.connectors.demo.places import PLACES, holding, messages, slot
from cxtui.connectors.demo.telling import Answer, Persona, Plot, Turn, blanks, write
from cxtui.core.item import Arrival, ReplyKind

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

PAST = 320
"""Answered conversations before the start."""
RECENT = 70
"""How many of them began in the last day."""
BUSIEST = 400
"""New conversations given at one look; after a longer sleep the older ones are passed over."""
_LONGEST = 45 * MINUTE
"""No new conversation lasts longer."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One message and the feed that hears it."""

    feed: str
    arrival: Arrival

    @property
    def order(self) -> tuple[float, str]:
        """Sorts by time, then by id."""
        posted = self.arrival.posted
        return posted.timestamp() if posted else 0.0, self.arrival.native


def world(seed: int, items: int, start: datetime) -> Iterator[Heard]:
    """Everything that is ever said, in order of time; it never ends.

    ``items`` customer messages wait at ``start``.
    """
    told = World(seed, items, start)
    heard = [Heard(feed, a) for feed in PLACES for a in told.said(feed, None, start)]
    yield from sorted(heard, key=lambda h: h.order)
    for minute in count():
        since = start + minute * MINUTE
        heard = [Heard(feed, a) for feed in PLACES for a in told.said(feed, since, since + MINUTE)]
        yield from sorted(heard, key=lambda h: h.order)


@dataclass(frozen=True)
class World:
    """One world; ``start`` is aware UTC."""

    seed: int
    items: int
    start: datetime

    @property
    def gap(self) -> timedelta:
        """Time between two new conversations: a busier shop is written to more often."""
        seconds = 40 * (40 / max(self.items, 1)) ** 0.5
        return timedelta(seconds=min(60.0, max(2.0, seconds)))

    @cached_property
    def waiting(self) -> int:
        """How many conversations wait at the start."""
        return holding(self.items)

    @cached_property
    def people(self) -> tuple[tuple[str, str, int], ...]:
        """Every customer as language, ``handle name`` and place in that language, shuffled by the seed."""
        all_ = [
            (lang, who, place)
            for lang, book in books().items()
            for place, who in enumerate(self._luck(f"people {lang}").sample(book.people, len(book.people)))
        ]
        self._luck("people").shuffle(all_)
        return tuple(all_)

    def said(self, feed: str, after: datetime | None, until: datetime) -> list[Arrival]:
        """What one feed hears after a time (None: from the beginning) up to and with another."""
        keys = [*self._new(feed, after, until)]
        if after is None:
            keys += [f"h{n}" for n in range(PAST) if slot(n)[0] == feed]
            keys += [f"r{n}" for n in range(PAST)] if feed == "reviews" else []
            keys += [f"w{n}" for n in range(self.waiting) if slot(n)[0] == feed]
        found = [a for key in keys for a in self.conversation(key) if _in(a, after, until)]
        return sorted(found, key=lambda a: (a.posted or until, a.native))

    def passed_over(self, after: datetime, until: datetime) -> bool:
        """Whether `said` leaves out new conversations between two times because there are too many."""
        return until - after > BUSIEST * self.gap

    def conversation(self, key: str) -> tuple[Arrival, ...]:
        """One conversation to its end, whatever the time is; empty where there is none of this key."""
        era, number = key[:1], key[1:]
        if not number.isdecimal() or era not in "hrwn":
            return ()
        n, luck = int(number), self._luck(key)
        plot = {"h": self._past, "r": self._review, "w": self._wait, "n": self._fresh}[era](n, luck)
        if plot is None:
            return ()
        return tuple(write(plot, books()[plot.people[0].lang], luck))

    def persona(self, key: str) -> Persona:
        """The customer who began a conversation."""
        return self._cast(key)[0]

    def _new(self, feed: str, after: datetime | None, until: datetime) -> Iterator[str]:
        if until < self.start:
            return
        newest = (until - self.start) // self.gap
        oldest = 0 if after is None else max(0, (after - self.start - _LONGEST) // self.gap)
        for n in range(max(oldest, newest - BUSIEST - _LONGEST // self.gap), newest + 1):
            if slot(n)[0] == feed:
                yield f"n{n}"

    def _past(self, n: int, luck: Random) -> Plot:
        """A conversation of the last weeks, with the shop's answers."""
        share = (n + luck.random()) / RECENT
        age = HOUR * (1.3 + 22.5 * share)
        if n >= RECENT:
            age = DAY * (1 + 20 * (n - RECENT + luck.random()) / (PAST - RECENT))
        begins = self.start - age
        plot = self._begin(f"h{n}", n, luck)
        delay = _delay(luck, age, plot.story)
        turns = _turns(plot, begins, delay)
        kind: ReplyKind = "thanks" if plot.story.tone == "praise" else "answer"
        answers = [Answer(begins + delay, who, kind) for who in sorted({t.who for t in turns})]
        if kind == "answer" and delay > 20 * MINUTE and luck.random() < 0.4:
            answers.insert(0, Answer(turns[0].at + delay * 0.4, 0, "holding"))
            turns = _turns(plot, begins, delay * 0.4)
        again = None
        if kind == "answer" and plot.place.name != "reviews" and luck.random() < 0.25:
            more = begins + delay * 1.01 + luck.uniform(2, 8) * MINUTE
            second = Answer(more + luck.uniform(1, 25) * MINUTE)
            if second.at < self.start:
                again = Turn(more)
                answers.append(second)
        return replace(plot, turns=turns, answers=tuple(answers), again=again)

    def _review(self, n: int, luck: Random) -> Plot | None:
        """The stars that a customer of the past gave once it was known how the shop had answered.

        Many came on the last day, after the shop's yearly letter that asks for them.
        """
        past = self._past(n, self._luck(f"h{n}"))
        asked, answer = past.turns[0].at, next(a for a in past.answers if a.kind != "holding")
        took = answer.at - asked
        never, fast = took > 7 * DAY, took <= HOUR
        silent = luck.random() > (0.55 if fast else 0.85)
        if silent or past.story.tone == "praise" or past.place.name in ("reviews", "mail"):
            return None
        known = asked + 7 * DAY if never else answer.at
        written = known + luck.uniform(0.2, 2) * DAY
        if luck.random() < (0.4 if fast else 0.65):
            written = max(written, self.start - luck.uniform(2.5, 23) * HOUR)
        answered = written + luck.uniform(0.1, 1.2) * HOUR
        if answered > self.start - HOUR:
            return None
        glad = luck.random() < (0.2 if never else 0.8 if fast else 0.4)
        wanted = (4, 5) if glad else (1, 2, 3)
        persona = self.persona(f"r{n}")
        book = books()[persona.lang]
        told = [s for s in book.told("review") if s.stars in wanted]
        story = told[luck.randrange(len(told))]
        kind: ReplyKind = "thanks" if story.tone == "praise" else "answer"
        return Plot(
            f"r{n}", PLACES["reviews"], story, (persona,), (Turn(written),), (Answer(answered, kind=kind),),
            score=2 * (story.stars or 0) - luck.randrange(2) if luck.random() < 0.4 else None,
            blanks=blanks(luck, book, persona),
        )  # fmt: skip

    def _wait(self, n: int, luck: Random) -> Plot:
        """A conversation that waits at the start: a fifth late, a fifth soon, the rest in time."""
        plot = self._begin(f"w{n}", n, luck)
        share = (n * 0.6180339887 + self.seed * 0.37) % 1
        worst = 240 if self.items <= 1000 else 1200
        if share < 0.2:
            age = MINUTE * (62 + worst * (share / 0.2) ** 2)
        elif share < 0.42:
            age = MINUTE * (46 + 13 * (share - 0.2) / 0.22)
        else:
            age = MINUTE * (1 + 44 * (share - 0.42) / 0.58)
        if plot.story.tone == "praise":
            age = HOUR * (0.5 + 35 * share)
        left = self.items - messages(n)
        turns = _turns(plot, self.start - age, age)[:left]
        answers: tuple[Answer, ...] = ()
        chance = luck.random()
        if plot.story.tone != "praise" and age > 15 * MINUTE:
            if chance < 0.15:
                answers = (Answer(turns[0].at + min(age, HOUR) * 0.17, kind="holding"),)
            elif chance < 0.6 and plot.place.name == "comments":
                answers = (Answer(turns[0].at + age * 0.9, own="weak"),)
        return replace(plot, turns=turns, answers=answers)

    def _fresh(self, n: int, luck: Random) -> Plot:
        """A conversation that begins after the start; a third is answered by a colleague elsewhere."""
        plot = self._begin(f"n{n}", n, luck)
        begins = self.start + self.gap * (n + luck.random())
        delay = luck.uniform(3, 18) * MINUTE
        turns = _turns(plot, begins, delay)
        if luck.random() > 0.35:
            return replace(plot, turns=turns)
        kind: ReplyKind = "thanks" if plot.story.tone == "praise" else "answer"
        answers = tuple(Answer(begins + delay, who, kind) for who in sorted({t.who for t in turns}))
        return replace(plot, turns=turns, answers=answers)

    def _begin(self, key: str, n: int, luck: Random) -> Plot:
        """Where a conversation is held, by whom and about what; its turns are not timed yet."""
        name, size = slot(n)
        place = PLACES[name]
        at: At = place.at[-1 if luck.random() < 0.2 else 0]
        persona, nth = self._cast(key)
        book = books()[persona.lang]
        told = book.told(at)
        people = [persona]
        if at == "public" and size > 1 and luck.random() < 0.5:
            people.append(self._other(persona, book, luck))
        order = [0] * size if len(people) == 1 else [0, 1, 0][:size]
        return Plot(
            key, place, told[nth % len(told)], tuple(people), tuple(Turn(self.start, who) for who in order),
            direct=at in ("message", "mail"), blanks=blanks(luck, book, persona),
        )  # fmt: skip

    def _cast(self, key: str) -> tuple[Persona, int]:
        """Who begins a conversation, no two alike, and a number that leads through the stories of a language.

        A review (``r``) is by the customer of the past (``h``) whose number it has.
        """
        earlier = {"w": 0, "h": self.waiting, "r": self.waiting, "n": self.waiting + PAST}[key[0]]
        again, place = divmod(earlier + int(key[1:]), len(self.people))
        lang, who, nth = self.people[place]
        handle, _, name = who.partition(" ")
        return Persona(f"{handle}{again + 1}" if again else handle, name, lang), nth + again * 5

    @staticmethod
    def _other(persona: Persona, book: Book, luck: Random) -> Persona:
        """Somebody else in the thread, of the same language."""
        others = [p for p in book.people if p.split()[1] not in persona.name]
        handle, _, name = luck.choice(others).partition(" ")
        return Persona(f"{handle}_{persona.handle[:3]}", name, persona.lang)

    def _luck(self, what: str) -> Random:
        return Random(f"{self.seed} {what}")  # noqa: S311 - a made-up world guards no secret


def _delay(luck: Random, age: timedelta, story: Story) -> timedelta:
    """How long the shop took: mostly minutes, sometimes too long, now and then more than a week."""
    chance = luck.random()
    if story.tone == "praise":
        return min(HOUR * luck.uniform(0.3, 30), age * 0.85)
    if chance < 0.07 and age > 9 * DAY:
        return 7 * DAY + luck.uniform(1, 30) * HOUR
    if chance < 0.22:
        return min(MINUTE * luck.uniform(66, 900), age * 0.8)
    return min(MINUTE * luck.lognormvariate(1.7, 1.0), 58 * MINUTE)


def _turns(plot: Plot, begins: datetime, length: timedelta) -> tuple[Turn, ...]:
    """The plot's turns spread over the first nine tenths of ``length``."""
    step = min(length * 0.9 / len(plot.turns), 12 * HOUR)
    return tuple(Turn(begins + step * n, turn.who) for n, turn in enumerate(plot.turns))


def _in(arrival: Arrival, after: datetime | None, until: datetime) -> bool:
    at = arrival.posted or until
    return at <= until and (after is None or at > after)
