"""What people wrote, in columns: who told what, how soon we saw it, how they rated us."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right, insort
from collections.abc import Collection, Iterable, Mapping
from itertools import compress
from operator import mul
from sys import byteorder
from typing import Any, NamedTuple

from cxtui.core.item import Item, Tone
from cxtui.core.metrics import cells, masks
from cxtui.core.metrics.codes import CUSTOMER, ELSEWHERE, OWN, PUBLIC
from cxtui.core.metrics.span import Ordered
from cxtui.core.metrics.timeline import Timeline, micros, picking


class Review(NamedTuple):
    """Stars that somebody gave, on their scale."""

    at: int
    id: str
    stars: float
    scale: float


class Voices(Timeline):
    """Items by the time they were posted; history is not among them."""

    def __init__(self) -> None:
        super().__init__(cells.VOICE_FLAGS, cells.VOICE_FIGURES)
        self.reviews: dict[str, list[Review]] = {}
        """By feed, in order; those of competitors too."""
        self.posts: list[tuple[int, str]] = []
        """When we posted something of our own, and its id, in order."""
        self.delays = Ordered(self, "delay", "role", CUSTOMER)
        self._reviewed: dict[int, tuple[str, Review]] = {}
        self._numbers: dict[str, int] | None = {}
        self._links: dict[str, int] = {}

    def take(self, number: int, item: Item, toned: Mapping[str, Tone | None], *, aside: bool = False) -> int:
        """Take an item that is not there, with the tone a person gave; gives who wrote it.

        ``aside``: it counts only as an outcome, or as a purchase.
        """
        known = item.toned(toned[item.id]) if item.id in toned else item
        flags, figures = cells.voice_cells(known, item.tone, self._links.pop(item.id, 0))
        if aside:
            flags, figures = cells.aside_cells(item)
        posted = micros(item.posted)
        self.put(number, posted, item.id, flags, figures)
        self._known_ids[item.id] = number
        self.delays.put(posted, figures["delay"], flags["role"])
        if flags["role"] == OWN:
            insort(self.posts, (posted, item.id))
        if flags.get("reviewed") and item.stars is not None:
            review = Review(posted, item.id, item.stars, item.scale)
            self._reviewed[number] = item.feed, review
            insort(self.reviews.setdefault(item.feed, []), review)
        return figures["who"]

    def forget(self, number: int) -> int | None:
        """Take an item out and give who wrote it; None where it is not there."""
        if number not in self:
            return None
        place = self.place(number)
        name, wait = self.names[place], self.figure["wait"][place]
        self.delays.drop(self.at[place], self.figure["delay"][place], self.flag["role"][place])
        if self.flag["role"][place] == OWN:
            del self.posts[bisect_left(self.posts, (self.at[place], name))]
        if number in self._reviewed:
            feed, review = self._reviewed.pop(number)
            del self.reviews[feed][bisect_left(self.reviews[feed], review)]
            if not self.reviews[feed]:
                del self.reviews[feed]
        if self._known_ids.get(name) == number:
            del self._known_ids[name]
        if wait:
            self._links[name] = wait
        who = self.figure["who"][place]
        self.drop(number)
        return who

    def retone(self, item: str, tone: Tone | None, *, given: bool) -> int | None:
        """Give an item another tone, or its own where none is given; gives who wrote it."""
        number = self._known_ids.get(item)
        if number is None:
            return None
        place = self.place(number)
        code = cells.tone_code(tone) if given else self.flag["tone"][place]
        if self.flag["role"][place] == CUSTOMER:
            told = self.flag["rated"][place] | code
            self.flag["told"][place] = told * (1 + PUBLIC * self.flag["public"][place])
        return self.figure["who"][place]

    def link(self, items: Iterable[str], wait: int) -> None:
        """Note which interval holds these items."""
        for item in items:
            number = self._known_ids.get(item)
            if number is None:
                self._links[item] = wait
            else:
                self.figure["wait"][self.place(number)] = wait

    def unlink(self, wait: int) -> None:
        """Note that an interval is gone."""
        column = self.figure["wait"]
        for place in places_of(column, wait):
            column[place] = 0
        self._links = {item: other for item, other in self._links.items() if other != wait}

    def place_of(self, item: str) -> int | None:
        """Where an item stands, by its id."""
        number = self._known_ids.get(item)
        return None if number is None else self.place(number)

    def wait_of(self, item: str) -> int:
        """The number of the interval that holds an item; 0 where none does."""
        place = self.place_of(item)
        return self._links.get(item, 0) if place is None else self.figure["wait"][place]

    def reviewed(self) -> dict[str, int]:
        """`wait_of` for everything with stars that somebody else wrote."""
        return dict(compress(zip(self.names, self.figure["wait"], strict=True), self.flag["reviewed"]))

    @property
    def _known_ids(self) -> dict[str, int]:
        if self._numbers is None:
            self._numbers = dict(zip(self.names, self.numbers, strict=True))
        return self._numbers

    def between(self, feed: str, since: int | None, until: int) -> list[Review]:
        """The reviews of a feed in a stretch of time, both ends included."""
        known = self.reviews.get(feed, [])
        first = 0 if since is None else bisect_left(known, since, key=lambda one: one.at)
        return known[first : bisect_right(known, until, key=lambda one: one.at)]

    def state(self) -> dict[str, Any]:
        reviewed = [[number, feed, *review] for number, (feed, review) in self._reviewed.items()]
        return {**super().state(), "reviewed": reviewed}

    def restore(self, state: Mapping[str, Any]) -> None:
        super().restore(state)
        self._reviewed = {number: (feed, Review(*review)) for number, feed, *review in state["reviewed"]}
        self._links = {}
        self._settle()

    def waiting(self) -> dict[str, int]:
        """The number of the interval that holds an item, by the item's id; 0 where none does."""
        return self._links | dict(zip(self.names, self.figure["wait"], strict=True))

    def chosen(self, voices: Voices, kept: Collection[int], others: Collection[int]) -> None:
        """Become what was said in some intervals, and by some ``others``, numbers of items.

        What else customers wrote counts only as an outcome, or as a purchase.
        """
        customer = voices.flag["role"].translate(picking((CUSTOMER,)))
        size = len(voices)
        inside = masks.either(
            (masks.chosen(voices.figure["wait"], kept), masks.chosen(voices.numbers, others)), size
        )
        mask = masks.either((customer, inside), size)
        self.part(voices, mask)
        inside = bytes(compress(inside, mask))
        for name in self.flag.keys() - {*cells.ASIDE_FLAGS, "role"}:
            self.flag[name] = bytearray(masks.blanked(self.flag[name], inside))
        aside = masks.others(inside)
        self.flag["role"] = bytearray(
            ELSEWHERE if out else role for role, out in zip(self.flag["role"], aside, strict=True)
        )
        self.figure["wait"] = array("q", map(mul, self.figure["wait"], inside))
        told = set(compress(self.numbers, inside))
        self._links = {}
        self._reviewed = {n: known for n, known in voices._reviewed.items() if n in told}
        self._settle()

    def _settle(self) -> None:
        """Work out what follows from the columns."""
        self._numbers = None
        self.posts = sorted(
            compress(zip(self.at, self.names, strict=True), self.flag["role"].translate(picking((OWN,))))
        )
        self.reviews = {}
        for feed, review in self._reviewed.values():
            self.reviews.setdefault(feed, []).append(review)
        for reviews in self.reviews.values():
            reviews.sort()


def places_of(column: Any, value: int) -> list[int]:
    """Where a value stands in a column of figures."""
    raw, sought = column.tobytes(), value.to_bytes(8, byteorder, signed=True)
    found: list[int] = []
    place = raw.find(sought)
    while place >= 0:
        if place % 8 == 0:
            found.append(place // 8)
        place = raw.find(sought, place + 1)
    return found
