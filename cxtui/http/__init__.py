"""The only door to the net: what may be asked of whom, how long it may take, how much may come back.

A `Client` belongs to one feed. It sends sign-in, keys and validators to the origin of the
feed's address and nowhere else, connects only to addresses it has checked (`cxtui.http.door`),
follows redirects by hand, inflates by hand, and turns every failure into a `FeedError` with
a sentence. No proxy is used, whatever the environment says: the checked address must be the
one that is connected to. Only this package knows httpx; the first request imports it.
"""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec

from cxtui.core.feed import Feed
from cxtui.core.web import LONG_SECRET, carries, masked, place, secrets_in
from cxtui.errors import Unreachable, Unreadable
from cxtui.http.answer import LIMITS, Answer, Headers, Limits, judge, read, sentence
from cxtui.http.door import Resolve, lookup, opened
from cxtui.http.wire import Wire, dialled

if TYPE_CHECKING:
    import httpx

__all__ = ["Answer", "Client", "Headers", "Limits", "Wire", "masked"]

MOVED = frozenset({301, 302, 303, 307, 308})
OPEN = frozenset({"if-none-match", "if-modified-since", "content-type", "accept-language"})
"""Headers for the feed's own origin that are no secret in themselves."""
USUAL_PORTS = frozenset({None, 80, 443})


