"""The filter language: one for the list, views, policies, rules, numbers and the command line.

::

    is:late net:mastodon kind:review stars:<=2 tag:vip -tag:spam due:<30m from:@x text~"refund" since:-2w

Words side by side are all meant; ``|`` (or ``OR``) is either, ``-`` not, parentheses group, commas
list values. A word without a colon is looked for in texts, titles, names. `FIELDS` has every word.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import cached_property

from cxtui.core.filters.facts import OF_ITEM, OF_ROW, Arrived
from cxtui.core.filters.reading import Every, Tree, Word, lowered, read, words_of
from cxtui.core.filters.states import Sight
from cxtui.core.filters.tree import Node, compiled
from cxtui.core.filters.words import ALIASES, FIELDS, Field
from cxtui.core.inbox import Row
from cxtui.core.interval import Interval, Priority
from cxtui.core.item import Item
from cxtui.errors import FilterError

__all__ = ["ALIASES", "FIELDS", "Field", "Filter", "FilterError", "Sight", "Word", "parse"]


@dataclass(frozen=True)
class Filter:
    """A filter that was read. Equal when the same is asked in the same words."""

    text: str
    tree: Tree

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """Every word of it."""
        return words_of(self.tree)

    @property
    def empty(self) -> bool:
        """Whether it asks nothing, so that everything fits."""
        return not self.words

    @property
    def early(self) -> bool:
        """Whether `fits` can decide it: nothing in it depends on what is done, or on the time."""
        return all(word.early for word in self.words)

    @property
    def timed(self) -> bool:
        """Whether the answer may change while the row does not: with the time, or with a draft."""
        return any(word.timed for word in self.words)

    @property
    def only_words(self) -> bool:
        """Whether it asks for plain words only, all of them."""
        parts = self.tree.parts if isinstance(self.tree, Every) else (self.tree,)
        return all(isinstance(part, Word) and not part.name for part in parts)

    def also(self, other: Filter) -> Filter:
        """What fits both."""
        if self.empty or other.empty:
            return other if self.empty else self
        return Filter(f"({self.text}) ({other.text})", Every((self.tree, other.tree)))

    def node(self, sight: Sight) -> Node:
        """What it comes to for whoever looks; good for this moment."""
        return lowered(self.tree, sight)

    def test(self, sight: Sight) -> Callable[[Row], bool]:
        """The predicate for many rows at one moment."""
        return compiled(self.node(sight), OF_ROW)

    def keep(self, sight: Sight) -> Callable[[Interval], bool]:
        """The same for intervals without their short ids."""
        test = self.test(sight)
        return lambda waits: test(Row(waits, ""))

    def holds(self, row: Row, now: datetime, zone: tzinfo, me: str = "") -> bool:
        """Whether a row fits now."""
        return self.test(Sight(now, zone, me))(row)

    def fits(self, item: Item, priority: Priority = "normal", tags: Sequence[str] = ()) -> bool:
        """Whether an item fits that has just arrived. Raises: ValueError where it is not `early`."""
        if not self.early:
            raise ValueError(f"{self.text!r} cannot be decided when an item arrives")
        return self._fits(Arrived(item, priority, tags))

    @cached_property
    def _fits(self) -> Callable[[Arrived], bool]:
        return compiled(self.node(Sight(datetime.min.replace(tzinfo=UTC), UTC)), OF_ITEM)


def parse(text: str) -> Filter:
    """A filter from its text; an empty one fits everything. Raises: FilterError with the word's place."""
    return Filter(text.strip(), read(text))
