"""Which language a short text is in: its script first, then its letters and frequent words.

Says nothing rather than something wrong.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from math import sqrt
from operator import itemgetter

from cxtui.core.terms import plain
from cxtui.core.text import search_form

LONGEST = 4_000
"""So many characters tell the language."""

Evidence = Mapping[str, Mapping[str, float]]
"""A word to the languages it speaks for, and how much."""

_RANGES = (
    (0x41, 0x24F, "Latin"), (0x1E00, 0x1EFF, "Latin"), (0x370, 0x3FF, "el"), (0x1F00, 0x1FFF, "el"),
    (0x400, 0x52F, "Cyrillic"), (0x530, 0x58F, "hy"), (0x590, 0x5FF, "he"), (0x600, 0x6FF, "Arabic"),
    (0x750, 0x77F, "Arabic"), (0xFB50, 0xFDFF, "Arabic"), (0xFE70, 0xFEFC, "Arabic"),
    (0x900, 0x97F, "Devanagari"), (0x980, 0x9FF, "bn"), (0xA00, 0xA7F, "pa"), (0xA80, 0xAFF, "gu"),
    (0xB00, 0xB7F, "or"), (0xB80, 0xBFF, "ta"), (0xC00, 0xC7F, "te"), (0xC80, 0xCFF, "kn"),
    (0xD00, 0xD7F, "ml"), (0xD80, 0xDFF, "si"), (0xE00, 0xE7F, "th"), (0xE80, 0xEFF, "lo"),
    (0xF00, 0xFFF, "bo"), (0x1000, 0x109F, "my"), (0x10A0, 0x10FF, "ka"), (0x1100, 0x11FF, "ko"),
    (0x1200, 0x139F, "am"), (0x1780, 0x17FF, "km"), (0x1800, 0x18AF, "mn"), (0x3040, 0x30FF, "ja"),
    (0x3400, 0x4DBF, "zh"), (0x4E00, 0x9FFF, "zh"), (0xAC00, 0xD7AF, "ko"), (0x20000, 0x3134F, "zh"),
)  # fmt: skip
"""First and last character of a block, and its script; where one language alone writes it, that language."""
_STARTS = [first for first, _, _ in sorted(_RANGES)]
_BLOCKS = sorted(_RANGES)

FAMILIES: Mapping[str, tuple[str, ...]] = {
    "Latin": ("en", "es", "pt", "fr", "de", "tl", "it", "nl", "id", "vi", "pl", "tr", "sv", "da"),
    "Cyrillic": ("ru", "uk", "bg", "be", "sr", "mk", "kk"),
    "Arabic": ("ar", "fa", "ur", "ps", "ckb"),
    "Devanagari": ("hi", "mr", "ne"),
}
"""The languages told apart within a script."""

_LETTERS: Mapping[str, str] = {
    "es": "ñ¿¡", "de": "ßäö", "pt": "ãõ", "fr": "œêèùû", "pl": "łżźśćęąń", "tr": "ğış", "sv": "åäö",
    "da": "åøæ", "vi": "đơưăạảấầẩẫậắằặẹẻẽếềểễệỉịọỏốồổỗộớờởợụủứừửữựỳỵỷỹ", "it": "ìò",
    "uk": "іїєґ", "ru": "ыэё", "be": "ўі", "sr": "јљњћђџ", "mk": "ѓќѕјљњ", "kk": "әғқңөұүһі", "bg": "ъщ",
    "ar": "ةىيكأإؤئ", "fa": "پچژگکی", "ur": "ٹڈڑںےہھکیپچگ", "ps": "ټډړښځڅېۍګ", "ckb": "ڕڵێۆە",
    "mr": "ळ",
}  # fmt: skip
"""Letters that speak for a language, less so where others write them too."""
_OWNERS = {
    char: [lang for lang, own in _LETTERS.items() if char in own] for char in set("".join(_LETTERS.values()))
}
_OWN_LETTER = re.compile(f"[{''.join(_OWNERS)}]")
_OWNED = 0.8
_MOST_LETTERS = 4
_MARKS = r"\u0300-\u036f\u064b-\u0652\u0900-\u0903\u093a-\u094f"
_WORD = re.compile(rf"[^\W\d_]+(?:[{_MARKS}'’]+[^\W\d_]+)*[{_MARKS}]*")
_ELIDED = re.compile(r"(?<![^ ])((?:[cdjlmnst]|qu|jusqu|dell|nell|all|un)')(?=[^ ])")
"""French and Italian articles that lean on the next word: l', d', dell'."""
_NOT_SAID = re.compile(r"(?:https?://|www\.)\S+|[@#][\w.]+|\S+@\S+")
_HINTS = ("@", "#", "://", "www.")
"""One of them is in everything that is not said."""
_STOP, _TERM, _BARE, _LETTER = 1.0, 0.5, 0.7, 0.5
_REPEATED = 3
_AHEAD = 1.25
"""So much stronger than the next language must the best one be."""
_ENOUGH, _SHARE = 1.2, 0.12
"""What the evidence must come to: altogether, and for each word of the text."""
_FOREIGN = 3
"""A script of its own decides when one letter of so many is written in it: names of goods are often Latin."""


