"""One made-up conversation, written out as the messages a network would give."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from cxtui.connectors.demo.book import Book, Story, fill
from cxtui.connectors.demo.places import BRAND, Place
from cxtui.core.item import Arrival, Attachment, Own, ReplyKind, Voice

LAMPS = ("Luna", "Faro", "Nido", "Vega", "Pico", "Tilia")
PRICES = ("$ 49", "€ 64.90", "£ 38", "$ 120", "€ 89")


@dataclass(frozen=True, slots=True)
class Persona:
    """A customer of the shop; ``lang`` is the language they write."""

    handle: str
    name: str
    lang: str

    def voice(self, place: Place, followers: int | None) -> Voice:
        """How the place names them."""
        if place.name == "mail":
            address = f"{self.handle}@{place.host}"
            return Voice(address, self.name, uri=f"mailto:{address}")
        return Voice(f"@{self.handle}", self.name, followers, f"https://{place.host}/@{self.handle}")


@dataclass(frozen=True, slots=True)
class Turn:
    """When somebody speaks. ``who`` is 0 for the customer, 1 for another one in the thread."""

    at: datetime
    who: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """When the shop answers whom, seen on the network."""

    at: datetime
    who: int = 0
    kind: ReplyKind = "answer"
    own: Own = "strong"


@dataclass(frozen=True, slots=True)
class Plot:
    """All that was decided about a conversation before a word of it is written."""

    key: str
    place: Place
    story: Story
    people: tuple[Persona, ...]
    turns: tuple[Turn, ...]
    answers: tuple[Answer, ...] = ()
    again: Turn | None = None
    direct: bool = False
    score: int | None = None
    blanks: dict[str, str] = field(default_factory=dict[str, str])


def blanks(luck: Random, book: Book, persona: Persona) -> dict[str, str]:
    """What the blanks of a conversation stand for."""
    return {
        "order": str(luck.randrange(1200, 9800)),
        "lamp": luck.choice(LAMPS),
        "price": luck.choice(PRICES),
        "minutes": str(luck.randrange(20, 75, 5)),
        "day": luck.choice(book.days),
        "city": luck.choice(book.cities),
        "name": persona.name.split()[0],
    }


def write(plot: Plot, book: Book, luck: Random) -> Iterator[Arrival]:
    """The conversation's messages: the customers' in order, then ours.

    The root's native id is the plot's key, which is the thread's id too.
    """
    voices = [
        p.voice(plot.place, int(luck.lognormvariate(4.8, 1.4)) if plot.place.followers else None)
        for p in plot.people
    ]
    natives: list[tuple[Turn, str]] = []
    for n, turn in enumerate((*plot.turns, plot.again) if plot.again else plot.turns):
        native = f"{plot.key}.{n}" if n else plot.key
        natives.append((turn, native))
        yield _customer(plot, native, n, turn, _words(plot, book, n, luck), voices[turn.who])
    for n, answer in enumerate(plot.answers):
        asked = [native for turn, native in natives if turn.who == answer.who and turn.at <= answer.at]
        text = fill(luck.choice(_replies(plot, book, answer)), _named(plot, answer.who))
        yield ours(
            plot.place, f"{plot.key}.a{n}", plot.key, asked[-1], text, answer.at,
            kind=answer.kind, own=answer.own, direct=plot.direct,
        )  # fmt: skip


def ours(
    place: Place, native: str, thread: str, parent: str, text: str, at: datetime,
    *, kind: ReplyKind = "answer", own: Own = "strong", direct: bool = False,
) -> Arrival:  # fmt: skip
    """A message of the shop's own account."""
    weak = own == "weak"
    return Arrival(
        native, text, Voice("" if weak else f"@{BRAND}", "LampCo", uri=None if weak else place.own),
        kind="mail" if place.name == "mail" else "reply",
        thread=thread, parent=parent, posted=at, own=own, reply_kind=kind,
        visibility="direct" if direct else "public", url=_address(place, native),
    )  # fmt: skip


def _customer(plot: Plot, native: str, n: int, turn: Turn, text: str, voice: Voice) -> Arrival:
    story, place = plot.story, plot.place
    photo = story.photo if n == 0 else None
    files = (Attachment(photo, "image", f"https://{place.host}/media/{plot.key}-{photo}"),) if photo else ()
    kind = "message" if plot.direct and place.name != "mail" else place.kind
    first = n == 0
    return Arrival(
        native, text, voice, kind=kind if first or plot.direct else "reply", thread=plot.key,
        parent=None if first else plot.key, title=_title(plot, first=first),
        attachments=files, visibility="direct" if plot.direct else "public", posted=turn.at,
        url=_address(place, native), stars=story.stars if first else None,
        score=plot.score if first else None, lang=plot.people[turn.who].lang,
        tone=story.tone if first else "question" if plot.again is turn else story.tone,
    )  # fmt: skip


def _title(plot: Plot, *, first: bool) -> str | None:
    """Mails and reviews have one; a mail that follows says so."""
    if plot.story.title is None or plot.place.name not in ("mail", "reviews"):
        return None
    title = fill(plot.story.title, plot.blanks)
    return title if first else f"Re: {title}"


def _words(plot: Plot, book: Book, n: int, luck: Random) -> str:
    if n == len(plot.turns):
        return fill(luck.choice(book.after.asks), plot.blanks)
    if plot.turns[n].who:
        lines = book.others.of(plot.story.mood)
    else:
        lines = plot.story.says + book.more.of(plot.story.mood)
    return fill(lines[n % len(lines)], plot.blanks)


def _replies(plot: Plot, book: Book, answer: Answer) -> tuple[str, ...]:
    if answer.kind == "holding":
        return book.answers.holding
    further = plot.again is not None and answer.at > plot.again.at
    return book.answers.of("question" if further else plot.story.mood)


def _named(plot: Plot, who: int) -> dict[str, str]:
    return {**plot.blanks, "name": plot.people[who].name.split()[0]}


def _address(place: Place, native: str) -> str | None:
    return None if place.name == "mail" else f"https://{place.host}/{native.replace('.', '#', 1)}"
