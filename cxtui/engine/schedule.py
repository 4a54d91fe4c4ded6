"""When a feed may be asked, worked out from what happened. Pure; the state is kept by the store.

Jitter comes as ``roll``, a number from 0 to 1, so that tests can choose it.
"""

from __future__ import annotations

import math
import zlib
from dataclasses import replace
from datetime import datetime, timedelta

from cxtui.connectors import Page
from cxtui.core.clock import DEFAULT
from cxtui.core.feed import Feed
from cxtui.engine import moving
from cxtui.errors import FeedError, Gone, Missing, Refused, Throttled, Unreachable
from cxtui.store import FeedState

SHORTEST = timedelta(seconds=60)
LONGEST = timedelta(minutes=15)
FLOOR_CAP = timedelta(minutes=60)
SHARE = 5
"""Finding a message may use a fifth of the time promised for its answer."""
QUIET, SILENT = timedelta(hours=24), timedelta(days=7)
"""Without a new message for so long, a feed is asked half as often, a third as often."""
NARROW_FOR = timedelta(hours=24)
"""How long a feed whose window overflowed is asked more often."""
NARROWEST = 3
BACK_OFF_CAP = timedelta(hours=6)
MISSING_CAP = timedelta(hours=24)
PENALTY = timedelta(minutes=15)
PENALTY_CAP = timedelta(days=7)
SIGN_IN_TRIES = 3
RED_AFTER = timedelta(days=3)
NOTHING = timedelta()
_RUNNING = (
    "next_try", "held_until", "last_try", "first_ok", "last_ok", "last_new", "moved_since", "overflowed",
)  # fmt: skip


def promise(feed: Feed) -> timedelta:
    """The response target that polling this feed serves."""
    return feed.promise or DEFAULT.first_response.total


def target(feed: Feed) -> timedelta:
    """How often a feed is asked when nothing speaks against it: ``every``, else a share of the promise."""
    return feed.every or min(max(promise(feed) / SHARE, SHORTEST), LONGEST)


def interval(feed: Feed, state: FeedState, now: datetime, *, waits: bool = False) -> timedelta:
    """How long to wait between two polls; ``waits`` says that somebody there waits for an answer.

    What the server wants (``state.floor``) is a floor. Above it quiet feeds, and servers that
    cannot answer "nothing new", are asked less often, but never less than twice a promise; a
    feed whose window overflowed is asked more often.
    """
    wish = target(feed)
    if feed.every is None and not waits:
        slower = wish * adapt(state, now) * (1 if state.conditional else 2)
        wish = max(min(slower, promise(feed) / 2), wish)
    if state.narrow and state.overflowed and now - state.overflowed < NARROW_FOR:
        wish = max(wish / 2**state.narrow, min(SHORTEST, wish))
    return max(wish, state.floor or NOTHING)


def adapt(state: FeedState, now: datetime) -> int:
    """1, 2 or 3: how much less a feed is asked that had nothing new for a day, for a week."""
    since = state.last_new or state.first_ok
    quiet = now - since if since else NOTHING
    return 3 if quiet >= SILENT else 2 if quiet >= QUIET else 1


def floor(page: Page, feed: Feed, host: timedelta) -> timedelta:
    """The shortest rest the server grants: its own words up to an hour, ``host``'s rule as it is.

    What the feed itself suggests counts up to half the promise only.
    """
    suggested = min(page.rests or NOTHING, promise(feed) / 2)
    return max(min(page.next_after or NOTHING, FLOOR_CAP), suggested, host)


def shortfall(state: FeedState) -> str | None:
    """The sentence that says that a promise cannot be kept with so few polls, or None where it can."""
    if state.every is None or state.promise is None or state.every <= state.promise / 2:
        return None
    minutes, seconds = divmod(math.ceil(state.every.total_seconds()), 60)
    often = f"{minutes} min" if minutes and not seconds else f"{minutes * 60 + seconds} s"
    promised = f"{state.promise.total_seconds() / 60:g}-minute promise"
    return f"this source is read every {often}: a {promised} cannot be kept here"


def red(state: FeedState, now: datetime) -> bool:
    """Whether a feed needs somebody: it is gone, refuses us, or has failed for three days."""
    long = state.failing_since is not None and now - state.failing_since >= RED_AFTER
    return long or state.state in ("gone", "auth")


def phase(name: str) -> float:
    """Where in its interval a feed stands, 0 to 1; the same in every run."""
    return zlib.crc32(name.encode()) / 2**32


def spread(name: str, length: timedelta, now: datetime) -> datetime:
    """A feed's own moment within ``length`` from now, so that many due at once are no herd."""
    return now + length * phase(name)


def aligned(name: str, wait: timedelta, now: datetime) -> datetime:
    """The feed's own beat of ``wait`` that comes half to one and a half waits after ``now``."""
    length = wait.total_seconds()
    beat = phase(name) * length
    earliest = now.timestamp() + length / 2
    behind = (beat - earliest) % length
    return now + timedelta(seconds=length / 2 + behind)


