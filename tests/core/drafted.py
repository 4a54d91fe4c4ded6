"""The labelled drafts made for the tests: ``guard_drafts/PART/LANGUAGE.toml``.

Those in ``tuned`` were there while the rules were tuned. ``fresh`` was written before the phrase
lists, about other trades, and ``later`` after them, in words that they were not made for. ``second``
was written before a second look at the lists, which found 0.55, 0.14 and 0.42 of the blame in its
three sets, and was mended after them. ``third`` and ``held`` are the halves of one set, of which the
lists found 0.38 and 0.20 of the blame and 0.79 and 0.75 of the promises without a date; the lists
were widened, and mended after ``third`` alone: ``held`` 0.99 and 0.93. The hand that wrote the set
widened the lists, so this says too much: of ``after``, written last to say the same between the
lines, they found 0.02 of the blame (and every promise) before they were mended for it. ``last`` is
what busy desks write without a rude word; 0.09 of it is found, and no list was mended for that.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Literal, get_args
from zoneinfo import ZoneInfo

from cxtui.core.guard import Context, Draft, Elsewhere, Finding, guard
from cxtui.core.guard.private import owned
from cxtui.core.lang import language
from cxtui.core.pledges import pledges
from cxtui.core.terms import plain
from cxtui.data import OURS as WORD_LISTS
from cxtui.data import read as read_words
from cxtui.data.guarding import OURS, read
from cxtui.data.promising import OURS as PROMISE_LISTS
from cxtui.data.promising import read as read_promises

Part = Literal["tuned", "fresh", "later", "second", "third", "held", "after", "last"]
PARTS: tuple[Part, ...] = get_args(Part)
FOLDER = Path(__file__).parent / "guard_drafts"
LANGUAGES = ("en", "es", "pt", "fr", "de", "ar", "bn", "lo", "tl")
NOON = datetime(2026, 11, 24, 5, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Vientiane")
PHRASES = read(OURS).phrases
WORDS = read_words(WORD_LISTS)
SPEECHES = read_promises(PROMISE_LISTS).speeches
OWN = owned(["desk@shop.example", "shop.example"])
KNOWN = frozenset({"lampco", "luna", "faro"})


@dataclass(frozen=True, slots=True)
class Labelled:
    """A draft, what it is held against, and the rules that must speak."""

    name: str
    draft: Draft
    context: Context
    rules: frozenset[str]

    def found(self) -> tuple[Finding, ...]:
        return guard(self.draft, self.context)


def labelled(lang: str, part: Part = "tuned") -> tuple[Labelled, ...]:
    """The drafts of a language."""
    file = FOLDER / part / f"{lang}.toml"
    listed = tomllib.loads(file.read_text(encoding="utf-8"))["draft"]
    return tuple(_labelled(f"{file.parent.name}/{lang}:{n}", lang, one) for n, one in enumerate(listed, 1))


def _labelled(name: str, lang: str, one: Mapping[str, Any]) -> Labelled:
    says, visibility = str(one["says"]), one.get("visibility", "public")
    context = Context(
        asked=(says,),
        heard=(says, *one.get("earlier", ())),
        ours=tuple(one.get("ours", ())),
        today=tuple(Elsewhere(text, "@tom") for text in one.get("sent", ())),
        lang=one.get("lang", lang),
        direct=one.get("from", "public") == "direct",
        limit=one.get("limit"),
        counted=one.get("counted", "code points"),
        own=OWN,
        known=KNOWN,
        changed=str(one.get("changed", "")),
        phrases=PHRASES,
        speaks=partial(language, words=WORDS.evidence),
        asks=asks,
        pledged=lambda text, lang: pledges(text, lang, NOON, ZONE, words=SPEECHES),
    )
    draft = Draft(str(one["text"]), one.get("kind", "answer"), visibility)
    return Labelled(name, draft, context, frozenset(one["rules"]))


def asks(sentence: str, lang: str | None) -> bool:
    terms = WORDS.terms.get(lang or "")
    return terms is not None and bool(terms.find(plain(sentence), ("question",)))
