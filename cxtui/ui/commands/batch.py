"""What keys do while several replies are looked at before they are sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cxtui.ui.commands.registry import command

if TYPE_CHECKING:
    from cxtui.ui.screens.batch import Batch


@command("batch.send", "y", "In dialogs", bar="send all")
def send(batch: Batch) -> None:
    """Send all that are ready, one behind the other; u takes back what has not left."""
    batch.send()


@command("batch.edit", "e,enter", "In dialogs", bar="edit")
def edit(batch: Batch) -> None:
    """Change the one under the cursor."""
    batch.edit()


@command("batch.drop", "x", "In dialogs", bar="leave out")
def drop(batch: Batch) -> None:
    """Leave the one under the cursor out."""
    batch.drop()


@command("batch.leave", "n,escape,q", "In dialogs", bar="send none")
def leave(batch: Batch) -> None:
    """Back to the queue; nothing is sent and nothing done."""
    batch.leave()


@command("batch.down", "j,down", "In dialogs")
def down(batch: Batch) -> None:
    """Next one."""
    batch.step(1)


@command("batch.up", "k,up", "In dialogs")
def up(batch: Batch) -> None:
    """The one before."""
    batch.step(-1)
