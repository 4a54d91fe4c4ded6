"""Bytes to text, by what they are rather than by what they say.

The XML reader gets text only: expat knows four encodings, Python all that feeds are
written in. Labels are taken as browsers take them (latin-1 means windows-1252 …).
Source: WHATWG Encoding, labels.
"""

from __future__ import annotations

import codecs
import re

from cxtui.errors import Unreadable

MAX_SIZE = 8 * 1024 * 1024
"""Characters, decoded."""

_DECLARED = re.compile(rb"^\s*<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._:-]{1,40})[\"']")
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
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def decode(body: bytes, content_type: str | None, problems: list[str]) -> str:
    """The text of an answer, without a mark at its start or characters that no feed may hold.

    Adds to ``problems`` what had to be mended. Raises: Unreadable where it is too large.
    """
    if len(body) > 4 * MAX_SIZE:
        raise Unreadable("it is larger than 8 MiB, which is refused")
    text = _decoded(body, content_type, problems)
    if len(text) > MAX_SIZE:
        raise Unreadable("it is larger than 8 MiB, which is refused")
    fit = _CONTROLS.sub("", text)
    if len(fit) != len(text):
        problems.append("holds control characters, which were left out")
    return fit.lstrip("\ufeff \t\r\n")


def _decoded(body: bytes, content_type: str | None, problems: list[str]) -> str:
    for start, name in _BOMS:
        if body.startswith(start):
            return body[len(start) :].decode(name, "replace")
    for start, name in _STARTS:
        if body.startswith(start):
            return body.decode(name, "replace")
    said = _said(body, content_type)
    if "utf-8" in said or not said:
        return _unicode(body, problems, said)
    for name in said:
        try:
            return body.decode(name)
        except UnicodeDecodeError:
            continue
    problems.append(f"is not in the encoding it names ({said[0]})")
    return body.decode(said[0], "replace")


def _said(body: bytes, content_type: str | None) -> list[str]:
    """The encodings that the answer names for itself, the server's word first."""
    by_server, by_itself = _CHARSET.search(content_type or ""), _DECLARED.search(body[:1024])
    names = [by_server[1] if by_server else "", by_itself[1].decode() if by_itself else ""]
    return [known for name in names if name and (known := _known(name))]


def _known(label: str) -> str:
    """Python's name of an encoding that text can be in, or nothing."""
    try:
        name = codecs.lookup(label).name
        " ".encode(name)  # some codecs make bytes of bytes
    except (LookupError, ValueError):
        return ""
    # two and four bytes for a letter show in the first bytes: who only says so is wrong
    return "" if name in _NO_CHARSETS or name.startswith(("utf-16", "utf-32")) else _WIDER.get(name, name)


def _unicode(body: bytes, problems: list[str], said: list[str]) -> str:
    """UTF-8; a few broken letters are replaced, what hardly is UTF-8 is read as windows-1252."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.end == len(body) and error.reason == "unexpected end of data":
            return body[: error.start].decode("utf-8")  # cut inside a letter
    mended = body.decode("utf-8", "replace")
    broken = mended.count("\ufffd")
    letters = sum(1 for char in mended if char > "\x7f") - broken
    other = next((name for name in said if name != "utf-8"), "cp1252")
    if letters > broken:
        problems.append(f"holds broken letters ({broken}), which were replaced")
        return mended
    problems.append(f"is not in the encoding it names (utf-8), and was read as {other}")
    try:
        return body.decode(other)
    except UnicodeDecodeError:
        return body.decode("latin-1")
