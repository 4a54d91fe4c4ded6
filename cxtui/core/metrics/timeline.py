"""Records in the order of their time, in columns: what is known of one stands at the same place in all.

A flag is a small number in a byte, so that counting one value over any stretch of time is one
search in memory; a figure is a number of 64 bits. Times are microseconds since 1970.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import compress
from typing import Any, overload

FEW = 300
"""So many records are looked at one by one; more of them in one go."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = 1_000_000
HOUR = 3_600 * SECOND
DAY = 24 * HOUR
FAR = datetime(9999, 1, 1, tzinfo=UTC)
"""Later than everything: what is undecided then is never decided by time alone."""


def micros(moment: datetime) -> int:
    """A time as microseconds since 1970, exactly."""
    return length(moment - EPOCH)


def length(span: timedelta) -> int:
    """A duration in microseconds."""
    return (span.days * 86_400 + span.seconds) * SECOND + span.microseconds


def at(moment: int) -> datetime:
    """The time behind microseconds since 1970."""
    return EPOCH + timedelta(microseconds=moment)


class Ids(Sequence[str]):
    """Ids that are gathered when somebody looks at them."""

    __slots__ = ("_gather", "_known")

    def __init__(self, gather: Callable[[], Iterable[str]]) -> None:
        self._gather: Callable[[], Iterable[str]] | None = gather
        self._known: tuple[str, ...] = ()

    def _all(self) -> tuple[str, ...]:
        if self._gather is not None:
            self._known, self._gather = tuple(self._gather()), None
        return self._known

    def __len__(self) -> int:
        return len(self._all())

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[str, ...]: ...
    def __getitem__(self, index: int | slice) -> str | tuple[str, ...]:
        return self._all()[index]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Ids | tuple) and self._all() == tuple(other)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType] - of ids

    def __hash__(self) -> int:
        return hash(self._all())

    def __repr__(self) -> str:
        return repr(self._all())


class Timeline:
    """Records by time and then by number; ``flag`` and ``figure`` are the columns by name."""

    def __init__(self, flags: Iterable[str], figures: Iterable[str]) -> None:
        self.at = array("q")
        self.numbers = array("q")
        self.names: list[str] = []
        self.flag: dict[str, bytearray] = {name: bytearray() for name in flags}
        self.figure: dict[str, array[int]] = {name: array("q") for name in figures}
        self._times: dict[int, int] | None = {}
        self._lent = False

    def __len__(self) -> int:
        return len(self.at)

    def __contains__(self, number: int) -> bool:
        return number in self._known

    def span(self, since: int | None, until: int) -> tuple[int, int]:
        """The places from ``since`` to ``until``, both times included."""
        return 0 if since is None else bisect_left(self.at, since), bisect_right(self.at, until)

    def place(self, number: int) -> int:
        """Where a record stands. Raises: KeyError."""
        moment = self._known[number]
        found = bisect_left(self.at, moment)
        if self.numbers[found] != number:
            found = bisect_left(self.numbers, number, found, bisect_right(self.at, moment, found))
        return found

    def put(
        self, number: int, moment: int, name: str, flags: Mapping[str, int], figures: Mapping[str, int]
    ) -> None:
        """Add a record that is not there."""
        self._known[number] = moment
        if not self.at or (self.at[-1], self.numbers[-1]) < (moment, number):
            self._add(number, moment, name, flags, figures)
            return
        first = bisect_left(self.at, moment)
        place = bisect_left(self.numbers, number, first, bisect_right(self.at, moment, first))
        self.at.insert(place, moment)
        self.numbers.insert(place, number)
        self._own().insert(place, name)
        for key, flag in self.flag.items():
            flag.insert(place, flags.get(key, 0))
        for key, figure in self.figure.items():
            figure.insert(place, figures.get(key, 0))

    def _add(
        self, number: int, moment: int, name: str, flags: Mapping[str, int], figures: Mapping[str, int]
    ) -> None:
        self.at.append(moment)
        self.numbers.append(number)
        self._own().append(name)
        for key, flag in self.flag.items():
            flag.append(flags.get(key, 0))
        for key, figure in self.figure.items():
            figure.append(figures.get(key, 0))

    def drop(self, number: int) -> int:
        """Take a record out and give its place."""
        place = self.place(number)
        del self._known[number], self.at[place], self.numbers[place], self._own()[place]
        for flag in self.flag.values():
            del flag[place]
        for figure in self.figure.values():
            del figure[place]
        return place

    def column(self, name: str) -> bytearray:
        """A flag by name, made where it is new."""
        if name not in self.flag:
            self.flag[name] = bytearray(len(self.at))
        return self.flag[name]

    def ids(self, flag: bytearray, values: tuple[int, ...], i: int, j: int) -> Ids:
        """The names between two places where a flag has one of these values."""
        names, chosen = self.lend(), bytes(flag[i:j])
        return Ids(lambda: compress(names[i:j], chosen.translate(picking(values))))

    def lend(self) -> list[str]:
        """The names as they are now, for somebody who looks at them later."""
        self._lent = True
        return self.names

    def _own(self) -> list[str]:
        if self._lent:
            self.names, self._lent = list(self.names), False
        return self.names

    @property
    def _known(self) -> dict[int, int]:
        """Time by number; made when the first record changes."""
        if self._times is None:
            self._times = dict(zip(self.numbers, self.at, strict=True))
        return self._times

    def part(self, line: Timeline, mask: bytes) -> None:
        """Become what stands in another one where a mask is 1."""
        self.at = array("q", compress(line.at, mask))
        self.numbers = array("q", compress(line.numbers, mask))
        self.names, self._times, self._lent = list(compress(line.names, mask)), None, False
        self.flag = {name: bytearray(compress(flag, mask)) for name, flag in line.flag.items()}
        self.figure = {name: array("q", compress(figure, mask)) for name, figure in line.figure.items()}

    def state(self) -> dict[str, Any]:
        """The columns in plain values, for `restore`."""
        return {
            "at": self.at.tobytes(),
            "numbers": self.numbers.tobytes(),
            "names": self.names,
            "flags": {name: bytes(flag) for name, flag in self.flag.items()},
            "figures": {name: figure.tobytes() for name, figure in self.figure.items()},
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Become what `state` gave."""
        self.at, self.numbers = array("q", state["at"]), array("q", state["numbers"])
        self.names, self._times, self._lent = state["names"], None, False
        self.flag = {name: bytearray(flag) for name, flag in state["flags"].items()}
        self.figure = {name: array("q", figure) for name, figure in state["figures"].items()}


@cache
def picking(values: tuple[int, ...]) -> bytes:
    """A table to translate a flag by: 1 for each of these values, 0 for all others."""
    return bytes(value in values for value in range(256))


def tally(flag: bytearray, i: int, j: int) -> dict[int, int]:
    """How often each value stands between two places."""
    part = flag[i:j]
    return {value: part.count(value) for value in set(part)}


def tally_of(flag: bytearray, other: bytearray, value: int, i: int, j: int) -> dict[int, int]:
    """How often each value of a flag stands between two places where another flag has ``value``."""
    part = bytes(compress(flag[i:j], map(value.__eq__, other[i:j])))
    return {found: part.count(found) for found in set(part)}
