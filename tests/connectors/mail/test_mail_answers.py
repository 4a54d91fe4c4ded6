"""What mail servers may say instead of what they should."""

from __future__ import annotations

import asyncio
import threading
from base64 import b64encode
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pytest

from cxtui.connectors import connect
from cxtui.connectors.mail import Mail
from cxtui.connectors.mail.account import Account
from cxtui.connectors.mail.bodies import Part, Shape
from cxtui.connectors.mail.box import Box, signed_in
from cxtui.connectors.mail.letters import head_of
from cxtui.connectors.mail.reading import Letter, texts
from cxtui.connectors.mail.submission import Envelope, submitted
from cxtui.core.feed import Feed, Secret
from cxtui.errors import FeedError, Missing, Refused, Rejected, Throttled, Unreachable, Unreadable
from cxtui.http import Client, Limits
from cxtui.http.wire import over
from tests.servers.mail import DESK, server_side
from tests.servers.scripted_mail import CUT, HANG, TLS, Reply, Talker, imap, smtp

T = TypeVar("T")
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SECRET = "s3cret-of-the-desk"
IDLING = [b"* CAPABILITY IMAP4rev1 IDLE\r\nTAG OK done\r\n"]


@pytest.fixture(autouse=True)
async def _threads_end() -> AsyncIterator[None]:
    """No talk goes on after its test."""
    yield
    for thread in threading.enumerate():
        if thread.name.startswith("talk with"):
            await asyncio.to_thread(thread.join, 5)
            assert not thread.is_alive(), thread.name


def configured(url: str, certificates: Path, smtp: str = "smtp://localhost:1") -> Feed:
    return Feed(
        "post", "mail", url, allow_private=True, user=DESK, token=Secret(lambda: SECRET),
        ca_file=str(certificates / "ca.pem"), options={"smtp": smtp},
    )  # fmt: skip


def made(server: Talker, certificates: Path, scheme: str = "imaps") -> Mail:
    feed = configured(f"{scheme}://localhost:{server.port}", certificates)
    found = connect(feed, Client(feed, agent="cxtui/1", limits=Limits(silence=0.5, whole=5)))
    assert isinstance(found, Mail)
    return found


async def talk(mail: Mail, work: Callable[[Box], T]) -> T:
    """What ``work`` finds in the mailbox."""
    wire = await mail.http.wire("localhost", mail.account.imap.port)

    def run() -> T:
        box = signed_in(wire, mail.account)
        try:
            return work(box)
        finally:
            box.close()

    return await over(wire, run, 10)


FOUND: Reply = [b"* SEARCH 1\r\nTAG OK done\r\n"]
LOCKED: Reply = [b"* CAPABILITY IMAP4rev1 LOGINDISABLED\r\nTAG OK done\r\n"]
CROWDED: Reply = [b"TAG NO [ALERT] Too many simultaneous connections\r\n"]
ECHO: Reply = [b'TAG BAD what is LOGIN desk@shop.example "s3cret-of-the-desk"?\r\n']
UNKNOWN: Reply = [b"TAG NO [AUTHENTICATIONFAILED] \x1b[31mno such user\r\n"]
WHERE: Reply = [b"TAG NO [NONEXISTENT] no mailbox\r\n"]
HUGE: Reply = [b"* 1 FETCH (UID 1 BODY[] {9999999999}\r\n"]
BAD: dict[str, tuple[dict[str, Reply], type[FeedError], str]] = {
    "wrong password": ({"LOGIN": UNKNOWN}, Refused, "no such user"),
    "what we said": ({"LOGIN": ECHO}, Refused, r"what is LOGIN desk@shop\.example .*\*\*\*$"),
    "nobody now": ({"LOGIN": [b"TAG NO [UNAVAILABLE] try later\r\n"]}, Unreachable, "try later"),
    "too many of us": ({"LOGIN": CROWDED}, Throttled, "too many"),
    "hung up at sign-in": ({"LOGIN": [CUT]}, Unreachable, "broke off"),
    "thrown out at sign-in": ({"LOGIN": [b"* BYE bad day\r\n", CUT]}, Unreachable, "hung up.*bad day"),
    "no passwords": ({"CAPABILITY": LOCKED}, Refused, "nobody sign in"),
    "not at home": ({"greeting": [b"* BYE too busy\r\n", CUT]}, Unreachable, "localhost"),
    "no greeting": ({"greeting": [CUT]}, Unreachable, "broke off"),
    "a web server": ({"greeting": [b"HTTP/1.1 400 Bad Request\r\n\r\n<html>"]}, Unreadable, "no IMAP"),
    "silence at first": ({"greeting": [HANG]}, Unreachable, "said nothing for 0.5 s"),
    "silence": ({"EXAMINE": [HANG]}, Unreachable, "said nothing for 0.5 s"),
    "cut": ({"EXAMINE": [b"* 3 EXI", CUT]}, Unreachable, "broke off"),
    "thrown out": ({"EXAMINE": [b"* BYE server restarts\r\n", CUT]}, Unreachable, "server restarts"),
    "no such folder": ({"EXAMINE": WHERE}, Missing, "no folder 'INBOX'.*no mailbox"),
    "bad command": ({"UID_SEARCH": [b"TAG BAD what?\r\n"]}, Unreachable, "did not do what was asked"),
    "garbage": ({"EXAMINE": [b"\x00\xff\x1b[2J what?\r\n"]}, Unreadable, "no IMAP"),
    "numbers that are none": ({"UID_SEARCH": [b"* SEARCH x y\r\nTAG OK\r\n"]}, Unreadable, "no IMAP"),
    "an answer without end": ({"EXAMINE": [b"x" * 1_100_000 + b"\r\n"]}, Unreadable, "no IMAP"),
    "a piece that is too large": ({"UID_SEARCH": FOUND, "UID_FETCH": HUGE}, Unreadable, "no IMAP"),
}


