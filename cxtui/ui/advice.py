"""What an empty list says: what to do next."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from cxtui.core.clock import span
from cxtui.ui.board import Board
from cxtui.ui.keys import label
from cxtui.ui.narrowing import Narrowing, thanks


def advice(board: Board, now: datetime, keys: Mapping[str, tuple[str, ...]]) -> str:
    """One or two sentences for a list without rows."""

    def key(name: str) -> str:
        return label(keys[name][0]) if keys[name] else f"“{name}”"

    if not board.opened:
        return "Opening the store."
    if narrowed := _narrowed(board.narrowing, key):
        return narrowed
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


def _narrowed(wanted: Narrowing, key: Callable[[str], str]) -> str:
    """Why the rows that are shown are none; empty where all are shown."""
    if wanted.typed is not None:
        return f"No row fits “{wanted.text}”. {key('queue.clear')} shows all rows."
    if wanted.view == thanks():
        return f"Nobody waits for thanks. {key('app.unanswered')} goes back to the queue."
    if wanted.view is not None:
        return f"Nothing waits in the view {wanted.name}. {key('queue.clear')} shows all rows."
    return ""
