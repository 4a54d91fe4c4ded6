"""doctor: whether the store is whole, and how it can be mended."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from cxtui.cli.arguments import Parser
from cxtui.cli.call import Call
from cxtui.cli.printing import counted
from cxtui.errors import StoreError
from cxtui.store.records import stamp

if TYPE_CHECKING:
    from cxtui.store.keeping import Backup
    from cxtui.store.tinydb.examining import Flaw
    from cxtui.store.tinydb.mending import Mended, Plan
    from cxtui.store.tinydb.salvage import Lost

LISTED = 20
"""Flaws and losses that are told line by line; --json tells all."""


def arguments(_command: str, parser: Parser) -> None:
    """Where to write what can still be read."""
    words = "write what can still be read into a new file, and change nothing"
    parser.add_argument("--salvage", metavar="FILE", type=Path, help=words)


def run(call: Call) -> int:
    """Look the store through; mend it where the operator agrees. Gives 6 where it stays damaged."""
    from cxtui.store.thread import refused
    from cxtui.store.tinydb import FILE

    path = call.config.store.path / FILE
    try:
        return _salvage(call, path) if call.words.salvage is not None else _mended(call, path)
    except BrokenPipeError:  # nobody reads what is printed
        raise
    except OSError as error:
        raise refused(error) from error


def _mended(call: Call, path: Path) -> int:
    from cxtui.store.tinydb.mending import look, mend, plan

    flaws = look(path)
    if not flaws:
        return _whole(call, path)
    way = plan(path, flaws)
    _tell(call, path, flaws, way)
    if call.options.readonly or not (call.options.yes or call.asks):
        call.say.note("nothing was changed; run cxtui doctor --yes to do it")
        return StoreError.exit_code
    call.confirm(f"{path}: {_offer(call, way)}")
    done = mend(path, way, call.now())
    _told(call, path, done)
    return 0


def _salvage(call: Call, path: Path) -> int:
    from cxtui.store.tinydb.salvage import salvage

    done = salvage(path, call.words.salvage.absolute())
    if call.options.json:
        lost = [_record_of_lost(one) for one in done.lost]
        call.say.record({"path": str(done.path), "documents": done.documents, "lost": lost})
        return 0
    call.say.line(f"{done.path}: {counted(done.documents, 'document')} read")
    _list(call, [_words_of_lost(one) for one in done.lost])
    return 0


def _whole(call: Call, path: Path) -> int:
    from cxtui.store.tinydb.backups import known

    kept = known(path)
    if call.options.json:
        call.say.record({"path": str(path), "whole": True, "flaws": [], "backups": [*map(_record_of, kept)]})
        return 0
    newest = f"the newest of {call.local(kept[0].at)}" if kept else "cxtui backup makes one"
    call.say.line(f"{path}: whole; {counted(len(kept), 'backup')}, {newest}")
    return 0


def _tell(call: Call, path: Path, flaws: tuple[Flaw, ...], way: Plan) -> None:
    from cxtui.store.tinydb.backups import known

    if call.options.json:
        found = [{"kind": f.kind, "table": f.table, "key": f.key, "what": f.words} for f in flaws]
        kept = [*map(_record_of, known(path))]
        call.say.record(
            {"path": str(path), "whole": False, "flaws": found, "backups": kept, "way": way.way,
             "backup": way.backup and _record_of(way.backup)}
        )  # fmt: skip
        call.say.flush()
        return
    call.say.line(f"{path}: damaged")
    _list(call, [flaw.words for flaw in flaws])
    call.say.line(f"it can be mended: {_offer(call, way)}")
    call.say.flush()


def _offer(call: Call, way: Plan) -> str:
    """What mending would do and what it would cost."""
    if way.way == "indexes":
        return "make the indexes anew; nothing is lost"
    aside = "the damaged file is kept beside it"
    if way.backup is None:
        return f"there is no whole backup: take what can still be read; {aside}"
    at = call.local(way.backup.at)
    return f"put the backup of {at} in its place, without what came after; {aside}"


def _told(call: Call, path: Path, done: Mended) -> None:
    if call.options.json:
        call.say.record({
            "path": str(path),
            "mended": done.way,
            "backup": done.backup and _record_of(done.backup),
            "aside": done.aside and str(done.aside),
            "lost": [_record_of_lost(one) for one in done.lost],
        })  # fmt: skip
        return
    words = {"indexes": "its indexes are new", "backup": "the backup is in its place", "salvage": "saved"}
    call.say.line(f"{path}: whole again: {words[done.way]}")
    _list(call, [_words_of_lost(one) for one in done.lost])
    if done.aside is not None:
        call.say.line(f"the damaged file: {done.aside}; it holds what customers wrote: delete it in the end")
        call.say.line("what was on its way is not known now: cxtui outbox; start every other cxtui again")


def _list(call: Call, lines: list[str]) -> None:
    for words in lines[:LISTED]:
        call.say.line(f"  {words}")
    if len(lines) > LISTED:
        call.say.line(f"  and {len(lines) - LISTED} more; --json lists them")


def _words_of_lost(one: Lost) -> str:
    what = repr(one.key) if one.number else "what could not even be listed"
    return f"lost: {what} in the table {one.table!r}"


def _record_of_lost(one: Lost) -> dict[str, Any]:
    return {"table": one.table, "number": one.number or None, "key": one.key}


def _record_of(backup: Backup) -> dict[str, Any]:
    return {"path": str(backup.path), "at": stamp(backup.at), "bytes": backup.size}
