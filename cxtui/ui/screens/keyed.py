"""Screens whose keys are the commands of `cxtui.ui.commands`, under the user's keys."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, TypeVar, cast

from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingsMap
from textual.screen import ModalScreen, Screen

from cxtui.ui.commands import Command
from cxtui.ui.hints import Hint
from cxtui.ui.keys import bound
from cxtui.ui.setting import Setting

if TYPE_CHECKING:
    from cxtui.ui.app import Cxtui

Result = TypeVar("Result")


class Keyed(Screen[Result]):
    """A screen on which the commands of ``KEYS`` are bound, and nothing else."""

    KEYS: ClassVar[str] = "lines"
    AUTO_FOCUS: ClassVar[str | None] = ""
    TYPES: ClassVar[bool] = False
    """Whether it has a field to type in: what is typed before that is there goes into it, too."""
    ahead: str | None = ""
    """What was typed so far; None once the field is there."""

    def __init__(self, setting: Setting, keys: str = "", more: Sequence[Command] = ()) -> None:
        super().__init__()
        self.setting = setting
        self.bound = [*bound(keys or self.KEYS), *more]
        self._bindings = BindingsMap(
            Binding(key, f"command({one.id!r})", one.words, id=one.id)
            for one in self.bound
            for key in setting.keys[one.id]
        )

    @property
    def program(self) -> Cxtui:
        """The app this screen belongs to."""
        return cast("Cxtui", self.app)  # pyright: ignore[reportUnknownMemberType] - Textual's generic App

    async def action_command(self, name: str) -> None:
        """Do what a key is bound to; a screen that this opens is there before the next key is read.

        A key that comes behind the one that left the screen is for nobody.
        """
        if self.left:
            return
        next(one for one in self.bound if one.id == name).run(self)
        await asyncio.sleep(0)

    @property
    def left(self) -> bool:
        """Whether the screen was answered, though keys may still be on their way to it."""
        return self not in self.program.screen_stack

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        """Answer once. For a second answer, as of a key held down, Textual takes the next screen away."""
        return AwaitComplete.nothing() if self.left else super().dismiss(result)

    def type_ahead(self, character: str) -> None:
        """Take what was typed on the screen before this one, or before there was a field to type in."""
        if self.ahead is None:
            self.put(character)
        else:
            self.ahead += character

    def begin_to_type(self) -> None:
        """Put what was typed ahead into the field, which is there now."""
        ahead, self.ahead = self.ahead, None
        self.put(ahead or "")

    def put(self, words: str) -> None:
        """Put words into the field, where the cursor is."""

    def news(self) -> None:
        """The board has changed; draw what did."""

    def word(self, one: Command) -> str:
        """What a command is called in the key line now; empty where it has no place there."""
        return one.bar

    def kept(self, one: Command) -> bool:
        """Whether a command stays in the key line where there is little room."""
        return one.id == "app.help"

    def key_bar(self) -> list[Hint]:
        """The keys with a word of their own in the key line."""
        named = ((one, self.word(one)) for one in self.bound if self.setting.keys[one.id])
        return [Hint(self.setting.keys[one.id][0], word, kept=self.kept(one)) for one, word in named if word]


class Modal(Keyed[Result], ModalScreen[Result]):
    """A dialog at the foot of the screen, over what it is about."""
