"""Looking for a reply whose outcome is not known: found, surely not there, or still not known."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from cxtui.connectors import Connector, Finding, Sent, find
from cxtui.engine.sending import Rest, drafted, others_of
from cxtui.engine.ways import Ways
from cxtui.errors import FeedError, SecretError
from cxtui.store import Outgoing, Store

FIRST, NEXT = 1.0, 4.0
"""Seconds before the first look and between two."""
APART = 15.0
"""Seconds between two looks at most, while what was sent may not be readable yet."""
OLD = timedelta(minutes=2)
"""What was sent so long ago is not waited for: the looks follow each other at once."""
LOOKS = 2
"""Looks that find nothing make sure that nothing is there: those after the network's lag count."""
MOST = 12
"""So many looks are made in one round."""


class Seen(Enum):
    """What a round of looks came to beside a find."""

    ABSENT = "surely not there"


@dataclass(frozen=True, slots=True)
class Looking:
    """Looks on the networks; sends nothing."""

    ways: Ways
    store: Store
    clock: Callable[[], datetime]
    rest: Rest

    async def round(self, reply: Outgoing) -> Sent | Seen | str:
        """The reply as it stands on the network, that it surely does not, or why that is not known."""
        try:
            connector = self.ways.connector(reply.feed)
        except (FeedError, SecretError) as error:
            return str(error)
        can = connector.capabilities
        if not (can.thread or isinstance(connector, Finding)):
            return f"nothing can be looked for on {can.title or can.network}"
        others = await others_of(self.store, reply)
        since = reply.doubted or reply.begun or reply.made
        sure_from = since + can.lag
        absent = 0
        for n in range(MOST):
            now = self.clock()
            await self.rest(_pause(n, absent, (sure_from - now).total_seconds(), old=now - since > OLD))
            counts = self.clock() >= sure_from
            found = await self._look(connector, reply, others)
            if found is not None:
                return found
            absent += counts
            if absent == LOOKS:
                return Seen.ABSENT
        return "it was looked for and not found, but the network may still be behind"

    async def _look(
        self, connector: Connector, reply: Outgoing, others: Collection[str]
    ) -> Sent | str | None:
        """One look. A look that failed says nothing about the reply."""
        (found,) = await asyncio.gather(find(connector, drafted(reply), others), return_exceptions=True)
        if isinstance(found, FeedError | SecretError):
            return f"it could not be looked for: {found}"
        if isinstance(found, Exception):
            return f"it could not be looked for: a fault in cxtui: {type(found).__name__}"
        if isinstance(found, BaseException):
            raise found
        return found


def _pause(n: int, absent: int, lag: float, *, old: bool) -> float:
    """Seconds before look number ``n``; for ``lag`` more seconds a look that finds nothing says nothing."""
    if old:
        return FIRST if n else 0.0
    if n < 2 or absent:
        return NEXT if n else FIRST
    return min(max(lag, FIRST), APART)
