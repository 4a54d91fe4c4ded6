"""Entries of what the lenient reader found, as the strict reader would have given them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from cxtui.connectors.feed.entry import Broken, Entry, Parsed, Person
from cxtui.connectors.feed.fields import ATTACHMENTS, FEEDS, attachment, count, language, person, stars, web
from cxtui.connectors.feed.worker import ITEMS
from cxtui.core import moments
from cxtui.core.item import Attachment
from cxtui.core.moments import Moment
from cxtui.core.text import clean, from_html, one_line

Found = dict[str, Any]

_VERSION = re.compile(r"(rss|atom)(\d)(\d+)")


def parsed(found: Found, broken: Broken, source: str) -> Parsed | None:
    """The feed, with a sentence on what is wrong with it. None where it is none even so."""
    feed, form = found["feed"], broken.format or _format(found["version"])
    if not form and not found["entries"]:
        return None
    atom = form.startswith("Atom")
    author = _person(feed["author"], atom=True) if atom else Person()
    problems = [*broken.problems, f"{broken}; what could be read was read"]
    if found["count"] > ITEMS:
        problems.append(f"holds {found['count']} entries; the newest {ITEMS} were read")
    entries = tuple(_entry(entry, source, author, atom=atom) for entry in found["entries"])
    if "/customerreviews/" in f"{source} {feed['id']}":
        entries = tuple(entry for entry in entries if entry.stars is not None)
    return Parsed(
        format=form or "RSS",
        title=one_line(clean(from_html(feed["title"]), limit=300)),
        entries=entries,
        problems=tuple(one_line(clean(problem, limit=300)) for problem in problems),
        link=_link(feed["links"], source),
        lang=language(feed["language"]),
    )


def _entry(entry: Found, source: str, author: Person, *, atom: bool) -> Entry:
    base = web(source, entry["base"]) or source
    answers = entry["answers"]
    by, rating = _person(entry["author"], atom=atom), stars(entry["im_rating"])
    link = _link(entry["links"], base) or (web(base, entry["id"]) if entry["permanent"] and not atom else "")
    return Entry(
        guid=entry["id"].strip(),
        link=link or (_link(entry["links"], base, "related") if rating is not None else ""),
        title=_words(entry["title"], atom=atom),
        text=_text(entry["contents"], entry["summary"], atom=atom) or entry["media_own-description"].strip(),
        author=author if by == Person() else by,
        posted=_posted(entry["times"]),
        ref=answers.get("ref", "").strip(),
        ref_link=web(base, answers.get("href", "")),
        stars=rating,
        lang=language(entry["language"]),
        attachments=_attachments(entry["media"], base),
        replies=count(entry["slash_comments"] or entry["thr_total"] or entry["thr_count"]),
        replies_feed=web(base, entry["wfw_commentrss"]) or _replies_feed(entry["links"], base),
    )


def _link(links: list[dict[str, str]], base: str, kind: str = "alternate") -> str:
    """The page it is an alternate of, a web page before other kinds."""
    links = [link for link in links if (link["rel"].lower() or "alternate") == kind]
    links.sort(key=lambda link: link["type"].lower() not in ("", "text/html"))
    return next((address for link in links if (address := web(base, link["href"]))), "")


def _replies_feed(links: list[dict[str, str]], base: str) -> str:
    feeds = [link for link in links if link["rel"].lower() == "replies" and link["type"].lower() in FEEDS]
    return web(base, feeds[0]["href"]) if feeds else ""


def _text(contents: list[dict[str, str]], summary: dict[str, str], *, atom: bool) -> str:
    """The fullest of the texts, the plain one before the one in HTML."""
    parts = [*sorted(contents, key=lambda part: part["type"] != "text/plain"), summary]
    return next((words for part in parts if (words := _words(part, atom=atom))), "")


def _words(part: dict[str, str], *, atom: bool) -> str:
    """Plain text. That RSS is plain is only a guess of feedparser, what Atom says of its texts is not."""
    value = part["value"]
    return value.strip() if atom and part["type"] == "text/plain" else from_html(value).strip()


def _person(said: dict[str, str], *, atom: bool) -> Person:
    """An Atom person; of RSS the whole line, in which feedparser finds only mails of short domains."""
    if atom or said["href"]:
        return Person(" ".join(said["name"].split()), said["href"], said["email"])
    return person(said["line"])


def _posted(times: list[tuple[str, float | None]]) -> Moment | None:
    """The first time that we understand, else that feedparser does."""
    for text, _ in times:
        if moment := moments.parse(text):
            return moment
    for _, seconds in times:
        if seconds is not None:
            return Moment(datetime.fromtimestamp(seconds, UTC))
    return None


def _attachments(media: list[dict[str, str]], base: str) -> tuple[Attachment, ...]:
    found: dict[str, Attachment] = {}
    for part in media:
        if url := web(base, part["href"] or part["url"]):
            found.setdefault(url, attachment(url, part["type"] or part["medium"], part["title"]))
    return tuple(found.values())[:ATTACHMENTS]


def _format(version: str) -> str:
    """What we call a format that feedparser calls ``rss20``."""
    found = _VERSION.match(version)
    return f"{'Atom' if found[1] == 'atom' else 'RSS'} {found[2]}.{found[3]}" if found else ""
