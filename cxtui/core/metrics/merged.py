"""Who is the same person: handles that somebody has merged by hand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, Final

from cxtui.core.item import Person
from cxtui.core.metrics.cells import key_of

_NETWORK: Final = re.compile(r"\A[a-z][a-z0-9_-]*:(?=.)", re.ASCII)

Keys = tuple[int, ...]
"""Numbers that stand for handles of one person."""


class Merged:
    """Which of the numbers that stand for handles stand for one person. A handle is the same on any feed."""

    def __init__(self) -> None:
        self._known: dict[int, Keys] = {}
        self._groups: dict[int, Keys] = {}

    def one(self, who: int) -> int:
        """The number that stands for the person."""
        group = self._groups.get(who)
        return who if group is None else group[0]

    def count(self, handles: AbstractSet[int]) -> int:
        """How many people some numbers stand for."""
        merged = handles & self._groups.keys() if self._groups else ()
        return len(handles) - len(merged) + len({self.one(who) for who in merged})

    def all(self, people: AbstractSet[int]) -> AbstractSet[int]:
        """Every number of some people."""
        if not self._groups:
            return people
        return {number for who in people for number in self._groups.get(who, (who,))}

    def put(self, people: Mapping[int, Person]) -> bool:
        """Take what is known of people, by the number of its document; whether anybody is another one now."""
        for number, person in people.items():
            self._known[number] = _keys(person)
        return self._settled()

    def drop(self, number: int) -> bool:
        """Forget what was known of somebody; whether anybody is another one now."""
        return self._known.pop(number, None) is not None and self._settled()

    def state(self) -> list[Any]:
        """What is known as numbers, for `restore`."""
        return [[number, *keys] for number, keys in self._known.items() if len(keys) > 1]

    def restore(self, state: Iterable[list[Any]]) -> None:
        """Become what `state` gave."""
        self._known = {number: tuple(keys) for number, *keys in state}
        self._settled()

    def _settled(self) -> bool:
        """Join what has a handle in common; whether anything is another than before."""
        before, found = self._groups, dict[int, Keys]()
        for keys in self._known.values():
            if len(keys) > 1:
                joined = tuple(sorted({one for key in keys for one in found.get(key, (key,))}))
                found.update(dict.fromkeys(joined, joined))
        self._groups = found
        return found != before


def _keys(person: Person) -> Keys:
    handles = dict.fromkeys((person.handle, *(_NETWORK.sub("", one, count=1) for one in person.same_as)))
    return tuple(key_of(handle) for handle in handles if handle)
