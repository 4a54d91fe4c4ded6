"""Whose turn it is: what may be started at which host, and when. Pure; seconds are a steady clock's.

One request in flight for each host name and a pause between two starts; eight in flight and
fifty starts a second for all of them. A host that asked to wait is left alone, all its feeds.
"""

from __future__ import annotations

import heapq
from collections import Counter, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlsplit

from cxtui.core.feed import Feed

AT_ONCE = 8
INSTANT = 1e-6
BEAT = 0.02
"""Seconds between any two starts."""
SPACING = 1.0
"""Seconds between the starts of two requests to one host that is not our own."""
SLOW: Mapping[str, float] = {"reddit.com": 90.0}
"""Hosts, with all their subdomains, that want more seconds between two starts."""
RESTS: Mapping[str, timedelta] = {
    "reddit.com": timedelta(seconds=90),
    "github.com": timedelta(seconds=60),
    "zendesk.com": timedelta(seconds=6),
}
"""The shortest rest between two polls of one feed there."""


def host_of(feed: Feed) -> str:
    """The host name that a feed's rules go by; a feed without one is a host of its own."""
    name = (urlsplit(feed.url).hostname or "").rstrip(".")
    return key(name) or f"feed {feed.name}"


def key(name: str) -> str:
    """The name under which a host's rules are kept: all of a slow site counts as one."""
    return _of(SLOW, name) or name


def spacing(feed: Feed) -> float:
    """Seconds between the starts of two requests to a feed's host."""
    return 0.0 if feed.allow_private else SLOW.get(host_of(feed), SPACING)


def rest(feed: Feed, others: int) -> timedelta:
    """The shortest rest that the host leaves one feed when ``others`` are asked there too."""
    own = _of(RESTS, host_of(feed))
    floor = RESTS[own] if own and not feed.allow_private else timedelta()
    return max(floor, timedelta(seconds=spacing(feed) * (others + 1)) if others else timedelta())


def _of(rules: Mapping[str, object], name: str) -> str | None:
    return next((host for host in rules if name == host or name.endswith(f".{host}")), None)


@dataclass(slots=True)
class _Host:
    waiting: deque[str] = field(default_factory=deque[str])
    busy: bool = False
    free_at: float = 0.0
    held_until: float = 0.0
    strikes: int = 0


class Turns:
    """Who waits for a turn, and who may have one."""

    def __init__(self, feeds: Iterable[Feed]) -> None:
        self._spacing: dict[str, float] = {}
        self._host: dict[str, str] = {}
        self._crowd: Counter[str] = Counter()
        self._hosts: dict[str, _Host] = {}
        self._ready: list[tuple[float, str]] = []
        self._waiting: set[str] = set()
        self._running = 0
        self._last = float("-inf")
        for feed in feeds:
            self.place(feed)

    def place(self, feed: Feed) -> None:
        """Put a feed under the rules of the host it is asked at now."""
        if feed.name in self._host:
            self._crowd[self._host[feed.name]] -= 1
        self._host[feed.name] = host_of(feed)
        self._crowd[host_of(feed)] += 1
        self._spacing[feed.name] = spacing(feed)
        self._hosts.setdefault(host_of(feed), _Host())

    def leave(self, name: str) -> None:
        """A feed gives up its place in the line, where it has one."""
        if name not in self._waiting:
            return
        self._waiting.discard(name)
        key = self._host[name]
        host = self._hosts[key]
        host.waiting.remove(name)
        if not host.waiting:
            self._ready = [entry for entry in self._ready if entry[1] != key]
            heapq.heapify(self._ready)

    def forget(self, name: str) -> None:
        """A feed is asked no more; what its host asked for is remembered."""
        self.leave(name)
        if name in self._host:
            self._crowd[self._host.pop(name)] -= 1
            self._spacing.pop(name, None)

    def others(self, name: str) -> int:
        """How many other feeds are asked at the same host."""
        return self._crowd[self._host[name]] - 1

    def wish(self, name: str) -> None:
        """Line up a feed, once."""
        if name in self._waiting:
            return
        self._waiting.add(name)
        key = self._host[name]
        host = self._hosts[key]
        host.waiting.append(name)
        if len(host.waiting) == 1 and not host.busy:
            heapq.heappush(self._ready, (host.free_at, key))

    def take(self, now: float) -> str | None:
        """The feed that may be asked now, if there is one; `done` frees its host."""
        wait = self.wait(now)
        if wait is None or wait > INSTANT:
            return None
        _, key = heapq.heappop(self._ready)
        host = self._hosts[key]
        name = host.waiting.popleft()
        self._waiting.discard(name)
        host.busy = True
        host.free_at = now + self._spacing[name]
        self._running += 1
        self._last = now
        return name

    def wait(self, now: float) -> float | None:
        """Seconds until somebody may have a turn; None while nobody waits or all hands are full."""
        if not self._ready or self._running >= AT_ONCE:
            return None
        return max(self._ready[0][0] - now, self._last + BEAT - now, 0.0)

    def done(self, asked_at: str) -> None:
        """A request to a host has ended."""
        self._running -= 1
        host = self._hosts[asked_at]
        host.busy = False
        if host.waiting:
            heapq.heappush(self._ready, (host.free_at, asked_at))

    def host(self, name: str) -> str:
        """The host a feed is asked at."""
        return self._host[name]

    def hold(self, at: str, until: float, strikes: int) -> list[str]:
        """Leave a host alone until then; gives the feeds that now lose their turn.

        It has asked ``strikes`` times in a row to wait.
        """
        host = self._hosts.setdefault(at, _Host())
        host.held_until, host.strikes = max(host.held_until, until), strikes
        dropped = list(host.waiting)
        host.waiting.clear()
        self._waiting.difference_update(dropped)
        self._ready = [entry for entry in self._ready if entry[1] != at]
        heapq.heapify(self._ready)
        return dropped

    def rest(self, name: str, until: float) -> None:
        """Nothing may start before then at a feed's host: something did shortly before."""
        host = self._hosts[self._host[name]]
        host.free_at = max(host.free_at, until)

    def release(self, at: str) -> None:
        """A host has answered well: its strikes are forgotten."""
        self._hosts[at].strikes = 0

    def strikes(self, at: str) -> int:
        """How often in a row a host has asked to wait."""
        return self._hosts[at].strikes if at in self._hosts else 0

    def held(self, name: str) -> float:
        """Until when a feed's host asked to be left alone; in the past where it did not."""
        return self._hosts[self._host[name]].held_until

    def __len__(self) -> int:
        return len(self._waiting)
