"""How long a reply is, as the networks count."""

from __future__ import annotations

import re
from typing import Literal

from cxtui.core.text import graphemes

Counted = Literal["code points", "graphemes", "bytes", "statuses"]
"""``statuses`` is Mastodon's way: graphemes, a link counts 23, an address ``@name@server`` only its name."""

LINK = 23
_LINK = re.compile(r"https?://\S+", re.IGNORECASE)
_MENTION = re.compile(r"(?<![\w/])(@\w+(?:[.-]+\w+)*)@[\w.-]+\w")


def measured(text: str, counted: Counted) -> int:
    """The length of a reply as a network counts it."""
    match counted:
        case "bytes":
            return len(text.encode())
        case "code points":
            return len(text)
        case "graphemes":
            return graphemes(text)
        case "statuses":
            return graphemes(_MENTION.sub(r"\1", _LINK.sub("x" * LINK, text)))
