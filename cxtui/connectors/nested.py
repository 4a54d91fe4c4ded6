"""Answers that strangers' words are part of, however deeply somebody nested theirs.

Nothing reads JSON nested without end, so that one such message would hide all others of its answer.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TypeVar

from cxtui.errors import Unreadable
from cxtui.http import Answer

T = TypeVar("T")

DEEPEST = 300
"""So deep an answer may be nested; the threads of networks are, to less than two hundred."""
_SHAPE = re.compile(rb'"(?:[^"\\]|\\.)*+"|[\[\]{}]', re.DOTALL)


def told(answer: Answer, kind: type[T]) -> T:
    """What an answer says, null in the place of what is nested too deeply. Raises: Unreadable."""
    try:
        return answer.json(kind)
    except Unreadable as wrong:
        if not isinstance(wrong.__cause__, RecursionError):
            raise
        return replace(answer, body=shallow(answer.body)).json(kind)


def shallow(raw: bytes, deepest: int = DEEPEST) -> bytes:
    """JSON with null in the place of whatever is nested too deeply."""
    pieces: list[bytes] = []
    depth = begin = done = 0
    for sign in _SHAPE.finditer(raw):
        match sign[0]:
            case b"[" | b"{":
                depth += 1
                begin = sign.start() if depth == deepest + 1 else begin
            case b"]" | b"}":
                if depth == deepest + 1:
                    pieces += [raw[done:begin], b"null"]
                    done = sign.end()
                depth -= 1
            case _:
                pass
    return b"".join((*pieces, raw[done:]))
