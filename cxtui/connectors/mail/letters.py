"""What the head of a mail says: who, to whom, when, what it answers, and whether a person wrote it.

Mail comes from anybody, so that every line of it may be wrong, cut, or of the wrong kind; what
cannot be read is read as far as it can be. Source: RFC 5322, RFC 2047, RFC 3834, RFC 2919.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.errors import HeaderParseError
from email.header import decode_header
from email.utils import getaddresses
from hashlib import sha256

from cxtui.core.moments import moment

HEADERS = (
    "From", "Reply-To", "Date", "Message-ID", "In-Reply-To", "Return-Path", "Auto-Submitted",
    "Precedence", "List-Id", "List-Unsubscribe", "X-Autoreply", "X-Autorespond", "Content-Type",
    "X-Cxtui-Reply",
)  # fmt: skip
"""What is asked for of each mail, beside what may be long."""
LONG_ONES = ("Subject", "To", "Cc")
"""Asked for apart: one that is endless must not cut off who wrote, or that it was a machine."""
REPORT = "is a report about another mail"
MOST_IDS = 100
LONGEST_LINE = 4_000
"""Characters of a header that are looked at; addresses and ids take time that grows with them."""
LONGEST_ID = 200
IMPORTED = timedelta(days=7)
"""No mail is on its way for so long."""

_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:")
_ID = re.compile(r"<([^<>]{1,1000})>")
_PLAIN_ID = re.compile(r"[!-~]+")
_ODD = re.compile(r"[<>,\"\\()]")
_ANGLED = re.compile(r"([^<>,]*)<\s*([^<>\s@]+@[^<>\s@]+)\s*>")
_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\\x00-\x1f\x7f]{1,64}@[^\s@<>,;:\"()\\\x00-\x1f\x7f]{1,255}")
_MACHINE = re.compile(r"mailer-daemon|postmaster|bounces?([+=-].*)?", re.IGNORECASE)
_MUTE = re.compile(r"(.*[._+-])?(no|do[._-]?not|dont)[._-]?reply([._+-].*)?", re.IGNORECASE)
_OWN_WORD = frozenset({"x-autoreply", "x-autorespond"})
"""Lines by which older programs say that nobody wrote the mail."""
_RE = re.compile(r"\s*(re|aw|sv|antw|rv|odp|vs)\s*(\[\d+\])?\s*[:：]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Person:
    """An address and the name beside it."""

    address: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """The head of one mail, decoded. ``id`` is its name in cxtui, ``said_id`` what it calls itself.

    ``automatic`` says why nobody waits for an answer, ``stamp`` tells it from others with its id.
    ``reply`` is the id that a reply of cxtui's left with: some servers give it another one.
    """

    id: str
    said_id: str
    sender: Person
    replies_to: tuple[Person, ...]
    subject: str
    date: datetime | None
    parents: tuple[str, ...]
    references: tuple[str, ...]
    automatic: str
    stamp: str
    reply: str = ""

    @property
    def root(self) -> str:
        """The first mail of the conversation: that of References, else the one answered, else itself."""
        return next(iter((*self.references, *self.parents)), self.id)

    @property
    def parent(self) -> str | None:
        """The mail answered: the first of In-Reply-To, else the last of References."""
        above = (*self.parents[:1], *self.references[-1:])
        return above[0] if above and above[0] != self.id else None


def head_of(raw: bytes, arrived: datetime | None, groups: Collection[str] = ()) -> Head:
    """What the lines of a head say. ``arrived`` is when the server got it."""
    lines = fields(raw)
    named = people(lines.get("from", ""))
    sender = next((one for one in named if written_to(one.address)), next(iter(named), Person("")))
    said = next(iter(ids(lines.get("message-id", ""))), "")
    marks = [lines.get(name, "") for name in ("from", "date", "subject", "to")]
    if not lines.get("date") and arrived:
        marks.append(arrived.isoformat())
    mark = sha256("\n".join(marks).encode("utf-8", "replace")).hexdigest()[:16]
    answered = people(lines.get("reply-to", ""))
    return Head(
        id=known_as(said) if said else f"no-id,{_day(arrived)},{mark}",
        said_id=said,
        sender=sender,
        replies_to=tuple(one for one in answered if written_to(one.address)),
        subject=decoded(lines.get("subject", "")),
        date=_posted(moment(lines.get("date", "").partition("(")[0]), arrived),
        parents=tuple(map(known_as, ids(lines.get("in-reply-to", "")))),
        references=tuple(map(known_as, ids(lines.get("references", "")))),
        automatic=automatic(lines, sender, answered, groups),
        stamp=mark,
        reply=known_as(lines["x-cxtui-reply"]) if lines.get("x-cxtui-reply") else "",
    )


def _posted(said: datetime | None, arrived: datetime | None) -> datetime | None:
    """When a mail was written: the server's time, however wrong the clock of the writer is.

    By the writer's a question that crossed our answer on its way, or came from a slow clock, would
    be older than the answer and count as answered. What is much older was put here from elsewhere.
    """
    if said is None or arrived is None:
        return arrived or said
    return said if said < arrived - IMPORTED else arrived


def fields(raw: bytes) -> dict[str, str]:
    """The lines of a head by name in lower case, unfolded, the first of each name."""
    found: dict[str, str] = {}
    for line in re.split(rb"\r?\n(?![ \t])", raw):
        name = _FIELD.match(line)
        if name:
            value = re.sub(rb"\r?\n", b"", line[name.end() :]).strip()
            text = _text(value)
            found.setdefault(name[1].decode("ascii").lower(), text)
    return found


def _text(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("cp1252", "replace")


def decoded(value: str) -> str:
    """A header with its encoded words read; what cannot be read stays as it is."""
    value = value[:LONGEST_LINE]
    if "=?" not in value:
        return value
    try:
        pieces = decode_header(value)
    except (HeaderParseError, ValueError):
        return value
    words: list[str] = []
    for piece, charset in pieces:
        words.append(piece if isinstance(piece, str) else _piece(piece, charset))
    return "".join(words)


def _piece(piece: bytes, charset: str | None) -> str:
    # what stood outside the encoded words comes back as raw Unicode escapes
    return piece.decode("raw-unicode-escape", "replace") if charset is None else read(piece, charset)


_UNFIT = frozenset({"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "mbcs", "oem"})
"""Codecs that are none for mail; some of them take time that grows with the square of a text."""


def read(raw: bytes, charset: str | None) -> str:
    """Bytes in the charset that they say they have, else in the one they most likely have."""
    name = (charset or "utf-8").strip(" \"'").lower().replace("-", "_")
    if name in ("us_ascii", "ascii", "iso_8859_1", "latin1", "latin_1"):
        name = "utf-8"  # said by many that write something else; plain ASCII is UTF-8 anyway
    if name not in _UNFIT:
        try:
            return raw.decode(name)
        except (LookupError, UnicodeError, ValueError):
            pass
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def people(value: str) -> tuple[Person, ...]:
    """The addresses of a header in order, their names decoded."""
    pairs = getaddresses([value[:LONGEST_LINE]])
    if not any(
        written_to(address.strip()) for _, address in pairs
    ):  # a sign in a name that stands for itself
        pairs = _ANGLED.findall(value[:LONGEST_LINE]) or pairs
        pairs = [(name.strip(' "'), address) for name, address in pairs]
    return tuple(Person(address.strip(), decoded(name)) for name, address in pairs if address.strip())


def written_to(address: str) -> bool:
    """Whether a mail can be sent there: one address, nothing else in it."""
    return _ADDRESS.fullmatch(address) is not None


def ids(value: str) -> tuple[str, ...]:
    """The message ids of a header without their brackets; of very many the first and the last."""
    found = [inner.strip() for inner in _ID.findall("".join(value.split()))]
    if not found and _PLAIN_ID.fullmatch(value.strip()):
        found = [value.strip()]
    found = [one for one in found if one]
    return tuple(found[:1] + found[1:][-MOST_IDS + 1 :])


def known_as(said: str) -> str:
    """The id in cxtui of a mail that calls itself ``said``: the same, unless that could do harm."""
    if len(said) <= LONGEST_ID and _PLAIN_ID.fullmatch(said) and not _ODD.search(said):
        return said
    return f"odd,{sha256(said.encode('utf-8', 'replace')).hexdigest()[:20]}"


def fit_to_say(said: str) -> bool:
    """Whether an id can be repeated in the head of a mail of ours."""
    return 0 < len(said) <= 900 and _PLAIN_ID.fullmatch(said) is not None


def twin(head: Head) -> str:
    """The id of another mail that calls itself the same."""
    return f"{head.id},{head.stamp}"


def _day(at: datetime | None) -> str:
    return at.astimezone(UTC).strftime("%Y%m%d") if at else "0"


def automatic(
    lines: dict[str, str], sender: Person, answered: Iterable[Person], groups: Collection[str] = ()
) -> str:
    """Why no person waits for an answer to this mail, as the end of a sentence; empty where one may.

    ``groups`` are lists of our own, by which customers' mail may come to us.
    """
    others = {one.address.casefold() for one in answered} - {sender.address.casefold()}
    why = _by_machine(lines, sender) or _to_many(lines, groups)
    if not why and mute(sender) and not others:
        return "was sent by an address that reads no answers"
    return why


def _by_machine(lines: dict[str, str], sender: Person) -> str:
    if lines.get("content-type", "").lower().startswith("multipart/report"):
        return REPORT
    submitted = lines.get("auto-submitted", "").split(";")[0].split("(")[0].strip().lower()
    precedence = lines.get("precedence", "").strip().lower()
    if submitted not in ("", "no") or precedence == "auto_reply" or not _OWN_WORD.isdisjoint(lines):
        return "is an automatic one"
    if lines.get("return-path", "x").replace(" ", "") == "<>":
        return REPORT
    return "was sent by a mail server" if _MACHINE.fullmatch(sender.address.partition("@")[0]) else ""


def _to_many(lines: dict[str, str], groups: Collection[str]) -> str:
    spread = lines.get("list-id", "").rpartition("<")[2].strip("> ").casefold()
    precedence = lines.get("precedence", "").strip().lower()
    if spread not in groups and (spread or precedence in ("bulk", "list", "junk")):
        return "was sent to many"
    return ""


def mute(sender: Person) -> bool:
    """Whether an address says of itself that nobody reads what is sent there."""
    return _MUTE.fullmatch(sender.address.partition("@")[0]) is not None


def answering(subject: str) -> str:
    """The subject of an answer."""
    plain = " ".join(subject.split())
    return plain if _RE.match(plain) else f"Re: {plain or 'your message'}"
