"""Starting the programs of rules, one at a time, beside everything else."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Final

from cxtui.engine.hook import SECONDS, HookFailed, start
from cxtui.engine.warning import LONGEST_TEXT, of_row
from cxtui.errors import NotFound, StoreDamaged, StoreError

if TYPE_CHECKING:
    from cxtui.core.inbox import Row
    from cxtui.core.item import Item
    from cxtui.core.rules import Rule, Rules
    from cxtui.store import Store
    from cxtui.store.ruling import Errand

LOOK: Final = 1.0
"""Seconds between two looks for messages that a program is to be started for."""


class Ruling:
    """Starts what rules want started, in the process that polls; ``tell`` gets why one failed, once.

    An errand is taken off the list before its program is started: whatever happens, it is not started twice.
    """

    def __init__(
        self, store: Store, rules: Rules, tell: Callable[[str], None], *, seconds: float = SECONDS
    ) -> None:
        self.rules = rules
        self._store = store
        self._tell = tell
        self._seconds = seconds
        self._failed: dict[str, str] = {}

    async def run(
        self, leads: Callable[[], bool], rest: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        """For ever, where one ``leads``. Raises: StoreDamaged."""
        seen = -1
        while True:
            await rest(LOOK)
            if not leads():
                seen = -1
                continue
            try:
                version = await self._store.version()
                if version != seen:
                    await self.once()
                    seen = version
            except StoreDamaged:
                raise
            except StoreError:  # whoever writes says what is wrong with it
                continue

    async def once(self) -> None:
        """Start everything that waits to be started. Raises: StoreError."""
        for errand in await self._store.errands():
            if await self._store.begin_errand(errand):
                await self._do(errand)

    async def _do(self, errand: Errand) -> None:
        rule = self.rules.named(errand.rule)
        if rule is None or not rule.program:  # it is configured no more
            return
        try:
            row, item = await self._store.row(errand.item), await self._store.item(errand.item)
        except NotFound:
            return
        try:
            await start(rule.program, facts(rule, row, item), self._seconds, key=f"rule {rule.name}")
        except HookFailed as failed:
            if self._failed.get(rule.name) != str(failed):
                self._failed[rule.name] = str(failed)
                self._tell(str(failed))
        else:
            self._failed.pop(rule.name, None)


def facts(rule: Rule, row: Row, item: Item) -> Mapping[str, str]:
    """What a program is told: the rule, the message, and its row."""
    return {
        **of_row(row),
        "CXTUI_RULE": rule.name,
        "CXTUI_ITEM": item.id,
        "CXTUI_KIND": item.kind,
        "CXTUI_NETWORK": item.network,
        "CXTUI_TITLE": item.title or "",
        "CXTUI_TEXT": item.text[:LONGEST_TEXT],
        "CXTUI_URL": item.url or "",
        "CXTUI_STARS": "" if item.stars is None else f"{item.stars:g}",
        "CXTUI_LANG": item.lang or "",
        "CXTUI_TAGS": " ".join(row.interval.tags),
    }
