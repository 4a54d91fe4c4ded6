"""Isso: what its customers write is heard once, and our answers stand under what they answer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxtui.connectors import Deleting, Draft, Page
from cxtui.connectors.isso import Isso as Connector
from cxtui.connectors.isso import connect
from cxtui.connectors.isso.wire import mark_of, packed, unpacked
from cxtui.core.feed import Feed
from cxtui.core.item import Arrival
from cxtui.errors import Rejected, Throttled, Unreachable
from cxtui.http import Answer, Client, Headers
from cxtui.http.answer import judge
from tests.servers.isso import Isso, program
from tests.servers.pretended_isso import PAGE, SITE, PretendedIsso

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
NAME, ADDRESS = "LampCo Support", "desk@shop.example"


class Straight:
    """A client that asks a pretended Isso without a network."""

    def __init__(self, isso: PretendedIsso) -> None:
        self.isso = isso
        self.clock: Callable[[], datetime] = lambda: NOW
        self.etag: str | None = None
        self.sent: list[Mapping[str, str]] = []

    async def request(
        self, method: str, url: str, *, params: Mapping[str, Any], also: Sequence[int] = (), json: Any = None,
        headers: Mapping[str, str] | None = None, accept: str = "",
    ) -> Answer:  # fmt: skip
        assert accept == "application/json"
        path = url.removeprefix("https://comments.example/isso")
        query = {key: str(value) for key, value in params.items()}
        self.sent.append(headers or {})
        names = {"Access-Control-Allow-Origin": SITE} | ({"ETag": self.etag} if self.etag else {})
        found = Headers([(name.encode(), value.encode()) for name, value in names.items()])
        if self.etag and (headers or {}).get("If-None-Match") == self.etag:
            return Answer(304, found, b"", url)
        status, said = self.isso.respond(method, path, query, encoded(json))
        judge(status, found, "comments.example", also, NOW)
        return Answer(status, found, said.encode() if isinstance(said, str) else encoded(said), url)


def encoded(value: Any) -> bytes:
    return json.dumps(value).encode()


def reading(isso: PretendedIsso, **facts: Any) -> Connector:
    facts = {"user": NAME, "email": ADDRESS, **facts}
    feed = Feed("page", "isso", "https://comments.example/isso/", **facts)
    return connect(feed, cast("Client", Straight(isso)))


@pytest.fixture
def isso() -> PretendedIsso:
    return PretendedIsso(NOW.timestamp() - 600)


def poll(connector: Connector, cursor: str = "") -> Page:
    return asyncio.run(connector.poll(cursor, NOW))


def one(page: Page) -> Arrival:
    (arrival,) = page.items
    return arrival


# What is heard


def test_a_comment_becomes_what_a_customer_said(isso: PretendedIsso) -> None:
    isso.write(
        "Where is &lt;b&gt;my&lt;/b&gt; <em>lamp</em>?<br>\nSince Monday.", author="Mai &amp; Noy &lt;x&gt;"
    )
    isso.comments[0]["website"] = "https://mai.example/?a=1&amp;b=2"
    heard = one(poll(reading(isso)))
    assert heard.native == "1"
    assert heard.text == "Where is <b>my</b> lamp?\nSince Monday."
    assert (heard.author.handle, heard.author.name) == ("Mai & Noy <x>", "Mai & Noy <x>")
    assert heard.author.uri == "https://mai.example/?a=1&b=2"
    assert (heard.thread, heard.parent) == (PAGE, None)
    assert heard.url == "https://shop.example/lamps/#isso-1"
    assert heard.posted == datetime.fromtimestamp(NOW.timestamp() - 600 + 1 / 1024, UTC)
    assert heard.own is None


def test_two_customers_without_a_name_are_two(isso: PretendedIsso) -> None:
    isso.write("Mine too", author=None)
    isso.write("And mine", author="  ")
    assert len({arrival.author.handle for arrival in poll(reading(isso)).items}) == 2


@pytest.mark.parametrize("page", ["custom-id", ""])
def test_a_thread_that_is_no_page_has_no_address(isso: PretendedIsso, page: str) -> None:
    isso.write("Hello", page=page)
    assert one(poll(reading(isso))).url is None


@pytest.mark.parametrize("created", [1e300, -1e300, 0.0])
def test_a_time_out_of_all_bounds_stops_nothing(isso: PretendedIsso, created: float) -> None:
    isso.write("Hello", created=created)
    posted = one(poll(reading(isso))).posted
    assert posted is None or posted.year == 1970


def test_a_comment_let_through_later_is_heard_although_it_is_old(isso: PretendedIsso) -> None:
    isso.write("First")
    held = isso.write("Held by the moderator", mode=2)
    isso.write("Third")
    connector = reading(isso)
    first = poll(connector)
    assert [a.native for a in first.items] == ["1", "3"]
    held["mode"] = 1
    assert [a.native for a in poll(connector, first.cursor).items] == ["2"]


def test_an_edited_comment_is_heard_again_once(isso: PretendedIsso) -> None:
    isso.write("Where is it?")
    isso.write("Hello")
    connector = reading(isso)
    first = poll(connector)
    isso.comments[0].update(text="<p>Found it, thank you</p>", modified=NOW.timestamp())
    second = poll(connector, first.cursor)
    assert one(second).text == "Found it, thank you"
    assert poll(connector, second.cursor).items == ()


def test_many_replies_do_not_hide_a_new_question(isso: PretendedIsso) -> None:
    """Isso lists all replies after all questions and gives the end of that list."""
    isso.write("The first question")
    for number in range(500):
        isso.write(f"me too {number}", parent=1)
    connector = reading(isso)
    first = poll(connector)
    assert (len(first.items), first.gap) == (501, None)
    isso.write("A new question")
    second = poll(connector, first.cursor)
    assert one(second).text == "A new question"
    assert (second.gap, isso.asked.count("/latest")) == (None, 3)


def test_a_page_too_long_for_isso_is_told_as_a_gap(isso: PretendedIsso) -> None:
    isso.write("The first question")
    for number in range(5_000):
        isso.write(f"me too {number}", parent=1)
    first = poll(reading(isso, email=None))
    assert first.gap == "Isso listed 5000 comments, all of them new; some may be missing"


def test_history_is_not_fetched_further_than_it_is_wanted(isso: PretendedIsso) -> None:
    for number in range(300):
        isso.write("old", created=NOW.timestamp() - 90_000 + number)
    isso.write("new")
    page = poll(reading(isso, backfill_after=timedelta(hours=24), email=None))
    assert (len(page.items), page.gap, isso.asked) == (200, None, ["/latest"])


BURSTS = st.lists(st.tuples(st.integers(1, 150), st.booleans(), st.booleans()), max_size=4)


@given(st.lists(BURSTS, max_size=4))
@settings(deadline=None, max_examples=100)
def test_every_comment_is_heard_exactly_once(polls: list[list[tuple[int, bool, bool]]]) -> None:
    """Whatever comes between two polls: bursts, replies only, many at the very same moment."""
    isso = PretendedIsso(NOW.timestamp())
    isso.write("the first")
    connector = reading(isso, email=None)
    cursor, heard = "", list[str]()
    for bursts in [*polls, []]:
        for count, answers, at_once in bursts:
            isso.now += 10
            for _ in range(count):
                isso.write("x", parent=1 if answers else None, created=isso.now if at_once else None)
        page = poll(connector, cursor)
        assert page.gap is None
        cursor = page.cursor
        heard += [arrival.native for arrival in page.items]
    assert sorted(heard, key=int) == [str(comment["id"]) for comment in isso.comments]


@given(st.sets(st.integers(0, 60)))
def test_ids_survive_packing(ids: set[int]) -> None:
    assert unpacked(packed(ids)) == ids


def test_ids_without_holes_pack_into_one_pair() -> None:
    assert packed(range(1, 100_000)) == ((1, 99_999),)


def test_an_unchanged_list_is_not_sent_again(isso: PretendedIsso) -> None:
    """Isso has no validators; a cache before it may."""
    isso.write("Hello")
    connector = reading(isso, email=None)
    http = cast("Straight", connector.http)
    http.etag = '"v1"'
    first = poll(connector)
    again = poll(connector, first.cursor)
    assert http.sent[-1] == {"If-None-Match": '"v1"'}
    assert (again.items, again.not_modified, again.cursor) == ((), True, first.cursor)
    http.etag = '"v2"'
    isso.write("More")
    assert one(poll(connector, again.cursor)).text == "More"


# Who wrote it


def test_our_address_proves_that_it_was_us_and_a_name_does_not(isso: PretendedIsso) -> None:
    isso.write("Where is it?")
    isso.write("On its way.", author="Noi from LampCo", email=ADDRESS, parent=1)
    isso.write("It is lost, send me money", author="lampco support", email="thief@crime.example", parent=1)
    heard = poll(reading(isso)).items
    assert [(a.own, a.parent) for a in heard] == [(None, None), ("strong", "1"), ("weak", "1")]


def test_other_names_and_addresses_of_ours_count(isso: PretendedIsso) -> None:
    isso.write("one", author="LampCo", email="x@y.example")
    isso.write("two", author="Kham", email="kham@shop.example")
    heard = poll(reading(isso, own=("LampCo", "kham@shop.example"))).items
    assert [a.own for a in heard] == ["weak", "strong"]


def test_without_an_address_of_ours_no_page_is_read(isso: PretendedIsso) -> None:
    isso.write("On its way.", author=NAME, email=ADDRESS)
    assert one(poll(reading(isso, email=None))).own == "weak"
    assert isso.asked == ["/latest"]


def test_a_server_with_its_own_salt_tells_our_hash_with_the_first_reply(isso: PretendedIsso) -> None:
    isso.salt = b"pepper"
    isso.write("Where is it?")
    first = poll(reading(isso))
    connector = reading(isso)
    asyncio.run(connector.reply(Draft("1", PAGE, "On its way.", "t")))
    second = poll(connector, first.cursor)
    assert one(second).own == "strong"
    isso.write("Tomorrow, I mean.", author="Kham", email=ADDRESS, parent=1)
    assert one(poll(reading(isso), second.cursor)).own == "strong", "the cursor remembers"


def test_a_page_that_cannot_be_read_stops_no_other(
    isso: PretendedIsso, monkeypatch: pytest.MonkeyPatch
) -> None:
    isso.write("bad", page="/bad/", author=NAME, email=ADDRESS)
    isso.write("good", page="/good/", author=NAME, email=ADDRESS)
    respond = isso.respond

    def broken(method: str, path: str, query: Mapping[str, str], body: bytes) -> tuple[int, Any]:
        return (500, "oh") if query.get("uri") == "/bad/" else respond(method, path, query, body)

    monkeypatch.setattr(isso, "respond", broken)
    assert [a.own for a in poll(reading(isso)).items] == ["weak", "strong"]


# Answering


def test_an_answer_is_posted_under_our_name(isso: PretendedIsso) -> None:
    isso.write("Where is it?")
    sent = asyncio.run(reading(isso).reply(Draft("1", PAGE, "On its way.", "t")))
    made = isso.comments[1]
    assert (made["author"], made["email"], made["parent"], made["uri"]) == (NAME, ADDRESS, 1, PAGE)
    assert (sent.remote_id, sent.url, sent.held) == ("2", "https://shop.example/lamps/#isso-2", None)
    assert sent.at == datetime.fromtimestamp(made["created"], UTC)


def test_an_answer_kept_for_a_moderator_is_said_so(isso: PretendedIsso) -> None:
    isso.write("Where is it?")
    isso.moderated = True
    sent = asyncio.run(reading(isso).reply(Draft("1", PAGE, "On its way.", "t")))
    assert sent.remote_id == "2"
    assert sent.held == "Isso shows it when a moderator has let it through"


@pytest.mark.parametrize(
    ("text", "refusal", "words"),
    [
        ("x", None, "comments.example did not take the reply: text is too short (minimum length: 3)"),
        ("hello", "edit time frame is still open",
         "comments.example did not take the reply: edit time frame is still open"),
        ("hello", "\x1b]0;x\x07 bad\nwords", "comments.example did not take the reply: bad words"),
        ("hello", "", "comments.example did not take the reply: it gave no reason (403)"),
    ],
)  # fmt: skip
def test_a_refusal_comes_back_in_the_servers_words(
    isso: PretendedIsso, text: str, refusal: str | None, words: str
) -> None:
    isso.refusal = refusal
    with pytest.raises(Rejected) as error:
        asyncio.run(reading(isso).reply(Draft("1", PAGE, text, "t")))
    assert str(error.value) == words


def test_too_many_answers_in_a_minute_wait_for_the_next(isso: PretendedIsso) -> None:
    isso.refusal = "127.0.0.0: ratelimit exceeded (4, 5)"
    with pytest.raises(Throttled) as error:
        asyncio.run(reading(isso).reply(Draft("1", PAGE, "hello", "t")))
    assert error.value.until == NOW + timedelta(minutes=1)


def test_without_a_name_to_write_under_nothing_is_sent(isso: PretendedIsso) -> None:
    connector = reading(isso, user=None)
    assert not connector.capabilities.reply
    with pytest.raises(Rejected, match="the feed page has no user to write as"):
        asyncio.run(connector.reply(Draft("1", PAGE, "hello", "t")))
    assert isso.asked == []


def test_an_id_that_is_none_of_issos_is_not_sent(isso: PretendedIsso) -> None:
    with pytest.raises(Rejected, match="Isso has no comment 'x'"):
        asyncio.run(reading(isso).reply(Draft("x", PAGE, "hello", "t")))


OURS = Draft("5", PAGE, "We *sent* it [today](https://post.example/1). Sorry!", "t", sent_after=NOW)
LATER = NOW + timedelta(seconds=9)


def said(text: str, **facts: Any) -> Arrival:
    common: dict[str, Any] = {"parent": "5", "posted": LATER, "own": "strong", "thread": PAGE}
    return Arrival("9", text, **{**common, **facts})


@pytest.mark.parametrize(
    ("message", "found"),
    [
        (said("We sent it today. Sorry!"), True),
        (said("We sent it today. Sorry!", own="weak"), True),
        (said("We sent it today. Sorry!", parent="1"), True),
        (said("quite another text"), True),
        (said("We sent it today. Sorry!", own=None), False),
        (said("We sent it today. Sorry!", withdrawn=True), False),
        (said("quite another text", parent="1"), False),
        (said("We are looking into it.", posted=NOW - timedelta(seconds=1)), False),
        (said("We sent it today. Sorry!", posted=NOW - timedelta(hours=1)), False),
        (said("We sent it today. Sorry!", posted=NOW - timedelta(minutes=5)), True),
    ],
)
def test_our_answer_is_known_again_however_isso_rewrote_it(message: Arrival, *, found: bool) -> None:
    assert reading(PretendedIsso()).ours(OURS, message) is found


def test_a_text_without_letters_is_known_again() -> None:
    thanks = Draft("5", PAGE, "🙏🙏", "t", sent_after=NOW)
    before = NOW - timedelta(minutes=1)
    assert reading(PretendedIsso()).ours(thanks, said("🙏🙏 ", posted=before))
    assert not reading(PretendedIsso()).ours(thanks, said("👍", posted=before))


# Looking and checking


def test_the_thread_is_the_page_with_deleted_ones_withdrawn(isso: PretendedIsso) -> None:
    isso.write("Where is it?")
    isso.write("On its way.", author=NAME, email=ADDRESS, parent=1)
    isso.write("Thanks", parent=2)
    isso.write("elsewhere", page="/other/")
    isso.comments[0].update(mode=4, text="", author=None)
    thread = asyncio.run(reading(isso).thread("1", PAGE))
    assert [(a.native, a.parent, a.own, a.withdrawn) for a in thread] == [
        ("1", None, None, True),
        ("2", "1", "strong", False),
        ("3", "1", None, False),
    ]
    assert {a.thread for a in thread} == {PAGE}


@pytest.mark.parametrize(
    ("facts", "handle", "words"),
    [
        ({}, "LampCo Support", "writes as LampCo Support <desk@shop.example>"),
        ({"email": None}, "LampCo Support", "writes as LampCo Support"),
        ({"user": None}, "", "reads only: no user is set"),
    ],
)
def test_checking_says_who_we_write_as(
    isso: PretendedIsso, facts: dict[str, Any], handle: str, words: str
) -> None:
    who = asyncio.run(reading(isso, **facts).check())
    assert (who.handle, who.words, who.facts) == (handle, words, {"site": "https://shop.example"})


def test_a_closed_list_says_which_setting_opens_it(isso: PretendedIsso) -> None:
    isso.latest = False
    with pytest.raises(Unreachable, match="set latest-enabled = true under"):
        asyncio.run(reading(isso).check())


def test_where_no_isso_is_it_says_so(isso: PretendedIsso, monkeypatch: pytest.MonkeyPatch) -> None:
    def elsewhere(*_: object) -> tuple[int, str]:
        return 404, "no such page"

    monkeypatch.setattr(isso, "respond", elsewhere)
    with pytest.raises(Unreachable, match=r"comments\.example has no Isso at that address \(404\)"):
        poll(reading(isso))


# The real one


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Isso]]:
    """Starts a real Isso; all that were started stop with the test."""
    if program() is None:
        pytest.skip("Isso is not installed: pip install -e '.[dev]'")
    running: list[Isso] = []

    def started(**settings: Any) -> Isso:
        running.append(Isso(tmp_path / str(len(running)), **settings).__enter__())
        return running[-1]

    yield started
    for isso in running:
        isso.stop()


def real(isso: Isso) -> Connector:
    feed = Feed("page", "isso", isso.url, allow_private=True, user="LampCo & Sons", email="desk@shop.example")
    return connect(feed, Client(feed, agent="cxtui/1"))


@pytest.mark.server
async def test_a_visitor_asks_and_our_answer_stands_on_the_page(start: Callable[..., Isso]) -> None:
    isso = start()
    connector = real(isso)
    assert (await connector.check()).facts == {"site": isso.site.url}
    before = datetime.now(UTC) - timedelta(seconds=5)
    asked = isso.write("Where is my <b>lamp</b>?\nສອງແຖວ", author="Mai <i>", email="mai@customer.example")

    page = await connector.poll("", datetime.now(UTC))
    heard = one(page)
    assert heard.native == str(asked["id"])
    assert heard.text == "Where is my <b>lamp</b>?\nສອງແຖວ"
    assert heard.author.handle == "Mai <i>"
    assert heard.url == f"{isso.site.url}/lamps/#isso-{asked['id']}"
    assert heard.posted is not None
    assert before < heard.posted < datetime.now(UTC) + timedelta(seconds=5)

    draft = Draft(heard.native, heard.thread or "", "It left *today* & arrives tomorrow.", "token")
    sent = await connector.reply(draft)

    (seen,) = isso.page()
    (answer,) = seen["replies"]
    assert (str(answer["id"]), answer["parent"], answer["author"]) == (
        sent.remote_id,
        asked["id"],
        "LampCo &amp; Sons",
    )
    assert answer["text"] == "<p>It left <em>today</em> &amp; arrives tomorrow.</p>"

    later = await connector.poll(page.cursor, datetime.now(UTC))
    ours = one(later)
    assert (ours.native, ours.parent, ours.own) == (sent.remote_id, heard.native, "strong")
    assert (ours.author.name, ours.posted, ours.url) == ("LampCo & Sons", sent.at, sent.url)
    assert (await connector.poll(later.cursor, datetime.now(UTC))).not_modified

    thread = await connector.thread(heard.native, heard.thread or "")
    assert [m.native for m in thread if connector.ours(draft, m)] == [sent.remote_id]


@pytest.mark.server
async def test_an_answer_to_an_answer_hangs_under_the_first_comment(start: Callable[..., Isso]) -> None:
    isso = start()
    connector = real(isso)
    first = isso.write("Where is it?")
    second = isso.write("Mine is late, too", author="Noy", parent=first["id"])
    draft = Draft(str(second["id"]), "/lamps/", "Both left today.", "t", sent_after=datetime.now(UTC))
    sent = await connector.reply(draft)
    thread = {a.native: a for a in await connector.thread(draft.native, draft.thread)}
    assert thread[sent.remote_id or ""].parent == str(first["id"])
    assert [a.native for a in thread.values() if connector.ours(draft, a)] == [sent.remote_id]


@pytest.mark.server
async def test_a_real_server_refuses_in_words(start: Callable[..., Isso]) -> None:
    connector = real(isso := start())
    asked = isso.write("Where is it?")
    with pytest.raises(Rejected, match=r"did not take the reply: text is too short \(minimum length: 3\)"):
        await connector.reply(Draft(str(asked["id"]), "/lamps/", "x", "t"))


@pytest.mark.server
async def test_a_guarded_server_with_a_closed_list(start: Callable[..., Isso]) -> None:
    connector = real(isso := start(latest=False, guarded=True))
    with pytest.raises(Unreachable, match="set latest-enabled = true"):
        await connector.poll("", NOW)
    asked = isso.write("Where is it?")
    with pytest.raises(Rejected, match="did not take the reply: edit time frame is still open"):
        await connector.reply(Draft(str(asked["id"]), "/lamps/", "hello", "t"))
    isso.write("Is anybody there?", page="/tables/")
    with pytest.raises(Throttled, match="takes no more comments from us this minute"):
        await connector.reply(Draft("7", "/tables/", "hello", "t"))


@pytest.mark.server
async def test_a_moderated_server_with_a_salt_of_its_own(start: Callable[..., Isso]) -> None:
    connector = real(isso := start(moderated=True, salt="pepper"))
    asked = isso.write("Where is it?")
    assert (await connector.poll("", NOW)).items == ()
    sent = await connector.reply(Draft(str(asked["id"]), "/lamps/", "On its way.", "t"))
    assert sent.held
    assert connector.learnt == {mark_of("desk@shop.example", b"pepper")}


@pytest.mark.server
async def test_the_pretended_server_lists_as_the_real_one_does(start: Callable[..., Isso]) -> None:
    """Replies after all top-level comments: what the window of `poll` is built on."""
    isso, pretended = start(), PretendedIsso()
    for parent in (None, 1, None, 1, 3, 2, None):
        isso.write("hello", parent=parent)
        pretended.write("hello", parent=parent)
    for limit in ("3", "5", "100"):
        _, listed = isso.ask("GET", "/latest", {"limit": limit})
        _, expected = pretended.respond("GET", "/latest", {"limit": limit}, b"")
        keys = ("id", "parent", "uri", "mode", "author")
        assert [[c[k] for k in keys] for c in listed] == [[c[k] for k in keys] for c in expected]


@pytest.mark.server
async def test_our_answer_is_deleted_while_isso_lets_us_and_by_who_wrote_it(
    start: Callable[..., Isso],
) -> None:
    isso = start()
    connector = real(isso)
    assert isinstance(connector, Deleting)
    asked = isso.write("Where is my lamp?", author="Mai", email="mai@customer.example")
    draft = Draft(str(asked["id"]), "/lamps/", "It left today.", "token")
    sent = await connector.reply(draft)
    other = real(isso)
    assert isinstance(other, Deleting)
    with pytest.raises(Rejected, match="only by the cxtui that wrote it"):
        await other.delete(sent.remote_id or "", "/lamps/")
    assert [len(one["replies"]) for one in isso.page()] == [1]

    await connector.delete(sent.remote_id or "", "/lamps/")
    assert [len(one["replies"]) for one in isso.page()] == [0]
    with pytest.raises(Rejected, match="only by the cxtui that wrote it"):
        await connector.delete(sent.remote_id or "", "/lamps/")
    assert "isso" in repr(connector)
    assert not any(leave in repr(connector) for leave in ("allowed", "eyJ"))


@pytest.mark.server
async def test_an_answer_that_is_too_old_for_isso_is_not_deleted(start: Callable[..., Isso]) -> None:
    isso = start(max_age="1s")
    connector = real(isso)
    assert isinstance(connector, Deleting)
    asked = isso.write("Where is my lamp?", author="Mai", email="mai@customer.example")
    sent = await connector.reply(Draft(str(asked["id"]), "/lamps/", "It left today.", "token"))
    await asyncio.sleep(2.1)  # Isso's own clock
    with pytest.raises(Rejected, match="its time is over"):
        await connector.delete(sent.remote_id or "", "/lamps/")
    assert [len(one["replies"]) for one in isso.page()] == [1]
