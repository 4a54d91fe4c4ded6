"""The filter language: what words mean, and what is said of those that mean nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtui.core.filters import FIELDS, Filter, FilterError, Sight, parse
from cxtui.core.filters.tree import says
from cxtui.core.inbox import Row
from cxtui.core.interval import Interval, Said
from cxtui.core.item import Attachment, Author, Clean, Item
from cxtui.core.search import form

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)  # a Sunday
ZONE = ZoneInfo("Asia/Vientiane")
HOUR = timedelta(hours=1)


def item(text: str = "Where is my lamp?", handle: str = "@mai", **more: Any) -> Item:
    author = Author(Clean(handle), Clean("Mai Vongsa"), 1500)
    at = NOW - HOUR
    made = Item("comments:1", "comments", "mastodon", "comment", "comments:1", author, Clean(text), at, at)
    return replace(made, **more)


def row(opener: Item | None = None, /, **more: Any) -> Row:
    opener = opener or item()
    start = opener.posted
    made = Interval(
        opener.id, opener.id, first=True, items=(opener.id,), opener=opener, start=start, seen=start,
        latest=start, thanks=False, policy="default", calendar="24/7", due=start + HOUR * 2, target=HOUR * 2,
        update=HOUR * 4,
    )  # fmt: skip
    return Row(replace(made, **more), "abcd")


LATE: dict[str, Any] = {"due": NOW - timedelta(minutes=1)}
HELD: dict[str, Any] = {"contacted": NOW - HOUR, "replies": (Said(NOW - HOUR, "holding", "cxtui", "nok"),)}
DONE: dict[str, Any] = {"answered": NOW, "answered_by": "nok", "answer_kind": "answer", "origin": "elsewhere"}
CASES: tuple[tuple[str, Row, bool], ...] = (
    ("is:late", row(**LATE), True),
    ("is:late", row(due=NOW), False),
    ("is:late", row(**LATE, thanks=True), False),
    ("is:late", row(**LATE, probably=NOW), False),
    ("is:soon", row(due=NOW + timedelta(minutes=20)), True),
    ("is:soon", row(due=NOW + HOUR), False),
    ("is:soon", row(**LATE), False),
    ("is:open", row(**HELD), True),
    ("is:open", row(**DONE), False),
    ("is:waiting", row(), True),
    ("is:waiting", row(**HELD), False),
    ("is:held", row(**HELD), True),
    ("is:held", row(**HELD, snoozed_at=NOW - HOUR), False),
    ("is:snoozed", row(**HELD, snoozed_at=NOW - HOUR), True),
    ("is:snoozed", row(snoozed_at=NOW - HOUR, snoozed_until=NOW), False),
    ("is:answered", row(**DONE), True),
    ("is:closed", row(closed=NOW, closed_reason="spam"), True),
    ("is:history", row(history=True), True),
    ("is:open", row(history=True), False),
    ("is:new", row(), True),
    ("is:again", row(first=False), True),
    ("is:claimed", row(claimed_by="mai"), True),
    ("is:claimed", row(claimed_by="mai", claimed_until=NOW), False),
    ("is:mine", row(claimed_by="nok"), True),
    ("is:mine", row(claimed_by="mai"), False),
    ("for:me", row(claimed_by="nok", claimed_until=NOW + HOUR), True),
    ("for:@Mai", row(claimed_by="mai"), True),
    ("by:me", row(**HELD), True),
    ("by:mai", row(**DONE), False),
    ("by:rule", row(closed=NOW, closed_by="rule spam"), True),
    ("by:rule", row(closed=NOW, closed_by="nok"), False),
    ("by:rule", row(**DONE), False),
    ('by:"rule spam"', row(closed=NOW, closed_by="rule spam"), True),
    ('by:"rule spam"', row(closed=NOW, closed_by="rule spammers"), False),
    ("by:me", row(closed=NOW, closed_by="nok"), True),
    ("clock:update", row(**HELD), True),
    ("clock:first_response", row(), True),
    ("clock:next_response", row(first=False), True),
    ("clock:thanks", row(thanks=True), True),
    ("due:<30m", row(**LATE), True),
    ("due:<30m", row(due=NOW + timedelta(minutes=30)), False),
    ("due:30m", row(due=NOW + timedelta(minutes=30)), True),
    ("due:>1h", row(due=NOW + HOUR * 2), True),
    ("due:0..1h", row(**LATE), False),
    ("due:<-30m", row(due=NOW - HOUR), True),
    ("due:<1h", row(thanks=True, due=NOW), True),
    ("due:<1h", row(**LATE, probably=NOW), False),
    ("due:<1h", row(**LATE, **DONE), False),
    ("due:today", row(due=NOW + HOUR * 7), True),
    ("due:today", row(due=NOW + HOUR * 8), False),
    ("due:<2026-11-23", row(due=NOW + HOUR * 7), True),
    ("due:tomorrow", row(due=NOW + HOUR * 8), True),
    ("waited:>30m", row(), True),
    ("waited:1h", row(), True),
    ("waited:>1h", row(), False),
    ("waited:<2h", row(**{**DONE, "answered": NOW + HOUR * 2}), False),
    ("waited:>=3h", row(**{**DONE, "answered": NOW + HOUR * 2}), True),
    ("since:-2h", row(), True),
    ("since:30m", row(), False),
    ("since:today", row(), True),
    ("since:2026-11-22", row(item(posted=datetime(2026, 11, 21, 17, tzinfo=UTC))), True),
    ("since:2026-11-22", row(item(posted=datetime(2026, 11, 21, 16, 59, tzinfo=UTC))), False),
    ("until:2026-11-21", row(item(posted=datetime(2026, 11, 21, 16, 59, tzinfo=UTC))), True),
    ("until:2026-11-21", row(item(posted=datetime(2026, 11, 21, 17, tzinfo=UTC))), False),
    ("since:mon", row(item(posted=datetime(2026, 11, 16, tzinfo=UTC))), True),
    ("since:mon", row(item(posted=datetime(2026, 11, 15, tzinfo=UTC))), False),
    ("posted:2026-11", row(), True),
    ("posted:2026-10", row(), False),
    ("posted:>2026-11-21", row(), True),
    ("posted:2026-11-20..2026-11-21", row(), False),
    ('posted:"2026-11-22 15:00"', row(), True),
    ("net:MASTODON", row(), True),
    ("net:feed,mastodon", row(), True),
    ("feed:comment", row(), False),
    ("feed~comment", row(), True),
    ("kind:comment", row(), True),
    ("stars:<=2", row(item(stars=2)), True),
    ("stars:<=2", row(item(stars=4, scale=10)), True),
    ("stars:<=2", row(), False),
    ("-stars:<=2", row(), True),
    ("stars:2..3", row(item(stars=3)), True),
    ("score:>6", row(item(score=7)), True),
    ("followers:>=1.5k", row(), True),
    ("count:1", row(), True),
    ("tag:VIP", row(tags=("vip",)), True),
    ("tag:vi", row(tags=("vip",)), False),
    ("tag~vi", row(tags=("vip",)), True),
    ("-tag:vip", row(tags=("vip", "b2b")), False),
    ("has:tag", row(), False),
    ("has:attachment", row(item(attachments=(Attachment("a.png"),))), True),
    ("has:question", row(), True),
    ("has:question", row(item("lamp ؟")), True),
    ("has:question", row(item(tone="praise", tone_by="operator")), False),
    ("has:note", row(notes=1), True),
    ("has:promise", row(promised=NOW), True),
    ("has:draft", row(), False),
    ("from:@MAI", row(), True),
    ("from:@ma", row(), False),
    ("from:@mai", row(item(handle="mai@shop.example")), True),
    ("from:vong", row(), True),
    ("lang:lo", row(item(lang="lo-LA")), True),
    ("lang:none", row(), True),
    ("tone:none", row(item(tone="praise")), False),
    ("text~LAMP", row(), True),
    ('text~"my  lamp"', row(), True),
    ("text~vongsa", row(), False),
    ("vongsa", row(), True),
    ("title~invoice", row(item(title=Clean("Invoice 12"))), True),
    ("has:title invoice", row(item(title=Clean("Invoice 12"))), True),
    ("@mai", row(item(handle="mai")), True),
    ("comments", row(), True),
    ("ｌａｍｐ", row(), True),
    ("ນ\u0ecd\u0ec9\u0eb2", row(item("ນ\u0ec9\u0eb3")), True),
    ("STRASSE", row(item("Straße")), True),
    ("أين", row(item("أين طلبي")), True),
    ("lamp -where", row(), False),
    ("zebra | lamp", row(), True),
    ("(zebra OR lamp) is:late", row(**LATE), True),
    ("-(zebra | lamp)", row(), False),
    ("--lamp", row(), True),
    ("priority:>=high", row(priority="urgent"), True),
    ("priority:>=high", row(), False),
    ("policy:default", row(), True),
    ("reason:spam", row(closed=NOW, closed_reason="spam"), True),
    ("origin:elsewhere", row(**DONE), True),
    ("visibility:direct", row(item(visibility="direct")), True),
    ("id:abcd", row(), True),
    ("id:comments:1", row(), True),
    ("network:mastodon state:open", row(), True),
    ("http://x.example 12:30 a=b", row(item("see http://x.example at 12:30 a=b")), True),
    ("", row(), True),
)  # fmt: skip


def test_every_word_means_what_the_help_says() -> None:
    wrong = [
        (text, holds) for text, one, holds in CASES if parse(text).holds(one, NOW, ZONE, "nok") is not holds
    ]
    assert wrong == []
    tried = {word.name for text, _, _ in CASES for word in parse(text).words}
    assert set(FIELDS) <= tried


WRONG = (
    ("is:lat", "is:>lat<", "did you mean late?"),
    ("lamp kin:review", "lamp >kin<:review", "did you mean kind:?"),
    ("kind:review,mial", "kind:review,>mial<", "did you mean mail?"),
    ("order:4512", ">order<:4512", "quote it"),
    ("stars:many", "stars:>many<", "a number"),
    ("due:soon", "due:>soon<", "<30m"),
    ("since:2026-13-01", "since:>2026-13-01<", "2026-11-01"),
    ("since:>2w", "since:>>2w<", "-2w"),
    ("net~x", ">net~x<", "net:"),
    ("is:", ">is:<", "late"),
    ("(lamp", ">(<lamp", "not closed"),
    ("(lamp) )", "(lamp) >)<", "closes nothing"),
    ("lamp |", "lamp >|<", "both sides"),
    ("OR lamp", ">OR< lamp", "both sides"),
    ("lamp -| x", "lamp >-<| x", "needs a word"),
    ("priority:>=hgih", "priority:>>=hgih<", "did you mean high?"),
    ('"ນ້ຳ" is:lat', '"ນ້ຳ" is:>lat<', "late"),
)


def test_what_cannot_be_read_is_pointed_at_with_the_nearest_word() -> None:
    for text, pointed, said in WRONG:
        with pytest.raises(FilterError) as caught:
            parse(text)
        start, end = caught.value.at
        assert f"{text[:start]}>{text[start:end]}<{text[end:]}" == pointed, text
        assert said in str(caught.value), text
        assert caught.value.exit_code == 2


@given(st.text(st.one_of(st.sampled_from('is:late -()|"~<>=,.\\ kind'), st.characters()), max_size=30))
def test_any_text_is_a_filter_or_an_error_with_a_place_in_it(text: str) -> None:
    try:
        found = parse(text)
    except FilterError as error:
        start, end = error.at
        assert 0 <= start < end <= len(text)
    else:
        assert found.holds(row(), NOW, ZONE) in (True, False)


def test_a_filter_knows_what_can_be_decided_when_an_item_arrives() -> None:
    early = parse("kind:comment tag:vip priority:>=high has:question from:@mai -text~zebra is:pending | lamp")
    assert early.early
    assert early.fits(item(), "high", ("vip",))
    assert not parse("tag:vip").fits(item())
    for text in ("is:late", "due:<1h", "lamp by:nok", "has:note", "since:-2w", "policy:x"):
        late = parse(text)
        assert not late.early, text
        with pytest.raises(ValueError, match="cannot be decided"):
            late.fits(item())


def test_a_filter_knows_whether_time_alone_changes_its_answer() -> None:
    for text in (
        "is:late",
        "due:<1h",
        "waited:>1h",
        "since:-1h",
        "is:mine",
        "has:draft",
        "lamp | is:snoozed",
    ):
        assert parse(text).timed, text
    for text in ("lamp", "is:open", "kind:review", "is:answered", "tag:vip"):
        assert not parse(text).timed, text


def test_drafts_are_told_by_whoever_looks() -> None:
    sight = Sight(NOW, ZONE, "nok", frozenset({"comments:1"}))
    assert parse("has:draft").test(sight)(row())
    assert parse("has:draft").keep(sight)(row().interval)


def test_two_filters_together_ask_for_both() -> None:
    both = parse("zebra | lamp").also(parse("-is:late"))
    assert both.holds(row(), NOW, ZONE)
    assert not both.holds(row(**LATE), NOW, ZONE)
    assert parse(both.text) == both
    assert parse("").also(parse("lamp")) == parse("lamp") == parse("lamp").also(parse(""))
    assert isinstance(both, Filter)


@given(st.integers(-(10**9), 10**9), st.sampled_from("smhdw"))
def test_no_length_of_time_is_too_long(count: int, unit: str) -> None:
    for field in ("due:<", "waited:>", "since:"):
        try:
            found = parse(f"{field}{count}{unit}")
        except FilterError:
            continue
        assert found.holds(row(), NOW, ZONE) in (True, False)


@given(
    st.text(st.sampled_from("aAbB \t\x1f\0éß"), max_size=8),
    st.text(st.sampled_from("abB é\0"), min_size=1, max_size=3),
)
def test_the_short_way_of_looking_for_a_part_finds_the_same(text: str, part: str) -> None:
    assert says(text, form(part)) is (form(part) in form(text))
