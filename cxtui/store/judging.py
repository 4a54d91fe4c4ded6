"""Language and tone of what is heard, by rule, as it enters the store."""

from __future__ import annotations

from typing import Literal, NamedTuple

from cxtui.core.item import Arrival, Kind, Tone

OWN_TITLES = ("review", "mail", "message", "post")
"""Kinds whose title is the customer's own; that of a comment names what it stands under."""


class Judged(NamedTuple):
    """What a text is, and by whom and why its tone was told."""

    lang: str | None
    tone: Tone | None = None
    tone_by: Literal["rule"] | None = None
    tone_why: str | None = None


def judged(heard: Arrival, kind: Kind, title: str | None, text: str, *, customer: bool) -> Judged:
    """The language of cleaned words, and their tone where a customer wrote them and the network gave none.

    The language that the network declares is a prior only; it stays where the words say nothing.
    """
    from cxtui.core.lang import language
    from cxtui.core.tone import tone
    from cxtui.data import words
    from cxtui.data.guess import guess

    known = words()
    said = f"{title}\n{text}" if title and kind in OWN_TITLES else text
    lang = language(said, heard.lang, words=known.evidence) or heard.lang or guess(said, known.terms)
    if heard.tone or not customer:
        return Judged(lang, heard.tone, "rule" if heard.tone else None)
    found = tone(said, lang, heard.stars, heard.scale, words=known.terms)
    return Judged(lang, found.tone, "rule" if found.tone else None, found.why)
