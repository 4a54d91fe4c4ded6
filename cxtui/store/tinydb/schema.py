"""Tables of documents as SQL: how a table is called there, and what makes it and its indexes."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from cxtui.store.query import json_of, value_of

PLAIN: Final = re.compile(r"(?!sqlite_)[a-z_][a-z0-9_]*")


@cache
def sql_name(table: str) -> str:
    """The table's name in SQL, where case and quotes cannot matter."""
    if PLAIN.fullmatch(table):
        return table
    return "~" + table.encode("utf-8", "surrogatepass").hex()


def name_of(name: str) -> str:
    """The table's name behind its name in SQL."""
    if not name.startswith("~"):
        return name
    return bytes.fromhex(name[1:]).decode("utf-8", "surrogatepass")


def table_sql(name: str) -> str:
    """What makes a table of documents, by its name in SQL."""
    return (
        f'CREATE TABLE "{name}" (id INTEGER PRIMARY KEY AUTOINCREMENT, '
        "key TEXT NOT NULL UNIQUE, doc TEXT NOT NULL, crc INTEGER NOT NULL)"
    )


def index_sql(name: str, fields: str) -> str:
    """What makes an index of a table, by the table's name in SQL."""
    return f'CREATE INDEX "{name}.{fields}" ON "{name}" ({", ".join(map(value_of, fields.split()))})'


@cache
def last_sql(table: str) -> str:
    """The highest number ever given in a table."""
    name = sql_name(table)
    given = f"(SELECT seq FROM sqlite_sequence WHERE name = '{name}')"  # noqa: S608 - a name made by sql_name
    return f'SELECT max(ifnull({given}, 0), ifnull((SELECT max(id) FROM "{name}"), 0))'  # noqa: S608 - as above


@cache
def by_key_sql(table: str) -> str:
    """The row of a key."""
    return f'SELECT id, key, doc, crc FROM "{sql_name(table)}" WHERE key = ?'  # noqa: S608 - a name made by sql_name


@cache
def key_sql(table: str) -> str:
    """The number of the row of a key."""
    return f'SELECT id FROM "{sql_name(table)}" WHERE key = ?'  # noqa: S608 - a name made by sql_name


@cache
def insert_sql(table: str) -> str:
    """A new row."""
    return f'INSERT INTO "{sql_name(table)}" (id, key, doc, crc) VALUES (?, ?, ?, ?)'  # noqa: S608 - a name made by sql_name


@cache
def replace_sql(table: str) -> str:
    """An existing row written again."""
    return f'UPDATE "{sql_name(table)}" SET doc = ?, crc = ? WHERE id = ?'  # noqa: S608 - a name made by sql_name


@cache
def together_sql(questions: tuple[tuple[int, str, str], ...]) -> str:
    """The rows of tables that fit conditions, each with the number given there; in no order."""
    return " UNION ALL ".join(
        f'SELECT {number}, id, key, doc, crc FROM "{sql_name(table)}" WHERE {where}'  # noqa: S608 - names made by sql_name and value_of
        for number, table, where in questions
    )


@cache
def related_sql(table: str, field: str, others: tuple[tuple[int, str, str], ...]) -> str:
    """Rows of other tables, with the number given there, whose field is the text in one row's field."""
    name, value = sql_name(table), json_of(field)
    one = f'SELECT {value_of(field)}, {value} FROM "{name}" WHERE key = ? AND substr({value}, 1, 1) = \'"\''  # noqa: S608 - names made by sql_name, value_of and json_of
    found = " UNION ALL ".join(
        f'SELECT {number}, id, key, doc, crc FROM one CROSS JOIN "{sql_name(other)}" '  # noqa: S608 - as above
        f"WHERE {value_of(by)} = one.value AND {json_of(by)} IS one.json"
        for number, other, by in others
    )
    return f"WITH one (value, json) AS MATERIALIZED ({one}) {found}"


@cache
def there_sql(table: str, field: str) -> str:
    """Which of a list of values a field, or the key, has anywhere."""
    name = "key" if field == "key" else value_of(field)
    number = "id" if field == "key" else "0"
    return (
        f'SELECT DISTINCT {name}, {number} FROM "{sql_name(table)}" '  # noqa: S608 - names made by sql_name and value_of
        f"WHERE {name} IN (SELECT value FROM json_each(?))"
    )
