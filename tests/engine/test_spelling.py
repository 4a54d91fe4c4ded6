"""Dictionaries of hunspell: found where they usually are, loaded when needed, and missed in a sentence."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from cxtui.engine import spelling
from cxtui.engine.lexicon import Lexicon
from cxtui.engine.spelling import Dictionaries, folders, state


def dictionary(folder: Path, name: str, *words: str, filled: bool = True) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    more = [f"padding{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(300)] if filled else []
    (folder / f"{name}.aff").write_text("SET UTF-8\n", encoding="utf-8")
    lines = [*words, *more]
    (folder / f"{name}.dic").write_text("\n".join([str(len(lines)), *lines, ""]), encoding="utf-8")
    return folder / name


def test_a_word_is_right_where_one_dictionary_of_its_language_knows_it(tmp_path: Path) -> None:
    dictionary(tmp_path, "en_GB", "colour")
    dictionary(tmp_path, "en_US", "color")
    dictionary(tmp_path, "de_DE", "Farbe")
    known = Dictionaries([tmp_path / "none", tmp_path])
    assert known.spelled("color", "en") is None
    known.load("en")
    assert [known.spelled(word, "en") for word in ("color", "colour", "Farbe")] == [True, True, False]
    assert known.spelled("Farbe", "de") is None
    assert known.spelled("\ud800", "en") is True


def test_the_usual_regions_come_first_and_one_file_counts_once(tmp_path: Path) -> None:
    for name in ("es_AR", "es_ES", "es_MX", "es"):
        dictionary(tmp_path, name, name)
    (tmp_path / "es_ZZ.dic").symlink_to(tmp_path / "es_ES.dic")
    (tmp_path / "es_ZZ.aff").symlink_to(tmp_path / "es_ES.aff")
    assert [place.name for place in Dictionaries([tmp_path]).found("es")] == ["es_ES", "es_MX"]
    assert Dictionaries([tmp_path]).found("e") == []


def test_what_is_no_dictionary_is_left_out(tmp_path: Path) -> None:
    dictionary(tmp_path, "fr_FR", "mot", filled=False)
    (tmp_path / "pt_BR.dic").write_text("1\n" + "palavra\n" * 400)
    known = Dictionaries([tmp_path])
    for lang in ("fr", "pt", "lo"):
        known.load(lang)
        assert (known.found(lang), known.spelled("x", lang)) == ([], None)


def test_where_to_look_may_be_named(tmp_path: Path) -> None:
    assert folders({"DICPATH": f"{tmp_path}{os.pathsep}/there"})[:2] == (tmp_path, Path("/there"))
    assert folders({})[0] == Path("/usr/share/hunspell")


def test_the_screens_dictionaries_are_in_another_process(tmp_path: Path) -> None:
    dictionary(tmp_path, "en_US", "color")
    dictionary(tmp_path, "en_GB", "colour")
    beside = Lexicon(Dictionaries([tmp_path]))
    assert beside.spelled("color", "en") is None
    beside.look_up({"color", "colour", "colr", "\ud800"}, "en")
    assert [beside.spelled(word, "en") for word in ("color", "colour", "colr", "\ud800")] == [
        True,
        True,
        False,
        True,
    ]
    first = beside.process
    assert first is not None
    beside.look_up({"Farbe"}, "de")
    beside.look_up({"color"}, "en")
    assert (beside.process, beside.spelled("Farbe", "de")) == (first, None)
    first.kill()
    first.wait()
    beside.look_up({"paddingab"}, "en")
    assert beside.spelled("paddingab", "en") is True
    beside.close()
    assert beside.process is None


@pytest.mark.parametrize("program", ["import time; time.sleep(9)", "print('x')", "print('[]')", "pass"])
def test_a_process_that_gives_no_answer_leaves_words_unknown(tmp_path: Path, program: str) -> None:
    dictionary(tmp_path, "en_US", "color")
    beside = Lexicon(Dictionaries([tmp_path]), (sys.executable, "-c", program), patience=1.0)
    for _ in range(4):
        beside.look_up({"color"}, "en")
    assert (beside.spelled("color", "en"), beside.process) == (None, None)


def test_what_is_missing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dictionary(tmp_path, "en_US", "color")
    known, none = Dictionaries([tmp_path]), Dictionaries([])
    assert state(known, ["en", "lo"]) == "spelling: en; no dictionary for lo"
    assert state(none, ["en"]) == "spelling: off, no dictionary of hunspell is installed"
    monkeypatch.setattr(spelling, "PACKAGE", "no_such_package_here")
    assert "pip install 'cxtui[spell]'" in state(known, ["en"])
    known.load("en")
    assert known.spelled("color", "en") is None
