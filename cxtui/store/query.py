r"""Questions to a store: ``where("state") == "waiting"``, joined by ``& | ~``.

A `Query` is one question in two languages that give the same answer: ``sql`` with
``args`` for the embedded database, which finds by index, and ``test`` for every other
place, TinyDB's own tables included. A document that lacks the field and one that holds
null there are the same. ``true`` is 1 and ``false`` is 0. Otherwise kinds never mix: a
comparison across kinds, with NaN, or with a list or an object is false, so that
``!=``, which is the opposite of ``==``, is true there. Two corners:

- an integer beyond 64 bits equals itself only, and has no place in an order;
- a text with a NUL character, or with one spelled out as ``\u0000``, has no place in an
  order either: SQLite's versions differ in where such a text ends.

Text is ordered by code point.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from json.encoder import encode_basestring_ascii
from operator import ge, gt, le, lt
from typing import Any, Final

from cxtui.store.document import joined

Value = str | int | float | bool | None
Form = tuple[str, Any]
"""A value as it is compared: its kind, and what stands for it there."""

NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
NUL: Final = "\\u0000"
LISTED: Final = "(SELECT value FROM json_each(?))"
LOW_HALVES: Final = "('\\udc', '\\udd', '\\ude', '\\udf')"


@dataclass(frozen=True, slots=True)
class Query:
    """One question; equal when the same is asked. Follows TinyDB's QueryLike.

    ``equal`` is a field with the one value that every answer has there, where the question says so.
    """

    sql: str
    args: tuple[str | float, ...]
    test: Callable[[Mapping[str, Any]], bool] = field(compare=False, repr=False)
    equal: tuple[str, Form] | None = field(default=None, compare=False, repr=False)

    def __call__(self, value: Mapping[str, Any]) -> bool:
        return self.test(value)

    def is_cacheable(self) -> bool:
        """Always: the answer depends on the document alone."""
        return True

    def __and__(self, other: Query) -> Query:
        if not isinstance(other, Query):  # pyright: ignore[reportUnnecessaryIsInstance] - TinyDB's own come too
            return NotImplemented
        mine, theirs = self.test, other.test
        return Query(
            f"({self.sql} AND {other.sql})",
            self.args + other.args,
            lambda doc: mine(doc) and theirs(doc),
            self.equal or other.equal,
        )

    def __or__(self, other: Query) -> Query:
        if not isinstance(other, Query):  # pyright: ignore[reportUnnecessaryIsInstance] - TinyDB's own come too
            return NotImplemented
        mine, theirs = self.test, other.test
        return Query(
            f"({self.sql} OR {other.sql})", self.args + other.args, lambda doc: mine(doc) or theirs(doc)
        )

    def __invert__(self) -> Query:
        mine = self.test
        return Query(f"NOT {self.sql}", self.args, lambda doc: not mine(doc))


@cache
def value_of(name: str) -> str:
    """The SQL expression of a top-level field's value; indexes are made over the same text.

    Raises: ValueError for a name that is not a plain word.
    """
    if not NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no field name; letters, digits, _ and - only")
    return f"doc ->> '$.\"{name}\"'"


@cache
def json_of(name: str) -> str:
    """The SQL expression of a top-level field's JSON."""
    return value_of(name).replace("->>", "->")


@cache
def text_sql(name: str) -> str:
    """The SQL of `where(name) == text`."""
    return f"(({value_of(name)} = json_extract(?, '$') AND {json_of(name)} IS ?))"


