"""The requests themselves: filled in, signed, sent to the feed's own server."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from cxtui.connectors.json.settings import Settings
from cxtui.connectors.json.template import Request, filled, header
from cxtui.core.feed import Feed
from cxtui.core.web import LONG_SECRET
from cxtui.errors import Refused
from cxtui.http import Answer, Client

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Asking:
    """Asks one server as the settings say."""

    feed: Feed
    http: Client
    told: Settings

    async def list(
        self,
        url: str,
        *,
        onward: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        first: bool = False,
    ) -> Answer:
        """A page of the list. The configured parameters go with the ``first`` and with ``onward`` ones."""

        async def send(values: Mapping[str, str]) -> Answer:
            own: Mapping[str, str] = self.told.params if first or onward else {}
            params = {key: filled(value, values) for key, value in own.items()}
            return await self.http.request(
                "GET",
                url,
                params=params | dict(onward or {}) | self._secret(values) or None,
                headers=self._headers(self.told.listing, values) | dict(headers or {}),
                accept="application/json",
            )

        return await self._signed(send)

    async def send(
        self,
        request: Request,
        said: Mapping[str, str] | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        also: frozenset[int] = frozenset(),
    ) -> Answer:
        """The answer to a described request; ``said`` are the values beside user and token.

        Raises: Rejected where a value cannot stand where it should.
        """

        async def send(values: Mapping[str, str]) -> Answer:
            every = {**values, **(said or {})}
            form, body = request.body(every)
            kind = {"Content-Type": FORM} if form is not None else {}
            return await self.http.request(
                request.method,
                request.address(every),
                params=self._secret(values) or None,
                headers=self._headers(request, every) | kind | dict(headers or {}),
                json=body,
                content=form,
                accept="application/json",
                also=also,
            )

        return await self._signed(send)

    async def _signed(self, send: Callable[[Mapping[str, str]], Awaitable[Answer]]) -> Answer:
        """An answer; where the sign-in is refused, the token is asked of its source anew, once."""
        values = await self._values()
        try:
            return await send(values)
        except Refused:
            if self.feed.token is None:
                raise
            self.feed.token.forget()
            newer = await self._values()
            if newer == values:
                raise
        return await send(newer)

    def hushed(self, words: str) -> str:
        """A server's words about a request, without the token where they repeat it."""
        token = self.feed.token.reveal() if self.feed.token else ""
        return words.replace(token, "***") if len(token) >= LONG_SECRET else words

    async def _values(self) -> Mapping[str, str]:
        token = await asyncio.to_thread(self.feed.token.reveal) if self.feed.token else ""
        return {"user": self.feed.user or "", "token": token}

    def _secret(self, values: Mapping[str, str]) -> dict[str, str]:
        return {self.told.named: values["token"]} if self.told.way == "query" else {}

    def _headers(self, request: Request, values: Mapping[str, str]) -> dict[str, str]:
        found = {name: header(name, value, values) for name, value in request.headers.items()}
        match self.told.way:
            case "bearer":
                found["Authorization"] = header("Authorization", "Bearer {token}", values)
            case "basic":
                pair = f"{values['user']}:{values['token']}".encode()
                found["Authorization"] = f"Basic {b64encode(pair).decode()}"
            case "header":
                found[self.told.named] = header(self.told.named, "{token}", values)
            case _:
                pass
        return found
