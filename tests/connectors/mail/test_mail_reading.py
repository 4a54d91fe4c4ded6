"""What is heard from a real mailbox: several folders, answers of others, machines, and bad mail."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any

import pytest

from cxtui.connectors import Draft, Page, connect
from cxtui.connectors.mail import Mail
from cxtui.core.item import Arrival, Attachment, Told
from cxtui.core.text import clean, one_line
from cxtui.errors import Missing
from cxtui.http import Client
from tests.servers.mail import Mail as Place
from tests.servers.submission import DESK, MAI, NOY

pytestmark = pytest.mark.server

SUPPORT = "Büro & Support"
NOW = datetime.now(UTC).replace(microsecond=0)


def connector(box: Place, **options: Any) -> Mail:
    feed = box.configured(**options)
    made = connect(feed, Client(feed, agent="cxtui/1", clock=lambda: NOW))
    assert isinstance(made, Mail)
    return made


def put(box: Place, mail: EmailMessage, folder: str = "", flags: str = "", at: datetime | None = None) -> str:
    box.drop(DESK, mail.as_bytes(policy=SMTP), folder, flags, at)
    return str(mail["Message-ID"])[1:-1]


def by_id(page: Page) -> Mapping[str, Arrival]:
    return {arrival.native: arrival for arrival in page.items}


async def poll(box: Place, cursor: str = "", now: datetime = NOW, **options: Any) -> Page:
    return await connector(box, **options).poll(cursor, now)


async def test_a_mail_is_heard_with_all_it_says(box: Place) -> None:
    mail = box.letter(
        "Where is it?\n\nOn Sunday, Desk wrote:\n> Soon.",
        who="=?utf-8?q?Mai_Ph=C3=B9?= <Mai@Customer.example>",
        subject="ຄຳສັ່ງ 7",
        Date=format_datetime(NOW - timedelta(hours=9)),
        References="<0@customer.example> <9@shop.example>",
        In_Reply_To="<9@shop.example>",
    )
    mail.add_attachment(b"%PDF" * 500, maintype="application", subtype="pdf", filename="ບິນ.pdf")
    came = NOW - timedelta(hours=1)
    native = put(box, mail, at=came)
    (heard,) = (await poll(box)).items
    assert heard.native == native
    assert heard.text == "Where is it?"
    assert (heard.author.handle, heard.author.name) == ("mai@customer.example", "Mai Phù")
    assert heard.title == "ຄຳສັ່ງ 7"
    assert heard.posted == came
    assert (heard.thread, heard.parent) == ("0@customer.example", "9@shop.example")
    assert heard.attachments == (Attachment("ບິນ.pdf", "application/pdf"),)
    assert (heard.kind, heard.visibility, heard.own, heard.answered) == ("mail", "direct", None, None)
    assert heard.key == f"mail:{native}"


async def test_reading_marks_nothing_as_read(box: Place) -> None:
    native = put(box, box.letter("Hello"))
    made = connector(box)
    await made.poll("", NOW)
    await made.thread(native, native)
    assert box.flags(DESK, native) in ([""], ["\\Recent"])


async def test_several_folders_are_read_each_from_where_it_stopped(box: Place) -> None:
    one, two = put(box, box.letter("One")), put(box, box.letter("Two"), "B&APw-ro &- Support")
    options: dict[str, Any] = {"folders": ["INBOX", SUPPORT]}
    first = await poll(box, **options)
    assert set(by_id(first)) == {one, two}
    three = put(box, box.letter("Three"), "B&APw-ro &- Support")
    more = await poll(box, first.cursor, **options)
    assert set(by_id(more)) == {three}
    assert (await poll(box, more.cursor, **options)).not_modified


async def test_a_mail_in_two_folders_is_one(box: Place) -> None:
    mail = box.letter("One")
    put(box, mail)
    native = put(box, mail, "B&APw-ro &- Support")
    put(box, mail)
    page = await poll(box, folders=["INBOX", SUPPORT])
    assert [arrival.native for arrival in page.items] == [native]


async def test_a_folder_that_is_not_there_is_named(box: Place) -> None:
    with pytest.raises(Missing, match="no folder 'Nowhere'"):
        await poll(box, folders=["INBOX", "Nowhere"])


async def test_when_uids_change_their_meaning_nothing_is_heard_twice_under_another_name(box: Place) -> None:
    native = put(box, box.letter("One"))
    cursor = (await poll(box)).cursor
    with box.signed_in(DESK) as own:
        own.create("Aside")
        own.select("INBOX")
        own.copy("1:*", "Aside")
    try:
        # the folder with another UIDVALIDITY under the same place in the cursor
        moved = cursor.replace('"INBOX":', '"Aside":')
        again = await poll(box, moved, folders=["Aside"])
        assert [arrival.native for arrival in again.items] == [native]
        assert (await poll(box, again.cursor, folders=["Aside"])).not_modified
    finally:
        with box.signed_in(DESK) as own:
            own.delete("Aside")


async def test_a_folder_added_later_brings_no_old_mail(box: Place) -> None:
    put(box, box.letter("One"))
    cursor = (await poll(box)).cursor
    old = NOW - timedelta(days=5)
    put(
        box,
        box.letter("Old", Date=old.strftime("%a, %d %b %Y %H:%M:%S +0000")),
        "B&APw-ro &- Support",
        at=old,
    )
    new = put(box, box.letter("New"), "B&APw-ro &- Support")
    page = await poll(box, cursor, folders=["INBOX", SUPPORT])
    assert set(by_id(page)) == {new}


async def test_more_mail_than_a_poll_reads_comes_with_the_next_ones(
    box: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cxtui.connectors.mail.polling.MOST", 3)
    cursor = (await poll(box)).cursor
    asked = [put(box, box.letter(f"Question {n}")) for n in range(7)]
    heard: list[str] = []
    for _ in range(3):
        page = await poll(box, cursor)
        assert len(page.items) <= 3
        heard += [arrival.native for arrival in page.items]
        cursor = page.cursor
    assert heard == asked
    assert (await poll(box, cursor)).not_modified


async def test_what_a_first_poll_leaves_out_is_told(box: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cxtui.connectors.mail.polling.MOST", 3)
    put(box, box.letter("Question"), at=NOW - timedelta(days=3))
    for n in range(3):
        put(box, box.letter(f"Question {n}"))
    page = await poll(box)
    assert (len(page.items), page.gap) == (
        3,
        "INBOX has more than 3 mails that are new; older ones are not shown",
    )
    old = [NOW - timedelta(days=3), NOW - timedelta(days=2)]
    box.empty()
    for at in [*old, *old, NOW]:
        put(box, box.letter("Question"), at=at)
    assert (await poll(box)).gap is None


async def test_machines_lists_and_bounces_are_not_heard(box: Place) -> None:
    put(box, box.letter("I am away.", Auto_Submitted="auto-replied"))
    put(box, box.letter("News!", List_Id="<news.list.example>", Precedence="bulk"))
    put(box, box.letter("Undelivered", Return_Path="<>"))
    asked = put(box, box.letter("Hello"))
    made = connector(box)
    assert set(by_id(await made.poll("", NOW))) == {asked}


async def test_what_lies_in_sent_is_ours_and_hangs_on_what_it_answers(box: Place) -> None:
    asked = put(box, box.letter("Where is it?"))
    page = await poll(box)
    said = box.letter(
        "Here.", who="A colleague <x@other.example>", In_Reply_To=f"<{asked}>", References=f"<{asked}>"
    )
    answer = put(box, said, "Sent", "S")
    news = put(box, box.letter("New lamps!", who=DESK), "Sent", "S")
    more = by_id(await poll(box, page.cursor))
    assert set(more) == {answer, news}
    assert (more[answer].own, more[answer].parent, more[answer].kind) == ("strong", asked, "mail")
    assert (more[news].own, more[news].parent, more[news].kind) == ("strong", None, "post")


async def test_our_automatic_replies_answer_nobody(box: Place) -> None:
    asked = put(box, box.letter("Where is it?"))
    put(
        box,
        box.letter("We are on holiday.", who=DESK, In_Reply_To=f"<{asked}>", Auto_Submitted="auto-replied"),
        "Sent",
        "S",
    )
    assert set(by_id(await poll(box))) == {asked}


async def test_the_answered_flag_is_believed(box: Place) -> None:
    asked = put(box, box.letter("Where is it?"), flags="RS")
    assert by_id(await poll(box))[asked].answered == Told()


async def test_a_flag_set_later_is_noticed_once(box: Place) -> None:
    asked, other = put(box, box.letter("Where is it?")), put(box, box.letter("And mine?"))
    page = await poll(box)
    assert {arrival.answered for arrival in page.items} == {None}
    with box.signed_in(DESK) as own:
        own.select("INBOX")
        own.store("1", "+FLAGS", "\\Answered")
        own.store("2", "+FLAGS", "\\Seen")
    later = NOW + timedelta(hours=1)
    more = await poll(box, page.cursor, later)
    assert {key: one.answered for key, one in by_id(more).items()} == {asked: Told(at=later)}
    assert other not in by_id(more)
    assert (await poll(box, more.cursor, later)).not_modified


async def test_a_flag_set_after_the_last_poll_is_seen_in_the_thread(box: Place) -> None:
    """So that nobody is answered twice whose answer lies in no folder that we see."""
    asked, other = put(box, box.letter("Where is it?"), flags="RS"), put(box, box.letter("And mine?"))
    made = connector(box)
    assert {one.native: one.answered for one in await made.thread(asked, asked)} == {asked: Told(at=NOW)}
    assert [one.answered for one in await made.thread(other, other)] == [None]
    put(box, box.letter("Here.", who=DESK, In_Reply_To=f"<{asked}>"), "Sent", "S")
    assert [one.answered for one in await made.thread(asked, asked)] == [None, None]


async def test_a_flag_is_not_told_where_the_answer_itself_is_there(box: Place) -> None:
    asked = put(box, box.letter("Where is it?"), flags="RS")
    answer = put(box, box.letter("Here.", who=DESK, In_Reply_To=f"<{asked}>"), "Sent", "S")
    heard = by_id(await poll(box))
    assert heard[asked].answered is None
    assert heard[answer].parent == asked


async def test_an_answer_that_was_heard_before_is_found_again_for_its_flag(box: Place) -> None:
    asked = put(box, box.letter("Where is it?"))
    answer = put(box, box.letter("Here.", who=DESK, In_Reply_To=f"<{asked}>"), "Sent", "S")
    page = await poll(box)
    with box.signed_in(DESK) as own:
        own.select("INBOX")
        own.store("1", "+FLAGS", "\\Answered")
    more = by_id(await poll(box, page.cursor))
    assert more[asked].answered is None
    assert more[answer].parent == asked


async def test_a_second_mail_with_the_id_of_another_is_another(box: Place) -> None:
    first = box.letter("Where is my lamp?")
    native = put(box, first)
    page = await poll(box)
    forged = box.letter("Ignore that.", who=f"Noy <{NOY}>", Message_ID=f"<{native}>")
    put(box, forged)
    more = await poll(box, page.cursor)
    (other,) = more.items
    assert other.native != native
    assert other.native.startswith(f"{native},")
    assert other.author.handle == NOY
    made = connector(box)
    assert set(by_id(await made.poll("", NOW))) == {native, other.native}
    there = {one.native: one.text for one in await made.thread(other.native, other.native)}
    assert there[other.native] == "Ignore that."


async def test_an_older_mail_that_is_read_again_hides_no_twin(box: Place) -> None:
    put(box, box.letter("Where is it?"))
    native = put(box, box.letter("And mine?"))
    page = await poll(box)
    with box.signed_in(DESK) as own:
        own.select("INBOX")
        own.store("1", "+FLAGS", "\\Answered")
    put(box, box.letter("Ignore that.", who=f"Noy <{NOY}>", Message_ID=f"<{native}>"))
    heard = by_id(await poll(box, page.cursor))
    assert native not in heard
    assert {one.text for one in heard.values()} == {"Where is it?", "Ignore that."}


async def test_a_form_on_a_page_speaks_for_the_one_who_filled_it_in(box: Place) -> None:
    put(box, box.letter("Call me", who=DESK, Reply_To=f"Mai <{MAI}>"))
    put(box, box.letter("Me too", who="no-reply@forms.example", Reply_To=f"Noy <{NOY}>"))
    heard = (await poll(box)).items
    assert {(one.author.handle, one.own) for one in heard} == {(MAI, None), (NOY, None)}


async def test_a_copy_to_ourselves_is_ours(box: Place) -> None:
    put(box, box.letter("A note to self", who=DESK))
    (heard,) = (await poll(box)).items
    assert (heard.own, heard.kind) == ("strong", "post")


async def test_a_thread_has_all_its_mails_also_those_put_away(box: Place) -> None:
    one = put(box, box.letter("One"), "Archive", "S")
    two = put(box, box.letter("Two", who=DESK, In_Reply_To=f"<{one}>", References=f"<{one}>"), "Sent", "S")
    three = put(box, box.letter("Three", In_Reply_To=f"<{two}>", References=f"<{one}> <{two}>"))
    put(box, box.letter("Away", In_Reply_To=f"<{one}>", Auto_Submitted="auto-replied"))
    put(box, box.letter("Something else"))
    heard = await connector(box).thread(three, one)
    assert {(arrival.native, arrival.own) for arrival in heard} == {
        (one, None),
        (two, "strong"),
        (three, None),
    }


# Bad mail


def raw(*lines: str | bytes, body: bytes = b"Hello") -> bytes:
    head = [line if isinstance(line, bytes) else line.encode() for line in lines]
    return b"\r\n".join([*head, b"", body])


MIME = ("From: a@b.example", "MIME-Version: 1.0")
PARTS = "Content-Type: multipart/mixed; boundary="
NESTED = (
    b"".join(b"--b%d\r\n%sb%d\r\n\r\n" % (n, PARTS.encode(), n + 1) for n in range(30))
    + b"--b30\r\nContent-Type: text/plain\r\n\r\ndeep\r\n"
)
PART = b"--x\r\nContent-Type: text/plain\r\n\r\nHello"
ODD = ("From: =?utf-8?q?=1B]0;x=07?= <a@b.example>", "Subject: =?utf-8?q?a=0D=0ABcc:_x=00=1B[2J?=")
MANY = "References: " + "\r\n ".join(f"<{n}@x>" for n in range(9_000))
CAFE = "café".encode()
BAD: dict[str, tuple[bytes, str | None]] = {
    "eight bits everywhere": (
        raw(b"From: \xff <a@b.example>", b"Subject: \xe9", body=bytes(range(256))),
        None,
    ),
    "no head": (raw("X-Nothing: 1"), "Hello"),
    "nothing at all": (b"\r\n", None),
    "an unknown charset": (raw(*MIME, "Content-Type: text/plain; charset=klingon", body=CAFE), "café"),
    "base64 that is cut": (
        raw(*MIME, "Content-Transfer-Encoding: base64", body=b"SGVsbG8geW91I"),
        "Hello you",
    ),
    "parts without an end": (raw(*MIME, f"{PARTS}x", body=PART), "Hello"),
    "parts without a boundary": (raw(*MIME, "Content-Type: multipart/mixed"), None),
    "thirty parts in one another": (raw(*MIME, f"{PARTS}b0", body=NESTED), "deep"),
    "words with control characters": (raw(*ODD), "Hello"),
    "an odd id": (raw("From: a@b.example", 'Message-ID: <"a b" ü\x01>'), "Hello"),
    "a huge references": (raw("From: a@b.example", MANY), "Hello"),
    "html only": (raw(*MIME, "Content-Type: text/html", body=b"<p>Hello<br>you"), "Hello\nyou"),
    "a subject only": (raw("From: a@b.example", "Subject: Call me", body=b""), "Call me"),
    "no address": (raw("From: nobody in particular", "Subject: x"), "Hello"),
}


@pytest.mark.parametrize("bad", BAD)
async def test_bad_mail_is_heard_as_far_as_it_can_be_read(box: Place, bad: str) -> None:
    mail, text = BAD[bad]
    box.drop(DESK, mail)
    put(box, box.letter("Another"))
    made = connector(box)
    page = await made.poll("", NOW)
    heard = next(one for one in page.items if one.text != "Another")
    assert len(page.items) == 2
    assert heard.posted is not None
    assert heard.native == one_line(clean(heard.native))
    assert page.cursor.isprintable()
    if text is not None:
        assert heard.text == text
    again = await made.thread(heard.native, heard.thread or "")
    assert heard.native in {one.native for one in again}
    assert {one.native for one in (await made.poll("", NOW)).items} == {one.native for one in page.items}


async def test_a_subject_of_a_megabyte_hides_neither_who_wrote_nor_that_it_was_a_machine(box: Place) -> None:
    long = b"Subject: [b]" + b" endless" * 120_000 + b"\r\n"
    people = b"To: " + b", ".join(b"a%d@shop.example" % n for n in range(20_000)) + b"\r\n"
    rest = b"From: Mai <mai@customer.example>\r\nMessage-ID: <7@x>\r\n"
    box.drop(DESK, people + long + rest + b"\r\nHello\r\n")
    box.drop(DESK, long + rest.replace(b"7", b"8") + b"Auto-Submitted: auto-replied\r\n\r\nAway\r\n")
    (heard,) = (await poll(box)).items
    assert (heard.native, heard.author.handle, heard.text) == ("7@x", "mai@customer.example", "Hello")
    sent = await connector(box, copy="append").reply(Draft("7@x", "7@x", "Yes", "t1", "direct", NOW))
    assert sent.remote_id == "cxtui.t1@shop.example"


async def test_html_is_read_where_the_plain_text_is_empty(box: Place) -> None:
    mail = box.letter(" ")
    mail.add_alternative("<p>Hello</p>", subtype="html")
    put(box, mail)
    (heard,) = (await poll(box)).items
    assert heard.text == "Hello"


async def test_a_mail_that_is_all_attachment_is_heard_and_nothing_of_it_is_fetched(box: Place) -> None:
    mail = box.letter("")
    mail.clear_content()
    mail.add_attachment(b"\0" * (10 << 20), maintype="video", subtype="mp4", filename="lamp.mp4")
    put(box, mail)
    began = time.monotonic()
    (heard,) = (await poll(box)).items
    assert heard.attachments == (Attachment("lamp.mp4", "video/mp4"),)
    assert heard.text == ""
    assert time.monotonic() - began < 60


async def test_a_text_of_ten_megabytes_is_read_at_its_beginning(box: Place) -> None:
    box.drop(DESK, raw("From: a@b.example", body=b"word " * (2 << 20)))
    (heard,) = (await poll(box)).items
    assert heard.text.startswith("word word")
    assert len(heard.text) <= 64 << 10
