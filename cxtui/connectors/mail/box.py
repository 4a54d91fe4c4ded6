"""A signed-in connection to an IMAP server. Everything here blocks: it runs in a thread (`cxtui.http.wire`).

IMAPClient speaks the protocol; what it raises becomes an error of ours, and it takes in no more
than a limit. Nothing here marks a mail as read.
"""

from __future__ import annotations

import imaplib
import logging
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from imapclient.exceptions import (  # pyright: ignore[reportMissingTypeStubs] - there are none
    CapabilityError,
    LoginError,
    ProtocolError,
)

from cxtui.connectors.mail.account import Account, hushed
from cxtui.connectors.mail.speaking import Speaking, greeted
from cxtui.errors import FeedError, Missing, Refused, Throttled, Unreachable, Unreadable
from cxtui.http import Wire
from cxtui.http.wire import said

T = TypeVar("T")
Fetched = Mapping[bytes, Any]


_ATOM = re.compile(r"[A-Za-z0-9@._+-]+")
# what IMAPClient's parser raises over an answer that makes no sense
_NONSENSE = (ValueError, TypeError, IndexError, KeyError, AttributeError, RecursionError, AssertionError)


@dataclass(frozen=True, slots=True)
class Opened:
    """A folder as it was when it was opened; 0 stands for what the server does not tell."""

    validity: int
    next_uid: int
    change: int


class Box:
    """One signed-in connection. Raises nothing but FeedError."""

    def __init__(self, wire: Wire, client: Speaking) -> None:
        self._wire = wire
        self._client = client
        self._listed: list[tuple[frozenset[str], str]] | None = None

    @property
    def host(self) -> str:
        """Who is spoken to."""
        return self._wire.host

    def can(self, what: str) -> bool:
        """Whether the server says that it can do this."""
        return what.upper().encode() in self.told(self._client.capabilities)

    def open(self, folder: str, *, write: bool = False) -> Opened:
        """Open a folder. Raises: Missing where there is none of this name."""
        try:
            found = self.told(lambda: self._client.select_folder(folder, not write))
        except Declined as no:
            raise Missing(f"{self.host} opens no folder {folder!r}: {no.words}") from no
        numbers = [found.get(key) for key in (b"UIDVALIDITY", b"UIDNEXT", b"HIGHESTMODSEQ")]
        return Opened(*(number if isinstance(number, int) else 0 for number in numbers))

    def search(self, *criteria: object) -> list[int]:
        """The UIDs of the mails in the open folder for which all criteria hold, in order."""
        return sorted(set(self.told(lambda: self._client.search(list(criteria)))))

    def fetch(self, uids: Sequence[int], items: Sequence[str]) -> dict[int, Fetched]:
        """What was asked for of each mail, as far as the server gave it."""
        found = self.told(lambda: self._client.fetch(uids, items))
        return {uid: found[uid] for uid in uids if uid in found}

    def flag(self, uids: Sequence[int], flag: bytes) -> None:
        """Set a flag of some mails of the open folder."""
        if uids:
            self.told(lambda: self._client.add_flags(uids, [flag], silent=True))

    def move(self, uids: Sequence[int], folder: str) -> None:
        """Move mails of the open folder and touch no others; where that cannot be they are copied."""
        if self.can("MOVE"):
            self.told(lambda: self._client.move(uids, folder))
            return
        self.told(lambda: self._client.copy(uids, folder))
        if self.can("UIDPLUS"):
            self.flag(uids, b"\\Deleted")
            self.told(lambda: self._client.uid_expunge(uids))

    def append(self, folder: str, raw: bytes) -> None:
        """Put a mail into a folder, marked as read."""
        self.told(lambda: self._client.append(folder, raw, [b"\\Seen"]))

    def special(self, use: str) -> str | None:
        """The folder that the server names for a use (sent, archive, all), else one with its usual name."""
        for flags, name in self.listed:
            if f"\\{use}" in flags:
                return name
        usual = {"sent": ("sent", "sent items", "sent mail", "sent messages")}.get(use, ())
        return next((name for _, name in self.listed if _last(name) in usual), None)

    @property
    def listed(self) -> list[tuple[frozenset[str], str]]:
        """All folders with what the server says of each, in lower case."""
        if self._listed is None:
            found = self.told(self._client.list_folders)
            self._listed = [
                (frozenset(flag.decode("ascii", "replace").lower() for flag in flags), str(name))
                for flags, _, name in found
            ]
        return self._listed

    def news(self, seconds: float, news: Callable[[Iterable[tuple[Any, ...]]], bool]) -> bool:
        """Wait for news of the open folder, so long at most; whether there are some."""
        self.told(self._client.idle)
        heard = self.told(lambda: self._client.idle_check(seconds))
        if not heard:
            # an answer to this shows that the connection is not dead
            self.told(self._client.idle_done)
            return False
        if any(b"BYE" in one[:1] for one in heard):
            raise Unreachable(f"{self.host} hung up")
        if news(heard):
            with suppress(FeedError):
                self.told(self._client.idle_done)
            return True
        self.told(self._client.idle_done)
        return False

    def close(self) -> None:
        """Say goodbye if there is somebody to say it to."""
        with suppress(FeedError):
            self.told(self._client.logout)
        with suppress(OSError, imaplib.IMAP4.error, *_NONSENSE):
            self._client.shutdown()

    def told(self, ask: Callable[[], T]) -> T:
        """The answer to something, or the sentence that says why there is none."""
        try:
            return ask()
        except LoginError as no:
            raise self._refusal(no) from no
        except imaplib.IMAP4.abort as broken:
            raise self._broken(broken) from broken
        except CapabilityError as no:
            raise Unreachable(f"{self.host} cannot do what is needed here: {said(str(no))}") from no
        except ProtocolError as wrong:
            raise Garbled(f"{self.host} answered something that is no IMAP") from wrong
        except imaplib.IMAP4.error as no:
            raise self._no(no) from no
        except OSError as broken:
            raise self._wire.sentence(broken) from broken
        except _NONSENSE as wrong:
            raise Garbled(f"{self.host} answered something that is no IMAP") from wrong

    def _refusal(self, no: LoginError) -> FeedError:
        cause = no.__context__
        if isinstance(cause, imaplib.IMAP4.abort):
            return self._broken(cause)
        words = said(str(no).removeprefix("b'").removesuffix("'"))
        upper = words.upper()
        if "[UNAVAILABLE]" in upper:
            return Unreachable(f"{self.host} cannot let anybody in now: {words}")
        if "[LIMIT]" in upper or "TOO MANY" in upper:
            return Throttled(f"{self.host} has too many of our connections: {words}")
        return Refused(f"{self.host} refused our sign-in: {words}")

    def _broken(self, broken: imaplib.IMAP4.abort) -> FeedError:
        words = str(broken)
        if "unexpected" in words or "too many" in words or "no end" in words:
            return Unreadable(f"{self.host} answered something that is no IMAP")
        if isinstance(broken.__context__, OSError):
            return self._wire.sentence(broken.__context__)
        if "EOF" in words or "socket error" in words:
            return Unreachable(f"{self.host} broke off in the middle")
        return Unreachable(f"{self.host} hung up: {said(words.rpartition('=> ')[2]) or 'it did not say why'}")

    def _no(self, no: imaplib.IMAP4.error) -> FeedError:
        words = said(str(no).partition("\n")[0])
        if "got more than" in words or "unexpected" in words.lower():
            return Unreadable(f"{self.host} answered something that is no IMAP")
        return Declined(self.host, words)


