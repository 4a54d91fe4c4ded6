"""What the made-up customers say: one plain file per language under ``cxtui/data/demo``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Literal

import msgspec

from cxtui.core.item import Tone

At = Literal["public", "message", "mail", "review"]
Mood = Literal["complaint", "question", "praise"]

_BLANK = re.compile(r"\{(\w+)\}")


class Story(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One conversation's customer side: what is said first, and what the same customer adds."""

    at: tuple[At, ...]
    says: tuple[str, ...]
    tone: Tone | None = None
    title: str | None = None
    stars: int | None = None
    photo: str | None = None

    @property
    def mood(self) -> Mood:
        """Which phrases suit it; a story without a tone is treated as a question."""
        return self.tone or "question"


class Phrases(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Short texts by mood."""

    complaint: tuple[str, ...]
    question: tuple[str, ...]
    praise: tuple[str, ...]

    def of(self, mood: Mood) -> tuple[str, ...]:
        """The phrases of one mood."""
        return {"complaint": self.complaint, "question": self.question, "praise": self.praise}[mood]


class Answers(Phrases, frozen=True, forbid_unknown_fields=True):
    """What the shop says; ``holding`` says that the answer comes later."""

    holding: tuple[str, ...]


class After(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What customers say to an answer: thanks, or a further question."""

    thanks: tuple[str, ...]
    asks: tuple[str, ...]


class Book(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One language. ``people`` are ``handle name``; the other lists fill blanks in the texts."""

    people: tuple[str, ...]
    days: tuple[str, ...]
    cities: tuple[str, ...]
    more: Phrases
    others: Phrases
    answers: Answers
    after: After
    story: tuple[Story, ...]

    def told(self, at: At) -> tuple[Story, ...]:
        """The stories that belong to one kind of place."""
        return tuple(story for story in self.story if at in story.at)


@cache
def books() -> Mapping[str, Book]:
    """Every language by its code, in the order of the codes."""
    folder = files("cxtui").joinpath("data", "demo")
    found = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    return {f.name.removesuffix(".toml"): msgspec.toml.decode(f.read_bytes(), type=Book) for f in found}


def fill(text: str, blanks: Mapping[str, str]) -> str:
    """The text with its known blanks filled; anything else in braces stays as it is."""
    return _BLANK.sub(lambda blank: blanks.get(blank[1], blank[0]), text).strip()
