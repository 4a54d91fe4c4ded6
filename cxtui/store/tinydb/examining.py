"""Whether a store's file is whole: its pages, its indexes against its rows, every row's checksum."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal
from zlib import crc32

import msgspec

from cxtui.core.search import SEARCHED, spoken
from cxtui.errors import StoreDamaged
from cxtui.store.document import Doc, unpack, unpack_key
from cxtui.store.tables import INDEXES
from cxtui.store.tinydb.connection import APPLICATION
from cxtui.store.tinydb.errors import from_sqlite
from cxtui.store.tinydb.schema import index_sql, name_of, table_sql

MOST: Final = 100
"""Flaws of one kind that are listed; one is enough to act."""
CHUNK: Final = 500
"""Rows that are read at once."""
PATIENCE: Final = 0.5
"""Seconds to wait for a writer where a lock is needed at all."""
OF_INDEX: Final = re.compile(r"missing from index|entries in index|non-unique entry in index")
"""What SQLite says of an index that does not fit its rows."""

LARGE: Final = 2 * 1024 * 1024
"""Bytes of a file whose parts are looked at side by side."""

FlawKind = Literal["file", "row", "index"]


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing that is not as it was written. ``table`` and ``key`` name the document, where it is one."""

    kind: FlawKind
    words: str
    table: str = ""
    key: str = ""


Part = Callable[[sqlite3.Connection], Iterator[Flaw]]


@contextmanager
def reading(path: Path, *, words: bool = False) -> Generator[sqlite3.Connection]:
    """A connection that changes nothing and moves no log. Raises: StoreBroken, StoreLocked.

    With ``words`` it may ask the index of words whether it is whole, which SQLite takes for a write.
    """
    try:
        sql = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=PATIENCE, isolation_level=None
        )
    except sqlite3.Error as error:
        raise from_sqlite(error, path) from error
    try:
        sql.text_factory = bytes
        for pragma in ("wal_autocheckpoint = 0", f"query_only = {not words:d}", "cell_size_check = ON"):
            sql.execute(f"PRAGMA {pragma}").close()
        yield sql
    except sqlite3.Error as error:
        raise from_sqlite(error, path) from error
    finally:
        sql.close()


def examine(path: Path, *, words: bool = False) -> tuple[Flaw, ...]:
    """Every flaw of a store's file, none where it is whole.

    Others may write meanwhile, but not while ``words``, what is searched, is looked at, too. The
    parts of a large one are looked at side by side. Raises: StoreLocked; StoreBroken where it
    cannot be opened at all.
    """
    if not path.exists() or path.stat().st_size <= LARGE:
        with reading(path, words=words) as sql:
            return tuple(flaws(sql, words=words))
    from concurrent.futures import ThreadPoolExecutor

    def looked(part: Part) -> tuple[Flaw, ...]:
        with reading(path, words=words) as sql:
            return tuple(part(sql))

    parts = _parts(words=words)
    with ThreadPoolExecutor(len(parts)) as threads:
        return tuple(flaw for found in threads.map(looked, parts) for flaw in found)


def demand_whole(path: Path, *, words: bool = False) -> None:
    """Raises: StoreDamaged naming the first flaw."""
    for first in examine(path, words=words):
        raise broken(path, first)


def broken(path: Path, flaw: Flaw) -> StoreDamaged:
    """The sentence about a damaged store."""
    return StoreDamaged(f"{path} is damaged: {flaw.words}; nothing is written any more: run `cxtui doctor`")


def flaws(sql: sqlite3.Connection, *, words: bool = False) -> Iterator[Flaw]:
    """Flaws as they are found, those of the file first, those of the ``words`` last."""
    for part in _parts(words=words):
        yield from part(sql)


def _parts(*, words: bool) -> Sequence[Part]:
    return (_of_file, _of_documents, _of_index) if words else (_of_file, _of_tables)


def tables(sql: sqlite3.Connection) -> list[str]:
    """The SQL names of the tables of documents."""
    found = sql.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table' ORDER BY rowid").fetchall()
    return [name for name, made in map(_texts, found) if made == table_sql(name)]


def sound(number: object, key: object, doc: object, crc: object) -> bool:
    """Whether a row's checksum is right."""
    if not (isinstance(number, int) and isinstance(key, bytes) and isinstance(doc, bytes)):
        return False
    return crc32(doc, crc32(b"%d\0%b\0" % (number, key))) == crc and doc.isascii()


def shown(key: object) -> str:
    """A stored key as its user gave it, as far as it can be read."""
    text = key.decode(errors="replace") if isinstance(key, bytes) else str(key)
    try:
        return unpack_key(text)
    except ValueError:
        return text


def _of_file(sql: sqlite3.Connection) -> Iterator[Flaw]:
    try:
        yield from _of_schema(sql)
        for (found,) in sql.execute(f"PRAGMA integrity_check({MOST})").fetchall():
            for told in found.decode(errors="replace").splitlines():
                if told not in ("ok", "") and not told.startswith("*** in database"):
                    yield Flaw("index" if OF_INDEX.search(told) else "file", told)
    except sqlite3.DatabaseError as error:
        if _busy(error):
            raise
        yield Flaw("file", str(error))


def _of_documents(sql: sqlite3.Connection) -> Iterator[Flaw]:
    yield from _of_tables(sql)
    yield from _of_words(sql)


def _of_tables(sql: sqlite3.Connection) -> Iterator[Flaw]:
    try:
        names = tables(sql)
    except sqlite3.DatabaseError as error:
        if _busy(error):
            raise
        yield Flaw("file", f"its tables cannot be listed ({error})")
        return
    for name in names:
        yield from _of_rows(sql, name)


