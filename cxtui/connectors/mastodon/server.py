"""Asking one server: our token, its refusals in its own dialect, who we are there and what it allows."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode, urlsplit

import msgspec

from cxtui.connectors.mastodon.wire import Account, Around, Instance, Pictures, Status, reason, rows, word
from cxtui.core.feed import Feed, Secret
from cxtui.core.web import place
from cxtui.errors import Missing, Refused, Rejected, Unreadable
from cxtui.http import Answer, Client
from cxtui.http.answer import MISSING_REST, judge

USUAL = 500
"""Characters of a status where a server does not say."""
FILES = 4
"""Files of a status where a server does not say."""
LARGEST = 8 << 20
"""Bytes of a thread."""
UPLOAD = 180.0
"""Seconds for sending a picture."""
UNDONE = (400, 403, 404, 410, 413, 422)
"""Nothing was taken, for a reason the server gives."""
_REFUSALS = (*UNDONE, 401, 405)


@dataclass(frozen=True, slots=True)
class House:
    """What a server says of itself. ``domain`` is the part behind the @ of its own people."""

    domain: str
    most: int = USUAL
    version: str = ""
    keeps_keys: bool = True
    files: int = FILES
    pictures: Pictures = field(default_factory=Pictures)


@dataclass(frozen=True, slots=True)
class Context:
    """What stands above and below a status."""

    ancestors: list[Status]
    descendants: list[Status]


@dataclass(slots=True)
class Server:
    """One account's way in. Who we are and what the server allows are asked once."""

    feed: Feed
    http: Client
    house: House | None = None
    account: Account | None = None

    @property
    def name(self) -> str:
        """The server as a sentence names it."""
        return place(self.feed.url)

    async def ask(
        self,
        method: str,
        path: str,
        scope: str,
        *,
        query: Iterable[tuple[str, str]] = (),
        said: Mapping[str, object] | None = None,
        key: str | None = None,
        also: Collection[int] = (),
        form: tuple[str, bytes] | None = None,
    ) -> Answer:
        """The answer, if it is good or its status one of ``also``. ``scope`` is what the token must allow.

        ``form`` is a kind and bytes to send in the place of ``said``.
        Raises: Refused, Throttled, Gone, Missing, Unreachable.
        """
        answer = await self._once(method, path, query, said, key, form)
        if answer.status == 401 and self.feed.token and await self._renewed(self.feed.token):
            answer = await self._once(method, path, query, said, key, form)
        if 200 <= answer.status < 300 or (answer.status in also and answer.status not in (401, 403)):
            return answer
        self._refuse(answer, scope, also)
        if answer.status not in also:
            if answer.status == 404:
                raise Missing(f"{self.name} has no Mastodon API at that address (404)", MISSING_REST)
            host = urlsplit(self.feed.url).hostname
            judge(answer.status, answer.headers, self.name, (), self.http.clock(), host)
        return answer

    async def who(self) -> Account:
        """The account that the token belongs to. Raises: Unreadable where the server does not say."""
        if self.account is None:
            answer = await self.ask("GET", "/api/v1/accounts/verify_credentials", "read:accounts")
            account = answer.json(Account)
            if not word(account.id):
                raise Unreadable(f"{self.name} did not say who we are there")
            self.account = account
        return self.account

    async def rules(self) -> House:
        """What the server allows. Old and small software has the first version of that page, or none."""
        if self.house is None:
            told = await self._instance("/api/v2/instance") or await self._instance("/api/v1/instance")
            told = told or Instance()
            domain = told.server or urlsplit(self.feed.url).hostname or self.name
            many = FILES if told.files is None else told.files
            self.house = House(
                domain, told.most or USUAL, word(told.version), told.keeps_keys, many, told.pictures
            )
        return self.house

    async def status(self, native: str) -> Status | None:
        """One status as it stands now, None where it is gone or hidden from us."""
        answer = await self._of(native, "")
        if answer is None:
            return None
        found = rows([msgspec.Raw(answer.body)], Status) if answer.json(dict[str, object]) else []
        if not found:
            raise Unreadable(f"{self.name} sent something that is no status")
        return found[0]

    async def context(self, native: str) -> Context | None:
        """What stands above and below a status, None where it is gone."""
        answer = await self._of(native, "/context")
        if answer is None:
            return None
        around = answer.json(Around)
        return Context(rows(around.ancestors, Status), rows(around.descendants, Status))

    async def act(self, native: str, act: str, scope: str) -> None:
        """Do something to a status. Raises: Rejected where it is gone or the server refuses."""
        path = f"/api/v1/statuses/{quote(native, safe='')}/{act}"
        answer = await self.ask("POST", path, scope, also=UNDONE)
        if answer.status >= 400:
            raise self.rejected(answer)

    async def delete(self, native: str) -> None:
        """Delete a status of ours; one that is gone is deleted. Raises: Rejected where the server refuses."""
        path = f"/api/v1/statuses/{quote(native, safe='')}"
        answer = await self.ask("DELETE", path, "write:statuses", also=UNDONE)
        if answer.status in (404, 410) and not reason(answer):
            raise Missing(f"{self.name} has no Mastodon API at that address ({answer.status})", MISSING_REST)
        if answer.status >= 400 and answer.status not in (404, 410):
            raise self.rejected(answer)

    async def write(self, said: Mapping[str, object], key: str) -> Status:
        """A new status as the server took it; with the same ``key`` it is the same one for an hour.

        Raises: Rejected; Unreachable where it is not known whether it was taken.
        """
        answer = await self.ask("POST", "/api/v1/statuses", "write:statuses", said=said, key=key, also=UNDONE)
        if answer.status >= 400:
            raise self.rejected(answer)
        made = answer.json(Status)
        if not made.name:
            raise Unreadable(f"{self.name} did not say what became of the reply")
        return made

    def rejected(self, answer: Answer) -> Rejected:
        """The server's own words for why it did not take something."""
        if answer.status in (404, 410):
            return Rejected(f"{self.name} has that message no more: it is gone, or hidden from us")
        return Rejected(
            f"{self.name} did not take it: {reason(answer) or f'no reason given ({answer.status})'}"
        )

    async def _instance(self, path: str) -> Instance | None:
        answer = await self.ask("GET", path, "read", also=(404, 405))
        return None if answer.status >= 400 else answer.json(Instance)

    async def _of(self, native: str, what: str) -> Answer | None:
        path = f"/api/v1/statuses/{quote(native, safe='')}{what}"
        answer = await self.ask("GET", path, "read:statuses", also=(404, 410))
        if answer.status < 400:
            return answer
        if not reason(answer):  # a page of something else says nothing about the status
            raise Missing(f"{self.name} has no Mastodon API at that address ({answer.status})", MISSING_REST)
        return None

    async def _once(
        self,
        method: str,
        path: str,
        query: Iterable[tuple[str, str]],
        said: Mapping[str, object] | None,
        key: str | None,
        form: tuple[str, bytes] | None = None,
    ) -> Answer:
        token = self.feed.token
        if token is None:
            raise Refused(f"the feed {self.feed.name} has no token to sign in with")
        headers = {"Authorization": f"Bearer {await asyncio.to_thread(token.reveal)}"}
        if key:
            headers["Idempotency-Key"] = key
        if form is not None:
            return await self.http.request(
                method,
                f"{self.feed.url.rstrip('/')}{path}",
                headers={**headers, "Content-Type": form[0]},
                content=form[1],
                accept="application/json",
                limit=LARGEST,
                also=_REFUSALS,
                seconds=UPLOAD,
            )
        pairs = urlencode([*query])
        return await self.http.request(
            method,
            f"{self.feed.url.rstrip('/')}{path}{'?' if pairs else ''}{pairs}",
            headers=headers,
            json=said,
            accept="application/json",
            limit=LARGEST,
            also=_REFUSALS,
        )

    @staticmethod
    async def _renewed(token: Secret) -> bool:
        """Whether the token's source gives another one than that which was refused."""
        before = await asyncio.to_thread(token.reveal)
        token.forget()
        return await asyncio.to_thread(token.reveal) != before

    def _refuse(self, answer: Answer, scope: str, also: Collection[int]) -> None:
        """Raise Refused where an answer is about who we are, in the words of Mastodon."""
        words = reason(answer)
        match answer.status:
            case 401:
                raise Refused(f"{self.name} refused our token{f': {words}' if words else ' (401)'}")
            case 403 if "scope" in words:
                raise Refused(
                    f"the token of {self.feed.name} may not do that: it needs the scope {scope}; "
                    f"make one with it at {self.name} under Preferences, Development"
                )
            case 403 if words and 403 not in also:
                raise Refused(f"{self.name} does not let us: {words}")
            case 422 if "authenticated user" in words:
                raise Refused(f"the token of {self.feed.name} belongs to no account at {self.name}")
            case _:
                return
