"""What a server of the AT Protocol answers, as far as cxtui asks: for tests that need no real one.

Its orders, refusals and headers are those of the real PDS and AppView that tests/servers/bluesky.py
starts; tests/connectors/bluesky/test_bluesky_server.py puts the real ones through the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, cast
from urllib.parse import parse_qs, urlencode, urlsplit

from cxtui.connectors.bluesky.keys import key_at, time_of
from cxtui.core.text import graphemes
from tests.servers.scripted import Asked, Scripted, Step, answer, json_answer

POST, LIKE = "app.bsky.feed.post", "app.bsky.feed.like"
BRAND, MAI, NOY = "did:plc:brand", "did:plc:mai", "did:plc:noy"
HANDLES = {BRAND: "lampco.test", MAI: "mai.test", NOY: "noy.test"}
PASSWORD = "abcd-efgh-ijkl-mnop"
NAMES = (
    "com.atproto.server.createSession", "com.atproto.server.refreshSession", "com.atproto.server.getSession",
    "com.atproto.repo.createRecord", "com.atproto.repo.getRecord", "com.atproto.repo.listRecords",
    "com.atproto.repo.uploadBlob",
    "com.atproto.identity.resolveHandle", "app.bsky.notification.listNotifications",
    "app.bsky.feed.getPosts", "app.bsky.feed.getPostThread", "app.bsky.feed.searchPosts",
)  # fmt: skip

Reply = tuple[int, Mapping[str, str], Any]
Query = Mapping[str, list[str]]


@dataclass
class Written:
    """A record somebody wrote, and when the AppView read it. ``shown``: it has."""

    uri: str
    record: dict[str, Any]
    indexed: datetime
    shown: bool = True

    @property
    def did(self) -> str:
        return self.uri.split("/")[2]

    @property
    def key(self) -> str:
        return self.uri.split("/")[4]

    @property
    def cid(self) -> str:
        return f"bafy{self.key}"

    @property
    def sorted_at(self) -> str:
        """The time its lists go by: the author's claim where that is earlier."""
        return min(str(self.record["createdAt"]), stamp(self.indexed))


