"""What people did for us and against us, and what they said after we answered, person by person.

Only the people about whom something has changed are looked at again, and those whose deeds have
reached the age at which they count half, or no more.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from cxtui.core.metrics.codes import BAD, CUSTOMER, GOOD, HOW, PUBLIC, VERDICTS
from cxtui.core.metrics.facts import doubtful
from cxtui.core.metrics.people import HALF_LIFE, KEPT, POINTS, Deed, Stance
from cxtui.core.metrics.recommend import FOLLOWED, WEEK
from cxtui.core.metrics.timeline import Timeline, length, micros
from cxtui.core.metrics.voices import places_of

if TYPE_CHECKING:
    from cxtui.core.metrics.ledger import Ledger

HANDFUL = 8
"""So many people are looked for one by one; more of them in one go."""
ALWAYS = 2**62
Said = tuple[int, str, str]
"""When, the id of what says so, and the verdict."""
AGES = (0, length(HALF_LIFE), length(KEPT))
_WEEK, _FOLLOWED = length(WEEK), length(FOLLOWED)
_NOTHING_MORE: Said = (ALWAYS, "", "")
_RECOMMENDS = VERDICTS.index("recommends")


class Outcome(NamedTuple):
    """What somebody said of us once the class of a contact was known, until they said something else."""

    at: int
    until: int
    id: str
    how: str
    verdict: str


class Deeds:
    """The deeds and outcomes of a ledger's people, by the number that stands for a person (`Merged.one`)."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._touched: set[int] | None = None
        self._now = 0
        self._deeds: dict[int, list[Deed]] = {}
        self._ages: list[tuple[int, int]] = []
        self._outcomes: dict[int, list[Outcome]] = {}
        self.outcomes: list[Outcome] = []
        """In the order of their times."""
        self.stances: dict[int, Stance] = {}
        """Of everybody who did something in half a year."""
        self.sides: dict[str, dict[int, Stance]] = {"advocates": {}, "detractors": {}}

    @property
    def now(self) -> int:
        """Up to when everything was brought."""
        return self._now

    def done_by(self, who: int) -> list[Deed]:
        """What somebody did, however long ago."""
        return self._deeds.get(who, [])

    def touch(self, who: int) -> None:
        """Something about somebody has changed."""
        if self._touched is not None:
            self._touched.add(self._ledger.merged.one(who))

    def touch_all(self) -> None:
        """Look at everybody again."""
        self._touched = None

    def advance(self, now: int) -> None:
        """Bring everything up to a moment."""
        if self._touched is None:
            stale: Collection[int] = self._begin()
        elif self._touched:
            stale = self._again(self._touched) | self._aged(now)
        elif self._now != now:
            stale = self._aged(now)
        else:
            return
        self._touched, self._now = set(), now
        if stale:
            waiting = self._waiting()
            for who in stale:
                self._stand(who, now, waits=who in waiting)

    def between(self, since: int | None, until: int) -> list[Outcome]:
        """The outcomes of a stretch of time as they stood at its end, which belongs to it."""
        first = 0 if since is None else bisect_left(self.outcomes, (since,))
        last = bisect_left(self.outcomes, (until + 1,))
        return [one for one in self.outcomes[first:last] if one.until > until]

    def _begin(self) -> Collection[int]:
        voices, waits = self._ledger.voices, self._ledger.waits
        self._deeds, self._outcomes, self.stances = {}, {}, {}
        self.sides = {"advocates": {}, "detractors": {}}
        said = self._listen(range(len(voices)))
        tagged, who_tagged = self._tagged()
        heard = self._ledger.merged.all(said.keys() | who_tagged)
        places = [place for place, who in enumerate(waits.figure["who"]) if who in heard]
        self._judge(places, said, tagged)
        self._ages = sorted((deed.at, who) for who, deeds in self._deeds.items() for deed in deeds)
        self.outcomes = sorted(one for found in self._outcomes.values() for one in found)
        return list(self._deeds)

    def _again(self, people: set[int]) -> set[int]:
        for who in people:
            for deed in self._deeds.pop(who, ()):
                del self._ages[bisect_left(self._ages, (deed.at, who))]
            for one in self._outcomes.pop(who, ()):
                del self.outcomes[bisect_left(self.outcomes, one)]
        theirs = self._ledger.merged.all(people)
        said = self._listen(_theirs(self._ledger.voices, theirs))
        self._judge(_theirs(self._ledger.waits, theirs), said, self._tagged(theirs)[0])
        for who in people:
            for deed in self._deeds.get(who, ()):
                insort(self._ages, (deed.at, who))
            for one in self._outcomes.get(who, ()):
                insort(self.outcomes, one)
        return set(people)

    def _aged(self, now: int) -> set[int]:
        """Whose deeds have become old, or young again, since the last time."""
        early, late = min(now, self._now), max(now, self._now)
        found: set[int] = set()
        for age in AGES:
            first = bisect_left(self._ages, (early - age, 0))
            last = bisect_right(self._ages, (late - age, ALWAYS * 2))
            found.update(who for _, who in self._ages[first:last])
        return found

    def _listen(self, places: Sequence[int]) -> dict[int, list[Said]]:
        """Note the deeds of the items at these places; gives what outcomes they are, by person."""
        voices = self._ledger.voices
        named, verdicts, told = voices.flag["named"], voices.flag["verdict"], voices.flag["told"]
        roles, who, wait = voices.flag["role"], voices.figure["who"], voices.figure["wait"]
        unanswered = {n for n, waits in self._ledger.open.items() if not doubtful(waits)}
        one = self._ledger.merged.one
        said: dict[int, list[Said]] = defaultdict(list)
        deeds: dict[int, list[Deed]] = defaultdict(list)
        for place in places:
            if not (named[place] and (verdicts[place] or told[place])):
                continue
            at, name, person = voices.at[place], voices.names[place], one(who[place])
            verdict = verdicts[place]
            if verdict:
                said[person].append((at, name, str(VERDICTS[verdict])))
            if roles[place] != CUSTOMER:
                continue
            if verdict == _RECOMMENDS:
                deeds[person].append(Deed(at, POINTS["recommended"], name))
            elif told[place] & (GOOD * PUBLIC):
                deeds[person].append(Deed(at, POINTS["praised in public"], name))
            if told[place] & (BAD * PUBLIC) and wait[place] in unanswered:
                deeds[person].append(Deed(at, POINTS["public complaint unresolved"], name))
        self._deeds |= deeds
        return said

    def _tagged(self, people: Collection[int] | None = None) -> tuple[dict[int, list[Said]], set[int]]:
        """The outcomes that were tagged, by contact, and whose they are; those of some people, or all.

        Notes the deeds that they are.
        """
        voices, found, whose = self._ledger.voices, defaultdict[int, list[Said]](list), set[int]()
        for event in self._ledger.marks.outcomes:
            place = voices.place_of(event.item)
            if place is None:
                continue
            who, wait = voices.figure["who"][place], voices.figure["wait"][place]
            if people is not None and who not in people:
                continue
            who = self._ledger.merged.one(who)
            contact = self._ledger.contact_of(wait)
            if contact is not None:
                found[contact].append((micros(event.at), event.id, event.verb))
                whose.add(who)
            if event.verb == "recommends" and voices.flag["named"][place]:
                deed = Deed(micros(event.at), POINTS["recommended"], event.item)
                self._deeds.setdefault(who, []).append(deed)
        return found, whose

    def _judge(
        self, places: Sequence[int], said: dict[int, list[Said]], tagged: dict[int, list[Said]]
    ) -> None:
        """Note the outcomes of the contacts whose intervals stand at these places."""
        waits, outcomes = self._ledger.waits, self._outcomes
        hows, people, starts, names = waits.flag["how"], waits.figure["who"], waits.at, waits.names
        answered = waits.figure["answered"]
        for contact, place in self._opening(places).items():
            how = HOW[hows[place]]
            if how is None:
                continue
            who = self._ledger.merged.one(people[place])
            known = starts[place] + _WEEK if how == "never" else answered[place]
            until = known + _FOLLOWED
            heard = said.get(who)
            later: list[Said] = []
            if heard and heard[-1][0] > known and heard[0][0] <= until:
                later = [one for one in heard if known < one[0] <= until]
            if contact in tagged:
                later += [one for one in tagged[contact] if known < one[0] <= until]
            if later:
                later.sort()
                found = outcomes.setdefault(who, [])
                for (at, _, verdict), (end, _, _) in pairwise((*later, _NOTHING_MORE)):
                    found.append(Outcome._make((at, end, names[place], how, verdict)))

    def _opening(self, places: Sequence[int]) -> dict[int, int]:
        """Where the first interval of each contact stands, of those at some places in order."""
        waits, opening = self._ledger.waits, dict[int, int]()
        contacts, starts, names = waits.figure["contact"], waits.at, waits.names
        for place in places:
            first = opening.setdefault(contacts[place], place)
            if first != place and starts[first] == starts[place] and names[place] < names[first]:
                opening[contacts[place]] = place
        return opening

    def _waiting(self) -> set[int]:
        waits, one = self._ledger.waits, self._ledger.merged.one
        return {one(waits.figure["who"][waits.place(n)]) for n in self._ledger.open if n in waits}

    def _stand(self, who: int, now: int, *, waits: bool) -> None:
        stance = Stance.of(self._deeds.get(who, ()), now, waits=waits)
        for known, here in (
            (self.stances, stance),
            (self.sides["advocates"], stance if stance and stance.advocate else None),
            (self.sides["detractors"], stance if stance and stance.detractor else None),
        ):
            if here:
                known[who] = here
            elif who in known:
                del known[who]


def _theirs(line: Timeline, people: Collection[int]) -> list[int]:
    """Where the records of some people stand."""
    column = line.figure["who"]
    if len(people) <= HANDFUL:
        return sorted(place for who in people for place in places_of(column, who))
    return [place for place, who in enumerate(column) if who in people]
