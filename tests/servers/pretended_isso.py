"""What Isso answers, as far as cxtui asks: for tests that need no real one.

Its orders, hashes and refusals are the real server's; tests/connectors/test_isso.py holds
some of them against each other.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypedDict

from tests.servers.scripted import Asked, Scripted, Step, answer, json_answer

PAGE = "/lamps/"
SITE = "https://shop.example"
SALT = b"Eech7co8Ohloopo9Ol6baimi"


class Comment(TypedDict):
    """One row of Isso's table, as far as it shows."""

    id: int
    uri: str
    parent: int | None
    created: float
    modified: float | None
    mode: int
    text: str
    author: str | None
    website: str | None
    email: str


@dataclass
class PretendedIsso:
    """Comments in memory. ``now`` is the server's clock, a Unix time; each comment comes a moment later."""

    now: float = 1_795_338_000.0
    comments: list[Comment] = field(default_factory=list[Comment])
    latest: bool = True
    moderated: bool = False
    salt: bytes = SALT
    refusal: str | None = None
    asked: list[str] = field(default_factory=list[str])

    def write(
        self,
        text: str,
        *,
        author: str | None = "Mai",
        email: str = "mai@customer.example",
        parent: int | None = None,
        page: str = PAGE,
        created: float | None = None,
        mode: int = 1,
    ) -> Comment:
        number = len(self.comments) + 1
        made = Comment(
            id=number, uri=page, parent=self._top(parent), mode=mode, text=f"<p>{text}</p>", author=author,
            created=self.now + number / 1024 if created is None else created, modified=None, website=None,
            email=email,
        )  # fmt: skip
        self.comments.append(made)
        return made

    def mount(self, server: Scripted) -> None:
        def asked(request: Asked) -> Iterable[Step]:
            status, said = self.respond(request.method, request.path, request.query, request.body)
            site = {"Access-Control-Allow-Origin": SITE}
            if isinstance(said, str):
                return answer(status, said, site, "text/html")
            return json_answer(json.dumps(said), site, status)

        for path in ("/latest", "/", "/new"):
            server.on(path, asked)

    def respond(self, method: str, path: str, query: Mapping[str, str], body: bytes) -> tuple[int, Any]:
        """A status, and data or a page."""
        self.asked.append(path)
        match method, path:
            case "GET", "/latest" if not self.latest:
                said = "404 Not Found: Unavailable because 'latest-enabled' not set by site admin"
                return 404, {"message": said}
            case "GET", "/latest":
                shown = [c for c in self.comments if c["mode"] == 1]
                shown.sort(key=lambda c: (c["parent"] is not None, c["created"]))
                return 200, [self._shown(c, "uri") for c in shown[-int(query["limit"]) :]]
            case "GET", "/":
                return 200, {"id": None, "replies": self._page(query["uri"], None)}
            case "POST", "/new":
                return self._new(query["uri"], json.loads(body))
            case _:
                return 405, "no"

    def _new(self, page: str, said: dict[str, Any]) -> tuple[int, Any]:
        if len(said["text"].rstrip()) < 3:
            return 400, "<h1>Bad Request</h1>\n<p>text is too short (minimum length: 3)</p>\n"
        if self.refusal is not None:
            return 403, {"message": f"403 Forbidden: {self.refusal}"}
        mode = 2 if self.moderated else 1
        made = self.write(
            said["text"], author=said["author"], email=said["email"] or "127.0.0.0", parent=said["parent"],
            page=page, mode=mode,
        )  # fmt: skip
        return 200 + mode, self._shown(made, "hash")

    def _page(self, uri: str, parent: int | None) -> list[dict[str, Any]]:
        here = [c for c in self.comments if c["uri"] == uri and c["parent"] == parent and c["mode"] != 2]
        return [
            self._shown(c, "hash") | ({} if parent else {"replies": self._page(uri, c["id"])}) for c in here
        ]

    def _shown(self, comment: Comment, more: str) -> dict[str, Any]:
        shown = {key: value for key, value in comment.items() if key not in ("email", "uri")}
        if more == "uri":
            return shown | {"uri": comment["uri"]}
        mark = hashlib.pbkdf2_hmac("sha1", comment["email"].encode(), self.salt, 1000, 6)
        return shown | {"hash": mark.hex()}

    def _top(self, parent: int | None) -> int | None:
        above = next((c for c in self.comments if c["id"] == parent), None)
        return above["parent"] or above["id"] if above else None
