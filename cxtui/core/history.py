"""From what happened to what waits.

Intervals are worked out, again after every change, from what the customer wrote, what we
answered and what was done: `intervals` reads one contact's history in the order in which it
happened. Undo, late arrivals, deleted replies and imports need no code of their own therefore.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from cxtui.core.calendar import ALWAYS
from cxtui.core.clock import Clock, Frozen
from cxtui.core.freezing import Mark, Opened, mark, terms, worked
from cxtui.core.interval import Interval, Promise, Said
from cxtui.core.item import Event, Item, Origin, Reply, ReplyKind
from cxtui.core.policies import Policies
from cxtui.core.promises import confirmed, judged

SILENCE = timedelta(hours=24)
"""After this long without a word on either side a direct message begins a new contact."""
SKEW = timedelta(minutes=10)
"""How far a reply's clock may run behind its question's and still answer it."""

PolicyFor = Policies
"""Gives the policy of an item, and what it was."""


@dataclass(frozen=True, slots=True)
class History:
    """All that is known of one contact. ``events`` hold undone ones and the undoing too.

    ``frozen`` are terms by the id of the interval, or of the event that gave them.
    """

    items: Sequence[Item]
    replies: Sequence[Reply] = ()
    events: Sequence[Event] = ()
    promises: Sequence[Promise] = ()
    frozen: Mapping[str, Frozen] = field(default_factory=dict[str, Frozen])


def intervals(known: History, policy_for: PolicyFor) -> tuple[Interval, ...]:
    """The intervals of one contact, oldest first.

    Replies count by the network's time. What an operator closed covers only what had been
    seen by then: a message seen later waits, though it may have been written before.
    """
    events = lawful(known.events)
    deleted = {e.detail.get("remote_id") for e in events if e.verb == "reply_deleted"}
    toned = {e.item: e.detail.get("tone") for e in events if e.verb == "toned"}
    walk = _Walk(known, policy_for, deleted)
    steps: list[tuple[datetime, int, int, Item | Reply | Event]] = []
    posted: dict[str, datetime] = {}
    # of two words of the same second the shorter and smaller id came first; the order of arrival says nothing
    for n, item in enumerate(sorted(known.items, key=lambda i: (len(i.id), i.id))):
        known_item = item.toned(toned[item.id]) if item.id in toned else item
        posted[item.id] = item.posted
        steps.append((item.posted, 0, n, known_item))
    for n, reply in enumerate(sorted(known.replies, key=lambda r: (r.item, r.remote_id or "", r.kind, r.by))):
        if reply.remote_id is None or reply.remote_id not in deleted:
            asked = posted.get(reply.item, reply.at)
            at = asked if asked - SKEW <= reply.at < asked else reply.at
            steps.append((at, 1, n, reply if at == reply.at else replace(reply, at=at)))
    for n, event in enumerate(events):
        asked = posted.get(event.item, event.at)
        said = _spoken(event)
        if said >= asked - SKEW or event.verb != "probably":
            steps.append((max(said, asked), 2, n, event))
    for _, _, _, step in sorted(steps, key=lambda s: s[:3]):
        walk.take(step)
    return walk.done()


def _spoken(event: Event) -> datetime:
    """When an event counts: a sign of an answer when it was written, an act when it was done."""
    return moment(event.detail["at"]) if event.verb == "probably" and "at" in event.detail else event.at


def lawful(events: Sequence[Event]) -> list[Event]:
    """The events that still stand: neither undone nor made void by a later one, in order.

    An undo of an undo brings the act back. ``reopened`` voids the last close of its item.
    """
    undone: set[str] = set()
    for event in reversed(events):
        if event.verb == "undone" and event.id not in undone:
            undone.add(str(event.detail.get("event")))
    standing: list[Event] = []
    for event in events:
        if event.id in undone or event.verb == "undone":
            continue
        if event.verb == "reopened":
            last = next((e for e in reversed(standing) if e.verb == "closed" and e.item == event.item), None)
            if last:
                standing.remove(last)
            continue
        standing.append(event)
    return standing


@dataclass(slots=True)
class _Open:
    """An interval while it is being read."""

    first: bool
    contact: str | None
    thanks: bool
    history: bool = False
    items: list[Item] = field(default_factory=list[Item])
    replies: list[Said] = field(default_factory=list[Said])
    facts: dict[str, Any] = field(default_factory=dict[str, Any])
    tags: dict[str, None] = field(default_factory=dict[str, None])
    signs: list[Event] = field(default_factory=list[Event])
    marks: list[Mark] = field(default_factory=list[Mark])
    notes: int = 0
    answer: Reply | None = None

    def has(self, item: str) -> bool:
        return any(i.id == item for i in self.items)


class _Walk:
    """Reads one contact's history step by step."""

    def __init__(self, known: History, policy_for: PolicyFor, deleted: Collection[object]) -> None:
        self._known = known
        self._policy_for = policy_for
        self._deleted = deleted
        self._gone: set[str] = set()
        self._open: list[_Open] = []
        self._all: list[_Open] = []
        self._contact: str | None = None
        self._last: datetime | None = None

    def take(self, step: Item | Reply | Event) -> None:
        if isinstance(step, Item):
            self._item(step)
            self._last = step.posted
        elif isinstance(step, Reply):
            self._reply(step)
            self._last = step.at
        else:
            self._event(step)

    def done(self) -> tuple[Interval, ...]:
        settled = [self._settled(o) for o in self._all]
        opened = {waits.contact: waits.id for waits in reversed(settled)}
        return tuple(
            w if opened[w.contact] == w.contact else replace(w, contact=opened[w.contact]) for w in settled
        )

    def _item(self, item: Item) -> None:
        if item.history:
            past = self._all[-1] if self._all and self._all[-1].history else None
            if past:
                past.items.append(item)
            else:
                self._all.append(_Open(first=False, contact=None, thanks=False, history=True, items=[item]))
            return
        praise = item.is_praise
        ordinary = next((o for o in self._open if not o.thanks), None)
        thanking = next((o for o in self._open if o.thanks), None)
        joins = ordinary or (thanking if praise else None)
        if joins is None:
            joins = self._begin(item)
            if item.muted:
                self._open.remove(joins)
                joins.facts |= {"closed": item.seen, "closed_reason": "muted"}
        joins.items.append(item)
        self._signs(joins, [])
        snoozed = joins.facts.get("snoozed_at")
        if snoozed and item.seen >= snoozed:
            joins.facts |= {"interrupted_at": item.seen, "interrupted_until": joins.facts["snoozed_until"]}
            self._wake(joins)

    def _begin(self, item: Item) -> _Open:
        mails = item.visibility == "direct" or item.kind in ("message", "mail")
        silent = self._last is None or item.posted - self._last >= SILENCE
        if self._contact is None or (mails and silent and not self._open):
            self._contact = item.id
        first = all(past.contact != self._contact for past in self._all)
        new = _Open(first=first, contact=self._contact, thanks=item.is_praise)
        self._open.append(new)
        self._all.append(new)
        return new

    def _reply(self, reply: Reply) -> None:
        for waiting in [one for one in self._open if one.thanks or not reply.like]:
            waiting.replies.append(Said(reply.at, reply.kind, reply.origin, reply.by))
            waiting.facts.setdefault("contacted", reply.at)
            self._signs(waiting, [])
            if reply.kind != "holding":
                self._answered(waiting, reply.at, reply.kind, reply.origin, reply.by, hand=False)
                waiting.facts["evidence"] = reply.evidence
                waiting.answer = reply

    def _answered(
        self, waiting: _Open, at: datetime, kind: ReplyKind, origin: Origin, by: str, *, hand: bool
    ) -> None:
        at = max(at, min(i.posted for i in waiting.items), waiting.facts.get("contacted", at))
        waiting.facts |= {
            "answered": at, "answer_kind": kind, "origin": origin, "answered_by": by, "by_hand": hand,
        }  # fmt: skip
        self._open.remove(waiting)

    def _event(self, event: Event) -> None:
        here = next((o for o in reversed(self._all) if o.has(event.item)), None)
        if here is None or here.history:
            return
        if event.verb == "withdrawn":
            self._withdraw(here, event)
        elif here in self._open:
            self._act_open(here, event)
        elif event.verb == "closed":
            self._act_ended(here, event)
        self._mark(here, event)

    def _act_ended(self, here: _Open, event: Event) -> None:
        """Close what an answer that was found later has split off; a person's word goes before a guess."""
        answer = here.answer
        if answer is None or answer.seen is None or answer.seen <= event.at:
            return
        if answer.proof == "flat" and event.detail.get("reason") == "answered-elsewhere":
            here.facts |= {"answered": event.at, "answered_by": event.by, "by_hand": True, "evidence": None}
        rest = next((o for o in self._open if o.thanks is here.thanks), None)
        if rest is not None and all(item.seen <= event.at for item in rest.items):
            self._close(rest, event)

    def _act_open(self, here: _Open, event: Event) -> None:
        detail, facts = event.detail, here.facts
        match event.verb:
            case "closed":
                self._close(here, event)
            case "snoozed":
                until = detail.get("until")
                facts["snoozed_at"] = event.at
                facts["snoozed_until"] = (
                    moment(until) if isinstance(until, str) and until[:1].isdigit() else None
                )
            case "woken":
                self._wake(here)
            case "probably":
                self._signs(here, [*here.signs, event])
            case "confirmed":
                at = facts.get("probably")
                if at:
                    self._answered(here, at, "answer", "elsewhere", event.by, hand=False)
                    facts.setdefault("contacted", facts["answered"])
            case "rejected":
                self._signs(here, [sign for sign in here.signs if sign.at > event.at])
            case "claimed":
                until = detail.get("until")
                facts["claimed_by"] = detail.get("for") or event.by
                facts["claimed_until"] = moment(until) if isinstance(until, str) else None
            case "released":
                facts["claimed_by"] = facts["claimed_until"] = None
            case _:
                pass

    def _mark(self, here: _Open, event: Event) -> None:
        """What may be noted about an interval that has ended, too."""
        if here in self._open:
            found = mark(here.marks[-1] if here.marks else None, event, held="contacted" in here.facts)
            here.marks += [found] if found else []
        match event.verb:
            case "tagged":
                here.tags[str(event.detail.get("tag"))] = None
            case "untagged":
                here.tags.pop(str(event.detail.get("tag")), None)
            case "noted":
                here.notes += 1
            case "priority":
                here.facts["priority"] = event.detail.get("level")
            case "recommends" | "detracts":
                here.facts["outcome"] = event.verb
                here.facts["outcome_at"] = event.at
            case _:
                pass

    def _close(self, here: _Open, event: Event) -> None:
        unseen = [i for i in here.items if i.seen > event.at and i.id != event.item]
        here.items = [i for i in here.items if i not in unseen]
        here.thanks = all(i.is_praise for i in here.items)
        if unseen and not here.thanks:
            here.items.sort(key=lambda i: i.is_praise)  # what made it ordinary opens it
        if "contacted" in here.facts and here.facts["contacted"] < min(i.posted for i in here.items):
            del here.facts["contacted"]  # it was for what is split off
        reason = event.detail.get("reason")
        if reason == "answered-elsewhere":
            self._answered(here, event.at, "answer", "elsewhere", event.by, hand=True)
        else:
            here.facts |= {"closed": event.at, "closed_reason": reason, "closed_by": event.by or None}
            self._open.remove(here)
        for item in unseen:
            self._item(item)

    def _withdraw(self, here: _Open, event: Event) -> None:
        self._gone.add(event.item)
        if here in self._open and all(i.id in self._gone for i in here.items):
            here.facts |= {"closed": event.at, "closed_reason": "withdrawn"}
            self._open.remove(here)

    @staticmethod
    def _signs(here: _Open, standing: list[Event]) -> None:
        """Keep the signs of an answer that nobody has rejected; the first of them tells when."""
        here.signs = standing
        here.facts.pop("probably", None)
        here.facts.pop("evidence", None)
        if standing:
            here.facts |= {"probably": _spoken(standing[0]), "evidence": standing[0].detail.get("evidence")}

    @staticmethod
    def _wake(here: _Open) -> None:
        here.facts["snoozed_at"] = here.facts["snoozed_until"] = None

    def _settled(self, read: _Open) -> Interval:
        frozen = next((i.id for i in read.items if i.id in self._known.frozen), None)
        opener = next((i for i in read.items if i.id == frozen), read.items[0])
        promised = self._promised(read)
        clock: Clock = "thanks" if read.thanks else "first_response" if read.first else "next_response"
        start = min(i.posted for i in read.items)
        kept = self._known.frozen
        found = terms(Opened(opener, start, clock), read.marks, self._policy_for, kept, opener.id)
        hours = None
        if found.calendar != ALWAYS:
            calendar = self._policy_for.hours(found.policy, found.calendar)
            held = "contacted" in read.facts and not read.thanks
            last = kept.get(opener.id)
            hours = worked(found, calendar, start, read.replies, promised, last, held=held)
        return Interval(
            id=opener.id,
            contact=read.contact or opener.id,
            first=read.first,
            items=tuple(i.id for i in read.items),
            opener=opener,
            start=start,
            seen=opener.seen,
            latest=max(i.posted for i in read.items),
            thanks=read.thanks,
            policy=found.policy,
            calendar=found.calendar,
            due=found.due,
            target=found.target.total,
            update=found.update.total,
            warn=found.warn,
            worked=hours,
            steps=found.steps,
            replies=tuple(read.replies),
            history=read.history,
            promised=promised,
            tags=tuple(read.tags),
            notes=read.notes,
            **read.facts,
        )

    def _promised(self, read: _Open) -> datetime | None:
        """When the earliest promise is due that nothing has kept yet."""
        ids, answered = {i.id for i in read.items}, read.facts.get("answered")
        about = [p for p in self._known.promises if p.item in ids]
        facts = read.facts
        seen = confirmed(facts.get("origin"), facts.get("answer_kind"), by_hand=facts.get("by_hand"))
        known, gone = self._known.replies, self._deleted
        stand = (judged(p, ids, answered, known, gone, confirmed=seen) for p in about)
        return min((p.due for p in stand if p.state == "open"), default=None)


def moment(text: object) -> datetime:
    """A stored time as aware UTC. Raises: ValueError where it is none."""
    found = datetime.fromisoformat(str(text))
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