@pytest.mark.parametrize("bad", BAD)
async def test_a_bad_answer_is_an_error_of_ours_with_a_sentence(certificates: Path, bad: str) -> None:
    replies, kind, words = BAD[bad]
    with (
        imap(server_side(certificates), replies=replies) as server,
        pytest.raises(kind, match=words) as error,
    ):
        await made(server, certificates).poll("", NOW)
    said = str(error.value)
    assert type(error.value) in (kind, *kind.__subclasses__())
    assert said.isprintable()
    assert len(said) < 300
    assert SECRET not in said


async def test_an_answer_has_an_end(certificates: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cxtui.connectors.mail.speaking.MOST_IN_ALL", 50_000)
    flood = [b"* OK still here\r\n" * 10_000]
    with imap(server_side(certificates), EXAMINE=flood) as server, pytest.raises(Unreadable, match="no IMAP"):
        await made(server, certificates).poll("", NOW)


async def test_a_drip_comes_to_an_end_too(certificates: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cxtui.connectors.mail.PATIENCE", 0.3)
    told = pytest.raises(Unreachable, match=r"did not come to an end within 0\.3 s")
    with imap(server_side(certificates), EXAMINE=[HANG]) as server, told:
        await made(server, certificates).poll("", NOW)


async def test_an_empty_mailbox_is_empty(certificates: Path) -> None:
    with imap(server_side(certificates)) as server:
        page = await made(server, certificates).poll("", NOW)
    assert page.items == ()
    assert page.not_modified


async def test_where_the_next_uid_is_not_told_it_is_found_out(certificates: Path) -> None:
    folder = [b"* 9 EXISTS\r\n* OK [UIDVALIDITY 1] x\r\nTAG OK done\r\n"]
    with imap(server_side(certificates), EXAMINE=folder) as server:
        page = await made(server, certificates).poll("", NOW)
        assert '"n":1' in page.cursor
        assert any("SEARCH UID *" in words for words in server.heard)


async def test_one_mail_whose_description_makes_no_sense_does_not_hide_others(certificates: Path) -> None:
    head = b"From: a@b.example\r\nMessage-ID: <1@x>\r\n\r\n"
    plain = b"* 1 FETCH (UID 1 FLAGS () BODY[HEADER.FIELDS (FROM)]<0> {%d}\r\n%s)\r\nTAG OK done\r\n" % (
        len(head),
        head,
    )
    server = imap(server_side(certificates), UID_SEARCH=[b"* SEARCH 1\r\nTAG OK done\r\n"])

    def fetched(words: str) -> Reply:
        if "BODYSTRUCTURE" in words:
            return [b"* 1 FETCH (UID 1 BODYSTRUCTURE ((\r\nTAG OK done\r\n"]
        if "BODY.PEEK[TEXT]" in words:
            return [b"* 1 FETCH (UID 1 BODY[TEXT]<0> {5}\r\nHello)\r\nTAG OK done\r\n"]
        return [plain]

    server.scripts["UID FETCH"] = fetched
    with server:
        page = await made(server, certificates).poll("", NOW)
    assert [(one.native, one.text) for one in page.items] == [("1@x", "Hello")]


HEAD = b"From: a@b.example\r\nMessage-ID: <%d@x>\r\n\r\n"
NO: Reply = [b"TAG NO the message could not be converted\r\n"]


def fetched(words: str) -> Reply:
    """A mail or a part of it by its number; nothing at all where number 2 is among them."""
    uids = [int(uid) for uid in words.split()[3].split(",")]
    if 2 in uids:
        return NO
    item, said = (
        (b"BODY[1]<0>", b"Hello") if "BODY.PEEK[1]" in words else (b"BODY[HEADER.FIELDS (FROM)]<0>", b"")
    )
    rest = b' BODYSTRUCTURE ("TEXT" "PLAIN" NIL NIL NIL "7BIT" 5 1)' if "STRUCTURE" in words else b""
    pieces = [
        b"* %d FETCH (UID %d FLAGS ()%s %s {%d}\r\n%s)\r\n" % (uid, uid, rest, item, len(text), text)
        for uid in uids
        for text in [said or HEAD % uid]
    ]
    return [*pieces, b"TAG OK done\r\n"]


async def test_one_mail_that_the_server_cannot_read_hides_no_others_and_is_told(certificates: Path) -> None:
    server = imap(server_side(certificates))
    server.scripts["UID FETCH"] = fetched
    server.scripts["UID SEARCH"] = lambda words: (
        [b"* SEARCH 2\r\nTAG OK done\r\n"]
        if words.endswith("UID 2")
        else [b"* SEARCH 1 2 3\r\nTAG OK done\r\n"]
        if "SINCE" in words and "ANSWERED" not in words
        else [b"* SEARCH\r\nTAG OK done\r\n"]
    )
    with server:
        page = await made(server, certificates).poll("", NOW)
    assert [(one.native, one.text) for one in page.items] == [("1@x", "Hello"), ("3@x", "Hello")]
    told = "localhost fails to give 1 of the mails in INBOX; read them in another program"
    assert (page.gap or "").startswith(told)


async def test_a_server_that_gives_no_mail_at_all_has_none_of_them_forgotten(certificates: Path) -> None:
    replies: dict[str, Reply] = {"UID_SEARCH": FOUND, "UID_FETCH": NO}
    with (
        imap(server_side(certificates), replies=replies) as server,
        pytest.raises(Unreachable, match="could not be converted"),
    ):
        await made(server, certificates).poll("", NOW)


async def test_a_part_that_cannot_be_read_takes_no_other_with_it(certificates: Path) -> None:
    server = imap(server_side(certificates))
    server.scripts["UID FETCH"] = fetched
    found: dict[int, str] = {}

    def work(box: Box) -> None:
        head, shape = head_of(b"", NOW), Shape((Part("1", "text/plain"),))
        box.open("INBOX")
        mails = [Letter(uid, head, answered=False, arrived=NOW, shape=shape) for uid in (1, 2)]
        found.update(texts(box, mails))

    with server:
        await talk(made(server, certificates), work)
    assert found == {1: "Hello", 2: ""}


async def test_much_in_many_answers_is_no_answer_without_end(
    certificates: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cxtui.connectors.mail.speaking.MOST_IN_ALL", 50_000)
    long = [b"* OK still here\r\n" * 2_000, b"* 0 EXISTS\r\n* OK [UIDVALIDITY 1] x\r\nTAG OK done\r\n"]
    with imap(server_side(certificates), EXAMINE=long) as server:
        mail = made(server, certificates)
        opened = await talk(mail, lambda box: [box.open("INBOX") for _ in range(5)])
    assert len(opened) == 5


# Encryption


async def test_nobody_signs_in_where_encryption_is_not_offered(certificates: Path) -> None:
    with imap(server_side(certificates), implicit=False) as server:
        with pytest.raises(Unreachable, match="offers no encryption"):
            await made(server, certificates, "imap").poll("", NOW)
        assert SECRET.encode() not in server.said
        assert not [words for words in server.heard if "LOGIN" in words]


STARTED = [b"* CAPABILITY IMAP4rev1 STARTTLS\r\nTAG OK done\r\n"]


async def test_nobody_signs_in_where_encryption_is_refused(certificates: Path) -> None:
    with imap(
        server_side(certificates), implicit=False, CAPABILITY=STARTED, STARTTLS=[b"TAG NO not today\r\n"]
    ) as server:
        with pytest.raises(Unreachable):
            await made(server, certificates, "imap").poll("", NOW)
        assert SECRET.encode() not in server.said


async def test_what_is_said_before_the_encryption_counts_for_nothing(certificates: Path) -> None:
    begun = [b"TAG OK begin\r\n* BYE injected\r\n", TLS]
    with imap(server_side(certificates), implicit=False, CAPABILITY=STARTED, STARTTLS=begun) as server:
        page = await made(server, certificates, "imap").poll("", NOW)
    assert '"v":1' in page.cursor


async def test_who_is_signed_in_before_the_encryption_is_not_believed(certificates: Path) -> None:
    with (
        imap(
            server_side(certificates), implicit=False, CAPABILITY=STARTED, greeting=[b"* PREAUTH welcome\r\n"]
        ) as server,
        pytest.raises(Unreachable),
    ):
        await made(server, certificates, "imap").poll("", NOW)


# Threads


async def test_a_poll_can_be_cancelled(certificates: Path) -> None:
    with imap(server_side(certificates), EXAMINE=[HANG]) as server:
        polling = asyncio.create_task(made(server, certificates).poll("", NOW))
        await asyncio.to_thread(server.began.wait, 5)
        polling.cancel()
        with pytest.raises(asyncio.CancelledError):
            await polling


# Waiting


async def test_where_news_are_not_told_the_wait_says_so(certificates: Path) -> None:
    told = pytest.raises(Rejected, match="cannot say when there is new mail")
    with imap(server_side(certificates)) as server, told:
        await made(server, certificates).wait("")


async def cursor_of(mail: Mail) -> str:
    return (await mail.poll("", NOW)).cursor


async def test_a_wait_that_is_thrown_out_says_so(certificates: Path) -> None:
    thrown = [b"+ idling\r\n* BYE going down\r\n", CUT]
    with imap(server_side(certificates), CAPABILITY=IDLING, IDLE=thrown) as server:
        mail = made(server, certificates)
        with pytest.raises(Unreachable):
            await mail.wait(await cursor_of(mail))


async def test_a_wait_whose_connection_dies_says_so(certificates: Path) -> None:
    with imap(server_side(certificates), CAPABILITY=IDLING, IDLE=[b"+ idling\r\n", CUT]) as server:
        mail = made(server, certificates)
        with pytest.raises(Unreachable):
            await mail.wait(await cursor_of(mail))


async def test_news_end_the_wait(certificates: Path) -> None:
    told = [b"+ idling\r\n* OK Still here\r\n* 4 EXISTS\r\n"]
    with imap(server_side(certificates), CAPABILITY=IDLING, IDLE=told) as server:
        mail = made(server, certificates)
        cursor = await cursor_of(mail)
        # the news came with the answer to IDLE, and DONE is not answered: what matters is known by then
        await asyncio.wait_for(mail.wait(cursor), 5)
    assert any("IDLE" in words.upper() for words in server.heard)


# Moving


@pytest.mark.parametrize(
    ("offered", "said", "unsaid"),
    [
        ("MOVE UIDPLUS", ["UID MOVE"], ["EXPUNGE", "COPY"]),
        ("UIDPLUS", ["UID COPY", "UID EXPUNGE 7"], ["MOVE"]),
        ("", ["UID COPY"], ["EXPUNGE", "STORE", "MOVE"]),
    ],
)
async def test_only_our_copy_is_ever_taken_away(
    certificates: Path, offered: str, said: list[str], unsaid: list[str]
) -> None:
    capable = [f"* CAPABILITY IMAP4rev1 {offered}\r\nTAG OK done\r\n".encode()]
    with imap(server_side(certificates), CAPABILITY=capable) as server:

        def work(box: Box) -> None:
            box.open("INBOX", write=True)
            box.move([7], "Sent")

        await talk(made(server, certificates), work)
        talked = "\n".join(server.heard).upper()
    assert all(words in talked for words in said)
    assert not any(words in talked for words in unsaid)


# Submission

MAIL = Envelope(DESK, "mai@customer.example", DESK, b"Subject: x\r\n\r\nHello\r\n.\r\nBye\r\n")
SUBMIT: dict[str, tuple[dict[str, Reply], type[FeedError], str]] = {
    "wrong password": ({"AUTH": [b"535 5.7.8 who are you?\r\n"]}, Refused, "who are you"),
    "what we said": (
        {"AUTH": [b"535 5.7.8 no use: AUTH PLAIN %s\r\n" % b64encode(f"\0{DESK}\0{SECRET}".encode())]},
        Refused,
        r"AUTH PLAIN \*\*\*$",
    ),
    "no sign-in": ({"EHLO": [b"250 localhost\r\n"]}, Refused, "does not let anybody sign in"),
    "sign-in later": ({"AUTH": [b"454 4.7.0 later\r\n"]}, Unreachable, "later"),
    "away": ({"greeting": [b"554 5.3.2 no service\r\n"]}, Unreachable, "no service"),
    "busy": ({"greeting": [b"421 4.3.2 too busy\r\n", CUT]}, Throttled, "too busy"),
    "no greeting": ({"greeting": [CUT]}, Unreachable, "broke off"),
    "silence": ({"greeting": [HANG]}, Unreachable, "said nothing"),
    "a web server": ({"greeting": [b"HTTP/1.1 400 Bad Request\r\n\r\n"]}, Unreachable, "no SMTP"),
    "lost after the text": ({"DOT": [CUT]}, Unreachable, "broke off"),
    "silence after the text": ({"DOT": [HANG]}, Unreachable, "said nothing"),
    "nonsense after the text": ({"DOT": [b"\xff\xfe what\r\n"]}, Unreachable, "broke off"),
    "lost before the text": ({"DATA": [CUT]}, Unreachable, "broke off"),
    "not taken after all": ({"DOT": [b"552 5.3.4 too large \x07\r\n"]}, Rejected, "too large"),
    "a line without end": ({"MAIL": [b"2" * 20_000 + b"\r\n"]}, Unreadable, "no SMTP"),
}


async def send(server: Talker, certificates: Path, scheme: str = "smtps") -> None:
    feed = configured("imaps://localhost:1", certificates, f"{scheme}://localhost:{server.port}")
    http = Client(feed, agent="cxtui/1", limits=Limits(silence=0.5, whole=5))
    mail = connect(feed, http)
    assert isinstance(mail, Mail)
    account: Account = mail.account
    assert account.smtp is not None
    where = account.smtp
    wire = await http.wire("localhost", server.port)
    await over(wire, lambda: submitted(wire, account, where, MAIL), 10)


@pytest.mark.parametrize("bad", SUBMIT)
async def test_a_submission_that_goes_wrong_says_how(certificates: Path, bad: str) -> None:
    replies, kind, words = SUBMIT[bad]
    with smtp(server_side(certificates), **replies) as server, pytest.raises(kind, match=words) as error:
        await send(server, certificates)
    assert str(error.value).isprintable()
    assert len(str(error.value)) < 300
    assert SECRET not in str(error.value)
    assert b64encode(SECRET.encode()).decode()[2:-4] not in str(error.value)


async def test_a_mail_is_handed_over_whole_with_its_lone_dots(certificates: Path) -> None:
    with smtp(server_side(certificates)) as server:
        await send(server, certificates)
    assert b"Subject: x\r\n\r\nHello\r\n..\r\nBye\r\n.\r\n" in server.said
    assert [words.lower() for words in server.heard if words.lower().startswith("rcpt")] == [
        "rcpt to:<mai@customer.example>",
        f"rcpt to:<{DESK}>",
    ]


async def test_a_password_is_not_sent_where_encryption_is_not_offered(certificates: Path) -> None:
    with smtp(server_side(certificates)) as server:
        server.implicit = False
        with pytest.raises(Unreachable, match="offers no encryption"):
            await send(server, certificates, "smtp")
        assert b"AUTH" not in server.said.upper()