def due(state: FeedState, now: datetime) -> datetime:
    """When a feed may be asked by what is stored. A clock put back since makes nobody wait longer for it."""
    at = state.next_try or now
    if state.last_try is not None and state.last_try > now:
        at = now + max(at - state.last_try, NOTHING)
    return max(at, now)


def shifted(state: FeedState, by: timedelta) -> FeedState:
    """The state after the clock on the wall was put forward (or back) by so much."""
    times = {name: getattr(state, name) for name in _RUNNING}
    return replace(state, **{name: at + by for name, at in times.items() if at is not None})


def succeeded(
    state: FeedState,
    feed: Feed,
    now: datetime,
    page: Page,
    *,
    host: timedelta = NOTHING,
    waits: bool = False,
    overflowed: bool = False,
) -> FeedState:
    """The state after an answer, its next poll at the feed's own beat and never before the floor.

    ``host`` is the rest that the host's rules leave one feed; ``overflowed`` says that messages
    may have come and gone unseen since the last poll.
    """
    fresh = state.overflowed is not None and now - state.overflowed < NARROW_FOR
    narrow = (state.narrow if fresh else 0) + overflowed
    answered = replace(
        moving.followed(state, feed, now, page),
        connector=feed.connector,
        state="ok",
        first_ok=state.first_ok or now,
        last_ok=now,
        last_try=now,
        held_until=None,
        held_by=None,
        strikes=0,
        failures=0,
        refusals=0,
        failing_since=None,
        error=None,
        floor=floor(page, feed, host),
        promise=promise(feed),
        conditional=page.conditional,
        overflowed=now if overflowed else state.overflowed,
        narrow=min(narrow, NARROWEST),
    )
    wait = interval(feed, answered, now, waits=waits)
    at = min(aligned(feed.name, wait, now), now + max(wait, promise(feed) / 2))
    return replace(answered, every=wait, next_try=max(at, now + (answered.floor or NOTHING)))


def failed(
    state: FeedState, feed: Feed, error: FeedError, now: datetime, roll: float, *, strikes: int = 0
) -> FeedState:
    """The state after a failure: what it says, when to try again, and never a lost cursor.

    Network trouble doubles the wait up to six hours, with jitter of a half; a missing page up
    to a day. A server that asks to wait is not asked before its time; one that names no time
    waits 15 minutes, doubling with each of ``strikes`` before. A refused sign-in is tried three
    times, an address gone for good not again.
    """
    down = _trouble(state, feed, error, now, roll)
    match error:
        case Throttled():
            strikes = max(strikes, state.strikes)
            until = min(error.until or now + _doubled(PENALTY, strikes, BACK_OFF_CAP), now + PENALTY_CAP)
            until = max(until, now + target(feed))  # “wait 0 seconds” is no leave to ask at once again
            return replace(down, held_until=until, next_try=until, held_by=error.host, strikes=strikes + 1)
        case Refused():
            refusals = state.refusals + 1
            again = down.next_try if refusals < SIGN_IN_TRIES else None
            return replace(down, state="auth", refusals=refusals, next_try=again)
        case Gone() | Missing() if state.address is not None:
            return moving.back(down)
        case Gone():
            return replace(down, state="gone", next_try=None)
        case Unreachable(at_least=timedelta() as rest) if not isinstance(error, Missing):
            return replace(down, held_until=now + rest, next_try=max(now + rest, down.next_try or now))
        case _:
            return down


def _trouble(state: FeedState, feed: Feed, error: FeedError, now: datetime, roll: float) -> FeedState:
    """A failure of any kind, with a rest that doubles."""
    wait, cap = target(feed), BACK_OFF_CAP
    if isinstance(error, Missing):
        wait, cap = error.at_least or wait, MISSING_CAP
    rest = _doubled(wait, state.failures, cap) * (0.5 + 0.5 * roll)
    return replace(
        state,
        connector=feed.connector,
        state="down",
        last_try=now,
        failures=state.failures + 1,
        refusals=0,
        failing_since=state.failing_since or now,
        error=str(error),
        held_until=None,
        held_by=None,
        strikes=0,
        next_try=now + max(rest, state.floor or NOTHING),
    )


def _doubled(start: timedelta, times: int, cap: timedelta) -> timedelta:
    return min(start * 2 ** min(times, 16), cap)


def why_not(state: FeedState, now: datetime) -> str | None:
    """Why a feed must not even be asked by a person's wish, or None where it may be."""
    if state.state == "gone":
        return "the address is gone for good; change its url in the configuration"
    if state.state == "paused":
        return "paused"
    if state.held_until is not None and state.held_until > now:
        return held(state.held_until)
    return None


def held(until: datetime) -> str:
    """The sentence that says until when a server asked to be left alone."""
    second = until + timedelta(seconds=0.5)
    return f"not before {second.strftime('%Y-%m-%dT%H:%M:%SZ')}: the server asked to wait"
