"""A made-up message board behind JSON, for feeds that describe what they read.

It wants a bearer token, pages by links, keeps idempotency keys, and takes replies to nothing with 201.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.servers.scripted import Asked, Scripted, Step, json_answer

TOKEN = "board-token"
US = "u-desk"
OPTIONS: Mapping[str, object] = {
    "items": "messages",
    "map": {
        "id": "no",
        "html": "body",
        "author": {"handle": "user.login", "name": "user.name", "uri": "user.id"},
        "posted": "created",
        "thread": "topic",
        "parent": "answers",
        "url": "page",
        "withdrawn": "removed",
        "visibility": "private && 'direct' || 'public'",
    },
    "next": "more",
    "us": {"url": "me", "id": "id", "handle": "login"},
    "thread": {"url": "topic?no={thread}"},
    "reply": {
        "url": "answers",
        "json": {"answers": "{id}", "topic": "{thread}", "body": "{text}"},
        "id": "no",
        "url_of": "page",
        "idempotency": "Idempotency-Key",
    },
}
"""How a feed describes it, with its list at ``/board/messages``."""


@dataclass
class Board:
    """Messages by number, the newest first in every list, ``size`` of them on a page."""

    now: datetime
    size: int = 50
    token: str = TOKEN
    said: dict[int, dict[str, Any]] = field(default_factory=dict[int, dict[str, Any]])
    keys: dict[str, int] = field(default_factory=dict[str, int])
    posted: list[Asked] = field(default_factory=list[Asked])

    def mount(self, server: Scripted) -> None:
        """Answer at the board's addresses."""
        server.on("/board/messages", self._messages)
        server.on("/board/me", self._me)
        server.on("/board/topic", self._topic)
        server.on("/board/answers", self._answers)

    def write(self, text: str, name: str = "Mai", parent: int | None = None, **more: Any) -> int:
        """Say something; a name of ours is "desk"."""
        number = len(self.said) + 1
        topic = self.said[parent]["topic"] if parent in self.said else str(number)
        self.said[number] = {
            "no": number,
            "body": f"<p>{text}</p>",
            "user": {"id": US if name == "desk" else f"u-{name}", "login": name.lower(), "name": name},
            "created": self.now.timestamp() + number / 1000,
            "topic": topic,
            "answers": parent,
            "page": f"/b/{topic}#{number}",
            "removed": False,
            "private": False,
            **more,
        }
        return number

    def _allowed(self, asked: Asked) -> bool:
        return asked.headers.get("authorization") == f"Bearer {self.token}"

    def _messages(self, asked: Asked) -> Iterable[Step]:
        if not self._allowed(asked):
            return json_answer('{"error": "who are you?"}', status=401)
        every = sorted(self.said.values(), key=lambda one: -one["no"])
        start = int(asked.query.get("from", "0"))
        page: dict[str, object] = {"messages": every[start : start + self.size], "more": None}
        if start + self.size < len(every):
            page["more"] = f"/board/messages?from={start + self.size}"
        return json_answer(json.dumps(page))

    def _me(self, asked: Asked) -> Iterable[Step]:
        if not self._allowed(asked):
            return json_answer('{"error": "who are you?"}', status=401)
        return json_answer(json.dumps({"id": US, "login": "desk"}))

    def _topic(self, asked: Asked) -> Iterable[Step]:
        there = [one for one in self.said.values() if one["topic"] == asked.query.get("no")]
        if not there:
            return json_answer('{"error": "no such topic"}', status=404)
        return json_answer(json.dumps({"messages": there}))

    def _answers(self, asked: Asked) -> Iterable[Step]:
        self.posted.append(asked)
        if not self._allowed(asked):
            return json_answer('{"error": "who are you?"}', status=401)
        told = json.loads(asked.body)
        if not str(told.get("body", "")).strip():
            return json_answer('{"errors": [{"message": "body is <b>needed</b>"}]}', status=422)
        key = asked.headers.get("idempotency-key", "")
        if key not in self.keys:
            parent = int(told["answers"]) if str(told["answers"]).isdigit() else None
            self.keys[key] = self.write(told["body"], "desk", parent)
        return json_answer(json.dumps(self.said[self.keys[key]]), status=201)
