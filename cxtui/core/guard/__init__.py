"""The guard: what to look at before a reply is sent. A checklist, never a score.

Every rule is deterministic and asks nobody; each finding has its place in the draft and its reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cxtui.core.guard.findings import (
    BLOCKS,
    LEVELS,
    Context,
    Draft,
    Elsewhere,
    Finding,
    Level,
    Rule,
)
from cxtui.core.guard.fitting import changed, empty, language, said_before, tongue, too_long, visibility
from cxtui.core.guard.manner import blame, no_next_step, shouting
from cxtui.core.guard.phrases import Hit, Phrases
from cxtui.core.guard.private import Private
from cxtui.core.guard.questions import questions
from cxtui.core.guard.reading import Reading, inside, quotes, read, theirs, vocabulary
from cxtui.core.guard.spelling import spelling
from cxtui.core.speech import form
from cxtui.core.templates import unresolved

__all__ = [
    "BLOCKS", "LEVELS", "Context", "Draft", "Elsewhere", "Finding", "Level", "Phrases", "Rule", "guard",
]  # fmt: skip

LONGEST = 100_000
"""So many characters of a draft are read for how they sound; the rest no network takes."""
_TOLD = 2_000
"""So many characters tell the language."""


def guard(draft: Draft, context: Context) -> tuple[Finding, ...]:
    """What a draft should be looked at for, in the order in which it stands there. Never raises."""
    blank = tuple(empty(draft.text))
    if blank:
        return blank
    found = [*_fits(draft, context), *_reads(draft, context)]
    return tuple(sorted(found, key=_order))


def _fits(draft: Draft, context: Context) -> Iterator[Finding]:
    said = theirs(draft.text, quotes(draft.text), [*context.heard, *context.asked])
    for at in unresolved(draft.text):
        if inside(at, said):
            continue
        yield Finding(
            "unresolved-variable", at, f"“{draft.text[slice(*at)]}” stands for something and is not filled in"
        )
    yield from too_long(draft.text, context)
    yield from visibility(draft, context)
    yield from said_before(draft, context)
    yield from changed(draft, context)


def _reads(draft: Draft, context: Context) -> Iterator[Finding]:
    text = draft.text[:LONGEST]
    reading, spoken = read(text), context.speaks(text[:_TOLD])
    lang = spoken or tongue(context)
    phrases = context.phrases.get(lang or "")
    hits = phrases.find(reading) if phrases is not None else []
    quoted = quotes(text)
    pledged = context.pledged(text, lang)
    yield from language(draft, spoken, context)
    yield from blame(reading, hits, theirs(text, quoted, [*context.heard, *context.asked]) if quoted else [])
    yield from shouting(text, _common(phrases), context.known, quoted)
    yield from no_next_step(draft, reading, hits, len(pledged))
    if draft.promised is None:
        told = max((pledge.at[0] for pledge in pledged if pledge.due is not None), default=-1)
        for pledge in pledged:
            if pledge.due is None and pledge.at[0] > told:
                yield Finding("undated-promise", pledge.at, f"“{pledge.text}” promises and says no time")
    if draft.visibility == "public":
        yield from Private(reading, _all_hits(reading, hits, lang, context), context).findings()
    their = tongue(context)
    yield from questions(reading, hits, context, context.phrases.get(their or ""), their)
    if context.spelled is not None and spoken is not None:
        yield from spelling(text, spoken, context.known | _words(context), context.spelled)


def _all_hits(reading: Reading, hits: Sequence[Hit], lang: str | None, context: Context) -> Sequence[Hit]:
    """The phrases of the draft's language, and the English words for numbers that every language borrows."""
    english = context.phrases.get("en")
    return hits if lang == "en" or english is None else [*hits, *english.find(reading)]


def _common(phrases: Phrases | None) -> frozenset[str]:
    return frozenset() if phrases is None else frozenset(map(form, phrases.lists.get("shouting", ())))


def _words(context: Context) -> frozenset[str]:
    """What customers wrote is spelled as they spell it."""
    return frozenset[str]().union(*(vocabulary(text[:LONGEST]) for text in context.heard or context.asked))


def _order(finding: Finding) -> tuple[int, int, str]:
    return *finding.at, finding.rule
