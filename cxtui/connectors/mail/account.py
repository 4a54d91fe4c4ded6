"""The account as it is configured: two servers, the folders to read, who we are."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from cxtui.connectors.mail.letters import Person, people, written_to
from cxtui.core.feed import Feed, Secret
from cxtui.errors import ConfigError

PORTS = {"imap": 143, "imaps": 993, "smtp": 587, "smtps": 465}
SIGN_INS = ("password", "xoauth2")
COPIES = ("self", "append")
MOST_FOLDERS = 20
SHORT = 4
"""What is shorter stands in any text."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Server:
    """Where a server is. ``safe``: encrypted from the start; else it must offer STARTTLS."""

    host: str
    port: int
    safe: bool


@dataclass(frozen=True, slots=True)
class Account:
    """One mailbox. ``sender`` is who we write as, ``addresses`` are all ours in lower case.

    ``copy_to`` is where our copy of a reply goes to; None where it is put into Sent afterwards.
    ``groups`` are the ids that lists of ours have.
    """

    imap: Server
    smtp: Server | None
    user: str
    token: Secret
    bearer: bool
    folders: tuple[str, ...]
    sent: str | None
    sender: Person | None
    addresses: frozenset[str]
    copy_to: str | None

    @property
    def groups(self) -> frozenset[str]:
        """Lists that mail to us goes through are called after our addresses: desk.shop.example."""
        return frozenset(address.replace("@", ".") for address in self.addresses)


def hushed(words: str, account: Account) -> str:
    """Words of a server, cut off where it repeats what we signed in with."""
    user, secret = account.user, account.token.reveal()
    packed = (f"\0{user}\0{secret}", secret, f"user={user}\x01auth=Bearer {secret}")
    for one in (secret, *(b64encode(said.encode()).decode() for said in packed)):
        if len(one) >= SHORT:
            before, found, _ = words.partition(one[: 2 * SHORT])
            words = f"{before}***" if found else words
    return words


def account(feed: Feed) -> Account:
    """The account of a feed. Raises: ConfigError with all that does not fit together."""
    problems: list[str] = []
    given = feed.options
    user = feed.user or ""
    bearer = _choice(given, "auth", SIGN_INS, problems) == "xoauth2"
    copies = _choice(given, "copy", COPIES, problems) == "self"
    folders = tuple(dict.fromkeys(given.get("folders") or ("INBOX",)))
    if len(folders) > MOST_FOLDERS:
        problems.append(f"folders: {len(folders)} are too many for one feed, {MOST_FOLDERS} at most")
    if any(not name or _CONTROL.search(name) for name in (*folders, *filter(None, [given.get("sent")]))):
        problems.append("folders: one of the names is no name of a folder")
    sender = _sender(given.get("from"), feed, problems)
    if _CONTROL.search(user) or not user:
        problems.append("user: is no name to sign in with")
    if feed.token is None:
        problems.append("token: is missing, a mailbox needs a password or a bearer token")
    if problems:
        raise ConfigError([f"the feed {feed.name}: {problem}" for problem in problems])
    ours = [*feed.own, feed.email or "", user, sender.address if sender else ""]
    addresses = [address for address in ours if written_to(address)]
    boxes = [address for address in (feed.email, user) if address and written_to(address)]
    home = (boxes or [sender.address] if sender else boxes)[:1]
    return Account(
        imap=_server(feed.url),
        smtp=_server(str(given["smtp"])) if given.get("smtp") else None,
        user=user,
        token=feed.token or Secret(str),
        bearer=bearer,
        folders=folders,
        sent=given.get("sent"),
        sender=sender,
        addresses=frozenset(address.casefold() for address in addresses),
        copy_to=home[0] if copies and home else None,
    )


def _choice(given: Mapping[str, Any], key: str, known: tuple[str, ...], problems: list[str]) -> str:
    found = given.get(key, known[0])
    if found not in known:
        problems.append(f"{key}: must be {' or '.join(known)}, is {found!r}")
    return str(found)


def _sender(configured: str | None, feed: Feed, problems: list[str]) -> Person | None:
    """Who we write as: ``from``, else the feed's e-mail address, else a user's name that is one."""
    if configured:
        found = [one for one in people(configured) if written_to(one.address)]
        if len(found) != 1:
            problems.append(
                f"from: must be one address such as LampCo <desk@shop.example>, is {configured!r}"
            )
            return None
        return found[0]
    address = next((one for one in (feed.email, feed.user) if one and written_to(one)), None)
    return Person(address) if address else None


def _server(url: str) -> Server:
    parts = urlsplit(url)
    return Server(parts.hostname or "", parts.port or PORTS[parts.scheme], parts.scheme in ("imaps", "smtps"))
