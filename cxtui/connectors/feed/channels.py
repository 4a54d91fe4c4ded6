"""What is known of some sites' feeds: the one id of a message there, its thread, and whose account it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qs, urlsplit

from cxtui.connectors.feed.entry import Entry
from cxtui.core.identity import canonical_link, guid, page_link, unwrapped

_REDDIT = re.compile(r"t[13]_[0-9a-z]{1,15}")
_REDDIT_POST = re.compile(r"/comments/([0-9a-z]{1,15})(?:/|$)")
_TOPIC = re.compile(r"(?P<base>.*)/t/(?:[^/]*[^/\d][^/]*/)?(?P<topic>\d{1,12})(?:/(?P<post>\d{1,9}))?")
_STATUS = re.compile(r"/(?:@[^/]+|users/[^/]+/statuses)/(\d{1,25})")
_ACCOUNT = re.compile(r"(@[\w.-]+)(?:\s+(.*))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message stands. ``key`` is its one id everywhere, ``thread`` the address of its conversation.

    ``handle`` is an account that nobody else can write under, ``name`` what it calls itself.
    """

    key: str
    thread: str | None = None
    handle: str = ""
    name: str = ""


def place(entry: Entry) -> Place | None:
    """What is known of an entry's site, or None for a site that we know nothing of."""
    link = canonical_link(unwrapped(entry.link)) if entry.link else ""
    try:
        parts = urlsplit(link)
    except ValueError:
        return None
    for known in (_alert, _reddit, _discourse, _hacker_news, _mastodon, _app_store, _wordpress):
        found = known(entry, link, parts)
        if found is not None:
            return found
    return None


def _alert(entry: Entry, link: str, _: SplitResult) -> Place | None:
    found = entry.guid.startswith("tag:google.com,2013:googlealerts/")
    return Place(f"alert {link}") if found and link else None


def _reddit(entry: Entry, _: str, parts: SplitResult) -> Place | None:
    name = guid(entry.guid)
    if parts.hostname != "www.reddit.com" or not _REDDIT.fullmatch(name):
        return None
    post = _REDDIT_POST.search(parts.path)
    thread = f"https://www.reddit.com/comments/{post[1]}" if post else None
    return Place(f"reddit {name}", thread, entry.author.name, entry.author.name)


def _discourse(entry: Entry, _: str, parts: SplitResult) -> Place | None:
    found = _TOPIC.fullmatch(parts.path)
    if not found or "-post-" not in entry.guid:
        return None
    thread = f"{parts.scheme}://{parts.netloc}{found['base']}/t/{found['topic']}"
    who = _ACCOUNT.fullmatch(entry.author.name)
    handle, name = (who[1], who[2] or who[1]) if who else ("", entry.author.name)
    return Place(f"{thread}/{found['post'] or 1}", thread, handle, name)


def _hacker_news(entry: Entry, _: str, parts: SplitResult) -> Place | None:
    number = parse_qs(parts.query).get("id", [""])[0]
    if parts.hostname != "news.ycombinator.com" or parts.path != "/item" or not number.isdigit():
        return None
    return Place(f"hn {number}", None, entry.author.name, entry.author.name)


def _mastodon(entry: Entry, _: str, parts: SplitResult) -> Place | None:
    found = _STATUS.fullmatch(parts.path)
    return Place(f"status {parts.netloc} {found[1]}") if found and "://" in entry.guid else None


def _app_store(entry: Entry, _: str, parts: SplitResult) -> Place | None:
    apple = parts.hostname == "itunes.apple.com" or "://itunes.apple.com/" in entry.author.uri
    return Place(f"itunes {guid(entry.guid)}") if apple and entry.stars is not None and entry.guid else None


def _wordpress(_: Entry, link: str, parts: SplitResult) -> Place | None:
    """A comment's number counts on its own page: sites that share a host may number theirs alike."""
    if not parts.fragment.startswith("comment-"):
        return None
    return Place(f"{page_link(link)}#{parts.fragment}")
