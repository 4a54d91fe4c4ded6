"""The border for strangers' text: nothing that steers a terminal, lies or misaligns gets past `clean`.

The whole toolbox for such text can be had from here; `cxtui.core.cells` counts terminal
cells and `cxtui.core.markup` makes text of HTML.
"""

from __future__ import annotations

import re
from unicodedata import category, combining, normalize

from cxtui.core.cells import Classes, cut, fit, graphemes, pictographic, width
from cxtui.core.item import Clean
from cxtui.core.markup import from_html

__all__ = ["clean", "cut", "fit", "from_html", "graphemes", "one_line", "search_form", "width"]

LIMIT = 10_000
LINES = 200
MARKS = 4
"""So many marks may stack on one character; real words of all living scripts need fewer."""

_ESCAPES = re.compile(
    # control strings (OSC, DCS, SOS, PM, APC) with their end, or without one up to the end of the line
    r"(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])"
    r"(?:[^\x07\x18\x1a\x1b\x80-\x9f]*(?:\x07|\x1b\\|\x9c)|[^\x07\x18\x1a\x1b\x80-\x9f\n]*)"
    # control sequences (CSI), cut off ones too
    r"|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"
    # all other sequences of ESC, and single shifts with the character they take
    r"|\x1b[ -/]*[0-~]|[\x8e\x8f][ -~]?"
)

_FILLERS = "\u034f\u115f\u1160\u17b4\u17b5\u20e3\u3164\uffa0"
"""Letters and marks that draw nothing of their own, and the keycap that makes an emoji of a digit."""


def _fate(char: str) -> str:
    if char in "\n\u200c\u200d":
        return char
    if char == "\t":
        return " "
    if char in "\u2028\u2029":
        return "\n"
    gone = (
        category(char) in ("Cc", "Cf", "Cs")
        or char in _FILLERS
        or "\u180b" <= char <= "\u180f"  # Mongolian variation selectors
        or "\ufe00" <= char <= "\ufe0f"
        or "\U0001f3fb" <= char <= "\U0001f3ff"  # skin tones
        or "\U000e0000" <= char <= "\U000e0fff"
    )
    return "" if gone else char


_JOINED = (
    (0x0600, 0x08FF), (0x0900, 0x0DFF), (0x1000, 0x109F), (0x1780, 0x18AF), (0x1B00, 0x1BFF),
    (0xA800, 0xA82F), (0xA840, 0xA87F), (0xA8E0, 0xA8FF), (0xA980, 0xA9FF), (0xAA60, 0xAA7F),
    (0xAAE0, 0xAAFF), (0xABC0, 0xABFF), (0xFB50, 0xFDFF), (0xFE70, 0xFEFC), (0x11000, 0x11FFF),
)  # fmt: skip
"""Arabic and its kin, Indic scripts and theirs: scripts that spell with joiners."""


def _role(char: str) -> str:
    """A joiner, r or n a letter or mark of a script with joiners, v its virama, m another mark, e emoji."""
    if char in "\u200c\u200d":
        return "j"
    code = ord(char)
    joins = any(first <= code <= last for first, last in _JOINED)
    if combining(char) == 9 and joins:
        return "v"
    if category(char) in ("Mn", "Me") or combining(char):
        return "n" if joins else "m"
    if joins and category(char) in ("Lo", "Lm", "Mc"):
        return "r"
    return "e" if pictographic(char) else "."


_FATES = Classes(_fate)
_ROLES = Classes(_role)
_STRAY = re.compile(r"(?<=e)(?:je)+|(?<![rnv])j|(?<!v)j(?![rnv])")
"""The tail of an emoji sequence; a joiner that joins nothing."""
_PILED = re.compile(rf"([mnv](?:j?[mnv]){{{MARKS - 1}}})j?[mnv][mnvj]*")
_SPLIT_AM = re.compile("([\u0e4d\u0ecd])([\u0e48-\u0e4b\u0ec8-\u0ecb])(?=[\u0e32\u0eb2])")


def clean(raw: str, *, limit: int = LIMIT, lines: int = LINES) -> Clean:
    """Text that is safe to keep, compare and draw; newlines stay, all else that steers goes.

    Escape sequences go whole, then control, format and bidi characters, variation
    selectors, skin tones and the tails of joined emoji; at most four marks stay in a row;
    the rest is NFC. Cut at ``limit`` characters and ``lines`` lines with a mark. Idempotent.
    """
    if raw.isascii() and raw.isprintable() and len(raw) <= limit:
        return Clean(raw.rstrip())  # one plain line, as most names are
    text = _ESCAPES.sub("", raw).replace("\r\n", "\n").replace("\r", "\n").translate(_FATES)
    if not text.isascii():
        text = _settled(text)
    rows = "\n".join(row.rstrip() for row in text.split("\n")).strip("\n").split("\n")
    text = "\n".join(rows[:lines])
    if len(rows) > lines:
        text = text.rstrip() + "…"
    return Clean(text if len(text) <= limit else _shortened(text, limit))


def one_line(text: Clean) -> Clean:
    """The same text in one line, for rows: every run of blanks and newlines is one blank."""
    return Clean(" ".join(text.split()))


def search_form(text: str) -> str:
    """What is compared when somebody searches: without case, width and joiners.

    Lao and Thai SARA AM is found however it was typed: as one letter or as its parts, the
    tone mark before or after.
    """
    if text.isascii():
        return text.casefold()
    folded = normalize("NFKC", normalize("NFKC", text).casefold())
    return _SPLIT_AM.sub(r"\2\1", folded.replace("\u200c", "").replace("\u200d", ""))


def _settled(text: str) -> str:
    """Joiners, marks and NFC in order. Each may disturb the others, so all are done until nothing changes."""
    while True:
        roles = text.translate(_ROLES)
        calm = _without(text, roles, _STRAY)
        if calm is not text:
            roles = calm.translate(_ROLES)
        calm = normalize("NFC", _without(calm, roles, _PILED))  # long piles make NFC slow: cut, then compose
        if calm == text:
            return text
        text = calm


def _without(text: str, roles: str, unwanted: re.Pattern[str]) -> str:
    """The text without what the pattern finds among the roles of its characters, but with its first group."""
    pieces: list[str] = []
    start = 0
    for found in unwanted.finditer(roles):
        pieces.append(text[start : found.end(1) if unwanted.groups else found.start()])
        start = found.end()
    return "".join(pieces) + text[start:] if start else text


def _shortened(text: str, limit: int) -> str:
    """At most ``limit`` characters, the mark included, not cut before a mark or after a joiner."""
    end = max(limit - 1, 0)
    while end and (_ROLES[ord(text[end])] in "mnvj" or _ROLES[ord(text[end - 1])] == "j"):
        end -= 1
    return (text[:end].rstrip() + "…")[:limit]
