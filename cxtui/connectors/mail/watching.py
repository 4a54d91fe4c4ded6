"""Waiting for the server to say that a folder has news. Source: RFC 2177 (IDLE)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cxtui.connectors.mail.box import Box
from cxtui.connectors.mail.polling import remembered
from cxtui.errors import Rejected


def watched(box: Box, folder: str, cursor: str, seconds: float) -> None:
    """Return when a folder has news, or had some since ``cursor``. Raises: Rejected where none are told.

    The server is asked anew every so many ``seconds``.
    """
    if not box.can("IDLE"):
        raise Rejected(f"{box.host} cannot say when there is new mail (IDLE)")
    mark = remembered(cursor).folders.get(folder)
    opened = box.open(folder)
    if mark is None or mark.v != opened.validity or opened.next_uid > mark.n:
        return
    while not box.news(seconds, _told):
        pass


def _told(heard: Iterable[tuple[Any, ...]]) -> bool:
    """A mail came, or one was marked as answered; others are read and flagged all day."""
    return any(
        b"EXISTS" in one or (b"FETCH" in one and b"\\answered" in str(one).lower().encode()) for one in heard
    )
