"""What is known of the rows of a file while nobody else has written: numbers, and who has a value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from cxtui.store.query import Form, form_of
from cxtui.store.tables import Stored

MOST: Final = 20_000
"""So many keys are remembered."""
ASK: Final = -1
"""Stands for a number that must be asked for: no row has it."""


class Known:
    """Numbers by table and packed key, None where there is no such row.

    In one commit also the rows with a value of which it was seen before that no row has it.
    Believed inside a commit only, and forgotten where somebody else has written or something was
    undone since.
    """

    def __init__(self) -> None:
        self._numbers: dict[str, dict[str, int | None]] = {}
        self._having: dict[str, dict[str, dict[Form, list[Stored]]]] = {}
        self._written: dict[str, set[int]] = {}
        self._size = 0
        self.lasts: dict[str, int] = {}
        """The highest number ever given, by table."""

    def forget(self) -> None:
        """Nothing is known any more."""
        self._numbers.clear()
        self.lasts.clear()
        self._size = 0
        self.end()

    def end(self) -> None:
        """The commit is over."""
        self._having.clear()
        self._written.clear()

    def number(self, table: str, key: str) -> int | None:
        """The number of a row; None where there is none, `ASK` where that is not known."""
        numbers = self._numbers.get(table)
        return ASK if numbers is None else numbers.get(key, ASK)

    def note(self, table: str, key: str, number: int | None) -> None:
        """A row with this number stands under a key, or none."""
        numbers = self._numbers.get(table)
        if numbers is None:
            numbers = self._numbers[table] = {}
        numbers[key] = number
        self._size += 1
        if self._size > MOST:
            self.forget()

    def having(self, table: str, field: str, form: Form) -> Sequence[Stored] | None:
        """All rows of a table with a value, by number; None where that is not known."""
        fields = self._having.get(table)
        return None if fields is None else fields.get(field, {}).get(form)

    def note_lack(self, table: str, field: str, forms: Iterable[Form]) -> None:
        """No row of a table has these values."""
        having = self._having.setdefault(table, {}).setdefault(field, {})
        for form in forms:
            having[form] = []
        if len(having) > MOST:
            self.forget()

    def wrote(self, table: str, doc: Mapping[str, Any], row: Stored, *, new: bool) -> None:
        """A row, perhaps a ``new`` one, has been written; ``doc`` is what it says."""
        fields = self._having.get(table)
        if not fields:
            return
        written = self._written.setdefault(table, set())
        if not new and row.number in written:
            self.gone(table, row.number)
            return
        for field, having in fields.items():
            rows = having.get(form := form_of(doc.get(field)))
            if rows is None:
                continue
            if new:
                rows.append(row)
                written.add(row.number)
            else:
                del having[form]

    def gone(self, table: str, number: int) -> None:
        """A row is no more, or says something else."""
        if number in self._written.get(table, ()):
            del self._having[table], self._written[table]
