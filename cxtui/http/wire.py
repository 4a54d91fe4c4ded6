"""Connections for what is not HTTP, mail above all: the same checks of addresses, the same trust.

Libraries that block talk over such a connection in a thread of their own. Whoever waits for the
thread can be cancelled: the connection is cut, which ends the thread too.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from cxtui.core.text import clean, one_line
from cxtui.errors import Unreachable, Unreadable
from cxtui.http.answer import Limits
from cxtui.http.door import TRIES, Resolve, admitted, trust

T = TypeVar("T")

WORDS = 160
"""So many characters of what a server says are repeated in a sentence."""


@dataclass(frozen=True, slots=True)
class Wire:
    """An open connection to a checked address of ``host``, not encrypted yet.

    Its socket waits ``limits.silence`` at most. ``handle`` leads to the same connection, to cut it by.
    """

    host: str
    socket: socket.socket
    handle: socket.socket
    context: ssl.SSLContext
    limits: Limits

    def secured(self) -> ssl.SSLSocket:
        """The same connection, encrypted, the name of the host checked. Blocks. Raises: OSError."""
        return self.context.wrap_socket(self.socket, server_hostname=self.host)

    def close(self) -> None:
        """Cut the connection, whoever uses it."""
        with suppress(OSError):
            self.handle.shutdown(socket.SHUT_RDWR)
        self.handle.close()
        self.socket.close()

    def sentence(self, broken: OSError) -> Unreachable:
        """What went wrong on the way, for somebody who keeps a shop."""
        match broken:
            case ssl.SSLCertVerificationError():
                return Unreachable(f"the certificate of {self.host} is not valid: {broken.verify_message}")
            case ssl.SSLEOFError() | ssl.SSLZeroReturnError():
                return Unreachable(f"the connection to {self.host} broke off")
            case ssl.SSLError():
                return Unreadable(f"{self.host} does not speak TLS as it should on this port")
            case TimeoutError():
                return Unreachable(f"{self.host} said nothing for {self.limits.silence:g} s")
            case _:
                return Unreachable(f"the connection to {self.host} broke off")


async def dialled(
    resolve: Resolve, host: str, port: int, ca_file: str | None, *, private: bool, limits: Limits
) -> Wire:
    """A connection to the first address of ``host`` that takes one; all are checked. Raises: Unreachable."""
    loop = asyncio.get_running_loop()
    end = loop.time() + limits.connect
    try:
        context = trust(ca_file, "mail")
    except (OSError, ValueError) as wrong:
        raise Unreachable(f"the ca_file {ca_file} cannot be used: {wrong}") from wrong
    addresses = (await admitted(resolve, host, port, end, private=private))[:TRIES]
    problem: OSError = TimeoutError()
    for place, address in enumerate(addresses):
        share = (end - loop.time()) / (len(addresses) - place)
        try:
            made = await _connected(address, port, share)
        except OSError as error:
            problem = error
        else:
            made.settimeout(limits.silence)
            return Wire(host, made, made.dup(), context, limits)
    match problem:
        case TimeoutError():
            said = f"{host} took no connection within {limits.connect:g} s"
        case ConnectionRefusedError():
            said = f"{host} refused the connection on port {port}"
        case _:
            said = f"{host} cannot be reached from here; is this machine online?"
    raise Unreachable(said) from problem


async def _connected(address: str, port: int, seconds: float) -> socket.socket:
    """Raises: OSError, TimeoutError among them."""
    family, kind, protocol, _, where = socket.getaddrinfo(
        address, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST
    )[0]
    made = socket.socket(family, kind, protocol)
    whole = False
    try:
        made.settimeout(0)
        async with asyncio.timeout(seconds):
            await asyncio.get_running_loop().sock_connect(made, where)
        whole = True
        return made
    finally:
        if not whole:
            made.close()


async def over(wire: Wire, talk: Callable[[], T], seconds: float | None = None) -> T:
    """What ``talk`` gives, done in a daemon thread; afterwards the connection is closed.

    Raises: what ``talk`` raises; Unreachable where it takes longer than ``seconds``.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def settle(give: Callable[[], None]) -> None:
        if not done.done():
            give()

    def run() -> None:
        try:
            result = talk()
        except Exception as error:  # noqa: BLE001 - nothing is swallowed: it is raised where it is waited for
            give = partial(done.set_exception, error)
        else:
            give = partial(done.set_result, result)
        with suppress(RuntimeError):  # the loop has closed meanwhile: nobody waits for it
            loop.call_soon_threadsafe(settle, give)

    threading.Thread(target=run, name=f"talk with {wire.host}", daemon=True).start()
    try:
        async with asyncio.timeout(seconds):
            return await done
    except TimeoutError as late:
        if seconds is None:
            raise
        raise Unreachable(f"{wire.host} did not come to an end within {seconds:g} s") from late
    finally:
        wire.close()


def said(words: bytes | str | None) -> str:
    """A server's words, fit to be repeated in a sentence of ours."""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words or ""
    return one_line(clean(text, limit=WORDS)).rstrip(".")