class where:  # noqa: N801 - read as a word in a sentence, as TinyDB has it
    """The field that a question is about. ``name`` is a top-level field."""

    __slots__ = ("_json", "_name", "_value")
    __hash__ = None  # pyright: ignore[reportAssignmentType] - == asks a question here, it does not compare

    def __init__(self, name: str) -> None:
        self._name = name
        self._value = value_of(name)
        self._json = json_of(name)

    def __eq__(self, other: Value) -> Query:  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride]
        return self._is_text(other) if isinstance(other, str) else self.one_of([other])

    def __ne__(self, other: Value) -> Query:  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride]
        return ~self.one_of([other])

    def __lt__(self, other: str | float) -> Query:
        return self._ordered("<", lt, other)

    def __le__(self, other: str | float) -> Query:
        return self._ordered("<=", le, other)

    def __gt__(self, other: str | float) -> Query:
        return self._ordered(">", gt, other)

    def __ge__(self, other: str | float) -> Query:
        return self._ordered(">=", ge, other)

    def one_of(self, values: Iterable[Value]) -> Query:
        """Whether the field equals one of these."""
        forms = frozenset(form for form in map(_operand, values) if form[0] != "nothing")
        name = self._name
        clauses = [
            self._is_null(forms),
            self._is_number([form[1] for form in forms if form[0] == "number"]),
            self._is_exactly([form[1] for form in forms if form[0] in {"text", "big"}]),
        ]
        sql = [clause for clause, _ in clauses if clause]
        return Query(
            f"({' OR '.join(sql) or '0'})",
            tuple(arg for _, args in clauses for arg in args),
            lambda doc: form_of(doc.get(name)) in forms,
            (name, next(iter(forms))) if len(forms) == 1 else None,
        )

    def _is_text(self, text: str) -> Query:
        """The same as `one_of` of one text, which is what is asked most."""
        name, form = self._name, form_of(text)
        exact = encode_basestring_ascii(form[1])
        return Query(text_sql(name), (exact, exact), lambda doc: form_of(doc.get(name)) == form, (name, form))

    def starts(self, prefix: str) -> Query:
        """Whether the field is a text that begins with ``prefix``."""
        name, whole = self._name, joined(prefix)
        text = json.dumps(whole)
        begins = text[:-1]
        sql = f"substr({self._json}, 1, {len(begins)}) IS ?"
        if "\ud800" <= whole[-1:] <= "\udbff":
            # A lone first half is not the beginning of the character it could begin.
            sql += f" AND substr({self._json}, {len(begins) + 1}, 4) NOT IN {LOW_HALVES}"
        low, high = "json_extract(?, '$')", "json_extract(?, '$') || CAST(x'ff' AS TEXT)"
        return Query(
            f"({self._value} >= {low} AND {self._value} < {high} AND {sql})",
            (text, text, begins),
            lambda doc: (found := form_of(doc.get(name)))[0] == "text" and found[1].startswith(whole),
        )

    def _ordered(self, sign: str, holds: Callable[[Any, Any], bool], other: str | float) -> Query:
        name = self._name
        bound: Any
        kind, bound = _operand(other)
        if kind == "big":
            kind, bound = "number", _nearest(bound)
        if kind == "null":
            raise TypeError("nothing is before or after None")
        if kind == "nothing" or (kind == "text" and not _has_place(bound)):
            return Query("0", (), lambda _: False)
        if kind == "number":
            guard = self._plain_number()
        else:
            guard = f"substr({self._json}, 1, 1) IS '\"' AND instr({self._json}, '{NUL}') IS 0"

        def test(doc: Mapping[str, Any]) -> bool:
            found, value = form_of(doc.get(name))
            return found == kind and (found == "number" or _has_place(value)) and holds(value, bound)

        return Query(f"({self._value} {sign} json_extract(?, '$') AND {guard})", (_json(bound),), test)

    def _plain_number(self) -> str:
        """Whether the field is a number, but no integer beyond 64 bits; never NULL."""
        path = self._value.removeprefix("doc ->> ")
        return f"(typeof({self._value}) = 'integer' OR json_type(doc, {path}) IS 'real')"

    def _is_null(self, forms: frozenset[Form]) -> tuple[str, tuple[str, ...]]:
        return (f"{self._value} IS NULL", ()) if ("null", None) in forms else ("", ())

    def _is_number(self, numbers: list[int | float]) -> tuple[str, tuple[str, ...]]:
        match sorted(numbers):
            case []:
                return "", ()
            case [number]:
                return f"({self._value} = json_extract(?, '$') AND {self._plain_number()})", (_json(number),)
            case several:
                found = f"{self._value} IN {LISTED}"
                return f"({found} AND {self._plain_number()})", (_json_list(map(_json, several)),)

    def _is_exactly(self, values: list[str | int]) -> tuple[str, tuple[str, ...]]:
        """Found by value, so that an index helps, and then by the very text of the JSON."""
        match sorted(map(json.dumps, values)):
            case []:
                return "", ()
            case [text]:
                return f"({self._value} = json_extract(?, '$') AND {self._json} IS ?)", (text, text)
            case texts:
                found = f"{self._value} IN {LISTED}"
                exact = f"{self._json} IN {LISTED} AND {self._json} IS NOT NULL"
                return f"({found} AND {exact})", (_json_list(texts), json.dumps(texts))


def _operand(value: Value) -> Form:
    if value is not None and not isinstance(value, str | int | float):  # pyright: ignore[reportUnnecessaryIsInstance] - callers are not all typed
        raise TypeError(f"a field is compared with text, a number or None, not with {type(value).__name__}")
    return form_of(value)


def form_of(value: object) -> Form:
    """A value as it is compared; equal values have equal forms."""
    match value:
        case None:
            return "null", None
        case str():
            return "text", joined(value)
        case int():
            return ("number" if -(2**63) <= value < 2**63 else "big"), int(value)
        case float() if value == value:  # noqa: PLR0124 - NaN alone differs from itself
            return "number", value
        case _:
            return "nothing", None


def _has_place(text: str) -> bool:
    return "\0" not in text and NUL not in text


def _nearest(number: int) -> float:
    try:
        return float(number)
    except OverflowError:
        return float("inf") if number > 0 else float("-inf")


def _json(value: str | float) -> str:
    """The value as JSON that SQLite reads as it reads documents; infinity as a number too large."""
    return {float("inf"): "9e999", float("-inf"): "-9e999"}.get(value) or json.dumps(value)  # type: ignore[call-overload]


def _json_list(texts: Iterable[str]) -> str:
    return f"[{','.join(texts)}]"
