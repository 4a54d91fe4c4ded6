"""Terminal cells and graphemes: how wide a text is, and where it may be cut.

Widths are what tmux, screen, xterm, VTE, konsole and alacritty draw: a spacing mark
(category Mc) takes one cell, a mark that does not space none, East Asian Wide and
Fullwidth two. Sources: UAX #11 (East Asian Width) through `unicodedata`; UAX #29
(grapheme clusters), with its conjunct rule for Indic scripts.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from unicodedata import category, combining, east_asian_width

from cxtui.core.item import Clean

JOINER = "\u200d"
MARK = "…"


class Classes(dict[int, str]):
    """One letter per code point, worked out when first met.

    ``text.translate(classes)`` is the text's string of letters, as long as the text, on
    which a plain regular expression can see properties that ``re`` does not know.
    """

    def __init__(self, rule: Callable[[str], str]) -> None:
        super().__init__()
        self._rule = rule

    def __missing__(self, code: int) -> str:
        if len(self) > 20_000:  # a text of all code points must not fill the memory
            self.clear()
        found = self[code] = self._rule(chr(code))
        return found


def pictographic(char: str) -> bool:
    """Whether a character is drawn as a picture, near enough to Extended_Pictographic."""
    return "\U0001f000" <= char <= "\U0001faff" or (
        "\u2190" <= char <= "\u2bff" and category(char) in ("So", "Sm")
    ) or char in "\u00a9\u00ae\u203c\u2049\u2122\u2139\u3030\u303d\u3297\u3299"  # fmt: skip


def _cells(char: str) -> str:
    kind = category(char)
    if kind == "Mc":
        return "1"
    if kind in ("Mn", "Me", "Cf", "Cc", "Cs", "Zl", "Zp"):
        return "0"
    if "\u1160" <= char <= "\u11ff" or "\ud7b0" <= char <= "\ud7ff":
        return "0"  # vowels and finals of conjoining Hangul sit in the cells of their consonant
    return "2" if east_asian_width(char) in "WF" else "1"


_CONJUNCT = ((0x0900, 0x09FF), (0x0A80, 0x0B7F), (0x0C00, 0x0C7F), (0x0D00, 0x0D7F))
"""Devanagari, Bengali, Gujarati, Oriya, Telugu, Malayalam: consonants that a virama joins are one cluster."""


def _hangul(code: int) -> str:
    if 0x1100 <= code <= 0x115F or 0xA960 <= code <= 0xA97C:
        return "l"
    if 0x1160 <= code <= 0x11A7 or 0xD7B0 <= code <= 0xD7C6:
        return "v"
    if 0x11A8 <= code <= 0x11FF or 0xD7CB <= code <= 0xD7FB:
        return "t"
    if 0xAC00 <= code <= 0xD7A3:
        return "h" if (code - 0xAC00) % 28 == 0 else "k"
    return ""


def _extends(char: str) -> bool:
    """Whether it belongs to the character before it: marks, SARA AM, skin tones, tags."""
    return (
        category(char) in ("Mn", "Me", "Mc")
        or char in "\u0e33\u0eb3\u200c"
        or "\U0001f3fb" <= char <= "\U0001f3ff"
        or "\U000e0020" <= char <= "\U000e007f"
    )


def _cluster(char: str) -> str:
    code = ord(char)
    kind = category(char)
    conjunct = any(first <= code <= last for first, last in _CONJUNCT)
    if char == JOINER:
        return "z"
    if _extends(char):
        return "q" if conjunct and combining(char) == 9 else "x"
    if kind in ("Cc", "Cf", "Zl", "Zp"):
        return "c"
    if conjunct and kind == "Lo":
        return "i"
    if "\U0001f1e6" <= char <= "\U0001f1ff":
        return "r"
    return _hangul(code) or ("e" if pictographic(char) else ".")


_CELLS = Classes(_cells)
_CLUSTERS = Classes(_cluster)
_CLUSTER = re.compile(
    r"c"
    r"|(?:l*(?:hv*|v+|k)t*|l+|t+|rr|e(?:[xq]*ze)*|i(?:[xqz]*q[xqz]*i)*|.)[xqz]*"
)  # fmt: skip


def width(text: str) -> int:
    """How many terminal cells a text of one line takes."""
    if text.isascii():
        return len(text)
    cells = text.translate(_CELLS)
    return cells.count("1") + 2 * cells.count("2")


def graphemes(text: str) -> int:
    """How many characters a reader would count."""
    text = text.replace("\r\n", "\n")
    if text.isascii():
        return len(text)
    return sum(1 for _ in _CLUSTER.finditer(text.translate(_CLUSTERS)))


def cut(text: Clean, cells: int, mark: str = MARK) -> Clean:
    """As much of one line as ``cells`` hold, ending with ``mark`` where something is left off.

    Never cuts inside a grapheme cluster; where a wide one does not fit, a cell stays free.
    """
    head = text[: 16 * max(cells, 0) + 16]  # clean text has far fewer code points in a cell
    if len(head) == len(text) and width(text) <= cells:
        return text
    room = cells - width(mark)
    if room < 0:
        return Clean("")
    if head.isascii():
        return Clean(head[:room] + mark)
    end = 0
    for cluster in _CLUSTER.finditer(head.translate(_CLUSTERS)):
        room -= width(head[cluster.start() : cluster.end()])
        if room < 0:
            break
        end = cluster.end()
    return Clean(head[:end] + mark)


def fit(text: Clean, cells: int) -> Clean:
    """One line, cut or padded with blanks to exactly ``cells``."""
    short = cut(text, cells)
    return Clean(short + " " * (cells - width(short)))
