"""``brand``, ``order_value``, ``currency``, ``orders_per_year``: who we are, what an order is worth."""

from __future__ import annotations

from unicodedata import category

from cxtui.config.table import Table
from cxtui.core.orders import Orders
from cxtui.core.search import form

_NAMES = '["lampco", "LampCo"]'
_LONGEST = 64
_MOST = 1e12
_LONGEST_CURRENCY = 8


def brand(table: Table) -> tuple[str, ...]:
    """Our own names; what is wrong is noted."""
    found = table.texts("brand", _NAMES)
    for name in found:
        odd = any(category(char) in ("Cc", "Cf", "Cs") for char in name)
        if odd or len(name) > _LONGEST or not any(char.isalnum() for char in form(name)):
            table.note("brand", f"{name[:_LONGEST]!r} is no name; write names such as {_NAMES}")
    return tuple(name for name in dict.fromkeys(map(str.strip, found)) if form(name))


def orders(table: Table) -> Orders | None:
    """What orders are worth; None where nobody said. What is wrong is noted."""
    value = table.amount("order_value", "40.0", _MOST)
    currency = table.text("currency", '"USD"')
    a_year = table.amount("orders_per_year", "3", _MOST)
    if currency is not None and (len(currency) > _LONGEST_CURRENCY or len(currency.split()) != 1):
        table.note("currency", f'must be one short word such as "USD", is {currency!r}')
    if not table.has("order_value"):
        for key in ("currency", "orders_per_year"):
            if table.has(key):
                table.note(key, "says nothing without order_value, for instance order_value = 40.0")
    return None if value is None else Orders(value, currency or "", 1 if a_year is None else a_year)
