"""Values that nobody expects, put anywhere into an answer."""

from __future__ import annotations

from typing import Any, cast

from hypothesis import strategies as st

ODDITIES: list[Any] = [None, True, 7, -1.5, 10**30, "", "x", [], {}, [[]], [None], {"id": 7}, "9" * 5000]


def spoil(answer: Any, data: st.DataObject) -> None:
    """Put something odd into one place of an answer."""
    holder, key = data.draw(st.sampled_from(_places(answer)))
    holder[key] = data.draw(st.sampled_from(ODDITIES))


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Each place in a value: what holds it, and under which name or number."""
    if not isinstance(value, dict | list):
        return []
    held = cast("Any", value)
    keys: list[Any] = [*held] if isinstance(value, dict) else [*range(len(held))]
    return [place for key in keys for place in ((held, key), *_places(held[key]))]
