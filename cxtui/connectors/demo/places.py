"""The invented networks of the demo: what each allows, and the feeds that read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from cxtui.connectors import Capabilities
from cxtui.connectors.demo.book import At
from cxtui.core.attached import PICTURES
from cxtui.core.feed import Feed
from cxtui.core.item import Kind

BRAND = "lampco"
READ_ONLY = "comment feeds can only be read; open the page to answer there"


@dataclass(frozen=True, slots=True)
class Place:
    """One network. ``at`` are the kinds of stories told there, the usual one first."""

    name: str
    host: str
    kind: Kind
    at: tuple[At, ...]
    every: timedelta
    can: Capabilities
    followers: bool = False
    flaky: bool = False

    @property
    def own(self) -> str:
        """The shop's own address there."""
        return f"https://{self.host}/@{BRAND}"


def _can(network: str, code: str, limit: int | None = None, **more: Any) -> Capabilities:
    given: dict[str, Any] = {"reply": True, **more}
    return Capabilities(network=network, code=code, limit=limit, thread=True, check=True, **given)


PICTURED: Mapping[str, Any] = {
    "attachments": 4, "attachment_bytes": 2_000_000, "attachment_kinds": PICTURES, "alt_limit": 1500,
}  # fmt: skip
PLACES: Mapping[str, Place] = {
    place.name: place
    for place in (
        Place(
            "mastodon", "mastodon.example", "mention", ("public", "message"), timedelta(seconds=5),
            _can(
                "mastodon", "mst", 500, visibility=("public", "direct"), deeds=("like",), deletes=True,
                **PICTURED,
            ),
            followers=True,
        ),
        Place(
            "bluesky", "bluesky.example", "mention", ("public",), timedelta(seconds=6),
            _can("bluesky", "bsk", 300, counted="graphemes", deeds=("like",), deletes=True, **PICTURED),
            followers=True,
        ),
        Place(
            "page", "page.example", "comment", ("public", "message"), timedelta(seconds=7),
            _can("page", "fb", 8000, visibility=("public", "direct")), followers=True,
        ),
        Place(
            "comments", "blog.lampco.example", "comment", ("public",), timedelta(seconds=10),
            _can("feed", "rss", reply=False, why_not=READ_ONLY), flaky=True,
        ),
        Place(
            "reviews", "stars.example", "review", ("review",), timedelta(seconds=15),
            _can("reviews", "rev", 4096),
        ),
        Place(
            "mail", "post.example", "mail", ("mail",), timedelta(seconds=10),
            _can("mail", "eml", visibility=("direct",), attachments=10, attachment_bytes=15_000_000),
        ),
    )
}  # fmt: skip


_ROUND = (
    ("mastodon", 1), ("page", 3), ("bluesky", 1), ("reviews", 1), ("mail", 2), ("comments", 1),
    ("mastodon", 2), ("bluesky", 1), ("page", 1), ("comments", 2), ("mastodon", 1), ("mail", 1),
    ("page", 1), ("bluesky", 2), ("reviews", 1), ("mastodon", 3), ("comments", 1), ("page", 1),
)  # fmt: skip
"""Where one conversation after the other is held, and how many customer messages it has."""
_IN_ROUND = sum(size for _, size in _ROUND)


def feeds(seed: int, items: int) -> tuple[Feed, ...]:
    """The demo's configured feeds. ``items`` is how many customer messages wait at the start.

    Weeks of answered conversations come before them; ``backfill_after`` lets those count.
    """
    return tuple(
        Feed(
            name=place.name, connector="demo", kind=place.kind, every=place.every, own=(place.own,),
            user=BRAND, url=f"demo://{place.name}?{urlencode({'seed': seed, 'items': items})}",
            backfill_after=timedelta(days=60),
        )
        for place in PLACES.values()
    )  # fmt: skip


def slot(n: int) -> tuple[str, int]:
    """Where the n-th conversation of an era is held, and its number of messages."""
    return _ROUND[n % len(_ROUND)]


def messages(n: int) -> int:
    """How many customer messages the first ``n`` conversations of an era have together."""
    rounds, rest = divmod(n, len(_ROUND))
    return rounds * _IN_ROUND + sum(size for _, size in _ROUND[:rest])


def holding(count: int) -> int:
    """How many conversations hold ``count`` customer messages; the last may be cut short."""
    rounds, rest = divmod(count, _IN_ROUND)
    n = rounds * len(_ROUND)
    while rest > 0:
        rest -= slot(n)[1]
        n += 1
    return n