@dataclass
class PretendedBluesky:
    """Records in memory. ``now`` is the server's clock; each record comes a millisecond after the other.

    ``instead`` has answers to give in the place of the true ones, by name, each once.
    """

    now: datetime
    written: dict[str, Written] = field(default_factory=dict[str, Written])
    password: str = PASSWORD
    handle: str = HANDLES[BRAND]
    state: str = ""
    active: bool = True
    lagging: bool = False
    blocking: set[str] = field(default_factory=set[str])
    closed: set[str] = field(default_factory=set[str])
    access: set[str] = field(default_factory=set[str])
    refresh: set[str] = field(default_factory=set[str])
    instead: dict[str, list[Reply]] = field(default_factory=dict[str, list[Reply]])
    asked: list[str] = field(default_factory=list[str])
    blobs: dict[str, tuple[str, bytes]] = field(default_factory=dict[str, tuple[str, bytes]])

    @property
    def brand(self) -> str:
        return BRAND

    def write(
        self, text: str, did: str = MAI, *, to: str | None = None, created: datetime | None = None,
        **more: Any,
    ) -> str:  # fmt: skip
        """A post as somebody's program writes it; ``to`` is the address of what it answers."""
        self.now += timedelta(milliseconds=1)
        record: dict[str, Any] = {
            "$type": POST,
            "text": text,
            "createdAt": stamp(created or self.now),
            **more,
        }
        if to:
            above = self.written[to]
            root = above.record.get("reply", {}).get("root") or self._ref(above)
            record["reply"] = {"root": root, "parent": self._ref(above)}
        key = key_at(int(self.now.timestamp() * 1_000_000))
        return self._put(Written(f"at://{did}/{POST}/{key}", record, self.now))

    def mention(self, text: str, did: str = MAI, **more: Any) -> str:
        """A post that begins with our handle."""
        feature = {"$type": "app.bsky.richtext.facet#mention", "did": BRAND}
        end = len(HANDLES[BRAND]) + 1
        facets = [{"index": {"byteStart": 0, "byteEnd": end}, "features": [feature]}]
        return self.write(f"@{HANDLES[BRAND]} {text}", did, facets=facets, **more)

    def delete(self, uri: str) -> None:
        del self.written[uri]

    def expire(self) -> None:
        """Every access token has run out; the refresh tokens hold."""
        self.access.clear()

    def revoke(self) -> None:
        """The app password is no more, and what was begun with it cannot be renewed."""
        self.refresh.clear()
        self.password = "another"

    def show(self) -> None:
        """The AppView has caught up."""
        for one in self.written.values():
            one.shown = True

    def mount(self, server: Scripted) -> None:
        def asked(request: Asked) -> Iterable[Step]:
            token = request.headers.get("authorization", "").removeprefix("Bearer ")
            kind = request.headers.get("content-type", "")
            status, headers, said = self.respond(request.method, request.target, request.body, token, kind)
            if isinstance(said, str):
                return answer(status, said, headers)
            return json_answer(json.dumps(said), headers, status)

        for name in NAMES:
            server.on(f"/xrpc/{name}", asked)

    def respond(self, method: str, target: str, body: bytes, token: str, kind: str = "") -> Reply:
        """A status, headers and data."""
        parts = urlsplit(target)
        name = parts.path.removeprefix("/xrpc/")
        self.asked.append(name)
        if self.instead.get(name):
            return self.instead[name].pop(0)
        if name == "com.atproto.repo.uploadBlob":
            return self._barred(token) or self._upload(kind, body)
        said: dict[str, Any] = json.loads(body) if body else {}
        if name == "com.atproto.server.createSession":
            return self._sign_in(said)
        if name == "com.atproto.server.refreshSession":
            known = token in self.refresh
            return self._session() if known else refused(400, "ExpiredToken", "Token has been revoked")
        act = getattr(self, f"_{name.rpartition('.')[2]}")
        return self._barred(token) or act(parse_qs(parts.query) if method == "GET" else said)

    def respond_to(self, name: str, **query: str | Sequence[str]) -> dict[str, Any]:
        """The data of a good answer, to be spoilt."""
        act = getattr(self, f"_{name.rpartition('.')[2]}")
        return deepcopy(act(parse_qs(urlencode(query, doseq=True)))[2])

    def _barred(self, token: str) -> Reply | None:
        """Why a token does not let its bearer in."""
        if not token:
            return refused(401, "AuthMissing", "Authentication Required")
        if self.state:
            return refused(401, self.state, "Account has been taken down")
        return None if token in self.access else refused(400, "ExpiredToken", "Token has expired")

    def _sign_in(self, said: Mapping[str, str]) -> Reply:
        if said["identifier"] not in (HANDLES[BRAND], BRAND) or said["password"] != self.password:
            return refused(401, "AuthenticationRequired", "Invalid identifier or password")
        if self.state:
            return refused(401, self.state, "Account has been taken down")
        return self._session()

    def _session(self) -> Reply:
        number = self.asked.count("com.atproto.server.createSession") * 100 + len(self.asked)
        self.access = {f"access-{number}"}
        self.refresh = {f"refresh-{number}"}
        tokens = {"accessJwt": f"access-{number}", "refreshJwt": f"refresh-{number}"}
        return 200, {}, {"did": BRAND, "handle": self.handle, "active": self.active, **tokens}

    def _getSession(self, _: Query) -> Reply:  # noqa: N802 - the lexicon's name
        keeper = {"id": "#atproto_pds", "serviceEndpoint": "https://puffball.host.example"}
        return 200, {}, {"did": BRAND, "handle": self.handle, "didDoc": {"service": [keeper]}}

    def _createRecord(self, said: Mapping[str, Any]) -> Reply:  # noqa: N802 - the lexicon's name
        record, collection, key = said["record"], said["collection"], said["rkey"]
        if time_of(key) is None:
            return refused(400, "InvalidRequest", f'Invalid record key: Invalid TID string (got "{key}")')
        uri = f"at://{said['repo']}/{collection}/{key}"
        if collection == LIKE:
            before = [one for one in self.written.values() if one.record.get("subject") == record["subject"]]
            for one in before:
                del self.written[one.uri]
        elif graphemes(record["text"]) > 300 or len(record["text"].encode()) > 3000:
            return refused(400, "InvalidRequest", "Invalid app.bsky.feed.post record: grapheme too big")
        images = record.get("embed", {}).get("images", [])
        if any(one["image"]["ref"]["$link"] not in self.blobs for one in images):
            return refused(400, "InvalidRequest", "Could not find blob")
        if uri in self.written:
            return refused(500, "InternalServerError", "Internal Server Error")
        self.now += timedelta(milliseconds=1)
        self._put(Written(uri, record, self.now, shown=not self.lagging))
        return 200, {}, {"uri": uri, "cid": f"bafy{key}", "validationStatus": "valid"}

    def _upload(self, kind: str, body: bytes) -> Reply:
        link = f"bafkrei{sha256(body).hexdigest()[:40]}"
        self.blobs[link] = (kind, body)
        blob = {"$type": "blob", "ref": {"$link": link}, "mimeType": kind, "size": len(body)}
        return 200, {}, {"blob": blob}

    def _deleteRecord(self, said: Mapping[str, Any]) -> Reply:  # noqa: N802 - the lexicon's name
        self.written.pop(f"at://{said['repo']}/{said['collection']}/{said['rkey']}", None)
        return 200, {}, {}

    def _getRecord(self, asked: Query) -> Reply:  # noqa: N802 - the lexicon's name
        uri = f"at://{asked['repo'][0]}/{asked['collection'][0]}/{asked['rkey'][0]}"
        found = self.written.get(uri)
        if found is None:
            return refused(400, "RecordNotFound", f"Could not locate record: {uri}")
        return 200, {}, {"uri": uri, "cid": found.cid, "value": found.record}

    def _listRecords(self, asked: Query) -> Reply:  # noqa: N802 - the lexicon's name
        after = asked.get("cursor", ["~"])[0]
        prefix = f"at://{asked['repo'][0]}/{asked['collection'][0]}/"
        here = [one for uri, one in self.written.items() if uri.startswith(prefix) and one.key < after]
        here.sort(key=lambda one: one.key, reverse=True)
        page = here[: int(asked["limit"][0])]
        told = [{"uri": one.uri, "cid": one.cid, "value": one.record} for one in page]
        return 200, {}, {"records": told, **({"cursor": page[-1].key} if page else {})}

    def _resolveHandle(self, asked: Query) -> Reply:  # noqa: N802 - the lexicon's name
        found = next((did for did, handle in HANDLES.items() if handle == asked["handle"][0]), None)
        if found is None:
            return refused(400, "InvalidRequest", "Unable to resolve handle")
        return 200, {}, {"did": found}

    def _listNotifications(self, asked: Query) -> Reply:  # noqa: N802 - the lexicon's name
        after = asked.get("cursor", ["~"])[0]
        listed = [
            (one, reason)
            for one in self._posts()
            for reason in self._reasons(one)
            if reason in asked["reasons"] and one.sorted_at < after and one.did not in self.blocking
        ]
        page = listed[: int(asked["limit"][0])]
        told = [self._told(one) | {"reason": reason, "isRead": True} for one, reason in page]
        return 200, {}, {"notifications": told, **({"cursor": page[-1][0].sorted_at} if page else {})}

    def _getPosts(self, asked: Query) -> Reply:  # noqa: N802 - the lexicon's name
        assert len(asked["uris"]) <= 25
        found = [self.written[uri] for uri in asked["uris"] if uri in self.written]
        there = [self._shown(one) for one in found if one.shown and one.did not in self.blocking]
        return 200, {}, {"posts": there}

    def _searchPosts(self, asked: Query) -> Reply:  # noqa: N802 - the lexicon's name
        found = [one for one in self._posts() if asked["q"][0].casefold() in one.record["text"].casefold()]
        return 200, {}, {"posts": [self._shown(one) for one in found][: int(asked["limit"][0])]}

    def _getPostThread(self, asked: Query) -> Reply:  # noqa: N802 - the lexicon's name
        uri = asked["uri"][0]
        found = self.written.get(uri)
        if found is None or not found.shown:
            return refused(400, "NotFound", f"Post not found: {uri}")
        return 200, {}, {"thread": self._node(found, int(asked["parentHeight"][0]), int(asked["depth"][0]))}

    def _node(self, one: Written, up: int, down: int) -> dict[str, Any]:
        if one.did in self.blocking:
            return {"$type": "app.bsky.feed.defs#blockedPost", "uri": one.uri, "blocked": True,
                    "author": {"did": one.did}}  # fmt: skip
        node: dict[str, Any] = {"$type": "app.bsky.feed.defs#threadViewPost", "post": self._shown(one)}
        if down:
            below = [x for x in self._posts() if _parent(x) == one.uri]
            node["replies"] = [self._node(x, 0, down - 1) for x in below]
        above = _parent(one)
        if up and above:
            there = self.written.get(above)
            gone = {"$type": "app.bsky.feed.defs#notFoundPost", "uri": above, "notFound": True}
            node["parent"] = self._node(there, up - 1, 0) if there else gone
        return node

    def _posts(self) -> list[Written]:
        """The posts that are shown, the newest first."""
        shown = [one for one in self.written.values() if one.shown and one.record["$type"] == POST]
        return sorted(shown, key=lambda one: one.sorted_at, reverse=True)

    def _reasons(self, one: Written) -> list[str]:
        if one.did == BRAND:
            return []
        found: list[str] = []
        if BRAND in json.dumps(one.record.get("facets", ())):
            found.append("mention")
        if f"at://{BRAND}/" in json.dumps(one.record.get("embed", ())):
            found.append("quote")
        if f"at://{BRAND}/" in json.dumps(one.record.get("reply", ())):
            found.append("reply")
        return found

    def _told(self, one: Written) -> dict[str, Any]:
        handle = self.handle if one.did == BRAND else HANDLES[one.did]
        likes = [x for x in self.written.values() if x.shown and x.record.get("subject") == self._ref(one)]
        viewer: dict[str, Any] = {"like": likes[0].uri} if likes else {}
        if one.uri in self.closed:
            viewer["replyDisabled"] = True
        author = {"did": one.did, "handle": handle, "displayName": handle.partition(".")[0].title()}
        told: dict[str, Any] = {
            "uri": one.uri, "cid": one.cid, "record": one.record, "indexedAt": one.sorted_at,
            "viewer": viewer, "author": author,
        }  # fmt: skip
        return told

    def _shown(self, one: Written) -> dict[str, Any]:
        """A post with its pictures' addresses, which a notification does not have."""
        told = self._told(one)
        embed: Any = one.record.get("embed")
        if isinstance(embed, dict) and "images" in embed:
            view = [_picture(image) for image in cast("list[dict[str, Any]]", embed["images"])]
            told["embed"] = {"$type": "app.bsky.embed.images#view", "images": view}
        return told

    def _put(self, one: Written) -> str:
        self.written[one.uri] = one
        return one.uri

    def _ref(self, one: Written) -> dict[str, str]:
        return {"uri": one.uri, "cid": one.cid}


def _picture(image: Mapping[str, Any]) -> dict[str, Any]:
    return {"alt": image.get("alt"), "fullsize": f"https://cdn.example/{image.get('n')}"}


def _parent(one: Written) -> str | None:
    return one.record.get("reply", {}).get("parent", {}).get("uri")


def stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def refused(status: int, error: str, message: str, headers: Mapping[str, str] | None = None) -> Reply:
    return status, headers or {}, {"error": error, "message": message}
