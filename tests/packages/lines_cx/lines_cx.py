"""A connector in a package of its own: each line of a text file, ``handle: text``, is a comment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cxtui.connectors import Capabilities, Draft, Identity, Page, Sent
from cxtui.core.feed import Feed, Key, Network
from cxtui.core.item import Arrival, Voice
from cxtui.errors import Rejected, Unreachable
from cxtui.http import Client

CAN = Capabilities("lines", "ln", title="lines of a text file", why_not="a text file takes no replies")
NETWORK = Network("lines_cx", needs=("file",), takes={"file": Key("file", '"~/comments.txt"')})


def connect(feed: Feed, http: Client) -> Lines:
    del http
    return Lines(Path(feed.options["file"]))


@dataclass(frozen=True, slots=True)
class Lines:
    file: Path
    capabilities: Capabilities = CAN

    async def check(self) -> Identity:
        return Identity("", f"reads {self.file}")

    async def poll(self, cursor: str, now: datetime) -> Page:
        del now
        try:
            lines = self.file.read_text(encoding="utf-8").splitlines()
        except OSError as wrong:
            raise Unreachable(f"{self.file.name} cannot be read: {wrong.strerror}") from wrong
        known = int(cursor or 0)
        said = [(n, *line.partition(": ")[::2]) for n, line in enumerate(lines, 1) if n > known]
        items = tuple(Arrival(str(n), text, Voice(handle)) for n, handle, text in said)
        return Page(items, str(len(lines)), not_modified=not items)

    async def thread(self, native: str, thread: str) -> tuple[Arrival, ...]:
        del native, thread
        raise Rejected(CAN.why_not)

    async def reply(self, draft: Draft) -> Sent:
        del draft
        raise Rejected(CAN.why_not)

    def ours(self, draft: Draft, message: Arrival) -> bool:
        del draft, message
        return False
