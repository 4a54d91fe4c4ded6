"""How often somebody sent what the guard had blocked, and over which rule."""

from __future__ import annotations

from collections import Counter

from cxtui.core.metrics.figure import Found
from cxtui.core.metrics.registry import metric
from cxtui.core.metrics.span import Span


@metric("guard_overrides", unit="overrides")
def guard_overrides(span: Span) -> Found:
    """Blocks that were overridden with a reason in the window; by rule beside."""
    known = [(item, rule) for moment, item, rule in span.ledger.marks.overrides if span.has(moment)]
    rules = Counter(rule for _, rule in known)
    ids = tuple(item for item, _ in known)
    return Found(len(known), len(known), ids, beside=tuple(sorted(rules.items())))
