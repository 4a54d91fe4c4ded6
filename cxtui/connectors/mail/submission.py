"""Handing a mail to the submission server. Everything here blocks: it runs in a thread (`cxtui.http.wire`).

Source: RFC 6409, RFC 4954; the standard library's smtplib.
"""

from __future__ import annotations

import smtplib
import socket
from base64 import b64encode
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Self, TypeVar

from cxtui.connectors.mail.account import Account, Server, hushed
from cxtui.core.attached import sized
from cxtui.errors import FeedError, Refused, Rejected, Throttled, Unreachable, Unreadable
from cxtui.http import Wire
from cxtui.http.wire import said

T = TypeVar("T")
Answer = tuple[int, bytes]

SLOWEST = 50_000
"""Bytes a second that a line must carry."""
LONGEST_NUMBER = 15


class _Speaker(smtplib.SMTP):
    """smtplib over a connection that is open already."""

    def __init__(self, wire: Wire, connection: socket.socket) -> None:
        self._given = connection
        # our own name is nobody's business
        super().__init__(wire.host, 1, local_hostname="[127.0.0.1]", timeout=wire.limits.silence)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:  # noqa: ARG002 - smtplib's own
        return self._given


@dataclass(frozen=True, slots=True)
class Envelope:
    """A mail with who it is from and who gets it; the ``copy`` goes to ourselves."""

    sender: str
    recipient: str
    copy: str | None
    raw: bytes


def submitted(wire: Wire, account: Account, server: Server, mail: Envelope) -> None:
    """Hand over a mail; nobody gets it unless all get it.

    Raises: Rejected, Throttled, Refused where nothing was sent; Unreachable where that is not known.
    """
    with _Spoken(wire, account, server) as smtp:
        most = smtp.largest
        if most and len(mail.raw) > most:
            raise Rejected(
                f"nothing was sent: the mail has {sized(len(mail.raw))} with its files, "
                f"{wire.host} takes {sized(most)}"
            )
        told = [f"SIZE={len(mail.raw)}"] if most is not None else []
        smtp.accepted(lambda: smtp.line.mail(mail.sender, told), f"the sender {mail.sender}")
        smtp.accepted(lambda: smtp.line.rcpt(mail.recipient), mail.recipient)
        if mail.copy and mail.copy.casefold() != mail.recipient.casefold():
            copy = mail.copy
            smtp.accepted(
                lambda: smtp.line.rcpt(copy), f'our own copy for {copy} (copy = "append" sends none)'
            )
        smtp.accepted(lambda: _handed(smtp.line, mail.raw, wire.limits.silence), "the mail")


def _handed(line: smtplib.SMTP, raw: bytes, silence: float) -> Answer:
    if line.sock is not None:  # the time is for all of it, not for a silence
        line.sock.settimeout(silence + len(raw) / SLOWEST)
    try:
        return line.data(raw)
    except smtplib.SMTPDataError as no:  # refused before a byte of the mail left
        words = no.smtp_error
        return no.smtp_code, words if isinstance(words, bytes) else words.encode()


def tried(wire: Wire, account: Account, server: Server) -> int | None:
    """Sign in and leave again; gives the bytes that a mail may have. Raises: FeedError."""
    with _Spoken(wire, account, server) as smtp:
        return smtp.largest or None


