"""People and texts as a server with the Mastodon API writes them, with every field it promises."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import escape
from typing import Any

DOMAIN = "shop.example"
ALL = ("read", "write")
CALLS = re.compile(r"(?<![\w/=])@(\w+(?:@[\w.-]+\w)?)")
TAGS = re.compile(r"(?<![\w/&])#(\w+)")
_LINKS = re.compile(r"https?://[^\s<]+")


@dataclass
class Account:
    """Somebody, of this server or of another one; ``token`` is empty for those of another one."""

    id: str
    acct: str
    token: str = ""
    scopes: tuple[str, ...] = ALL
    followers: int = 0

    @property
    def name(self) -> str:
        return self.acct.partition("@")[0]

    @property
    def home(self) -> str:
        return self.acct.partition("@")[2] or DOMAIN

    @property
    def url(self) -> str:
        return f"https://{self.home}/@{self.name}"


@dataclass
class Toot:
    """One status."""

    id: str
    by: Account
    text: str
    at: datetime
    visibility: str = "public"
    parent: str | None = None
    spoiler: str = ""
    language: str | None = "en"
    media: Sequence[dict[str, Any]] = ()
    favoured: set[str] = field(default_factory=set[str])
    edited: datetime | None = None
    boosts: Toot | None = None


def person(account: Account) -> dict[str, Any]:
    """An account as it is shown."""
    picture = f"https://{account.home}/missing.png"
    return {
        "id": account.id, "acct": account.acct, "username": account.name, "url": account.url,
        "uri": f"https://{account.home}/users/{account.name}", "display_name": account.name.title(),
        "avatar": picture, "avatar_static": picture, "header": picture, "header_static": picture,
        "bot": False, "group": False, "locked": False, "indexable": False, "note": "", "emojis": [],
        "fields": [], "followers_count": account.followers, "following_count": 0, "statuses_count": 0,
        "created_at": "2026-01-01T00:00:00.000Z",
    }  # fmt: skip


def html(text: str, people: Mapping[str, Account]) -> str:
    """Paragraphs, breaks, links in three parts and mentions of ``people``, as Mastodon writes them."""

    def mention(found: re.Match[str]) -> str:
        known = people.get(found[1])
        if known is None:
            return found[0]
        return (
            f'<span class="h-card" translate="no"><a href="{known.url}" class="u-url mention">'
            f"@<span>{known.name}</span></a></span>"
        )

    paragraphs: list[str] = []
    for paragraph in text.split("\n\n"):
        said = escape(paragraph, quote=False)
        said = _LINKS.sub(lambda found: _anchor(found[0]), said)
        said = CALLS.sub(mention, said).replace("\n", "<br />")
        paragraphs.append(f"<p>{said}</p>")
    return "".join(paragraphs)


def stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def _anchor(url: str) -> str:
    scheme, _, rest = url.partition("://")
    shown, hidden = rest[:30], rest[30:]
    kind = "ellipsis" if hidden else ""
    return (
        f'<a href="{url}" target="_blank" rel="nofollow noopener" translate="no"><span class="invisible">'
        f'{scheme}://</span><span class="{kind}">{shown}</span><span class="invisible">{hidden}</span></a>'
    )
