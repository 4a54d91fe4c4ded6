"""Answers on WordPress: only to what stands there, once, and under the comment that was answered."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from cxtui.connectors import Deed, Doing, Draft, Finding, Sent
from cxtui.connectors.wordpress import WordPress
from cxtui.core.feed import Secret
from cxtui.core.item import Arrival
from cxtui.errors import FeedError, Refused, Rejected, Throttled, Unreachable, Unreadable
from tests.connectors.straight_wordpress import NOW, reading, straight
from tests.servers.pretended_wordpress import ME, PASSWORD, POST, PretendedWordPress

SAID = "It left the house this morning; it should be there tomorrow."
COMMENTS = "/wp-json/wp/v2/comments"


@pytest.fixture
def site() -> PretendedWordPress:
    made = PretendedWordPress(NOW, posts={POST: "Our new lamp"})
    made.write("Where is it?")
    return made


def draft(text: str = SAID, native: str = "1", **facts: Any) -> Draft:
    return replace(Draft(native, native, text, "t", sent_after=NOW), **facts)


def reply(connector: WordPress, to: Draft | None = None) -> Sent:
    return asyncio.run(connector.reply(to or draft()))


def refused(connector: WordPress, to: Draft | None = None) -> FeedError:
    with pytest.raises(FeedError) as error:
        reply(connector, to)
    return error.value


def sent_texts(site: PretendedWordPress) -> list[str]:
    return [row["raw"] for row in site.comments.values() if row["author"] == ME]


def posted(site: PretendedWordPress) -> bool:
    return f"POST {COMMENTS}" in site.asked


def test_an_answer_hangs_on_what_it_answers(site: PretendedWordPress) -> None:
    sent = reply(reading(site))
    made = site.comments[2]
    assert (made["parent"], made["post"], made["author"], made["raw"]) == (1, POST, ME, SAID)
    assert sent == Sent("2", "https://blog.example/our-new-lamp/#comment-2", NOW)


def test_a_text_is_no_markup(site: PretendedWordPress) -> None:
    """The account of an editor may write any markup: what looks like it must come out as it was typed."""
    text = "Use <b> & </b> in C:\\shop, <script>not this</script>"
    reply(reading(site), draft(text))
    heard = asyncio.run(reading(site).thread("1", "1"))
    assert "<script" not in site.comments[2]["raw"]
    assert [a.text for a in heard if a.own] == [text]


@pytest.mark.parametrize("text", [SAID, "C:\\temp\\new & <so> on", "  with blanks around \n"])
def test_the_same_text_stands_there_once_however_often_it_is_sent(
    site: PretendedWordPress, text: str
) -> None:
    connector = reading(site)
    first, second = reply(connector, draft(text)), reply(reading(site), draft(text))
    assert first == second
    assert len(sent_texts(site)) == 1


def test_what_was_said_there_long_ago_is_found_where_it_cannot_be_said_again(
    site: PretendedWordPress,
) -> None:
    site.now = NOW - timedelta(days=9)
    old = site.write(SAID, parent=1, author=ME)
    assert reply(reading(site)).remote_id == str(old["id"])


def test_a_second_cxtui_sees_the_answer_before_it_sends(site: PretendedWordPress) -> None:
    reply(reading(site))
    heard = asyncio.run(reading(site).thread("1", "1"))
    assert [(a.native, a.own, a.parent) for a in heard] == [("1", None, None), ("2", "strong", "1")]


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("hold", "the comment waits for a moderator: approve it first, then answer it"),
        ("spam", "the comment was taken away as spam; nobody would see the answer"),
        ("trash", "the comment was taken away as trash; nobody would see the answer"),
        ("deleted", "the comment is no longer on blog.example, or not shown to desk"),
    ],
)
def test_what_nobody_would_see_is_not_answered(site: PretendedWordPress, status: str, words: str) -> None:
    """WordPress itself takes such an answer, and one to a comment that never was."""
    if status == "deleted":
        site.delete(1)
    else:
        site.comments[1]["status"] = status
    error = refused(reading(site))
    assert isinstance(error, Rejected)
    assert str(error) == words
    assert not posted(site)


def test_who_may_not_moderate_cannot_answer_what_is_hidden(site: PretendedWordPress) -> None:
    site.moderates = False
    site.comments[1]["status"] = "hold"
    assert isinstance(refused(reading(site)), Rejected)
    assert not posted(site)


@pytest.mark.parametrize("native", ["9999", "x", "", "-1", "post-4"])
def test_a_number_that_is_no_comment_is_not_answered(site: PretendedWordPress, native: str) -> None:
    assert isinstance(refused(reading(site), draft(native=native)), Rejected)
    assert not posted(site)


def test_what_was_not_public_is_not_answered_in_public(site: PretendedWordPress) -> None:
    error = refused(reading(site), draft(visibility="direct"))
    assert isinstance(error, Rejected)
    assert not posted(site)


@pytest.mark.parametrize("shown", ["{}", '{"id": 0}', '{"id": 2, "post": 4}', "[]", "null"])
def test_without_a_look_at_what_is_answered_nothing_is_sent(site: PretendedWordPress, shown: str) -> None:
    connector = reading(site)
    straight(connector).instead[f"{COMMENTS}/1"] = (200, {}, shown)
    assert isinstance(refused(connector), Unreadable)
    assert not posted(site)


@pytest.mark.parametrize("text", ["x" * 65_526, "ຂ" * 22_000, "&" * 14_000, " \n "])
def test_a_text_that_does_not_fit_is_not_sent(site: PretendedWordPress, text: str) -> None:
    assert isinstance(refused(reading(site), draft(text)), Rejected)
    assert not posted(site)


def test_an_answer_that_is_kept_for_a_moderator_is_said_so(site: PretendedWordPress) -> None:
    site.holds = True
    assert reply(reading(site)).held == "WordPress shows it when a moderator has let it through"


@pytest.mark.parametrize(
    "bent",
    [{"parent": 0}, {"parent": "7"}, {"post": 9}, {"author": 0}, {"author": 7}, {"id": 0}, {"id": None}],
)
def test_an_answer_that_came_out_otherwise_is_not_taken_for_sent(
    site: PretendedWordPress, bent: dict[str, object]
) -> None:
    """Taken with 201, but elsewhere, as somebody else's or without a number: a look must tell."""
    connector = reading(site)

    def bend(said: Any) -> Any:
        return said | bent if "id" in said else said

    straight(connector).bend[COMMENTS] = bend
    error = refused(connector)
    assert isinstance(error, Unreachable)
    assert str(error).startswith("blog.example took the reply, but")


