"""A reply goes out once, to the right one, with a copy in Sent; on real servers, read as the customer."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

import pytest

import cxtui.connectors.mail
from cxtui.connectors import Draft, connect
from cxtui.connectors.mail import Mail
from cxtui.errors import FeedError, Refused, Rejected, SecretError, Throttled, Unreachable
from cxtui.http import Client
from tests.servers.mail import Mail as Place
from tests.servers.mail import headers_of, text_of
from tests.servers.submission import BEARER, DESK, MAI, NOY, PEOPLE

pytestmark = pytest.mark.server

NOW = datetime.now(UTC).replace(microsecond=0)
TEXT = "It left the house this morning; ພົບກັນມື້ອື່ນ.\n\nLampCo"
OURS = "cxtui.0123456789abcdef0123456789abcdef@shop.example"


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cxtui.connectors.mail, "COPY_WITHIN", 1.0)
    monkeypatch.setattr(cxtui.connectors.mail, "LOOK_EVERY", 0.05)


def connector(box: Place, **options: Any) -> Mail:
    feed = box.configured(**options)
    made = connect(feed, Client(feed, agent="cxtui/1", clock=lambda: NOW))
    assert isinstance(made, Mail)
    return made


def put(box: Place, mail: EmailMessage, folder: str = "") -> str:
    box.drop(DESK, mail.as_bytes(policy=SMTP), folder)
    return str(mail["Message-ID"])[1:-1]


def draft(native: str, text: str = TEXT) -> Draft:
    return Draft(native, native, text, "0123456789abcdef" * 2, "direct", NOW)


async def test_the_customer_gets_it_in_the_conversation(box: Place) -> None:
    asked = put(box, box.letter("Where is it?", subject="ໂຄມໄຟ", References="<0@customer.example>"))
    sent = await connector(box).reply(draft(asked))
    assert sent.remote_id == OURS
    (raw,) = box.found(MAI, "In-Reply-To", asked)
    head = headers_of(raw)
    assert head["References"].split() == ["<0@customer.example>", f"<{asked}>"]
    assert head["Subject"] == "Re: ໂຄມໄຟ"
    assert head["From"] == f"LampCo Support <{DESK}>"
    assert text_of(raw).replace("\r\n", "\n").strip() == TEXT
    assert box.answers(asked) == [TEXT]


async def test_our_copy_goes_to_sent_read_and_the_question_is_marked(box: Place) -> None:
    asked, other = put(box, box.letter("Where is it?")), put(box, box.letter("And mine?"))
    await connector(box).reply(draft(asked))
    assert box.flags(DESK, OURS, "INBOX") == []
    (flags,) = box.flags(DESK, OURS, "Sent")
    assert "\\Seen" in flags
    assert "\\Answered" in box.flags(DESK, asked)[0]
    assert "\\Answered" not in box.flags(DESK, other)[0]
    assert "\\Seen" not in box.flags(DESK, other)[0]


async def test_the_copy_is_hidden_from_the_customer(box: Place) -> None:
    asked = put(box, box.letter("Where is it?"))
    await connector(box).reply(draft(asked))
    ((sender, people, raw),) = box.smtp.sent
    assert (sender, people) == (DESK, (MAI, DESK))
    head = headers_of(raw)
    assert head["To"] == f"Mai Phommachanh <{MAI}>"
    assert "Bcc" not in head
    assert "Cc" not in head


async def test_after_it_went_out_nothing_is_news_but_ours(box: Place) -> None:
    asked = put(box, box.letter("Where is it?"))
    made = connector(box)
    page = await made.poll("", NOW)
    await made.reply(draft(asked))
    more = await made.poll(page.cursor, NOW)
    assert {(one.native, one.own, one.answered) for one in more.items} == {
        (asked, None, None),
        (OURS, "strong", None),
    }
    assert (await made.poll(more.cursor, NOW)).not_modified


async def test_the_same_draft_goes_out_once_however_often_it_is_sent(box: Place) -> None:
    asked = put(box, box.letter("Where is it?"))
    first = await connector(box).reply(draft(asked))
    again = await connector(box).reply(draft(asked))
    assert first.remote_id == again.remote_id
    assert len(box.answers(asked)) == 1


async def test_whoever_asks_to_be_answered_elsewhere_is(box: Place) -> None:
    asked = put(box, box.letter("Where is it?", Reply_To=f"Noy <{NOY}>"))
    await connector(box).reply(draft(asked))
    assert box.answers(asked) == []
    assert len(box.found(NOY, "In-Reply-To", asked)) == 1


async def test_a_mail_put_away_meanwhile_can_be_answered(box: Place) -> None:
    asked = put(box, box.letter("Where is it?"), "Archive")
    await connector(box).reply(draft(asked))
    assert box.answers(asked) == [TEXT]


async def test_a_mail_without_an_id_can_be_answered(box: Place) -> None:
    mail = box.letter("Where is it?")
    del mail["Message-ID"]
    put(box, mail)
    made = connector(box)
    (heard,) = (await made.poll("", NOW)).items
    await made.reply(draft(heard.native))
    (raw,) = box.found(MAI, "Message-ID", OURS)
    assert "In-Reply-To" not in headers_of(raw)


async def test_a_mail_in_a_folder_with_an_odd_name_is_marked(box: Place) -> None:
    asked = put(box, box.letter("Where is it?"), "B&APw-ro &- Support")
    await connector(box, folders=["Büro & Support"]).reply(draft(asked))
    assert "\\Answered" in box.flags(DESK, asked, '"B&APw-ro &- Support"')[0]


REFUSED = {
    "gone": (None, "no longer"),
    "automatic": ({"Auto_Submitted": "auto-replied"}, "never answered"),
    "list": ({"List_Id": "<news.list.example>"}, "never answered"),
    "bounce": ({"Return_Path": "<>"}, "never answered"),
    "ours": ({"who": DESK}, "by ourselves"),
    "no address": ({"who": "nobody"}, "does not say an address"),
}


@pytest.mark.parametrize("why", REFUSED)
async def test_what_must_not_be_answered_is_not(box: Place, why: str) -> None:
    headers, said = REFUSED[why]
    asked = "no-such@customer.example" if headers is None else put(box, box.letter("Hello", **headers))
    with pytest.raises(Rejected, match=said):
        await connector(box).reply(draft(asked))
    assert box.smtp.sent == []


async def test_an_address_that_the_wire_cannot_say_is_not_answered(box: Place) -> None:
    raw = box.letter("Hello").as_bytes(policy=SMTP).replace(MAI.encode(), "ໃໝ່@customer.example".encode())
    box.drop(DESK, raw)
    made = connector(box)
    (heard,) = (await made.poll("", NOW)).items
    with pytest.raises(Rejected, match="nothing can be sent to"):
        await made.reply(draft(heard.native))
    assert box.smtp.sent == []


SAID: dict[str, tuple[dict[str, str], type[FeedError], str]] = {
    "nobody there": ({f"RCPT {MAI}": "550 5.1.1 no \x1b[31msuch user"}, Rejected, "550|such user"),
    "grey": ({f"RCPT {MAI}": "451 4.7.1 come back later"}, Throttled, "come back later"),
    "full": ({"RCPT": "452 4.2.2 mailbox full"}, Throttled, "mailbox full"),
    "sender": ({"MAIL": "553 5.7.1 not your address"}, Rejected, "not your address"),
    "spam": ({"DATA": "554 5.7.1 this looks like spam"}, Rejected, "looks like spam"),
    "too much": ({"DATA": "421 4.7.0 too many mails today"}, Unreachable, "too many"),
    "later": ({"DATA": "450 4.7.0 slow down"}, Throttled, "slow down"),
    "not for the copy": ({f"RCPT {DESK}": "550 no loops"}, Rejected, 'copy = "append"'),
    "no right": ({"MAIL": "530 5.7.0 sign in first"}, Refused, "sign in first"),
}


@pytest.mark.parametrize("what", SAID)
async def test_a_refusal_is_told_in_the_servers_words_and_nobody_gets_anything(box: Place, what: str) -> None:
    answers, kind, words = SAID[what]
    asked = put(box, box.letter("Where is it?"))
    box.smtp.answers.update(answers)
    made = connector(box)
    with pytest.raises(kind, match=words) as error:
        await made.reply(draft(asked))
    assert str(error.value).isprintable()
    assert box.answers(asked) == []
    assert await made.find(draft(asked)) is None
    assert "\\Answered" not in box.flags(DESK, asked)[0]


# Crashes


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_connection_that_breaks_leaves_it_unknown_and_a_look_tells(box: Place, when: Any) -> None:
    asked = put(box, box.letter("Where is it?"))
    box.arm(when, lambda: None)
    made = connector(box)
    with pytest.raises(Unreachable):
        await made.reply(draft(asked))
    there = await connector(box).find(draft(asked))
    assert (there is not None) == (when == "after")
    if there is None:
        await connector(box).reply(draft(asked))
    assert box.answers(asked) == [TEXT]
    assert len(box.flags(DESK, OURS, "Sent")) == 1
    assert box.flags(DESK, OURS, "INBOX") == []
    assert "\\Answered" in box.flags(DESK, asked)[0]


@pytest.mark.parametrize("when", ["before", "after", "never"])
async def test_a_server_that_gives_mails_other_ids_makes_nothing_go_out_twice(box: Place, when: Any) -> None:
    asked = put(box, box.letter("Where is it?"))
    box.smtp.renames = True
    made = connector(box)
    page = await made.poll("", NOW)
    if when == "never":
        await made.reply(draft(asked))
    else:
        box.arm(when, lambda: None)
        with pytest.raises(Unreachable):
            await made.reply(draft(asked))
        if await made.find(draft(asked)) is None:
            await made.reply(draft(asked))
    assert box.answers(asked) == [TEXT]
    assert len(box.flags(DESK, f"renamed-{OURS}", "Sent")) == 1
    own = [one for one in (await made.poll(page.cursor, NOW)).items if one.own]
    assert [(one.native, one.parent) for one in own] == [(OURS, asked)]
    assert any(made.ours(draft(asked), one) for one in await made.thread(asked, asked))


async def test_nobody_else_can_pass_for_a_reply_of_ours(box: Place) -> None:
    native = put(box, box.letter("I am the desk", X_Cxtui_Reply=OURS))
    page = await connector(box).poll("", NOW)
    assert [(one.native, one.own) for one in page.items] == [(native, None)]


async def test_where_the_copy_does_not_come_sent_gets_one_all_the_same(box: Place) -> None:
    asked = put(box, box.letter("Where is it?"))
    box.smtp.late.add(DESK)
    await connector(box).reply(draft(asked))
    assert len(box.smtp.kept) == 1
    assert len(box.flags(DESK, OURS, "Sent")) == 1


async def test_a_copy_that_comes_late_is_put_away_with_the_next_reply(box: Place) -> None:
    asked = [put(box, box.letter(f"Question {n}")) for n in range(3)]
    made = connector(box)
    box.smtp.late.add(DESK)
    await made.reply(draft(asked[0]))
    box.arm("after", lambda: None)
    with pytest.raises(Unreachable):
        await made.reply(Draft(asked[1], asked[1], TEXT, "t1", "direct", NOW))
    box.smtp.late.clear()
    for who, raw in box.smtp.kept:
        box.drop(who, raw)
    stranger = put(box, box.letter("Mine", X_Cxtui_Reply="cxtui.x@shop.example"))
    await made.reply(Draft(asked[2], asked[2], TEXT, "t2", "direct", NOW))
    assert len(box.flags(DESK, OURS, "Sent")) == 1
    assert ["\\Seen" in flags for flags in box.flags(DESK, OURS, "INBOX")] == [True]
    assert len(box.flags(DESK, "cxtui.t1@shop.example", "Sent")) == 1
    assert box.flags(DESK, "cxtui.t1@shop.example", "INBOX") == []
    assert "\\Seen" not in box.flags(DESK, stranger)[0]


async def test_without_a_copy_to_ourselves_sent_is_written(box: Place) -> None:
    asked = put(box, box.letter("Where is it?"))
    await connector(box, copy="append").reply(draft(asked))
    ((_, people, _),) = box.smtp.sent
    assert people == (MAI,)
    assert len(box.flags(DESK, OURS, "Sent")) == 1


async def test_filing_that_fails_does_not_make_a_sent_reply_fail(box: Place) -> None:
    asked = put(box, box.letter("Where is it?"))
    sent = await connector(box, sent="Nowhere").reply(draft(asked))
    assert sent.remote_id == OURS
    assert box.answers(asked) == [TEXT]


async def test_a_token_that_is_not_given_after_it_went_out_does_not_make_it_fail(
    box: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Were it told as failed, its writer would send it again."""
    asked = put(box, box.letter("Where is it?"))
    given = [BEARER]

    def token() -> str:
        if not given:
            raise SecretError("pass said no")
        return given[0]

    made = connector(box, token=token, auth="xoauth2")

    def delivered(who: str, raw: bytes) -> None:
        box.drop(who, raw)
        given.clear()
        made.account.token.forget()

    monkeypatch.setattr(box.smtp, "deliver", delivered)
    assert (await made.reply(draft(asked))).remote_id == OURS
    assert box.answers(asked) == [TEXT]