def _of_schema(sql: sqlite3.Connection) -> list[Flaw]:
    """Tables and indexes are defined as they were made, and none has gone.

    All is read of one moment: others make tables and write meanwhile.
    """
    sql.execute("BEGIN").close()
    try:
        return list(_schema_flaws(sql))
    finally:
        if sql.in_transaction:
            sql.execute("ROLLBACK").close()


def _schema_flaws(sql: sqlite3.Connection) -> Iterator[Flaw]:
    (mark,) = sql.execute("PRAGMA application_id").fetchone()
    if mark != APPLICATION:
        yield Flaw("file", "it does not say that it is a store of cxtui")
    found = sql.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    made = dict(map(_texts, found))
    for name, text in made.items():
        if text != table_sql(name):
            continue
        for fields in INDEXES.get(name_of(name), ()):
            if made.get(f"{name}.{fields}") != index_sql(name, fields):
                yield Flaw("index", f"the index {name}.{fields} is not the one that was made")
    if "sqlite_sequence" in made:
        for name, seq in sql.execute("SELECT name, seq FROM sqlite_sequence").fetchall():
            table = name.decode(errors="replace") if isinstance(name, bytes) else str(name)
            if table not in made or made[table] != table_sql(table):
                yield Flaw("file", f"the table {table!r} is not there any more")
            elif not isinstance(seq, int) or seq < _highest(sql, table):
                yield Flaw("file", f"the numbers of the table {table!r} have gone back")


def _highest(sql: sqlite3.Connection, name: str) -> int:
    return int(sql.execute(f'SELECT max(id) FROM "{name}"').fetchone()[0] or 0)  # noqa: S608 - a name of the schema


def _of_rows(sql: sqlite3.Connection, name: str) -> Iterator[Flaw]:
    after = -(2**63)
    found: list[Any] = [None]
    while found:
        try:
            found = sql.execute(
                f'SELECT id, key, doc, crc FROM "{name}" NOT INDEXED WHERE id > ? ORDER BY id LIMIT {CHUNK}',  # noqa: S608 - a name of the schema
                (after,),
            ).fetchall()
        except sqlite3.DatabaseError as error:
            if _busy(error):
                raise
            table = name_of(name)
            yield Flaw("file", f"the table {table!r} cannot be read to its end ({error})", table)
            return
        for row in found:
            if not sound(*row):
                key = shown(row[1])
                words = f"the document {key!r} in the table {name_of(name)!r} is not as it was written"
                yield Flaw("row", words, name_of(name), key)
            after = row[0]


def _of_words(sql: sqlite3.Connection) -> Iterator[Flaw]:
    """What is searched is what the documents say."""
    try:
        for name in sorted(set(tables(sql)) & set(SEARCHED)) if _has(sql, "+texts") else ():
            if any(form != _form(name, doc) for doc, form in _kept(sql, name)):
                yield Flaw("index", f"what is searched in the table {name!r} is not what its documents say")
    except sqlite3.DatabaseError as error:
        if _busy(error):
            raise
        yield Flaw("index", f"what is searched cannot be read ({error})")


def _of_index(sql: sqlite3.Connection) -> Iterator[Flaw]:
    """The index of words fits what is searched.

    SQLite takes the question for a write: undone, it never keeps those out who read beside it.
    """
    try:
        if _has(sql, "+texts") and _has(sql, "+words"):
            sql.execute("BEGIN").close()
            sql.execute('INSERT INTO "+words" ("+words", rank) VALUES (\'integrity-check\', 1)').close()
    except sqlite3.DatabaseError as error:
        if _busy(error):
            raise
        yield Flaw("index", f"the index of words does not fit ({error})")
    finally:
        if sql.in_transaction:
            sql.execute("ROLLBACK").close()


def _has(sql: sqlite3.Connection, name: str) -> bool:
    return bool(sql.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (name,)).fetchall())


def _kept(sql: sqlite3.Connection, name: str) -> Iterator[tuple[bytes, bytes | None]]:
    found: list[Any] = [(-(2**63), b"", None)]
    while found:
        found = sql.execute(
            f'SELECT t.id, t.doc, s.form FROM "{name}" t LEFT JOIN "+texts" s '  # noqa: S608 - a name of the schema
            f"ON s.name = '{name} ' || t.key WHERE t.id > ? ORDER BY t.id LIMIT {CHUNK}",
            (found[-1][0],),
        ).fetchall()
        yield from ((doc, form) for _, doc, form in found)


class _Spoken(msgspec.Struct):
    """What of a document is searched."""

    text: Any = None
    title: Any = None
    author: Any = None


_SPOKEN: Final = msgspec.json.Decoder(_Spoken)


def _form(name: str, doc: bytes) -> bytes | None:
    try:
        said: Doc = msgspec.structs.asdict(_SPOKEN.decode(doc))
    except ValueError:  # half a surrogate pair, which is no JSON elsewhere, or damage
        said = _unpacked(doc)
    return spoken(name, said).encode() or None


def _unpacked(doc: bytes) -> Doc:
    with suppress(ValueError):
        if isinstance(found := unpack(doc.decode()), dict):  # pyright: ignore[reportUnnecessaryIsInstance] - damaged
            return found
    return {}


def _busy(error: sqlite3.DatabaseError) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


def _texts(row: tuple[Any, Any]) -> tuple[str, str]:
    name, made = row
    return name.decode(errors="replace"), made.decode(errors="replace") if made else ""
