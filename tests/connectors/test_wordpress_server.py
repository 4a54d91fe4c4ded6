"""WordPress itself: what visitors write on it and read there, while cxtui answers and moderates."""

from __future__ import annotations

import asyncio
import json
from base64 import b64encode
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qsl

import pytest

from cxtui.connectors import Draft, Page
from cxtui.connectors.wordpress import WordPress as Connector
from cxtui.connectors.wordpress import connect
from cxtui.core.feed import Feed, Secret
from cxtui.errors import Refused, Rejected, Throttled, Unreachable
from cxtui.http import Client
from tests.program import Program
from tests.servers.pretended_wordpress import API, PASSWORD, PretendedWordPress
from tests.servers.pretended_wordpress import USER as PRETENDED
from tests.servers.wordpress import USER, WordPress, missing

pytestmark = [
    pytest.mark.server,
    pytest.mark.skipif(missing() is not None, reason=missing() or ""),
]

SAID = "It left the house this morning; it should be there tomorrow, 9:00."


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WordPress]:
    with WordPress(tmp_path_factory.mktemp("wordpress")) as running:
        yield running


def reading(site: WordPress, who: str = USER, **facts: Any) -> Connector:
    """A cxtui that starts anew."""
    password = site.passwords[who]
    facts = {"url": site.url, "user": who, "token": Secret(lambda: password), **facts}
    feed = Feed("blog", "wordpress", allow_private=True, **facts)
    return connect(feed, Client(feed, agent="cxtui/1"))


def poll(connector: Connector, cursor: str = "") -> Page:
    return asyncio.run(connector.poll(cursor, datetime.now(UTC)))


def reply(connector: Connector, native: str, text: str = SAID) -> Any:
    sent_after = datetime.now(UTC) - timedelta(seconds=1)
    return asyncio.run(connector.reply(Draft(native, native, text, "t", sent_after=sent_after)))


@contextmanager
def setting(site: WordPress, name: str, value: object, back: object) -> Generator[None]:
    site.option(name, value)
    try:
        yield
    finally:
        site.option(name, back)


def typed(text: str) -> str:
    """A text without the finer quotation marks, dashes and smileys that WordPress makes of typed ones."""
    finer = {"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2013": "--", "\u2014": "--"}
    return text.translate(str.maketrans({**finer, "\N{SLIGHTLY SMILING FACE}": ":-)"}))


def natives(page: Page) -> list[str]:
    return [arrival.native for arrival in page.items]


def test_what_a_visitor_asks_is_heard_and_the_answer_read_by_anybody(site: WordPress) -> None:
    connector = reading(site)
    before = poll(connector).cursor
    asked = site.ask("Where is <i>my</i> lamp & when?\n\nSince Monday \N{ANGRY FACE}", name="Mai & <b>Noy")
    (heard,) = poll(connector, before).items
    assert heard.native == asked
    assert heard.text == "Where is my lamp & when?\n\nSince Monday \N{ANGRY FACE}"
    assert heard.author.name == "Mai & Noy"
    assert heard.title == "Our new lamp & its light"
    assert heard.posted
    assert abs(heard.posted - datetime.now(UTC)) < timedelta(minutes=1)
    assert heard.url == f"{site.url}/our-new-lamp/#comment-{asked}"
    sent = reply(connector, asked)
    assert [SAID in text for text in site.answers(asked)] == [True]
    assert sent.url == f"{site.url}/our-new-lamp/#comment-{sent.remote_id}"
    ours = asyncio.run(reading(site).thread(asked, asked))
    assert [(a.native, a.own, a.parent) for a in ours] == [
        (asked, None, None),
        (sent.remote_id, "strong", asked),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Take C:\\lamp\\new <b>now</b> & <script>not this</script>; 1 < 2",
        'It\'s "there" -- see https://shop.example/?a=1&b=2\nand tell us :-)',
        "\u0e82\u0ead\u0e9a\u0ec3\u0e88 \u0634\u0643\u0631\u0627 \N{THUMBS UP SIGN}",
    ],
)
def test_a_text_arrives_as_it_was_typed_and_once(site: WordPress, text: str) -> None:
    asked = site.ask(f"A question about {len(text)}?")
    first = reply(reading(site), asked, text)
    assert reply(reading(site), asked, text) == first
    assert len(site.answers(asked)) == 1
    shown = site.read(f"comments/{first.remote_id}")["content"]["rendered"]
    assert "<b>" not in shown
    assert "<script" not in shown
    (heard,) = [a for a in asyncio.run(reading(site).thread(asked, asked)) if a.own]
    assert typed(heard.text) == text


