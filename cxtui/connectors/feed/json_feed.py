"""JSON Feed 1.0 and 1.1, and the App Store's customer reviews in JSON.

Sources: jsonfeed.org/version/1.1; the App Store writes an Atom feed as JSON in which every
value is ``{"label": …}`` and ``entry`` is a list, one object, null or absent.
"""

from __future__ import annotations

import json
from typing import Any, cast

from cxtui.connectors.feed import dates
from cxtui.connectors.feed.entry import Entry, Parsed, Person
from cxtui.connectors.feed.fields import ATTACHMENTS, SCALE, TEXT, attachment, language, web
from cxtui.connectors.feed.tree import ITEMS
from cxtui.core.item import Attachment
from cxtui.core.text import from_html
from cxtui.errors import Unreadable

Object = dict[str, Any]


def parse(document: bytes, source: str, problems: list[str]) -> Parsed:
    """Everything a JSON feed says. Raises: Unreadable."""
    try:
        text = document.decode()
        whole = json.loads(text)
    except json.JSONDecodeError as error:
        if error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string"):
            raise Unreadable(f"it is cut off at line {error.lineno}") from error
        raise Unreadable(f"it is not well-formed JSON: {error.msg} in line {error.lineno}") from error
    except (RecursionError, ValueError) as error:
        raise Unreadable("its JSON is nested too deeply or holds numbers without end") from error
    feed = _object(whole)
    if _object(feed.get("feed")):
        return _app_store(_object(feed["feed"]), source, problems)
    version = _text(feed.get("version"))
    if "jsonfeed.org/version/" not in version and "items" not in feed:
        raise Unreadable("it is JSON, but no JSON Feed: it has no version and no items")
    found = [item for item in map(_object, _list(feed.get("items"))) if item]
    author = _author(feed)
    return Parsed(
        format=f"JSON Feed {'1.1' if version.endswith('1.1') else '1.0'}",
        title=_text(feed.get("title")),
        entries=tuple(_item(item, source, author) for item in _newest(found, "date_published", problems)),
        problems=tuple(problems),
        link=web(source, _text(feed.get("home_page_url"))),
        lang=language(_text(feed.get("language"))),
    )


def _item(item: Object, source: str, author: Person) -> Entry:
    html = _text(item.get("content_html"))[:TEXT]
    text = _text(item.get("content_text"))[:TEXT] or from_html(html) or _text(item.get("summary"))[:TEXT]
    moment = dates.parse(_text(item.get("date_published"))) or dates.parse(_text(item.get("date_modified")))
    return Entry(
        guid=_text(item.get("id")),
        link=web(source, _text(item.get("url"))) or web(source, _text(item.get("external_url"))),
        title=_text(item.get("title")),
        text=text.strip(),
        author=_author(item) or author,
        posted=moment,
        lang=language(_text(item.get("language"))),
        attachments=_attachments(item, source),
    )


def _app_store(feed: Object, source: str, problems: list[str]) -> Parsed:
    entries: object = feed.get("entry")
    found = [entry for entry in map(_object, _list(entries) or [entries]) if entry]
    reviews = [entry for entry in found if "im:rating" in entry]  # the first may be the app itself
    return Parsed(
        format="App Store reviews",
        title=_label(feed, "title"),
        entries=tuple(_review(review, source) for review in _newest(reviews, "updated", problems)),
        problems=tuple(problems),
    )


def _review(review: Object, source: str) -> Entry:
    author = _object(review.get("author"))
    rating = _label(review, "im:rating")
    links = review.get("link")
    link = _object(_list(links)[0] if _list(links) else links)
    return Entry(
        guid=_label(review, "id"),
        link=web(source, _text(_object(link.get("attributes")).get("href"))),
        title=_label(review, "title"),
        text=_label(review, "content")[:TEXT],
        author=Person(_label(author, "name"), _label(author, "uri")),
        posted=dates.parse(_label(review, "updated")),
        stars=float(rating) if rating.isdecimal() and 0 <= int(rating) <= SCALE else None,
    )


def _author(item: Object) -> Person:
    """The first author; 1.0 had one, 1.1 has a list."""
    author = next((_object(one) for one in _list(item.get("authors"))), _object(item.get("author")))
    return Person(" ".join(_text(author.get("name")).split()), _text(author.get("url")))


def _attachments(item: Object, source: str) -> tuple[Attachment, ...]:
    found: list[Attachment] = []
    for part in map(_object, _list(item.get("attachments"))[:ATTACHMENTS]):
        url = web(source, _text(part.get("url")))
        if url:
            found.append(attachment(url, _text(part.get("mime_type")), _text(part.get("title"))))
    if not found and (image := web(source, _text(item.get("image")))):
        found.append(attachment(image, "image"))
    return tuple(found)


def _newest(items: list[Object], time: str, problems: list[str]) -> list[Object]:
    """The newest entries in their order; those without a time only where there is room."""
    if len(items) <= ITEMS:
        return items
    problems.append(f"holds {len(items)} entries; the newest {ITEMS} were read")
    ages: list[tuple[float, int]] = []
    for place, item in enumerate(items):
        moment = dates.parse(_text(item.get(time)) or _label(item, time))
        ages.append((-moment.at.timestamp() if moment else 1e11, place))
    return [items[place] for place in sorted(place for _, place in sorted(ages)[:ITEMS])]


def _text(value: object) -> str:
    """A text or a number as text; anything else is none."""
    if isinstance(value, str):
        return value.strip()
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def _label(item: Object, name: str) -> str:
    return _text(_object(item.get(name)).get("label"))


def _object(value: object) -> Object:
    return cast("Object", value) if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else []
