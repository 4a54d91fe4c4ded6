"""What an order is worth to the shop."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Orders:
    """What an order is worth, in which currency, and how many a customer places in a year."""

    value: float
    currency: str = ""
    per_year: float = 1
