"""What is known of the rows of a file while nobody else has written: numbers, and what is not there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from cxtui.store.query import Form, form_of

MOST: Final = 20_000
"""So many keys are remembered."""
ASK: Final = -1
"""Stands for a number that must be asked for: no row has it."""


class Known:
    """Numbers by table and packed key, None where there is no such row. Nothing here is content.

    Believed inside a commit only, and forgotten where somebody else has written or something was
    undone since.
    """

    def __init__(self) -> None:
        self._numbers: dict[str, dict[str, int | None]] = {}
        self._absent: dict[str, dict[str, set[Form]]] = {}
        self._size = 0
        self.lasts: dict[str, int] = {}
        """The highest number ever given, by table."""

    def forget(self) -> None:
        """Nothing is known any more."""
        self._numbers.clear()
        self._absent.clear()
        self.lasts.clear()
        self._size = 0

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

    def lacks(self, table: str, field: str, form: Form) -> bool:
        """Whether surely no row of a table has this value."""
        fields = self._absent.get(table)
        return fields is not None and form in fields.get(field, ())

    def note_lack(self, table: str, field: str, forms: Iterable[Form]) -> None:
        """No row of a table has these values."""
        absent = self._absent.setdefault(table, {}).setdefault(field, set())
        absent.update(forms)
        if len(absent) > MOST:
            self.forget()

    def wrote(self, table: str, doc: Mapping[str, Any]) -> None:
        """A document has been written: what it says is not absent."""
        fields = self._absent.get(table)
        if fields:
            for field, forms in fields.items():
                forms.discard(form_of(doc.get(field)))
