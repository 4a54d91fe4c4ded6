"""--attach and --alt of ``reply``: files in the order they are named, each with what it shows."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cxtui.core.text import clean, one_line
from cxtui.errors import UsageError

if TYPE_CHECKING:
    from cxtui.cli.arguments import Parser
    from cxtui.cli.call import Call
    from cxtui.core.attached import File
    from cxtui.engine.engine import Engine


@dataclass(frozen=True, slots=True)
class Named:
    """A file as it was named; ``alt`` None where nothing was said."""

    path: str
    alt: str | None = None


class _Attach(argparse.Action):
    """Collects the files; an alt text belongs to the file before it."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[Any] | None,
        option_string: str | None = None,
    ) -> None:
        named: tuple[Named, ...] = getattr(namespace, "files", None) or ()
        said = str(values)
        if option_string == "--attach":
            namespace.files = (*named, Named(said))
        elif not named or named[-1].alt is not None:
            parser.error("--alt says what the file before it shows: write --attach PATH --alt TEXT")
        else:
            namespace.files = (*named[:-1], Named(named[-1].path, said))


def arguments(parser: Parser) -> None:
    """The two options."""
    parser.add_argument(
        "--attach", action=_Attach, dest="files", default=(), metavar="PATH",
        help="a file to go with it, where the network takes files; may be given several times",
    )  # fmt: skip
    parser.add_argument(
        "--alt", action=_Attach, dest="files", default=(), metavar="TEXT",
        help="what the picture named before it shows, for those who cannot see it",
    )  # fmt: skip


async def attached(call: Call, engine: Engine, feed: str) -> tuple[File, ...]:
    """Copies of the files that were named. Raises: UsageError, Rejected, StoreError."""
    files: list[File] = []
    for one in call.words.files:
        if not one.path.strip():
            raise UsageError("--attach needs the path of a file")
        found = await engine.outbox.attach(feed, one.path, one.alt or "", files)
        files.append(found.file)
        for note in _notes(engine, feed, found.file, one.alt):
            call.say.note(note)
        if found.note:
            call.say.note(found.note)
    return tuple(files)


def listed(files: Sequence[File]) -> str:
    """Files as lines below a text."""
    return "".join(f"{one_line(clean(file.words))}\n" for file in files)


def _notes(engine: Engine, feed: str, file: File, alt: str | None) -> list[str]:
    asked = file.picture and engine.outbox.takes(feed).capabilities.alt_limit
    said = (
        f"{file.name} has no alt text: --alt TEXT behind it says what it shows, --alt '' that none is meant"
    )
    return [said] if asked and alt is None else []
