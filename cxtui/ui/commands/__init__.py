"""Everything a key can do: one small unit each, with its id, its keys and its words for the help.

Nothing of Textual is imported here, so that a configuration can be checked without the
screen. To add a key, write a unit in the module of its place: the help, the palette, the key line
and the check of ``[keys]`` are made of these. The first word of an id says where it is bound: ``app``
on every page, ``queue`` on the live queue, others on the page or dialog of that name.
"""

from __future__ import annotations

from cxtui.ui.commands import (
    acts,
    batch,
    composer,
    dialogs,
    everywhere,
    find,
    marks,
    moves,
    pages,
    promises,
    stats,
)
from cxtui.ui.commands.registry import GROUPS, REGISTERED, Command

__all__ = [
    "COMMANDS",
    "Command",
    "acts",
    "batch",
    "composer",
    "dialogs",
    "everywhere",
    "find",
    "marks",
    "moves",
    "pages",
    "promises",
    "stats",
]

COMMANDS: dict[str, Command] = dict(sorted(REGISTERED.items(), key=lambda one: GROUPS.index(one[1].group)))
"""All of them, as the help lists them."""
