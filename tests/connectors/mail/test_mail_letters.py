"""What the head of a mail says, however wrong it is."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtui.connectors.mail.letters import (
    Head,
    Person,
    answering,
    decoded,
    head_of,
    ids,
    known_as,
    people,
    read,
    twin,
    written_to,
)
from cxtui.core.text import clean, one_line

ARRIVED = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def head(
    *lines: str | bytes, groups: frozenset[str] = frozenset(), arrived: datetime | None = ARRIVED
) -> Head:
    raw = b"\r\n".join(line if isinstance(line, bytes) else line.encode() for line in lines)
    return head_of(raw, arrived, groups)


def test_a_head_is_read() -> None:
    found = head(
        "From: =?utf-8?q?Mai_Phommach=C3=A0nh?= <Mai@Customer.Example>",
        "Reply-To: Mai at work <mai@work.example>, not an address",
        "Subject: =?utf-8?b?4LqE4Lqz4Lqq4Lqx4LuI4LqH?=\r\n =?utf-8?q?_7?=",
        "Date: Sun, 22 Nov 2026 10:30:00 +0700 (ICT)",
        "Message-ID: <2@customer.example>",
        "In-Reply-To: <1@shop.example>",
        "References: <0@customer.example>\r\n <1@shop.example>",
        arrived=None,
    )
    assert found.sender == Person("Mai@Customer.Example", "Mai Phommachành")
    assert found.replies_to == (Person("mai@work.example", "Mai at work"),)
    assert found.subject == "ຄຳສັ່ງ 7"
    assert found.date == datetime(2026, 11, 22, 3, 30, tzinfo=UTC)
    assert (found.id, found.parent, found.root) == (
        "2@customer.example",
        "1@shop.example",
        "0@customer.example",
    )
    assert found.automatic == ""


@pytest.mark.parametrize(
    "name",
    [
        "Mai [work]",
        "=?utf-8?q?=1B]0=3Bx=07Mai?=",
        '"Mai',
        "Phommachanh, Mai",
        "Mai: at work;",
        "Mai] (",
        "(Mai",
    ],
)
def test_a_name_that_is_written_wrongly_hides_no_address(name: str) -> None:
    assert head(f"From: {name} <mai@customer.example>").sender.address == "mai@customer.example"


def test_what_is_missing_is_missing() -> None:
    found = head("X: 1")
    assert found.sender == Person("")
    assert found.date == ARRIVED
    assert found.id.startswith("no-id,20261122,")
    assert found.parent is None
    assert found.root == found.id


@pytest.mark.parametrize(
    "date",
    [
        "Sun, 22 Nov 2026 10:30:00 +0700",
        "22 Nov 2026 03:30:00 GMT",
        "Sat, 21 Nov 26 22:30:00 EST",
        "2026-11-22T10:30:00+07:00",
        "Sun, 22 Nov 2026 03:30:00",
        "Sun,  22 Nov 2026\r\n 03:30:00 -0000 (UTC)",
    ],
)
def test_dates_are_read_as_programs_write_them(date: str) -> None:
    assert head(f"Date: {date}", arrived=None).date == datetime(2026, 11, 22, 3, 30, tzinfo=UTC)


@pytest.mark.parametrize("date", ["", "yesterday", "Sun, 32 Nov 2026 10:30:00 +0700", "9" * 500])
def test_a_date_that_says_nothing_gives_way_to_the_servers(date: str) -> None:
    assert head(f"Date: {date}").date == ARRIVED


@pytest.mark.parametrize("off", [timedelta(days=-6), timedelta(minutes=-11), timedelta(days=400)])
def test_a_clock_that_goes_wrong_hides_no_question_behind_an_earlier_answer(off: timedelta) -> None:
    assert head(f"Date: {format_datetime(ARRIVED + off)}").date == ARRIVED


def test_old_mail_that_was_put_here_from_elsewhere_is_old() -> None:
    written = ARRIVED - timedelta(days=8)
    assert head(f"Date: {format_datetime(written)}").date == written


def test_a_mail_without_an_id_gets_one_that_stays() -> None:
    one = head("From: a@b.example", "Subject: x", "Date: Sun, 22 Nov 2026 10:30:00 +0700")
    same = head("Subject: x", "Date: Sun, 22 Nov 2026 10:30:00 +0700", "From: a@b.example")
    other = head("From: a@b.example", "Subject: y", "Date: Sun, 22 Nov 2026 10:30:00 +0700")
    assert one.id == same.id != other.id


def test_without_references_the_root_is_what_is_answered() -> None:
    assert head("Message-ID: <2@x>", "In-Reply-To: <1@x>").root == "1@x"
    assert head("Message-ID: <2@x>", "References: <0@x> <1@x>").parent == "1@x"


def test_a_mail_that_answers_itself_answers_nothing() -> None:
    assert head("Message-ID: <2@x>", "In-Reply-To: <2@x>").parent is None


@pytest.mark.parametrize(
    "value", ["<a b@x>", '<"quoted"@x>', "<ünicode@x>", f"<{'x' * 300}@x>", "<a,b@x>", "<(c)@x>", "<\x01@x>"]
)
def test_an_odd_id_becomes_a_harmless_one_and_references_to_it_too(value: str) -> None:
    found = head(f"Message-ID: {value}")
    assert found.id == ids(value)[0].replace(" ", "") or found.id.startswith("odd,")
    assert found.id == one_line(clean(found.id))
    assert head("Message-ID: <2@x>", f"In-Reply-To: {value}").parent == found.id


@given(st.text(max_size=400))
def test_an_id_survives_the_border_whatever_it_is(said: str) -> None:
    made = known_as(said or "x")
    assert made == one_line(clean(made))
    assert known_as(said or "x") == made
    assert made.isascii()
    assert not set(made) & set('<>"\\ ')


def test_two_mails_with_one_id_are_told_apart() -> None:
    one = head("Message-ID: <1@x>", "From: a@b.example", "Subject: x")
    other = head("Message-ID: <1@x>", "From: evil@b.example", "Subject: x")
    assert one.id == other.id
    assert one.stamp != other.stamp
    assert twin(other) != other.id


AUTOMATIC = {
    "vacation": ("Auto-Submitted: auto-replied (vacation)",),
    "generated": ("Auto-Submitted: auto-generated; owner-email=x",),
    "bulk": ("Precedence: bulk",),
    "list": ("Precedence: List",),
    "junk": ("Precedence: junk",),
    "auto_reply": ("Precedence: auto_reply",),
    "a list's id": ("List-Id: Lamps of the week <lamps.list.example>",),
    "bounce": ("Return-Path: <>",),
    "report": ("Content-Type: multipart/report; report-type=delivery-status",),
    "mail server": ("From: Mail Delivery System <MAILER-DAEMON@mx.example>",),
    "postmaster": ("From: postmaster@mx.example",),
    "no reply": ("From: no-reply@shop.example",),
    "noreply with more": ("From: notifications+noreply@shop.example",),
    "do not reply": ("From: DoNotReply@bank.example",),
    "its own reply address": ("From: noreply@bank.example", "Reply-To: noreply@bank.example"),
    "older": ("X-Autoreply: yes",),
}
PEOPLE = {
    "plain": ("Auto-Submitted: no",),
    "a word for others": ("X-Auto-Response-Suppress: All",),
    "can be left": ("List-Unsubscribe: <mailto:leave@shop.example>",),
    "important": ("Precedence: first-class",),
    "a form that says who for": ("From: noreply@forms.example", "Reply-To: mai@customer.example"),
    "our own group": ("List-Id: <desk.shop.example>", "Precedence: list"),
    "a name like it": ("From: noreplyson@customer.example",),
    "with a way back": ("Return-Path: <mai@customer.example>",),
}


@pytest.mark.parametrize("lines", AUTOMATIC.values(), ids=AUTOMATIC.keys())
def test_machines_and_lists_are_known(lines: tuple[str, ...]) -> None:
    sender = () if lines[0].startswith("From") else ("From: mai@customer.example",)
    assert head(*sender, *lines, groups=frozenset({"desk.shop.example"})).automatic


@pytest.mark.parametrize("lines", PEOPLE.values(), ids=PEOPLE.keys())
def test_people_are_not_taken_for_machines(lines: tuple[str, ...]) -> None:
    sender = () if lines[0].startswith("From") else ("From: mai@customer.example",)
    assert not head(*sender, *lines, groups=frozenset({"desk.shop.example"})).automatic


@pytest.mark.parametrize(
    ("raw", "charset", "text"),
    [
        (b"caf\xe9", "iso-8859-1", "café"),
        ("café".encode(), "us-ascii", "café"),
        ("café".encode(), "no-such-thing", "café"),
        (b"caf\xe9", None, "café"),
        (b"\xff\xfe", "utf-8", "ÿþ"),
        ("ສະບາຍດີ".encode(), "UTF-8", "ສະບາຍດີ"),
        ("текст".encode("koi8-r"), "koi8-r", "текст"),
        ("日本".encode("iso-2022-jp"), '"ISO-2022-JP"', "日本"),
        (b"x", "punycode", "x"),
        (b"x", "zip", "x"),
        (b"x", "a\0b", "x"),
    ],
)
def test_bytes_are_read_as_well_as_can_be(raw: bytes, charset: str | None, text: str) -> None:
    assert read(raw, charset) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("plain", "plain"),
        ("=?utf-8?q?a?= b =?utf-8?q?c?=", "a b c"),
        ("=?utf-8?b?a?=", "=?utf-8?b?a?="),
        ("=?no-such?q?caf=C3=A9?=", "café"),
        ("=?utf-8?q?=0D=0AX:_1?=", "\r\nX: 1"),
        ("=?utf-8?q?unfinished", "=?utf-8?q?unfinished"),
    ],
)
def test_encoded_words_are_read_as_far_as_they_can_be(value: str, text: str) -> None:
    assert decoded(value) == text


@given(st.binary(max_size=3000))
def test_whatever_comes_is_a_head(raw: bytes) -> None:
    found = head_of(b"From: " + raw + b"\r\nSubject: " + raw + b"\r\nReferences: " + raw, ARRIVED)
    assert found.id
    assert found.root


@given(st.text(max_size=300))
def test_what_can_be_written_to_is_one_address_and_nothing_else(text: str) -> None:
    if written_to(text):
        assert text.count("@") == 1
        assert not any(char.isspace() or char in '<>,;:"' or ord(char) < 32 for char in text)


def test_a_huge_head_takes_no_time() -> None:
    began = time.process_time()
    found = head(
        "From: " + '"' * 20_000,
        "Reply-To: " + "a@b.example," * 3_000,
        "Subject: " + "=?utf-8?q?a?= " * 3_000,
        "Message-ID: <1@x>",
        "References: " + " ".join(f"<{n}@x>" for n in range(5_000)),
    )
    assert time.process_time() - began < 5, "this is about endless loops, not about speed"
    assert found.references[0] == "0@x"
    assert found.references[-1] == "4999@x"
    assert len(found.references) <= 100


def test_eight_bits_in_a_head_are_read() -> None:
    assert head("Subject: ຄຳສັ່ງ").subject == "ຄຳສັ່ງ"
    assert head(b"Subject: caf\xe9").subject == "café"
    assert head(b"From: Caf\xe9 <a@b.example>").sender == Person("a@b.example", "Café")


def test_a_group_of_people_is_read_for_its_addresses() -> None:
    assert [one.address for one in people("Desk: a@b.example, C <c@d.example>;")] == [
        "a@b.example",
        "c@d.example",
    ]


@pytest.mark.parametrize(
    ("subject", "answer"),
    [
        ("My lamp", "Re: My lamp"),
        ("Re: My lamp", "Re: My lamp"),
        ("AW: Lampe", "AW: Lampe"),
        ("RE[2]: x", "RE[2]: x"),
        ("", "Re: your message"),
        ("Regarding: x", "Re: Regarding: x"),
        ("a\r\nBcc: b", "Re: a Bcc: b"),
    ],
)
def test_the_subject_of_an_answer(subject: str, answer: str) -> None:
    assert answering(subject) == answer
