"""What rules do about messages, in the commit that keeps them: all of it with the message, or nothing.

A program that a rule starts is kept as an errand, for whoever polls: it is begun once or never, not twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from cxtui.core.item import Item
from cxtui.core.rules import Rules, Stand, ruled
from cxtui.core.triage import Act
from cxtui.errors import Conflict, NotFound, Unlawful
from cxtui.store.acts import act
from cxtui.store.contacts import read, standing

if TYPE_CHECKING:
    from cxtui.core.history import PolicyFor
    from cxtui.store.tables import Tables

TABLE: Final = "errands"


class Errand(NamedTuple):
    """A program that a rule wants started for a message."""

    item: str
    rule: str


def rule(
    tables: Tables, fresh: Sequence[str], rules: Rules | None, now: datetime, policy_for: PolicyFor
) -> None:
    """Use the rules on messages that were just kept, the oldest first. Raises: StoreError."""
    if rules is None or not rules.listed:
        return
    docs = (tables.get("items", key) for key in fresh)
    for item in sorted((read(doc, Item) for doc in docs if doc), key=lambda one: (one.posted, one.id)):
        if item.role == "customer" and not item.history and not item.muted:
            _rule(tables, item, rules, now, policy_for)


def _rule(tables: Tables, item: Item, rules: Rules, now: datetime, policy_for: PolicyFor) -> None:
    try:
        waits = standing(tables, item.id)[0]
    except NotFound:  # it has become one of ours, within the page
        return
    items = [read(doc, Item) for key in waits.items if (doc := tables.get("items", key))]
    hours = policy_for.hours(waits.policy, waits.calendar)
    done, _ = ruled(rules, item, Stand.of(waits, items), now, hours)
    wanted = [one.rule.name for one in done if one.act.word == "run"]
    if wanted:
        tables.put(TABLE, item.id, {"item": item.id, "rules": wanted})
    for one in done:
        for verb, detail in one.steps:
            with suppress(Unlawful, Conflict):  # what a person did meanwhile goes before a rule
                act(tables, Act(item.id, verb, detail), one.rule.by, now, policy_for)


def errands(tables: Tables) -> tuple[Errand, ...]:
    """The programs that wait to be started, in the order in which their messages came."""
    if not tables.last(TABLE):
        return ()
    return tuple(Errand(str(doc["item"]), str(name)) for doc in tables.find(TABLE) for name in doc["rules"])


def take(tables: Tables, errand: Errand) -> bool:
    """Take an errand off the list before its program is started; false where it is there no more."""
    doc = tables.get(TABLE, errand.item) if tables.last(TABLE) else None
    if doc is None or errand.rule not in doc["rules"]:
        return False
    left = [name for name in doc["rules"] if name != errand.rule]
    if left:
        tables.put(TABLE, errand.item, {**doc, "rules": left})
    else:
        tables.drop(TABLE, errand.item)
    return True


def drop_all(tables: Tables) -> None:
    """Start nothing that is not started yet."""
    for key, _ in tables.entries(TABLE) if tables.last(TABLE) else ():
        tables.drop(TABLE, key)


def drop(tables: Tables, item: str) -> None:
    """Forget what was to be started for a message that is erased."""
    if tables.last(TABLE):
        tables.drop(TABLE, item)
