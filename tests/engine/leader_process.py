"""A process that polls when it leads: ``python leader_process.py FOLDER NAME LEASE``. Killed from outside."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

from cxtui.engine.leading import Leading, Term
from cxtui.errors import Conflict
from cxtui.store import FeedState, open_store


async def live(folder: Path, name: str, lease: float) -> None:
    store = await open_store(folder / "data")
    leading = Leading(store, lambda: datetime.now(UTC), name, "c", lease=lease)

    async def poll(term: Term) -> None:
        try:
            while True:
                term.check()
                await store.put_feed_state(FeedState("f", cursor=f"{name} {term.number}"), term=term.number)
                await asyncio.sleep(0.02)
        except (Conflict, asyncio.CancelledError):  # the sign of life may find out before
            with (folder / "over").open("a") as file:
                file.write(f"{name} {term.number}\n")
            raise

    await leading.run(poll)


if __name__ == "__main__":
    asyncio.run(live(Path(sys.argv[1]), sys.argv[2], float(sys.argv[3])))
