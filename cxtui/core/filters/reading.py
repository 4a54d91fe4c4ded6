"""From text to tree: words, quotes, ``-``, ``|`` and parentheses; errors name place and nearest word."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Final

from cxtui.core.filters.states import Question, Sight
from cxtui.core.filters.tree import All, Node, Not, Some
from cxtui.core.filters.words import ALIASES, FIELDS, Field, holds, said
from cxtui.core.search import form
from cxtui.errors import FilterError

QUOTES: Final = {'"': '"', "“": "”", "„": "“"}
_KEY = re.compile(r"([A-Za-z_]+)(:|~|<=|>=|<|>|=)")
_STOP = re.compile(r"[\s|]")
DEEPEST: Final = 30
MOST: Final = 2000
"""More words, or values of words, than this are a list that belongs elsewhere."""

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Word:
    """One question of a filter as it was written: a field with its value, or a plain word without a field."""

    name: str
    value: str
    ask: Question = field(compare=False, repr=False)
    early: bool = True
    timed: bool = False


@dataclass(frozen=True, slots=True)
class Every:
    """All of these."""

    parts: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """One of these."""

    parts: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Without:
    """Not this."""

    part: Tree


Tree = Word | Every | Either | Without


def words_of(tree: Tree) -> tuple[Word, ...]:
    """All words of a tree in their order."""
    match tree:
        case Word():
            return (tree,)
        case Without(part):
            return words_of(part)
        case Every(parts) | Either(parts):
            return tuple(word for part in parts for word in words_of(part))


def lowered(tree: Tree, sight: Sight) -> Node:
    """The tree of facts for whoever looks."""
    match tree:
        case Word():
            return tree.ask(sight)
        case Without(part):
            return Not(lowered(part, sight))
        case Every(parts):
            return All(tuple(lowered(part, sight) for part in parts))
        case Either(parts):
            return Some(tuple(lowered(part, sight) for part in parts))


@dataclass(frozen=True, slots=True)
class _Token:
    """A piece of the text: ``word``, ``field``, or what it says itself: ``( ) | -``."""

    kind: str
    at: Span
    text: str = ""
    sign: str = ""
    value: str = ""
    value_at: Span = (0, 0)
    quoted: bool = False


def read(text: str) -> Tree:
    """The tree of a text; words side by side are all meant. Raises: FilterError."""
    return _Reader(text, _tokens(text)).whole()


class _Reader:
    """Goes through the tokens once."""

    def __init__(self, text: str, tokens: Sequence[_Token]) -> None:
        self._text = text
        self._tokens = tokens
        self._next = 0

    def whole(self) -> Tree:
        tree = self._either(0)
        stray = self._peek()
        if stray is not None:
            raise FilterError("this ) closes nothing; take it out or quote it", self._text, stray.at)
        if len(words_of(tree)) > MOST:
            raise FilterError(f"a filter has {MOST} words at most", self._text, (0, len(self._text)))
        return tree

    def _peek(self) -> _Token | None:
        return self._tokens[self._next] if self._next < len(self._tokens) else None

    def _take(self) -> _Token:
        self._next += 1
        return self._tokens[self._next - 1]

    def _either(self, depth: int) -> Tree:
        parts = [self._every(depth)]
        while (token := self._peek()) is not None and token.kind == "|":
            self._take()
            parts.append(self._every(depth))
            if Every(()) in parts:
                raise FilterError("there must be a word on both sides of |", self._text, token.at)
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def _every(self, depth: int) -> Tree:
        parts: list[Tree] = []
        while (token := self._peek()) is not None and token.kind not in ("|", ")"):
            parts.append(self._one(depth))
        return parts[0] if len(parts) == 1 else Every(tuple(parts))

    def _one(self, depth: int) -> Tree:
        token = self._take()
        if depth > DEEPEST:
            raise FilterError("this is nested too deeply", self._text, token.at)
        if token.kind == "-":
            if (after := self._peek()) is None or after.kind in ("|", ")"):
                raise FilterError("- needs a word behind it", self._text, token.at)
            return Without(self._one(depth + 1))
        if token.kind == "(":
            inner = self._either(depth + 1)
            if (after := self._peek()) is None or after.kind != ")":
                raise FilterError("this ( is not closed; add a ) or quote it", self._text, token.at)
            self._take()
            return inner
        if token.kind == "field":
            return _field(self._text, token)
        return Word("", token.text, said(token.text)) if form(token.text) else Every(())


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    place, depth = 0, 0
    while place < len(text):
        char = text[place]
        if char.isspace():
            place += 1
            continue
        one = _token(text, place, depth)
        depth += (one.kind == "(") - (one.kind == ")")
        found.append(one)
        place = one.at[1]
    return found


def _token(text: str, place: int, depth: int) -> _Token:
    char = text[place]
    here = (place, place + 1)
    negates = char == "-" and place + 1 < len(text) and not text[place + 1].isspace()
    if char in "(|)" or negates:
        return _Token(char, here)
    if char in QUOTES:
        words, end = _quoted(text, place)
        return _Token("word", (place, end), words)
    key = _KEY.match(text, place)
    if key is not None and _is_field(text, key):
        return _with_value(text, key, depth)
    end = _end(text, place, depth)
    if text[place:end] == "OR":
        return _Token("|", (place, end))
    return _Token("word", (place, end), text[place:end])


def _is_field(text: str, key: re.Match[str]) -> bool:
    """Whether it is meant as a field: an address is not, nor is a sum with a word nobody knows."""
    name = key[1].lower()
    if name in FIELDS or name in ALIASES:
        return not text.startswith("//", key.end())
    return key[2] in ":~" and not text.startswith("//", key.end())


def _with_value(text: str, key: re.Match[str], depth: int) -> _Token:
    start = key.end()
    quoted = start < len(text) and text[start] in QUOTES
    if quoted:
        value, end = _quoted(text, start)
    else:
        end = _end(text, start, depth)
        value = text[start:end]
    sign = key[2] if key[2] in ":~" else ""
    if not sign:
        value, start = f"{key[2]}{value}", key.end(1)
    return _Token("field", (key.start(), end), key[1], sign or ":", value, (start, end), quoted)


def _quoted(text: str, place: int) -> tuple[str, int]:
    """What stands in quotes, and where it ends; quotes that nobody closed reach to the end."""
    end = text.find(QUOTES[text[place]], place + 1)
    return (text[place + 1 :], len(text)) if end < 0 else (text[place + 1 : end], end + 1)


def _end(text: str, place: int, depth: int) -> int:
    end = place
    while end < len(text) and not _STOP.match(text[end]) and not (depth and text[end] == ")"):
        end += 1
    return max(end, place)


def _field(text: str, token: _Token) -> Tree:
    name = token.text.lower()
    one = FIELDS.get(ALIASES.get(name, name))
    if one is None:
        raise _unknown(text, token, name)
    if token.sign == "~" and not one.part:
        raise FilterError(f"{one.name} takes a colon: {one.name}:…", text, token.at)
    parts = _parts(token, one)
    words = tuple(_valued(text, one, value, at, token) for value, at in parts)
    return words[0] if len(words) == 1 else Either(words)


def _unknown(text: str, token: _Token, name: str) -> FilterError:
    at = (token.at[0], token.at[0] + len(token.text))
    near = get_close_matches(name, [*FIELDS, *ALIASES], n=1, cutoff=0.7)
    if near:
        what = f"did you mean {near[0]}:?"
    else:
        what = f"quote it to look for it, write id: before an id; the words are {' '.join(FIELDS)}"
    return FilterError(f"{token.text}: is no word of filters; {what}", text, at)


def _parts(token: _Token, one: Field) -> list[tuple[str, Span]]:
    """The values with their places: what stands between commas, where a comma is no part of a value."""
    if token.quoted or one.name in ("text", "title", "id") or not token.value:
        return [(token.value, token.value_at)]
    found: list[tuple[str, Span]] = []
    place = token.value_at[0]
    for part in token.value.split(","):
        if part:
            found.append((part, (place, place + len(part))))
        place += len(part) + 1
    return found or [(token.value, token.value_at)]


def _valued(text: str, one: Field, value: str, at: Span, token: _Token) -> Word:
    spread = at if at[1] > at[0] else token.at
    if not form(value):
        raise FilterError(f"{one.name}: needs a value: {_takes(one)}", text, spread)
    read_as = _part_of(one) if token.sign == "~" else one.read
    ask = read_as(value)
    if ask is None:
        near = get_close_matches(value.lower().lstrip("<>="), one.known, n=1)
        hint = f", did you mean {near[0]}?" if near else f"; it takes {_takes(one)}"
        raise FilterError(f"{one.name}: does not know {value!r}{hint}", text, spread)
    return Word(one.name, value, ask, one.is_early(value.lower()), one.is_timed(value.lower()))


def _takes(one: Field) -> str:
    return " ".join(one.known) if one.known else one.takes


_PARTS: Final = {"feed": ("feed",), "tag": ("tags",), "from": ("handle", "name"), "text": ("text",),
                 "title": ("title",)}  # fmt: skip


def _part_of(one: Field) -> Callable[[str], Question | None]:
    """With ``~`` a part of the value is enough."""
    return holds(*_PARTS[one.name])
