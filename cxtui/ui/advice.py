"""What an empty list says: what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from cxtui.core.clock import span
from cxtui.ui.board import Board
from cxtui.ui.keys import label


def advice(board: Board, now: datetime, keys: Mapping[str, tuple[str, ...]]) -> str:
    """One or two sentences for a list without rows."""

    def key(name: str) -> str:
        return label(keys[name][0]) if keys[name] else f"“{name}”"

    if not board.opened:
        return "Opening the store."
    if board.words:
        return f"No row holds “{' '.join(board.words)}”. {key('queue.clear')} shows all rows."
    if board.view == "snoozed":
        return f"Nothing is snoozed. {key('app.unanswered')} goes back to the queue."
    if not board.feeds:
        return "No feed is polled yet. `cxtui feeds` lists them, `cxtui config path` says where to add one."
    ill = [feed for feed in board.feeds if feed.state in ("down", "auth", "gone")]
    said = "All answered." if any(feed.state == "ok" for feed in board.feeds) else "Nothing here yet."
    tries = [feed.next_try for feed in board.feeds if feed.next_try and feed.next_try > now]
    if tries:
        said += f" Next poll in {span(min(tries) - now)}; {key('app.poll')} polls now."
    if ill:
        said += f" {len(ill)} of {len(board.feeds)} feeds cannot be read: {key('app.feeds')} says why."
    asleep = len(board.inbox.asleep)
    if asleep:
        said += f" {asleep} snoozed: {key('app.snoozed')}."
    return said