def test_without_our_spelling_backslashes_would_stand_there_twice(site: WordPress) -> None:
    """Why a text is not sent as it is typed."""
    asked = int(site.ask("Which folder?"))
    said = {"post": site.post, "parent": asked, "content": "In C:\\lamps"}
    assert [site.rest("POST", "comments", said)[0] for _ in range(2)] == [201, 201]
    plain = {**said, "content": "In the cellar"}
    assert [site.rest("POST", "comments", plain)[0] for _ in range(2)] == [201, 409]


def test_a_comment_that_waits_is_let_through_and_then_answered(site: WordPress) -> None:
    connector = reading(site)
    before = poll(connector).cursor
    with setting(site, "comment_moderation", 1, 0):
        asked = site.ask("May I ask?")
    waits = poll(connector, before)
    assert [(a.native, a.pending) for a in waits.items] == [(asked, True)]
    assert "May I ask?" not in site.page()
    with pytest.raises(Rejected, match="approve it first"):
        reply(connector, asked)
    for _ in range(2):
        asyncio.run(connector.do("approve", asked, asked))
    assert "May I ask?" in site.page()
    shown = poll(connector, waits.cursor)
    assert [(a.native, a.pending) for a in shown.items] == [(asked, False)]
    reply(connector, asked)
    assert len(site.answers(asked)) == 1


def test_spam_is_withdrawn_and_not_answered(site: WordPress) -> None:
    connector = reading(site)
    asked = site.ask("Buy my pills")
    before = poll(connector).cursor
    for _ in range(2):
        asyncio.run(connector.do("spam", asked, asked))
    assert "Buy my pills" not in site.page()
    page = poll(connector, before)
    assert [(a.native, a.withdrawn) for a in page.items] == [(asked, True)]
    assert [a.withdrawn for a in asyncio.run(connector.thread(asked, asked))] == [True]
    with pytest.raises(Rejected, match="taken away as spam"):
        reply(connector, asked)


def test_where_a_visitor_wrote_from_stays_as_it_was(site: WordPress) -> None:
    asked = site.ask("Am I spam?")
    trace = {"author_ip": "203.0.113.9", "author_user_agent": "A browser"}
    site.rest("POST", f"comments/{asked}", trace)
    asyncio.run(reading(site).do("spam", asked, asked))
    _, kept = site.rest("GET", f"comments/{asked}?context=edit")
    assert (kept["status"], {name: kept[name] for name in trace}) == ("spam", trace)


@pytest.mark.parametrize("how", ["comments/{}", "comments/{}?force=true"])
def test_what_is_thrown_away_or_deleted_is_withdrawn(site: WordPress, how: str) -> None:
    connector = reading(site)
    asked = site.ask(f"I take it back {how}")
    before = poll(connector).cursor
    assert site.rest("DELETE", how.format(asked))[0] == 200
    page = poll(connector, before)
    assert [(a.native, a.withdrawn) for a in page.items] == [(asked, True)]
    with pytest.raises(Rejected):
        reply(connector, asked)


def test_an_edit_is_heard(site: WordPress) -> None:
    connector = reading(site)
    asked = site.ask("Where is it, then?")
    before = poll(connector).cursor
    site.rest("POST", f"comments/{asked}", {"content": "Found it!"})
    (heard,) = poll(connector, before).items
    assert (heard.native, heard.text) == (asked, "Found it!")


def test_an_answer_to_a_comment_that_never_was_is_not_sent(site: WordPress) -> None:
    """WordPress itself would take it."""
    said = {"post": site.post, "parent": 987_654, "content": "To nobody"}
    status, made = site.rest("POST", "comments", said)
    assert (status, made["parent"]) == (201, 987_654)
    with pytest.raises(Rejected, match="no longer"):
        reply(reading(site), "987654")
    (heard,) = [a for a in poll(reading(site)).items if a.native == str(made["id"])]
    assert (heard.thread, heard.own) == ("987654", "strong")


def test_two_cxtui_on_one_account_see_each_other(site: WordPress) -> None:
    asked = site.ask("Who answers first?")
    one, other = reading(site), reading(site)
    first = reply(one, asked)
    heard = asyncio.run(other.thread(asked, asked))
    assert [a.native for a in heard if a.own == "strong"] == [first.remote_id]
    assert reply(other, asked) == first
    assert len(site.answers(asked)) == 1


