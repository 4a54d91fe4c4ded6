"""What stands around a reply while it is written, as lines: the question, counts, findings, warnings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from cxtui.core.text import width
from cxtui.ui.board import who
from cxtui.ui.limits import Filled, unit
from cxtui.ui.rows import ended
from cxtui.ui.spans import Line, Span, cells, fitted, flat, right_to_left, wrapped

if TYPE_CHECKING:
    from cxtui.connectors import Capabilities
    from cxtui.core.attached import File
    from cxtui.core.inbox import Row
    from cxtui.store import Message

SIGNS = {"block": ("x", "late"), "warn": ("!", "soon"), "info": ("?", "dim")}
"""The sign and the look of each level of what was found."""
ORDER = ("block", "warn", "info")


class Found(Protocol):
    """What the guard found in a draft."""

    @property
    def level(self) -> str:
        """One of `ORDER`."""
        ...

    @property
    def rule(self) -> str:
        """Its id."""
        ...

    @property
    def message(self) -> str:
        """A sentence."""
        ...


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """What happened to the row since the writer began. ``writer`` is who else writes a reply now."""

    row: Row
    again: bool = False
    writer: str = ""
    limit: str = ""


def quoted(row: Row, messages: Sequence[Message]) -> str:
    """All that the customer said and waits for an answer to."""
    waits = row.interval
    said = [m.text for m in messages if m.id in waits.items] or [waits.opener.text]
    files = [f"({one.kind or 'file'}: {one.name})" for one in waits.opener.attachments]
    front = [waits.opener.title] if waits.opener.title else []
    return "\n".join(part for part in (*front, *said, *files) if part)


def quote(text: str, room: int) -> list[Line]:
    """The customer's words as lines, each behind a mark."""
    return [(("> ", "dim"), (line, "customer")) for line in wrapped(text, max(room - 2, 1))]


def counted(filled: Filled, saved: str, failed: str, known: Mapping[str, str], room: int) -> list[Line]:
    """How long it is, whether it is kept, what the variables stand for: one line, two where it needs them."""
    over = filled.over.partition(":")[0]
    over = f"{filled.words}: too long by {over}" if over else filled.words
    head: list[Span] = [(f"  {over}", "late" if filled.over else "plain")]
    if failed:
        head.append((f"   {flat(failed)}", "late"))
    elif saved:
        head.append((f"   {saved}", "dim"))
    last = sorted(known.items(), key=lambda one: right_to_left(one[1]))  # terminals may turn the rest round
    names = flat("vars: " + " ".join(f"{{{name}}}={value}" for name, value in last))
    if not known:
        return [tuple(head)]
    if cells(tuple(head)) + 3 + width(names) <= room:
        return [(*head, (f"   {names}", "dim"))]
    return [tuple(head), ((f"  {names}", "dim"),)] if room >= 60 else [tuple(head)]


def bare(one: File, can: Capabilities) -> bool:
    """Whether it is a picture that should have an alternative text and has none."""
    return one.picture and bool(can.alt_limit) and not one.alt


def file_words(one: File, can: Capabilities) -> str:
    """A file that goes with a reply."""
    return flat(one.words) + (", no alt text" if bare(one, can) else "")


def files(attached: Sequence[File], can: Capabilities, room: int, most: int) -> list[Line]:
    """What goes with a reply, a line each."""
    lines: list[Line] = []
    for one in attached:
        missing: list[Span] = [(", no alt text", "soon")] if bare(one, can) else []
        lines.append(fitted((("  + ", "key"), (flat(one.words), "plain"), *missing), room))
    if len(lines) > most:
        lines[most - 1 :] = [((f"  + {len(lines) - most + 1} more; the review shows all", "dim"),)]
    return lines


def alerts(meanwhile: Meanwhile) -> list[str]:
    """Sentences about what changed while somebody writes; empty where nothing did."""
    waits = meanwhile.row.interval
    name = flat(who(waits.author))
    said: list[str] = []
    if waits.closed_reason == "withdrawn":
        said.append(f"{name} deleted the message: nothing is sent any more. Esc keeps the text")
    elif not waits.open and waits.promised is None:
        by = f" by {flat(waits.answered_by)}" if waits.answered_by else ""
        said.append(f"{ended(waits)}{by} meanwhile: nothing is sent any more. Esc keeps the text")
    elif waits.probably:
        said.append(f"probably answered meanwhile ({flat(waits.evidence or 'weak evidence')}): look first")
    if meanwhile.again:
        said.append(f"{name} wrote again: read it above before you send")
    if meanwhile.writer:
        said.append(f"@{flat(meanwhile.writer)} is replying, too")
    if meanwhile.limit:
        said.append(meanwhile.limit)
    return said


def limit_changed(before: Capabilities, now: Capabilities) -> str:
    """A sentence where a network takes longer or shorter replies than when the writer began."""
    if not now.reply:
        return flat(now.why_not or f"{now.network} takes no replies from here any more")
    if now.limit == before.limit:
        return ""
    limits = [str(can.limit or "any number of") for can in (now, before)]
    return f"{now.network} takes {limits[0]} {unit(now)} now, {limits[1]} before"


def findings(found: Sequence[Found], room: int, most: int) -> list[Line]:
    """What was found in the draft, the worst first, in at most so many lines."""
    lines: list[Line] = []
    ordered = sorted(found, key=lambda one: ORDER.index(one.level))
    for n, one in enumerate(ordered):
        sign, look = SIGNS[one.level]
        said = marked(sign, look, f"{one.rule}: {one.message}", room)
        left = len(ordered) - n
        if len(lines) + len(said) > most - (left > 1) and lines:
            lines.append(((f"  and {left} more; the review shows all", "dim"),))
            break
        lines += said
    return lines


def marked(sign: str, look: str, words: str, room: int) -> list[Line]:
    """A sentence behind a sign, in as many lines as it needs."""
    first, *rest = wrapped(flat(words), max(room - 4, 1))
    return [((f"  {sign} ", look), (first, look)), *((("    ", look), (line, look)) for line in rest)]
