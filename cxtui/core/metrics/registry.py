"""Where metrics register: a name, a unit, a source, and one function of a span."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from cxtui.core.metrics.figure import Figure, Found
from cxtui.core.metrics.span import Span

Count = Callable[[Span], Found | Iterable[Found]]


@dataclass(frozen=True, slots=True)
class Metric:
    """One registered metric. ``source`` is the benchmark it stands beside, or the method's author."""

    name: str
    unit: str
    source: str
    count: Count

    def figures(self, span: Span) -> Iterator[Figure]:
        """Its rows for a window: at least one."""
        found = self.count(span)
        for one in (found,) if isinstance(found, Found) else found:
            yield Figure(
                metric=self.name,
                value=one.value,
                n=one.n,
                unit=one.unit or self.unit,
                kind=one.kind,
                as_of=span.now,
                low=one.low,
                high=one.high,
                class_=one.class_,
                gaps=span.gaps,
                why=one.why,
                ids=one.ids,
                beside=one.beside,
                source=self.source,
            )


METRICS: dict[str, Metric] = {}


def metric(name: str, *, unit: str, source: str = "") -> Callable[[Count], Count]:
    """Register the decorated function under a name that scripts rely on."""

    def register(count: Count) -> Count:
        METRICS[name] = Metric(name, unit, source, count)
        return count

    return register
