"""What became of a promise, worked out from what happened.

A promise is open until an answer keeps it: one that was given later than the promise, to the
message it is about, or that ended the wait in which it was made. A holding reply, thanks and a
mark by hand keep nothing. Past its due time without one it is broken, until a late answer
comes; nobody has to note that. A release with a reason ends it, a move gives it another due time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from cxtui.core.interval import Promise, PromiseState
from cxtui.core.item import Event, Reply, Verb
from cxtui.errors import NotFound, Unlawful, UsageError

if TYPE_CHECKING:
    from cxtui.core.inbox import Row

VERBS: frozenset[Verb] = frozenset({"promised", "promise_released", "promise_moved"})
LONGEST = 500
"""So many characters of a promise are kept."""


CONFIRMED = "confirmed"
"""The proof where a person confirmed an answer that has no id."""


@dataclass(frozen=True, slots=True)
class Pledged:
    """A promise that a reply makes once it is sent."""

    text: str
    due: datetime


@dataclass(frozen=True, slots=True)
class Owed:
    """A promise and the row it is about."""

    promise: Promise
    row: Row

    @property
    def id(self) -> str:
        """The promise's id."""
        return self.promise.id

    def state(self, now: datetime) -> PromiseState:
        """The state at ``now``."""
        return state(self.promise, now)


def state(promise: Promise, now: datetime) -> PromiseState:
    """The state at ``now``: an open promise is broken from the moment after its due time."""
    return "broken" if promise.state == "open" and now > promise.due else promise.state


def left(promise: Promise, now: datetime) -> timedelta | None:
    """The time left, negative once it is over; None where nothing is to be done any more."""
    return promise.due - now if state(promise, now) in ("open", "broken") else None


def urgency(owed: Owed) -> tuple[bool, datetime, str]:
    """What is to be done first comes first, then what is over, the newest due time first."""
    ended = owed.promise.state != "open"
    return ended, _turned(owed.promise.due) if ended else owed.promise.due, owed.id


def _turned(at: datetime) -> datetime:
    return datetime.max.replace(tzinfo=UTC) - (at - datetime.min.replace(tzinfo=UTC))


def judged(
    promise: Promise,
    about: Collection[str],
    answered: datetime | None,
    replies: Sequence[Reply],
    deleted: Collection[object] = (),
    *,
    confirmed: bool = False,
) -> Promise:
    """The promise with the answer that kept it, if there is one.

    ``about`` are the messages of its wait, ``answered`` is when that ended by an answer, ``replies``
    are all to this customer in this thread, ``deleted`` the ids of those that are gone; ``confirmed``: a
    person said that what was seen on the network is the answer, of which no more is known. What another
    program said of a promise stands where no reply here says otherwise.
    """
    if promise.state == "released":
        return promise
    keeping = [
        reply
        for reply in replies
        if reply.kind == "answer"
        and not reply.like
        and reply.at > promise.made
        and (reply.remote_id is None or reply.remote_id not in (*deleted, promise.reply))
        and (reply.item in about or (answered is not None and reply.at <= answered))
    ]
    if keeping:
        first = min(keeping, key=lambda reply: (reply.at, reply.remote_id or ""))
        return replace(promise, state="kept" if first.at <= promise.due else "late", proof=first.remote_id)
    if confirmed and answered is not None and answered > promise.made:
        return replace(promise, state="kept" if answered <= promise.due else "late", proof=CONFIRMED)
    ours = promise.proof is not None and promise.proof in (CONFIRMED, *(r.remote_id for r in replies))
    return replace(promise, state="open", proof=None) if ours or promise.state == "open" else promise


def confirmed(origin: str | None, kind: str | None, *, by_hand: bool | None) -> bool:
    """Whether a wait ended by an answer elsewhere that was seen, not only said."""
    return origin == "elsewhere" and kind == "answer" and not by_hand


