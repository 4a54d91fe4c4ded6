"""What is nested too deeply is cut out of an answer, and nothing else is."""

from __future__ import annotations

import json
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtui.connectors.nested import DEEPEST, shallow, told
from cxtui.errors import Unreadable
from cxtui.http import Answer, Headers

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


@given(JSON, st.integers(1, 6))
def test_what_is_not_too_deep_stays_as_it_is(value: object, deepest: int) -> None:
    def cut(of: Any, room: int) -> Any:
        if isinstance(of, list):
            return [cut(part, room - 1) for part in cast("list[Any]", of)] if room else None
        if isinstance(of, dict):
            held = cast("dict[str, Any]", of)
            return {key: cut(part, room - 1) for key, part in held.items()} if room else None
        return of

    assert json.loads(shallow(json.dumps(value).encode(), deepest)) == cut(value, deepest)
    assert shallow(json.dumps(value).encode(), DEEPEST) == json.dumps(value).encode()


def answered(body: str) -> Answer:
    return Answer(200, Headers(), body.encode(), "https://shop.example/")


def test_one_message_without_end_hides_no_other() -> None:
    deep = "[" * 5000 + "]" * 5000
    said = told(answered(f'[{{"id": 1, "more": {deep}}}, {{"id": "2", "text": "]}}\\"["}}]'), list[Any])
    assert said[1] == {"id": "2", "text": ']}"['}
    assert said[0]["id"] == 1


@pytest.mark.parametrize("body", ["[" * 5000, "[" * 5000 + "}" * 5000, "[1", "<p>", '"' + "[" * 5000])
def test_what_is_no_answer_is_none_however_deep(body: str) -> None:
    with pytest.raises(Unreadable):
        told(answered(body), list[Any])
