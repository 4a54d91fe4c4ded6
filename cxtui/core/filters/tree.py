"""What a filter comes to: a small tree over the facts of a row, the same for rows and for documents.

A leaf asks one plain question about named facts (`cxtui.core.filters.facts`). Whoever can give
the facts can answer the tree: `compiled` makes a predicate of it, a store makes SQL of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

from cxtui.core.search import form

S = TypeVar("S")
Test = Callable[[S], bool]


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds; without parts it always does."""

    parts: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Some:
    """At least one part holds."""

    parts: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Node


@dataclass(frozen=True, slots=True)
class Equals:
    """One of a fact's texts, as `form` has it, is among these."""

    fact: str
    among: frozenset[str]


@dataclass(frozen=True, slots=True)
class Starts:
    """One of a fact's texts, as `form` has it, begins so."""

    fact: str
    prefix: str


@dataclass(frozen=True, slots=True)
class Contains:
    """A text of one of these facts, as `form` has it, holds ``part``."""

    facts: tuple[str, ...]
    part: str


@dataclass(frozen=True, slots=True)
class Between:
    """A number lies between two bounds; ``closed`` says which of them belong to it."""

    fact: str
    low: float | None = None
    high: float | None = None
    closed: tuple[bool, bool] = (True, True)


@dataclass(frozen=True, slots=True)
class Is:
    """A fact is so."""

    fact: str


Node = All | Some | Not | Equals | Starts | Contains | Between | Is


@dataclass(frozen=True, slots=True)
class Readers(Generic[S]):
    """How to read the facts of something; a number that is not there is None."""

    texts: Mapping[str, Callable[[S], Sequence[str]]]
    numbers: Mapping[str, Callable[[S], float | None]]
    flags: Mapping[str, Callable[[S], bool]]


def leaves(node: Node) -> list[Node]:
    """The questions that a tree asks."""
    match node:
        case All(parts) | Some(parts):
            return [leaf for part in parts for leaf in leaves(part)]
        case Not(part):
            return leaves(part)
        case _:
            return [node]


def compiled(node: Node, facts: Readers[S]) -> Test[S]:
    """The predicate of a tree. Raises: KeyError for a fact that is not known of such a thing."""
    match node:
        case All(parts):
            return _all([compiled(part, facts) for part in parts])
        case Some(parts):
            return _some([compiled(part, facts) for part in parts])
        case Not(part):
            inner = compiled(part, facts)
            return lambda one: not inner(one)
        case Between(fact):
            return _between(node, facts.numbers[fact])
        case Is(fact):
            return facts.flags[fact]
        case _:
            return _text(node, facts)


def _text(node: Equals | Starts | Contains, facts: Readers[S]) -> Test[S]:
    match node:
        case Equals(fact, among):
            read = facts.texts[fact]
            return lambda one: any(short_form(text) in among for text in read(one))
        case Starts(fact, prefix):
            read = facts.texts[fact]
            return lambda one: any(short_form(text).startswith(prefix) for text in read(one))
        case Contains(names, part):
            return _contains([facts.texts[name] for name in names], part)


def _contains(reads: Sequence[Callable[[S], Sequence[str]]], part: str) -> Test[S]:
    def test(one: S) -> bool:
        for read in reads:
            for text in read(one):
                if says(text, part):
                    return True
        return False

    return test


def says(text: str, part: str) -> bool:
    """Whether a text holds a part that is in its `form` already."""
    if text.isascii() and " " not in part and "\0" not in text:
        return part in text.lower()  # the same, many times faster
    return part in form(text)


@lru_cache(maxsize=20_000)
def short_form(text: str) -> str:
    """`form` of a name or a word that comes again and again."""
    return form(text)


def _all(tests: Sequence[Test[S]]) -> Test[S]:
    def each(one: S) -> bool:
        for test in tests:  # noqa: SIM110 - twice as fast as a generator, at every letter typed
            if not test(one):
                return False
        return True

    return tests[0] if len(tests) == 1 else each


def _some(tests: Sequence[Test[S]]) -> Test[S]:
    def either(one: S) -> bool:
        for test in tests:  # noqa: SIM110 - as above
            if test(one):
                return True
        return False

    return tests[0] if len(tests) == 1 else either


def _between(node: Between, read: Callable[[S], float | None]) -> Test[S]:
    low, high = node.low, node.high
    with_low, with_high = node.closed

    def test(one: S) -> bool:
        found = read(one)
        if found is None:
            return False
        if low is not None and not (found >= low if with_low else found > low):
            return False
        return high is None or (found <= high if with_high else found < high)

    return test
