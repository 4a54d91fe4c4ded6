"""A mail server on 127.0.0.1 that says what a test tells it to, bad things among them, with TLS or without.

For IMAP and SMTP alike: it greets, then answers each line by what the script says.
"""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from tests.servers.listening import Listening

HANG = b"hang"
"""Say nothing until the server is stopped."""
CUT = b"cut"
"""Hang up."""
TLS = b"tls"
"""Begin to encrypt."""

Reply = list[bytes]


@dataclass
class Talker(Listening):
    """``replies`` by the first word of a command; for IMAP it stands behind a tag, which replaces ``TAG``.

    ``scripts`` are replies that depend on the whole command. A command without a reply gets
    ``otherwise``. ``heard`` are the commands, ``said`` is all that was said.
    """

    greeting: Reply
    replies: dict[str, Reply]
    otherwise: Reply
    context: ssl.SSLContext | None = None
    implicit: bool = True
    tagged: bool = True
    heard: list[str] = field(default_factory=list[str])
    began: threading.Event = field(default_factory=threading.Event)
    said: bytes = b""
    scripts: dict[str, Callable[[str], Reply]] = field(default_factory=dict[str, "Callable[[str], Reply]"])

    def _talk(self, client: socket.socket) -> None:
        client.settimeout(10)
        line: socket.socket = client
        # the other side may go away at any time; that is what many tests are about
        with suppress(OSError, ValueError):
            try:
                if self.implicit and self.context:
                    line = self.context.wrap_socket(client, server_side=True)
                self.began.set()
                if self._say(line, self.greeting, ""):
                    return
                while words := self._line(line):
                    self.heard.append(words)
                    tag, _, rest = words.partition(" ") if self.tagged else ("", "", words)
                    verb = rest.upper().split(" ")[0]
                    verb = " ".join(rest.upper().split(" ")[:2]) if verb == "UID" else verb
                    script = self.scripts.get(verb)
                    reply = script(words) if script else self.replies.get(verb, self.otherwise)
                    if TLS in reply:
                        self._say(line, [one for one in reply if one != TLS], tag)
                        assert self.context is not None
                        line = self.context.wrap_socket(client, server_side=True)
                    elif self._say(line, reply, tag):
                        return
                    elif reply[0].startswith(b"354"):
                        while self._line(line) not in (".", None):
                            pass
                        if self._say(line, self.replies["."], tag):
                            return
            finally:
                line.close()

    def _say(self, line: socket.socket, reply: Reply, tag: str) -> bool:
        """Whether the talk is over."""
        for one in reply:
            if one == HANG:
                self._stopped.wait()
                return True
            if one == CUT:
                return True
            line.sendall(one.replace(b"TAG", tag.encode()))
        return False

    def _line(self, line: socket.socket) -> str | None:
        """One line; None where the other side has hung up."""
        found = b""
        while not found.endswith(b"\r\n"):
            piece = line.recv(1)
            if not piece:
                return None
            found += piece
        self.said += found
        return found.decode("utf-8", "replace").rstrip("\r\n")


def imap(
    context: ssl.SSLContext,
    *,
    implicit: bool = True,
    replies: Mapping[str, Reply] | None = None,
    **more: Reply,
) -> Talker:
    """An IMAP server with an empty mailbox; ``replies`` (``_`` for a blank) take the place of its own."""
    usual: dict[str, Reply] = {
        "CAPABILITY": [b"* CAPABILITY IMAP4rev1\r\nTAG OK done\r\n"],
        "LOGIN": [b"TAG OK in\r\n"],
        "LIST": [b'* LIST (\\Sent) "/" Sent\r\nTAG OK done\r\n'],
        "EXAMINE": [b"* 0 EXISTS\r\n* OK [UIDVALIDITY 1] x\r\n* OK [UIDNEXT 1] x\r\nTAG OK done\r\n"],
        "UID SEARCH": [b"* SEARCH\r\nTAG OK done\r\n"],
        "LOGOUT": [b"* BYE bye\r\nTAG OK bye\r\n"],
    }
    given = {**(replies or {}), **more}
    greeting = given.pop("greeting", [b"* OK ready\r\n"])
    usual |= {name.replace("_", " "): reply for name, reply in given.items()}
    return Talker(greeting, usual, [b"TAG OK done\r\n"], context, implicit)


def smtp(context: ssl.SSLContext, **replies: Reply) -> Talker:
    """A submission server that takes everything; ``replies`` take the place of its usual ones."""
    usual: dict[str, Reply] = {
        "EHLO": [b"250-localhost\r\n250 AUTH PLAIN\r\n"],
        "AUTH": [b"235 in\r\n"],
        "DATA": [b"354 go on\r\n"],
        ".": [b"250 taken\r\n"],
        "QUIT": [b"221 bye\r\n", CUT],
    }
    greeting = replies.pop("greeting", [b"220 ready\r\n"])
    usual |= {{"DOT": "."}.get(name, name): reply for name, reply in replies.items()}
    return Talker(greeting, usual, [b"250 OK\r\n"], context, tagged=False)
