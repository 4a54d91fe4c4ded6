"""What every real server of the tests offers, so that the same promises are tried on all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Literal, Protocol, Self

When = Literal["before", "after"]


class Place(Protocol):
    """A server with a customer on it; it runs while the context is entered, on 127.0.0.1."""

    name: str

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, where: TracebackType | None
    ) -> None: ...

    @property
    def feed(self) -> str:
        """The ``[[feeds]]`` table of our account there; the feed is called ``place``."""
        ...

    @property
    def env(self) -> Mapping[str, str]:
        """The environment that holds what the table's tokens name."""
        ...

    def ask(self, text: str) -> str:
        """The customer writes something new; gives its id as cxtui will know it, without the feed's name."""
        ...

    def answers(self, native: str) -> list[str]:
        """The texts that answer it, read with the customer's own credentials, the oldest first."""
        ...

    def arm(self, when: When, strike: Callable[[], None]) -> None:
        """Call ``strike`` once, at the next reply that is sent there: before a byte of it reaches the
        server, or after the server has taken it and before it can say so; then cut the connection."""
        ...
