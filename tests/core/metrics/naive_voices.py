"""The other half of the second computation: what people tell, rate and stand for, and what stands beside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from naive import LENGTHS, D, H, Naive, Number, Wait

from cxtui.core.item import Item

LIMITS = (("5m", 5), ("30m", 30), ("60m", H), ("24h", D))
Row = tuple[Fraction | None, int, set[str] | None]
"""Value, n, and the ids that stand behind it where those are checked."""


def tone_of(item: Item, toned: dict[str, Any]) -> tuple[bool, bool]:
    """Whether it is a good and whether it is a bad experience."""
    tone = toned.get(item.id, item.tone)
    five = None if item.stars is None else Fraction(item.stars) * 5 / Fraction(item.scale)
    good = tone == "praise" or (five is not None and five >= 4)
    bad = tone == "complaint" or (five is not None and five <= 2)
    return good, bad


def said_of_us(item: Item) -> str | None:
    if item.score is not None and item.score in range(11):
        return {True: "recommends", False: "neutral"}.get(item.score > 8) if item.score > 6 else "detracts"
    if item.stars is None:
        return None
    five = item.stars * 5 / item.scale
    return "recommends" if five >= 4 else "detracts" if five <= 2 else "neutral"


@dataclass
class All(Naive):
    """Every number of a window at a minute."""

    def toned(self) -> dict[str, Any]:
        return {e.item: e.detail["tone"] for e in self.told.standing() if e.verb == "toned"}

    def customers(self) -> list[Item]:
        """What customers wrote in the window."""
        here = [i for i in self.told.heard() if i.role == "customer"]
        return [i for i in here if self.inside(self.told.minute(i.posted))]

    @staticmethod
    def who(item: Item) -> tuple[str, str]:
        return ("handle", item.author.handle) if item.author.handle else ("thread", item.thread)

    def public(self, which: int) -> list[Item]:
        toned = self.toned()
        return [i for i in self.customers() if i.visibility == "public" and tone_of(i, toned)[which]]

    def shared(self, which: int) -> Row:
        everybody = {self.who(i) for i in self.customers() if i.visibility == "public"}
        told = self.public(which)
        return Fraction(len({self.who(i) for i in told})), len(everybody), {i.id for i in told}

    def shared_per_100(self) -> Row:
        begun = {w.id for w in self.all if w.first and self.inside(w.start)}
        people = len({self.who(i) for i in self.public(1)})
        return (Fraction(100 * people, len(begun)) if begun else None), len(begun), begun

    def reach(self, which: int) -> Row:
        told = self.public(which)
        most: dict[tuple[str, str], int] = {}
        for item in sorted(told, key=lambda i: i.author.followers or 0):
            if item.author.followers is not None:
                most[self.who(item)] = item.author.followers
        return (Fraction(sum(most.values())) if most else None), len(most), {i.id for i in told}

    def voice(self) -> Row:
        heard = self.told.heard()
        if all(i.role != "competitor" for i in heard):
            return None, 0, set()
        said = [i for i in heard if i.role != "own" and self.inside(self.told.minute(i.posted))]
        if not said:
            return None, 0, set()
        about_us = [i for i in said if i.role == "customer" or i.names_us]
        about_them = [i for i in said if i.role == "competitor"]
        spoken = len(about_us) + len(about_them)
        return Fraction(len(about_us), spoken), spoken, {i.id for i in said}

    def promoters(self, votes: dict[str, int]) -> Row:
        if not votes:
            return None, 0, set()
        return Fraction(100 * sum(votes.values()), len(votes)), len(votes), set(votes)

    def nps(self) -> Row:
        scores = {i.id: i.score for i in self.customers() if i.score is not None and 0 <= i.score <= 10}
        return self.promoters({key: (s >= 9) - (s <= 6) for key, s in scores.items()})

    def nps_stars(self) -> Row:
        stars = {
            i.id: Fraction(i.stars) * 5 / Fraction(i.scale) for i in self.customers() if i.stars is not None
        }
        return self.promoters({key: (s >= 5) - (s <= 3) for key, s in stars.items()})

    def review_means(self) -> dict[str, Row]:
        found: dict[str, Row] = {}
        reviews = [i for i in self.told.heard() if i.stars is not None and i.role != "own"]
        for feed in {i.feed for i in reviews}:
            here = [i for i in reviews if i.feed == feed]
            scale = Fraction(max(here, key=lambda i: (i.posted, i.id)).scale)
            shown = {
                i.id: Fraction(i.stars or 0) * scale / Fraction(i.scale)
                for i in here
                if self.inside(self.told.minute(i.posted))
            }
            mean = sum(shown.values(), Fraction()) / len(shown) if shown else None
            found[feed] = mean, len(shown), set(shown)
        return found

    def kept_promises(self) -> tuple[Row, int]:
        mature = [p for p in self.told.promises if self.inside(self.told.minute(p.due) + D)]
        released = [p for p in mature if p.state == "released"]
        counted = [p for p in mature if p.state != "released"]
        kept = sum(p.state == "kept" for p in counted)
        value = Fraction(kept, len(counted)) if counted else None
        return (value, len(counted), {p.item for p in counted}), len(released)

    def stances(self) -> tuple[int, int, int]:
        """Advocates, detractors, and all who did anything in 180 days."""
        toned = self.toned()
        open_items = {i for w in self.all if not w.over and not w.unsure for i in w.items}
        people: dict[str, list[tuple[int, int]]] = {}
        theirs = [i for i in self.told.heard() if i.role == "customer" and i.author.handle]
        for item in theirs:
            good, bad = tone_of(item, toned)
            deeds = people.setdefault(item.author.handle, [])
            when = self.told.minute(item.posted)
            if said_of_us(item) == "recommends":
                deeds.append((when, 3))
            elif good and item.visibility == "public":
                deeds.append((when, 2))
            if bad and item.visibility == "public" and item.id in open_items:
                deeds.append((when, -3))
            deeds += [
                (self.told.minute(e.at), 3)
                for e in self.told.standing()
                if e.verb == "recommends" and e.item == item.id
            ]
        waiting = {w.who for w in self.asking if not w.over}
        worth = {
            who: [(when, p if self.now - when <= 90 * D else Fraction(p, 2)) for when, p in deeds
                  if 0 <= self.now - when <= 180 * D]
            for who, deeds in people.items()
        }  # fmt: skip
        spoke = {who: deeds for who, deeds in worth.items() if deeds}
        advocates = detractors = 0
        for who, deeds in spoke.items():
            points = sum((p for _, p in deeds), Fraction())
            days = {(self.told.minute_of_day() + when) // D for when, p in deeds if p > 0}
            advocates += points >= 5 and len(days) >= 2 and who not in waiting
            detractors += points <= -3
        return advocates, detractors, len(spoke)

    def silence(self) -> tuple[Number, dict[str, int]]:
        posts = sorted(self.told.minute(i.posted) for i in self.told.heard() if i.role == "own")
        posts = [p for p in posts if p <= self.now]
        if not posts:
            return (None, 0), {}
        gaps = [(b - a, b) for a, b in pairwise(posts)]
        beside = {}
        if gaps:
            lengths = sorted(60 * g for g, _ in gaps)
            middle = Fraction(lengths[(len(gaps) - 1) // 2] + lengths[len(gaps) // 2], 2)
            late = max([60 * g for g, end in gaps if end > self.now - 90 * D], default=0)
            beside = {"median gap": round(middle), "longest gap in 90 d": late}
        return (Fraction(60 * (self.now - posts[-1])), len(posts)), beside

    def hidden(self, w: Wait) -> bool:
        """Whether the feed was down for a part of the time between the writing and our seeing it."""
        return any(
            g.feed == w.feed
            and max(self.told.minute(g.since), w.start)
            < min(w.seen, w.seen if g.until is None else self.told.minute(g.until))
            for g in self.told.gaps
        )

    def pickup(self) -> tuple[Row, int]:
        delays = {
            i.id: max(self.told.minute(i.seen) - self.told.minute(i.posted), 0) * 60 for i in self.customers()
        }
        order = sorted(delays.values())
        n = len(order)
        value = Fraction(order[(n - 1) // 2] + order[n // 2], 2) if n else None
        return (value, n, set(delays)), sum(self.hidden(w) for w in self.all if self.inside(w.start))

    def money(self, value: int, per_year: int) -> tuple[int, int, Fraction]:
        """Low, n, high."""
        toned = self.toned()
        bad = {i.id for i in self.told.heard() if i.role == "customer" and tone_of(i, toned)[1]}
        buyers = {self.who(i) for i in self.told.heard() if i.kind == "purchase"}
        opener = {i.id: i for i in self.told.items}
        late = {
            self.who(opener[w.id])
            for w in self.asking
            if self.inside(w.start) and w.answered is None and w.maybe is None and w.due < self.now
            and not (w.closed is not None and w.closed <= w.due) and bad & set(w.items)
        }  # fmt: skip
        low = len(late & buyers) * value
        return low, len(late), max(Fraction(low), Fraction(len(late) * value * per_year * 88, 100))

    def overrides(self) -> tuple[int, dict[str, int]]:
        known = [e for e in self.told.standing() if str(e.verb) == "overrode"]
        here = [e for e in known if self.inside(self.told.minute(e.at))]
        return len(here), dict(Counter(e.detail["rule"] for e in here))

    def left_out(self, waits: Iterable[Wait]) -> dict[str, int]:
        """What must stand beside a rate of these."""
        words = Counter(
            f"closed {w.why}"
            if w.closed is not None
            else "probably"
            if w.unsure
            else "marked by hand"
            if w.hand
            else ""
            for w in waits
        )
        del words[""]
        return dict(words)

    def beside(self) -> dict[str, dict[str, int]]:
        """By metric, what stands beside it."""

        def of(
            older: int, waits: Sequence[Wait], keep: Callable[[Wait], bool] = lambda _: True
        ) -> dict[str, int]:
            return self.left_out(w for w in waits if self.inside(w.start + older) and keep(w))

        praise = [w for w in self.all if w.praise]
        in_time = [w for w in self.asking if not w.over and not w.unsure and self.now <= w.due]
        first, later = of(0, self.asking, lambda w: w.first), of(0, self.asking, lambda w: not w.first)
        return {
            **{f"answered_within_{n}": of(t, self.asking) for n, t in LIMITS},
            "response_rate": {**of(0, self.asking), "waiting": sum(self.inside(w.start) for w in in_time)},
            "ever_ignored": of(7 * D, self.asking),
            "thanked_within_48h": of(2 * D, praise),
            **{f"first_{m}_{q}": first for m in ("response", "answer") for q in ("median", "p90")},
            **{f"next_response_{q}": later for q in ("median", "p90")},
        }  # fmt: skip

    def gaps_shown(self) -> set[tuple[str, int]]:
        length = LENGTHS[self.window]
        return {
            (g.feed, self.told.minute(g.since))
            for g in self.told.gaps
            if self.told.minute(g.since) <= self.now
            and (length is None or g.until is None or self.told.minute(g.until) > self.now - length)
        }

    def breaches(self) -> list[tuple[str, int, int, Fraction | None]]:
        """Who will be due next: the id, when, the place in the queue, and when our pace reaches it."""
        deleted = {e.detail["remote_id"] for e in self.told.standing() if e.verb == "reply_deleted"}
        ages = [self.now - self.told.minute(r.at) for r in self.told.replies if r.remote_id not in deleted]
        hours = [age // H for age in ages if age >= 0]
        lately = [hour for hour in hours if hour in sorted(set(hours))[:2]]
        each = Fraction(2 * H, len(lately)) if len(lately) >= 5 else None
        rows = sorted((self._running(w), w.id) for w in self.asking if not w.over and not w.unsure)
        return [
            (key, due, place, None if each is None else self.now + place * each)
            for place, (due, key) in enumerate(rows, 1)
            if due >= self.now
        ]
