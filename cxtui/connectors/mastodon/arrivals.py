"""Statuses as messages of customers and of ours."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from cxtui.connectors.mastodon.wire import Account, Media, Status, number, word
from cxtui.core.item import Arrival, Attachment, Kind, Own, Visibility, Voice
from cxtui.core.moments import moment
from cxtui.core.text import from_html
from cxtui.core.wording import alike

ALIKE = 0.8
CHAIN = 1000
_CALLED = re.compile(r"(?<![\w/=])@\w+(?:[.-]+\w+)*(?:@[\w.-]+\w)?")


@dataclass(slots=True)
class Roots:
    """Which status hangs under which, as far as this poll has seen."""

    above: dict[str, str] = field(default_factory=dict[str, str])

    def learn(self, statuses: Iterable[Status]) -> None:
        """Remember what each answers."""
        self.above.update((status.name, status.parent) for status in statuses)

    def of(self, native: str) -> str | None:
        """The first status of a thread, None where the chain leads out of what is known."""
        for _ in range(CHAIN):
            above = self.above.get(native)
            if not above:
                return native if above == "" else None
            native = above
        return None


@dataclass(frozen=True, slots=True)
class Reader:
    """Makes messages of statuses. ``domain`` stands behind the @ of our server's people, ``own`` names us."""

    me: Account
    domain: str
    own: frozenset[str]

    def arrival(self, status: Status, thread: str | None) -> Arrival:
        """The status as a message. A content warning is its title; whom it calls stays in the text."""
        account = status.account or Account()
        own = self.ours(account)
        parent = status.parent or None
        return Arrival(
            native=status.name,
            text=from_html(status.content or "") or status.text or "",
            author=self.voice(account),
            kind=self._kind(status, own),
            thread=thread,
            parent=parent,
            title=status.spoiler_text or None,
            attachments=tuple(map(_attachment, status.media_attachments or ())),
            visibility=_visibility(status),
            posted=moment(status.created_at),
            url=_web(status.url or status.uri),
            lang=word(status.language) or None,
            own=own,
            key=status.uri,
        )

    def ours(self, account: Account) -> Own | None:
        """Whether an account is ours: by its id here, or by an address that the feed calls our own."""
        if word(account.id) and word(account.id) == word(self.me.id):
            return "strong"
        names = {account.uri or "", account.url or "", self.handle(account)}
        return "strong" if self.own & {name.casefold().lstrip("@") for name in names if name} else None

    def handle(self, account: Account) -> str:
        """``@name@server``, for people of our own server too: so nobody has the same one elsewhere."""
        name = word(account.acct) or word(account.username)
        if not name:
            return ""
        return f"@{name}" if "@" in name else f"@{name}@{self.domain}"

    def voice(self, account: Account) -> Voice:
        """Who speaks."""
        return Voice(
            handle=self.handle(account),
            name=word(account.display_name) or word(account.username),
            followers=number(account.followers_count),
            uri=account.url or account.uri or word(account.id) or None,
        )

    def called(self, account: Account) -> tuple[str, ...]:
        """The ways to call somebody so that the server tells them, the one to write first.

        Only people of our own server are found without its name.
        """
        name = word(account.acct) or word(account.username)
        return (f"@{name}",) if "@" in name else (f"@{name}", f"@{name}@{self.domain}")

    def addressed(self, text: str, account: Account) -> str:
        """The text with its customer called in it; without that nobody of another server is told."""
        calls = self.called(account)
        if not (word(account.acct) or word(account.username)) or self.ours(account):
            return text
        there = {call.casefold() for call in _CALLED.findall(text)}
        return text if there & {call.casefold() for call in calls} else f"{calls[0]} {text}"

    def _kind(self, status: Status, own: Own | None) -> Kind:
        if status.seen_by == "direct":
            return "message"
        if own:
            return "reply" if status.parent else "post"
        return "reply" if word(status.in_reply_to_account_id) == word(self.me.id) else "mention"


def same(draft: str, text: str) -> bool:
    """Whether two texts say the same, whoever is called in them: that may have been added."""
    one, other = (" ".join(_CALLED.sub(" ", said).split()).casefold() for said in (draft, text))
    return one == other or alike(one, other) >= ALIKE


def _visibility(status: Status) -> Visibility:
    return "direct" if status.seen_by == "direct" else "public"


def _attachment(media: Media) -> Attachment:
    kind = word(media.type)
    url = _web(media.url or media.remote_url or media.preview_url)
    return Attachment(word(media.description) or kind or "attachment", kind, url)


def _web(address: str | None) -> str | None:
    return address if address and address.startswith(("https://", "http://")) else None
