"""WordPress: what its visitors write is heard once, and our answers stand under what they answer."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxtui.connectors import Page
from cxtui.connectors.wordpress import WordPress
from cxtui.connectors.wordpress.reading import KEEP
from cxtui.connectors.wordpress.site import is_last
from cxtui.connectors.wordpress.wire import Number, number, packed, remembered, stored, top, unpacked
from cxtui.core.feed import Secret
from cxtui.core.item import Arrival
from cxtui.errors import FeedError, Gone, Refused, Throttled, Unreachable, Unreadable
from cxtui.http import Answer, Headers
from tests.connectors.straight_wordpress import NOW, reading, straight
from tests.servers.pretended_wordpress import ME, PASSWORD, POST, SITE, USER, PretendedWordPress


@pytest.fixture
def site() -> PretendedWordPress:
    return PretendedWordPress(NOW - timedelta(minutes=10), posts={})


def poll(connector: WordPress, cursor: str = "", now: datetime = NOW) -> Page:
    return asyncio.run(connector.poll(cursor, now))


def one(page: Page) -> Arrival:
    (arrival,) = page.items
    return arrival


def natives(page: Page) -> list[str]:
    return [arrival.native for arrival in page.items]


# What is heard


def test_a_comment_becomes_what_a_customer_said(site: PretendedWordPress) -> None:
    site.posts[POST] = "Our new lamp &amp; its light"
    site.write("Where is <b>my</b> lamp &lt;3?</p>\n<p>Since Monday.", name="Mai &amp; Noy")
    heard = poll(reading(site)).items[0]
    assert (heard.native, heard.kind, heard.own) == ("1", None, None)
    assert heard.text == "Where is my lamp <3?\n\nSince Monday."
    assert (heard.author.handle, heard.author.name) == ("Mai & Noy", "Mai & Noy")
    assert (heard.thread, heard.parent) == ("1", None)
    assert heard.title == "Our new lamp & its light"
    assert heard.url == "https://blog.example/our-new-lamp/#comment-1"
    assert heard.posted == NOW - timedelta(minutes=10)
    assert not heard.pending


def test_the_same_comment_has_one_key_however_the_site_is_spelled(site: PretendedWordPress) -> None:
    site.write("Hello")
    keys = {one(poll(reading(site, url=url))).key for url in (SITE, f"{SITE}/", f"{SITE}/wp-json/wp/v2/")}
    assert keys == {"blog.example comment 1"}


def test_two_customers_without_a_name_are_two(site: PretendedWordPress) -> None:
    site.write("Mine too", name="")
    site.write("And mine", name="  ")
    assert len({arrival.author.handle for arrival in poll(reading(site)).items}) == 2


def test_a_password_in_the_address_is_not_told(site: PretendedWordPress) -> None:
    site.write("Hello", author=7)
    connector = reading(site, url="https://front:door-key@blog.example/")
    straight(connector).named = "https://front:door-key@blog.example"
    heard = one(poll(connector))
    who = asyncio.run(connector.check())
    assert "door-key" not in f"{heard} {who}"
    assert heard.author.uri == "https://blog.example/?author=7"


def test_nothing_is_asked_of_visitors_that_is_not_shown(site: PretendedWordPress) -> None:
    """Whoever moderates would be given their mail addresses and where they wrote from."""
    site.write("Hello")
    connector = reading(site)
    poll(connector)
    asked = [query["_fields"] for query in straight(connector).queries]
    assert asked
    assert not any("author_email" in fields or "author_ip" in fields for fields in asked)


WHEN = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "date",
    [
        "2026-11-22T08:30:00",
        "2026-11-22 08:30:00",
        "2026-11-22T08:30:00Z",
        "2026-11-22T15:30:00+07:00",
        "Sun, 22 Nov 2026 08:30:00 +0000",
        int(WHEN.timestamp()),
        int(WHEN.timestamp() * 1000),
    ],
)
def test_a_time_without_a_zone_is_utc_and_a_plugin_may_write_it_otherwise(
    site: PretendedWordPress, date: Any
) -> None:
    site.write("Hello")["date_gmt"] = date
    assert one(poll(reading(site))).posted == WHEN


@pytest.mark.parametrize(
    ("told", "meant"),
    [(7, 7), ("7", 7), (0, 0), (None, 0), (-7, 0), ("-7", 0), ("7.0", 0), ("", 0), ("٧", 0), ("9" * 30, 0)],
)
def test_a_number_is_one_or_none(told: Number, meant: int) -> None:
    assert number(told) == meant


@pytest.mark.parametrize("date", ["0000-00-00T00:00:00", "", "soon"])
def test_what_is_no_time_stops_nothing(site: PretendedWordPress, date: str) -> None:
    site.write("Hello")["date_gmt"] = date
    assert one(poll(reading(site))).posted is None


def test_a_comment_of_which_nearly_everything_is_missing_is_heard(site: PretendedWordPress) -> None:
    site.write("Hello")
    connector = reading(site)
    straight(connector).bend["/wp-json/wp/v2/comments"] = lambda said: [{"id": row["id"]} for row in said]
    heard = one(poll(connector))
    assert (heard.native, heard.text, heard.posted, heard.url, heard.title) == ("1", "", None, None, None)
    assert heard.author.handle == "anonymous#1"


def test_ids_may_come_as_text(site: PretendedWordPress) -> None:
    site.write("Where is it?")
    site.write("On its way.", parent=1, author=ME)
    connector = reading(site)
    names = ("id", "post", "parent", "author")
    straight(connector).bend["/wp-json/wp/v2/users/me"] = lambda me: me | {"id": str(me["id"])}
    straight(connector).bend["/wp-json/wp/v2/comments"] = lambda said: [
        row | {name: str(row[name]) for name in names if name in row} for row in said
    ]
    heard = poll(connector).items
    assert [(a.native, a.parent, a.thread, a.own) for a in heard] == [
        ("1", None, "1", None),
        ("2", "1", "1", "strong"),
    ]


@pytest.mark.parametrize("odd", [-4, "x", "", None, "٣", "9" * 30])
def test_a_comment_without_a_number_is_left_out(site: PretendedWordPress, odd: object) -> None:
    site.write("Hello")
    connector = reading(site)
    straight(connector).bend["/wp-json/wp/v2/comments"] = lambda said: [row | {"id": odd} for row in said]
    assert natives(poll(connector)) == []


def test_comments_of_one_second_are_all_heard_once(site: PretendedWordPress) -> None:
    connector = reading(site)
    cursor, heard = "", list[str]()
    for _ in range(3):
        site.write("x")
        site.write("y")
        page = poll(connector, cursor)
        cursor = page.cursor
        heard += natives(page)
    assert heard == ["1", "2", "3", "4", "5", "6"]


# What waits for a moderator, changes or goes away


def test_a_held_comment_is_heard_as_pending_and_again_when_it_is_let_through(
    site: PretendedWordPress,
) -> None:
    site.write("First")
    held = site.write("May I?", status="hold")
    site.write("Third")
    connector = reading(site)
    first = poll(connector)
    assert [(a.native, a.pending) for a in first.items] == [("1", False), ("2", True), ("3", False)]
    held["status"] = "approved"
    again = poll(connector, first.cursor)
    assert [(a.native, a.pending) for a in again.items] == [("2", False)]
    assert poll(connector, again.cursor).not_modified


def test_however_old_a_held_comment_is_its_approval_is_heard(site: PretendedWordPress) -> None:
    site.now = NOW - timedelta(days=9)
    held = site.write("May I?", status="hold")
    site.now = NOW - timedelta(minutes=9)
    for _ in range(250):
        site.write("x")
    connector = reading(site)
    first = poll(connector)
    assert "1" in natives(first)
    for _ in range(700):
        site.write("y")
    second = poll(connector, first.cursor)
    held["status"] = "approved"
    assert [(a.native, a.pending) for a in poll(connector, second.cursor).items] == [("1", False)]


@pytest.mark.parametrize("moderates", [True, False])
def test_a_comment_that_was_no_spam_after_all_is_heard_although_it_is_old(
    site: PretendedWordPress, *, moderates: bool
) -> None:
    site.moderates = moderates
    taken = site.write("Not spam", status="spam")
    site.write("Hello")
    connector = reading(site)
    first = poll(connector)
    for _ in range(240):
        site.write("x")
    second = poll(connector, first.cursor)
    assert len(second.items) == 240
    taken["status"] = "approved"
    third = poll(connector, second.cursor)
    assert natives(third) == ["1"]
    site.asked.clear()
    assert poll(connector, third.cursor).not_modified
    assert site.asked == ["GET /wp-json/wp/v2/comments"], "the list is read down only once"


def test_one_that_came_while_another_went_is_found_within_the_hour(site: PretendedWordPress) -> None:
    """The number of comments does not tell; both are older than what is read at each poll."""
    taken = site.write("Not spam", status="spam")
    site.write("Gone soon")
    for _ in range(120):
        site.write("x")
    connector = reading(site)
    first = poll(connector)
    taken["status"] = "approved"
    site.delete(2)
    soon = poll(connector, first.cursor, NOW + timedelta(minutes=59))
    assert soon.items == ()
    later = poll(connector, soon.cursor, NOW + timedelta(minutes=60))
    assert [(a.native, a.withdrawn) for a in later.items] == [("1", False), ("2", True)]


def test_an_edited_comment_is_heard_again_once(site: PretendedWordPress) -> None:
    site.write("Where is it?")
    site.write("Hello")
    connector = reading(site)
    first = poll(connector)
    site.comments[1]["raw"] = "Found it, thank you"
    second = poll(connector, first.cursor)
    assert one(second).text == "Found it, thank you"
    assert poll(connector, second.cursor).items == ()


@pytest.mark.parametrize("away", ["spam", "trash", "post-trashed", "deleted"])
def test_what_is_taken_away_is_withdrawn(site: PretendedWordPress, away: str) -> None:
    site.write("Where is it?")
    site.write("Hello")
    connector = reading(site)
    first = poll(connector)
    if away == "deleted":
        site.delete(1)
    else:
        site.comments[1]["status"] = away
    second = poll(connector, first.cursor)
    assert [(a.native, a.withdrawn) for a in second.items] == [("1", True)]
    assert poll(connector, second.cursor).not_modified


def test_a_list_that_comes_empty_by_a_fault_withdraws_nothing(site: PretendedWordPress) -> None:
    """Only what WordPress says is gone when asked for it is gone."""
    for _ in range(20):
        site.write("x")
    connector = reading(site)
    first = poll(connector)
    straight(connector).instead["/wp-json/wp/v2/comments"] = (200, {"X-WP-TotalPages": "0"}, "[]")
    during = poll(connector, first.cursor)
    assert during.items == ()
    straight(connector).instead.clear()
    after = poll(connector, during.cursor)
    assert not any(arrival.withdrawn for arrival in after.items)
    assert poll(connector, after.cursor).items == ()


def test_many_that_are_taken_away_at_once_are_looked_for_by_and_by(site: PretendedWordPress) -> None:
    for _ in range(35):
        site.write("x")
    connector = reading(site)
    cursor = poll(connector).cursor
    for native in range(1, 31):
        site.delete(native)
    gone: list[str] = []
    for _ in range(4):
        page = poll(connector, cursor)
        cursor = page.cursor
        gone += natives(page)
    assert sorted(map(int, gone)) == list(range(1, 31))


def test_many_that_waited_and_are_thrown_away_at_once_are_looked_for_by_and_by(
    site: PretendedWordPress,
) -> None:
    site.now = NOW - timedelta(days=3)
    waiting = [site.write("May I?", status="hold")["id"] for _ in range(25)]
    for _ in range(150):
        site.write("x")
    connector = reading(site)
    cursor = poll(connector).cursor
    for native in waiting:
        site.delete(native)
    gone: list[str] = []
    for _ in range(4):
        page = poll(connector, cursor)
        cursor = page.cursor
        gone += [arrival.native for arrival in page.items if arrival.withdrawn]
    assert sorted(map(int, gone)) == waiting


def test_a_password_that_is_revoked_withdraws_nothing(site: PretendedWordPress) -> None:
    """To nobody in particular WordPress shows neither what waits nor what is gone."""
    site.write("Hello")
    site.write("Bye")
    connector = reading(site)
    first = poll(connector)
    site.delete(1)
    unseen = json.dumps({"code": "rest_cannot_read", "message": "Sorry."})
    straight(connector).instead["/wp-json/wp/v2/comments/1"] = (401, {}, unseen)
    with pytest.raises(Refused):
        poll(connector, first.cursor)


def test_a_role_that_is_taken_away_withdraws_nothing(site: PretendedWordPress) -> None:
    site.write("Hello")
    held = site.write("May I?", status="hold")
    first = poll(reading(site))
    site.moderates = site.writes = False
    connector = reading(site)
    second = poll(connector, first.cursor)
    assert second.items == ()
    held["status"] = "approved"
    assert [(a.native, a.pending) for a in poll(connector, second.cursor).items] == [("2", False)]


@dataclass(frozen=True)
class Act:
    """Something that happens between two polls: ``pick`` chooses a comment that is there."""

    kind: str
    count: int
    pick: int


KINDS = st.sampled_from(["approved", "hold", "spam", "approve", "throw", "restore", "edit", "delete"])
ACTS = st.lists(st.builds(Act, KINDS, st.integers(1, 130), st.integers(0, 10**6)), max_size=4)


def happen(site: PretendedWordPress, act: Act) -> None:
    if act.kind in ("approved", "hold", "spam"):
        for _ in range(min(act.count, KEEP - len(site.comments))):  # of older ones not all is noticed
            site.write(f"text {act.pick}", status=act.kind)
        return
    if not site.comments:
        return
    chosen = sorted(site.comments)[act.pick % len(site.comments)]
    found = site.comments[chosen]
    match act.kind:
        case "approve" | "restore":
            found["status"] = "approved"
        case "throw":
            found["status"] = "trash"
        case "edit":
            found["raw"] += "!"
        case _:
            site.delete(chosen)


@given(st.lists(ACTS, max_size=4), st.booleans())
@settings(deadline=None, max_examples=100)
def test_what_stands_there_has_been_heard_and_what_is_gone_has_not_stayed(
    polls: list[list[Act]],
    moderates: bool,  # noqa: FBT001 - hypothesis gives arguments in their order
) -> None:
    """Whatever comes, goes, waits and comes back between two polls, and in whatever order."""
    site = PretendedWordPress(NOW, posts={}, moderates=moderates)
    connector = reading(site)
    cursor, heard = "", dict[str, bool]()
    times = [NOW + n * timedelta(minutes=25) for n in range(len(polls))]
    for acts, now in [*zip(polls, times, strict=True), ([], NOW + timedelta(hours=8))]:
        for act in acts:
            happen(site, act)
        while True:  # what was taken away is looked for in portions
            page = poll(connector, cursor, now)
            assert page.gap is None
            cursor = page.cursor
            heard |= {arrival.native: not arrival.withdrawn for arrival in page.items}
            if not any(arrival.withdrawn for arrival in page.items):
                break
    seen = ("approved", "hold") if moderates else ("approved",)
    stands = {str(native) for native, row in site.comments.items() if row["status"] in seen}
    assert {native for native, there in heard.items() if there} == stands
    assert poll(connector, cursor, NOW + timedelta(hours=9)).not_modified


def test_history_is_not_fetched_further_than_it_is_wanted(site: PretendedWordPress) -> None:
    site.now = NOW - timedelta(days=3)
    for _ in range(450):
        site.write("old")
    site.now = NOW
    site.write("new")
    connector = reading(site)
    assert len(poll(connector).items) == 100
    assert site.asked.count("GET /wp-json/wp/v2/comments") == 3, "the newest, those that wait, their title"


def test_more_than_is_ever_read_is_told_as_a_gap(site: PretendedWordPress) -> None:
    site.write("x")
    connector = reading(site)
    first = poll(connector)
    for _ in range(1_100):
        site.write("x")
    second = poll(connector, first.cursor)
    assert second.gap == "more than 1000 comments at once; some may be missing"
    assert poll(connector, second.cursor).gap is None


def test_many_that_were_all_heard_leave_no_gap_when_the_hour_is_over(site: PretendedWordPress) -> None:
    for _ in range(500):
        site.write("x")
    connector = reading(site)
    first = poll(connector)
    for _ in range(700):
        site.write("x")
    second = poll(connector, first.cursor, NOW + timedelta(hours=2))
    assert (len(second.items), second.gap) == (700, None)
    third = poll(connector, second.cursor, NOW + timedelta(hours=4))
    assert third.items == (), "older than what is remembered is not told anew"


def test_pages_are_told_by_whichever_sign_comes_through(site: PretendedWordPress) -> None:
    """A proxy may drop what it does not know."""
    for _ in range(250):
        site.write("x")
    site.counted = False
    connector = reading(site)
    first = poll(connector)
    assert len(first.items) == 250
    site.write("y")
    assert natives(poll(connector, first.cursor)) == ["251"]


def test_a_page_with_hidden_comments_is_not_the_last() -> None:
    """WordPress counts what it does not show, so that a page may be short."""
    link = {b"link": b'<https://blog.example/wp-json/wp/v2/comments?page=2>; rel="next"'}
    assert not is_last(Answer(200, Headers(link.items()), b"[]", SITE), 1, 3)
    assert is_last(Answer(200, Headers(), b"[]", SITE), 1, 3)
    assert not is_last(Answer(200, Headers(), b"[]", SITE), 1, 100)


def test_the_cursor_stays_short_on_a_busy_site(site: PretendedWordPress) -> None:
    connector = reading(site)
    cursor = ""
    for _ in range(12):
        for _ in range(90):
            site.write("x")
            site.skip(2)
        cursor = poll(connector, cursor).cursor
    assert len(cursor) < 12_000
    assert len(unpacked(remembered(cursor).seen, 10_000)) == 500


@given(st.sets(st.integers(1, 80)), st.integers(1, 100))
def test_ids_survive_packing(ids: set[int], most: int) -> None:
    assert unpacked(packed(ids), most) == set(sorted(ids)[-most:])


def test_a_cursor_of_somebody_else_takes_no_memory() -> None:
    assert len(unpacked([(0, 10**15)], 500)) == 500


# Whose it is, what it answers, what it is about


def test_an_account_proves_that_it_was_us_and_a_name_does_not(site: PretendedWordPress) -> None:
    site.write("Where is it?")
    site.write("On its way.", author=ME, name="LampCo Support", parent=1)
    site.write("Send me money", name="LampCo Support", parent=1)
    heard = poll(reading(site)).items
    assert [(a.own, a.parent, a.kind) for a in heard] == [
        (None, None, None),
        ("strong", "1", "reply"),
        (None, "1", "reply"),
    ]


def test_other_accounts_and_names_of_ours_count(site: PretendedWordPress) -> None:
    site.write("one", author=7, name="Noi")
    site.write("two", author=8, name="Kham")
    site.write("three", name="LampCo")
    site.write("four", author=9, name="LampCo")
    connector = reading(site, own=("7", "desk@shop.example", "LampCo"))
    mails = {2: "Desk@shop.example", 3: "desk@shop.example"}
    straight(connector).bend["/wp-json/wp/v2/comments"] = lambda said: [
        row | {"author_email": mails.get(row["id"], "")} for row in said
    ]
    assert [a.own for a in poll(connector).items] == ["strong", "strong", "weak", "weak"]


def test_a_comment_of_ours_that_answers_nothing_is_a_post(site: PretendedWordPress) -> None:
    site.write("We close at noon today.", author=ME)
    heard = one(poll(reading(site)))
    assert (heard.kind, heard.own, heard.parent) == ("post", "strong", None)


def test_answers_join_the_conversation_that_they_hang_on(site: PretendedWordPress) -> None:
    site.now = NOW - timedelta(days=3)
    site.write("Where is it?")
    site.write("On its way.", author=ME, parent=1)
    for _ in range(120):
        site.write("x")
    site.now = NOW
    connector = reading(site)
    first = poll(connector)
    site.write("Still not here!", parent=2)
    heard = one(poll(connector, first.cursor))
    assert (heard.parent, heard.thread) == ("2", "1")


def test_what_hangs_on_nothing_begins_a_conversation_under_that_id(site: PretendedWordPress) -> None:
    """WordPress takes any number for the comment that is answered."""
    site.write("Hello?", parent=9999)
    heard = one(poll(reading(site)))
    assert (heard.parent, heard.thread) == ("9999", "9999")


@given(st.dictionaries(st.integers(1, 6), st.integers(0, 6)), st.integers(1, 6))
def test_a_conversation_has_one_beginning_even_in_a_circle(parents: dict[int, int], native: int) -> None:
    root = top(parents, native)
    assert top(parents, root) == root
    above = parents.get(native)
    assert not above or top(parents, above) == root


def test_the_title_of_a_post_is_asked_for_once(site: PretendedWordPress) -> None:
    site.posts[POST] = "Our new lamp"
    connector = reading(site)
    site.write("Hello")
    first = poll(connector)
    site.write("Hello again")
    second = poll(connector, first.cursor)
    assert [a.title for a in (*first.items, *second.items) if a.kind is None] == ["Our new lamp"] * 2
    assert sum("_embed" in query for query in straight(connector).queries) == 1


def test_our_posts_are_told_once_and_not_asked_for_at_each_poll(site: PretendedWordPress) -> None:
    site.posts = {4: "Our new lamp &amp; its light"}
    connector = reading(site)
    first = poll(connector)
    told = one(first)
    assert (told.native, told.kind, told.own, told.parent) == ("post-4", "post", "strong", None)
    assert (told.title, told.text) == ("Our new lamp & its light", "About 4")
    assert told.url == "https://blog.example/our-new-lamp/"
    site.posts[5] = "Another"
    soon = poll(connector, first.cursor)
    assert soon.items == ()
    later = poll(connector, soon.cursor, NOW + timedelta(minutes=16))
    assert natives(later) == ["post-5"]
    assert [a.native for a in asyncio.run(connector.thread("post-5", "post-5"))] == ["post-5"]


def test_our_posts_are_not_told_again_after_a_fault(site: PretendedWordPress) -> None:
    site.posts = {4: "Our new lamp"}
    connector = reading(site)
    first = poll(connector)
    missing = json.dumps({"code": "rest_no_route", "message": "No route was found."})
    straight(connector).instead["/wp-json/wp/v2/posts"] = (404, {}, missing)
    second = poll(connector, first.cursor, NOW + timedelta(hours=1))
    straight(connector).instead.clear()
    assert poll(connector, second.cursor, NOW + timedelta(hours=2)).items == ()


def test_a_clock_that_is_set_back_stops_nothing(site: PretendedWordPress) -> None:
    taken = site.write("Not spam", status="spam")
    site.write("Gone soon")
    for _ in range(120):
        site.write("x")
    connector = reading(site)
    first = poll(connector, now=NOW + timedelta(hours=5))
    site.posts[5] = "Another"
    taken["status"] = "approved"
    site.delete(2)
    assert {"1", "2", "post-5"} <= set(natives(poll(connector, first.cursor, NOW)))


def test_a_site_that_shows_no_posts_still_shows_its_comments(site: PretendedWordPress) -> None:
    site.write("Hello")
    connector = reading(site)
    missing = json.dumps({"code": "rest_no_route", "message": "No route was found."})
    straight(connector).instead["/wp-json/wp/v2/posts"] = (404, {}, missing)
    assert natives(poll(connector)) == ["1"]


def test_a_thread_is_the_question_and_all_that_hangs_on_it(site: PretendedWordPress) -> None:
    site.write("Where is it?")
    site.write("Other")
    site.write("On its way.", author=ME, parent=1)
    site.write("It is not!", parent=3)
    site.write("Buy pills", parent=1, status="spam")
    site.write("Me too", parent=1, status="hold")
    heard = asyncio.run(reading(site).thread("4", "1"))
    assert [(a.native, a.thread, a.withdrawn, a.pending) for a in heard] == [
        ("1", "1", False, False),
        ("3", "1", False, False),
        ("4", "1", False, False),
        ("5", "1", True, False),
        ("6", "1", False, True),
    ]


def test_a_thread_of_hundreds_is_read_to_its_end(site: PretendedWordPress) -> None:
    site.write("Where is it?")
    for _ in range(230):
        site.write("Mine too", parent=1)
    assert len(asyncio.run(reading(site).thread("1", "1"))) == 231


def test_what_was_not_asked_for_joins_no_thread(site: PretendedWordPress) -> None:
    """Something between may drop what stands behind the question mark."""
    site.write("Where is it?")
    site.write("On its way.", author=ME, parent=1)
    site.write("Other")
    connector = reading(site)
    poll(connector)
    everything = [{"id": one, "parent": 1 if one == 2 else 0} for one in (0, 1, 2, 3)]
    straight(connector).bend["/wp-json/wp/v2/comments"] = lambda _: everything
    assert [a.native for a in asyncio.run(connector.thread("1", "1"))] == ["1", "2"]


def test_a_site_that_always_has_another_page_comes_to_an_end(site: PretendedWordPress) -> None:
    site.write("Where is it?")
    connector = reading(site)
    more = {"X-WP-TotalPages": "99999"}
    straight(connector).instead["/wp-json/wp/v2/comments"] = (200, more, '[{"id": 1, "post": 0}]')
    assert poll(connector).gap
    assert [a.native for a in asyncio.run(connector.thread("1", "1"))] == ["1"]


@pytest.mark.parametrize("native", ["999", "x", "", "9" * 30, "post-999"])
def test_a_thread_that_is_not_there_is_empty(site: PretendedWordPress, native: str) -> None:
    assert asyncio.run(reading(site).thread(native, native)) == ()


def test_who_may_not_moderate_hears_what_is_shown(site: PretendedWordPress) -> None:
    site.moderates = site.writes = False
    site.write("Hello")
    site.write("May I?", status="hold")
    connector = reading(site)
    assert natives(poll(connector)) == ["1"]
    assert [a.native for a in asyncio.run(connector.thread("1", "1"))] == ["1"]
    assert not any(query.get("context") == "edit" for query in straight(connector).queries[1:])


# Who we are, and what goes wrong


def test_sign_in_is_checked_by_asking_who_we_are(site: PretendedWordPress) -> None:
    connector = reading(site)
    who = asyncio.run(connector.check())
    assert who.handle == USER
    assert who.words == "LampCo Support on blog.example, may moderate comments"
    site.moderates = False
    who = asyncio.run(connector.check())
    assert "comments which wait for a moderator are not shown" in who.words


def failed(connector: WordPress) -> FeedError:
    with pytest.raises(FeedError) as error:
        asyncio.run(connector.check())
    return error.value


def test_a_wrong_password_is_refused_and_asked_for_anew(site: PretendedWordPress) -> None:
    kept = ["wrong", PASSWORD]
    connector = reading(site, token=Secret(lambda: kept.pop(0)))
    refused = failed(connector)
    assert isinstance(refused, Refused)
    assert "application password of desk" in str(refused)
    assert asyncio.run(connector.check()).handle == USER


def test_a_password_that_is_revoked_later_is_refused(site: PretendedWordPress) -> None:
    site.write("Hello")
    connector = reading(site)
    first = poll(connector)
    revoked = json.dumps({"code": "rest_forbidden_context", "message": "Sorry."})
    straight(connector).instead["/wp-json/wp/v2/comments"] = (401, {}, revoked)
    with pytest.raises(Refused, match="application password"):
        poll(connector, first.cursor)


def test_a_role_that_is_taken_away_is_noticed(site: PretendedWordPress) -> None:
    site.write("Hello")
    connector = reading(site)
    first = poll(connector)
    site.moderates = False
    with pytest.raises(Refused, match="does not let desk in"):
        poll(connector, first.cursor)
    assert poll(connector, first.cursor).items == ()


def test_without_fine_addresses_the_interface_is_found_all_the_same(site: PretendedWordPress) -> None:
    site.plain = True
    site.write("Hello")
    assert natives(poll(reading(site))) == ["1"]


def test_where_the_interface_is_not_named_it_is_tried(site: PretendedWordPress) -> None:
    site.plain, site.named = True, False
    site.write("Hello")
    assert natives(poll(reading(site))) == ["1"]


def test_an_interface_on_another_site_is_named(site: PretendedWordPress) -> None:
    site.plain, site.site = True, "https://cms.example"
    assert str(failed(reading(site))) == (
        "the REST interface of blog.example is at cms.example; set url to the address of that site"
    )


def test_a_closed_interface_is_said_to_be_closed(site: PretendedWordPress) -> None:
    connector = reading(site)
    closed = json.dumps({"code": "rest_no_route", "message": "No route was found."})
    straight(connector).instead["/wp-json/wp/v2/users/me"] = (404, {}, closed)
    wrong = failed(connector)
    assert isinstance(wrong, Unreachable)
    assert "no plugin closes its REST interface" in str(wrong)


@pytest.mark.parametrize("there", ["https://www.blog.example", "http://blog.example"])
def test_a_site_that_moved_is_told_as_that_and_not_as_a_wrong_password(
    site: PretendedWordPress, there: str
) -> None:
    connector = reading(site, token=Secret(lambda: "not sent there"))
    straight(connector).redirected = f"{there}/wp-json/wp/v2/users/me"
    assert f'set url = "{there}"' in str(failed(connector))


@pytest.mark.parametrize("me", [{}, {"id": 0}, {"id": "x"}, {"id": None}, [], "<p>Hello"])
def test_who_we_are_must_be_said(site: PretendedWordPress, me: object) -> None:
    connector = reading(site)
    straight(connector).bend["/wp-json/wp/v2/users/me"] = lambda _: me
    assert isinstance(failed(connector), Unreadable)


@pytest.mark.parametrize("capabilities", [None, [], {}, {"moderate_comments": False}])
def test_who_is_not_said_to_moderate_does_not(site: PretendedWordPress, capabilities: object) -> None:
    site.write("Hello", status="hold")
    connector = reading(site)
    straight(connector).bend["/wp-json/wp/v2/users/me"] = lambda me: me | {"capabilities": capabilities}
    assert poll(connector).items == ()


def test_without_a_password_the_feed_says_so_and_not_that_nothing_was_said(site: PretendedWordPress) -> None:
    site.write("Hello")
    with pytest.raises(Refused, match="application password"):
        poll(reading(site, token=None))


ANSWERS: dict[str, tuple[int, dict[str, str], str, type[FeedError]]] = {
    "a guard before the site": (403, {}, "<h1>Blocked</h1>", Refused),
    "too often": (429, {"Retry-After": "30"}, "", Throttled),
    "too often, said as forbidden": (403, {"Retry-After": "30"}, "<h1>Slow</h1>", Throttled),
    "under repair": (503, {"Retry-After": "600"}, "Briefly unavailable", Throttled),
    "no database": (500, {}, "Error establishing a database connection", Unreachable),
    "a fault as data": (500, {}, '{"code": "internal_server_error", "message": "<p>Oh</p>"}', Unreachable),
    "gone": (410, {}, "", Gone),
    "a warning before the data": (200, {}, "<br />\n<b>Warning</b>: x in y\n[]", Unreadable),
    "a parameter it does not know": (
        400, {}, '{"code": "rest_invalid_param", "message": "Invalid parameter(s): orderby"}', Unreachable,
    ),
}  # fmt: skip


@pytest.mark.parametrize("bad", ANSWERS)
def test_a_bad_list_is_an_error_with_a_sentence(site: PretendedWordPress, bad: str) -> None:
    status, headers, body, kind = ANSWERS[bad]
    connector = reading(site)
    straight(connector).instead["/wp-json/wp/v2/comments"] = (status, headers, body)
    with pytest.raises(kind) as error:
        poll(connector)
    assert "blog.example" in str(error.value)
    if "Retry-After" in headers:
        wait = timedelta(seconds=int(headers["Retry-After"]))
        assert cast("Throttled", error.value).until == NOW + wait


def test_a_plain_text_is_stored_so_that_it_is_known_again() -> None:
    assert stored(" a < b & C:\\x 'q' ") == "a &lt; b &amp; C:&#092;x 'q'"
