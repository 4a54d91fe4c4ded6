"""rules: what is done by itself about messages that come, or would have been done about earlier ones."""

from __future__ import annotations

import asyncio
from collections import Counter
from shutil import which
from typing import TYPE_CHECKING, Any

from cxtui.cli.arguments import Parser
from cxtui.cli.call import Call
from cxtui.cli.printing import counted
from cxtui.cli.reading import sight
from cxtui.store.records import stamp

if TYPE_CHECKING:
    from cxtui.core.inbox import Row
    from cxtui.core.rules import Rule
    from cxtui.core.trying import Tried


def arguments(command: str, parser: Parser) -> None:
    """The test takes since when."""
    if command == "rules test":
        parser.add_argument(
            "--since", metavar="WHEN", help="rows begun since: 2w, 30m, today, mon, 2026-11-01; default: all"
        )


def run(call: Call) -> int:
    """Print the rules, or what they would have done."""
    rules = call.config.rules.listed
    if not rules:
        call.say.note("no rules are configured; a [[rule]] has match = and do =")
    elif call.command.name == "rules test":
        _test(call)
    else:
        _list(call, rules)
    return 0


def _list(call: Call, rules: tuple[Rule, ...]) -> None:
    for rule in rules:
        if call.options.json:
            call.say.record({
                "rule": rule.name,
                "match": rule.match.text,
                "do": [one.text for one in rule.acts],
                "stop": rule.stop,
                "program": _found(rule),
            })  # fmt: skip
    if not call.options.json:
        heads = ("rule", "match", "does")
        call.say.table(heads, [(rule.name, rule.match.text, rule.words) for rule in rules])
    for rule in rules:
        if rule.program and _found(rule) is None:
            call.say.note(f"rule {rule.name}: there is no program {rule.program[0]!r} here")


def _found(rule: Rule) -> str | None:
    """Where a rule's program is; None where it has none, or it is not there."""
    return which(rule.program[0]) if rule.program else None


def _test(call: Call) -> None:
    found = asyncio.run(_tried(call))
    if call.options.json:
        for row, tried in found:
            call.say.record(_record(row, tried))
    elif found:
        heads = ("rule", "seen", "id", "state", "customer", "would do", "text")
        call.say.table(heads, [_cells(call, row, tried) for row, tried in found])
    rows = Counter(name for name, _ in {(tried.rule.name, row.id) for row, tried in found})
    for rule in call.config.rules.listed:
        call.say.note(f"rule {rule.name}: {counted(rows[rule.name], 'row')}")


async def _tried(call: Call) -> list[tuple[Row, Tried]]:
    """What each rule would have done, row by row, the oldest first."""
    from cxtui.core.filters import parse
    from cxtui.core.trying import tried

    wanted = parse(f"since:{call.words.since}" if call.words.since else "")
    policies, rules, found = call.config.policies, call.config.rules, list[tuple["Row", "Tried"]]()
    async with call.store() as store:
        rows = await store.matching(wanted, sight(call, call.now()), everything=True)
        for row in sorted(rows, key=lambda one: (one.interval.start, one.id)):
            if row.interval.history:
                continue
            items = [one.item for one in await store.behind(row.interval.items) if one.item]
            hours = policies.hours(row.interval.policy, row.interval.calendar)
            found += [(row, one) for one in tried(rules, items, hours)]
    return found


def _record(row: Row, tried: Tried) -> dict[str, Any]:
    author = tried.item.author
    return {
        "rule": tried.rule.name,
        "match": tried.rule.match.text,
        "id": row.id,
        "short": row.short,
        "item": tried.item.id,
        "feed": tried.item.feed,
        "author": {"handle": author.handle or author.name, "name": author.name},
        "text": tried.item.text,
        "posted": stamp(tried.item.posted),
        "seen": stamp(tried.item.seen),
        "would": list(tried.would),
        "not": [{"do": one.act.text, "why": one.why} for one in tried.acts if one.why],
    }


def _cells(call: Call, row: Row, tried: Tried) -> tuple[str, ...]:
    author = tried.item.author
    left = [f"(not {one.act.text}: {one.why})" for one in tried.acts if one.why]
    return (
        tried.rule.name,
        call.local(tried.item.seen),
        row.short,
        row.state(call.now()),
        author.handle or author.name or "-",
        ", ".join([*tried.would, *left]),
        tried.item.text,
    )
