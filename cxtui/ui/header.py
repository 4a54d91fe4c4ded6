"""The header and the status line as text."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta, tzinfo

from cxtui.core.clock import countdown, next_change
from cxtui.core.item import Clean
from cxtui.core.text import fit, width
from cxtui.ui.board import Board, who
from cxtui.ui.narrowing import EVERYTHING, Narrowing
from cxtui.ui.spans import Line, Span, fitted, flat, rule
from cxtui.ui.undoing import leaving

SOON = timedelta(minutes=5)
BAR = (" │ ", "rule")


def header(board: Board, now: datetime, zone: tzinfo, room: int, title: str = "") -> Line:
    """The first line: counts, next breach, feeds, clock. Where room is short the least needed is left out."""
    inbox = board.inbox
    late = inbox.due_before(now)
    soon = inbox.due_before(now + SOON) - late
    parts: list[tuple[int, Span]] = [
        (4, (flat(f"cxtui {title}".strip()), "title")),
        (0, (f"open {len(inbox)}", "plain")),
        (0, (f"late {late}", "late" if late else "plain")),
        (2, (f"<5m {soon}", "soon" if soon else "plain")),
    ]
    coming = inbox.next_breach(now)
    if coming is not None:
        parts.append((5, (flat(f"next {countdown(coming.due, now)} {who(coming.interval.author)}"), "plain")))
    if board.feeds:
        well = sum(feed.state == "ok" for feed in board.feeds)
        ill = any(feed.state in ("down", "auth", "gone") for feed in board.feeds)
        parts.append(
            (1, (f"feeds {well}/{len(board.feeds)}{' !' if ill else ''}", "late" if ill else "plain"))
        )
    if board.leader is not None and not board.leader.here:
        lead = board.leader.lead
        words = f"{lead.by} polls" if lead else "nobody polls"
        parts.append((2, (flat(words), "late" if lead is None or board.leader.differs else "plain")))
    parts.append((3, (f"{now.astimezone(zone):%H:%M} {offset(now, zone)}", "plain")))
    while len(parts) > 1 and sum(width(text) + 3 for _, (text, _) in parts) - 3 > room:
        parts.remove(max(parts, key=lambda part: part[0]))
    return fitted(_joined(span for _, span in parts), room)


def views(narrowing: Narrowing, waiting: int, room: int) -> str:
    """The view, and how many rows fit each, as far as there is room; nothing where none is configured."""
    if not narrowing.views:
        return ""
    name, counts = flat(narrowing.name), _counted(narrowing, waiting)
    if narrowing.built_in:  # its name is the title of the list
        return ""
    whole = "  ".join(f"[{one} {count}]" if one == name else f"{one} {count}" for one, count in counts)
    whole = f"view: {whole}"
    return whole if width(whole) <= room else f"view: {name} {dict(counts)[name]}"


def views_column(narrowing: Narrowing, waiting: int, room: int, height: int) -> list[Line]:
    """The views one below the other, with how many rows fit each."""
    room -= 1
    lines = [rule("Views", "", room)]
    for name, count in _counted(narrowing, waiting):
        here = name == narrowing.name
        number = str(count)
        text = f"{'>' if here else ' '} {fit(name, room - 4 - len(number))} {number} "
        lines.append(((text, "title" if here else "plain"),))
    lines += [fitted((), room)] * (height - len(lines))
    return [(*line, ("│", "edge")) for line in lines]


def _counted(narrowing: Narrowing, waiting: int) -> list[tuple[Clean, int]]:
    return [(flat(name), count) for name, count in [(EVERYTHING, waiting), *narrowing.counts()]]


def header_holds(board: Board, now: datetime) -> timedelta:
    """How long the header keeps its text: until the minute ends, or something in it moves."""
    minute = timedelta(seconds=60 - now.second, microseconds=-now.microsecond)
    changes = [minute]
    coming = board.inbox.next_breach(now)
    if coming is not None:
        changes += [next_change(coming.due, now), coming.due - now + timedelta(milliseconds=1)]
    place = board.inbox.due_before(now + SOON)
    if place < len(board.inbox) and not board.inbox[place].interval.thanks:
        changes.append(board.inbox[place].due - SOON - now)
    return max(min(changes), timedelta(milliseconds=1))


def offset(now: datetime, zone: tzinfo) -> str:
    """The zone as people write it: ``UTC+7``, ``UTC+5:30``."""
    minutes = round((now.astimezone(zone).utcoffset() or timedelta()).total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    if minutes == 0:
        return "UTC"
    return f"UTC{'-' if minutes < 0 else '+'}{hours}{f':{rest:02}' if rest else ''}"


def status(board: Board, now: datetime, zone: tzinfo, room: int) -> Line:
    """Marks, replies that can still be taken back, what was last said and saved, what ``u`` would undo."""
    session = board.session
    parts: list[Span] = []
    if board.marks:
        parts.append((f"{len(board.marks)} marked", "title"))
    if going := _going(board, now):
        parts.append((going, "soon"))
    if session.notice:
        parts.append((flat(session.notice), "late" if session.bad else "plain"))
    if session.saved:
        parts.append((f"saved {session.saved.astimezone(zone):%H:%M:%S}", "dim"))
    if not going and (words := _undoes(board)):
        parts.append((flat(f"u undo: {words}"), "dim"))
    return fitted(_joined(parts), room)


def _undoes(board: Board) -> str:
    """What ``u`` would take back; empty where nothing is, as of what has left the machine."""
    if not board.session.done:
        return ""
    last = board.session.done[-1]
    left = last.kind in ("reply", "deed")
    stays = any(one.id == last.key and one.state == "queued" for one in board.outbox)
    return "" if left and not stays else last.words


def _going(board: Board, now: datetime) -> str:
    """What can still be taken back before it leaves; empty where nothing is."""
    keys = [one.key for one in leaving(board, now)]
    hasty = [one for one in board.outbox if one.id in keys]
    if not hasty:
        return ""
    first = min(hasty, key=lambda one: one.until or now)
    left = -int((now - (first.until or now)).total_seconds() // 1)
    if len(hasty) > 1:
        return f"{len(hasty)} replies, the first goes out in {left}s, u takes them back"
    row = board.row(first.interval)
    name = who(row.interval.author) if row else "a customer"
    return flat(f"{first.what} {'of' if first.deed else 'to'} {name} goes out in {left}s, u takes it back")


def _joined(spans: Iterable[Span]) -> list[Span]:
    line: list[Span] = []
    for span in spans:
        if line:
            line.append(BAR)
        line.append(span)
    return line
