"""Files in a mail: whole, with their names, never more than the server takes."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cxtui.connectors.mail
from cxtui.connectors import Draft, connect
from cxtui.connectors.attaching import unfit
from cxtui.connectors.mail import CAN, Mail
from cxtui.connectors.mail.letters import Person
from cxtui.connectors.mail.writing import Answer, Part, written
from cxtui.core.attached import file_name
from cxtui.errors import Rejected
from cxtui.http import Client
from tests.connectors.files_of import kept, picture
from tests.servers.mail import Mail as Place
from tests.servers.submission import DESK, MAI

NOW = datetime.now(UTC).replace(microsecond=0)
OURS = "cxtui.0123456789abcdef0123456789abcdef@shop.example"
PLAIN = Answer(
    id=OURS, sender=Person(DESK, "LampCo"), recipient=Person(MAI, "Mai"), subject="My lamp",
    text="Here it is.", answers="1@customer.example", references=(), at=NOW,
)  # fmt: skip


def parsed(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, policy=default)


def files_in(raw: bytes) -> list[tuple[str | None, str, object]]:
    found = parsed(raw).iter_attachments()
    return [(one.get_filename(), one.get_content_type(), one.get_payload(decode=True)) for one in found]


@given(
    names=st.lists(st.text(min_size=1, max_size=130).map(file_name), min_size=1, max_size=3),
    content=st.binary(max_size=400),
    text=st.text(max_size=300),
)
def test_files_arrive_as_they_were_whatever_their_names(names: list[str], content: bytes, text: str) -> None:
    parts = tuple(Part(name, "application/pdf", content) for name in names)
    raw = written(replace(PLAIN, parts=parts, text=text))
    assert files_in(raw) == [(" ".join(name.split()), "application/pdf", content) for name in names]
    assert all(len(line) < 998 for line in raw.split(b"\r\n"))
    assert raw.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")
    bare = parsed(written(replace(PLAIN, text=text)))
    body = parsed(raw).get_body(("plain",))
    assert body is not None
    assert str(body.get_content()).rstrip("\n") == str(bare.get_content()).rstrip("\n")


def test_a_text_that_looks_like_an_edge_ends_nothing() -> None:
    edge = parsed(written(replace(PLAIN, parts=(Part("a", "x/y", b"1"),)))).get_boundary()
    raw = written(replace(PLAIN, text="--=_\n--boundary--\n.", parts=(Part("a.bin", "x/y", b"1"),)))
    assert edge
    assert files_in(raw) == [("a.bin", "x/y", b"1")]


@pytest.mark.parametrize("kind", ["message/rfc822", "multipart/mixed", "text\r\nX-Evil: 1", "", "odd"])
def test_a_kind_that_must_not_be_packed_goes_as_plain_bytes(kind: str) -> None:
    raw = written(replace(PLAIN, parts=(Part("a.eml", kind, b"Subject: x\r\n\r\ny"),)))
    assert files_in(raw) == [("a.eml", "application/octet-stream", b"Subject: x\r\n\r\ny")]
    assert b"X-Evil" not in raw


def test_a_mail_takes_files_of_all_kinds_up_to_a_sum(tmp_path: Path) -> None:
    file = kept(tmp_path, "a.pdf", "application/pdf", b"x")
    assert unfit(CAN, [replace(file, size=7_500_000)] * 2) == ""
    assert "the files have 16 MB together; Mail takes 15 MB" in unfit(
        CAN, [replace(file, size=8_000_000)] * 2
    )
    assert "Mail has no place for an alt text" in unfit(CAN, [replace(file, alt="a page")])


@pytest.fixture
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cxtui.connectors.mail, "COPY_WITHIN", 1.0)
    monkeypatch.setattr(cxtui.connectors.mail, "LOOK_EVERY", 0.05)


def connector(box: Place) -> Mail:
    feed = box.configured()
    made = connect(feed, Client(feed, agent="cxtui/1", clock=lambda: NOW))
    assert isinstance(made, Mail)
    return made


def asked(box: Place) -> str:
    mail = box.letter("Where is my invoice?")
    box.drop(DESK, mail.as_bytes(policy=SMTP), "")
    return str(mail["Message-ID"])[1:-1]


def draft(native: str) -> Draft:
    return Draft(native, native, "Here it is.", "0123456789abcdef" * 2, "direct", NOW)


@pytest.mark.server
@pytest.mark.usefixtures("_impatient")
async def test_the_customer_gets_the_files_and_our_copy_is_known(box: Place, tmp_path: Path) -> None:
    native = asked(box)
    pdf = kept(tmp_path, "ໃບບິນ 4512.pdf", "application/pdf", b"%PDF" + bytes(range(256)) * 4_000)
    files = (pdf, picture(tmp_path, alt=""))
    sent = await connector(box).reply(replace(draft(native), files=files))
    assert sent.remote_id == OURS
    (raw,) = await asyncio.to_thread(box.found, MAI, "In-Reply-To", native)
    contents = [await asyncio.to_thread(Path(one.path).read_bytes) for one in files]
    assert files_in(raw) == [
        ("ໃບບິນ 4512.pdf", "application/pdf", contents[0]),
        ("lamp.png", "image/png", contents[1]),
    ]
    ours = [one for one in await connector(box).thread(native, native) if one.own == "strong"]
    assert [(one.native, one.text) for one in ours] == [(OURS, "Here it is.")]
    assert await connector(box).find(draft(native)) is not None


@pytest.mark.server
@pytest.mark.usefixtures("_impatient")
async def test_a_mail_that_is_larger_than_the_server_takes_is_not_sent(box: Place, tmp_path: Path) -> None:
    native, mine = asked(box), connector(box)
    identity = await mine.check()
    assert identity.handle == DESK
    most = mine.capabilities.attachment_bytes
    assert most is not None
    assert 20_000_000 < most < 33_554_432 / 1.37, "the server says 33,554,432 bytes of a mail"
    large = kept(tmp_path, "video.mp4", "video/mp4", bytes(26_000_000))
    assert "video.mp4 has 26 MB; Mail takes" in unfit(mine.capabilities, [large])
    with pytest.raises(Rejected, match=r"nothing was sent: the mail has 35\.\d MB with its files"):
        await mine.reply(replace(draft(native), files=(large,)))
    assert box.answers(native) == []


@pytest.mark.server
async def test_a_copy_that_is_gone_is_not_sent(box: Place, tmp_path: Path) -> None:
    native, file = asked(box), picture(tmp_path, alt="")
    (tmp_path / file.sha256).unlink()
    with pytest.raises(Rejected, match=r"our copy of lamp\.png is not there any more"):
        await connector(box).reply(replace(draft(native), files=(file,)))
    assert box.answers(native) == []
