"""Files for a reply: looked at by the network's limits, then copied, so that they can be sent at any time."""

from __future__ import annotations

import asyncio
import os
import stat
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cxtui.connectors.attaching import crowded, too_large, unfit
from cxtui.core.attached import File, alt_text, camera_notes, file_name
from cxtui.errors import FeedError, Rejected

if TYPE_CHECKING:
    from cxtui.connectors import Capabilities, Connector
    from cxtui.store import Store

NOTES = "with what the camera noted in it, perhaps where it was taken"


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that was copied. ``note`` is what its sender should know of it."""

    file: File
    note: str = ""


def found(typed: str) -> str:
    """The path that is meant by what was typed or dropped: ``~``, quotes and backslashes of a shell.

    What has no such meaning, or is there just as it stands, stays.
    """
    plain = typed.strip()
    quoted = len(plain) > 1 and plain[0] == plain[-1] and plain[0] in "'\""
    ways = [typed, plain, plain[1:-1] if quoted else plain.replace("\\ ", " ")]
    paths = [os.path.expanduser(way) for way in ways if way]  # noqa: PTH111 - "~x" of nobody stays
    return next((one for one in paths if os.path.lexists(one)), paths[-1] if paths else typed)


async def attached(
    connector: Connector, store: Store, path: str, alt: str, beside: Sequence[File]
) -> Attached:
    """Copy a file. Raises: Rejected where the network does not take it, UsageError, StoreError."""
    if why := await _asked(connector, lambda can: crowded(can, len(beside) + 1)):
        raise Rejected(why)
    there = await asyncio.to_thread(found, path)
    name, size = await asyncio.to_thread(_named, there)
    if why := await _asked(connector, lambda can: too_large(can, name, size, beside)):
        raise Rejected(why)
    file, head = await store.attach(there, connector.capabilities.attachment_bytes)
    file = replace(file, alt=alt_text(alt))
    if why := await unfit_there(connector, [*beside, file]):
        raise Rejected(why)
    noted = file.picture and camera_notes(head)
    return Attached(file, f"{file.name} is sent as it is, {NOTES}" if noted else "")


async def unfit_there(connector: Connector, files: Sequence[File]) -> str:
    """Why files do not go with a reply; empty where they do."""
    return await _asked(connector, lambda can: unfit(can, files))


async def _asked(connector: Connector, judge: Callable[[Capabilities], str]) -> str:
    """What ``judge`` says. A server may take more than is usual: then it is asked."""
    before = connector.capabilities
    why = judge(before)
    if why and before.attachments and before.check:
        with suppress(FeedError):
            await connector.check()
        return judge(connector.capabilities)
    return why


def _named(path: str) -> tuple[str, int]:
    """Name and size of what may be no file at all; the copying says so then."""
    name = file_name(os.path.basename(path))  # noqa: PTH119 - of a name in any bytes
    try:
        found = os.stat(path)  # noqa: PTH116
    except (OSError, ValueError):
        return name, 0
    return name, found.st_size if stat.S_ISREG(found.st_mode) else 0
