"""Files on their way to a server, before the status that shows them.

What no status shows is dropped by the server after a while, so that an upload that is done again, or
whose status is not taken, leaves nothing. Source: docs.joinmastodon.org/methods/media.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from hashlib import sha256

from cxtui.connectors.attaching import contents, not_uploaded
from cxtui.connectors.mastodon.server import UNDONE, Server
from cxtui.connectors.mastodon.wire import Media, word
from cxtui.core.attached import File
from cxtui.errors import FeedError, Rejected, Unreadable

SCOPE = "write:media"
LOOKS = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
"""Seconds between two looks whether a server has done with a file."""
_ODD = str.maketrans({'"': "%22", "\r": "%0D", "\n": "%0A"})

Rest = Callable[[float], Awaitable[None]]


async def uploaded(server: Server, files: Sequence[File], rest: Rest = asyncio.sleep) -> list[str]:
    """The ids of what was uploaded, each ready to be shown.

    Raises: Rejected where one could not be, Throttled, Refused; no status was sent then.
    """
    ids: list[str] = []
    for one, content in zip(files, await contents(files), strict=True):
        try:
            ids.append(await _uploaded(server, one, content, rest))
        except FeedError as error:
            raise not_uploaded(one, error) from error
    return ids


async def _uploaded(server: Server, one: File, content: bytes, rest: Rest) -> str:
    form = _form(one, content)
    answer = await server.ask("POST", "/api/v2/media", SCOPE, form=form, also=(*UNDONE, 405))
    if answer.status in (404, 405):  # software that has the first version only
        answer = await server.ask("POST", "/api/v1/media", SCOPE, form=form, also=UNDONE)
    if answer.status >= 400:
        raise server.rejected(answer)
    made = answer.json(Media)
    if not word(made.id):
        raise Unreadable(f"{server.name} did not say what became of the file")
    if answer.status == 202 or (answer.status == 206 and not made.url):
        await _ready(server, word(made.id), rest)
    return word(made.id)


async def _ready(server: Server, native: str, rest: Rest) -> None:
    """Wait until a server has done with a file. Raises: Rejected where it cannot use it or takes too long."""
    path = f"/api/v1/media/{native}"
    for pause in LOOKS:
        await rest(pause)
        answer = await server.ask("GET", path, SCOPE, also=UNDONE)
        if answer.status >= 400:
            raise server.rejected(answer)
        if answer.status != 206:
            return
    raise Rejected(f"{server.name} is still at work on it after {sum(LOOKS):.0f} s; send it again later")


def _form(one: File, content: bytes) -> tuple[str, bytes]:
    """Kind and bytes of a form with the file and what it shows. Source: RFC 7578; WHATWG HTML, 4.10.21.8."""
    edge = f"cxtui-{sha256(content + one.alt.encode()).hexdigest()[:32]}"
    name = one.name.translate(_ODD)
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        f"Content-Type: {one.kind}\r\n\r\n".encode(),
        content,
        b"\r\n",
    ]
    if one.alt:
        parts.append(
            f'--{edge}\r\nContent-Disposition: form-data; name="description"\r\n\r\n{one.alt}\r\n'.encode()
        )
    parts.append(f"--{edge}--\r\n".encode())
    return f"multipart/form-data; boundary={edge}", b"".join(parts)
