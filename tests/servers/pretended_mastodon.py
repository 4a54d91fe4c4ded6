"""A server with the Mastodon API in memory: several accounts with tokens, as far as cxtui asks.

Statuses, notifications, contexts, favourites, direct messages, paging by the header Link, limits, keys
that are kept for an hour. What it answers has every field that Mastodon's own description requires.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from cxtui.core.lengths import measured
from tests.servers.mastodon_pages import ALL, CALLS, DOMAIN, TAGS, Account, Toot, html, person, stamp

HOUR = timedelta(hours=1)
WINDOW = timedelta(minutes=5)


@dataclass
class Reply:
    """What is answered. ``said`` None is an empty body."""

    status: int
    said: Any = None
    headers: dict[str, str] = field(default_factory=dict[str, str])


@dataclass
class Media:
    """What was uploaded; the server is at work on it for so many looks more."""

    name: str
    kind: str
    content: bytes
    alt: str
    looks_left: int = 0


@dataclass
class PretendedMastodon:
    """``clock`` gives aware UTC; ``base`` is the address that links to pages begin with."""

    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    base: str = f"https://{DOMAIN}"
    most: int = 500
    version: str = "4.4.3"
    keeps_keys: bool = True
    lists_boosts: bool = False
    minds_parents: bool = True
    page: int = 40
    per_window: int = 300
    accounts: dict[str, Account] = field(default_factory=dict[str, Account])
    toots: dict[str, Toot] = field(default_factory=dict[str, Toot])
    notices: list[tuple[str, str, str, str]] = field(default_factory=list[tuple[str, str, str, str]])
    """Notification id, whom it tells, type, status."""
    keys: dict[tuple[str, str], tuple[datetime, str]] = field(
        default_factory=dict[tuple[str, str], tuple[datetime, str]]
    )
    spent: dict[str, list[datetime]] = field(default_factory=dict[str, list[datetime]])
    asked: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    media: dict[str, Media] = field(default_factory=dict[str, "Media"])
    shows: dict[str, list[Media]] = field(default_factory=dict[str, "list[Media]"])
    second_media: bool = True
    works_on_media: int = 0
    refuses_media: str = ""
    spoils_media: bool = False
    _count: int = 0

    def join(self, acct: str, token: str = "", scopes: tuple[str, ...] = ALL, followers: int = 0) -> Account:
        self.accounts[acct] = Account(f"acc{len(self.accounts) + 1}", acct, token, scopes, followers)
        return self.accounts[acct]

    def toot(self, by: str, text: str, **facts: Any) -> Toot:
        """Somebody writes; those called are told, and those answered where they are called."""
        self._count += 1
        made = Toot(
            f"01KB{self._count:022d}", self.accounts[by], text, facts.pop("at", None) or self.clock(), **facts
        )
        self.toots[made.id] = made
        for called in self._called(made):
            if called.token and called is not made.by:
                self.notice(called, "mention", made)
        return made

    def notice(self, to: Account, kind: str, toot: Toot) -> None:
        self._count += 1
        self.notices.append((f"01KB{self._count:022d}", to.id, kind, toot.id))

    def delete(self, native: str) -> None:
        """As Mastodon does: notifications go too, and answers lose what they answered."""
        del self.toots[native]
        self.notices = [one for one in self.notices if one[3] != native]
        for toot in self.toots.values():
            toot.parent = None if toot.parent == native else toot.parent

    def respond(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """The answer to one request. Names of ``headers`` are in small letters."""
        parts = urlsplit(target)
        path = parts.path.rstrip("/")
        self.asked.append((method, path))
        if path in ("/api/v2/instance", "/api/v1/instance"):
            return Reply(200, self._instance())
        token = headers.get("authorization", "").removeprefix("Bearer ")
        me = next((one for one in self.accounts.values() if token and one.token == token), None)
        if me is None:
            return Reply(401, {"error": "The access token is invalid"})
        limits, over = self._limits(me)
        answer = Reply(429, {"error": "Too many requests"}) if over else None
        try:
            answer = answer or self._route(method, path, parse_qsl(parts.query), headers, body, me)
        except KeyError:
            answer = Reply(404, {"error": "Record not found"})
        answer.headers = limits | answer.headers
        return answer

    def _limits(self, me: Account) -> tuple[dict[str, str], bool]:
        now = self.clock()
        used = self.spent[me.id] = [at for at in self.spent.get(me.id, []) if now - at < WINDOW]
        over = len(used) >= self.per_window
        if not over:
            used.append(now)
        reset = (used[0] if used else now) + WINDOW
        return {
            "X-RateLimit-Limit": str(self.per_window),
            "X-RateLimit-Remaining": str(self.per_window - len(used)),
            "X-RateLimit-Reset": reset.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        }, over

    def _route(
        self,
        method: str,
        path: str,
        query: list[tuple[str, str]],
        headers: Mapping[str, str],
        body: bytes,
        me: Account,
    ) -> Reply:
        steps = tuple(path.removeprefix("/api/").split("/"))
        match method, *steps:
            case "GET", "v1", "accounts", "verify_credentials":
                scope, act = "read:accounts", lambda: self._me(me)
            case "GET", "v1", "notifications":
                scope, act = "read:notifications", lambda: self._told(me, path, query)
            case "POST", ("v1" | "v2") as version, "media":
                scope, act = "write:media", lambda: self._upload(version, headers, body)
            case "GET", "v1", "media", native:
                scope, act = "write:media", lambda: self._media(native)
            case "POST", "v1", "statuses":
                scope, act = "write:statuses", lambda: self._post(me, headers, body)
            case "GET", "v2", "search":
                scope, act = "read:search", lambda: self._search(me, dict(query))
            case _:
                scope, act = self._of_one(method, steps, path, query, me)
        if not {scope, scope.partition(":")[0]} & {*me.scopes}:
            return Reply(403, {"error": "This action is outside the authorized scopes"})
        return act()

    def _of_one(
        self, method: str, steps: tuple[str, ...], path: str, query: list[tuple[str, str]], me: Account
    ) -> tuple[str, Callable[[], Reply]]:
        match method, *steps:
            case "GET", "v1", "statuses", native:
                return "read:statuses", lambda: Reply(200, self.shown(self._visible(native, me), me))
            case "DELETE", "v1", "statuses", native:
                return "write:statuses", lambda: self._remove(native, me)
            case "GET", "v1", "statuses", native, "context":
                return "read:statuses", lambda: Reply(200, self._context(self._visible(native, me), me))
            case "POST", "v1", "statuses", native, "favourite":
                return "write:favourites", lambda: self._favour(self._visible(native, me), me)
            case "GET", "v1", "accounts", native, "statuses":
                return "read:statuses", lambda: self._wrote(native, path, query, me)
            case "GET", "v1", "timelines", "tag", tag:
                return "read:statuses", lambda: self._tagged(tag, path, query, me)
            case _:
                raise KeyError(path)

    def _me(self, me: Account) -> Reply:
        source: dict[str, Any] = {
            "fields": [], "follow_requests_count": 0, "indexable": False, "note": "", "privacy": "public",
            "sensitive": False,
        }  # fmt: skip
        role = {"id": "-99", "name": "", "color": "", "permissions": "0", "highlighted": False}
        return Reply(200, person(me) | {"source": source, "role": role})

    def _told(self, me: Account, path: str, query: list[tuple[str, str]]) -> Reply:
        kinds = {value for name, value in query if name == "types[]"}
        rows: list[tuple[str, dict[str, Any]]] = []
        for native, to, kind, about in reversed(self.notices):
            if to == me.id and about in self.toots and (not kinds or kind in kinds):
                toot = self.toots[about]
                told = {"id": native, "type": kind, "created_at": stamp(toot.at), "account": person(toot.by)}
                more = {"group_key": f"ungrouped-{native}", "status": self.shown(toot, me)}
                rows.append((native, told | more))
        return self._paged(rows, path, query)

    def _wrote(self, native: str, path: str, query: list[tuple[str, str]], me: Account) -> Reply:
        mine = [toot for toot in self._newest(me) if toot.by.id == native]
        if dict(query).get("exclude_reblogs") and not self.lists_boosts:
            mine = [toot for toot in mine if toot.boosts is None]
        return self._paged([(toot.id, self.shown(toot, me)) for toot in mine], path, query)

    def _tagged(self, tag: str, path: str, query: list[tuple[str, str]], me: Account) -> Reply:
        found = [
            (toot.id, self.shown(toot, me))
            for toot in self._newest(me)
            if toot.visibility == "public" and tag.lower() in map(str.lower, TAGS.findall(toot.text))
        ]
        return self._paged(found, path, query)

    def _search(self, me: Account, query: Mapping[str, str]) -> Reply:
        words = query["q"].lower().split()
        found = [toot for toot in self._newest(me) if all(one in toot.text.lower() for one in words)]
        begin = int(query.get("offset", "0"))
        page = found[begin : begin + min(int(query.get("limit", "20")), self.page)]
        return Reply(200, {"accounts": [], "hashtags": [], "statuses": [self.shown(one, me) for one in page]})

    def _paged(self, rows: list[tuple[str, Any]], path: str, query: list[tuple[str, str]]) -> Reply:
        asked = dict(query)
        if "max_id" in asked:
            rows = [row for row in rows if row[0] < asked["max_id"]]
        if "since_id" in asked:
            rows = [row for row in rows if row[0] > asked["since_id"]]
        limit = min(int(asked.get("limit", "20")), self.page)
        if "min_id" in asked:
            newer = [row for row in rows if row[0] > asked["min_id"]]
            page = newer[max(len(newer) - limit, 0) :]
        else:
            page = rows[:limit]
        if not page:
            return Reply(200, [])
        kept = [pair for pair in query if pair[0] not in ("max_id", "since_id", "min_id")]
        links = [
            f'<{self.base}{path}?{urlencode([*kept, (name, native)])}>; rel="{rel}"'
            for rel, name, native in (("next", "max_id", page[-1][0]), ("prev", "min_id", page[0][0]))
        ]
        return Reply(200, [row[1] for row in page], {"Link": ", ".join(links)})

    def _post(self, me: Account, headers: Mapping[str, str], body: bytes) -> Reply:
        form = headers.get("content-type", "").startswith("application/x-www-form")
        said: dict[str, Any] = dict(parse_qsl(body.decode())) if form else json.loads(body)
        key = (me.id, headers.get("idempotency-key", ""))
        kept = self.keys.get(key) if key[1] and self.keeps_keys else None
        if kept and self.clock() - kept[0] < HOUR and kept[1] in self.toots:
            return Reply(200, self.shown(self.toots[kept[1]], me))
        text, parent = said.get("status") or "", said.get("in_reply_to_id")
        if not text.strip():
            return Reply(422, {"error": "Validation failed: Text can't be blank"})
        if measured(text, "statuses") > self.most:
            return Reply(422, {"error": f"Validation failed: Text character limit of {self.most} exceeded"})
        if parent is not None and parent not in self.toots and not self.minds_parents:
            parent = None
        if parent is not None:
            self._visible(parent, me)
        ids: list[str] = said.get("media_ids") or []
        if any(self.media[one].looks_left > 0 for one in ids):
            return Reply(422, {"error": "Cannot attach files that have not finished processing"})
        made = self.toot(me.acct, text, visibility=said.get("visibility", "public"), parent=parent)
        self.shows[made.id] = [self.media[one] for one in ids]
        self.keys[key] = (self.clock(), made.id)
        return Reply(200, self.shown(made, me))

    def _upload(self, version: str, headers: Mapping[str, str], body: bytes) -> Reply:
        if version == "v2" and not self.second_media:
            return Reply(404, b"<html>nothing here</html>")
        if self.refuses_media:
            return Reply(422, {"error": self.refuses_media})
        head = f"Content-Type: {headers['content-type']}\r\n\r\n".encode()
        parts = message_from_bytes(head + body, policy=HTTP)
        said = {
            str(part.get_param("name", header="content-disposition")): part for part in parts.iter_parts()
        }
        file = said["file"]
        self._count += 1
        made = f"m{self._count}"
        alt = said["description"].get_payload(decode=True) if "description" in said else b""
        content = file.get_payload(decode=True)
        assert isinstance(content, bytes)
        assert isinstance(alt, bytes)
        self.media[made] = Media(
            file.get_filename() or "", file.get_content_type(), content, alt.decode(), self.works_on_media
        )
        return self._media(made, new=True)

    def _media(self, native: str, *, new: bool = False) -> Reply:
        one = self.media[native]
        working = one.looks_left > 0
        one.looks_left -= 0 if new else 1
        if self.spoils_media and not new:
            return Reply(422, {"error": "Error processing thumbnail for uploaded media"})
        url = None if working else f"{self.base}/media/{native}"
        said = {"id": native, "type": "image", "url": url, "description": one.alt or None}
        return Reply((202 if new else 206) if working else 200, said)

    def _remove(self, native: str, me: Account) -> Reply:
        toot = self._visible(native, me)
        if toot.by is not me:
            raise KeyError(native)
        said = self.shown(toot, me) | {"text": toot.text}
        self.delete(native)
        return Reply(200, said)

    def _favour(self, toot: Toot, me: Account) -> Reply:
        toot.favoured.add(me.id)
        return Reply(200, self.shown(toot, me))

    def _context(self, toot: Toot, me: Account) -> dict[str, Any]:
        above: list[Toot] = []
        parent = toot.parent
        while parent in self.toots:
            above.insert(0, self.toots[parent])
            parent = above[0].parent
        below: list[Toot] = []
        hanging = {toot.id}
        for one in self.toots.values():
            if one.parent in hanging:
                hanging.add(one.id)
                below.append(one)
        return {
            "ancestors": [self.shown(one, me) for one in above if self._sees(me, one)],
            "descendants": [self.shown(one, me) for one in below if self._sees(me, one)],
        }

    def _newest(self, me: Account) -> list[Toot]:
        return [toot for toot in reversed(self.toots.values()) if self._sees(me, toot)]

    def _called(self, toot: Toot) -> list[Account]:
        return [
            self.accounts[acct] for acct in dict.fromkeys(CALLS.findall(toot.text)) if acct in self.accounts
        ]

    def _sees(self, me: Account, toot: Toot) -> bool:
        return toot.visibility != "direct" or toot.by is me or me in self._called(toot)

    def _visible(self, native: str, me: Account) -> Toot:
        toot = self.toots[native]
        if not self._sees(me, toot):
            raise KeyError(native)
        return toot

    def _instance(self) -> dict[str, Any]:
        statuses = {"max_characters": self.most, "characters_reserved_per_url": 23}
        about = {
            "domain": DOMAIN,
            "uri": DOMAIN,
            "title": "Shop",
            "version": self.version,
            "api_versions": {"mastodon": 6},
        }
        return about | {"configuration": {"statuses": statuses}, "registrations": {"enabled": False}}

    def shown(self, toot: Toot, me: Account) -> dict[str, Any]:
        """A status as ``me`` gets it."""
        above = self.toots.get(toot.parent or "")
        address = f"https://{toot.by.home}/users/{toot.by.name}/statuses/{toot.id}"
        called = self._called(toot)
        return {
            "id": toot.id, "uri": address, "url": f"{toot.by.url}/{toot.id}", "created_at": stamp(toot.at),
            "edited_at": stamp(toot.edited) if toot.edited else None, "account": person(toot.by),
            "content": html(toot.text, self.accounts), "visibility": toot.visibility,
            "sensitive": bool(toot.spoiler),
            "spoiler_text": toot.spoiler, "language": toot.language, "in_reply_to_id": toot.parent,
            "in_reply_to_account_id": above.by.id if above else None, "media_attachments": list(toot.media),
            "mentions": [
                {"id": one.id, "acct": one.acct, "username": one.name, "url": one.url} for one in called
            ],
            "tags": [
                {"name": tag, "url": f"https://{DOMAIN}/tags/{tag}"}
                for tag in map(str.lower, TAGS.findall(toot.text))
            ],
            "emojis": [], "favourites_count": len(toot.favoured), "favourited": me.id in toot.favoured,
            "replies_count": sum(
                one.parent == toot.id and one.visibility != "direct" for one in self.toots.values()
            ),
            "reblogs_count": 0, "reblog": self.shown(toot.boosts, me) if toot.boosts else None,
            "poll": None, "card": None, "application": None,
        }  # fmt: skip
