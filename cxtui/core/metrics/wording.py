"""How a figure is said: the same words in the pane, on the screen and at the prompt."""

from __future__ import annotations

from datetime import timedelta

from cxtui.core.clock import span
from cxtui.core.metrics.figure import Figure
from cxtui.core.metrics.references import beside

UNKNOWN = "–"
FEW = 10
"""Under this n a recommendation is no percentage but "few"."""
KINDS = {"counted": "", "estimate": "est.", "reference": "ref"}
CALLED = {"nps": "NPS", "nps_stars": "NPS*"}
REMARKS = {"recommend": "association", "nps_stars": "NPS* is made of stars"}
"""What a number always says of itself."""
HINTS = {
    "no feed has reviews with stars": "add a feed of kind review",
    "nobody gave a 0-10 answer in this window": "ask the question and import the answers",
    "no feed has posts of our own": "poll a feed that carries them",
    "no follower counts are known": "no network here tells them",
    "name a competitor feed": 'a feed with competitor = "their name"',
    "set order_value": "with currency and orders_per_year in the configuration",
}
"""What would have to be there, by why a number is not known."""


def written(value: float, unit: str) -> str:
    """A number with its unit, for people."""
    if unit == "seconds":
        return span(timedelta(seconds=value))
    if unit == "rate":
        return f"{value:.0%}"
    if unit == "followers":
        return thousands(value)
    return f"{value:.0f}" if value == int(value) else f"{value:.1f}"


def currency(figure: Figure) -> str:
    """What stands behind an amount of money: `` USD``."""
    return f" {figure.unit}" if figure.metric == "money_at_risk" and figure.unit != "money" else ""


def thousands(value: float) -> str:
    """``870``, ``3.1k``, ``52k``."""
    if value < 1000:
        return f"{value:.0f}"
    return f"{value / 1000:.1f}k" if value < 10_000 else f"{value / 1000:.0f}k"


def few(figure: Figure) -> bool:
    """Whether there are too few outcomes for a percentage."""
    return figure.metric == "recommend" and figure.value is not None and figure.n < FEW


def shown(figure: Figure) -> str:
    """The value: ``96%``, ``4m``, ``~52k``, ``few``, ``>5h`` where a curve does not reach, or ``–``."""
    if few(figure):
        return "few"
    if figure.value is None:
        reaches = figure.low is not None and figure.unit == "seconds"
        return f">{written(figure.low or 0.0, figure.unit)}" if reaches else UNKNOWN
    sign = "~" if figure.kind == "estimate" else ""
    return f"{sign}{written(figure.value, figure.unit)}{currency(figure)}"


def marks(figure: Figure) -> str:
    """What is said behind a value: ``est.``, ``ref``, ``?`` where a feed was down."""
    return " ".join(part for part in (KINDS[figure.kind], "?" if figure.gaps else "") if part)


def bounds(figure: Figure) -> str:
    """``[47-84]`` for a share, ``[120 to 480]`` for other numbers; empty where there are none."""
    if figure.value is None or figure.low is None or figure.high is None or few(figure):
        return ""
    if figure.unit == "rate":
        return f"[{figure.low * 100:.0f}-{figure.high * 100:.0f}]"
    if figure.low == figure.high:
        return ""
    return f"[{written(figure.low, figure.unit)} to {written(figure.high, figure.unit)}{currency(figure)}]"


def reason(figure: Figure) -> str:
    """Why there is no value, and what would have to be there; or what is told beside one."""
    if few(figure):
        return f"few (n={figure.n}): a percentage needs {FEW}"
    if shown(figure).startswith(">"):
        return figure.why.rpartition(": ")[2]
    hint = HINTS.get(figure.why) if figure.value is None else None
    return f"{figure.why}: {hint}" if hint else figure.why


def said(figure: Figure) -> str:
    """What a figure is called: ``answered within 5m``, ``recommend fast``, ``NPS*`` where stars made it."""
    name = CALLED.get(figure.metric) or figure.metric.replace("_", " ")
    return f"{name} {figure.class_}" if figure.class_ else name


def stands_beside(figure: Figure) -> tuple[str, ...]:
    """The counts left out of it, then what studies say, marked as theirs."""
    counts = (f"{what} {_count(figure, count)}" for what, count in figure.beside if count)
    theirs = (f"ref {one.value:.0%} {one.said}" for one in beside(figure.metric, figure.class_))
    return (*counts, *theirs) if figure.metric not in REMARKS else (REMARKS[figure.metric], *counts, *theirs)


def _count(figure: Figure, count: int) -> str:
    return span(timedelta(seconds=count)) if figure.metric == "consistency_gap" else str(count)
