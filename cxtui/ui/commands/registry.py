"""Where keys register: one small unit each, with its id, its keys and its words for the help."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cxtui.ui.screens.choice import Choice

Run = Callable[[Any], None]

GROUPS = ("Act", "Mark", "Find", "Move", "Everywhere", "Composer", "In dialogs")
"""The headings of the help, in its order."""


@dataclass(frozen=True, slots=True)
class Command:
    """One thing a key can do. ``bar`` is its word in the key line, empty where it has no place there.

    ``keys`` are the default keys, by Textual's names, with commas between them.
    """

    id: str
    keys: str
    words: str
    group: str
    bar: str
    run: Run

    @property
    def scope(self) -> str:
        """Where it is bound."""
        return self.id.partition(".")[0]


REGISTERED: dict[str, Command] = {}


def command(name: str, keys: str, group: str, bar: str = "") -> Callable[[Run], Run]:
    """Register a unit under the id ``name``; its docstring is what the help says."""

    def register(run: Run) -> Run:
        words = (run.__doc__ or run.__name__.replace("_", " ")).rstrip(".")
        REGISTERED[name] = Command(name, keys, words, group, bar, run)
        return run

    return register


def choice(name: str, keys: str, words: str, bar: str = "") -> None:
    """Register an answer of a dialog. ``bar`` is what it is called where there is little room."""

    def choose(dialog: Choice) -> None:
        dialog.choose(name)

    REGISTERED[name] = Command(name, keys, words, "In dialogs", bar, choose)
