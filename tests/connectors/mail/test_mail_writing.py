"""An answer as a mail, its text and its attachments, the account as it is configured."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtui.connectors import Draft, connect
from cxtui.connectors.mail.account import account
from cxtui.connectors.mail.bodies import MOST_PARTS, Part, shape_of, unpacked, unquoted, words
from cxtui.connectors.mail.letters import Person
from cxtui.connectors.mail.polling import packed, remembered
from cxtui.connectors.mail.polling import unpacked as numbers
from cxtui.connectors.mail.reading import any_of, criteria_of
from cxtui.connectors.mail.writing import Answer, id_for, wire_address, written
from cxtui.core.feed import Feed, Secret
from cxtui.core.item import Attachment
from cxtui.errors import ConfigError, Rejected
from cxtui.http import Client

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
PLAIN = Answer(
    id="cxtui.1@shop.example",
    sender=Person("desk@shop.example", "LampCo Support"),
    recipient=Person("mai@customer.example", "Mai"),
    subject="My lamp",
    text="Tomorrow.",
    answers="1@customer.example",
    references=(),
    at=AT,
)


def parsed(answer: Answer) -> EmailMessage:
    return message_from_bytes(written(answer), policy=default)


def test_an_answer_is_a_mail_that_hangs_on_the_question() -> None:
    mail = parsed(replace(PLAIN, references=("0@customer.example", "9@shop.example")))
    assert mail["From"] == "LampCo Support <desk@shop.example>"
    assert mail["To"] == "Mai <mai@customer.example>"
    assert mail["Subject"] == "Re: My lamp"
    assert mail["Message-ID"] == "<cxtui.1@shop.example>"
    assert mail["In-Reply-To"] == "<1@customer.example>"
    assert str(mail["References"]).split() == [
        "<0@customer.example>",
        "<9@shop.example>",
        "<1@customer.example>",
    ]
    assert mail["Date"].datetime == AT
    assert mail.get_content().strip() == "Tomorrow."
    assert "Auto-Submitted" not in mail
    assert not mail.defects


def test_an_answer_to_a_mail_without_an_id_hangs_on_nothing() -> None:
    mail = parsed(replace(PLAIN, answers="", references=("0@x",)))
    assert "In-Reply-To" not in mail
    assert "References" not in mail


def test_of_a_long_conversation_the_first_and_the_last_are_named() -> None:
    mail = parsed(replace(PLAIN, references=tuple(f"{'x' * 60}{n}@customer.example" for n in range(500))))
    found = str(mail["References"]).split()
    assert len(found) < 30
    assert found[0].endswith("x0@customer.example>")
    assert found[-2].endswith("x499@customer.example>")
    assert all(len(line) < 998 for line in written(PLAIN).split(b"\r\n"))


@given(
    subject=st.text(max_size=300),
    name=st.text(max_size=150),
    text=st.text(max_size=2000),
    sender=st.text(max_size=60),
)
def test_nothing_that_is_written_adds_a_line_to_the_head(
    subject: str, name: str, text: str, sender: str
) -> None:
    made = replace(
        PLAIN,
        subject=subject,
        text=text,
        recipient=Person("mai@customer.example", name),
        sender=Person("desk@shop.example", sender),
    )
    raw = written(made)
    mail = message_from_bytes(raw)
    assert sorted(mail.keys()) == [
        "Content-Transfer-Encoding", "Content-Type", "Date", "From", "In-Reply-To", "MIME-Version",
        "Message-ID", "References", "Subject", "To", "X-Cxtui-Reply",
    ]  # fmt: skip
    assert raw.replace(b"\r\n", b"").find(b"\r") == raw.replace(b"\r\n", b"").find(b"\n") == -1
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    said = cast("bytes", mail.get_payload(decode=True)).decode()
    kept = "\n".join(text.splitlines()).rstrip("\n").encode("utf-8", "replace").decode()
    assert said.replace("\r\n", "\n").rstrip("\n") == kept


@pytest.mark.parametrize(
    "evil", ["a\r\nBcc: x@y.example", "a\nX: 1", "a\x00b", "a\u2028b", "=?utf-8?q?=0D=0A?="]
)
def test_a_subject_cannot_smuggle(evil: str) -> None:
    mail = parsed(replace(PLAIN, subject=evil))
    assert "Bcc" not in mail
    assert "X" not in mail
    assert len(str(mail["Subject"]).splitlines()) == 1


def test_words_in_any_script_arrive() -> None:
    text = "ພົບກັນມື້ອື່ນ.\n\n.\nFrom here\n" + "long " * 400
    mail = parsed(
        replace(PLAIN, text=text, subject="ໂຄມໄຟ " * 30, sender=Person("d@s.example", "Büro, LampCo"))
    )
    assert mail.get_content().replace("\r\n", "\n").strip() == text.strip()
    assert str(mail["Subject"]).split() == ["Re:", *["ໂຄມໄຟ"] * 30]
    assert mail["From"].addresses[0].display_name == "Büro, LampCo"


def test_the_id_of_a_reply_is_made_from_its_token_and_nothing_else() -> None:
    assert id_for("token-1", "desk@shop.example") == id_for("token-1", "desk@shop.example")
    assert id_for("token-1", "desk@shop.example") == "cxtui.token-1@shop.example"
    odd = id_for("a b>\r\n", "desk@bücher.example")
    assert odd.endswith("@xn--bcher-kva.example")
    assert odd.isascii()
    assert not set(odd) & set(" <>\r\n")


def test_an_address_is_written_as_the_wire_wants_it() -> None:
    assert wire_address("desk@bücher.example") == "desk@xn--bcher-kva.example"
    with pytest.raises(ValueError, match="plain letters"):
        wire_address("büro@shop.example")


# Parts


def leaf(kind: str, *, size: int = 10, disposition: Any = None, name: str | None = None) -> tuple[Any, ...]:
    main, sub = kind.encode().split(b"/")
    given = (b"CHARSET", b"utf-8", *((b"NAME", name.encode()) if name else ()))
    more = (3, None, disposition, None, None) if main == b"TEXT" else (None, disposition, None, None)
    return (main, sub, given, None, None, b"7BIT", size, *more)


def attached(name: str) -> tuple[Any, ...]:
    return (b"ATTACHMENT", (b"FILENAME", name.encode()))


def many(subtype: str, *parts: Any) -> tuple[Any, ...]:
    return (list(parts), subtype.encode(), None, None)


def sections(told: object) -> list[str]:
    return [part.section for part in shape_of(told).texts]


def test_of_alternatives_the_plain_text_is_read_and_the_html_kept_in_mind() -> None:
    shape = shape_of(many("ALTERNATIVE", leaf("TEXT/PLAIN"), leaf("TEXT/HTML")))
    assert [part.section for part in shape.texts] == ["1"]
    assert shape.instead is not None
    assert shape.instead["1"].section == "2"
    assert shape.attachments == ()


def test_attachments_are_named_and_not_read() -> None:
    shape = shape_of(
        many(
            "MIXED",
            many("ALTERNATIVE", leaf("TEXT/PLAIN"), many("RELATED", leaf("TEXT/HTML"), leaf("IMAGE/PNG"))),
            leaf("APPLICATION/PDF", size=10_000_000, disposition=attached("bill.pdf")),
            leaf("TEXT/PLAIN", disposition=attached("log.txt")),
            leaf("IMAGE/JPEG", name="=?utf-8?q?caf=C3=A9.jpg?="),
        )
    )
    assert [part.section for part in shape.texts] == ["1.1"]
    assert shape.attachments == (
        Attachment("image/png", "image/png"),
        Attachment("bill.pdf", "application/pdf"),
        Attachment("log.txt", "text/plain"),
        Attachment("café.jpg", "image/jpeg"),
    )


def test_a_name_in_pieces_is_put_together() -> None:
    pieces = (b"FILENAME*0*", b"utf-8''caf%C3", b"FILENAME*1*", b"%A9.pdf")
    shape = shape_of(leaf("APPLICATION/PDF", disposition=(b"ATTACHMENT", pieces)))
    assert shape.attachments == (Attachment("café.pdf", "application/pdf"),)


def test_a_single_part_is_section_one() -> None:
    assert sections(leaf("TEXT/HTML")) == ["1"]


@given(
    st.recursive(
        st.none() | st.integers() | st.binary(max_size=9),
        lambda inner: st.lists(inner, max_size=9).map(tuple) | st.lists(inner, max_size=4),
        max_leaves=40,
    )
)
def test_a_description_that_makes_no_sense_is_read_as_far_as_it_does(told: object) -> None:
    shape = shape_of(told)
    assert len(shape.texts) <= 8


def test_neither_depth_nor_number_of_parts_hurts() -> None:
    told: Any = leaf("TEXT/PLAIN")
    for _ in range(2_000):
        told = many("MIXED", told)
    assert sections(told) == []
    assert len(shape_of(many("MIXED", *[leaf("IMAGE/PNG")] * 5_000)).attachments) == MOST_PARTS


@pytest.mark.parametrize(
    ("raw", "encoding", "found"),
    [
        (b"YWJj\r\nZGVm", "base64", b"abcdef"),
        (b"YWJjZ", "base64", b"abc"),
        (b"!!!", "base64", b""),
        (b"a=3Db=", "quoted-printable", b"a=b"),
        (b"a=ZZ", "quoted-printable", b"a=ZZ"),
        (b"a=3D", "8bit", b"a=3D"),
    ],
)
def test_a_part_is_unpacked_as_far_as_it_came(raw: bytes, encoding: str, found: bytes) -> None:
    assert unpacked(raw, encoding) == found


def test_html_becomes_text() -> None:
    part = Part("1", "text/html", "iso-8859-1")
    assert words(part, b"<style>p{}</style><p>caf\xe9</p><p>two</p>") == "café\n\ntwo"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Hello\n\nOn Sunday, Desk wrote:\n> one\n>\n> two\n", "Hello"),
        ("Hello\n> one\nbetween\n> two", "Hello\n> one\nbetween\n> two"),
        ("On Sunday, Desk wrote:\n> one", "On Sunday, Desk wrote:\n> one"),
        ("Hello\n\nDesk wrote:\n> one\nthat is wrong", "Hello\n\nDesk wrote:\n> one\nthat is wrong"),
        ("> one", "> one"),
        ("Two things:\n- a\n- b", "Two things:\n- a\n- b"),
    ],
)
def test_only_what_is_surely_a_quotation_at_the_end_goes(text: str, kept: str) -> None:
    assert unquoted(text) == kept


# Cursor and searches


@given(st.sets(st.integers(min_value=1, max_value=300)))
def test_numbers_survive_their_packing(uids: set[int]) -> None:
    assert numbers(packed(uids)) == uids


@pytest.mark.parametrize(
    "cursor", ["", "x", "[]", '{"folders": 7}', "null", '{"folders": {"INBOX": {"v": "x"}}}']
)
def test_a_cursor_of_something_else_is_no_cursor(cursor: str) -> None:
    assert remembered(cursor).folders == {}


def test_searches_are_joined() -> None:
    assert any_of([["A", 1]]) == ["A", 1]
    assert any_of([["A", 1], ["B", 2], ["C", 3]]) == ["OR", ["A", 1], ["OR", ["B", 2], ["C", 3]]]


@pytest.mark.parametrize("native", ["no-id,20261322,x", "no-id,x,y", "odd,12", ""])
def test_what_cannot_be_searched_for_is_said(native: str) -> None:
    assert criteria_of(native) is None


# The account


def feed(**more: Any) -> Feed:
    smtp, sender = "smtp://smtp.shop.example", "LampCo <desk@shop.example>"
    options = {"smtp": smtp, "from": sender, **more.pop("options", {})}
    keys: dict[str, Any] = {"url": "imaps://imap.shop.example", "user": "desk", **more}
    keys.setdefault("token", Secret(lambda: "x"))
    given = {key: value for key, value in options.items() if value is not None}
    return Feed("post", "mail", **keys, options=given)


def test_an_account_is_understood() -> None:
    found = account(feed(own=("Old@Shop.example", "LampCo"), email="box@shop.example"))
    assert (found.imap.host, found.imap.port, found.imap.safe) == ("imap.shop.example", 993, True)
    assert found.smtp is not None
    assert (found.smtp.host, found.smtp.port, found.smtp.safe) == ("smtp.shop.example", 587, False)
    assert found.folders == ("INBOX",)
    assert found.sender == Person("desk@shop.example", "LampCo")
    assert found.addresses == {"desk@shop.example", "box@shop.example", "old@shop.example"}
    assert found.copy_to == "box@shop.example"
    assert account(feed(url="imap://a.example:1143")).imap.port == 1143


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"auth": "magic"}, "auth: must be password or xoauth2"),
        ({"copy": "both"}, "copy: must be self or append"),
        ({"from": "LampCo"}, "from: must be one address"),
        ({"from": "a@b.example, c@d.example"}, "from: must be one address"),
        ({"folders": ["IN\r\nBOX"]}, "is no name of a folder"),
        ({"folders": [str(n) for n in range(30)]}, "too many"),
    ],
)
def test_keys_that_do_not_fit_are_told(options: dict[str, Any], said: str) -> None:
    one = feed(options=options)
    with pytest.raises(ConfigError) as error:
        connect(one, Client(one, agent="cxtui/1"))
    assert said in str(error.value)
    assert "the feed post" in str(error.value)


async def test_without_a_server_or_an_address_nothing_is_sent_and_it_says_why() -> None:
    for one, why in (
        (feed(options={"smtp": None}), "no smtp server"),
        (feed(options={"from": None}), "no address to write from"),
    ):
        connector = connect(one, Client(one, agent="cxtui/1"))
        assert not connector.capabilities.reply
        assert why in connector.capabilities.why_not
        with pytest.raises(Rejected, match=why):
            await connector.reply(Draft("1@x", "1@x", "Tomorrow.", "t", "direct"))


def test_only_a_copy_to_ourselves_makes_a_retry_safe() -> None:
    one, other = feed(), feed(options={"copy": "append"})
    assert connect(one, Client(one, agent="cxtui/1")).capabilities.retry is not None
    assert connect(other, Client(other, agent="cxtui/1")).capabilities.retry is None


async def test_a_mail_is_never_answered_in_public() -> None:
    one = feed()
    with pytest.raises(Rejected, match="never in public"):
        await connect(one, Client(one, agent="cxtui/1")).reply(
            Draft("1@x", "1@x", "Tomorrow.", "t", "public")
        )
