"""A post as an arrival: its text with whole addresses, what hangs on it, where it belongs."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from cxtui.connectors.bluesky.facets import expanded
from cxtui.connectors.bluesky.wire import (
    Author,
    Kept,
    Place,
    Post,
    Record,
    named,
    page_of,
    part,
    parts,
    word,
)  # fmt: skip
from cxtui.core.item import Arrival, Attachment, Kind, Voice
from cxtui.core.moments import moment
from cxtui.core.text import clean, cut, one_line

MOST = 20
"""So many things that hang on a post are named."""
LONGEST_NAME = 80
"""Cells of an attachment's name."""
_EMBED = "app.bsky.embed."


def arrival(post: Post, me: str, kind: Kind = "mention") -> Arrival:
    """A post as it was heard. ``me`` is our own DID; what we wrote is a reply or a post, no ``kind``.

    Its time is the server's: that of indexing, or the author's where that is earlier.
    """
    record, author = post.record, post.author
    text, links = expanded(record.text or "", record.facets)
    ours = author.did == me
    root, parent = _place(record.reply)
    if ours:
        kind = "reply" if parent else "post"
    return Arrival(
        native=post.uri,
        key=post.uri,
        text=text,
        author=voice(author),
        kind=kind,
        thread=root or post.uri,
        parent=parent,
        attachments=(
            *islice(attachments(post.embed or record.embed), MOST),
            *(Attachment(_named(link.shown, "link"), "link", link.url) for link in links),
        ),
        posted=moment(post.indexedAt) or moment(record.createdAt),
        url=page_of(post.uri, author.handle),
        lang=_language(record),
        own="strong" if ours else None,
    )


def own_arrival(kept: Kept, me: Author) -> Arrival:
    """A record of our own repository. Its time is that of the program that wrote it."""
    return arrival(Post(kept.uri, kept.cid, me, kept.value), me.did)


def voice(author: Author) -> Voice:
    """Who wrote it. A handle can change hands; the DID cannot."""
    return Voice(named(author.handle) or author.did, author.displayName or "", uri=author.did or None)


def _place(reply: Place | None) -> tuple[str | None, str | None]:
    if reply is None:
        return None, None
    root = reply.root.uri if reply.root else ""
    parent = reply.parent.uri if reply.parent else ""
    return root or parent or None, parent or None


def _language(record: Record) -> str | None:
    """The language that its author named. Who names several has only said what they speak."""
    named = {lang.partition("-")[0].lower() for lang in record.langs or ()}
    return named.pop() if len(named) == 1 else None


def attachments(embed: Any) -> Iterator[Attachment]:
    """What hangs on a post, named by its describing text; as its record or as the server tells it."""
    match word(embed, "$type").removeprefix(_EMBED).partition("#")[0]:
        case "":
            return
        case "images":
            for image in parts(part(embed, "images")):
                yield Attachment(_named(word(image, "alt"), "image"), "image", _web(word(image, "fullsize")))
        case "video":
            yield Attachment(_named(word(embed, "alt"), "video"), "video", _web(word(embed, "playlist")))
        case "external":
            url = _web(word(embed, "external", "uri"))
            yield Attachment(_named(word(embed, "external", "title"), url or "link"), "link", url)
        case "record":
            yield _quoted(part(embed, "record"))
        case "recordWithMedia":
            media = part(embed, "media")
            if not word(media, "$type").startswith(f"{_EMBED}recordWithMedia"):  # anybody can nest these
                yield from attachments(media)
            yield _quoted(part(embed, "record", "record"))
        case other:
            yield Attachment(_named(other, "something"), "embed")


def _quoted(record: Any) -> Attachment:
    handle = word(record, "author", "handle")
    said = word(record, "value", "text")
    name = f"@{handle}: {said}" if handle and said else said
    return Attachment(_named(name, "quoted post"), "quote", page_of(word(record, "uri"), handle))


def _named(words: str, otherwise: str) -> str:
    return cut(one_line(clean(words or otherwise)), LONGEST_NAME)


def _web(url: str) -> str | None:
    return url if url.startswith(("https://", "http://")) else None