@dataclass(frozen=True, slots=True)
class _Errand:
    """One request with what belongs to it. ``headers`` are for the feed's own origin."""

    method: str
    url: httpx.URL
    headers: Mapping[str, str]
    content: bytes | None
    kind: str | None
    accept: str
    limit: int
    also: Collection[int]


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Client:
    """Requests for one feed. ``agent`` is who we say we are; ``clock`` gives aware UTC."""

    def __init__(
        self,
        feed: Feed,
        *,
        agent: str,
        clock: Callable[[], datetime] = _utc_now,
        limits: Limits = LIMITS,
        resolve: Resolve = lookup,
    ) -> None:
        self.clock = clock
        self._feed = feed
        self._agent = agent
        self._limits = limits
        self._resolve = resolve
        self._ways: dict[bool, httpx.AsyncHTTPTransport] = {}

    async def aclose(self) -> None:
        """Close what is open; a later request opens anew."""
        ways, self._ways = self._ways, {}
        for way in ways.values():
            await way.aclose()

    async def wire(self, host: str, port: int) -> Wire:
        """A connection to a server that speaks something else than HTTP. Raises: Unreachable."""
        feed = self._feed
        return await dialled(
            self._resolve, host, port, feed.ca_file, private=feed.allow_private, limits=self._limits
        )

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str | int] | None = None,
        json: Any = None,
        content: bytes | None = None,
        accept: str = "*/*",
        limit: int | None = None,
        also: Collection[int] = (),
        seconds: float | None = None,
    ) -> Answer:
        """The answer, if it is 2xx, 304 or one of ``also``; redirects of GET and HEAD are followed.

        ``headers``, and a sign-in in the feed's address, go to the feed's own origin only.
        ``limit`` counts bytes on the wire, 2 MiB if not given; ``seconds`` is for the whole, 30 if not given.
        Raises: Unreachable, Unreadable, Throttled, Refused, Gone.
        """
        import httpx

        kind = None
        if json is not None:
            content, kind = msgspec.json.encode(json), "application/json"
        try:
            start = self._home().join(url)
            start = start.copy_merge_params(params) if params else start
        except httpx.InvalidURL as wrong:
            raise Unreachable(f"{masked(url)} is no web address") from wrong
        most = limit or self._limits.wire
        errand = _Errand(method, start, headers or {}, content, kind, accept, most, also)
        try:
            async with asyncio.timeout(seconds or self._limits.whole):
                return await self._follow(errand)
        except TimeoutError as late:
            name = place(str(start))
            raise Unreachable(f"{name} did not answer within {seconds or self._limits.whole:g} s") from late

    async def _follow(self, errand: _Errand) -> Answer:
        redirects: list[int] = []
        name = place(str(errand.url))
        while True:
            self._admit(errand.url)
            found = await self._ask(errand)
            if isinstance(found, Answer):
                return replace(found, redirects=tuple(redirects))
            status, target = found
            if errand.method not in ("GET", "HEAD"):
                raise Unreachable(f"{name} sends us on to {masked(str(target))}; a text is not sent on")
            if errand.url.scheme == "https" and target.scheme == "http":
                raise Unreachable(f"{name} sends us from https to an unencrypted page; that is not followed")
            if _origin(target) != _origin(self._home()) and carries(str(target), self._secrets(errand)):
                raise Unreachable(f"{name} sends our key on to {place(str(target))}; that is not followed")
            if len(redirects) == self._limits.hops:
                raise Unreachable(f"{name} sends us from page to page without end")
            redirects.append(status)
            errand = replace(errand, url=target)

    def _admit(self, url: httpx.URL) -> None:
        port = 80 if url.port is None else url.port
        if url.scheme not in ("http", "https") or not url.host or "%" in url.host or not 0 < port < 65536:
            raise Unreachable(f"{masked(str(url))} is no web address (http:// or https://)")
        usual = url.port in USUAL_PORTS or _origin(url) == _origin(self._home())
        if not (usual or self._feed.allow_private):
            raise Unreachable(
                f"{place(str(url))} is not asked: away from the feed's own address only ports 80 and 443 are"
            )

    async def _ask(self, errand: _Errand) -> Answer | tuple[int, httpx.URL]:
        """An answer, or where it is said to be. Raises what the answer's status means."""
        import httpx

        name = place(str(errand.url))
        try:
            request = self._request(errand)
            response = await self._way(errand).handle_async_request(request)
            try:
                headers = Headers(response.headers.raw)
                if response.status_code in MOVED:
                    return response.status_code, _target(errand.url, headers.get("location"))
                judge(response.status_code, headers, name, errand.also, self.clock(), errand.url.host)
                body = await read(response.aiter_raw(), headers, name, errand.limit, self._limits.inflated)
                return Answer(response.status_code, headers, body, str(request.url))
            finally:
                response.request = request
                await response.aclose()
        except httpx.InvalidURL as wrong:
            raise Unreadable(f"{name} sends us on to something that is no web address") from wrong
        except httpx.HTTPError as broken:
            raise Unreachable(sentence(broken, name, self._limits)) from broken

    def _request(self, errand: _Errand) -> httpx.Request:
        import httpx

        headers = {
            "User-Agent": self._agent,
            "Accept": errand.accept,
            "Accept-Encoding": "gzip",
            "Connection": "close",
        }
        if errand.kind:
            headers["Content-Type"] = errand.kind
        home = self._home()
        if _origin(errand.url) == _origin(home):
            if home.userinfo:
                pair = b64encode(f"{home.username}:{home.password}".encode())
                headers["Authorization"] = f"Basic {pair.decode()}"
            headers |= {name.title(): value for name, value in errand.headers.items()}
        limits = self._limits
        seconds = httpx.Timeout(limits.silence, connect=limits.connect, pool=limits.whole).as_dict()
        return httpx.Request(
            errand.method,
            errand.url.copy_with(userinfo=b"", fragment=None),
            headers=[(key.encode("latin-1"), _bytes(value)) for key, value in headers.items()],
            content=errand.content,
            extensions={"timeout": seconds},
        )

    def _way(self, errand: _Errand) -> httpx.AsyncHTTPTransport:
        home = self._home()
        scheme, host, port = _origin(home)
        signs_in = self._signs_in(home) or any(name.lower() not in OPEN for name in errand.headers)
        unsafe = scheme == "http" and signs_in
        if unsafe not in self._ways:
            self._ways[unsafe] = opened(
                self._resolve,
                self._feed.ca_file,
                private=self._feed.allow_private,
                confidential=(host, port) if unsafe else None,
            )
        return self._ways[unsafe]

    def _home(self) -> httpx.URL:
        import httpx

        return httpx.URL(self._feed.url)

    def _signs_in(self, home: httpx.URL) -> bool:
        return bool(self._feed.token or home.userinfo or secrets_in(self._feed.url))

    def _secrets(self, errand: _Errand) -> tuple[str, ...]:
        """What belongs to the feed's own origin and must not come by in an address elsewhere."""
        sent = [value for name, value in errand.headers.items() if name.lower() not in OPEN]
        words = [word for value in sent for word in value.replace(";", " ").replace("=", " ").split()]
        token = self._feed.token.known if self._feed.token else None
        words += [token] if token else []
        return (*secrets_in(self._feed.url), *(word for word in words if len(word) >= LONG_SECRET))


def _origin(url: httpx.URL) -> tuple[str, str, int]:
    return url.scheme, url.raw_host.decode("ascii"), url.port or (443 if url.scheme == "https" else 80)


def _target(url: httpx.URL, location: str | None) -> httpx.URL:
    if not location:
        raise Unreadable(f"{place(str(url))} sends us on without saying where to")
    return url.join(location.encode("latin-1").decode("utf-8", "replace")).copy_with(fragment=None)


def _bytes(value: str) -> bytes:
    """A header as it came; what no header can have come with is sent as UTF-8."""
    try:
        return value.encode("latin-1")
    except UnicodeEncodeError:
        return value.encode()
