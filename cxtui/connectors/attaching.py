"""Whether a network takes files with a reply, and their content on its way out."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from cxtui.core.attached import File, sized, takes
from cxtui.errors import FeedError, Gone, Rejected, Unreachable

if TYPE_CHECKING:
    from cxtui.connectors import Capabilities


def most(able: Capabilities) -> str:
    """How many, of what kind and how large, in words; empty where none are taken."""
    if not able.attachments:
        return ""
    what = _kinds(able)
    many = f"up to {able.attachments} {what}s" if able.attachments > 1 else f"one {what}"
    size = able.attachment_bytes
    return (
        f"{many}, {sized(size)} each"
        if size and able.attachment_sum != size
        else (f"{many}, {sized(size)} in all" if size else many)
    )


def crowded(able: Capabilities, count: int) -> str:
    """Why a network does not take so many files with a reply; empty where it does."""
    name = able.title or able.network
    if count and not able.attachments:
        return f"{name} takes no files with a reply: put it where it can be read and send the address"
    if count > able.attachments:
        return f"{name} takes {most(able)}; this would be {count}"
    return ""


def too_large(able: Capabilities, file: str, size: int, beside: Sequence[File] = ()) -> str:
    """Why a network does not take a file of so many bytes beside others; empty where it does."""
    name, limit = able.title or able.network, able.attachment_bytes
    if limit is not None and size > limit:
        return f"{file} has {sized(size)}; {name} takes {sized(limit)}, and nothing is shrunk here"
    whole = size + sum(one.size for one in beside)
    if able.attachment_sum is not None and whole > able.attachment_sum:
        return f"the files have {sized(whole)} together; {name} takes {sized(able.attachment_sum)}"
    return ""


def unfit(able: Capabilities, files: Sequence[File]) -> str:
    """Why a network does not take these with a reply; empty where it does."""
    if why := crowded(able, len(files)):
        return why
    for n, one in enumerate(files):
        if why := _unlike(able, one) or too_large(able, one.name, one.size, files[:n]):
            return why
    return ""


async def contents(files: Sequence[File]) -> tuple[bytes, ...]:
    """What is in them, off the loop. Raises: Rejected where a copy is gone or not what was attached."""
    return tuple([await asyncio.to_thread(_read, one) for one in files])


def not_uploaded(one: File, why: FeedError) -> FeedError:
    """A failure before the reply itself was sent: what is not known of the file is known of the reply."""
    if isinstance(why, Unreachable | Gone | Rejected):
        return Rejected(f"nothing was sent: {one.name} could not be uploaded: {why}")
    return why


def _read(one: File) -> bytes:
    try:
        content = Path(one.path).read_bytes() if one.path else b""
    except OSError as error:
        raise Rejected(
            f"nothing was sent: our copy of {one.name} is not there any more "
            f"({error.strerror or error}); attach it again"
        ) from error
    if sha256(content).hexdigest() != one.sha256:
        raise Rejected(f"nothing was sent: our copy of {one.name} is not what was attached; attach it again")
    return content


def _unlike(able: Capabilities, one: File) -> str:
    """Why a network does not take such a file, or what is written beside it."""
    name = able.title or able.network
    if not takes(one.kind, able.attachment_kinds):
        return f"{name} takes {_kinds(able)}s only; {one.name} is {one.kind} by its content and name"
    if one.alt and not able.alt_limit:
        return f"{name} has no place for an alt text"
    if len(one.alt) > able.alt_limit:
        return f"the alt text of {one.name} has {len(one.alt)} characters; {name} takes {able.alt_limit}"
    return ""


def _kinds(able: Capabilities) -> str:
    pictures = able.attachment_kinds and all(one.startswith("image/") for one in able.attachment_kinds)
    return "picture" if pictures else "file"
