"""Asking an account's server: signed in once, the sign-in renewed when it has run out.

Signing in is limited to a few times in five minutes and a few hundred in a day, so nothing signs
in that can renew. Source: the lexicons of com.atproto.server, tried on a real server (PDS 0.4).
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlencode

import msgspec

from cxtui.connectors.bluesky.wire import problem
from cxtui.connectors.nested import told
from cxtui.core.feed import Feed
from cxtui.core.web import place
from cxtui.errors import FeedError, Refused, Rejected, Throttled, Unreachable
from cxtui.http import Answer, Client

T = TypeVar("T")
Params = Sequence[tuple[str, str | int]]

TOLD = (400, 401, 403)
"""Statuses with which a server says what is the matter."""
UPLOAD = 120.0
"""Seconds for sending a picture."""
STALE = frozenset({"ExpiredToken", "InvalidToken", "AuthMissing", "AuthenticationRequired"})
"""Refusals that a fresh sign-in may end. An expired token is refused with 400."""
_WORDS = {
    "AuthFactorTokenRequired": "wants a code by mail with that password; use an app password instead",
    "AccountTakedown": "has taken down the account {user}",
    "AccountDeactivated": "says that the account {user} is deactivated",
}


class Session(msgspec.Struct, frozen=True):
    """Who we are there, and what proves it for two hours (``accessJwt``) or renews that (``refreshJwt``)."""

    did: str
    accessJwt: str  # noqa: N815 - the lexicon's name
    refreshJwt: str  # noqa: N815 - the lexicon's name
    handle: str = ""
    active: bool | None = None

    def __repr__(self) -> str:
        return f"Session({self.did})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return [("did", self.did)]


class Uploaded(msgspec.Struct, frozen=True):
    """What a server calls a blob that it keeps for a while."""

    blob: dict[str, Any]


@dataclass
class Xrpc:
    """The requests of one account. The session is a cache: it may be lost at any time."""

    feed: Feed
    http: Client
    session: Session | None = None
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def get(self, name: str, kind: type[T], params: Params = ()) -> T:
        """What a query gives. Raises: Unreachable, Unreadable, Throttled, Refused."""
        answer = await self.ask("GET", name, params)
        if answer.status >= 400:
            raise self.refusal(answer)
        return told(answer, kind)

    async def look(self, name: str, kind: type[T], params: Params, absent: Collection[str]) -> T | None:
        """What a query gives, None where it is refused by one of the names in ``absent``."""
        answer = await self.ask("GET", name, params)
        if answer.status >= 400:
            if problem(answer).error in absent:
                return None
            raise self.refusal(answer)
        return told(answer, kind)

    async def post(self, name: str, kind: type[T], said: Any) -> T:
        """What a procedure gives. Raises: Rejected with a reason; Unreachable, Throttled, Refused."""
        answer = await self.ask("POST", name, said=said)
        if answer.status == 400:
            raise Rejected(f"{self.place} did not take it: {problem(answer).message}")
        if answer.status > 400:
            raise self.refusal(answer)
        return told(answer, kind)

    async def upload(self, kind: str, content: bytes) -> Any:
        """A blob, as a record names it: it goes again where no record does. Raises: as `post`."""
        answer = await self.ask("POST", "com.atproto.repo.uploadBlob", blob=(kind, content))
        if answer.status == 400:
            raise Rejected(f"{self.place} did not take it: {problem(answer).message}")
        if answer.status > 400:
            raise self.refusal(answer)
        return told(answer, Uploaded).blob

    async def ask(
        self, method: str, name: str, params: Params = (), said: Any = None,
        blob: tuple[str, bytes] | None = None,
    ) -> Answer:  # fmt: skip
        """The answer to a request that is signed in, a refusal that names its reason among them."""
        session = await self.signed_in()
        answer = await self._request(method, name, session.accessJwt, params, said, blob)
        if answer.status in TOLD and problem(answer).error in STALE:
            session = await self._renewed(session)
            answer = await self._request(method, name, session.accessJwt, params, said, blob)
        return answer

    async def signed_in(self) -> Session:
        """The session, begun when first needed. Raises: Refused, Throttled, Unreachable, SecretError."""
        async with self._turn:
            if self.session is None:
                self.session = await self._begun()
            return self.session

    def refusal(self, answer: Answer) -> FeedError:
        """What a refusal means."""
        why = problem(answer)
        if why.error in _WORDS:
            return Refused(f"{self.place} {_WORDS[why.error].format(user=self.feed.user)}")
        if answer.status in (401, 403) or why.error in STALE:
            return Refused(f"{self.place} does not let us in: {why.message}")
        return Unreachable(f"{self.place} did not take our request: {why.message}")

    @property
    def place(self) -> str:
        """The server as a sentence names it."""
        return place(self.feed.url)

    async def _renewed(self, stale: Session) -> Session:
        """A session in the place of ``stale``; who comes second finds it renewed."""
        async with self._turn:
            if self.session is stale or self.session is None:
                answer = await self._request("POST", "com.atproto.server.refreshSession", stale.refreshJwt)
                if answer.status < 400:
                    self.session = answer.json(Session)
                elif problem(answer).error in STALE:  # revoked, or older than it may be
                    self.session = None
                    self.session = await self._begun()
                else:
                    raise self.refusal(answer)
            return self.session

    async def _begun(self) -> Session:
        if not (self.feed.user and self.feed.token):
            raise Refused(f"the feed {self.feed.name} needs a user and its app password as token")
        password = await asyncio.to_thread(self.feed.token.reveal)
        said = {"identifier": self.feed.user.removeprefix("@"), "password": password}
        try:
            answer = await self._request("POST", "com.atproto.server.createSession", None, said=said)
        except Throttled as limit:  # counted by account: other accounts there need not wait
            words = f"{self.place} lets {self.feed.user} sign in no more for now"
            raise Throttled(words, limit.until) from limit
        if answer.status >= 400:
            self.feed.token.forget()
            why = problem(answer)
            if answer.status == 401 and why.error not in _WORDS:
                raise Refused(
                    f"{self.place} did not accept the app password of {self.feed.user}; "
                    "a new one is made in its settings, under app passwords"
                )
            raise self.refusal(answer)
        session = answer.json(Session)
        if session.active is False:
            raise Refused(f"{self.place} says that the account {self.feed.user} is not active")
        return session

    async def _request(
        self, method: str, name: str, token: str | None, params: Params = (), said: Any = None,
        blob: tuple[str, bytes] | None = None,
    ) -> Answer:  # fmt: skip
        query = f"?{urlencode(params)}" if params else ""
        if blob is not None:
            kind, content = blob
            return await self.http.request(
                method,
                f"{self.feed.url.rstrip('/')}/xrpc/{name}",
                headers={"Authorization": f"Bearer {token}", "Content-Type": kind},
                content=content,
                accept="application/json",
                also=(*TOLD, 413),
                seconds=UPLOAD,
            )
        return await self.http.request(
            method,
            f"{self.feed.url.rstrip('/')}/xrpc/{name}{query}",
            headers={"Authorization": f"Bearer {token}"} if token else {},
            json=said,
            accept="application/json",
            also=TOLD,
        )
