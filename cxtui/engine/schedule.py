"""When a feed may be asked, worked out from what happened. Pure; the state is kept by the store.

Jitter comes as ``roll``, a number from 0 to 1, so that tests can choose it.
"""

from __future__ import annotations

import zlib
from dataclasses import replace
from datetime import datetime, timedelta

from cxtui.core.clock import DEFAULT
from cxtui.core.feed import Feed
from cxtui.errors import FeedError, Gone, Refused, Throttled, Unreachable
from cxtui.store import FeedState

SHORTEST = timedelta(seconds=60)
LONGEST = timedelta(minutes=15)
FLOOR_CAP = timedelta(minutes=60)
SHARE = 5
"""Finding a message may use a fifth of the time promised for its answer."""
BACK_OFF_CAP = timedelta(hours=6)
PENALTY = timedelta(minutes=15)
PENALTY_CAP = timedelta(days=7)
SIGN_IN_TRIES = 3


def interval(feed: Feed, next_after: timedelta | None = None) -> timedelta:
    """How long to wait between two polls: the feed's ``every``, else a share of the response target.

    The server's wish ``next_after`` is a floor, up to an hour.
    """
    wish = feed.every or min(max(DEFAULT.first_response / SHARE, SHORTEST), LONGEST)
    return max(wish, min(next_after or timedelta(), FLOOR_CAP))


def first(feed: Feed, now: datetime) -> datetime:
    """When a feed never asked before is asked: spread over the first seconds, never a herd."""
    return now + timedelta(milliseconds=zlib.crc32(feed.name.encode()) % 1_000)


def succeeded(
    state: FeedState, feed: Feed, now: datetime, next_after: timedelta | None, roll: float
) -> FeedState:
    """The state after an answer. The next poll comes up to 5 % early or late, so that feeds spread."""
    wait = interval(feed, next_after) * (0.95 + 0.1 * roll)
    return replace(
        state,
        connector=feed.connector,
        state="ok",
        first_ok=state.first_ok or now,
        last_ok=now,
        last_try=now,
        next_try=now + max(wait, next_after or timedelta()),
        held_until=None,
        failures=0,
        failing_since=None,
        error=None,
    )


def failed(state: FeedState, feed: Feed, error: FeedError, now: datetime, roll: float) -> FeedState:
    """The state after a failure: what it says, when to try again, and never a lost cursor.

    Network trouble doubles the wait up to six hours, with jitter of a half. A server that
    asks to wait is not asked before its time; one that names no time waits 15 minutes,
    doubling. A refused sign-in is tried three times, an address gone for good not again.
    """
    failures = state.failures + 1
    wait = interval(feed) * 2 ** min(failures - 1, 12)
    kept = replace(
        state,
        connector=feed.connector,
        state="down",
        last_try=now,
        failures=failures,
        failing_since=state.failing_since or now,
        error=str(error),
        held_until=None,
        next_try=now + min(wait, BACK_OFF_CAP) * (0.5 + 0.5 * roll),
    )
    match error:
        case Throttled():
            penalty = min(PENALTY * 2 ** min(failures - 1, 10), BACK_OFF_CAP)
            until = min(error.until or now + penalty, now + PENALTY_CAP)
            return replace(kept, held_until=until, next_try=until)
        case Refused():
            again = kept.next_try if failures < SIGN_IN_TRIES else None
            return replace(kept, state="auth", next_try=again)
        case Gone():
            return replace(kept, state="gone", next_try=None)
        case Unreachable(at_least=timedelta() as at_least):
            return replace(kept, next_try=max(now + at_least, kept.next_try or now))
        case _:
            return kept


def why_not(state: FeedState, now: datetime) -> str | None:
    """Why a feed must not even be asked by a person's wish, or None where it may be."""
    if state.state == "gone":
        return "the address is gone for good; change its url in the configuration"
    if state.state == "paused":
        return "paused"
    if state.held_until is not None and state.held_until > now:
        until = state.held_until.strftime("%Y-%m-%dT%H:%M:%SZ")
        return f"not before {until}: the server asked to wait"
    return None