async def test_filing_takes_nothing_else_away(box: Place) -> None:
    asked, doomed = put(box, box.letter("Where is it?")), put(box, box.letter("Delete me"))
    with box.signed_in(DESK) as own:
        own.select("INBOX")
        own.store("2", "+FLAGS", "\\Deleted")
    await connector(box).reply(draft(asked))
    assert len(box.flags(DESK, doomed)) == 1


async def test_another_cxtui_sees_our_answer_before_it_sends_its_own(box: Place) -> None:
    asked = put(box, box.letter("Where is it?"))
    other = connector(box)
    await connector(box).reply(draft(asked))
    (question, answer) = await other.thread(asked, asked)
    assert (question.native, question.answered) == (asked, None)
    assert (answer.own, answer.parent, answer.text) == ("strong", asked, TEXT)


async def test_two_replies_at_once_are_two(box: Place) -> None:
    asked = [put(box, box.letter(f"Question {n}")) for n in range(2)]
    made = connector(box)
    await asyncio.gather(
        *(made.reply(Draft(one, one, f"Answer {one}", f"t{n}", "direct", NOW)) for n, one in enumerate(asked))
    )
    assert [box.answers(one) for one in asked] == [[f"Answer {one}"] for one in asked]


# Signing in


async def test_both_servers_are_asked_who_we_are(box: Place) -> None:
    who = await connector(box).check()
    assert who.handle == DESK
    assert "localhost" in who.words
    assert who.facts["sent"] == "Sent"
    assert who.facts["push"] == "yes"
    assert box.smtp.signed_in == [DESK]


