"""The prepared replies that come with cxtui, and the user's own beside them."""

from __future__ import annotations

from pathlib import Path

from cxtui.core.filters import parse
from cxtui.core.lang import language
from cxtui.core.templates import fill, unresolved, variables
from cxtui.data import words
from cxtui.data.prepared import languages, library

LANGUAGES = ("en", "es", "pt", "fr", "de", "ar", "bn", "lo", "tl")
NEEDED = {"answer", "holding", "thanks", "apology", "apology-promise", "question-unclear"}


def own(folder: Path, lang: str, name: str, text: str) -> None:
    place = folder / "canned" / lang
    place.mkdir(parents=True, exist_ok=True)
    (place / f"{name}.txt").write_text(text, encoding="utf-8")


def test_every_language_comes_with_the_same_texts() -> None:
    for lang in LANGUAGES:
        found = library(None, (lang,), parse)
        names = {one.name for one in found.texts}
        assert not found.problems, found.problems
        assert names >= NEEDED, (lang, NEEDED - names)
        assert names == {one.name for one in library(None, ("en",), parse).texts}, lang


def test_our_texts_are_in_their_language_and_leave_no_variable() -> None:
    for one in library(None, LANGUAGES, parse).texts:
        said = fill(one.text, {})
        assert language(said, words=words().evidence) == one.lang, (one.lang, one.name, said)
        assert not unresolved(said), (one.lang, one.name, said)
        assert {v.name for v in variables(one.text)} <= {"name", "agent", "order", "due"}, (
            one.lang,
            one.name,
        )
        assert len(said) <= 300, (one.lang, one.name, len(said))


def test_the_holding_and_thanking_texts_say_that_they_are() -> None:
    texts = library(None, LANGUAGES, parse).texts
    kinds = {(one.name.partition("-")[0], one.kind) for one in texts if one.kind != "answer"}
    assert kinds == {("holding", "holding"), ("thanks", "thanks")}


def test_a_users_text_takes_the_place_of_ours_and_an_empty_one_takes_it_away(tmp_path: Path) -> None:
    own(tmp_path, "en", "answer", "Hi {name|you}!")
    own(tmp_path, "en", "go-direct", "\n")
    own(tmp_path, "any", "smile", ":)")
    texts = {one.name: one for one in library(tmp_path, ("en",), parse).texts}
    assert texts["answer"].text == "Hi {name|you}!"
    assert (texts["answer"].own, texts["holding"].own) == (True, False)
    assert "go-direct" not in texts
    assert texts["smile"].lang == "any"


def test_a_file_with_a_fault_is_left_out_and_said_with_its_line(tmp_path: Path) -> None:
    own(tmp_path, "en", "bad", "match: stars:1\nHello {name}")
    (tmp_path / "canned" / "en" / "bytes.txt").write_bytes(b"fine\nno \xff text")
    own(tmp_path, "en", "huge", "x" * 50_000)
    found = library(tmp_path, ("en",), parse)
    names = {one.name for one in found.texts}
    assert not names & {"bad", "bytes", "huge"}
    said = "\n".join(found.problems)
    assert f"{tmp_path}/canned/en/bad.txt:2 {{name}} needs a fallback" in said
    assert f"{tmp_path}/canned/en/bytes.txt:2 is no UTF-8 text" in said
    assert f"{tmp_path}/canned/en/huge.txt: is larger than 40 kB" in said
    assert "answer" in names


def test_a_strangers_language_never_names_another_folder(tmp_path: Path) -> None:
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "key.txt").write_text("the key")
    found = library(tmp_path, ("../secret", "../../secret", "/", "en/..", "EN"), parse)
    assert [one for one in found.texts if one.own] == []
    assert found.problems == ()


def test_the_languages_of_a_users_texts_are_listed(tmp_path: Path) -> None:
    assert languages(tmp_path) == ()
    own(tmp_path, "lo", "a", "a")
    own(tmp_path, "any", "b", "b")
    assert languages(tmp_path) == ("any", "lo")
