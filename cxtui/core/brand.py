"""Own names in what is said elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from cxtui.core.search import form

_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
"""Letters of scripts that write no blanks between words: a name is found anywhere in them."""


def names_us(texts: Iterable[str | None], brand: Sequence[str]) -> bool:
    """Whether one of the texts says one of our names, as a word of its own: ``@lampco``, ``LampCo's``."""
    if not brand:
        return False
    wanted = _wanted(tuple(brand))
    return any(wanted.search(form(text)) for text in texts if text)


@lru_cache(maxsize=16)
def _wanted(brand: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(_bordered(form(name)) for name in brand))


def _bordered(name: str) -> str:
    before = "" if _UNSPACED.match(name[:1]) else r"(?<![^\W_])"
    after = "" if _UNSPACED.match(name[-1:]) else r"(?![^\W_])"
    return f"{before}{re.escape(name)}{after}"