async def test_without_smtp_it_reads_only_and_says_so(box: Place) -> None:
    who = await connector(box, smtp=None).check()
    assert "writes nothing" in who.words
    assert box.smtp.signed_in == []


async def test_a_wrong_password_is_refused_in_the_servers_words(box: Place) -> None:
    with pytest.raises(Refused, match=r"refused our sign-in: .*Authentication failed"):
        await connector(box, token=lambda: "wrong").poll("", NOW)


async def test_a_password_that_was_changed_is_asked_for_anew(box: Place) -> None:
    given = iter(["old", PEOPLE[DESK]])
    made = connector(box, token=lambda: next(given))
    with pytest.raises(Refused):
        await made.poll("", NOW)
    await made.poll("", NOW)


async def test_a_password_that_is_revoked_while_we_read_loses_no_mail(box: Place) -> None:
    given = iter([PEOPLE[DESK], "revoked", PEOPLE[DESK]])
    made = connector(box, token=lambda: next(given))
    before = await made.poll("", NOW)
    asked = put(box, box.letter("Where is it?"))
    made.account.token.forget()
    with pytest.raises(Refused):
        await made.poll(before.cursor, NOW)
    assert [one.native for one in (await made.poll(before.cursor, NOW)).items] == [asked]


async def test_a_password_that_only_one_server_refuses_is_told_for_that_one(
    box: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PEOPLE, DESK, "changed at the submission server only")
    with pytest.raises(Refused, match="535"):
        await connector(box, token=lambda: "desk-pässword").check()


