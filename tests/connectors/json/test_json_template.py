"""Values are encoded for the place they stand in, whatever a stranger wrote."""

from __future__ import annotations

from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtui.connectors.json.template import Request, address, filled, header, placeholders
from cxtui.errors import Refused, Rejected

HOME = "https://desk.example/api/comments?open=1"
strangers = st.text(max_size=40)


def request(json: object = None, form: dict[str, str] | None = None) -> Request:
    return Request(HOME, "POST", "comments/{id}/reply", json, form)


@given(strangers)
def test_an_id_stays_one_piece_of_the_address(word: str) -> None:
    try:
        found = address("/api/comments/{id}/reply?of={id}", HOME, {"id": word})
    except Rejected:
        pieces = word.replace("\\", "/").split("/")
        assert not word or "." in pieces or ".." in pieces
        return
    parts = urlsplit(found)
    assert (parts.scheme, parts.netloc, parts.fragment) == ("https", "desk.example", "")
    start, end = parts.path.split("/")[:3], parts.path.split("/")[-1]
    assert (start, end, len(parts.path.split("/"))) == (["", "api", "comments"], "reply", 5)
    kept = word.encode("utf-8", "replace").decode()
    assert unquote(parts.path.split("/")[3]) == kept
    assert parse_qsl(parts.query, keep_blank_values=True) == [("of", kept)]


@pytest.mark.parametrize("word", ["..", ".", "../../admin", "a/../../b", "..\\x", ""])
def test_an_id_that_would_climb_is_refused(word: str) -> None:
    with pytest.raises(Rejected, match="cannot stand in an address"):
        address("/api/comments/{id}/reply", HOME, {"id": word})


def test_two_values_cannot_climb_together() -> None:
    with pytest.raises(Rejected):
        address("/api/{id}{thread}/reply", HOME, {"id": ".", "thread": "."})


@pytest.mark.parametrize("word", ["//evil.example/x", "https://evil.example/x", "\\\\evil.example\\x"])
def test_no_value_leads_to_another_server(word: str) -> None:
    for template in ("{id}", "/{id}", "x/{id}", "{id}/x", "?{id}"):
        found = address(template, HOME, {"id": word})
        assert urlsplit(found).netloc == "desk.example"


@given(strangers, strangers)
def test_a_text_stays_one_value_of_the_json(text: str, name: str) -> None:
    body = {"a": "{text}", "b": ["{id}: {text}", 7, None], "c": {"d": "{{id}}"}}
    content, said = request(json=body).body({"text": text, "id": name})
    assert content is None
    assert said == {"a": text, "b": [f"{name}: {text}", 7, None], "c": {"d": "{id}"}}


def test_a_value_that_looks_like_json_or_a_template_is_only_text() -> None:
    text = '", "admin": true, "x": "{id}{{token}}'
    _, said = request(json={"body": "{text}"}).body({"text": text, "id": "7"})
    assert said == {"body": text}


def test_a_number_can_be_asked_for() -> None:
    _, said = request(json={"parent": "{id:number}"}).body({"id": "42"})
    assert said == {"parent": 42}
    with pytest.raises(Rejected, match="should be a number"):
        request(json={"parent": "{id:number}"}).body({"id": '42, "x": 1'})


@given(strangers.filter(lambda text: not any(0xD800 <= ord(char) < 0xE000 for char in text)))
def test_a_text_stays_one_value_of_the_form(text: str) -> None:
    content, said = request(form={"body": "{text}", "of": "7"}).body({"text": text})
    assert said is None
    assert content is not None
    assert parse_qsl(content.decode(), keep_blank_values=True) == [("body", text), ("of", "7")]


@pytest.mark.parametrize("word", ["a\r\nX-Admin: 1", "a\nb", "a\rb", "a\0b", "a\x7f"])
def test_a_value_begins_no_header_of_its_own(word: str) -> None:
    with pytest.raises(Refused, match="X-Key"):
        header("X-Key", "key {token}", {"token": word})


def test_braces_are_written_twice() -> None:
    assert filled("{{{id}}}", {"id": "7"}) == "{7}"
    assert list(placeholders(["{id} {{x}}", {"a": "{text}"}, "}", 7])) == ["id", "text", ""]