class Garbled(Unreadable):
    """One answer made no sense; the next one may."""


class Declined(Unreachable):
    """The server said NO or BAD."""

    def __init__(self, host: str, words: str) -> None:
        super().__init__(f"{host} did not do what was asked: {words}")
        self.words = words


def _last(name: str) -> str:
    return name.replace("/", ".").rpartition(".")[2].casefold()


def signed_in(wire: Wire, account: Account) -> Box:
    """A connection on which we have signed in, encrypted before. Raises: FeedError, SecretError."""
    # at its most talkative the library logs whole mails
    logging.getLogger("imapclient").setLevel(logging.WARNING)
    box = Box(wire, cast("Speaking", None))
    client = box.told(lambda: greeted(wire, account))
    box = Box(wire, client)
    whole = False
    try:
        if not account.imap.safe:
            if not box.can("STARTTLS"):
                raise Unreachable(f"{wire.host} offers no encryption here, so nobody signs in; try imaps://")
            box.told(lambda: client.starttls(wire.context))
        try:
            _sign_in(box, client, account)
        except FeedError as no:
            no.args = (hushed(str(no), account),)
            raise
        if box.can("CONDSTORE") and box.can("ENABLE"):  # some servers count changes only for those who ask
            box.told(lambda: client.enable("CONDSTORE"))
        whole = True
        return box
    finally:
        if not whole:
            box.close()


def _sign_in(box: Box, client: Speaking, account: Account) -> None:
    secret = account.token.reveal()
    if account.bearer:
        if not box.can("AUTH=XOAUTH2"):
            raise Refused(f'{box.host} takes no bearer tokens (XOAUTH2); use auth = "password"')
        box.told(lambda: client.oauth2_login(account.user, secret))
    elif box.can("AUTH=PLAIN"):
        box.told(lambda: client.plain_login(account.user, secret))
    elif box.can("LOGINDISABLED"):
        raise Refused(f"{box.host} lets nobody sign in with a password")
    elif not (secret.isascii() and secret.isprintable() and account.user.isascii()):
        raise Refused(f"{box.host} takes only names and passwords of plain letters, digits and signs")
    else:
        user = account.user
        if not _ATOM.fullmatch(user):  # imaplib quotes the password only
            user = '"' + user.replace("\\", "\\\\").replace('"', '\\"') + '"'
        box.told(lambda: client.login(user, secret))
