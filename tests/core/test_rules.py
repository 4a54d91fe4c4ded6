"""Rules: what may stand in one, what they do about a message in their order, and what they leave."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtui.core.filters import parse
from cxtui.core.item import Author, Clean, Item
from cxtui.core.rules import WORDS, Rule, Rules, Stand, acts, against, ruled
from cxtui.core.trying import tried
from cxtui.errors import UsageError

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def item(text: str = "where is it?", key: str = "f:1", minutes: float = 0, **more: Any) -> Item:
    at = NOW + timedelta(minutes=minutes)
    author = Author(Clean("@mai"))
    return replace(Item(key, "f", "net", "comment", "f:t", author, Clean(text), at, at), **more)


def rule(match: str, *texts: str, name: str = "", stop: bool = False) -> Rule:
    return Rule(name or match, parse(match), acts(texts), stop)


def done(rules: Rules, one: Item, stand: Stand | None = None) -> list[str]:
    """What is done, as ``rule: act``, with what is left in brackets."""
    found, _ = ruled(rules, one, stand or Stand((one,)), NOW)
    return [f"{x.rule.name}: {x.act.text}" if not x.why else f"({x.act.text})" for x in found]


WRONG: tuple[tuple[list[str], str], ...] = (
    ([], "a rule needs an act"),
    (["tagg spam"], "'tagg' is no act, did you mean 'tag'?"),
    (["canned refund"], "'canned' is no act"),
    (["claim"], "'claim' is no act"),
    (["tag"], "tag needs something behind it, for instance 'tag refund'"),
    (["untag recommends"], "taken back with: cxtui undo"),
    (["priority highest"], "'highest' is no priority"),
    (["assign two words"], "a name must be one word"),
    (["close because"], "'because' is no reason"),
    (["snooze never"], "'never' is no time"),
    (["snooze promise"], "cannot snooze until a promise"),
    (["run"], "run needs something behind it"),
    (["run ''"], "run needs a program"),
    (["run sh -c 'x"], "no closing quotation"),
    (["close spam", "snooze 2h"], "a rule can snooze or close once only"),
    (["priority low", "priority high"], "a rule can priority once only"),
    (["assign a", "assign b"], "a rule can assign once only"),
    (["run a", "run b"], "a rule can run once only"),
    (["tag a b", "-b"], "puts the tag 'b' on and takes it off"),
)


@pytest.mark.parametrize(("texts", "said"), WRONG)
def test_what_no_rule_can_do_is_said(texts: list[str], said: str) -> None:
    with pytest.raises(UsageError) as caught:
        acts(texts)
    assert said in str(caught.value)


def test_acts_are_done_in_a_fixed_order_and_a_dash_takes_tags_off() -> None:
    found = acts(["close spam", "-new", "run echo a", "tag a", "tag -old", "assign tess", "priority high"])
    assert [one.text for one in found] == [
        "tag a", "untag new", "untag old", "priority high", "assign tess", "run echo a", "close spam",
    ]  # fmt: skip
    assert [WORDS.index(one.word) for one in found] == sorted(WORDS.index(one.word) for one in found)
    assert Rule("r", parse(""), acts(["run notify-send 'two words' $HOME"])).program == (
        "notify-send", "two words", "$HOME",
    ), "quotes hold words together, and no shell looks at them"  # fmt: skip


def test_each_rule_sees_what_those_before_it_did() -> None:
    rules = Rules((
        rule("text~where", "tag lost", name="one"),
        rule("tag:lost", "priority high", "-new", name="two"),
        rule("priority:high", "assign tess", name="three"),
        rule("tag:none", "close spam", name="four"),
    ))  # fmt: skip
    assert done(rules, item()) == ["one: tag lost", "(untag new)", "two: priority high", "three: assign tess"]
    assert done(rules, item("hello")) == []
    steps = [step for one in ruled(rules, item(), Stand((item(),)), NOW)[0] for step in one.steps]
    assert steps == [
        ("tagged", {"tag": "lost"}),
        ("priority", {"level": "high"}),
        ("claimed", {"until": (NOW + timedelta(hours=1)).isoformat(), "for": "tess"}),
    ]


def test_stop_is_the_last_rule_for_what_it_fits() -> None:
    rules = Rules(
        (rule("text~where", "tag a", stop=True, name="one"), rule("kind:comment", "tag b", name="two"))
    )
    assert done(rules, item()) == ["one: tag a"]
    assert done(rules, item("hello")) == ["two: tag b"]


def test_what_is_so_already_is_left() -> None:
    rules = Rules((rule("kind:comment", "tag a b", "priority high", "assign tess", "close spam", name="r"),))
    stand = Stand((item(),), open=False, priority="high", tags=("a",), claimed_by="nok")
    assert done(rules, item(), stand) == [
        "r: tag a b", "(priority high)", "(assign tess)", "(close spam)",
    ]  # fmt: skip
    steps = [step for one in ruled(rules, item(), stand, NOW)[0] for step in one.steps]
    assert steps == [("tagged", {"tag": "b"})]


def test_a_row_is_only_taken_off_the_list_where_every_message_of_it_fits() -> None:
    rules = Rules((rule("text~unsubscribe", "close spam", "tag out", name="r"),))
    bad, asked = item("unsubscribe me"), item("where is my order?", "f:2")
    assert done(rules, bad, Stand((bad, asked))) == ["r: tag out", "(close spam)"]
    assert done(rules, bad, Stand((bad, replace(bad, id="f:2")))) == ["r: tag out", "r: close spam"]
    later = Rules((rule("text~unsubscribe", "snooze 2h", name="r"),))
    assert done(later, bad, Stand((bad, asked))) == ["(snooze 2h)"]


def test_a_snooze_until_a_day_that_is_past_is_left() -> None:
    rules = Rules((rule("kind:comment", "snooze 2026-11-01", name="r"),))
    assert done(rules, item()) == ["(snooze 2026-11-01)"]


AGAINST = (
    (["close spam"], ["close not-ours"], "close spam and close not-ours"),
    (["snooze 2h"], ["close spam"], "snooze 2h and close spam"),
    (["priority low"], ["priority high"], "priority low and priority high"),
    (["assign a"], ["assign b"], "assign a and assign b"),
    (["tag a b"], ["-b"], "tag b and untag b"),
    (["-b"], ["tag b"], "tag b and untag b"),
    (["tag a", "close spam"], ["tag b", "close spam"], None),
    (["run a"], ["run b"], None),
)


def test_acts_that_contradict_each_other_are_named() -> None:
    for one, other, said in AGAINST:
        assert against(acts(one), acts(other)) == said, (one, other)


MATCHES = (
    "kind:comment",
    "text~where",
    "tag:a",
    "-tag:a",
    "tag:b",
    "priority:high",
    "priority:low",
    "kind:mail",
)
DOES = (["tag a"], ["tag b"], ["-a"], ["priority high"], ["priority low"], ["tag a", "-b"])
listed = st.lists(st.tuples(st.sampled_from(MATCHES), st.sampled_from(DOES), st.booleans()), max_size=6)


@given(listed, st.lists(st.sampled_from(["a", "b"]), unique=True), st.sampled_from(["low", "normal", "high"]))
def test_in_any_order_they_come_to_what_a_person_doing_them_one_by_one_would(
    told: list[tuple[str, list[str], bool]], tags: list[str], level: str
) -> None:
    one = item()
    rules = Rules(tuple(
        rule(match, *texts, name=f"r{n}", stop=stop) for n, (match, texts, stop) in enumerate(told)
    ))  # fmt: skip
    found, after = ruled(rules, one, Stand((one,), tags=tuple(tags), priority=level), NOW)  # type: ignore[arg-type]
    now_tags, now_level = set(tags), level
    fits = {
        "kind:comment": lambda: True, "text~where": lambda: True, "kind:mail": lambda: False,
        "tag:a": lambda: "a" in now_tags, "-tag:a": lambda: "a" not in now_tags,
        "tag:b": lambda: "b" in now_tags,
        "priority:high": lambda: now_level == "high", "priority:low": lambda: now_level == "low",
    }  # fmt: skip
    for match, texts, stop in told:
        if not fits[match]():
            continue
        for text in texts:
            word = text.split()[-1].removeprefix("-")
            if text.startswith("priority"):
                now_level = word
            elif text.startswith("-"):
                now_tags.discard(word)
            else:
                now_tags.add(word)
        if stop:
            break
    assert (set(after.tags), after.priority) == (now_tags, now_level)
    assert len(after.tags) == len(now_tags), "no tag is put on twice"
    assert all(bool(x.steps) != bool(x.why) for x in found)


def test_trying_takes_messages_as_they_came() -> None:
    rules = Rules(
        (rule("text~unsubscribe", "close spam", name="out"), rule("kind:comment", "tag a", name="all"))
    )
    one = item("unsubscribe me")
    two = item("where is it?", "f:2", 5, seen=one.seen)
    three = item("unsubscribe me", "f:3", 9)
    old = item("unsubscribe", "f:0", -9, history=True)
    muted = item("unsubscribe", "f:4", 11, muted=True)
    found = [(x.item.id, x.rule.name, x.would) for x in tried(rules, [three, two, one, old, muted])]
    assert found == [
        ("f:1", "out", ()), ("f:1", "all", ("tag a",)), ("f:2", "all", ()), ("f:3", "out", ()),
        ("f:3", "all", ()),
    ], "what came in one poll is one row, and nothing is done twice"  # fmt: skip
    alone = [(x.item.id, x.rule.name, x.would) for x in tried(rules, [one, three])]
    assert alone == [
        ("f:1", "out", ("close spam",)), ("f:1", "all", ("tag a",)),
        ("f:3", "out", ("close spam",)), ("f:3", "all", ("tag a",)),
    ], "what comes after the row was closed begins another"  # fmt: skip
