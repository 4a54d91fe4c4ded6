"""Which key does what: the defaults, a user's ``[keys]`` over them, and what is wrong with it.

Textual takes unknown ids, bad names and stolen keys without a word; so they are checked here.
Imports nothing of Textual.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches

from cxtui.ui.commands import COMMANDS, Command

SCREENS: Mapping[str, Sequence[str]] = {
    "queue": ("queue", "app"),
    "lines": ("lines", "app"),
    "help": ("help", "lines", "app"),
    "outbox": ("outbox", "lines", "app"),
    "promises": ("promises", "lines", "app"),
    "promised": ("promised",),
    "feeds": ("feeds", "lines", "app"),
    "stats": ("stats", "lines", "app"),
    "behind": ("behind", "lines", "app"),
    "closed": ("closed", "behind", "lines", "app"),
    "compose": ("compose", "app.quit", "app.redraw"),
    "review": ("review",),
    "deed": ("deed",),
    "done": ("done",),
    "batch": ("batch",),
    "thank": ("thank",),
    "macro": ("macro",),
    "tone": ("tone",),
    "priority": ("priority",),
    "snooze": ("snooze",),
    "ask": ("ask",),
    "settle": ("settle",),
    "prompt": ("prompt",),
    "path": ("path", "prompt"),
    "palette": ("palette",),
}
"""Screen to the scopes or single commands bound on it. No key may mean two things on one screen."""

NAMED = frozenset({
    "up", "down", "left", "right", "home", "end", "pageup", "pagedown", "insert", "delete",
    "backspace", "enter", "tab", "escape", "space", *(f"f{n}" for n in range(1, 25)),
})  # fmt: skip
_SAME = {"ctrl+i": "tab", "ctrl+m": "enter", "ctrl+j": "enter", "ctrl+h": "backspace",
         "ctrl+left_square_bracket": "escape"}  # fmt: skip
_REPLACED = {
    "solidus": "slash", "reverse_solidus": "backslash", "commercial_at": "at",
    "hyphen_minus": "minus", "plus_sign": "plus", "low_line": "underscore",
}  # fmt: skip
_SHOWN = {
    "escape": "Esc", "enter": "Enter", "space": "Space", "tab": "Tab", "pageup": "PgUp", "pagedown": "PgDn",
    "up": "Up", "down": "Down", "left": "Left", "right": "Right", "home": "Home", "end": "End",
}  # fmt: skip


_READ = {shown: name for name, shown in _SHOWN.items()}


def character_key(character: str) -> str:
    """The name Textual gives to the key of one printable character."""
    if character.isalnum():
        return character
    name = unicodedata.name(character, character).lower().replace("-", "_").replace(" ", "_")
    return _REPLACED.get(name, name)


_CHARACTERS = {character_key(chr(code)): chr(code) for code in range(0x21, 0x7F)}


def key_name(written: str) -> str | None:
    """The key a person means by ``?``, ``Ctrl-R``, ``ctrl+r`` or ``question_mark``; None where it is none."""
    text = written.strip()
    if len(text) == 1:
        return character_key(text) if text.isprintable() and not text.isspace() else None
    *modifiers, key = text.replace("Ctrl-", "ctrl+").replace("Alt-", "alt+").split("+")
    if text.endswith("++"):
        modifiers, key = modifiers[:-1], "+"
    if any(m not in ("ctrl", "shift", "alt") for m in modifiers) or len(set(modifiers)) < len(modifiers):
        return None
    key = _READ.get(key, key)
    if len(key) == 1:
        key = character_key(key)
        if "ctrl" in modifiers:
            key = key.lower()
    elif key not in NAMED and key not in _CHARACTERS:
        return None
    if modifiers == ["shift"] and key not in NAMED:
        return None
    return "+".join([*sorted(modifiers), key])


def label(key: str) -> str:
    """How a key is written for people: ``Ctrl-R``, ``?``, ``Esc``."""
    *modifiers, last = key.split("+")
    shown = _SHOWN.get(last) or _CHARACTERS.get(last) or last
    if last in NAMED and last.startswith("f") and last[1:].isdigit():
        shown = last.upper()
    if "ctrl" in modifiers:
        shown = shown.upper() if len(shown) == 1 else shown
    return "".join(f"{m.capitalize()}-" for m in modifiers) + shown


def split(written: str) -> list[str]:
    """The keys of a list with commas; a lone comma is the comma key."""
    return [","] if written.strip() == "," else [part for part in written.split(",") if part.strip()]


def keymap(mapping: Mapping[str, str], more: Iterable[Command] = ()) -> dict[str, tuple[str, ...]]:
    """Every command's keys, by Textual's names, and those of ``more``. ``mapping`` is free of `problems`."""
    table: dict[str, tuple[str, ...]] = {}
    for one in (*COMMANDS.values(), *more):
        keys = (key_name(part) for part in split(mapping.get(one.id, one.keys)))
        table[one.id] = tuple(key for key in keys if key)
    return table


def bound(screen: str) -> list[Command]:
    """The commands of a screen, its own first."""
    found: list[Command] = []
    for scope in SCREENS[screen]:
        found += [one for one in COMMANDS.values() if scope in (one.id, one.scope)]
    return found


def problems(mapping: Mapping[str, str]) -> list[str]:
    """What is wrong with a user's ``[keys]``: unknown ids, no keys, stolen keys. One sentence each."""
    wrong: list[str] = []
    known: dict[str, str] = {}
    for name, written in mapping.items():
        if name not in COMMANDS:
            near = get_close_matches(name, COMMANDS, n=1)
            hint = f"; did you mean {near[0]}?" if near else "; `?` in cxtui lists them"
            wrong.append(f"keys.{name}: there is no such key id{hint}")
            continue
        bad = [p.strip() for p in split(written) if key_name(p) is None]
        wrong += [
            f"keys.{name}: {part!r} is not the name of a key (as: r, R, ?, ctrl+r, f2, space)" for part in bad
        ]
        if not bad:
            known[name] = written
            wrong += _unfit(name, written)
    return wrong + _stolen(keymap(known), known)