@pytest.mark.parametrize("body", ["", "{}", "[]", "<p>Thank you!", '{"id": {}}'])
def test_an_answer_that_says_nothing_is_not_taken_for_sent(site: PretendedWordPress, body: str) -> None:
    connector = reading(site)
    straight(connector).instead[COMMENTS] = (201, {}, body)
    assert isinstance(refused(connector), Unreachable)


def test_what_the_answer_leaves_out_is_believed(site: PretendedWordPress) -> None:
    connector = reading(site)
    straight(connector).bend[COMMENTS] = lambda said: {"id": "2"} if isinstance(said, dict) else said
    assert reply(connector) == Sent("2")


REFUSALS = {
    "closed": ((403, "rest_comment_closed", "Sorry, comments are <b>closed</b>."), Rejected),
    "content": ((400, "rest_comment_content_invalid", "Invalid comment content."), Rejected),
    "length": ((400, "comment_content_column_length", "Comment field exceeds the length."), Rejected),
    "a plugin's": ((403, "our_captcha", "Prove that you are human."), Rejected),
    "without words": ((403, "odd", ""), Refused),
    "flood": ((400, "comment_flood", "You are posting comments too quickly."), Throttled),
    "flood, by its own number": ((429, "comment_flood", "Slow down."), Throttled),
    "signed out": ((401, "rest_comment_login_required", "Sorry, you must be logged in."), Refused),
    "a duplicate nobody can see": ((409, "comment_duplicate", "You&#8217;ve already said that!"), Rejected),
    "a fault": ((500, "rest_comment_failed_create", "Creating comment failed."), Unreachable),
}


@pytest.mark.parametrize("refusal", REFUSALS)
def test_a_refusal_says_what_it_is(site: PretendedWordPress, refusal: str) -> None:
    site.refuses, kind = REFUSALS[refusal]
    error = refused(reading(site))
    assert type(error) is kind
    assert "<" not in str(error)
    assert "blog.example" in str(error)


def test_a_password_that_was_revoked_since_sends_nothing(site: PretendedWordPress) -> None:
    connector = reading(site)
    asyncio.run(connector.thread("1", "1"))
    revoked = json.dumps({"code": "rest_forbidden_context", "message": "Sorry."})
    straight(connector).instead[f"{COMMENTS}/1"] = (401, {}, revoked)
    assert isinstance(refused(connector), Refused)
    assert not posted(site)


def test_a_refused_answer_makes_the_next_poll_ask_who_we_are(site: PretendedWordPress) -> None:
    """Else who may not moderate would go on reading as nobody, and all would look well."""
    site.moderates = False
    kept = [PASSWORD, "revoked"]
    connector = reading(site, token=Secret(lambda: kept.pop(0) if len(kept) > 1 else kept[0]))
    asyncio.run(connector.poll("", NOW))
    site.refuses = (401, "rest_comment_login_required", "Sorry, you must be logged in.")
    assert isinstance(refused(connector), Refused)
    with pytest.raises(Refused):
        asyncio.run(connector.poll("", NOW))


def test_a_flood_is_over_after_a_quarter_of_a_minute(site: PretendedWordPress) -> None:
    site.refuses = (400, "comment_flood", "You are posting comments too quickly.")
    error = refused(reading(site))
    assert isinstance(error, Throttled)
    assert error.until == NOW + timedelta(seconds=15)


