"""What the guard does with the labelled drafts, printed rule by rule (pytest -s shows it)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from importlib.resources import files

import pytest

from cxtui.core.guard import BLOCKS, LEVELS, Draft, guard
from cxtui.core.templates import fill
from tests.core.drafted import LANGUAGES, PARTS, Labelled, Part, labelled

FLOORS: dict[Part, tuple[float, float]] = {
    "tuned": (0.98, 0.98),
    "fresh": (0.9, 0.9),
    "later": (0.9, 0.95),
    "second": (0.9, 0.98),
    "third": (0.98, 0.98),
    "held": (0.98, 0.95),
    "after": (0.98, 0.98),
    "last": (0.98, 0.05),
}
"""Precision and recall over all rules together."""


def drafts(part: Part) -> Sequence[Labelled]:
    return [one for lang in LANGUAGES for one in labelled(lang, part)]


def counts(part: Part) -> tuple[Counter[str], Counter[str], Counter[str]]:
    """Found rightly, missed, found wrongly, by rule."""
    right, missed, wrong = Counter[str](), Counter[str](), Counter[str]()
    for one in drafts(part):
        found = {finding.rule for finding in one.found()}
        right.update(found & one.rules)
        missed.update(one.rules - found)
        wrong.update(found - one.rules)
    return right, missed, wrong


@pytest.mark.parametrize("part", PARTS)
def test_precision_and_recall_of_every_rule(part: Part) -> None:
    right, missed, wrong = counts(part)
    print(f"\n{part}: {len(drafts(part))} drafts")
    for rule, level in LEVELS.items():
        if right[rule] + missed[rule] + wrong[rule]:
            precision = right[rule] / ((right[rule] + wrong[rule]) or 1)
            n = right[rule] + missed[rule]
            recall = right[rule] / ((right[rule] + missed[rule]) or 1)
            print(f"  {level:6}{rule:21}precision {precision:.2f}  recall {recall:.2f}  n={n}")
    least_precision, least_recall = FLOORS[part]
    assert right.total() / (right.total() + wrong.total()) >= least_precision, wrong
    assert right.total() / (right.total() + missed.total()) >= least_recall, missed


@pytest.mark.parametrize("part", PARTS)
def test_what_blocks_is_never_missed_and_never_wrong(part: Part) -> None:
    _, missed, wrong = counts(part)
    assert {rule: missed[rule] + wrong[rule] for rule in BLOCKS} == dict.fromkeys(BLOCKS, 0)


@pytest.mark.parametrize("part", PARTS)
def test_a_good_draft_is_neither_blocked_nor_warned_of(part: Part) -> None:
    bad = {
        one.name: [(f.rule, f.message) for f in one.found() if f.level != "info"]
        for one in drafts(part)
        if not one.rules
    }
    assert {name: found for name, found in bad.items() if found} == {}
    assert len(bad) >= 15


def test_the_set_is_large_and_every_language_is_good_and_bad_in_it() -> None:
    everything = [one for part in PARTS for one in drafts(part)]
    assert len(everything) >= 200
    assert len({(one.context.asked, one.draft.text) for one in everything}) == len(everything)
    for lang in LANGUAGES:
        rules = [one.rules for part in PARTS for one in labelled(lang, part)]
        assert sum(not rule for rule in rules) >= 8
        assert len(frozenset[str]().union(*rules)) >= 11


def test_the_prepared_replies_that_come_with_cxtui_pass_it() -> None:
    folder, bad = files("cxtui").joinpath("data", "canned"), dict[str, list[str]]()
    for lang in LANGUAGES:
        context = replace(labelled(lang)[0].context, asked=(), heard=())
        for file in folder.joinpath(lang).iterdir():
            head, _, body = file.read_text(encoding="utf-8").partition("\n\n")
            said = body if head.startswith(("match:", "kind:")) else head + body
            text = fill(said, {"name": "Mai", "order": "5521", "agent": "Nok", "due": "17:00"})
            bad[f"{lang}/{file.name}"] = [
                f"{one.rule}: {one.message}" for one in guard(Draft(text), context) if one.level != "info"
            ]
    assert len(bad) >= 9
    assert {name: found for name, found in bad.items() if found} == {}
