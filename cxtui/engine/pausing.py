"""A pause, as it reaches a poller that has its own memory of its feeds."""

from __future__ import annotations

from cxtui.store import FeedState


def differs(ours: FeedState, stored: FeedState) -> bool:
    """Whether somebody paused or resumed a feed since its poller last looked."""
    if "paused" in (ours.state, stored.state):
        return ours.state != stored.state
    given_up = ours.next_try is None and ours.state in ("gone", "auth")
    return given_up and stored.next_try is not None
