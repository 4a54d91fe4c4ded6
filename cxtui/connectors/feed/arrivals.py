"""From entries to messages: names, threads, parents, and which of them are our own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from unicodedata import normalize

from cxtui.connectors.feed.channels import Place, place
from cxtui.connectors.feed.entry import Entry, Parsed, Person
from cxtui.core.identity import (
    Claim,
    canonical_link,
    fingerprint,
    guid,
    natives,
    own_links,
    page_link,
    unwrapped,
)
from cxtui.core.item import Arrival, Own, Voice
from cxtui.core.wording import account

CHAIN = 100
"""A chain of replies is followed so far."""
FRESH = timedelta(hours=48)
"""A day without an hour may still be today: then the clock starts when the entry is first seen."""


@dataclass(frozen=True, slots=True)
class _Stand:
    """Where an entry stands: its id, the id of what it answers, what its site tells, its own address.

    ``flat``: its feed never says what answers what.
    """

    native: str
    entry: Entry
    parent: str | None
    place: Place | None
    link: str
    claim: Claim
    flat: bool


def arrivals(parsed: Parsed, own: Sequence[str] = (), now: datetime | None = None) -> tuple[Arrival, ...]:
    """The messages of a feed in its order, each once. ``now`` decides what a day without an hour means."""
    claims = [_claim(entry) for entry in parsed.entries]
    names = natives(claims, parsed.link)
    entries = dict(zip(reversed(names), reversed(parsed.entries), strict=True))
    links = dict(zip(reversed(names), reversed(own_links(claims, parsed.link)), strict=True))
    known = _known(entries)
    flat = not any(entry.ref or entry.ref_link for entry in parsed.entries)
    stands = {
        name: _Stand(name, entry, _parent(name, entry, known), place(entry), links[name], _claim(entry), flat)
        for name, entry in entries.items()
    }
    ours = _Ours(own)
    return tuple(_arrival(stands[name], stands, ours, now) for name in dict.fromkeys(names))


def _claim(entry: Entry) -> Claim:
    posted = entry.posted.at if entry.posted else None
    return Claim(entry.guid, unwrapped(entry.link), entry.author.name, posted, entry.title, entry.text)


def _known(entries: Mapping[str, Entry]) -> dict[str, str]:
    """Ids by all names under which a reply may call its parent."""
    known: dict[str, str] = {}
    for name, entry in entries.items():
        if entry.link:
            known.setdefault(canonical_link(entry.link), name)
    for name, entry in entries.items():
        known[guid(entry.guid)] = name
    known.update((name, name) for name in entries)
    return known


def _parent(name: str, entry: Entry, known: Mapping[str, str]) -> str | None:
    """The id of the message that an entry answers, in this fetch or not; None for a page.

    A comment on a post names the post the same way as a reply names a comment (WordPress):
    what is said to be the very page that the entry stands on is no message.
    """
    ref, link = guid(entry.ref), canonical_link(entry.ref_link) if entry.ref_link else ""
    found = known.get(ref) if ref else None
    if found is None and link and "#" in link:
        found = known.get(link)
    if found is not None:
        return None if found == name else found
    page = page_link(entry.link) if "#" in entry.link else None
    if page and (link == page or canonical_link(ref) == page):
        return None
    return ref or (known.get(link, link) if link else None) or None


def _thread(stand: _Stand, stands: Mapping[str, _Stand]) -> str:
    """The name of the conversation: the page it is on, else its first message."""
    for _ in range(CHAIN):
        above = stands.get(stand.parent) if stand.parent else None
        if above is None:
            break
        stand = above
    entry = stand.entry
    if stand.place and stand.place.thread:
        return stand.place.thread
    if entry.stars is not None:
        return stand.native  # a page of reviews is no conversation
    if "#" in entry.link:
        return page_link(entry.link)
    for address in (entry.ref_link, entry.ref):
        if stand.parent and "://" in address:
            return page_link(address)
    return page_link(unwrapped(entry.link)) if entry.link else stand.parent or stand.native


def _arrival(stand: _Stand, stands: Mapping[str, _Stand], ours: _Ours, now: datetime | None) -> Arrival:
    entry, site = stand.entry, stand.place
    handle = site.handle if site else ""
    title, text = _headed(entry)
    return Arrival(
        native=stand.native,
        text=text,
        author=_voice(entry.author, site),
        kind="review" if entry.stars is not None else None,
        thread=_thread(stand, stands),
        parent=stand.parent,
        title=title,
        attachments=entry.attachments,
        posted=_posted(entry, now),
        url=unwrapped(entry.link) or None,
        stars=entry.stars,
        lang=entry.lang or None,
        own=ours.sign(entry.author, handle),
        flat=stand.flat,
        key=site.key if site else None,
        guid=guid(entry.guid) or None,
        link=stand.link or None,
        fingerprint=fingerprint(stand.claim),
    )


def _headed(entry: Entry) -> tuple[str | None, str]:
    """Title and text; a title that only repeats the text's beginning is none."""
    if not entry.text:
        return None, entry.title
    start = entry.title.rstrip(" .…")
    return (None if entry.text.startswith(start) else entry.title), entry.text


def _posted(entry: Entry, now: datetime | None) -> datetime | None:
    if entry.posted is None:
        return None
    unclear = entry.posted.day_only and now is not None and now - entry.posted.at < FRESH
    return None if unclear else entry.posted.at


def _voice(author: Person, site: Place | None) -> Voice:
    if site and site.handle:
        return Voice(handle=site.handle, name=site.name or site.handle, uri=author.uri or None)
    name = author.name or author.email.partition("@")[0] or author.uri.partition("://")[2]
    return Voice(handle=name, name=name, uri=author.uri or None)


class _Ours:
    """Who we are on a feed, as configured."""

    def __init__(self, own: Sequence[str]) -> None:
        self._addresses = {_address(name) for name in own} - {""}
        self._names = {_name(name) for name in own} - {""}
        self._accounts = {account(name) for name in own} - {""}

    def sign(self, author: Person, handle: str = "") -> Own | None:
        """How sure it is that an author is we: by address for certain, by account nearly, by name perhaps."""
        if {_address(author.uri), _address(author.email)} & self._addresses:
            return "strong"
        if account(handle) in self._accounts:
            return "medium"
        return "weak" if _name(author.name) in self._names else None


def _address(text: str) -> str:
    """An address, account or mail in one spelling; nothing for a name, which anybody may type."""
    text = text.strip()
    if "://" in text:
        return canonical_link(text).partition("://")[2]
    text = text.casefold().removeprefix("mailto:").removeprefix("acct:")
    user, at, host = text.partition("@")
    if at and user and "." in host and " " not in text:
        return text
    host, slash, _ = text.partition("/")
    return text.rstrip("/") if slash and "." in host and " " not in text else ""


def _name(text: str) -> str:
    return " ".join(normalize("NFKC", text).casefold().split()).removeprefix("@")
