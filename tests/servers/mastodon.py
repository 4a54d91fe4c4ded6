"""A pretended Mastodon on 127.0.0.1: one account of ours, customers here and on another server.

The real server is in no package, so this one stands for it; tests/connectors/mastodon holds it against
the vendor's description.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.servers.place import When
from tests.servers.pretended_mastodon import PretendedMastodon, Reply
from tests.servers.scripted import Asked, Script, Scripted, Step, answer, json_answer

US, TOKEN = "lampco", "our-token"
MAI, MAI_TOKEN = "mai", "mai-token"
ANA = "ana@away.example"
FIXED = (
    "/api/v1/accounts/verify_credentials",
    "/api/v2/instance",
    "/api/v1/notifications",
    "/api/v1/statuses",
)


def missing() -> str | None:
    """Nothing has to be installed."""
    return None


def peopled(stub: PretendedMastodon) -> PretendedMastodon:
    """The same server with us and two customers on it."""
    stub.join(US, TOKEN, followers=900)
    stub.join(MAI, MAI_TOKEN, followers=12)
    stub.join(ANA, followers=3)
    return stub


class Routes(dict[str, Script]):
    """Scripts by path; what has none of its own is ``rest``'s."""

    def __init__(self, rest: Script) -> None:
        super().__init__()
        self.rest = rest

    def get(self, path: str, default: object = None) -> Script:  # type: ignore[override] # noqa: ARG002
        return super().get(path) or self.rest


def mount(stub: PretendedMastodon, server: Scripted) -> None:
    """Let ``server`` answer as ``stub`` does."""

    def asked(request: Asked) -> Iterable[Step]:
        return steps(stub.respond(request.method, request.target, request.headers, request.body))

    server.scripts = Routes(asked)
    for path in FIXED:
        server.on(path, asked)


def steps(said: Reply) -> list[Step]:
    """One answer as bytes; the connection ends with it."""
    headers = {"Connection": "close", **said.headers}
    if said.said is None:
        return answer(said.status, headers=headers)
    return json_answer(json.dumps(said.said), headers, said.status)


class Mastodon:
    """The server as a place to round-trip in; it keeps nothing in ``folder``."""

    name = "mastodon"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.stub = peopled(PretendedMastodon())
        self._server = Scripted()
        self._lock = threading.Lock()
        self._armed: tuple[When, Callable[[], None]] | None = None
        self._server.scripts = Routes(self._answer)
        self.stub.base = self._server.url

    def __enter__(self) -> Self:
        self._server.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, where: TracebackType | None
    ) -> None:
        self._server.__exit__(kind, value, where)

    @property
    def url(self) -> str:
        return self._server.url

    @property
    def feed(self) -> str:
        return (
            f'[[feeds]]\nname = "place"\nconnector = "mastodon"\nurl = "{self.url}"\n'
            'token = { env = "MASTODON_TOKEN" }\nallow_private = true\n'
        )

    @property
    def env(self) -> Mapping[str, str]:
        return {"MASTODON_TOKEN": TOKEN}

    def ask(self, text: str) -> str:
        with self._lock:
            return self.stub.toot(MAI, f"@{US} {text}").id

    def answers(self, native: str) -> list[str]:
        """Read by the customer's token: what answers it, as HTML without its tags."""
        path = f"/api/v1/statuses/{native}/context"
        with self._lock:
            said = self.stub.respond("GET", path, {"authorization": f"Bearer {MAI_TOKEN}"}, b"")
        assert said.status == 200, said
        below = [one["id"] for one in said.said["descendants"] if one["in_reply_to_id"] == native]
        return [self.stub.toots[one].text for one in below]

    def arm(self, when: When, strike: Callable[[], None]) -> None:
        with self._lock:
            self._armed = (when, strike)

    def _answer(self, asked: Asked) -> Iterable[Step]:
        with self._lock:
            armed = None
            if (asked.method, asked.path) == ("POST", "/api/v1/statuses"):
                armed, self._armed = self._armed, None
            if armed and armed[0] == "before":
                armed[1]()
                return []
            said = self.stub.respond(asked.method, asked.target, asked.headers, asked.body)
        if armed:
            armed[1]()
            return []
        return steps(said)