class _Spoken:
    """A signed-in connection, encrypted before."""

    def __init__(self, wire: Wire, account: Account, server: Server) -> None:
        self._wire = wire
        self._account = account
        self._server = server
        self.line: smtplib.SMTP = smtplib.SMTP()

    def __enter__(self) -> Self:
        self.line = self._told(self._greeted)
        whole = False
        try:
            if not self._server.safe:
                self._secure()
            try:
                self._sign_in()
            except FeedError as no:
                no.args = (hushed(str(no), self._account),)
                raise
            whole = True
            return self
        finally:
            if not whole:
                self._told(self.line.close)

    def __exit__(self, *_: object) -> None:
        # what was said before counts, goodbyes do not
        with suppress(OSError, smtplib.SMTPException):
            self.line.quit()
        with suppress(OSError):
            self.line.close()

    @property
    def largest(self) -> int | None:
        """Bytes that a mail may have (RFC 1870), 0 where no number is named, None where it is not known."""
        if not self.line.has_extn("size"):
            return None
        told = str(self.line.esmtp_features.get("size", "")).strip()
        return int(told) if told.isascii() and told.isdigit() and len(told) <= LONGEST_NUMBER else 0

    def accepted(self, ask: Callable[[], Answer], what: str) -> None:
        """Say something that may be refused. Raises: Rejected, Throttled, Refused, Unreachable."""
        code, words = self._told(ask)
        if 200 <= code < 300:
            return
        reason = said(words) or "it did not say why"
        if code == 421 or code < 400:
            raise Unreachable(f"{self._wire.host} broke off ({code}): {reason}")
        if code < 500:
            raise Throttled(f"{self._wire.host} does not take {what} now ({code}): {reason}")
        if code in (530, 535):
            raise Refused(f"{self._wire.host} lets us send nothing ({code}): {reason}")
        raise Rejected(f"{self._wire.host} did not take {what}: {reason}")

    def _greeted(self) -> smtplib.SMTP:
        connection = self._wire.secured() if self._server.safe else self._wire.socket
        return _Speaker(self._wire, connection)

    def _secure(self) -> None:
        self._told(self.line.ehlo)
        if not self.line.has_extn("starttls"):
            raise Unreachable(
                f"{self._wire.host} offers no encryption here, so nobody signs in; try smtps://"
            )
        code, words = self._told(lambda: self.line.starttls(context=self._wire.context))
        if code != 220:
            raise Unreachable(f"{self._wire.host} does not begin to encrypt: {said(words)}")

    def _sign_in(self) -> None:
        self._told(self.line.ehlo)
        offered = str(self.line.esmtp_features.get("auth", "")).upper().split()
        user, secret = self._account.user, self._account.token.reveal()
        if self._account.bearer:
            ways = {"XOAUTH2": (f"user={user}\x01auth=Bearer {secret}\x01\x01", "")}
        else:
            ways = {"PLAIN": (f"\0{user}\0{secret}", ""), "LOGIN": ("", user, secret)}
        way = next((one for one in ways if one in offered), None)
        if way is None:
            raise Refused(f"{self._wire.host} does not let anybody sign in by {' or '.join(ways)}")
        self._prove(way, ways[way])

    def _prove(self, way: str, steps: Sequence[str]) -> None:
        first, *others = (b64encode(step.encode()).decode() for step in steps)
        code, words = self._told(lambda: self.line.docmd("AUTH", f"{way} {first}".rstrip()))
        for step in others:
            if code != 334:
                break
            code, words = self._told(lambda step=step: self.line.docmd(step))
        reason = said(words)
        if code in (421, 454):
            raise Unreachable(f"{self._wire.host} lets nobody sign in now ({code}): {reason}")
        if not 200 <= code < 300:
            raise Refused(f"{self._wire.host} refused our sign-in ({code}): {reason}")

    def _told(self, ask: Callable[[], T]) -> T:
        try:
            return ask()
        except smtplib.SMTPConnectError as no:
            raise self._unwelcome(no) from no
        except smtplib.SMTPServerDisconnected as broken:
            cause = broken.__context__
            if isinstance(cause, OSError) and not isinstance(cause, smtplib.SMTPException):
                raise self._wire.sentence(cause) from broken
            raise Unreachable(f"{self._wire.host} broke off in the middle") from broken
        except smtplib.SMTPResponseException as no:
            raise Unreadable(
                f"{self._wire.host} answered something that is no SMTP: {said(no.smtp_error)}"
            ) from no
        except smtplib.SMTPException as no:
            raise Unreachable(f"{self._wire.host} did not do what was asked: {said(str(no))}") from no
        except OSError as broken:
            raise self._wire.sentence(broken) from broken
        except (ValueError, TypeError) as wrong:
            raise Unreadable(f"{self._wire.host} answered something that is no SMTP") from wrong

    def _unwelcome(self, no: smtplib.SMTPConnectError) -> FeedError:
        words = said(no.smtp_error)
        if no.smtp_code == -1:
            return Unreachable(f"{self._wire.host} broke off, or what it said is no SMTP")
        if no.smtp_code in (421, 450, 451):
            return Throttled(f"{self._wire.host} is too busy now ({no.smtp_code}): {words}")
        return Unreachable(f"{self._wire.host} wants no mail from here ({no.smtp_code}): {words}")
