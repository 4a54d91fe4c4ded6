"""IMAPClient over a connection that is open already, and what is used of it, with types."""

from __future__ import annotations

import imaplib
import socket
from collections.abc import Sequence
from typing import Any, Protocol, cast

from imapclient import IMAPClient  # pyright: ignore[reportMissingTypeStubs] - there are none

from cxtui.connectors.mail.account import Account
from cxtui.http import Wire

MOST_AT_ONCE = 4 << 20
"""Bytes of one piece of an answer; what we ask for is far smaller."""
MOST_IN_ALL = 64 << 20
"""Bytes of all that a server says before we speak again."""
PIECE = 1 << 16
LONGEST_LINE = 1_000_000


class _Speaker(imaplib.IMAP4):
    """imaplib over a connection that is open already; it takes in so much and no more.

    What has come and was not read yet is kept here: imaplib's way to keep it differs with its
    version, and loses the beginning of a line when a socket is asked that does not block.
    """

    def __init__(self, wire: Wire, connection: socket.socket) -> None:
        self._connection = connection
        self._come = bytearray()
        self._from: socket.socket | None = None
        self._left = MOST_IN_ALL
        super().__init__(wire.host)

    def _create_socket(self, timeout: float | None = None) -> socket.socket:  # noqa: ARG002 - imaplib's own
        return self._connection

    @property
    def has_more(self) -> bool:
        """Whether another line has come already."""
        return b"\n" in self._come

    def send(self, data: Any) -> None:
        self._left = MOST_IN_ALL
        super().send(data)

    def read(self, size: int) -> bytes:
        if size > min(MOST_AT_ONCE, self._left):
            raise self.abort(f"{size} bytes at once are too many")
        self._forget()
        while len(self._come) < size and self._filled():
            pass
        return self._taken(size)

    def readline(self) -> bytes:
        self._forget()
        looked = 0
        while (end := self._come.find(b"\n", looked)) < 0:
            looked = len(self._come)
            if looked > LONGEST_LINE:
                raise self.abort("the line has no end")
            if not self._filled():
                return self._taken(looked)
        return self._taken(end + 1)

    def _forget(self) -> None:
        """Drop what came before the encryption began: it may be anybody's."""
        if self.sock is not self._from:
            self._come.clear()
            self._from = self.sock

    def _filled(self) -> bool:
        """Take in what comes next; whether anything did. Raises: OSError."""
        piece = self.sock.recv(PIECE)
        self._come += piece
        self._left -= len(piece)
        if self._left < 0:
            raise self.abort("the answer has no end")
        return bool(piece)

    def _taken(self, size: int) -> bytes:
        taken = bytes(self._come[:size])
        del self._come[:size]
        return taken


class Speaking(Protocol):
    """What is used of IMAPClient, with types."""

    normalise_times: bool

    def login(self, username: str, password: str) -> bytes: ...
    def plain_login(self, identity: str, password: str) -> bytes: ...
    def oauth2_login(self, user: str, access_token: str) -> bytes: ...
    def starttls(self, ssl_context: Any) -> bytes: ...
    def capabilities(self) -> tuple[bytes, ...]: ...
    def enable(self, *capabilities: str) -> object: ...
    def list_folders(self) -> list[tuple[tuple[bytes, ...], bytes, str]]: ...
    def select_folder(self, folder: str, readonly: bool) -> dict[bytes, Any]: ...  # noqa: FBT001 - its own
    def search(self, criteria: Sequence[object]) -> list[int]: ...
    def fetch(self, messages: Sequence[int], data: Sequence[str]) -> dict[int, dict[bytes, Any]]: ...
    def add_flags(self, messages: Sequence[int], flags: Sequence[bytes], silent: bool) -> object: ...  # noqa: FBT001 - its own
    def move(self, messages: Sequence[int], folder: str) -> object: ...
    def copy(self, messages: Sequence[int], folder: str) -> object: ...
    def uid_expunge(self, messages: Sequence[int]) -> object: ...
    def append(self, folder: str, msg: bytes, flags: Sequence[bytes]) -> object: ...
    def idle(self) -> None: ...
    def idle_check(self, timeout: float) -> list[tuple[Any, ...]]: ...
    def idle_done(self) -> object: ...
    def noop(self) -> object: ...
    def logout(self) -> object: ...
    def shutdown(self) -> None: ...


def greeted(wire: Wire, account: Account) -> Speaking:
    """A connection on which the server has greeted us. Raises: OSError, IMAP4.error."""
    connection = wire.secured() if account.imap.safe else wire.socket

    class Client(IMAPClient):
        """IMAPClient over a connection that is open already."""

        def _create_IMAP4(self) -> Any:  # noqa: N802 - its own name
            return _Speaker(wire, connection)

        def _poll_socket(self, sock: socket.socket, timeout: float | None = None) -> Any:
            # what came together with an earlier line lies in a buffer, and no socket tells of it
            if cast("_Speaker", self._imap).has_more:
                return [(sock.fileno(), 1)]
            return cast("Any", super())._poll_socket(sock, timeout)  # noqa: SLF001 - its own

    client = Client(wire.host, account.imap.port, ssl=account.imap.safe, timeout=wire.limits.silence)
    client.normalise_times = False
    client._imap.debug = 0  # noqa: SLF001 # pyright: ignore[reportPrivateUsage, reportAttributeAccessIssue]
    return cast("Speaking", client)
