"""What `rules test` says would have been done is what rules do, where nobody else does anything."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from cxtui.core.filters import parse
from cxtui.core.item import Arrival, Voice
from cxtui.core.policies import Policies
from cxtui.core.rules import Rule, Rules, acts
from cxtui.core.trying import tried
from cxtui.store import Store, open_store

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TEXTS = ("unsubscribe", "order 12", "order and unsubscribe", "hello")
LISTED = (
    Rule("out", parse("text~unsubscribe"), acts(["close spam"])),
    Rule("order", parse("text~order"), acts(["tag order", "priority high"])),
    Rule("tagged", parse("tag:order"), acts(["assign tess", "-order"]), stop=True),
    Rule("calm", parse("-priority:high kind:comment"), acts(["tag calm", "priority low"])),
    Rule("late", parse("tag:calm text~hello"), acts(["close not-ours", "-calm"])),
)
pages = st.lists(
    st.lists(st.tuples(st.sampled_from(TEXTS), st.sampled_from("ab")), min_size=1, max_size=3), max_size=5
)


async def told(pages: list[list[tuple[str, str]]], rules: Rules) -> Store:
    """A store in which each page was heard an hour after the last one."""
    store = await open_store(None)
    store.take(Policies(), rules)
    number = 0
    for n, page in enumerate(pages):
        at = NOW + timedelta(hours=n)
        heard: list[Arrival] = []
        for text, thread in page:
            number += 1
            posted = at - timedelta(minutes=30 - number % 7)
            heard.append(Arrival(f"{number:02}", text, Voice("@mai"), thread=thread, posted=posted))
        await store.ingest("net", "comment", heard, at, feed="f")
    return store


async def done(store: Store) -> Counter[tuple[str, str, str]]:
    """What rules have done."""
    events = [one for one in await store.export() if one["type"] == "event"]
    return Counter((one["by"], one["verb"], repr(sorted(one["detail"].items()))) for one in events)


async def would(store: Store, rules: Rules) -> Counter[tuple[str, str, str]]:
    """What they would have done."""
    found: Counter[tuple[str, str, str]] = Counter()
    for row in await store.rows(everything=True):
        items = [one.item for one in await store.behind(row.interval.items) if one.item]
        for one in tried(rules, items):
            for act in one.acts:
                for verb, detail in act.steps:
                    found[one.rule.by, verb, repr(sorted(detail.items()))] += 1
    return found


@settings(max_examples=80, deadline=None)
@given(pages, st.permutations(LISTED), st.integers(0, len(LISTED)))
def test_trying_says_what_is_done(said: list[list[tuple[str, str]]], listed: list[Rule], count: int) -> None:
    rules = Rules(tuple(listed[:count]))

    async def both() -> None:
        real, without = await told(said, rules), await told(said, Rules())
        assert await done(real) == await would(without, rules)
        assert await done(without) == Counter()
        await real.close()
        await without.close()

    asyncio.run(both())
