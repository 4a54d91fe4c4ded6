"""Whether a draft fits where it goes: not empty, not too long, not in public by mistake, not said before."""

from __future__ import annotations

from collections.abc import Iterator

from cxtui.core.guard.findings import Context, Draft, Finding
from cxtui.core.guard.reading import bones
from cxtui.core.lengths import Counted, measured
from cxtui.core.text import clean

_NAMES: dict[str, str] = {
    "en": "English", "es": "Spanish", "pt": "Portuguese", "fr": "French", "de": "German", "ar": "Arabic",
    "bn": "Bengali", "lo": "Lao", "tl": "Tagalog", "it": "Italian", "nl": "Dutch", "ru": "Russian",
    "th": "Thai",
    "zh": "Chinese", "ja": "Japanese", "ko": "Korean", "hi": "Hindi", "vi": "Vietnamese", "id": "Indonesian",
    "tr": "Turkish", "pl": "Polish", "uk": "Ukrainian", "fa": "Persian", "ur": "Urdu", "el": "Greek",
    "he": "Hebrew",
}  # fmt: skip
_SURE_WORDS = 4
"""A draft of fewer words says too little about its language, unless only one language writes its letters."""
_SURE_LETTERS = 16
_SURE_FOREIGN = 6
"""Letters that are neither Latin nor borrowed."""
_LIKES = (frozenset({"da", "sv", "nb", "no"}), frozenset({"id", "ms"}), frozenset({"sr", "hr", "bs"}))
"""Languages that short texts do not tell apart well."""
_SHOWS_NOTHING = dict.fromkeys(map(ord, "\u115f\u1160\u2800\u3164\uffa0"))
"""Letters that are blanks to the eye."""
_SHORTEST_REPEATED = 12
"""Letters that a reply must have before sending it to many is worth a word."""


def empty(text: str) -> Iterator[Finding]:
    """Nothing to send."""
    if not clean(text).translate(_SHOWS_NOTHING).strip():
        yield Finding("empty", (0, len(text)), "there is nothing to send")


def too_long(text: str, context: Context) -> Iterator[Finding]:
    """More than the network takes, as it counts; the place is what is too much."""
    limits: list[tuple[int | None, Counted]] = [
        (context.limit, context.counted),
        (context.most_bytes, "bytes"),
    ]
    for limit, counted in limits:
        if limit is None or len(text) * 4 <= limit:
            continue
        length = measured(text, counted)
        if length > limit:
            unit = "characters" if counted == "statuses" else counted
            said = f"{length} {unit}, {length - limit} too many: {context.network} takes {limit}"
            yield Finding("too-long", (_fitting(text, limit, counted), len(text)), said)
            return


def _fitting(text: str, limit: int, counted: Counted) -> int:
    """How much of the beginning of a text fits."""
    most = limit or 1
    while most < len(text) and measured(text[:most], counted) <= limit:
        most *= 2
    fits, most = 0, min(most, len(text))
    while fits + 1 < most:
        half = (fits + most) // 2
        if measured(text[:half], counted) <= limit:
            fits = half
        else:
            most = half
    return fits


def visibility(draft: Draft, context: Context) -> Iterator[Finding]:
    """In public what was asked directly, or in a way that the network does not have."""
    whole = (0, len(draft.text))
    if draft.visibility not in context.ways:
        yield Finding(
            "visibility", whole, f"{context.network} takes only {' and '.join(context.ways)} replies"
        )
    elif draft.visibility == "public" and context.direct:
        said = "the customer wrote directly, and everybody could read this answer"
        yield Finding("visibility", whole, said)


def said_before(draft: Draft, context: Context) -> Iterator[Finding]:
    """The same text in the same thread, or to others today."""
    if not draft.text.strip():
        return
    whole, said = (0, len(draft.text)), bones(draft.text)
    if any(bones(one) == said for one in context.ours):
        yield Finding("duplicate", whole, "the same text stands in this thread already")
        return
    others = [one for one in context.today if bones(one.text) == said]
    if draft.kind == "thanks" and draft.visibility == "public":
        public = next((one for one in others if one.visibility == "public"), None)
        if public is not None:
            yield Finding(
                "duplicate", whole, f"the same thanks went to {public.who} in public today; vary it"
            )
            return
    if others and len(said) >= _SHORTEST_REPEATED:
        who = list(dict.fromkeys(one.who for one in others))
        more = f" and {len(who) - 1} more" if len(who) > 1 else ""
        yield Finding("repeated", whole, f"the same text went to {who[0]}{more} today")


def language(draft: Draft, spoken: str | None, context: Context) -> Iterator[Finding]:
    """Another language than the customer's, where both texts are long enough to be sure."""
    theirs = "\n".join(context.asked or context.heard)
    known = context.speaks(theirs)
    if (
        spoken is None
        or known is None
        or spoken in (known, context.lang)
        or any({spoken, known} <= one for one in _LIKES)
    ):
        return
    if _tells(draft.text) and _tells(theirs):
        said = f"this looks like {_NAMES.get(spoken, spoken)}, the customer wrote {_NAMES.get(known, known)}"
        yield Finding("language", (0, len(draft.text)), said)


def tongue(context: Context) -> str | None:
    """The customer's language: what was said of their words, else what these tell."""
    return context.lang or context.speaks("\n".join(context.asked or context.heard))


def _tells(text: str) -> bool:
    """Whether a text is long enough to tell its language."""
    letters = sum(map(str.isalpha, text))
    foreign = sum(char.isalpha() and char > "\u036f" for char in text)
    return foreign >= _SURE_FOREIGN or (letters >= _SURE_LETTERS and len(text.split()) >= _SURE_WORDS)


def changed(draft: Draft, context: Context) -> Iterator[Finding]:
    """The thread is not as the writer saw it."""
    if context.changed:
        yield Finding("thread-changed", (0, len(draft.text)), context.changed)
