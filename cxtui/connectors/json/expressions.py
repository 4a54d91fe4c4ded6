"""JMESPath expressions of a configuration: checked when it is read, explained when they do not fit.

Source: the specification of JMESPath (jmespath.org/specification.html).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Protocol, cast

from cxtui.core.text import clean, one_line
from cxtui.errors import Unreadable


class _Parsed(Protocol):
    parsed: Mapping[str, Any]

    def search(self, value: object) -> object: ...


class _Library(Protocol):
    def compile(self, expression: str) -> _Parsed: ...


class _Functions(Protocol):
    FUNCTION_TABLE: Mapping[str, object]


class Unfit(Exception):
    """What is wrong with an expression, in words."""


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression under the ``key`` of the configuration that holds it."""

    key: str
    text: str
    parsed: _Parsed

    def of(self, value: object) -> object:
        """What it finds in a value of JSON, None where nothing. Raises: Unreadable."""
        try:
            return self.parsed.search(value)
        except (ValueError, TypeError, ArithmeticError, LookupError, RecursionError) as wrong:
            why = str(one_line(clean(str(wrong)[:500])))[:120]
            raise Unreadable(f"{self.key} = {self.text!r} cannot be worked out: {why}") from wrong


def expression(key: str, text: str) -> Expression:
    """The expression that a text is. Raises: Unfit, with the position."""
    library = cast("_Library", import_module("jmespath"))
    try:
        parsed = library.compile(text)
    except ValueError as wrong:  # the library's own errors are of this kind
        raise Unfit(_problem(text, wrong)) from wrong
    except RecursionError as wrong:
        raise Unfit("is nested too deeply") from wrong
    table = cast("_Functions", import_module("jmespath.functions").Functions).FUNCTION_TABLE
    for name in _calls(parsed.parsed):
        if name not in table:
            at = text.find(f"{name}(") + 1
            raise Unfit(f"calls {name!r} at character {at}, which is no function of JMESPath")
    return Expression(key, text, parsed)


def _problem(text: str, wrong: ValueError) -> str:
    at = getattr(wrong, "lex_position", None)
    if not isinstance(at, int):
        return "is empty"
    return f"is no JMESPath at character {min(at, len(text)) + 1}: {text[:80]!r}"


def _calls(node: Mapping[str, Any]) -> Iterator[str]:
    """The names of the functions that a parsed expression calls."""
    if node.get("type") == "function_expression":
        yield str(node.get("value"))
    for child in node.get("children", ()):
        if isinstance(child, dict):
            yield from _calls(cast("Mapping[str, Any]", child))
