"""Language and tone of what is heard, by rule, as it enters the store."""

from __future__ import annotations

from dataclasses import replace

from cxtui.core.item import Item

OWN_TITLES = ("review", "mail", "message", "post")
"""Kinds whose title is the customer's own; that of a comment names what it stands under."""


def judged(item: Item) -> Item:
    """The item with its language, and with its tone where a customer wrote it and the network gave none.

    The language that the network declares is a prior only; it stays where the words say nothing.
    """
    from cxtui.core.lang import language
    from cxtui.core.tone import tone
    from cxtui.data import words
    from cxtui.data.guess import guess

    known = words()
    said = f"{item.title}\n{item.text}" if item.title and item.kind in OWN_TITLES else item.text
    lang = language(said, item.lang, words=known.evidence) or item.lang or guess(said, known.terms)
    if item.tone or item.role != "customer":
        return item if lang == item.lang else replace(item, lang=lang)
    found = tone(said, lang, item.stars, item.scale, words=known.terms)
    by = "rule" if found.tone else None
    return replace(item, lang=lang, tone=found.tone, tone_by=by, tone_why=found.why)