def test_without_a_password_nothing_is_sent(site: PretendedWordPress) -> None:
    connector = reading(site, token=None)
    assert not connector.capabilities.reply
    assert connector.capabilities.deeds == ()
    error = refused(connector)
    assert str(error) == connector.capabilities.why_not == "the feed blog has no token to sign in with"
    assert site.asked == []


# Found again


def test_an_answer_is_found_where_it_stands_and_nowhere_else(site: PretendedWordPress) -> None:
    connector = reading(site)
    assert isinstance(connector, Finding)
    assert asyncio.run(connector.find(draft())) is None
    site.write(SAID, parent=1, name="LampCo Support")
    site.write("Something else altogether.", parent=1, author=ME)
    assert asyncio.run(connector.find(draft())) is None
    sent = reply(connector)
    assert asyncio.run(connector.find(draft())) == sent
    site.comments[4]["status"] = "trash"
    assert asyncio.run(connector.find(draft())) is None


def test_of_several_the_likest_is_found(site: PretendedWordPress) -> None:
    site.write("It left the house this morning; number 4.", parent=1, author=ME)
    site.write("It left the house this morning; number 5.", parent=1, author=ME)
    site.write("It left the house this morning; numbers 5 and 6.", parent=1, author=ME)
    found = asyncio.run(reading(site).find(draft("It left the house this morning; number 5.")))
    assert found
    assert found.remote_id == "3"


def test_one_that_waits_is_found_as_that(site: PretendedWordPress) -> None:
    site.holds = True
    connector = reading(site)
    reply(connector)
    found = asyncio.run(connector.find(draft()))
    assert found
    assert found.held


@pytest.mark.parametrize(
    ("facts", "is_ours"),
    [
        ({}, True),
        ({"text": "It left the house this morning; it should be there\n\ntomorrow…"}, True),
        ({"text": "No."}, False),
        ({"own": None}, False),
        ({"own": "weak"}, False),
        ({"parent": "7"}, False),
        ({"withdrawn": True}, False),
        ({"posted": NOW - timedelta(minutes=9)}, True),
        ({"posted": NOW - timedelta(hours=1)}, False),
        ({"posted": None}, True),
    ],
)
def test_a_draft_is_recognised(site: PretendedWordPress, facts: dict[str, Any], *, is_ours: bool) -> None:
    said = Arrival(native="2", text=SAID, parent="1", own="strong", posted=NOW)
    assert reading(site).ours(draft(), replace(said, **facts)) is is_ours


# What else can be done


def do(connector: WordPress, deed: Deed, native: str = "1") -> None:
    assert isinstance(connector, Doing)
    asyncio.run(connector.do(deed, native, native))


@pytest.mark.parametrize("before", ["hold", "spam", "trash", "approved"])
def test_a_comment_is_let_through(site: PretendedWordPress, before: str) -> None:
    site.comments[1]["status"] = before
    do(reading(site), "approve")
    assert site.comments[1]["status"] == "approved"


def test_a_comment_is_called_spam_and_stays_the_visitors(site: PretendedWordPress) -> None:
    """Else a filter would learn our own address as a spammer's."""
    do(reading(site), "spam")
    assert (site.comments[1]["status"], site.comments[1]["trace"]) == ("spam", "198.51.100.7")


@pytest.mark.parametrize("deed", ["approve", "spam"])
def test_done_twice_is_done_once(site: PretendedWordPress, deed: Deed) -> None:
    """A newer WordPress fails where nothing changes."""
    site.comments[1]["status"] = "hold"
    connector = reading(site)
    do(connector, deed)
    do(connector, deed)
    assert site.asked.count(f"POST {COMMENTS}/1") == 1


@pytest.mark.parametrize(
    ("deed", "native", "words"),
    [
        ("like", "1", "WordPress has no like"),
        ("approve", "9999", "the comment is no longer on blog.example, or not shown to desk"),
        ("spam", "x", "the comment is no longer on blog.example, or not shown to desk"),
    ],
)
def test_what_cannot_be_done_is_refused(
    site: PretendedWordPress, deed: Deed, native: str, words: str
) -> None:
    with pytest.raises(Rejected) as error:
        do(reading(site), deed, native)
    assert str(error.value) == words


def test_who_may_not_moderate_is_told_so(site: PretendedWordPress) -> None:
    site.moderates = False
    with pytest.raises(Rejected, match=r"desk may not moderate comments on blog\.example"):
        do(reading(site), "spam")
    assert site.comments[1]["status"] == "approved"


def test_a_deed_that_changed_nothing_is_not_taken_for_done(site: PretendedWordPress) -> None:
    connector = reading(site)
    same = json.dumps({"id": 1, "status": "approved"})
    straight(connector).instead[f"{COMMENTS}/1"] = (200, {}, same)
    with pytest.raises(Rejected, match="still as it was"):
        do(connector, "spam")
