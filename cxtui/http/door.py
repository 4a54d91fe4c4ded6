"""The way out: names are looked up, every address is checked, and only a checked one is connected to."""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
import threading
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, cast

from cxtui.core.web import reach
from cxtui.errors import Unreachable

if TYPE_CHECKING:
    import httpcore
    import httpx

Resolve = Callable[[str, int], Awaitable[list[str]]]

AT_ONCE = 4
"""Connections of one feed; httpx's cost per request grows with its pool."""
TRIES = 4
"""So many addresses of one name are tried; all of them are checked."""


def opened(
    resolve: Resolve, ca_file: str | None, *, private: bool, confidential: tuple[str, int] | None
) -> httpx.AsyncHTTPTransport:
    """An httpx transport that connects through a `Door` and keeps no connection. Raises: Unreachable."""
    import httpcore
    import httpx

    # at its most talkative httpcore logs whole headers, and with them where a redirect leads
    logging.getLogger("httpcore").setLevel(logging.WARNING)

    try:
        context = trust(ca_file)
    except (OSError, ValueError) as wrong:
        raise Unreachable(f"the ca_file {ca_file} cannot be used: {wrong}") from wrong
    transport = httpx.AsyncHTTPTransport(verify=context, trust_env=False)
    # httpx has no parameter for the network backend; test_http.py shows that this is still where it goes
    transport._pool = httpcore.AsyncConnectionPool(  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
        ssl_context=context,
        max_connections=AT_ONCE,
        max_keepalive_connections=0,
        network_backend=cast(
            "httpcore.AsyncNetworkBackend", Door(resolve, private=private, confidential=confidential)
        ),
    )
    return transport


@cache
def trust(ca_file: str | None, protocol: str = "http") -> ssl.SSLContext:  # noqa: ARG001 - cached by it
    """Whom we believe: the public authorities and, where one is given, the user's own. Raises: OSError.

    Each protocol has a context of its own: httpcore writes into it that HTTP will be spoken.
    """
    import httpx

    context = httpx.create_ssl_context(trust_env=False)
    if ca_file:
        context.load_verify_locations(ca_file)
    return context


class Door:
    """The network backend that httpcore asks for a connection.

    Looking up and connecting are one step, so that a name cannot change its address in
    between. ``confidential`` is the host and port to which sign-in would go unencrypted.
    """

    def __init__(self, resolve: Resolve, *, private: bool, confidential: tuple[str, int] | None) -> None:
        self._resolve = resolve
        self._private = private
        self._confidential = confidential

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float = 5.0,  # noqa: ASYNC109 - httpcore's own signature
        local_address: str | None = None,  # noqa: ARG002
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to one of the addresses of ``host``. Raises: Unreachable where any is forbidden."""
        import httpcore

        clock = asyncio.get_running_loop().time
        end = clock() + timeout
        addresses = await admitted(self._resolve, host, port, end, private=self._private)
        if (host, port) == self._confidential and any(reach(address) == "public" for address in addresses):
            raise Unreachable(f"{host} would get your sign-in unencrypted; use an https:// address")
        *others, last = addresses[:TRIES]
        for place, address in enumerate(others):
            share = (end - clock()) / (len(others) + 1 - place)
            with suppress(httpcore.ConnectError, httpcore.ConnectTimeout):
                return await dial(address, port, share, socket_options)
        return await dial(last, port, end - clock(), socket_options)

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109, ARG002
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,  # noqa: ARG002
    ) -> httpcore.AsyncNetworkStream:
        """Never: a feed is on the net."""
        raise Unreachable(f"{path} is a socket file, and no feed is behind one")

    async def sleep(self, seconds: float) -> None:
        """Wait, for httpcore."""
        await asyncio.sleep(seconds)


async def admitted(resolve: Resolve, host: str, port: int, end: float, *, private: bool) -> list[str]:
    """The addresses of ``host``, looked up before ``end`` of the loop's clock and all of them checked.

    Raises: Unreachable where there are none or any is forbidden; ``private`` ones are without leave.
    """
    try:
        async with asyncio.timeout_at(end):
            found = await resolve(host, port)
    except TimeoutError as late:
        raise Unreachable(f"the name {host} could not be looked up in time") from late
    except socket.gaierror as error:
        if error.errno in (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)):
            raise Unreachable(f"there is no server named {host}") from error
        raise Unreachable(f"the name {host} cannot be looked up; is this machine online?") from error
    except (OSError, UnicodeError) as error:
        raise Unreachable(f"the name {host} cannot be looked up") from error
    if not found:
        raise Unreachable(f"there is no server named {host}")
    for address in found:
        _check(host, address, private=private)
    return found


def _check(host: str, address: str, *, private: bool) -> None:
    where = reach(address)
    if where == "never":
        raise Unreachable(f"{host} leads to {address}, where no server can be")
    if where == "private" and not private:
        raise Unreachable(
            f"{host} leads to {address}, a private address; "
            "if that server is your own, set allow_private = true for this feed"
        )


async def dial(
    address: str,
    port: int,
    seconds: float,
    options: Iterable[httpcore.SOCKET_OPTION] | None,
) -> httpcore.AsyncNetworkStream:
    """A connection to an address that has been checked."""
    import httpcore

    backend = cast("httpcore.AsyncNetworkBackend", httpcore.AnyIOBackend())
    line = Line(await backend.connect_tcp(address, port, seconds, None, options))
    return cast("httpcore.AsyncNetworkStream", line)


class Line:
    """A connection that does not stay open when its TLS handshake is cancelled, as httpcore's does."""

    def __init__(self, stream: httpcore.AsyncNetworkStream) -> None:
        self._stream = stream
        self.read = stream.read
        self.write = stream.write
        self.aclose = stream.aclose
        self.get_extra_info = stream.get_extra_info

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's own signature
    ) -> httpcore.AsyncNetworkStream:
        """The same connection, encrypted."""
        whole = False
        try:
            secured = await self._stream.start_tls(ssl_context, server_hostname, timeout)
            whole = True
            return secured
        finally:
            if not whole:
                await self._stream.aclose()


async def lookup(host: str, port: int) -> list[str]:
    """The addresses of a name as the system gives them. Raises: OSError, UnicodeError.

    The system is asked in a daemon thread, so that a resolver that hangs holds up neither
    the loop nor the end of the program.
    """
    loop = asyncio.get_running_loop()
    found: asyncio.Future[list[str]] = loop.create_future()

    def settle(addresses: list[str], problem: Exception | None) -> None:
        if found.done():
            return
        if problem is None:
            found.set_result(addresses)
        else:
            found.set_exception(problem)

    def ask() -> None:
        addresses: list[str] = []
        problem: Exception | None = None
        try:
            heard = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            addresses = list(dict.fromkeys(str(entry[4][0]) for entry in heard))
        except (OSError, UnicodeError) as error:
            problem = error
        with suppress(RuntimeError):  # the loop has closed meanwhile: nobody waits for it
            loop.call_soon_threadsafe(settle, addresses, problem)

    threading.Thread(target=ask, name=f"lookup of {host}", daemon=True).start()
    return await found