def test_a_connection_that_is_cut_after_the_answer_was_taken_leaves_one_answer(site: WordPress) -> None:
    asked = site.ask("Will it be there twice?")
    connector = reading(site)
    site.arm("after", lambda: None)
    with pytest.raises(Unreachable):
        reply(connector, asked)
    draft = Draft(asked, asked, SAID, "t", sent_after=datetime.now(UTC) - timedelta(minutes=1))
    found = asyncio.run(connector.find(draft))
    assert found
    assert asyncio.run(reading(site).reply(draft)) == found
    assert len(site.answers(asked)) == 1


def test_where_comments_are_closed_the_site_says_so(site: WordPress) -> None:
    asked = site.ask("Am I the last?")
    change = f"wp_update_post(['ID' => {site.post}, 'comment_status' => '%s']);"
    site.run(change % "closed")
    try:
        with pytest.raises(Rejected, match="comments are closed"):
            reply(reading(site), asked)
    finally:
        site.run(change % "open")


def test_a_comment_on_a_page_has_its_title(site: WordPress) -> None:
    made = site.run(
        "$page = wp_insert_post(['post_type' => 'page', 'post_title' => 'Where we are', "
        "'post_status' => 'publish', 'comment_status' => 'open']); "
        "echo wp_insert_comment(['comment_post_ID' => $page, 'comment_content' => 'On the map?']);"
    )
    (heard,) = [a for a in poll(reading(site)).items if a.native == made]
    assert heard.title == "Where we are"


def test_who_may_not_moderate_is_slowed_down_and_told(site: WordPress) -> None:
    connector = reading(site, "kham")
    assert "may not moderate" in asyncio.run(connector.check()).words
    one, other = site.ask("First?"), site.ask("Second?")
    with setting(site, "place_flood", 1, 0):
        assert reply(connector, one).held is None
        with pytest.raises(Throttled):
            reply(connector, other)
    with pytest.raises(Rejected, match="may not moderate"):
        asyncio.run(connector.do("spam", one, one))
    assert [a.native for a in asyncio.run(connector.thread(one, one))].count(one) == 1


def test_an_answer_of_who_may_not_moderate_can_be_held(site: WordPress) -> None:
    connector = reading(site, "noi")
    asked = site.ask("And who are you?")
    with setting(site, "comment_moderation", 1, 0):
        sent = reply(connector, asked)
        assert sent.held
        assert site.answers(asked) == []
        assert reply(connector, asked) == sent, "found although it waits"
    with setting(site, "comment_moderation", 1, 0):
        hidden = reading(site, "kham")
        assert reply(hidden, asked).held
        with pytest.raises(Rejected, match="taken there before"):
            reply(hidden, asked)


def test_the_time_is_utc_wherever_the_site_is(site: WordPress) -> None:
    connector = reading(site)
    with setting(site, "timezone_string", "Asia/Vientiane", ""):
        asked = site.ask("What time is it?")
        (heard,) = [a for a in poll(connector).items if a.native == asked]
    assert heard.posted
    assert abs(heard.posted - datetime.now(UTC)) < timedelta(minutes=1)


def test_hundreds_of_one_second_are_each_heard_once(site: WordPress) -> None:
    connector = reading(site)
    first = poll(connector)
    made = [str(native) for native in site.fill(230)]
    second = poll(connector, first.cursor)
    assert natives(second) == made
    held = [str(native) for native in site.fill(3, status=0)]
    more = [str(native) for native in site.fill(120)]
    third = poll(connector, second.cursor)
    assert natives(third) == held + more
    fresh = natives(poll(reading(site)))
    assert len(fresh) == len(set(fresh))
    assert set(made + held + more) <= set(fresh)
    site.rest("POST", f"comments/{held[0]}", {"status": "approved"})
    site.rest("POST", f"comments/{made[5]}", {"status": "trash"})
    last = poll(connector, third.cursor)
    assert [(a.native, a.withdrawn) for a in last.items] == [(held[0], False), (made[5], True)]
    assert poll(connector, last.cursor).not_modified


def test_a_sign_in_is_told_from_its_failure(site: WordPress) -> None:
    who = asyncio.run(reading(site).check())
    assert who.handle == USER
    assert who.facts["moderates"] == "yes"
    wrong_ones: tuple[dict[str, Any], ...] = ({"token": Secret(lambda: "not-this-one")}, {"user": "nobody"})
    for wrong in wrong_ones:
        with pytest.raises(Refused, match="application password"):
            asyncio.run(reading(site, **wrong).check())


