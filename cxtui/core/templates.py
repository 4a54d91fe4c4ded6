"""Variables in prepared texts: ``{name|there}`` is the customer's name, or "there" where it is not known.

A text is read once: what a variable stands for goes into it as it is and is never looked at
again, so that braces and format marks in a customer's words do nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cxtui.core.item import Author

_VARIABLE = re.compile(r"\{([^\W\d]\w{0,39})(?:\|([^{}|\n]{0,200}))?\}")
_WORD = r"[^\s{}()\[\]<>|:!,;=\"'“”«»&$*+/\\?@^`~%#-][^\s{}()\[\]<>|:!,;=\"'“”«»&$*+/\\?@^`~%]{0,39}"
_LEFT_OVER = re.compile(
    rf"\{{{{?(?:[ \t]{{0,4}}{_WORD}[ \t]{{0,4}}|{_WORD}(?:[ \t]{_WORD}){{1,2}})"
    r"(?:\|[^{}\n]{0,200}|:[^\s{}]{0,40}|![a-z](?::[^\s{}]{0,40})?)?\}\}?"
    r"|(?<![\w(=\[:,])\{\{?[ \t]{0,4}(?:\|[^{}\n]{0,200})?\}\}?"
)
_NAME = re.compile(r"[^\W\d_]+(?:[\u0300-\u036f\u064b-\u0652\u0900-\u0eff'’.-]|[^\W\d_]){0,30}")
_TITLES = frozenset({"mr", "mrs", "ms", "dr", "herr", "frau", "sr", "sra", "prof", "m", "mme"})
_NUMBER = re.compile(r"(?<![\w.,:/@-])(#?)([0-9٠-٩০-৯໐-໙]{4,9})(?![\w:/@-]|[.,]\d)")
_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable of a prepared text. ``fallback`` is None where there is none; ``at`` is its place."""

    name: str
    fallback: str | None
    at: tuple[int, int]


def variables(text: str) -> tuple[Variable, ...]:
    """The variables of a prepared text in their order."""
    return tuple(Variable(m[1], m[2] or None, m.span()) for m in _VARIABLE.finditer(text))


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with what its variables stand for, or their fallbacks.

    A variable with neither stays as it is, so that `unresolved` finds it.
    """
    return _VARIABLE.sub(lambda m: values.get(m[1], "") or m[2] or m[0], text)


def unresolved(text: str) -> tuple[tuple[int, int], ...]:
    """Where a draft has variables left: ``{name}``, ``{name|there}``, ``{{name}}``, ``{name:>9}``, ``{}``."""
    return tuple(m.span() for m in _LEFT_OVER.finditer(text)) if "{" in text else ()


def values(author: Author, texts: Sequence[str], operator: str) -> dict[str, str]:
    """What is known of a customer, ``name`` and ``order``, and ``agent``, who writes; the unknown left out.

    A value with a brace in it is left out, too: it would look like a variable.
    """
    known = {"name": _called(author), "order": _order(texts), "agent": _capital(operator)}
    return {name: value for name, value in known.items() if value and not {"{", "}"} & set(value)}


def _called(author: Author) -> str:
    """The name to greet somebody by; empty where what is given is hardly a name."""
    words = author.name.split()
    if author.name == author.handle or not words:
        words = [author.handle.removeprefix("@")]
        if not words[0].isalpha():
            return ""
    if len(words) > 3 or not all(_NAME.fullmatch(word) for word in words):
        return ""
    first = words[0]
    if len(first) < 2 or not first[0].isascii() or first.rstrip(".").lower() in _TITLES:
        return " ".join(words)
    return _capital(first)


def _order(texts: Sequence[str]) -> str:
    """The only number that may be an order's; empty where there are several."""
    found = {
        number: bool(sign)
        for text in texts
        for sign, number in _NUMBER.findall(text)
        if sign or not _YEAR.fullmatch(number)
    }
    signed = [number for number, sign in found.items() if sign]
    one = signed or list(found)
    return one[0] if len(one) == 1 else ""


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]
