"""A WordPress connector that asks a pretended site without a network."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

from cxtui.connectors.wordpress import WordPress, connect
from cxtui.core.feed import Feed, Secret
from cxtui.http import Answer, Client, Headers
from cxtui.http.answer import judge
from tests.servers.pretended_wordpress import PASSWORD, SITE, USER, PretendedWordPress

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
Bent = Callable[[Any], Any]


@dataclass
class Straight:
    """A client that asks a pretended site without a network. ``bend`` changes what comes back by path.

    ``instead`` is what comes back whatever is asked: status, headers and body; ``queries`` are all
    that were sent.
    """

    site: PretendedWordPress
    bend: dict[str, Bent] = field(default_factory=dict[str, Bent])
    instead: dict[str, tuple[int, dict[str, str], str]] = field(default_factory=dict[str, Any])
    queries: list[Mapping[str, str]] = field(default_factory=list[Mapping[str, str]])
    redirected: str = ""
    named: str = SITE

    def clock(self) -> datetime:
        return NOW

    async def request(
        self, method: str, url: str, *, params: Mapping[str, Any] | None = None, also: Sequence[int] = (),
        json: Any = None, headers: Mapping[str, str] | None = None, accept: str,
        limit: int = 2 << 20,
    ) -> Answer:  # fmt: skip
        assert accept in ("application/json", "text/html")
        base, _, tail = url.removeprefix(self.named).partition("?")
        query = dict(pair.split("=", 1) for pair in tail.split("&") if pair)
        query |= {key: str(value) for key, value in (params or {}).items()}
        self.queries.append(query)
        signed = (headers or {}).get("Authorization", "")
        status, names, said = self.site.respond(method, base, query, encoded(json or {}), signed)
        if base in self.bend and status < 300:
            said = self.bend[base](said)
        body = said.encode() if isinstance(said, str) else encoded(said)
        if base in self.instead:
            status, names, text = self.instead[base]
            body = text.encode()
        found = Headers([(name.encode(), value.encode()) for name, value in names.items()])
        judge(status, found, "blog.example", also, NOW)
        moved = (301,) if self.redirected else ()
        assert len(body) <= limit
        return Answer(status, found, body, self.redirected or url, moved)


def encoded(value: Any) -> bytes:
    return json.dumps(value).encode()


def reading(site: PretendedWordPress, **facts: Any) -> WordPress:
    facts = {"url": f"{SITE}/", "user": USER, "token": Secret(lambda: PASSWORD), **facts}
    feed = Feed("blog", "wordpress", **facts)
    return connect(feed, cast("Client", Straight(site)))


def straight(connector: WordPress) -> Straight:
    return cast("Straight", connector.site.http)
