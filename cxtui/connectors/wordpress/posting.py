"""What we say and do on a site: answers, approvals, and calling something spam."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from cxtui.connectors import Deed, Draft, Sent
from cxtui.connectors.wordpress.site import NOWHERE, Site, why
from cxtui.connectors.wordpress.telling import address
from cxtui.connectors.wordpress.wire import LONGEST, TRACES, Comment, Problem, number, problem, stored
from cxtui.errors import FeedError, Gone, Rejected, Throttled, Unreadable
from cxtui.http import Answer

FLOOD = timedelta(seconds=15)
"""WordPress takes one comment in so long from an account that may not moderate."""
STATUS: dict[Deed, str] = {"approve": "approved", "spam": "spam"}
"""What a comment is when a deed is done."""


async def post(site: Site, draft: Draft) -> Sent | None:
    """Answer a comment that stands there; None where the same answer stands there already.

    Raises: Rejected where it does not stand there or WordPress refuses the text; Unreadable
    where it was taken, but perhaps not as ours or not there.
    """
    if draft.visibility == "direct":
        raise Rejected(f"a comment on {site.name} is public, and this answers a message that is not")
    me = await site.me()
    asked = await _asked(site, draft.native)
    text = stored(draft.text)
    if not text:
        raise Rejected("the reply is empty")
    if (size := len(text.encode())) > LONGEST:
        raise Rejected(f"the reply has {size} bytes as WordPress stores it, which takes {LONGEST}")
    said = {"post": number(asked.post), "parent": asked.number, "content": text}
    answer = await site.ask("POST", "comments", said=said)
    if answer.status >= 400:
        if problem(answer).code == "comment_duplicate":
            return None
        raise refusal(site, answer)
    made = answer.json(Comment)
    if not made.number:
        raise Unreadable(f"{site.name} took the reply, but did not say under which number")
    theirs = ((made.parent, asked.number), (made.post, number(asked.post)), (made.author, me.number))
    if any(said is not None and number(said) != meant for said, meant in theirs):
        raise Unreadable(f"{site.name} took the reply, but put it elsewhere or under another name")
    return sent(made)


def sent(made: Comment) -> Sent:
    """A comment of ours that WordPress has taken."""
    held = made.held or made.gone
    return Sent(
        remote_id=str(made.number),
        url=address(made.link),
        at=made.posted,
        held="WordPress shows it when a moderator has let it through" if held else None,
    )


async def do(site: Site, deed: Deed, native: str) -> None:
    """Let a comment through, or call it spam. Raises: Rejected where that cannot be."""
    wanted = STATUS.get(deed)
    if wanted is None:
        raise Rejected(f"WordPress has no {deed}")
    found = await _found(site, native, TRACES)
    if found.status == wanted:
        return
    # a change of status alone makes WordPress note our address as the writer's, and a filter would
    # learn it as a spammer's: https://github.com/WordPress/wordpress-develop/pull/13281
    traces = {name: trace for name in TRACES if (trace := getattr(found, name))}
    answer = await site.ask("POST", f"comments/{found.number}", said={**traces, "status": wanted})
    if answer.status >= 400:
        raise refusal(site, answer)
    if answer.json(Comment).status != wanted:
        raise Rejected(f"{site.name} did not do it: the comment is still as it was")


async def trash(site: Site, native: str) -> None:
    """Put a comment of ours into the trash; one that is there or gone stays so. Raises: Rejected."""
    found = await site.look(number(native)) if number(native) else None
    if found is None or found.gone:
        return
    if number(found.author) != (await site.me()).number:
        raise Rejected(f"that comment on {site.name} is not ours, so it is not deleted from here")
    try:
        answer = await site.ask("DELETE", f"comments/{found.number}")
    except Gone:  # somebody was faster
        return
    if answer.status >= 400 and problem(answer).code not in NOWHERE:
        raise refusal(site, answer)


async def _found(site: Site, native: str, more: Iterable[str] = ()) -> Comment:
    found = await site.look(number(native), more) if number(native) else None
    if found is None:
        raise Rejected(f"the comment is no longer on {site.name}, or not shown to {site.feed.user}")
    return found


async def _asked(site: Site, native: str) -> Comment:
    """The comment to be answered. Raises: Rejected where it cannot be."""
    found = await _found(site, native)
    if found.held:
        raise Rejected("the comment waits for a moderator: approve it first, then answer it")
    if found.gone:
        raise Rejected(f"the comment was taken away as {found.status}; nobody would see the answer")
    return found


def refusal(site: Site, answer: Answer) -> FeedError:
    """What a refusal to take something means."""
    told: Problem = problem(answer)
    words = why(told, answer)
    match told.code:
        case "comment_flood":
            return Throttled(f"{site.name} takes no more comments from us now", site.http.clock() + FLOOD)
        case "rest_cannot_edit":
            return Rejected(f"{site.feed.user} may not moderate comments on {site.name}")
        case _ if told.words and answer.status != 401:
            return Rejected(f"{site.name} did not take it: {words}")
        case _:
            return site.refusal(answer)
