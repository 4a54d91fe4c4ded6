"""forget: what somebody wrote and who it was goes from every file; every number stays."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from cxtui.cli.arguments import Parser
from cxtui.cli.call import Call
from cxtui.cli.printing import counted
from cxtui.errors import CxtuiError

if TYPE_CHECKING:
    from cxtui.store import Forgotten

GRACE = 1.0
"""Seconds in which open screens take former rows off, before their ids go, too."""
TRIES = 5
TELLING = 8
"""A shorter word is in every file by chance."""
WASHED = re.compile(r"cxtui\.db(-wal|-shm)?|cxtui-[0-9T.]+Z\.db")
"""The files of the store and of its backups."""
BLOCK = 1 << 20


def arguments(_command: str, parser: Parser) -> None:
    """It takes a handle."""
    parser.add_argument("who", metavar="WHO", help="the handle as `list` shows it, with or without @")
    parser.add_argument("--network", metavar="NAME", help="only there; default: wherever they wrote")


def run(call: Call) -> int:
    """Forget, wash the files, and say what went."""
    where = f" on {call.words.network}" if call.words.network else ""
    call.confirm(f"what {call.words.who} wrote{where} would be erased for ever, in the backups too")
    gone, left = asyncio.run(_forget(call))
    reports = _drop(call.config.state, gone.words)
    left = [*left, *_elsewhere(call.config.store.path, gone.words)]
    if call.options.json:
        call.say.record({
            "who": call.words.who, "network": call.words.network, "items": gone.items,
            "replies": gone.replies, "rows": gone.rows, "people": gone.people, "reports": reports,
            "left": left,
        })  # fmt: skip
    else:
        said = [counted(gone.items, "message"), f"{gone.replies} of our replies"]
        said += [counted(gone.people, "person record")] * bool(gone.people)
        said += [counted(reports, "crash report")] * bool(reports)
        rows = "1 row stays" if gone.rows == 1 else f"{gone.rows} rows stay"
        call.say.line(f"erased {', '.join(said)}; {rows} without words and names")
        for sentence in left:
            call.say.note(sentence)
    return CxtuiError.exit_code if left else 0


async def _forget(call: Call) -> tuple[Forgotten, tuple[str, ...]]:
    async with call.store() as store:
        gone = await store.forget(call.words.who, call.now(), call.words.network)
        await asyncio.sleep(GRACE if gone.rows else 0)
        left = await store.wash()
        for _ in range(TRIES - 1):
            if not left:
                break
            await asyncio.sleep(GRACE)
            left = await store.wash()
    return gone, left


def _drop(state: Path, words: Iterable[str]) -> int:
    """Remove crash reports in which any of the words stands; gives how many."""
    told = [path for path in state.glob("crash-*.txt") if _holds(path, words)]
    for path in told:
        path.unlink(missing_ok=True)
    return len(told)


def _elsewhere(store: Path, words: Iterable[str]) -> Iterator[str]:
    """A sentence for each file beside the store, such as a damaged one, that still has a longer word."""
    long = [word for word in words if len(word) >= TELLING]
    beside = [*store.glob("cxtui*"), *store.glob("backups/*")]
    for path in sorted(path for path in beside if path.is_file() and not WASHED.fullmatch(path.name)):
        if _holds(path, long):
            yield f"{path} still holds some of it: delete it, or keep it elsewhere"


def _holds(path: Path, words: Iterable[str]) -> bool:
    """Whether any of the words is in a file, as text or as JSON has it."""
    looked_for = {form for word in words for form in (word.encode(), json.dumps(word)[1:-1].encode())}
    overlap = max(map(len, looked_for), default=1) - 1
    before = b""
    try:
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                seen = before + block  # a word may begin in the block before
                if any(form in seen for form in looked_for):
                    return True
                before = seen[-overlap:] if overlap else b""
    except OSError:
        return False
    return False
