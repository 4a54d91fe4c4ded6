"""A stored row is read fast, and the same as ever."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cxtui.core.item import Arrival, Voice
from cxtui.core.policies import Policies
from cxtui.errors import NotFound
from cxtui.store.contacts import contact, contact_of, row_in, row_of, settle, settle_all, short_id, shortest
from cxtui.store.document import pack
from cxtui.store.hearing import Hearing, Source
from cxtui.store.memory import MemoryTables
from cxtui.store.tables import Doc

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
TEXT = 'it says "contact_key": "x", "short": "y"} there'


def heard(*natives: str) -> MemoryTables:
    """A store that has heard one customer's messages in one thread."""
    tables = MemoryTables()
    arrivals = [Arrival(native, TEXT, Voice("mai"), thread="t", posted=NOW) for native in natives]
    with tables.commit():
        Hearing(tables, Source("page", "isso", "comment", NOW), Policies()).keep(arrivals)
    return tables


def stored(tables: MemoryTables, key: str) -> Doc:
    doc = tables.get("intervals", key)
    assert doc is not None
    return doc


def test_a_row_is_read_in_whatever_order_its_fields_stand() -> None:
    doc = stored(heard("1"), "page:1")
    backwards = dict(reversed(doc.items()))
    last = {**{name: value for name, value in doc.items() if name != "contact_key"}, "contact_key": "k"}
    for other in (doc, backwards, last):
        row = row_in(pack(other))
        assert row == row_of(doc)
        assert (row.interval.opener.text, row.short) == (TEXT, doc["short"])


def test_a_contact_is_found_by_its_row_by_any_message_and_by_the_short_id() -> None:
    tables = heard("1", "2")
    short = str(stored(tables, "page:1")["short"])
    found = [contact_of(tables, some) for some in ("page:1", "page:2", short)]
    assert [waits.id for waits, _ in found] == ["page:1"] * 3
    whole = contact(tables, str(stored(tables, "page:1")["contact_key"]))
    assert [known for _, known in found] == [whole] * 3
    assert len(whole.items) == 2
    with pytest.raises(NotFound):
        contact_of(tables, "page:3")


def test_contacts_settled_together_stand_as_if_settled_one_by_one() -> None:
    def two() -> tuple[MemoryTables, list[str]]:
        """A row that was one customer's and is another's by now."""
        tables = heard("1")
        doc = stored(tables, "page:1")
        tables.put("intervals", "page:1", {**doc, "contact_key": "another"})
        return tables, [str(doc["contact_key"]), "another"]

    for backwards in (False, True):
        together, keys = two()
        alone, _ = two()
        keys = keys[::-1] if backwards else keys
        settle_all(together, keys, Policies())
        for key in keys:
            settle(alone, key, Policies())
        assert stored(together, "page:1") == stored(alone, "page:1")
        assert stored(together, "page:1")["contact_key"] != "another"


def test_a_short_id_that_is_taken_grows() -> None:
    tables = heard("1")
    tables.put("intervals", "other", {"short": shortest("page:2")})
    assert short_id(tables, "page:3") == shortest("page:3")
    assert short_id(tables, "page:2").startswith(shortest("page:2"))
    assert len(short_id(tables, "page:2")) == len(shortest("page:2")) + 1
