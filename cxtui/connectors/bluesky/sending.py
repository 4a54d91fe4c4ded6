"""Writing records: replies and likes, each under a key that is the same at every attempt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from cxtui.connectors import Draft, Sent
from cxtui.connectors.attaching import contents, not_uploaded
from cxtui.connectors.bluesky.facets import facets, spans
from cxtui.connectors.bluesky.keys import key_of, time_of
from cxtui.connectors.bluesky.reading import Reading
from cxtui.connectors.bluesky.session import Xrpc
from cxtui.connectors.bluesky.wire import LIKE, POST, Kept, Made, Post, Resolved, page_of, split
from cxtui.core.attached import HEAD, File, measures
from cxtui.core.moments import moment
from cxtui.errors import FeedError, Gone, Rejected, Unreachable

IMAGES = "app.bsky.embed.images"
MENTIONS = 10
"""So many people may be addressed in one reply."""


async def found(xrpc: Xrpc, draft: Draft) -> Sent | None:
    """A reply as it stands in our repository, None where it does not. Raises: Rejected for another's key."""
    kept = await _kept(xrpc, POST, key_of(draft.token, draft.sent_after))
    if kept is None:
        return None
    parent = kept.value.reply.parent if kept.value.reply else None
    if parent is None or parent.uri != draft.native:
        raise Rejected("another post of ours has the key of this reply; write the reply anew")
    handle = (await xrpc.signed_in()).handle
    return Sent(kept.uri, page_of(kept.uri, handle), moment(kept.value.createdAt))


async def reply(xrpc: Xrpc, draft: Draft, now: datetime) -> Sent:
    """Write the answer, unless it stands there already.

    Raises: Rejected; Unreachable where it is not known whether it was taken; Throttled, Refused.
    """
    if draft.visibility != "public":
        raise Rejected("what is direct is not answered in public, and Bluesky posts are public")
    there = await found(xrpc, draft)
    if there:
        return there
    pictures = await contents(draft.files)
    asked = await _asked(xrpc, draft.native)
    record: dict[str, Any] = {
        "$type": POST,
        "text": draft.text,
        "createdAt": _stamp(now),
        "reply": {"root": _root(asked), "parent": {"uri": asked.uri, "cid": asked.cid}},
    }
    told = facets(draft.text, await _dids(xrpc, draft.text))
    if told:
        record["facets"] = told
    if pictures:
        record["embed"] = {"$type": IMAGES, "images": await _uploaded(xrpc, draft.files, pictures)}
    key = key_of(draft.token, draft.sent_after)
    try:
        made = await _write(xrpc, POST, key, record)
    except (Unreachable, Rejected):
        there = await found(xrpc, draft)  # a key that exists is refused with 500
        if there is None:
            raise
        return there
    return Sent(made.uri, page_of(made.uri, (await xrpc.signed_in()).handle), now.replace(microsecond=0))


async def _uploaded(xrpc: Xrpc, files: Sequence[File], pictures: Sequence[bytes]) -> list[dict[str, Any]]:
    """The pictures as a post shows them. Raises: Rejected, Throttled, Refused; nothing was sent then.

    They go as they are, notes of the camera among them: the server takes nothing out.
    """
    shown: list[dict[str, Any]] = []
    for one, content in zip(files, pictures, strict=True):
        try:
            blob = await xrpc.upload(one.kind, content)
        except FeedError as error:
            raise not_uploaded(one, error) from error
        size = measures(content[:HEAD])
        ratio = {"aspectRatio": {"width": size[0], "height": size[1]}} if size else {}
        shown.append({"alt": one.alt, "image": blob, **ratio})
    return shown


async def like(xrpc: Xrpc, native: str, now: datetime) -> None:
    """Like a post; a post liked before stays liked. Raises: Gone, Rejected."""
    if not split(native):
        raise Rejected(f"Bluesky has no post {native!r}")
    post = (await Reading(xrpc, ()).posts([native])).get(native)
    if post is None:
        raise Gone("the post is no longer there, or its author has blocked us")
    if post.viewer and post.viewer.like:
        return
    place = split(native)
    key = key_of(native, time_of(place[2]) if place else None)
    record = {"$type": LIKE, "subject": {"uri": post.uri, "cid": post.cid}, "createdAt": _stamp(now)}
    try:
        await _write(xrpc, LIKE, key, record)
    except (Unreachable, Rejected):
        if await _kept(xrpc, LIKE, key) is None:
            raise


async def delete(xrpc: Xrpc, native: str) -> None:
    """Delete a post of ours; one that is gone is deleted. Raises: Rejected where it is not ours."""
    place, repo = split(native), (await xrpc.signed_in()).did
    if place is None or place[:2] != (repo, POST):
        raise Rejected("that is no post of ours, so it cannot be deleted")
    said = {"repo": repo, "collection": POST, "rkey": place[2]}
    await xrpc.post("com.atproto.repo.deleteRecord", dict[str, Any], said)


async def _write(xrpc: Xrpc, collection: str, key: str, record: Mapping[str, Any]) -> Made:
    repo = (await xrpc.signed_in()).did
    said = {"repo": repo, "collection": collection, "rkey": key, "record": record}
    return await xrpc.post("com.atproto.repo.createRecord", Made, said)


async def _kept(xrpc: Xrpc, collection: str, key: str) -> Kept | None:
    repo = (await xrpc.signed_in()).did
    params = [("repo", repo), ("collection", collection), ("rkey", key)]
    return await xrpc.look("com.atproto.repo.getRecord", Kept, params, ("RecordNotFound",))


async def _asked(xrpc: Xrpc, native: str) -> Post:
    """The post that is answered, as it stands now: a server takes an answer to one that is gone, too."""
    if not split(native):
        raise Rejected(f"Bluesky has no post {native!r}")
    post = (await Reading(xrpc, ()).posts([native])).get(native)
    if post is None or not post.cid:
        raise Rejected("the post it answers is no longer there, or its author has blocked us")
    author = post.author.viewer
    if author and (author.blockedBy or author.blocking):
        raise Rejected("we and the author of that post have blocked each other; nobody would see the reply")
    if post.viewer and post.viewer.replyDisabled:
        raise Rejected("its author lets only some people reply, and us not")
    return post


def _root(asked: Post) -> dict[str, str]:
    root = asked.record.reply.root if asked.record.reply else None
    return {"uri": root.uri, "cid": root.cid} if root and root.cid else {"uri": asked.uri, "cid": asked.cid}


async def _dids(xrpc: Xrpc, text: str) -> dict[str, str]:
    """Whose the handles in a text are. One that nobody has, or cannot be looked up now, stays text."""
    handles = dict.fromkeys(span.value for span in spans(text) if span.kind == "mention")
    dids: dict[str, str] = {}
    for handle in list(handles)[:MENTIONS]:
        params = [("handle", handle)]
        try:
            dids[handle] = (await xrpc.get("com.atproto.identity.resolveHandle", Resolved, params)).did
        except Unreachable:
            continue
    return dids


def _stamp(now: datetime) -> str:
    return now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
