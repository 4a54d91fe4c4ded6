"""What the screen knows: rows, replies on their way, feeds, numbers, marks, the last word to the user.

One thread writes and reads it. Widgets get it to draw from and keep nothing themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Any, Literal

from cxtui.core.inbox import Inbox, Key, Row
from cxtui.core.item import Author, called
from cxtui.ui.listing import Asleep, Listing, urgency, waking
from cxtui.ui.narrowing import Narrowing

if TYPE_CHECKING:
    from cxtui.config.views import View
    from cxtui.core.attached import File
    from cxtui.core.item import ReplyKind, Verb
    from cxtui.core.metrics import Figure
    from cxtui.core.metrics.pictures import Picture
    from cxtui.core.promises import Owed
    from cxtui.engine.desk import News
    from cxtui.engine.leading import Leader
    from cxtui.store import FeedState, Outgoing
    from cxtui.store.leases import Replying

BAD_KEYS = 5
"""So many keys are pressed before a sentence on why a key did nothing is gone."""
ViewName = Literal["unanswered", "snoozed"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that ``u`` can take back in this session. ``count`` acts were written for it.

    ``batch`` is what the replies that were sent together have in common.
    """

    kind: Literal["act", "reply", "deed", "discard"]
    words: str
    count: int = 1
    row: str = ""
    key: str = ""
    text: str = ""
    batch: str = ""
    files: tuple[File, ...] = ()
    written: ReplyKind = "answer"


@dataclass(slots=True)
class Session:
    """What was done and said since the start. ``last`` is the act that can be done again."""

    done: list[Entry] = field(default_factory=list[Entry])
    undone: list[Entry] = field(default_factory=list[Entry])
    notice: str = ""
    bad: bool = False
    keys: int = 0
    saved: datetime | None = None
    last: tuple[Verb, dict[str, Any], str, bool] | None = None

    def say(self, words: str, *, bad: bool = False, asked: bool = False) -> None:
        """Show a sentence in the status line until the next one, or until `read` takes it away.

        What went ``bad`` without being ``asked`` for by a key stays.
        """
        self.notice, self.bad = words, bad
        self.keys = 1 if not bad else BAD_KEYS if asked else 0

    def read(self) -> None:
        """A key was pressed: what was said before is known, why a key did nothing after a few more."""
        if self.keys:
            self.keys -= 1
            if not self.keys:
                self.say("")

    def turn(self) -> None:
        """Another page is shown: what a key was told on the one before says nothing here."""
        if self.keys:
            self.say("")

    def keep(self, entry: Entry, now: datetime) -> None:
        """Note what ``u`` would take back."""
        self.done.append(entry)
        self.undone.clear()
        self.saved = now