def test_without_fine_addresses_it_is_all_the_same(site: WordPress) -> None:
    asked = site.ask("Plain?")
    site.plain(on=True)
    try:
        connector = reading(site)
        assert asked in natives(poll(connector))
        sent = reply(connector, asked)
        assert [a.native for a in asyncio.run(connector.thread(asked, asked))] == [asked, sent.remote_id]
    finally:
        site.plain(on=False)


def test_our_posts_are_heard_as_ours(site: WordPress) -> None:
    (post,) = [a for a in poll(reading(site)).items if a.native == f"post-{site.post}"]
    assert (post.kind, post.own, post.title) == ("post", "strong", "Our new lamp & its light")
    assert asyncio.run(reading(site).thread(post.native, post.native)) == (post,)


def test_a_moderator_works_from_the_command_line(site: WordPress, tmp_path: Path) -> None:
    cxtui = Program(tmp_path, site.feed, site.env)
    cxtui.run("poll", "--once")
    with setting(site, "comment_moderation", 1, 0):
        asked, pills = site.ask("May I come in?"), site.ask("Pills! Pills!")
    row, spam = cxtui.until_listed(asked), cxtui.until_listed(pills)
    (early,) = cxtui.run("reply", row["id"], "--text", SAID, "--yes", "--now", code=5)
    assert "approve it first" in early["error"]
    cxtui.run("approve", row["id"], "--yes")
    cxtui.run("spam", spam["id"], "--yes")
    page = site.page()
    assert "May I come in?" in page
    assert "Pills!" not in page
    cxtui.run("reply", row["id"], "--text", SAID, "--yes", "--now")
    assert len(site.answers(asked)) == 1
    (polled,) = cxtui.run("poll", "--once")
    assert (polled["ok"], polled["new"]) == (True, 0)
    states = {one["id"]: one["state"] for one in cxtui.run("list", "--all")}
    assert (states[row["id"]], states[spam["id"]]) == ("answered", "closed")


# The pretended one


def questions(one: int, post: int) -> list[tuple[str, str, dict[str, Any] | None]]:
    """Requests about comment ``one`` on a post: method, path with its query, and body."""
    said = {"post": post, "parent": one, "content": "Said once"}
    return [
        ("GET", "users/me?context=edit&_fields=id,name,username,slug,capabilities", None),
        ("GET", "comments?context=edit&status=all&orderby=id&per_page=1&_fields=id,content,link", None),
        ("GET", f"comments?include={one}&_embed=up&_fields=id,post,_links.up,_embedded", None),
        ("GET", f"comments?parent={one}&status=any&_fields=id", None),
        ("GET", "comments?per_page=101", None),
        ("GET", f"comments/{one}?context=edit&_fields=id,status,date_gmt,parent", None),
        ("GET", "comments/99999", None),
        ("GET", "posts?per_page=1&_fields=id,date_gmt,link,title,excerpt", None),
        ("GET", "posts/99999", None),
        ("GET", "nothing", None),
        ("POST", "comments", said | {"post": 99_999}),
        ("POST", "comments", said | {"content": ""}),
        ("POST", "comments", said | {"content": "x" * 65_526}),
        ("POST", "comments", said),
        ("POST", "comments", said),
        ("POST", "comments", said | {"content": "C:\\lamps"}),
        ("POST", "comments", said | {"content": "C:\\lamps"}),
        ("POST", "comments", said | {"parent": 77_777}),
        ("POST", f"comments/{one}", {"status": "approved"}),
        ("POST", f"comments/{one}", {"status": "spam"}),
        ("POST", "comments/99999", {"status": "spam"}),
    ]


def shape(status: int, said: Any) -> object:
    """What two answers must have in common: status, kind of refusal, which fields were asked and came."""
    if isinstance(said, list):
        rows = cast("list[dict[str, Any]]", said)
        return status, [sorted(row) for row in rows]
    return status, said.get("code", "taken")


def test_the_pretended_site_answers_as_the_real_one(site: WordPress) -> None:
    pretended = PretendedWordPress(posts={site.post: "Our new lamp"})
    real = questions(int(site.ask("The first?")), site.post)
    made = questions(pretended.write("The first?")["id"], site.post)
    signed = f"Basic {b64encode(f'{PRETENDED}:{PASSWORD}'.encode()).decode()}"
    for (method, path, said), (_, name, told) in zip(real, made, strict=True):
        base, _, query = name.partition("?")
        body = json.dumps(told).encode()
        status, _, answer = pretended.respond(method, f"{API}/{base}", dict(parse_qsl(query)), body, signed)
        assert shape(status, answer) == shape(*site.rest(method, path, said)), (method, path)