def language(
    text: str, declared: str | None = None, only: Collection[str] = (), *, words: Evidence
) -> str | None:
    """The language's code, or None when unsure. ``declared`` is what the feed says: it decides a draw only.

    ``only`` narrows what is guessed from letters and words; a script that one language alone
    writes stays certain.
    """
    said = text[:LONGEST]
    if any(mark in said for mark in _HINTS):
        said = _NOT_SAID.sub(" ", said)
    script = _script(said)
    if script is None or script not in FAMILIES:
        return script
    family = FAMILIES[script]
    prior = (declared or "").lower().partition("-")[0].partition("_")[0]
    said = search_form(said).replace("’", "'")
    found = _WORD.findall(said)
    if "'" in said:
        found = _ELIDED.sub(r"\1 ", " ".join(found)).split()
    score = _scores(found, said, [one for one in family if not only or one in only] or family, words)
    return _decided(score, len(found), prior if prior in family or prior not in _KNOWN else "")


def evidence(stop: Mapping[str, Iterable[str]], terms: Mapping[str, Iterable[str]]) -> Evidence:
    """What each word says about the language: stop words by language, and terms, which say less.

    Words count without their accents too, which says less again, as does a word of one letter.
    """
    known: dict[str, dict[str, float]] = {}
    for weight, lists in ((_TERM, terms), (_STOP, stop)):
        for lang, listed in lists.items():
            for word in {part for line in listed for part in _WORD.findall(search_form(line))}:
                for form, much in ((word.replace("’", "'"), weight), (plain(word), weight * _BARE)):
                    langs = known.setdefault(form, {})
                    langs[lang] = max(langs.get(lang, 0), much * (_LETTER if len(form) == 1 else 1))
    return {
        word: {lang: much / sqrt(len(langs)) for lang, much in langs.items()} for word, langs in known.items()
    }


_KNOWN = frozenset(lang for family in FAMILIES.values() for lang in family) | {
    name for _, _, name in _RANGES if name not in FAMILIES
}


class _Scripts(dict[str, str]):
    """The script of a character; ``?`` where it is none of ours, nothing where it is no letter."""

    def __missing__(self, char: str) -> str:
        code = ord(char)
        first, last, name = _BLOCKS[max(bisect_right(_STARTS, code) - 1, 0)]
        self[char] = "" if not char.isalpha() else name if first <= code <= last else "?"
        return self[char]


_SCRIPT = _Scripts()


def _script(said: str) -> str | None:
    """The script that most of the letters are of, Latin only where there is hardly another."""
    count: dict[str, int] = {}
    for char, times in Counter(said).items():
        name = _SCRIPT[char]
        if name:
            count[name] = count.get(name, 0) + times
    if "ja" in count:
        count["ja"] += count.pop("zh", 0)
    letters, latin = sum(count.values()), count.pop("Latin", 0)
    name, most = max(count.items(), key=itemgetter(1), default=("?", 0))
    if most * _FOREIGN >= letters and most:
        return None if name == "?" else name
    return "Latin" if latin else None


def _scores(found: Sequence[str], said: str, family: Sequence[str], words: Evidence) -> dict[str, float]:
    score = dict.fromkeys(family, 0.0)
    for word, times in Counter(found).items():
        for lang, much in words.get(word, {}).items():
            if lang in score:
                score[lang] += much * min(times, _REPEATED)
    owned = dict.fromkeys(family, 0.0)
    for char, times in Counter(_OWN_LETTER.findall(said)).items():
        langs = _OWNERS[char]
        for lang in langs:
            if lang in owned:
                owned[lang] += times / len(langs)
    return {lang: much + _OWNED * min(owned[lang], _MOST_LETTERS) for lang, much in score.items()}


def _decided(score: Mapping[str, float], length: int, prior: str) -> str | None:
    best, second, *_ = *sorted(score.values(), reverse=True), 0.0
    if best <= _LETTER:
        return prior or None
    leading = [lang for lang, much in score.items() if much * _AHEAD > best]
    if prior in leading:
        return prior
    sure = best >= second * _AHEAD and best >= max(min(_ENOUGH, length * 0.3), length * _SHARE)
    return max(score, key=lambda lang: score[lang]) if sure else (prior if score.get(prior) else None)