class Board:
    """The facts behind the screen. Rows change only by `put`, so that what left a list stays dimmed in it."""

    def __init__(self, views: Sequence[View] = (), zone: tzinfo = UTC, me: str = "") -> None:
        self.inbox = Inbox()
        self.session = Session()
        self.narrowing = Narrowing(views, zone, me)
        self.view: ViewName = "unanswered"
        self.marks: set[str] = set()
        self.fresh: set[str] = set()
        self.feeds: tuple[FeedState, ...] = ()
        self.outbox: tuple[Outgoing, ...] = ()
        self.promises: tuple[Owed, ...] = ()
        self.leader: Leader | None = None
        self.figures: tuple[Figure, ...] = ()
        self.pictures: tuple[Picture, ...] = ()
        self.opened = False
        self._replies: dict[str, Outgoing] = {}
        self._deeds: dict[str, Outgoing] = {}
        self._writing: dict[str, Replying] = {}
        self._finished: dict[str, tuple[Key, Row]] = {}
        self._listing: Listing | None = None
        self._looked: datetime | None = None

    @property
    def listing(self) -> Listing:
        """The rows of the present view in order."""
        if self._listing is None:
            if self.view == "snoozed":
                self._listing = Listing(Asleep(self._asleep()), self._finished, waking)
            else:
                self._listing = Listing(self._open, self._finished, urgency)
        return self._listing

    def row(self, key: str) -> Row | None:
        """The row with this id: open, asleep, or finished and still shown."""
        ghost = self._finished.get(key)
        return self.inbox.get(key) or (ghost[1] if ghost else None)

    def reply(self, row: str) -> Outgoing | None:
        """The reply that is on its way, kept or not known for a row."""
        return self._replies.get(row)

    def deed(self, row: str) -> Outgoing | None:
        """What else is on its way for a row, or failed: a like, an approval, a spam mark."""
        return self._deeds.get(row)

    def writer(self, row: str, now: datetime) -> Replying | None:
        """Who else writes a reply to a row now."""
        found = self._writing.get(row)
        return found if found and now < found.until else None

    def open(self, rows: Iterable[Row], now: datetime) -> None:
        """Begin with these rows."""
        self.inbox = Inbox(rows, now)
        self.opened = True
        self._narrow(now)

    def more(self, rows: Iterable[Row], now: datetime) -> None:
        """Take rows that were open before the start, unless something newer is known of them."""
        for row in rows:
            if self.row(row.id) is None:
                self.inbox.put(row, now)
                self._put_found(row, now)
        self._listing = None

    def put(self, rows: Iterable[Row], now: datetime) -> None:
        """Take new and changed rows."""
        for row in rows:
            known = self.row(row.id) is not None
            before = self._place_key(row.id)
            self.inbox.put(row, now)
            self._put_found(row, now)
            shown = self._live(row.id, now)
            if shown:
                self._finished.pop(row.id, None)
                if not known:
                    self.fresh.add(row.id)
            else:
                self.marks.discard(row.id)
                stood = before or (self._finished[row.id][0] if row.id in self._finished else None)
                if stood is not None:
                    self._finished[row.id] = (stood, row)
        self._listing = None

    def drop(self, gone: Iterable[str]) -> None:
        """Forget rows that are no more."""
        for key in gone:
            self.inbox.drop(key)
            self.narrowing.drop(key)
            self._finished.pop(key, None)
            self.marks.discard(key)
            self._listing = None

    def wake(self, now: datetime) -> bool:
        """Bring back rows whose snooze is over; says whether there were any, or are again no more."""
        early = self.inbox.doze(now) if self._looked is not None and now < self._looked else ()
        self._looked = now
        for row in early:
            self._put_found(row, now)
        woken = self.inbox.wake(now)
        for row in woken:
            if self.view == "unanswered":
                self._finished.pop(row.id, None)
                self.fresh.add(row.id)
            self._put_found(row, now)
        if woken or early:
            self._listing = None
        return bool(woken or early)

    def hear(self, news: News, now: datetime) -> None:
        """Take what the engine tells."""
        if news.rest:
            self.more(news.rest, now)
        self.put(news.rows, now)
        self.drop(news.gone)
        if news.feeds is not None:
            self.feeds = news.feeds
        if news.outbox is not None:
            self.put_outbox(news.outbox)
        if news.promises is not None:
            self.promises = news.promises
        if news.leader is not None:
            self.leader = news.leader
        if news.replying is not None:
            self._writing = {one.row: one for one in news.replying}
        if news.said:
            self.session.say(news.said[-1])
        if news.notices:
            self.session.say(news.notices[-1], bad=True)

    def put_outbox(self, outbox: Iterable[Outgoing]) -> None:
        """Take all replies that are not at their end."""
        self.outbox = tuple(one for one in outbox if one.state not in ("sent", "dropped"))
        self._replies = {one.interval: one for one in self.outbox if one.deed is None}
        self._deeds = {one.interval: one for one in self.outbox if one.deed is not None}
        self.narrowing.drafts = frozenset(one.interval for one in self.outbox if one.state == "draft")

    def put_reply(self, reply: Outgoing) -> None:
        """Take one reply that was queued, recalled or settled here."""
        others = [one for one in self.outbox if one.id != reply.id]
        self.put_outbox([*others, reply])

    def show(self, view: ViewName) -> None:
        """Leave the view for another, or come back to it from a page; what was finished in it goes."""
        if view != self.view:
            self.marks.clear()
        self.view = view
        self._finished.clear()
        self.fresh.clear()
        self._listing = None

    def find(self, text: str, now: datetime) -> bool:
        """Show only rows of the view that fit a filter, all for an empty text; says whether it is another.

        Raises: FilterError.
        """
        if text.strip() == self.narrowing.text:
            return False
        narrower = self.narrowing.type(text)
        # what holds a longer word holds the shorter one: a letter more searches only what was found
        self._leave()
        self._fit(now, self._open if narrower else self.inbox)
        return True

    def choose(self, view: View | None, now: datetime) -> None:
        """Show the rows of a saved filter, or all of them."""
        self.narrowing.choose(view)
        self._leave()
        self._fit(now, self.inbox)

    def look(self, now: datetime) -> bool:
        """Look again where time alone may have changed what fits; says whether other rows are shown."""
        if not self.narrowing.stale(len(self.inbox), now):
            return False
        before = [row.id for row in self.narrowing.found or ()]
        self._narrow(now)
        return before != [row.id for row in self.narrowing.found or ()]

    def unsent(self) -> list[Outgoing]:
        """Replies that this program has still to send."""
        here = (one for one in self.outbox if one.state in ("queued", "sending"))
        return [one for one in here if one.planned is None or one.state == "sending"]

    def _leave(self) -> None:
        """What was marked or finished in the list goes with it."""
        self.marks.clear()
        self._finished.clear()

    def _narrow(self, now: datetime) -> None:
        self.narrowing.count(self.inbox, now)
        self._fit(now, self.inbox)

    def _fit(self, now: datetime, among: Inbox) -> None:
        self.narrowing.fit(among, now)
        self._listing = None

    def _put_found(self, row: Row, now: datetime) -> None:
        self.narrowing.put(row, now, awake=self.inbox.place(row.id) is not None)

    def _asleep(self) -> list[Row]:
        return [row for row in self.inbox.asleep if self.narrowing.fits(row)]

    def _live(self, key: str, now: datetime) -> bool:
        if self.view == "snoozed":
            row = self.inbox.get(key)
            return row is not None and row.interval.snoozed(now)
        return self._open.place(key) is not None

    @property
    def _open(self) -> Inbox:
        """The open rows that are awake, or those found among them."""
        return self.inbox if self.narrowing.found is None else self.narrowing.found

    def _place_key(self, key: str) -> Key | None:
        """Where the row stands in the present view, if it is live there."""
        row = self.inbox.get(key)
        if row is None:
            return None
        if self.view == "snoozed":
            return waking(row) if self.inbox.place(key) is None else None
        return row.key if self._open.place(key) is not None else None


def who(author: Author) -> str:
    """How a customer is called: the handle, else the name."""
    return called(author.handle, author.name)
