"""Mastodon: what customers write is heard, and what we wrote ourselves is known as ours."""

from __future__ import annotations

from typing import Any

import pytest

from cxtui.connectors.mastodon.arrivals import Roots
from cxtui.core.item import Attachment
from cxtui.errors import ConfigError
from tests.connectors.mastodon.straight import ANA, MAI, START, US, Desk
from tests.servers.pretended_mastodon import Reply


@pytest.fixture
def desk() -> Desk:
    return Desk()


async def natives(desk: Desk, *search: str) -> list[str]:
    return [arrival.native for arrival in (await desk.poll(desk.reading(*search))).items]


# One status


async def test_a_mention_becomes_what_a_customer_said(desk: Desk) -> None:
    link = "https://shop.example/lamps/number-seven?from=a-very-long-list"
    native = desk.asks(f"where is <b>my</b> lamp?\nSee {link}\n\nThanks & bye")
    heard = await desk.heard(native)
    assert heard.text == f"@lampco where is <b>my</b> lamp?\nSee {link}\n\nThanks & bye"
    assert (heard.author.handle, heard.author.name) == ("@mai@shop.example", "Mai")
    assert heard.author.followers == 12
    assert heard.author.uri == "https://shop.example/@mai"
    assert (heard.kind, heard.visibility, heard.lang) == ("mention", "public", "en")
    assert (heard.thread, heard.parent, heard.own) == (native, None, None)
    assert heard.posted == desk.now
    assert heard.url == f"https://shop.example/@mai/{native}"
    assert heard.key == f"https://shop.example/users/mai/statuses/{native}"


async def test_a_customer_of_another_server_keeps_its_name(desk: Desk) -> None:
    heard = await desk.heard(desk.says(ANA, f"@{US} hello"))
    assert heard.author.handle == "@ana@away.example"


async def test_a_content_warning_is_the_title(desk: Desk) -> None:
    heard = await desk.heard(desk.asks("it broke", spoiler="broken glass"))
    assert (heard.title, heard.text) == ("broken glass", "@lampco it broke")


async def test_attachments_are_named_by_their_description(desk: Desk) -> None:
    media = (
        {"id": "1", "type": "image", "url": "https://f.example/1.png", "description": "a crack"},
        {"id": "2", "type": "video", "url": None, "remote_url": "https://away.example/2.mp4"},
        {"id": "3"},
    )
    heard = await desk.heard(desk.asks("", media=media))
    assert heard.attachments == (
        Attachment("a crack", "image", "https://f.example/1.png"),
        Attachment("video", "video", "https://away.example/2.mp4"),
        Attachment("attachment", "", None),
    )


async def test_a_direct_message_is_one(desk: Desk) -> None:
    heard = await desk.heard(desk.asks("my number is 7", visibility="direct"))
    assert (heard.kind, heard.visibility) == ("message", "direct")


@pytest.mark.parametrize("visibility", ["unlisted", "private"])
async def test_what_followers_see_is_not_direct(desk: Desk, visibility: str) -> None:
    heard = await desk.heard(desk.asks("hello", visibility=visibility))
    assert (heard.kind, heard.visibility) == ("mention", "public")


async def test_what_does_not_say_who_sees_it_counts_as_direct(desk: Desk) -> None:
    native = desk.asks("hello")
    with desk.edited(lambda status: status.pop("visibility")):
        assert (await desk.heard(native)).visibility == "direct"


async def test_only_an_id_is_needed(desk: Desk) -> None:
    """Other software leaves out what the description requires."""
    native = desk.asks("hello")

    def bare(status: dict[str, Any]) -> None:
        for name in [*status]:
            if name not in ("id", "content"):
                del status[name]

    with desk.edited(bare):
        heard = await desk.heard(native)
    assert (heard.text, heard.posted, heard.url, heard.key) == ("@lampco hello", None, None, None)


async def test_numbers_are_taken_for_ids_and_texts_for_numbers(desk: Desk) -> None:
    native = desk.asks("hello")

    def odd(status: dict[str, Any]) -> None:
        status |= {"id": 7, "in_reply_to_id": 5, "replies_count": "many", "language": None, "content": None}
        status |= {"text": "hello", "media_attachments": None, "created_at": 1795338000}
        status["account"] |= {"id": 9, "followers_count": "12", "url": None}

    with desk.edited(odd):
        (heard,) = (await desk.poll()).items
    assert native
    assert (heard.native, heard.parent, heard.text) == ("7", "5", "hello")
    assert heard.posted == START
    assert heard.author.followers == 12


