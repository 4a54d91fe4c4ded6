"""Lines of a screen as values: pieces of text, each with the name of its look.

A look is a class name of the stylesheet (``late``, ``dim``); what it means for the eye is
said there only. Everything drawn by `cxtui.ui.widgets.lines` is made of these.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from cxtui.core.item import Clean
from cxtui.core.text import clean, cut, fit, graphemes, one_line, width

Span = tuple[str, str]
Line = tuple[Span, ...]

LEFT_TO_RIGHT = "\u200e"


def safe(text: str) -> Clean:
    """``text`` without anything that steers a terminal; cheap where it is plain.

    What is stored was cleaned before; sentences from servers and the system were not.
    """
    return cast("Clean", text) if text.isprintable() else clean(text)


def flat(text: str) -> Clean:
    """`safe` in one line."""
    return one_line(safe(text))


def plain(line: Line) -> str:
    """The line's text alone."""
    return "".join(text for text, _ in line)


def cells(line: Line) -> int:
    """How many terminal cells the line takes."""
    return sum(width(text) for text, _ in line)


def fitted(line: Iterable[Span], room: int) -> Line:
    """The line cut or padded to exactly ``room`` cells."""
    fits: list[Span] = []
    for text, look in line:
        wide = width(text)
        if wide > room:
            fits.append((fit(flat(text), room), look))
            return tuple(fits)
        fits.append((text, look))
        room -= wide
    if room:
        fits.append((" " * room, ""))
    return tuple(fits)


def rule(title: str, right: str, room: int, look: str = "rule", most: int | None = None) -> Line:
    """A title line: ``── title ──────── right ─``; what stands right has ``most`` cells, else half."""
    if not title:
        return (("─" * room, look),)
    tail = f" {right} ─" if right else ""
    if width(tail) > (room // 2 if most is None else most):
        tail = ""
    head = cut(flat(title), max(room - width(tail) - 4, 1))
    dashes = "─" * max(room - width(head) - width(tail) - 4, 0)
    return fitted((("── ", look), (head, "title"), (f" {dashes}{tail}", look)), room)


def wrapped(text: str, room: int) -> list[Clean]:
    """A text in lines of at most ``room`` cells: broken at blanks, else between characters."""
    lines: list[Clean] = []
    for paragraph in safe(text).split("\n"):
        line = ""
        for word in paragraph.split():
            together = f"{line} {word}" if line else word
            if width(together) <= room:
                line = together
                continue
            if line:
                lines.append(Clean(line))
            *full, line = _broken(Clean(word), room)
            lines.extend(full)
        lines.append(Clean(line))
    return lines


def _broken(word: Clean, room: int) -> list[Clean]:
    """A word in pieces that fit; whole where it fits."""
    pieces: list[Clean] = []
    while width(word) > room and graphemes(word) > 1:
        piece = cut(word, room, "")
        if not piece:
            break
        pieces.append(piece)
        word = Clean(word[len(piece) :])
    return [*pieces, word]


def right_to_left(text: str) -> bool:
    """Whether a text holds a strong right-to-left character, so that a terminal may turn the line round."""
    return not text.isascii() and any("\u0590" <= c <= "\u08ff" or "\ufb1d" <= c <= "\ufdff"
                                      or "\ufe70" <= c <= "\ufeff" or "\U00010800" <= c <= "\U00010fff"
                                      or "\U0001e800" <= c <= "\U0001efff" for c in text)  # fmt: skip
