"""Bytes to UTF-8, by what they are rather than by what they say.

The XML reader gets UTF-8 only: expat knows four encodings, Python all that feeds are
written in. Labels are taken as browsers take them (latin-1 means windows-1252 …).
Source: WHATWG Encoding, labels.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from functools import lru_cache

from cxtui.errors import Unreadable

MAX_SIZE = 8 * 1024 * 1024
"""Characters, decoded."""
TOO_LARGE = "it is larger than 8 MiB, which is refused"

_DECLARED = re.compile(rb"\s*<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._:-]{1,40})[\"']")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9._:-]{1,40})", re.IGNORECASE)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_STARTS = (
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
_WIDER = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "tis-620": "cp874",
    "iso8859-11": "cp874",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
}
_NO_CHARSETS = {
    "idna",
    "punycode",
    "undefined",
    "unicode-escape",
    "raw-unicode-escape",
    "utf-7",
    "mbcs",
    "oem",
}
_CONTROLS = bytes({*range(9), 11, 12, *range(14, 32)})
_LEADING = bytes(range(0xC0, 0x100))
_BEGINNINGS = bytes({*range(0x80), *range(0xC0, 0x100)})
"""Bytes that begin a character; the others continue one."""
_REPLACEMENT = "\ufffd".encode()
_NO_LETTERS = re.compile(b"\xef\xbf[\xbe\xbf]")
PIECE = 65_536


def decode(body: bytes, content_type: str | None, problems: list[str]) -> bytes:
    """An answer in UTF-8, without a mark at its start or characters that no feed may hold.

    Adds to ``problems`` what had to be mended. Raises: Unreadable where it is too large.
    """
    if len(body) > 4 * MAX_SIZE:
        raise Unreadable(TOO_LARGE)
    document = _decoded(body, content_type, problems)
    if len(document) > MAX_SIZE and _letters(document) > MAX_SIZE:
        raise Unreadable(TOO_LARGE)
    if _holds_controls(document):
        document = document.translate(None, _CONTROLS)
        if not document:
            return b""
        problems.append("holds control characters, which were left out")
    if b"\xef\xbf\xbe" in document or b"\xef\xbf\xbf" in document:
        document = _NO_LETTERS.sub(b"", document)
        problems.append("holds characters that are none, which were left out")
    document = document.lstrip()
    if document.startswith(codecs.BOM_UTF8):
        bare = document.lstrip(codecs.BOM_UTF8 + b" \t\r\n")  # bytes, which other letters have, too
        return bare if bare[:1] in b"<{[" else document[3:]
    return document


def _holds_controls(document: bytes) -> bool:
    if len(document) <= PIECE:
        return len(document.translate(None, _CONTROLS)) < len(document)
    return any(len(piece.translate(None, _CONTROLS)) < len(piece) for piece in _pieces(document))


def _pieces(document: bytes) -> Iterator[bytes]:
    return (document[start : start + PIECE] for start in range(0, len(document), PIECE))


def _letters(document: bytes) -> int:
    return sum(len(piece) - len(piece.translate(None, _BEGINNINGS)) for piece in _pieces(document))


def _decoded(body: bytes, content_type: str | None, problems: list[str]) -> bytes:
    if body[:1] == b"\0" or body[1:2] == b"\0" or body[:1] in b"\xef\xff\xfe":
        for start, name in _BOMS:
            if body.startswith(start):
                return _recoded(body[len(start) :], name, "replace")
        for start, name in _STARTS:
            if body.startswith(start):
                return _recoded(body, name, "replace")
    said = _said(body, content_type)
    if "utf-8" in said or not said:
        return _unicode(body, problems, said)
    for name in said:
        try:
            return _recoded(body, name)
        except UnicodeDecodeError:
            continue
    problems.append(f"is not in the encoding it names ({said[0]})")
    return _recoded(body, said[0], "replace")


def _recoded(body: bytes, name: str, errors: str = "strict") -> bytes:
    """From another encoding to UTF-8, piece by piece. Raises: UnicodeDecodeError."""
    if name == "utf-8" and errors == "strict":
        return _checked(body)
    decoder = codecs.getincrementaldecoder(name)(errors)
    pieces = [decoder.decode(piece).encode("utf-8", "replace") for piece in _pieces(body)]
    return b"".join((*pieces, decoder.decode(b"", final=True).encode("utf-8", "replace")))


def _checked(body: bytes) -> bytes:
    """The same, where it is UTF-8. Raises: UnicodeDecodeError."""
    if len(body) <= PIECE:
        body.decode("utf-8")
        return body
    decoder = codecs.getincrementaldecoder("utf-8")()
    for piece in _pieces(body):
        decoder.decode(piece)
    decoder.decode(b"", final=True)
    return body


def _said(body: bytes, content_type: str | None) -> list[str]:
    """The encodings that the answer names for itself, the server's word first."""
    by_server = _CHARSET.search(content_type) if content_type else None
    by_itself = _DECLARED.match(body, 0, 1024)
    if by_server is None and by_itself is None:
        return []
    names = [by_server[1] if by_server else "", by_itself[1].decode() if by_itself else ""]
    return [known for name in names if name and (known := _known(name))]


@lru_cache(64)
def _known(label: str) -> str:
    """Python's name of an encoding that text can be in, or nothing."""
    try:
        name = codecs.lookup(label).name
        " ".encode(name)  # some codecs make bytes of bytes
    except (LookupError, ValueError):
        return ""
    # two and four bytes for a letter show in the first bytes: who only says so is wrong
    return "" if name in _NO_CHARSETS or name.startswith(("utf-16", "utf-32")) else _WIDER.get(name, name)


def _unicode(body: bytes, problems: list[str], said: list[str]) -> bytes:
    """UTF-8; a few broken letters are replaced, what hardly is UTF-8 is read as windows-1252."""
    try:
        return _checked(body)
    except UnicodeDecodeError:
        mended = _recoded(body, "utf-8", "replace")
    broken = mended.count(_REPLACEMENT) - body.count(_REPLACEMENT)
    if broken == 1 and mended.endswith(_REPLACEMENT) and not body.endswith(_REPLACEMENT):
        return mended[: -len(_REPLACEMENT)]  # cut inside a letter
    letters = len(mended) - len(mended.translate(None, _LEADING)) - broken
    other = next((name for name in said if name != "utf-8"), "cp1252")
    if letters > broken:
        problems.append(f"holds broken letters ({broken}), which were replaced")
        return mended
    problems.append(f"is not in the encoding it names (utf-8), and was read as {other}")
    try:
        return _recoded(body, other)
    except UnicodeDecodeError:
        return _recoded(body, "latin-1")
