"""Complaint, question or praise, by rules that say why. No percentage, no guess that cannot be shown.

Four signals: stars, question marks and words that ask, words of complaint, words of praise and
thanks; emoji with the words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from cxtui.core.item import Tone
from cxtui.core.terms import Found, Terms, plain

SHORT = 8
"""Thanks alone are praise in so many words; in a longer text they are manners."""
THANKS_ONLY = 6
SHOUTED = 8
"""So many capital letters, and no small ones, are shouting."""
MOST_REASONS = 4
LONGEST = 40
"""So many characters of a text are quoted in a reason."""
SAID = ("complaint", "praise", "thanks", "question", "but", "harmless")
ANY = ""
"""The key of the lists that hold in every language: emoji."""

_LINK = re.compile(r"(?:https?://|www\.)\S+")
_MARK = re.compile("[?؟？՞፧]")
_BLANK = re.compile(r"[\s\W_]+")


@dataclass(frozen=True, slots=True)
class Judgement:
    """A tone, and why, as fragments of a sentence. A reason without a tone asks a person to look."""

    tone: Tone | None = None
    reasons: tuple[str, ...] = ()

    @property
    def why(self) -> str | None:
        """The reasons in one line."""
        return ", ".join(self.reasons) or None


def tone(
    text: str, lang: str | None, stars: float | None = None, scale: float = 5, *, words: Mapping[str, Terms]
) -> Judgement:
    """What a customer's text is. ``words`` has the lists by language, and the emoji under `ANY`.

    A complaint goes before a question, a question before praise, so that nobody unhappy and
    nobody who asks is only thanked. Where the language is not known, only stars, question
    marks, emoji and capitals count.
    """
    bare = _LINK.sub(" ", text) if "://" in text or "www." in text else text
    said = plain(bare)
    signals = _stars(stars, scale) + _marks(said) + _spoken(bare, said, lang, words)
    for kind in ("complaint", "question"):
        reasons = [reason for signal, reason in signals if signal == kind]
        if reasons:
            return Judgement(kind, _told(reasons))
    praise = [reason for signal, reason in signals if signal == "praise"]
    doubts = [reason for signal, reason in signals if signal == "but"] if praise else []
    if _shouted(bare) and (lang not in words or not praise):
        doubts.append("written in capitals: please look")
    if doubts:
        return Judgement(None, _told(praise + doubts))
    return Judgement("praise", _told(praise)) if praise else Judgement()


def thanks_only(text: str, lang: str | None, words: Mapping[str, Terms]) -> bool:
    """Whether the text is thanks and nothing else: at most six words and emoji of the thanks lists.

    Where the language is not known, one of the known ones must understand all of it.
    """
    if len(text) > 40 * THANKS_ONLY:
        return False
    said = plain(text)
    known = [words[lang]] if lang and lang in words else [one for key, one in words.items() if key != ANY]
    return any(_only_thanks(said, lists, words.get(ANY)) for lists in known or [None])


Signal = tuple[str, str]
"""A tone, or what speaks against praise, and the reason."""


def _stars(stars: float | None, scale: float) -> list[Signal]:
    if stars is None or not scale > 0:
        return []
    rating = stars * 5 / scale
    reason = f"{stars:g}/{scale:g} stars"
    return [("complaint", reason)] if rating <= 2 else [("praise", reason)] if rating >= 4 else []


def _marks(said: str) -> list[Signal]:
    found = list(_MARK.finditer(said))
    if not found:
        return []
    last = not _BLANK.sub("", said[found[-1].end() :])
    return [("question", f"{'ends with' if last else 'has'} {found[-1][0]}")]


def _spoken(bare: str, said: str, lang: str | None, words: Mapping[str, Terms]) -> list[Signal]:
    signals: list[Signal] = []
    for key in dict.fromkeys((lang or ANY, ANY)):
        if key in words:
            for one in words[key].find(said, SAID):
                signals += _signal(one, bare, said, words[key])
    return signals


def _signal(one: Found, bare: str, said: str, lists: Terms) -> list[Signal]:
    piece = bare if len(bare) == len(said) else said
    words = " ".join(piece[one.start : one.end].split())
    quoted = f"“{words if len(words) <= LONGEST else words[: LONGEST - 1] + '…'}”"
    negated = one.kind in ("complaint", "praise", "thanks") and lists.negated(said, one)
    match one.kind:
        case "praise" if negated:
            return [("complaint", f"not {quoted}")]
        case "complaint" | "praise" if not negated:
            return [(one.kind, quoted)]
        case "thanks" if not negated and _length(said, lists) <= SHORT:
            return [("praise", f"thanks: {quoted}")]
        case "question":
            return [("question", f"asks: {quoted}")]
        case "but":
            return [("but", f"but also {quoted}: please look")]
        case _:
            return []


def _length(said: str, lists: Terms) -> int:
    """About how many words it has."""
    return len(said.split()) if lists.spaced else sum(map(str.isalpha, said)) // 4


def _shouted(text: str) -> bool:
    return not any(map(str.islower, text)) and sum(map(str.isupper, text)) >= SHOUTED


def _told(reasons: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(reasons))[:MOST_REASONS]


def _only_thanks(said: str, lists: Terms | None, emoji: Terms | None) -> bool:
    found: list[Found] = []
    if lists is not None:
        found += lists.find(said, ("thanks", "beside thanks"))
    if emoji is not None:
        found += emoji.find(said, ("thanks", "praise", "complaint"))
    count = sum(len(said[one.start : one.end].split()) for one in found)
    kinds = {one.kind for one in found}
    if not kinds & {"thanks", "praise"} or "complaint" in kinds or count > THANKS_ONLY:
        return False
    left = list(said)
    for one in found:
        left[one.start : one.end] = " " * (one.end - one.start)
    rest = "".join(left)
    return not _MARK.search(rest) and not _BLANK.sub("", rest)