# What is heard


async def test_an_answer_under_our_post_is_a_reply_in_its_thread(desk: Desk) -> None:
    post = desk.says(US, "New lamps are in.")
    heard = await desk.heard(desk.asks("any green ones?", parent=post))
    assert (heard.kind, heard.parent, heard.thread) == ("reply", post, post)


async def test_an_answer_that_calls_nobody_is_heard_once(desk: Desk) -> None:
    post = desk.says(US, "New lamps are in.")
    connector = desk.reading()
    first = await desk.poll(connector)
    silent = desk.says(MAI, "any green ones?", parent=post)
    desk.says(ANA, "nor do I know", parent=silent)
    second = await desk.poll(connector, first.cursor)
    assert [(a.native, a.kind, a.thread) for a in second.items] == [(silent, "reply", post)]
    assert not (await desk.poll(connector, second.cursor)).items


async def test_where_an_answer_calls_us_no_thread_is_read_for_it(desk: Desk) -> None:
    post = desk.says(US, "New lamps are in.")
    connector = desk.reading()
    first = await desk.poll(connector)
    desk.asks("any green ones?", parent=post)
    desk.paths()
    await desk.poll(connector, first.cursor)
    assert [path for path in desk.paths() if path.endswith("/context")] == []


async def test_not_more_than_five_posts_are_looked_under_at_once_and_all_in_the_end(desk: Desk) -> None:
    posts = [desk.says(US, f"Lamp {number}") for number in range(8)]
    connector = desk.reading()
    cursor = (await desk.poll(connector)).cursor
    silent = {desk.says(MAI, "hm", parent=post) for post in posts}
    found: set[str] = set()
    for expected in (5, 3):
        desk.paths()
        page = await desk.poll(connector, cursor)
        assert len([path for path in desk.paths() if path.endswith("/context")]) == expected
        found |= {arrival.native for arrival in page.items}
        cursor = page.cursor
    assert found == silent


async def test_what_stands_above_a_strangers_thread_is_its_root(desk: Desk) -> None:
    root = desk.says(ANA, "Lamps?")
    middle = desk.says(MAI, "No idea.", parent=root)
    heard = await desk.heard(desk.says(ANA, f"Ask @{US}", parent=middle))
    assert (heard.kind, heard.parent, heard.thread) == ("mention", middle, root)


async def test_a_question_whose_thread_is_gone_stands_alone(desk: Desk) -> None:
    root = desk.says(ANA, "Lamps?")
    native = desk.says(MAI, f"@{US}?", parent=root)
    desk.stub.toots[native].parent = "gone"
    heard = await desk.heard(native)
    assert (heard.parent, heard.thread) == ("gone", None)


@pytest.mark.parametrize("said", [b"[cut", b'{"ancestors": 1}'])
async def test_a_thread_that_cannot_be_read_stops_nothing(desk: Desk, said: bytes) -> None:
    """One of thousands of answers is more than an answer may hold."""
    post = desk.says(US, "New lamps are in.")
    desk.says(MAI, "green ones?", parent=post)
    native = desk.says(MAI, f"@{US}?", parent=desk.says(ANA, "Lamps?"))
    desk.http.tamper = lambda _method, path, good: Reply(200, said) if path.endswith("/context") else good
    page = await desk.poll()
    assert [(a.native, a.thread) for a in page.items] == [(post, post), (native, None)]
    assert "may be missing" in (page.gap or "")


def test_a_thread_in_a_circle_has_no_root() -> None:
    roots = Roots()
    roots.above.update({"1": "2", "2": "1", "3": "1"})
    assert roots.of("3") is None


async def test_mentions_held_back_by_the_accounts_rules_are_asked_for(desk: Desk) -> None:
    await desk.poll()
    targets = [target for _, target, _, _ in desk.http.sent]
    assert any("include_filtered=true" in target and "types%5B%5D=mention" in target for target in targets)


async def test_other_notifications_are_no_messages(desk: Desk) -> None:
    """Old software gives all kinds, whatever was asked for."""
    native = desk.asks("hello")
    toot = desk.stub.toots[desk.says(MAI, "a boosted word")]
    desk.stub.notice(desk.stub.accounts[US], "reblog", toot)
    desk.stub.notice(desk.stub.accounts[US], "mention", toot)
    connector = desk.reading()
    page = await desk.poll(connector)
    assert {arrival.native for arrival in page.items} == {native, toot.id}
    rows = desk.stub.notices
    rows[-1] = (*rows[-1][:2], "update", rows[-1][3])
    assert await natives(desk) == [native]