def crossed(mapping: Mapping[str, str], more: Sequence[Command]) -> list[tuple[str, str]]:
    """What is wrong with the keys of commands of the user's own on the queue: the id, and a sentence."""
    taken = {key: one for one in bound("queue") for key in keymap(mapping)[one.id]}
    wrong: list[tuple[str, str]] = []
    for one in more:
        for part in split(one.keys):
            key = key_name(part)
            if key is None:
                wrong.append((one.id, f"{part!r} is not the name of a key (as: X, ctrl+x, f2)"))
            elif key in _SAME:
                wrong.append((one.id, f"terminals send {_SAME[key]} for {part.strip()}; name another key"))
            elif key in taken:
                wrong.append((one.id, f"{label(key)} already is {taken[key].id} ({taken[key].words})"))
            else:
                taken[key] = one
    return wrong


def _unfit(name: str, written: str) -> Iterable[str]:
    """Keys that cannot do what is asked of them."""
    if not split(written) and name in ("app.quit", "review.send", "compose.review", "compose.keep"):
        yield f"keys.{name}: needs a key, without one there is no way out or on"
    for part in split(written):
        key = key_name(part) or ""
        if key in _SAME:
            yield f"keys.{name}: terminals send {_SAME[key]} for {part.strip()}; name another key"
        if name in ("review.send", "deed.do", "batch.send", "macro.do") and key in ("enter", "space"):
            yield f"keys.{name}: a reply is never sent by {key}, which is pressed by mistake too easily"
        types = key in NAMED - {"escape"} and not key.startswith("f")
        if name.startswith("compose.") and "ctrl" not in key and (types or key in _CHARACTERS):
            yield f"keys.{name}: {part.strip()} belongs to the text; use Ctrl or a function key"


def _stolen(table: Mapping[str, tuple[str, ...]], remapped: Mapping[str, str]) -> list[str]:
    wrong: dict[str, None] = {}
    for screen in SCREENS:
        owner: dict[str, str] = {}
        commands = sorted(bound(screen), key=lambda one: one.id in remapped)
        for one in commands:
            for key in table[one.id]:
                first = owner.setdefault(key, one.id)
                if first != one.id:
                    wrong[f"keys.{one.id}: {label(key)} already is {first} ({COMMANDS[first].words})"] = None
    return list(wrong)
