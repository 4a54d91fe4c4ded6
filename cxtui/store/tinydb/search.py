"""Finding documents by their words: an index of SQLite's own, kept in the same commit as the rows.

Every substring of three letters or more is looked up in it, in any script: its tokens are three
letters long. Shorter ones, and all where SQLite comes without FTS5, are looked for in the texts
themselves, with the same result. A program without FTS5 marks the index as stale; the next one
that has it builds it anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from cxtui.core.search import GRAM, said
from cxtui.store.document import Doc, pack_key, unpack_key
from cxtui.store.tables import Hit

if TYPE_CHECKING:
    from cxtui.store.tinydb.connection import Connection

NEAR: Final = 64
"""So many places on from its own a text may stand, where texts of one second want the same place."""
FURTHEST: Final = 2**62
FEW: Final = 200
"""A piece that fewer texts have is rare: these are looked at."""
SHORT: Final = GRAM + 1
"""Letters of a piece: two tokens, which the index compares fast enough, however common they are."""
TRIED: Final = 4
"""So many pieces are tried."""
TEXTS: Final = (
    'CREATE TABLE IF NOT EXISTS "+texts" '
    "(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, form TEXT NOT NULL)"
)
PUT: Final = 'INSERT INTO "+texts" (id, name, form) VALUES (?, ?, ?)'
KEPT: Final = 'SELECT id, form FROM "+texts" WHERE name = ?'
WORDS: Final = (
    'CREATE VIRTUAL TABLE IF NOT EXISTS "+words" USING fts5'
    "(form, content='+texts', content_rowid='id', tokenize='trigram case_sensitive 1')"
)
STALE: Final = 'CREATE TABLE IF NOT EXISTS "+stale" (since)'
SCANNED: Final = 'SELECT id, name FROM "+texts" WHERE instr(form, ?) AND id < ? ORDER BY id DESC LIMIT ?'
PLACES: Final = 'SELECT rowid FROM "+words" WHERE "+words" MATCH ? AND rowid < ? ORDER BY rowid DESC LIMIT ?'
INDEXED: Final = f'SELECT id, name FROM "+texts" WHERE id IN ({PLACES}) ORDER BY id DESC'  # noqa: S608 - ours
AMONG: Final = (
    'SELECT id, name FROM "+texts" WHERE id IN (SELECT value FROM json_each(?)) AND instr(form, ?) '
    "ORDER BY id DESC LIMIT ?"
)
KEYS: Final = 'SELECT substr(name, ?) FROM "+texts" WHERE {} AND substr(name, 1, ?) = ?'


class Words:
    """What the documents of one file say. Raises: StoreFull, StoreLocked, StoreBroken."""

    def __init__(self, file: Connection) -> None:
        self._file = file
        self.indexed = bool(file.rows("SELECT 1 FROM pragma_module_list WHERE name = 'fts5'"))
        """Whether this SQLite can keep the index."""
        self._fresh: bool | None = None
        """Whether the index holds what the texts say; None where that must be asked."""

    def forget(self) -> None:
        """Somebody else has written, or something was undone."""
        self._fresh = None

    def make(self) -> None:
        """Make what is needed where it is missing. Only inside `commit`."""
        self._file.write(TEXTS)
        if self.indexed:
            self._file.write(WORDS)

    @property
    def there(self) -> bool:
        """Whether the texts are kept in this file yet."""
        return self._has("+texts")

    def fill(self, table: str, rows: Iterable[tuple[str, Doc]]) -> None:
        """Take in all documents of a table, by key. Only inside `commit`."""
        for key, doc in rows:
            self.put(table, key, doc)

    def put(self, table: str, key: str, doc: Doc, *, new: bool = False) -> None:
        """Keep what a document, perhaps a ``new`` one, says now. Only inside `commit`."""
        name, now = _name(table, key), said(table, key, doc)
        if new and (not now or self._take_in(now.place, name, now.form)):
            return
        old = self._file.rows(KEPT, (name,))
        if old:
            place, form = int(old[0][0]), old[0][1].decode()
            if now and now.form == form and now.place <= place < now.place + NEAR:
                return
            self._take_out(place, form)
        place = now.place if now else 0
        while now and not self._take_in(place, name, now.form):
            place += 1

    def drop(self, table: str, key: str) -> None:
        """A document is no more. Only inside `commit`."""
        for place, form in self._file.rows(KEPT, (_name(table, key),)):
            self._take_out(place, form.decode())

    def clear(self, table: str) -> None:
        """No document of a table is there any more. Only inside `commit`."""
        if self.there:
            length = len(table) + 1
            self._file.write('DELETE FROM "+texts" WHERE substr(name, 1, ?) = ?', (length, f"{table} "))
            self.rebuild()

    def rebuild(self) -> None:
        """Build the index anew from the texts; nothing of what was there before is left in it."""
        if not self.indexed:
            self._stale()
            return
        with self._file.commit():
            self._file.write(WORDS)
            self._file.write('INSERT INTO "+words" ("+words") VALUES (\'rebuild\')')
            self._file.write('DROP TABLE IF EXISTS "+stale"')

    def keys(self, table: str, form: str) -> tuple[str, tuple[str | float, ...]]:
        """The keys of the documents of a table that say it, as SQL with its arguments."""
        if not self.there:
            return "SELECT NULL WHERE 0", ()
        which = f"{table} "
        if not self._by_index(form):
            return KEYS.format("instr(form, ?)"), (len(which) + 1, form, len(which), which)
        listed = 'id IN (SELECT rowid FROM "+words" WHERE "+words" MATCH ?)'
        return KEYS.format(listed), (len(which) + 1, _phrase(form), len(which), which)

    def search(self, form: str, limit: int, before: int | None = None) -> list[Hit]:
        """Documents that say it, the newest first."""
        if not form or not self.there:
            return []
        before = FURTHEST if before is None else before
        if not self._by_index(form):
            found = self._file.rows(SCANNED, (form, before, limit))
        elif (rare := self._rare(form, before)) is not None:
            found = self._file.rows(AMONG, (f"[{','.join(map(str, rare))}]", form, limit))
        else:
            found = self._file.rows(INDEXED, (_phrase(form), before, limit))
        return [_hit(place, name.decode()) for place, name in found]

    def _rare(self, form: str, before: int) -> list[int] | None:
        """Where a piece of it stands that few texts have; None where no piece is rare, or it is one itself.

        That a piece is common is seen at once. Asked for whole words that are common, but never stand
        side by side, the index would compare all their letters in every text.
        """
        for piece in _pieces(form) if len(form) > SHORT else ():
            found = self._file.rows(PLACES, (_phrase(piece), before, FEW))
            if len(found) < FEW:
                return [place for (place,) in found]
        return None

    def _take_in(self, place: int, name: str, form: str) -> bool:
        """Whether the place was free."""
        if not self._file.add(PUT, (place, name, form), apart=True):
            return False
        if self._kept():
            self._file.later('INSERT INTO "+words" (rowid, form) VALUES (?, ?)', (place, form))
        return True

    def _take_out(self, place: int, form: str) -> None:
        if self._kept():
            self._file.write(
                'INSERT INTO "+words" ("+words", rowid, form) VALUES (\'delete\', ?, ?)', (place, form)
            )
        self._file.write('DELETE FROM "+texts" WHERE id = ?', (place,))

    def _kept(self) -> bool:
        """Whether the index holds what the texts say, and we can keep it so."""
        if not self.indexed:
            self._stale()
            return False
        if self._fresh is None:
            if self._has("+stale"):
                self.rebuild()
            self._fresh = True
        return True

    def _stale(self) -> None:
        if self._has("+words"):
            self._file.write(STALE)

    def _by_index(self, form: str) -> bool:
        """Whether the index can be asked for it."""
        return self.indexed and len(form) >= GRAM and self._has("+words") and not self._has("+stale")

    def _has(self, name: str) -> bool:
        return bool(self._file.rows("SELECT 1 FROM sqlite_master WHERE name = ?", (name,)))


def _pieces(form: str) -> list[str]:
    """The pieces that are most likely rare: where two words meet, of a single word its parts."""
    meeting = [n for n, mark in enumerate(form) if mark == " " and n >= 2]
    begins = [n - 2 for n in meeting] or range(0, len(form), SHORT)
    pieces = [form[n : n + SHORT] for n in begins]
    return [piece for piece in pieces if len(piece) == SHORT][:TRIED]


def _phrase(form: str) -> str:
    return '"{}"'.format(form.replace('"', '""'))


def _name(table: str, key: str) -> str:
    return f"{table} {pack_key(key)}"


def _hit(place: int, name: str) -> Hit:
    table, _, key = name.partition(" ")
    return Hit(place, table, unpack_key(key))
