"""What time alone decides: which columns turn, and when."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from cxtui.core.metrics.timeline import Timeline

Wave = tuple[int, int, int]
"""When, the number of an interval, and which of its turns."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What a column holds once ``at`` has passed; before that it holds ``before``."""

    at: int
    column: str
    before: int
    after: int


class Tide:
    """The turns of the intervals that wait, in the order of time. ``line_of`` gives an interval's columns."""

    def __init__(self, line_of: Callable[[int], Timeline]) -> None:
        self._line_of = line_of
        self._turns: dict[int, list[Turn]] = {}
        self._waves: list[Wave] = []
        self._past = 0
        self._now = 0

    def expect(self, number: int, turns: Sequence[Turn]) -> None:
        """Have time decide these about an interval, and nothing else; its columns hold what is before."""
        for which, turn in enumerate(self._turns.pop(number, ())):
            found = bisect_left(self._waves, (turn.at, number, which))
            del self._waves[found]
            self._past -= found < self._past
        if turns:
            self._turns[number] = list(turns)
        for which, turn in enumerate(turns):
            wave = turn.at, number, which
            insort(self._waves, wave)
            if turn.at < self._now:
                self._turn(wave, over=True)
                self._past += 1

    def part(self, tide: Tide, numbers: Collection[int]) -> None:
        """Become what another one holds of some intervals."""
        self._turns = {number: turns for number, turns in tide._turns.items() if number in numbers}
        self._waves = [wave for wave in tide._waves if wave[1] in numbers]
        self._past = sum(wave[1] in numbers for wave in tide._waves[: tide._past])
        self._now = tide._now

    def change(self, number: int, change: Callable[[Turn], Turn]) -> None:
        """Have the turns of an interval come out in another way."""
        if number in self._turns:
            self._turns[number] = [change(turn) for turn in self._turns[number]]

    def advance(self, now: int) -> None:
        """Turn what has passed by ``now``, and turn back what has not."""
        while self._past < len(self._waves) and self._waves[self._past][0] < now:
            self._turn(self._waves[self._past], over=True)
            self._past += 1
        while self._past and self._waves[self._past - 1][0] >= now:
            self._past -= 1
            self._turn(self._waves[self._past], over=False)
        self._now = now

    def _turn(self, wave: Wave, *, over: bool) -> None:
        _, number, which = wave
        turn, line = self._turns[number][which], self._line_of(number)
        line.column(turn.column)[line.place(number)] = turn.after if over else turn.before
