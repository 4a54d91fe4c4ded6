"""How long a reply is, as the networks count."""

from __future__ import annotations

import re
from typing import Literal

from cxtui.core.text import graphemes

Counted = Literal["code points", "graphemes", "bytes", "statuses"]
"""``statuses`` is Mastodon's way: graphemes, a link counts 23, an address ``@name@server`` only its name.

Source: docs.joinmastodon.org/user/posting; StatusLengthValidator, Account::MENTION_RE, twitter_regex.rb.
"""

LINK = 23
_LINK = re.compile(
    r"(?<![a-z0-9@$#])https?://"
    r"(?:\w(?:[\w-]*\w)?\.)+[^\W\d_](?:[\w-]*\w)?(?::\d+)?"  # a name with a dot in it, no number
    r"(?:/(?:[^\s<>()?]|\([^\s<>()?]*\))*)?"
    r"(?:\?[^\s<>\"{}\\]*)?",
    re.IGNORECASE,
)
_PATH_ENDS, _QUERY_ENDS = "?!*\"'「」;:=,.$%[]~&|@", "?!*'();:+$%[].,~|@^"
"""What behind a link belongs to the sentence."""
_MENTION = re.compile(r"(?<![=/\w])(@[a-z0-9_]+(?:[.-]+[a-z0-9_]+)*)@\w+(?:[.-]+\w+)*", re.IGNORECASE)


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
            return graphemes(_MENTION.sub(r"\1", _LINK.sub(_short, text)))


def _short(link: re.Match[str]) -> str:
    whole = link[0]
    ends = _QUERY_ENDS if "?" in whole.rstrip("?") else _PATH_ENDS
    return "x" * LINK + whole[len(whole.rstrip(ends)) :]