async def test_a_bearer_that_expired_is_asked_for_anew_once(box: Place) -> None:
    given: list[str] = []

    def token() -> str:
        given.append("expired" if len(given) % 2 == 0 else BEARER)
        return given[-1]

    made = connector(box, token=token, auth="xoauth2")
    await made.poll("", NOW)
    assert given == ["expired", BEARER]
    await made.check()
    assert given == ["expired", BEARER]
    assert box.smtp.signed_in == [DESK]


async def test_a_bearer_that_stays_bad_is_refused(box: Place) -> None:
    given: list[str] = []

    def token() -> str:
        given.append("bad")
        return "bad"

    with pytest.raises(Refused):
        await connector(box, token=token, auth="xoauth2").poll("", NOW)
    assert len(given) == 2


async def test_the_submission_server_too_makes_us_ask_for_another_bearer(
    box: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = put(box, box.letter("Where is it?"))
    given = iter([BEARER, BEARER + "-2", BEARER])
    monkeypatch.setattr("tests.servers.submission.BEARER", BEARER + "-2")
    await connector(box, token=lambda: next(given), auth="xoauth2").reply(draft(asked))
    assert box.answers(asked) == [TEXT]


# Encryption


@pytest.mark.parametrize("kind", ["starttls", "smtps"])
async def test_both_ways_to_encrypt_work(kind: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    with Place(tmp_path_factory.mktemp(kind), starttls=kind == "starttls", smtps=kind == "smtps") as place:
        asked = place.ask("Where is it?")
        made = connector(place)
        assert [one.native for one in (await made.poll("", NOW)).items] == [asked]
        await made.reply(draft(asked))
        assert place.answers(asked) == [TEXT]


async def test_a_server_with_a_certificate_of_nobody_is_not_spoken_to(box: Place) -> None:
    feed = box.configured()
    object.__setattr__(feed, "ca_file", None)
    with pytest.raises(Unreachable, match="certificate of localhost is not valid"):
        await connect(feed, Client(feed, agent="cxtui/1")).poll("", NOW)


async def test_a_private_address_needs_leave(box: Place) -> None:
    feed = box.configured()
    object.__setattr__(feed, "allow_private", False)
    with pytest.raises(Unreachable, match="a private address"):
        await connect(feed, Client(feed, agent="cxtui/1")).poll("", NOW)


# Waiting for news


async def test_new_mail_ends_the_wait(box: Place) -> None:
    made = connector(box)
    page = await made.poll("", NOW)
    waiting = asyncio.create_task(made.wait(page.cursor))
    done, _ = await asyncio.wait([waiting], timeout=0.5)
    assert not done
    asked = put(box, box.letter("Where is it?"))
    await asyncio.wait_for(waiting, 10)
    assert [one.native for one in (await made.poll(page.cursor, NOW)).items] == [asked]


async def test_an_answer_in_another_program_ends_the_wait_and_reading_does_not(box: Place) -> None:
    put(box, box.letter("Where is it?"))
    made = connector(box)
    page = await made.poll("", NOW)
    waiting = asyncio.create_task(made.wait(page.cursor))
    with box.signed_in(DESK) as own:
        own.select("INBOX")
        own.store("1", "+FLAGS", "\\Seen")
        done, _ = await asyncio.wait([waiting], timeout=1)
        assert not done
        own.store("1", "+FLAGS", "\\Answered")
    await asyncio.wait_for(waiting, 10)


async def test_what_came_before_the_wait_ends_it_at_once(box: Place) -> None:
    made = connector(box)
    page = await made.poll("", NOW)
    put(box, box.letter("Where is it?"))
    await asyncio.wait_for(made.wait(page.cursor), 10)
    assert [one.text for one in (await made.poll(page.cursor, NOW)).items] == ["Where is it?"]


async def test_every_folder_is_watched(box: Place) -> None:
    made = connector(box, folders=["INBOX", "Büro & Support"])
    page = await made.poll("", NOW)
    waiting = asyncio.create_task(made.wait(page.cursor))
    await asyncio.wait([waiting], timeout=0.5)
    assert not waiting.done()
    put(box, box.letter("Where is it?"), "B&APw-ro &- Support")
    await asyncio.wait_for(waiting, 10)


async def test_a_wait_can_be_cancelled(box: Place) -> None:
    made = connector(box)
    page = await made.poll("", NOW)
    waiting = asyncio.create_task(made.wait(page.cursor))
    await asyncio.wait([waiting], timeout=0.5)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
