"""The guard's phrase lists: ours are whole, a user's own add and take away, faults are named by line."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from cxtui.core.guard.phrases import RULES
from cxtui.core.guard.reading import read as reading
from cxtui.data.guarding import OURS, Guarding, read
from tests.core.drafted import LANGUAGES

WITHOUT_CAPITALS = {"ar", "bn", "lo"}


def own(folder: Path, name: str, text: str | bytes) -> Guarding:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read(OURS, folder)


def said(lists: Guarding, lang: str, text: str) -> list[tuple[str, str]]:
    """The lists that a text holds something of, and what."""
    found = reading(text)
    return [(hit.rule, found.said[hit.start : hit.end]) for hit in lists.phrases[lang].find(found)]


def blamed(lists: Guarding, text: str) -> list[str]:
    return [piece for rule, piece in said(lists, "en", text) if rule == "blame"]


def alone(phrase: str) -> str:
    """The first of the phrases that a line stands for, as a draft may hold it."""
    first = "".join(group.split("|")[0] for group in re.split(r"[()]", phrase))
    return first.replace("...", "x").replace(" * ", " x ").replace(" *", " x").replace("*", "")


def test_every_language_has_every_list_and_no_fault() -> None:
    ours = read(OURS)
    assert ours.problems == ()
    assert set(ours.phrases) == set(LANGUAGES)
    for lang in LANGUAGES:
        missing = set(RULES) - set(ours.phrases[lang].lists)
        assert missing == ({"shouting"} if lang in WITHOUT_CAPITALS else set())
        assert len(ours.phrases[lang].lists["blame"]) >= 60
        for rule, lines in ours.phrases[lang].lists.items():
            assert len(lines) == len(set(lines)), (lang, rule)


def test_no_phrase_of_blame_lies_within_a_harmless_one_for_nothing() -> None:
    ours = read(OURS)
    for lang in LANGUAGES:
        for phrase in ours.phrases[lang].lists["fine"]:
            text = alone(phrase)
            assert "blame" not in {rule for rule, _ in said(ours, lang, text)}, (lang, phrase)


def test_every_phrase_of_blame_is_found_where_it_stands_alone() -> None:
    ours = read(OURS)
    for lang in LANGUAGES:
        for phrase in ours.phrases[lang].lists["blame"]:
            text = alone(phrase)
            assert "blame" in {rule for rule, _ in said(ours, lang, text)}, (lang, phrase)


def test_a_users_own_phrases_count_and_a_dash_takes_one_of_ours_out(tmp_path: Path) -> None:
    lists = own(
        tmp_path, "en/blame.txt", "# mine\nzorg off  # rude\n-Calm  DOWN\n\nnever * again\nyou ... forms\n"
    )
    assert lists.problems == ()
    assert said(lists, "en", "Zorg off; calm down") == [("blame", "zorg off")]
    assert ("blame", "never eat again") in said(lists, "en", "never eat again")
    assert ("blame", "you can fill the forms") in said(lists, "en", "you can fill the forms")
    assert "blame" not in {rule for rule, _ in said(lists, "en", "you. The forms")}
    assert said(read(OURS), "en", "calm down") == [("blame", "calm down")]


def test_one_line_may_stand_for_many_phrases(tmp_path: Path) -> None:
    lists = own(
        tmp_path,
        "en/blame.txt",
        "$zork = zork|zorks|did zork\n(you|they) (never|) $zork the ($zork|lamp*)\nzap (now|...) off\n",
    )
    assert lists.problems == ()
    for text in ("you zork the lamps", "They never did zork the zorks", "zap it all off", "zap now off"):
        assert blamed(lists, text) == [text.casefold()], text
    for text in ("you often zork the lamp", "you zork the", "never zork the lamp", "zap of"):
        assert blamed(lists, text) == [], text
    gone = own(tmp_path, "en/blame.txt", "zap (now|later)\n-calm down\nzip\n-zap (now|later)\n")
    assert gone.problems == ()
    assert blamed(gone, "zap now, zip, calm down") == ["zip"]
    assert said(own(tmp_path, "th/blame.txt", "ก(ข|ค|)ง...จ\n"), "th", "xกคงyyจ กงจ") == [
        ("blame", "กคงyyจ"),
        ("blame", "กงจ"),
    ]


def test_another_language_may_be_added(tmp_path: Path) -> None:
    lists = own(tmp_path, "ru/blame.txt", "сами виноват*\n")
    assert lists.problems == ()
    assert said(lists, "ru", "Вы сами виноваты") == [("blame", "сами виноваты")]


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("en/blame.txt", "ok then\n-calm dwon\n",
        "blame.txt:2: 'calm dwon' is not in the list, did you mean 'calm down'?"),
        ("en/blame.txt", "*\n", "blame.txt:1: '*' holds no word to look for"),
        ("en/blame.txt", "fine so\n\n... you\n", "blame.txt:3: '... you' begins or ends with ..."),
        ("en/blame.txt", "-\n", "blame.txt:1: '' holds no word to look for"),
        ("en/blame.txt", f"ok\n{'a' * 1501}\n", "blame.txt:2: the phrase is longer than 1500 characters"),
        ("en/blame.txt", "ok then\nyou (never|not\n", "blame.txt:2: 'you (never|not' has a bracket too many"),
        ("en/blame.txt", "ok then\nyou $nevr\n", "blame.txt:2: $nevr is not said in this file"),
        ("en/blame.txt", f"ok\n{'(a b|c d|e f)' * 7}\n", "stands for 2187 phrases, at most 1000"),
        ("th/blame.txt", f"ok\n{'(ก|ข)' * 200}\n", "at most 5000 are possible; write two lines"),
        ("en/blame.txt", b"ok\nok too\n\xff\xfe\n", "blame.txt:3: is not UTF-8"),
        ("en/blam.txt", "you\n", "blam.txt: there is no list of this name, did you mean blame.txt?"),
        ("en/zzz.txt", "you\n", "zzz.txt: there is no list of this name; there are apology, blame"),
        ("english/blame.txt", "you\n", "english: a language's folder is named by its code"),
        ("blame.txt", "you\n", "blame.txt: put it into the folder of its language, such as en/blame.txt"),
        ("en/blame.txt", "a\n" * (1 << 20), "blame.txt: is larger than 1 MiB"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_its_place_and_the_rest_counts(
    tmp_path: Path, name: str, text: str | bytes, problem: str
) -> None:
    lists = own(tmp_path, name, text)
    assert len(lists.problems) == 1
    assert problem in lists.problems[0]
    assert lists.problems[0].startswith(str(tmp_path))
    assert ("blame", "not our fault") in said(lists, "en", "this is not our fault")


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "en" / "blame.txt").mkdir(parents=True)
    [problem] = read(OURS, tmp_path).problems
    assert "blame.txt: cannot be read" in problem
    assert read(OURS, tmp_path / "none").problems == ()


@pytest.mark.parametrize(
    ("lang", "text", "found"),
    [
        ("ar", "وبالتأكيد ضغطت مرتين", "blame"),
        ("ar", "فهذا ليس خطأنا", "blame"),
        ("ar", "هَذا لَيسَ خَطَأَنا", "blame"),
        ("ar", "وللأسف نعتذر", "apology"),
        ("ar", "الخطأ ليس خطأك", ""),
        ("lo", "ສະບາຍດີບໍ່ແມ່ນຄວາມຜິດຂອງພວກເຮົາເດີ", "blame"),
        ("lo", "ບໍ່ແມ່ນຄວາມຜິດຂອງເຈົ້າ", ""),
        ("de", "Sie hätten die Anleitung vorher lesen sollen", "blame"),
        ("de", "Sie hätten das Paket am Montag bekommen sollen", ""),
        ("fr", "Vous n’auriez pas dû attendre", ""),
        ("en", "shouldered haven", ""),
        ("en", "It's NOT your fault", ""),
        ("bn", "এটা আপনার দোষ নয়", ""),
        ("tl", "Hindi po ninyo kasalanan", ""),
    ],
)
def test_words_have_their_own_borders(lang: str, text: str, found: str) -> None:
    rules = {rule for rule, _ in said(read(OURS), lang, text)} & {"blame", "apology"}
    assert rules == ({found} if found else set())


def test_no_list_is_read_at_start() -> None:
    code = (
        "import sys, cxtui.cli, cxtui.engine.live, cxtui.cli.screen;"
        "sys.exit('cxtui.data.guarding' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
