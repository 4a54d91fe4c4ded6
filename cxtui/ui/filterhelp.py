"""The filter language as lines of the help, made of the fields themselves."""

from __future__ import annotations

from cxtui.core.filters import FIELDS
from cxtui.ui.spans import Line, wrapped

BESIDE = 14
ABOUT = (
    "Words side by side are all meant: is:late kind:review lamp. A word without a colon is looked for in "
    'the text, the title, the names; quote what has blanks: text~"where is it". -tag:spam is without, '
    "| is either, ( ) group, commas list: net:mastodon,bluesky."
)
EXAMPLES = (
    ("is:late -is:claimed", "late, and nobody has it"),
    ("kind:review stars:<=2", "bad reviews"),
    ("due:<30m priority:>=high", "important, due within half an hour"),
    ("is:mine | for:nok", "what I claimed, or nok"),
)


def lines(room: int) -> list[Line]:
    """Every word with its values, and some filters."""
    found = [_plain(line) for line in wrapped(ABOUT, room)]
    for field in FIELDS.values():
        values = " ".join(field.known) or field.takes
        told = f"{field.help}: {values}" if values else field.help
        found += _beside(f"{field.name}:", told, BESIDE, room)
    found.append(())
    for text, words in EXAMPLES:
        found += _beside(text, words, 30, room)
    return found


def _plain(line: str) -> Line:
    return ((line, "plain"),)


def _beside(head: str, told: str, wide: int, room: int) -> list[Line]:
    first, *rest = wrapped(told, max(room - wide - 2, 10))
    return [
        ((f"  {head:<{wide - 1}} ", "key"), (first, "plain")),
        *(((" " * (wide + 2), "plain"), (line, "plain")) for line in rest),
    ]
