"""The customer's questions, and whether a draft seems to answer them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from cxtui.core.guard.findings import Context, Finding
from cxtui.core.guard.phrases import Hit, Phrases
from cxtui.core.guard.reading import LINKS, Reading, read, sentences
from cxtui.core.item import ASKS

MOST = 8
"""So many questions are listed."""
LONGEST = 160
"""So many characters of a question are quoted."""
_HEARD = 4_000
_STEM = 5
"""Words are taken for the same where so many letters of them are."""
_SHORT = 4
_RUN = 5
"""So many letters in a row, where a language writes no blanks."""
_EXPLAINED, _EXPLAINED_LETTERS = 8, 60
"""A draft of so many words, or letters, may well say how."""
_GREETING = re.compile(r"^[^\n,;:!.]{1,40}[,;:]\s*")


def questions(
    reading: Reading, hits: Sequence[Hit], context: Context, phrases: Phrases | None, lang: str | None
) -> Iterator[Finding]:
    """The question sentences that nothing in the draft seems to answer, at the end of the draft."""
    end = len(reading.text)
    answer = _Answer(reading, hits, spaced=phrases is None or phrases.spaced)
    asked = [one for text in context.asked for one in _asked(text[:_HEARD], context, lang)]
    left = [one for one in dict.fromkeys(asked) if not answer.answers(one, phrases)]
    for one in left[:MOST]:
        said = one if len(one) <= LONGEST else one[: LONGEST - 1] + "…"
        yield Finding("question", (end, end), f"is this answered? “{said}”")


def _asked(text: str, context: Context, lang: str | None) -> Iterator[str]:
    """The sentences of a message that ask, by their mark; by their words where none has a mark."""
    found = [" ".join(text[start:end].split()) for start, end in sentences(text)]
    marked = [one for one in found if _marked(one) and any(map(str.isalnum, one))]
    yield from marked or [one for one in found if context.asks(one, lang)]


def _marked(sentence: str) -> bool:
    return any(mark in sentence for mark in ASKS)


class _Answer:
    """What of a draft may answer a question."""

    def __init__(self, reading: Reading, hits: Sequence[Hit], *, spaced: bool) -> None:
        said = reading.said
        self._said = "".join(said.split())
        self._spaced = spaced
        self._stems = {_stem(token.word) for token in reading.tokens if _weighs(token.word)}
        self._shows = any(map(str.isdigit, said)) or "@" in said or LINKS.search(said) is not None
        self._explains = len(reading.tokens) >= _EXPLAINED or len(self._said) >= _EXPLAINED_LETTERS
        self._yes = _begins_with_yes(reading, hits)

    def answers(self, question: str, phrases: Phrases | None) -> bool:
        """Whether it seems so: by a word of the question, a number, a yes, or a longer text for a how."""
        asked = read(question)
        rules = {hit.rule for hit in phrases.find(asked)} if phrases is not None else set[str]()
        if self._shares(asked):
            return True
        if "when" in rules:
            return self._shows
        if "how" in rules or not _marked(question):
            return self._shows or self._explains
        return self._yes

    def _shares(self, asked: Reading) -> bool:
        """Whether a word of some length, or a number, stands in both."""
        if self._spaced:
            return any(_weighs(token.word) and _stem(token.word) in self._stems for token in asked.tokens)
        said = "".join(asked.said.split())
        return any(said[at : at + _RUN] in self._said for at in range(len(said) - _RUN + 1))


def _weighs(word: str) -> bool:
    return len(word) >= _SHORT or word.isdigit()


def _stem(word: str) -> str:
    return word[:_STEM]


def _begins_with_yes(reading: Reading, hits: Sequence[Hit]) -> bool:
    """Whether a sentence of the draft begins with a yes or no, a greeting before it left out."""
    starts: set[int] = set()
    sentence = -1
    for token in reading.tokens:
        if token.sentence != sentence:
            sentence = token.sentence
            starts.add(token.start)
    greeting = _GREETING.match(reading.said)
    if greeting:
        starts.add(greeting.end())
    return any(hit.rule == "yes" and hit.start in starts for hit in hits)