async def test_a_deleted_mention_does_no_harm(desk: Desk) -> None:
    first = desk.asks("one")
    connector = desk.reading()
    page = await desk.poll(connector)
    desk.stub.delete(first)
    second = desk.asks("two")
    assert [a.native for a in (await desk.poll(connector, page.cursor)).items] == [second]


# What is ours


async def test_what_we_wrote_is_ours_wherever_it_was_written(desk: Desk) -> None:
    asked = desk.asks("when?")
    answer = desk.says(US, f"@{MAI} tomorrow", parent=asked)
    post = desk.says(US, "New lamps are in.")
    note = desk.says(US, f"@{MAI} your number is 7", visibility="direct")
    said = {arrival.native: arrival for arrival in (await desk.poll()).items}
    assert {name: (a.own, a.kind, a.parent) for name, a in said.items()} == {
        asked: (None, "mention", None),
        answer: ("strong", "reply", asked),
        post: ("strong", "post", None),
        note: ("strong", "message", None),
    }
    assert said[answer].thread == asked


async def test_an_account_named_as_own_is_ours_too(desk: Desk) -> None:
    native = desk.says(ANA, f"@{US} passes this on")
    for name in ("@ana@away.example", "https://away.example/@ana", "https://away.example/users/ana"):
        assert (await desk.heard(native, desk.reading(own=(name,)))).own == "strong"
    for name in ("Ana", "ana", "@ana"):
        assert (await desk.heard(native, desk.reading(own=(name,)))).own is None


@pytest.mark.parametrize("told_apart", [True, False])
async def test_what_we_boost_is_not_what_we_say(desk: Desk, *, told_apart: bool) -> None:
    """Some software lists boosts although they are not wanted."""
    desk.stub.lists_boosts = not told_apart
    desk.says(US, "", boosts=desk.stub.toots[desk.says(MAI, "good lamps")])
    assert await natives(desk) == []


async def test_two_copies_on_one_account_see_each_others_answers(desk: Desk) -> None:
    asked = desk.asks("when?")
    other, cursor = desk.reading(), (await desk.poll()).cursor
    sent = await desk.reading().reply(desk.draft(asked, "Tomorrow."))
    (seen,) = (await desk.poll(other, cursor)).items
    assert (seen.native, seen.own, seen.parent) == (sent.remote_id, "strong", asked)


# Hashtags and words


async def test_a_hashtag_is_heard_and_mentions_are_not(desk: Desk) -> None:
    tagged = desk.says(ANA, "I like #LampCo lamps")
    desk.asks("when?")
    ours = desk.says(US, "New lamps are in.")
    assert await natives(desk, "#lampco") == [tagged, ours]


async def test_words_are_searched_for(desk: Desk) -> None:
    found = desk.says(ANA, "are lampco lamps good?")
    desk.says(ANA, "are lamps good?")
    connector = desk.reading("lampco lamps")
    page = await desk.poll(connector)
    assert [(a.native, a.kind) for a in page.items] == [(found, "mention")]
    assert not (await desk.poll(connector, page.cursor)).items


async def test_a_search_longer_than_a_page_is_read_to_what_is_known(desk: Desk) -> None:
    connector = desk.reading("lampco lamps")
    desk.says(ANA, "lampco lamps, the first")
    cursor = (await desk.poll(connector)).cursor
    new = [desk.says(ANA, f"lampco lamps {number}") for number in range(95)]
    page = await desk.poll(connector, cursor)
    assert [arrival.native for arrival in page.items] == new
    assert page.gap is None


async def test_a_status_found_twice_is_heard_once(desk: Desk) -> None:
    native = desk.says(ANA, "#lampco lampco lamps")
    assert await natives(desk, "#lampco", "lampco lamps", "#lampco") == [native]


async def test_a_status_has_one_key_in_all_feeds(desk: Desk) -> None:
    native = desk.asks("where are my #lampco lamps?")
    keys = {
        (await desk.heard(native, desk.reading(*search))).key for search in ((), ("#lampco",), ("lamps",))
    }
    assert len(keys) == 1


@pytest.mark.parametrize("text", ["", " ", "#", "#lamp co"])
def test_what_cannot_be_searched_for_is_no_configuration(desk: Desk, text: str) -> None:
    with pytest.raises(ConfigError, match="search"):
        desk.reading(text)
