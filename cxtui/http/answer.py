"""What comes back: an answer, or the sentence that says why there is none."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

import msgspec

from cxtui.core.unpack import Inflater
from cxtui.core.web import come_back, place, retry_after
from cxtui.errors import Gone, Missing, Refused, Throttled, Unreachable, Unreadable

T = TypeVar("T")

MISSING_REST = timedelta(hours=1)
"""How long not to ask again for a page that is not there."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds for connecting, for a silence and for the whole request; bytes sent and inflated; redirects."""

    connect: float = 5
    silence: float = 10
    whole: float = 30
    wire: int = 2 << 20
    inflated: int = 8 << 20
    hops: int = 5


LIMITS = Limits()


class Headers(Mapping[str, str]):
    """The headers of an answer, byte for byte as Latin-1; names in any case."""

    def __init__(self, pairs: Iterable[tuple[bytes, bytes]] = ()) -> None:
        self._values: dict[str, str] = {}
        for raw, value in pairs:
            name, text = raw.decode("latin-1").lower(), value.decode("latin-1")
            self._values[name] = f"{self._values[name]}, {text}" if name in self._values else text

    def __getitem__(self, name: str) -> str:
        return self._values[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back in the end: inflated ``body``, final ``url``, the statuses of the ``redirects``."""

    status: int
    headers: Headers
    body: bytes
    url: str
    redirects: tuple[int, ...] = ()

    def json(self, kind: type[T]) -> T:
        """The body as a value of ``kind``. Raises: Unreadable where it is none."""
        try:
            return msgspec.json.decode(self.body, type=kind)
        except (msgspec.MsgspecError, RecursionError, UnicodeError) as wrong:
            if self.body.lstrip()[:1] == b"<":
                raise Unreadable(f"{place(self.url)} sent a web page where data was expected") from wrong
            raise Unreadable(f"{place(self.url)} sent data that cannot be read: {wrong}") from wrong


async def read(pieces: AsyncIterator[bytes], headers: Headers, name: str, limit: int, inflated: int) -> bytes:
    """The body, inflated. Raises: Unreadable over ``limit`` bytes sent or ``inflated`` bytes unpacked."""
    packing = headers.get("content-encoding", "").strip().lower()
    if packing not in ("", "identity", "gzip", "x-gzip"):
        raise Unreadable(f"{name} packed its answer as {packing[:20]!r}, which was not asked for")
    full = f"{name} sent more than {f'{limit >> 20} MiB' if limit >= 1 << 20 else f'{limit} bytes'}"
    length = headers.get("content-length", "")
    if length.isdigit() and int(length[:18]) > limit:
        raise Unreadable(full)
    inflater = Inflater(name, inflated) if packing.endswith("gzip") else None
    body: list[bytes] = []
    wire = 0
    async for piece in pieces:
        wire += len(piece)
        if wire > limit:
            raise Unreadable(full)
        body.append(inflater.feed(piece) if inflater else piece)
    if inflater:
        inflater.end()
    return b"".join(body)


def judge(
    status: int,
    headers: Headers,
    name: str,
    also: Collection[int],
    now: datetime,
    host: str | None = None,
) -> None:
    """Raise what a status means, unless it is 2xx, 304 or one of ``also``. ``host`` is who answered."""
    if 200 <= status < 300 or status == 304 or status in also:
        return
    until = retry_after(headers.get("retry-after"), now, headers.get("date"))
    match status:
        case 401:
            raise Refused(f"{name} refused our sign-in (401)")
        case 403 if _spent(headers):
            until = come_back(headers, now)
            raise Throttled(f"{name} has answered us often enough for now (403)", until, host)
        case 403:
            raise Refused(f"{name} does not let us in (403)")
        case 404:
            raise Missing(f"{name} has no page there (404)", MISSING_REST)
        case 410:
            raise Gone(f"{name} says that this page is gone for good (410)")
        case 429:
            raise Throttled(f"{name} asks us to wait (429)", come_back(headers, now), host)
        case 503:
            raise Throttled(f"{name} is out of service for now (503)", until, host)
        case _ if status >= 500:
            raise Unreachable(f"{name} has a fault of its own ({status})", until - now if until else None)
        case _:
            raise Unreachable(f"{name} did not take our request ({status})")


def _spent(headers: Headers) -> bool:
    """Whether a refusal is about how often we ask, as GitHub's and Reddit's are."""
    left = headers.get("ratelimit-remaining") or headers.get("x-ratelimit-remaining") or ""
    return "retry-after" in headers or left.strip() in {"0", "0.0"}


def sentence(broken: BaseException, name: str, limits: Limits) -> str:
    """What went wrong on the way, for somebody who keeps a shop. ``broken`` is an error of httpx."""
    import httpx

    for cause in _causes(broken):
        match cause:
            case ssl.SSLCertVerificationError():
                return f"the certificate of {name} is not valid: {cause.verify_message}"
            case ssl.SSLWantReadError() | ssl.SSLWantWriteError():
                pass  # a handshake that was cut short while it waited
            case ssl.SSLError():
                return f"{name} does not speak TLS as it should; is it really an https:// address?"
            case ConnectionRefusedError():
                return f"{name} refused the connection"
            case _:
                pass
    told = {
        httpx.ConnectTimeout: f"{name} took no connection within {limits.connect:g} s",
        httpx.TimeoutException: f"{name} said nothing for {limits.silence:g} s",
        httpx.ConnectError: f"{name} cannot be reached from here; is this machine online?",
        httpx.RemoteProtocolError: f"{name} broke off, or its answer is no HTTP",
        httpx.LocalProtocolError: f"the request to {name} could not be written as HTTP",
    }
    return next(
        (words for kind, words in told.items() if isinstance(broken, kind)),
        f"the connection to {name} broke off",
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__
