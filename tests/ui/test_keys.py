"""The key table, and what is said about a user's ``[keys]``."""

from __future__ import annotations

import subprocess
import sys

import pytest
from textual.keys import _character_to_key  # pyright: ignore[reportPrivateUsage]

from cxtui.ui.commands import COMMANDS
from cxtui.ui.keys import SCREENS, bound, character_key, key_name, keymap, label, problems


def test_the_defaults_are_free_of_problems() -> None:
    assert problems({}) == []


def test_every_command_is_bound_on_some_screen_and_says_what_it_does() -> None:
    placed = {one.id for screen in SCREENS for one in bound(screen)}
    assert placed == set(COMMANDS)
    assert all(one.words and one.group for one in COMMANDS.values())


def test_no_default_is_a_key_that_terminals_and_their_programs_take() -> None:
    taken = {"ctrl+a", "ctrl+b", "ctrl+s", "ctrl+j", "ctrl+m", "ctrl+i"}
    for keys in keymap({}).values():
        assert not taken & set(keys)
        assert not any("alt" in key for key in keys)


def test_no_key_promises_what_is_not_there() -> None:
    assert not any(
        "later" in one.words or "not yet" in one.words for one in COMMANDS.values() if one.group == "Act"
    )
    absent = {"A", "i"}
    queue = {key for one in bound("queue") for key in keymap({})[one.id]}
    assert not absent & queue


def test_names_of_characters_are_textuals() -> None:
    for code in range(0x21, 0x7F):
        assert character_key(chr(code)) == _character_to_key(chr(code))


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("r", "r"), ("R", "R"), ("?", "question_mark"), ("question_mark", "question_mark"),
        ("Ctrl-R", "ctrl+r"), ("ctrl+r", "ctrl+r"), ("f2", "f2"), ("space", "space"), ("+", "plus"),
        ("ctrl+up", "ctrl+up"), ("shift+tab", "shift+tab"), (" pageup ", "pageup"),
    ],
)  # fmt: skip
def test_a_key_may_be_written_as_people_do(written: str, name: str) -> None:
    assert key_name(written) == name


@pytest.mark.parametrize(
    "written", ["", " ", "ctrl+", "rr", "f99", "hyper+x", "ctrl+ctrl+x", "shift+r", "\x1b"]
)
def test_what_is_no_key_is_no_key(written: str) -> None:
    assert key_name(written) is None


def test_every_label_of_a_default_is_read_back_as_the_key() -> None:
    for keys in keymap({}).values():
        for key in keys:
            assert (
                key_name(label(key)) == key
                or label(key) in ("PgUp", "PgDn", "Esc", "Enter", "Space", "Tab")
                or (key in ("up", "down", "left", "right", "home", "end") or key.startswith("f"))
            )


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        ({"queue.replay": "r"}, "keys.queue.replay: there is no such key id; did you mean queue.reply?"),
        ({"zzz": "r"}, "keys.zzz: there is no such key id"),
        ({"queue.reply": "ctrl+"}, "keys.queue.reply: 'ctrl+' is not the name of a key"),
        ({"queue.reply": "j"}, "keys.queue.reply: j already is queue.down (Down)"),
        ({"queue.reply": "?"}, "keys.queue.reply: ? already is app.help"),
        ({"queue.reply": "ctrl+m"}, "keys.queue.reply: terminals send enter for ctrl+m"),
        ({"review.send": "enter"}, "keys.review.send: a reply is never sent by enter"),
        ({"compose.review": "x"}, "keys.compose.review: x belongs to the text"),
        ({"compose.keep": "enter"}, "keys.compose.keep: enter belongs to the text"),
        ({"app.quit": ""}, "keys.app.quit: needs a key"),
        ({"done.spam": "n"}, "keys.done.spam: n already is done.none"),
    ],
)
def test_every_problem_is_a_sentence(mapping: dict[str, str], said: str) -> None:
    (problem,) = problems(mapping)
    assert problem.startswith(said)


def test_all_problems_are_said_at_once() -> None:
    assert len(problems({"queue.replay": "r", "queue.done": "nokey", "queue.reply": "j"})) == 3


def test_two_keys_may_be_swapped_and_one_taken_away() -> None:
    mapping = {"queue.reply": "s", "queue.snooze": "r,f5", "queue.wake": ""}
    assert problems(mapping) == []
    table = keymap(mapping)
    assert (table["queue.reply"], table["queue.snooze"], table["queue.wake"]) == (("s",), ("r", "f5"), ())


def test_keys_can_be_checked_without_the_screen() -> None:
    code = "import sys, cxtui.ui.keys; sys.exit('textual' in sys.modules or 'rich' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
