"""Filters as questions to a store: the same tree as SQL over stored intervals and as a test of one.

SQL reads a fact with the same function as the test does, of the JSON that stands at its path, so
that both know the same texts, numbers and moments. A function in SQL never gives NULL where
a question is answered: 0 or 1.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from cxtui.core.filters.tree import (
    All,
    Between,
    Contains,
    Equals,
    Is,
    Node,
    Not,
    Some,
    Starts,
    compiled,
    says,
    short_form,
)
from cxtui.core.filters.words import SAID
from cxtui.store.factual import (
    LISTED,
    MOMENTS,
    NUMBERS,
    OF_DOCUMENT,
    PATHS,
    THERE,
    TRUE,
    Path,
    length,
    moment,
    number,
    texts,
)
from cxtui.store.query import Query, value_of

Sql = tuple[str, tuple[str | float, ...]]
Saying = Callable[[str], Sql | None]
"""The keys of the intervals whose first message says a form, as SQL; None where only a look tells."""


def query(node: Node, saying: Saying = lambda _: None) -> Query:
    """The question for stored intervals."""
    sql, args = _sql(node, saying)
    return Query(sql, args, compiled(node, OF_DOCUMENT))


def _path(path: Path) -> str:
    return "$." + ".".join(f'"{name}"' for name in path)


def _json(path: Path) -> str:
    return f"(doc -> '{_path(path)}')"


NUMBER_SQL: Final[dict[str, str]] = (
    {name: f"cxtui_number({_json(path)})" for name, path in NUMBERS.items()}
    | {name: f"cxtui_moment({_json(path)})" for name, path in MOMENTS.items()}
    | {
        "count": f"cxtui_length({_json(('items',))})",
        "stars": f"cxtui_number({_json(('opener', 'stars'))}) * 5.0"
        f" / nullif(cxtui_number({_json(('opener', 'scale'))}), 0)",
        "took": f"cxtui_moment(coalesce(nullif({_json(('answered',))}, 'null'), {_json(('closed',))}))"
        f" - cxtui_moment({_json(('start',))})",
    }
)
FLAG_SQL: Final[dict[str, str]] = (
    {name: f"({_json(path)} IS 'true')" for name, path in TRUE.items()}
    | {name: f"(coalesce(json_array_length(doc, '{_path(path)}'), 0) > 0)" for name, path in LISTED.items()}
    | {name: f"(doc ->> '{_path(path)}' IS NOT NULL)" for name, path in THERE.items()}
)
AT_ONCE: Final = 20
"""So many parts are joined in one row: SQLite nests them one in the other, and takes 1000 levels."""
FEED: Final = value_of("feed")
FEEDS: Final = (
    f"SELECT feed FROM (SELECT DISTINCT {FEED} AS feed FROM intervals) "  # noqa: S608 - names of ours
    "WHERE cxtui_has(CAST(feed AS BLOB), ?)"
)
"""The feeds of a store whose names say something; read from an index."""


def _sql(node: Node, saying: Saying) -> Sql:
    match node:
        case All(parts):
            return _joined([_sql(part, saying) for part in parts], " AND ", "1")
        case Some(parts):
            return _joined([_sql(part, saying) for part in parts], " OR ", "0")
        case Not(part):
            sql, args = _sql(part, saying)
            return f"(NOT {sql})", args
        case Between():
            return _between(node)
        case Is(fact):
            return FLAG_SQL[fact], ()
        case _:
            return _text(node, saying)


def _text(node: Equals | Starts | Contains, saying: Saying) -> Sql:
    match node:
        case Contains(facts, part):
            return _contains(facts, part, saying)
        case Equals(fact, among):
            return _asked("in", (fact,), json.dumps(sorted(among)))
        case Starts(fact, prefix):
            return _asked("starts", (fact,), prefix)


def _between(node: Between) -> Sql:
    value = NUMBER_SQL[node.fact]
    bounds = [
        (f"{value} {sign}{'=' if closed else ''} ?", bound)
        for sign, bound, closed in zip("><", (node.low, node.high), node.closed, strict=True)
        if bound is not None
    ]
    if not bounds:
        return f"({value} IS NOT NULL)", ()
    return f"coalesce({' AND '.join(sql for sql, _ in bounds)}, 0)", tuple(bound for _, bound in bounds)


def _contains(facts: tuple[str, ...], part: str, saying: Saying) -> Sql:
    """Where there is an index of words, it finds what else would be looked through."""
    by_look = _asked("has", facts, part)
    found = saying(part) if part and set(facts) <= set(SAID) else None
    if found is None:
        return by_look
    sql, args = found
    spoken = tuple(fact for fact in facts if fact != "feed")
    parts: list[Sql] = []
    if spoken:
        whole = set(spoken) == set(SAID) - {"feed"}
        exact = ("1", ()) if whole else _asked("has", spoken, part)
        parts.append(_joined([(f"key IN ({sql})", args), exact], " AND ", "1"))
    if "feed" in facts:
        parts.append((f"coalesce({FEED} IN ({FEEDS}), 0)", (part,)))
    return _joined(parts, " OR ", "0")


def _asked(how: str, facts: tuple[str, ...], wanted: str) -> Sql:
    paths = [path for fact in facts for path in PATHS[fact]]
    return _joined([(f"cxtui_{how}({_json(path)}, ?)", (wanted,)) for path in paths], " OR ", "0")


def _joined(parts: list[Sql], word: str, none: str) -> Sql:
    if not parts:
        return none, ()
    while len(parts) > AT_ONCE:
        parts = [_joined(parts[n : n + AT_ONCE], word, none) for n in range(0, len(parts), AT_ONCE)]
    return f"({word.join(sql for sql, _ in parts)})", tuple(arg for _, args in parts for arg in args)


def _value(told: str | bytes | None) -> object:
    """What a function gets: the JSON at a path, or a text as it is, in bytes."""
    if isinstance(told, bytes):
        return told.decode(errors="replace")
    return None if told is None else json.loads(told)


@lru_cache(maxsize=64)
def _wanted(listed: str) -> frozenset[str]:
    return frozenset(json.loads(listed))


def _among(told: str | bytes | None, listed: str) -> bool:
    among = _wanted(listed)
    return any(short_form(text) in among for text in texts(_value(told)))


def _starts(told: str | bytes | None, prefix: str) -> bool:
    return any(short_form(text).startswith(prefix) for text in texts(_value(told)))


def _has(told: str | bytes | None, part: str) -> bool:
    return any(says(text, part) for text in texts(_value(told)))


def _number(told: str | bytes | None) -> float | None:
    return number(_value(told))


def _moment(told: str | bytes | None) -> int | None:
    return moment(_value(told))


def _length(told: str | bytes | None) -> int | None:
    return length(_value(told))


FUNCTIONS: Final[tuple[tuple[str, int, Callable[..., float | None]], ...]] = (
    ("cxtui_in", 2, _among),
    ("cxtui_starts", 2, _starts),
    ("cxtui_has", 2, _has),
    ("cxtui_number", 1, _number),
    ("cxtui_moment", 1, _moment),
    ("cxtui_length", 1, _length),
)
"""What SQL must know beside its own: name, arguments, function."""