def acted(promise: Promise, events: Iterable[Event], standing: Collection[str]) -> Promise | None:
    """The promise after what was done about it; None where making it was undone.

    ``events`` are all about it in order, undone ones too; ``standing`` the ids of those that stand.
    """
    first: datetime | None = None
    due, released, was_released = None, None, False
    for event in events:
        if event.verb == "promised":
            if event.id not in standing:
                return None
            promise = replace(promise, by=event.by, reply=event.detail.get("reply") or promise.reply)
        elif event.verb == "promise_moved":
            first = first or when(event.detail["from"])
            due = when(event.detail["due"]) if event.id in standing else due
        elif event.verb == "promise_released":
            was_released = True
            released = event if event.id in standing else released
    if first is not None:
        promise = replace(promise, due=due or first)
    if released is not None:
        reason = str(released.detail.get("reason") or "")
        return replace(promise, state="released", reason=reason, proof=None, released=released.at)
    if was_released and promise.state == "released":
        return replace(promise, state="open", reason=None, released=None)
    return promise


def made(event: Event) -> Promise:
    """The promise that an event tells of."""
    return Promise(
        item=event.item,
        text=str(event.detail.get("text", "")),
        made=event.at,
        due=when(event.detail["due"]),
        by=event.by,
        reply=event.detail.get("reply"),
        id=str(event.detail["promise"]),
    )


_TOLD: Mapping[Verb, tuple[str, ...]] = {
    "promised": ("promise", "text", "due"),
    "promise_released": ("promise", "reason"),
    "promise_moved": ("promise", "due", "from"),
}


def check_told(verb: Verb, detail: Mapping[str, object]) -> None:
    """Raise ValueError where an event of a promise lacks what it must tell."""
    for name in _TOLD[verb]:
        if not isinstance(detail.get(name), str):
            raise ValueError(f"{verb} needs detail.{name}")  # noqa: TRY004 - as every other bad line
        if name in ("due", "from"):
            when(detail[name])


def when(told: object) -> datetime:
    """A time of an event's detail. Raises: ValueError where it is none."""
    found = datetime.fromisoformat(str(told))
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def check_made(text: str, due: datetime, now: datetime) -> None:
    """Raise UsageError where it is no promise that could be kept."""
    if not text.strip():
        raise UsageError("a promise needs words: what was promised?")
    if due <= now:
        raise UsageError("a promise must be due in the future")


def check_released(promise: Promise, reason: str) -> None:
    """Raise Unlawful where there is nothing to release, UsageError without a reason."""
    if promise.state not in ("open", "broken"):
        raise Unlawful(f"the promise is {promise.state} and binds nobody any more")
    if not reason.strip():
        raise UsageError("a release needs a reason: why is nobody bound any more?")


def check_moved(promise: Promise, due: datetime, now: datetime) -> None:
    """Raise Unlawful where it is too late to move it, UsageError where the new time is past."""
    known = state(promise, now)
    if known == "broken":
        raise Unlawful("the promise is broken, moving it would not mend that: answer, and promise anew")
    if known != "open":
        raise Unlawful(f"the promise is {known}; there is nothing to move")
    if due <= now:
        raise UsageError("a promise can be moved into the future only")


def one_of(promises: Sequence[Owed], wanted: str) -> Owed:
    """The promise that a word names: its id, the beginning of it, or a row that has only one open.

    Raises: NotFound, UsageError where it may be several.
    """
    named = [one for one in promises if one.id == wanted]
    named = named or [one for one in promises if len(wanted) >= 4 and one.id.startswith(wanted)]
    if not named:
        here = [one for one in promises if wanted in (one.row.id, one.row.short, *one.row.interval.items)]
        named = [one for one in here if one.promise.state == "open"] or here
    if not named:
        raise NotFound(wanted, None)
    if len(named) > 1:
        ids = ", ".join(one.id[:8] for one in named)
        raise UsageError(f"{wanted!r} may be several promises: {ids}; see cxtui promises --all")
    return named[0]
