"""Records as messages: a bad field costs the field, a bad record the record, and both are told."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtui.connectors.heard import LONGEST, MARK, REMEMBERED, Cursor, fresh, noted, remembered, sentence
from cxtui.connectors.record import FIELDS, Ours
from cxtui.connectors.records import Batch, Problem, lines, read
from cxtui.core.item import Arrival, Voice

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
NOBODY = Ours(())


def batch(*records: object, own: tuple[str, ...] = ()) -> Batch:
    return read([(f"line {n}", record) for n, record in enumerate(records, 1)], Ours(own))


def only(**fields: object) -> Arrival:
    found = batch({"id": 1, "text": "Where is my lamp?", **fields})
    assert found.problems == ()
    [arrival] = found.arrivals
    return arrival


def doubt(**fields: object) -> str:
    """What is said of a record that is used all the same."""
    found = batch({"id": 1, "text": "Where is my lamp?", **fields})
    assert len(found.arrivals) == 1
    [problem] = found.problems
    assert not problem.lost
    return problem.words


def lost(record: object) -> str:
    found = batch(record, {"id": "other", "text": "And mine?"})
    assert [arrival.native for arrival in found.arrivals] == ["other"]
    [problem] = found.problems
    assert problem.lost
    return problem.words


def test_every_field_finds_its_place() -> None:
    arrival = only(
        author={"handle": "@mai", "name": "Mai", "followers": 12, "uri": "u7"}, posted="2026-11-22T09:00:00Z",
        url="https://shop.example/#1", thread=40, parent=39, title="Lamp", stars="4.5", scale=10, score=9,
        kind="review", visibility="direct", lang="lo", tone="question", pending=True,
        attachments=[{"name": "a.png", "kind": "image", "url": "https://shop.example/a.png"}, "bill.pdf"],
    )  # fmt: skip
    assert arrival.author == Voice("@mai", "Mai", 12, "u7")
    assert (arrival.native, arrival.thread, arrival.parent) == ("1", "40", "39")
    assert (arrival.posted, arrival.stars, arrival.scale, arrival.score) == (AT, 4.5, 10, 9)
    assert (arrival.kind, arrival.visibility, arrival.lang, arrival.tone) == (
        "review", "direct", "lo", "question",
    )  # fmt: skip
    assert arrival.pending
    assert [(a.name, a.url) for a in arrival.attachments] == [
        ("a.png", "https://shop.example/a.png"), ("bill.pdf", None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "posted",
    ["2026-11-22T09:00:00Z", "2026-11-22 09:00:00", 1795338000, "1795338000", 1795338000000,
     "Sun, 22 Nov 2026 10:00:00 +0100"],
)  # fmt: skip
def test_times_come_in_any_usual_form(posted: object) -> None:
    assert only(posted=posted).posted == AT


@pytest.mark.parametrize(("told", "native"), [(7, "7"), ("7", "7"), (7.0, "7"), (" a b ", "a b"), (-1, "-1")])
def test_an_id_may_be_a_number_or_a_text(told: object, native: str) -> None:
    assert only(id=told).native == native


def test_an_id_that_could_not_be_kept_as_it_is_gets_a_name_of_its_own() -> None:
    odd = [only(id=told).native for told in ("a\u202eb", "ab", "a" * 1000, "a" * 1001, "a\nb")]
    assert len(set(odd)) == 5
    assert all(len(name) < 100 and name.isprintable() for name in odd)


@pytest.mark.parametrize(
    ("record", "said"),
    [
        ({"text": "?"}, "line 1: has no id"),
        ({"id": None, "text": "?"}, "line 1: has no id"),
        ({"id": "", "text": "?"}, "line 1: id is empty"),
        ({"id": True, "text": "?"}, "line 1: id must be a text or a whole number, is true or false"),
        ({"id": 1.5, "text": "?"}, "line 1: id must be a text or a whole number, is a number"),
        ({"id": ["a"], "text": "?"}, "line 1: id must be a text or a whole number, is a list"),
        ({"id": 1, "text": ["?"]}, "line 1: text must be a text, is a list"),
        ({"id": 1, "text": {"raw": "?"}}, "line 1: text must be a text, is an object"),
        ({"id": 1}, "line 1: 1 says nothing: it has no text"),
        ({"id": 1, "text": "  "}, "line 1: 1 says nothing: it has no text"),
        ({"id": 1, "text": "?", "type": "promise"}, "line 1: is of type 'promise'; only items are read"),
        ({"id": 1, "text": "?", "role": "competitor"},
         "line 1: is a competitor's; such words need a feed with the key competitor"),
        (["id", 1], "line 1: must be an object, is a list"),
        (None, "line 1: must be an object, is null"),
        ("id", "line 1: must be an object, is a text"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_told_and_costs_no_other(record: object, said: str) -> None:
    assert lost(record) == said


@pytest.mark.parametrize(
    ("field", "told", "said"),
    [
        ("stars", "five", "stars must be a number from 0 to 1000, is 'five'"),
        ("stars", [5], "stars must be a number from 0 to 1000, is a list"),
        ("score", 11, "score must be a number from 0 to 10, is a number"),
        ("posted", "yesterday", "posted must be a time such as 2026-11-22T09:00:00Z, is 'yesterday'"),
        ("posted", {"at": 1}, "posted must be a time such as 2026-11-22T09:00:00Z, is an object"),
        ("url", "javascript:alert(1)", "url must be an address (https://), is 'javascript:alert(1)'"),
        ("title", 7, "title must be a text, is a number"),
        ("kind", "rant", "kind must be one of"),
        ("visibility", "secret", "visibility must be one of public, direct, is 'secret'"),
        ("attachments", {"name": "a"}, "attachments must be a list, is an object"),
        ("withdrawn", "no", "withdrawn must be true or false, is 'no'"),
        ("pending", [], "pending must be true or false, is a list"),
        ("thread", [], "thread must be a text or a whole number, is a list"),
        ("author", {"followers": "many"}, "followers must be a number"),
    ],
)
def test_a_bad_field_costs_the_field(field: str, told: object, said: str) -> None:
    words = doubt(**{field: told})
    assert words.startswith("line 1 (1): ")
    assert said in words


def test_null_is_no_answer_and_no_fault() -> None:
    assert only(**dict.fromkeys(set(FIELDS) - {"id", "text"})) == only()


def test_stars_or_an_attachment_stand_for_a_text() -> None:
    assert batch({"id": 1, "stars": 2}).arrivals[0].stars == 2
    assert batch({"id": 1, "attachments": ["a.png"]}).arrivals[0].attachments
    assert batch({"id": 1, "title": "Broken"}).arrivals[0].text == "Broken"
    assert batch({"id": 1, "withdrawn": True}).arrivals[0].withdrawn


def test_html_becomes_text() -> None:
    assert batch({"id": 1, "html": "<p>Where &amp; <b>when</b>?</p>"}).arrivals[0].text == "Where & when?"


def test_people_without_a_name_are_not_one_person() -> None:
    one, other = batch({"id": 1, "text": "?"}, {"id": 2, "text": "?"}).arrivals
    assert one.author.handle != other.author.handle


def test_who_we_are_is_proven_by_id_hinted_by_name() -> None:
    own = ("u7", "https://shop.example/desk/", "LampCo", "@lampco", "desk@shop.example")
    authors = {
        "strong": [{"uri": "u7"}, {"uri": "https://shop.example/desk"}, {"handle": "desk@shop.example"}],
        "medium": [{"handle": "lampco"}],
        "weak": [{"name": "lampco"}, "LampCo", "u7"],
        None: [{"name": "u7x"}, {"uri": "u77"}],
    }
    for sign, people in authors.items():
        for author in people:
            [arrival] = batch({"id": 1, "parent": 2, "text": "!", "author": author}, own=own).arrivals
            assert arrival.own == sign, author


def test_own_words_that_answer_nothing_are_a_post() -> None:
    assert only(role="own").kind == "post"
    assert only(role="own", thread=9).kind is None
    assert only(role="own", parent=9).kind is None
    assert only(own=True, kind="mention").kind == "mention"
    assert only(own="medium").own == "medium"


def test_an_export_can_be_read_again() -> None:
    record: dict[str, object] = {
        "v": 1, "type": "item", "id": "comments:42", "feed": "comments", "network": "feed", "kind": "comment",
        "thread": "comments:40", "parent": "comments:41", "author": {"handle": "@mai", "name": "Mai"},
        "text": "Where?", "attachments": [], "role": "customer", "visibility": "public", "score": None,
        "posted": "2026-11-22T09:00:00Z", "seen": "2026-11-22T09:00:01Z", "scale": 5, "tone": "question",
        "tone_by": "rule", "lang": "en", "history": False,
    }  # fmt: skip
    [arrival] = batch(record).arrivals
    assert (arrival.native, arrival.thread, arrival.parent) == ("42", "40", "41")


def test_told_twice_the_last_telling_counts() -> None:
    found = batch({"id": 1, "text": "Wher"}, {"id": 2, "text": "?"}, {"id": "1", "text": "Where?"})
    assert [(a.native, a.text) for a in found.arrivals] == [("2", "?"), ("1", "Where?")]


def test_lines_are_counted_and_bad_ones_named() -> None:
    raw = b'\xef\xbb\xbf{"id": 1}\n\n{"id": 2\r\n\xff\xfe\n{"id": 3}\r\n' + b"[" * 100_000 + b"\n"
    found, problems = lines(raw, "a.jsonl ", 10)
    assert found == [("a.jsonl line 10", {"id": 1}), ("a.jsonl line 14", {"id": 3})]
    assert [problem.words for problem in problems] == [
        "a.jsonl line 12: is no JSON", "a.jsonl line 13: is no JSON", "a.jsonl line 15: is no JSON",
    ]  # fmt: skip


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=4),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from((*FIELDS, "feed", "type")), values))
def test_no_record_of_a_stranger_breaks_the_reading(record: dict[str, object]) -> None:
    found = batch(record, {"id": "sure", "text": "?"})
    assert "sure" in [arrival.native for arrival in found.arrivals]
    for arrival in found.arrivals:
        assert arrival.native == arrival.native.strip() != ""
        assert arrival.url is None or arrival.url.startswith(("https://", "http://"))
    said = sentence(found.problems)
    assert said.isprintable()
    assert len(said) <= LONGEST


# What is remembered


def arrivals(*numbers: int) -> list[Arrival]:
    return [Arrival(str(number), f"Question {number}?") for number in numbers]


@given(st.lists(st.lists(st.integers(0, 30), unique=True, max_size=10), max_size=6))
def test_each_message_is_new_once(polls: list[list[int]]) -> None:
    marks, told = "", list[str]()
    for poll in polls:
        new, marks = fresh(marks, arrivals(*poll))
        told += [arrival.native for arrival in new]
    assert len(told) == len(set(told))
    assert set(told) == {str(number) for poll in polls for number in poll}


def test_an_edit_is_heard_and_a_growing_crowd_is_none() -> None:
    def written(text: str, followers: int) -> list[Arrival]:
        return [Arrival("1", text, Voice("@mai", followers=followers))]

    _, marks = fresh("", written("Where?", 1))
    assert fresh(marks, written("Where?", 2))[0] == ()
    assert fresh(marks, written("Where is it?", 1))[0]


def test_no_more_is_remembered_than_fits() -> None:
    _, marks = fresh("", arrivals(*range(REMEMBERED + 10)))
    assert len(marks) == REMEMBERED * MARK
    assert len(fresh(marks, arrivals(*range(REMEMBERED + 10)))[0]) == 10


def problem(number: int, *, is_lost: bool = True) -> Problem:
    return Problem(f"line {number}: has no id", f"mark {number}", is_lost)


def test_a_problem_is_told_once_while_it_lasts_and_again_when_it_comes_back() -> None:
    cursor = Cursor(begun=True)
    cursor, first = noted(cursor, [problem(1), problem(2)])
    assert first == "left out 2 records, the first: line 1: has no id"
    cursor, still = noted(cursor, [problem(1), problem(2)])
    assert still is None
    cursor, more = noted(cursor, [problem(2), problem(3)], ["x is a symbolic link and is not read"])
    assert more == "left out 1 record: line 3: has no id; x is a symbolic link and is not read"
    cursor, gone = noted(cursor, [])
    assert gone is None
    assert noted(cursor, [problem(1)])[1]


def test_what_the_first_poll_finds_wrong_is_told_by_the_second_too() -> None:
    cursor, first = noted(Cursor(), [problem(1)])
    assert first is not None
    cursor, second = noted(remembered(cursor.written(), Cursor), [problem(1)])
    assert second == first
    assert noted(cursor, [problem(1)])[1] is None


@pytest.mark.parametrize("text", ["", "x", "[]", "null", '{"heard": 7}', "[" * 50_000])
def test_a_cursor_of_something_else_says_nothing(text: str) -> None:
    assert remembered(text, Cursor) == Cursor()


def test_a_cursor_comes_back_as_it_went() -> None:
    cursor = Cursor(begun=True, heard="a" * 24, told=("x",), owed="left out 1 record")
    assert remembered(cursor.written(), Cursor) == cursor
    assert json.loads(cursor.written())["begun"] is True
