"""cxtui: the terminal queue of customers who wait for an answer."""

__version__ = "0.1.0"
