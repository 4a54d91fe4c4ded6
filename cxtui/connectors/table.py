"""What each connector can do, as a table: for the help, the command line and the README."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from cxtui.connectors import Capabilities, can
from cxtui.connectors.attaching import most
from cxtui.core.clock import span
from cxtui.core.lengths import LINK, Counted
from cxtui.errors import ConfigError
from cxtui.extensions import known

HEADS = (
    "connector", "reads", "replies", "files", "direct", "thanks", "moderation", "deletes replies",
    "sign-in check", "after a crash", "news pushed",
)  # fmt: skip
NONE, YES = "-", "yes"
ENDLESS = timedelta(days=3650)
"""What is good for longer than this is good for ever."""
_UNITS: dict[Counted, str] = {
    "code points": "characters",
    "graphemes": "characters",
    "bytes": "bytes",
    "statuses": f"characters, links count {LINK}",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One connector in words; a cell for each of `HEADS`."""

    connector: str
    reads: str
    replies: str = NONE
    files: str = NONE
    direct: str = NONE
    thanks: str = NONE
    moderation: str = NONE
    deletes: str = NONE
    check: str = NONE
    crash: str = NONE
    pushed: str = NONE

    @property
    def cells(self) -> tuple[str, ...]:
        """The row as the table has it."""
        return (
            self.connector, self.reads, self.replies, self.files, self.direct, self.thanks, self.moderation,
            self.deletes, self.check, self.crash, self.pushed,
        )  # fmt: skip

    @property
    def words(self) -> str:
        """The row as a sentence, without what it cannot do."""
        facts = [fact for fact in zip(HEADS[2:], self.cells[2:], strict=True) if fact[1] != NONE]
        return "; ".join([self.reads, *(head if cell == YES else f"{head} {cell}" for head, cell in facts)])


def table() -> tuple[Row, ...]:
    """A row for every connector that a configuration may use; imports all of them."""
    return tuple(
        Row(name, f"cannot be used: {able}") if isinstance(able, str) else row(name, able)
        for name, able in everything()
    )


def everything() -> tuple[tuple[str, Capabilities | str], ...]:
    """What every connector can do by its name, or why it cannot be used."""
    return tuple((name, _able(name)) for name in known())


def row(name: str, able: Capabilities) -> Row:
    """What a connector of this name can do, in words."""
    likes = "like" if "like" in able.deeds else "in words" if able.reply else NONE
    moderates = [deed for deed in able.deeds if deed != "like"]
    return Row(
        connector=name,
        reads=able.title or able.network,
        replies=_replies(able),
        files=most(able) or NONE,
        direct=YES if "direct" in able.visibility else NONE,
        thanks=likes,
        moderation=", ".join(moderates) or NONE,
        deletes=_deletes(able),
        check=YES if able.check else NONE,
        crash=_crash(able),
        pushed=YES if able.push else NONE,
    )


def _able(name: str) -> Capabilities | str:
    try:
        return can(name)
    except ConfigError as error:
        return error.problems[0]


def _deletes(able: Capabilities) -> str:
    if not able.deletes:
        return NONE
    return f"for {span(able.deletes_within)}" if able.deletes_within else YES


def _replies(able: Capabilities) -> str:
    if not able.reply:
        return NONE
    limits: list[str] = []
    if able.limit is not None:
        limits.append(f"{able.limit:,} {_UNITS[able.counted]}")
    if able.most_bytes is not None and able.counted != "bytes":
        limits.append(f"{able.most_bytes:,} bytes")
    return ", ".join(limits) or YES


def _crash(able: Capabilities) -> str:
    """What becomes of a reply whose outcome is not known."""
    if not able.reply:
        return NONE
    if able.retry is None:
        return "looks, then asks" if able.thread else "asks"
    return "looks, sends again" if able.retry >= ENDLESS else f"looks, sends again for {span(able.retry)}"
