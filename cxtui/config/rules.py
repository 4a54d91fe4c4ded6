"""``[[rule]]``: what is done by itself about messages that fit a filter."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unicodedata import category

from cxtui.config.table import Table
from cxtui.config.views import read_filter
from cxtui.core.rules import Rule, Rules, acts, against
from cxtui.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from cxtui.core.filters import Filter
    from cxtui.core.macros import Do

_EXAMPLE = '["tag refund", "priority high"]'
_MATCH = '"kind:review stars:<=2"'
_LONGEST_NAME = 100
_PERSONAL = ("", "from")
"""Words of filters that people are named by; a plain word is looked for in names, too."""


def rules(tables: list[Table], zone: tzinfo) -> Rules:
    """Every rule in its order; what is wrong is noted, and what they say against each other."""
    found: list[tuple[Rule, Table]] = []
    for n, table in enumerate(tables, 1):
        match = read_filter(table, "match", early=True)
        if not table.has("match"):
            table.missing("match", _MATCH)
        done = _acts(table)
        stop = table.flag("stop")
        name = _name(table, match, n)
        table.end()
        if match is None or done is None or name is None:
            continue
        rule = Rule(name, match, done, stop)
        if _stands(rule, table, found):
            found.append((rule, table))
    return Rules(tuple(rule for rule, _ in found), zone)


def _acts(table: Table) -> tuple[Do, ...] | None:
    if not table.has("do"):
        table.missing("do", _EXAMPLE)
        return None
    texts = table.texts("do", _EXAMPLE)
    if not texts and table.values["do"] != []:
        return None
    try:
        return acts(texts)
    except UsageError as error:
        table.note("do", str(error))
        return None


def _name(table: Table, match: Filter | None, n: int) -> str | None:
    """The rule's name; one without is called by what it matches, or by its number.

    By its number where its match may name somebody: the name stands in the store, which may have to forget.
    """
    name = table.text("name", '"refunds"')
    if name is None:
        if match is None or table.has("name"):
            return None
        return str(n) if any(word.name in _PERSONAL for word in match.words) else match.text[:_LONGEST_NAME]
    odd = any(category(char) in ("Cc", "Cf", "Cs") for char in name)
    if odd or name != name.strip() or len(name) > _LONGEST_NAME:
        table.note("name", f"must be a short plain text, at most {_LONGEST_NAME} characters, is {name!r}")
        return None
    return name


def _stands(rule: Rule, table: Table, before: Sequence[tuple[Rule, Table]]) -> bool:
    """Whether it can stand beside the rules before it; what is against that is noted."""
    for other, there in before:
        line = table.problems.line((*there.place, "match"))
        if other.match.tree == rule.match.tree:
            if other.stop:
                table.note("match", f"is never reached: the rule at line {line} has it too and stops")
                return False
            said = against(other.acts, rule.acts)
            if said is not None:
                table.note("do", f"contradicts the rule at line {line} for the same messages: {said}")
                return False
        if other.name == rule.name:
            key = "name" if table.has("name") else "match"
            table.note(key, f"{rule.name!r} is there twice (line {line}); give one of them another name")
            return False
    return True
