"""A submission server on 127.0.0.1 that takes mail from those who sign in after TLS; aiosmtpd's."""

from __future__ import annotations

import asyncio
import ssl
import threading
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from tests.servers.place import When

DESK = "desk@shop.example"
MAI = "mai@customer.example"
NOY = "noy@customer.example"
PEOPLE = {DESK: "desk-pässword", MAI: "mai-password", NOY: "noy-password"}
BEARER = "ya29.a-bearer-of-the-desk"
PATIENCE = 30.0


@dataclass
class Submission:
    """The submission server, in a thread of its own. ``deliver`` puts a mail into somebody's mailbox.

    ``late`` are people whose copies are kept back in ``kept``; ``answers`` are said instead of what would
    be said to a command (MAIL, RCPT, DATA); RCPT may name one recipient. ``renames``: each mail gets another
    Message-ID, as some servers do.
    """

    context: ssl.SSLContext
    deliver: Callable[[str, bytes], None]
    implicit: bool = False
    armed: tuple[When, Callable[[], None]] | None = None
    answers: dict[str, str] = field(default_factory=dict[str, str])
    renames: bool = False
    late: set[str] = field(default_factory=set[str])
    kept: list[tuple[str, bytes]] = field(default_factory=list[tuple[str, bytes]])
    sent: list[tuple[str, tuple[str, ...], bytes]] = field(
        default_factory=list[tuple[str, tuple[str, ...], bytes]]
    )
    signed_in: list[str] = field(default_factory=list[str])

    def __post_init__(self) -> None:
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(PATIENCE)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, where: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)

    def _run(self) -> None:
        from aiosmtpd.smtp import SMTP

        def spoken() -> Any:
            return SMTP(
                self,
                hostname="localhost",
                tls_context=None if self.implicit else self.context,
                require_starttls=not self.implicit,
                auth_required=not self.implicit,
                auth_require_tls=not self.implicit,
                authenticator=self._known,
                auth_exclude_mechanism=["LOGIN"],
                enable_SMTPUTF8=True,
                loop=self._loop,
            )

        loop = self._loop
        asyncio.set_event_loop(loop)
        wrapped = self.context if self.implicit else None
        server = loop.run_until_complete(loop.create_server(spoken, "127.0.0.1", 0, ssl=wrapped))
        self.port = int(server.sockets[0].getsockname()[1])
        self._ready.set()
        loop.run_forever()
        server.close()
        left = asyncio.all_tasks(loop)
        for task in left:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()

    def _known(self, server: Any, session: Any, envelope: Any, mechanism: str, told: Any) -> Any:  # noqa: ARG002
        from aiosmtpd.smtp import AuthResult

        who, password = told.login.decode(), told.password.decode()
        good = PEOPLE.get(who) == password
        if good:
            self.signed_in.append(who)
        said = None if good else "535 5.7.8 Authentication credentials invalid"
        return AuthResult(success=good, handled=good, message=said)

    async def auth_XOAUTH2(self, server: Any, args: list[str]) -> Any:  # noqa: N802 - aiosmtpd's own name
        from aiosmtpd.smtp import AuthResult

        told = b64decode(args[1] if len(args) > 1 else "").decode()
        if told == f"user={DESK}\x01auth=Bearer {BEARER}\x01\x01":
            self.signed_in.append(DESK)
            return AuthResult(success=True, auth_data=DESK)
        await server.challenge_auth('{"status":"400"}')
        return AuthResult(success=False, handled=False, message="535 5.7.8 the bearer has expired")

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's own name
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        del session
        if self._strikes("before"):
            server.transport.abort()
            return "421 gone"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return self.answers.get("MAIL", "250 OK")

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's own name
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        del server, session, options
        said = self.answers.get(f"RCPT {address}") or self.answers.get("RCPT")
        if said:
            return said
        if address.lower() not in PEOPLE:
            return "550 5.1.1 <no such person> \x1b[31mlives here"
        envelope.rcpt_tos.append(address.lower())
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's own name
        del session
        said = self.answers.get("DATA")
        if said:
            return said
        raw = bytes(envelope.original_content)
        if self.renames:
            raw = raw.replace(b"Message-ID: <", b"Message-ID: <renamed-")
        people = tuple(dict.fromkeys(envelope.rcpt_tos))
        self.sent.append((envelope.mail_from, people, raw))
        for who in people:
            if who in self.late:
                self.kept.append((who, raw))
            else:
                self.deliver(who, raw)
        if self._strikes("after"):
            server.transport.abort()
        return "250 2.0.0 delivered"

    def _strikes(self, when: When) -> bool:
        if self.armed is None or self.armed[0] != when:
            return False
        strike, self.armed = self.armed[1], None
        strike()
        return True
