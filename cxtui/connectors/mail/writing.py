"""An answer as a mail, byte for byte: nothing that anybody wrote can add a line to its head."""

from __future__ import annotations

import quopri
import re
from base64 import encodebytes
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.utils import format_datetime
from hashlib import sha256
from urllib.parse import quote

from cxtui.connectors.mail.letters import Person, answering
from cxtui.core.attached import NO_KIND

LONGEST_SUBJECT = 400
MOST_REFERENCES = 20
OURS = "cxtui."
"""How the ids of our mails begin."""

SHORT_NAME = 60
PIECE = 18
"""So many characters of a name, each of up to three letters, stand in a line."""

_KIND = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,60}/[a-z0-9][a-z0-9!#$&^_.+-]{0,60}")
_NESTED = ("message/", "multipart/")
"""What has mails in it must not be in base64; as plain bytes it may."""
_PLAIN_NAME = re.compile(r"[\w !#$&'()+,.;=@\[\]^`{}~-]+", re.ASCII)
_FIT = re.compile(r"[A-Za-z0-9-]{1,64}")
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_NEEDS_QUOTES = re.compile(r"[^\w !#$%&'*+/=?^`{|}~-]")


@dataclass(frozen=True, slots=True)
class Part:
    """A file that goes with an answer."""

    name: str
    kind: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What an answer is made of. ``references`` are the ids that the mail answered names, as it says them."""

    id: str
    sender: Person
    recipient: Person
    subject: str
    text: str
    answers: str
    references: tuple[str, ...]
    at: datetime
    parts: tuple[Part, ...] = ()


def id_for(token: str, sender: str) -> str:
    """The Message-ID of the reply with a token, without brackets; the same at every attempt."""
    name = token if _FIT.fullmatch(token) else sha256(token.encode()).hexdigest()[:32]
    return f"{OURS}{name}@{_host(sender)}"


def written(answer: Answer) -> bytes:
    """The whole mail with CRLF, in plain ASCII."""
    lines = [
        f"From: {_person(answer.sender)}",
        f"To: {_person(answer.recipient)}",
        f"Subject: {_words(answering(answer.subject)[:LONGEST_SUBJECT], len('Subject: '))}",
        f"Date: {format_datetime(answer.at)}",
        f"Message-ID: <{answer.id}>",
        f"X-Cxtui-Reply: {answer.id}",
    ]
    if answer.answers:
        above = dict.fromkeys((*answer.references, answer.answers))
        *some, last = above
        kept = [*some[:1], *some[1:][-MOST_REFERENCES:], last]
        lines += [f"In-Reply-To: <{answer.answers}>", f"References: {_folded(kept)}"]
    encoding, body = _body(answer.text)
    text = ["Content-Type: text/plain; charset=utf-8", f"Content-Transfer-Encoding: {encoding}", "", body]
    lines.append("MIME-Version: 1.0")
    if not answer.parts:
        return "\r\n".join([*lines, *text]).encode("ascii")
    edge = f"=_{sha256(answer.id.encode()).hexdigest()[:40]}"
    lines += [f'Content-Type: multipart/mixed; boundary="{edge}"', ""]
    pieces = ["\r\n".join([*lines, f"--{edge}", *text]).encode("ascii")]
    for one in answer.parts:
        pieces += [f"\r\n--{edge}\r\n".encode("ascii"), _part(one)]
    return b"".join([*pieces, f"\r\n--{edge}--\r\n".encode("ascii")])


def _part(part: Part) -> bytes:
    """A file with its head. Source: RFC 2045, 6; RFC 2183; RFC 2231 for the name."""
    kind = part.kind if _KIND.fullmatch(part.kind) and not part.kind.startswith(_NESTED) else NO_KIND
    head = [
        f"Content-Type: {kind}",
        f"Content-Disposition: attachment{_named(part.name)}",
        "Content-Transfer-Encoding: base64",
    ]
    packed = encodebytes(part.content).replace(b"\n", b"\r\n").removesuffix(b"\r\n")
    return "\r\n".join([*head, "", ""]).encode("ascii") + packed


def _named(name: str) -> str:
    """The name of a file as a parameter, in pieces where it is long or not ASCII."""
    plain = " ".join(_UNSEEN.sub(" ", name).split()) or "file"
    if len(plain) <= SHORT_NAME and _PLAIN_NAME.fullmatch(plain):
        return f';\r\n filename="{plain}"'
    packed = quote(plain.encode("utf-8", "replace"), safe="")
    pieces = re.findall(rf"(?:%..|[^%]){{1,{PIECE}}}", packed)
    if len(pieces) == 1:
        return f";\r\n filename*=utf-8''{packed}"
    said = [f"filename*{n}*={piece}" for n, piece in enumerate(pieces)]
    said[0] = f"filename*0*=utf-8''{pieces[0]}"
    return "".join(f";\r\n {one}" for one in said)


def _folded(ids: Iterable[str]) -> str:
    return "\r\n ".join(f"<{one}>" for one in ids)


def _host(address: str) -> str:
    host = address.rpartition("@")[2]
    return host if host.isascii() else host.encode("idna").decode("ascii")


def wire_address(address: str) -> str:
    """An address as it is written on the wire. Raises: ValueError where that is not possible."""
    local, _, host = address.rpartition("@")
    if not local.isascii():
        raise ValueError("the name before the @ is not written in plain letters")
    return f"{local}@{host if host.isascii() else host.encode('idna').decode('ascii')}"


def _person(person: Person) -> str:
    address = wire_address(person.address)
    name = " ".join(_UNSEEN.sub(" ", person.name).split())[:100]
    if not name:
        return address
    if not name.isascii():
        return f"{_words(name, 6)} <{address}>"
    if _NEEDS_QUOTES.search(name):
        quoted = name.replace("\\", "\\\\").replace('"', '\\"')
        name = f'"{quoted}"'
    return f"{name} <{address}>"


def _words(text: str, begun: int) -> str:
    """Words of a head, folded, in encoded words where they are not ASCII."""
    plain = " ".join(_UNSEEN.sub(" ", text).split())
    plain = plain.encode("utf-8", "replace").decode("utf-8")
    # what looks like an encoded word would be read as one
    charset = "us-ascii" if plain.isascii() and "=?" not in plain else "utf-8"
    return Header(plain, charset, header_name="x" * max(begun - 2, 1)).encode(linesep="\r\n")


def _body(text: str) -> tuple[str, str]:
    """The encoding and the encoded text: plain where that is possible, else what is shorter."""
    rows = "\n".join(text.splitlines()).rstrip("\n") + "\n"
    raw = rows.encode("utf-8", "replace")
    if raw.isascii() and all(len(row) <= 78 for row in rows.split("\n")) and "\0" not in rows:
        return "7bit", rows.replace("\n", "\r\n")
    if sum(byte > 127 for byte in raw) * 3 > len(raw):
        packed = encodebytes(raw.replace(b"\n", b"\r\n"))
        return "base64", packed.decode("ascii").replace("\n", "\r\n")
    quoted = quopri.encodestring(raw).decode("ascii")
    return "quoted-printable", quoted.replace("\r\n", "\n").replace("\n", "\r\n")
