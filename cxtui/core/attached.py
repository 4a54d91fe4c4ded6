"""Files that go out with a reply: what they are, by their first bytes, and how they are called."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from struct import unpack_from

from cxtui.core.text import clean, one_line

LONGEST_NAME = 120
"""Characters of a file's name as it is sent."""
LONGEST_ALT = 10_000
NO_KIND = "application/octet-stream"
PICTURES = ("image/gif", "image/jpeg", "image/png", "image/webp")
"""Kinds of pictures that are known by their first bytes."""
HEAD = 256 * 1024
"""So many bytes at the beginning of a picture say how large it is."""

_BRANDS = {b"heic": "image/heic", b"heix": "image/heic", b"mif1": "image/heif", b"avif": "image/avif"}
_NO_SIZE = frozenset({0x01, *range(0xD0, 0xDA)})
_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_UNFIT = re.compile(r'[/\\:*?"<>|]+')


@dataclass(frozen=True, slots=True)
class File:
    """One file of a reply. ``alt`` says what a picture shows to those who cannot see it.

    ``name`` is how the customer sees it, ``size`` in bytes, ``sha256`` of the content, in hex. ``path`` is
    where our copy of the content is while it is sent, empty before.
    """

    name: str
    kind: str
    size: int
    sha256: str
    alt: str = ""
    path: str = ""

    @property
    def picture(self) -> bool:
        """Whether it is one to look at."""
        return self.kind.startswith("image/")

    @property
    def words(self) -> str:
        """``file: invoice.pdf 48 kB``, ``image: lamp.png 210 kB, alt: …``."""
        said = f"{'image' if self.picture else 'file'}: {self.name} {sized(self.size)}"
        return f"{said}, alt: {self.alt}" if self.alt else said


def sized(count: int) -> str:
    """``812 bytes``, ``48 kB``, ``2.1 MB``."""
    if count < 1000:
        return "1 byte" if count == 1 else f"{count} bytes"
    if count < 999_500:
        return f"{count / 1000:.0f} kB"
    return f"{count / 1_000_000:.1f}".removesuffix(".0") + " MB"


def file_name(raw: str) -> str:
    """A name as it can be sent: one clean line, without what other systems refuse; its ending stays."""
    text = raw.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    plain = _UNFIT.sub("_", one_line(clean(text, limit=10 * LONGEST_NAME))).strip(". ")
    if len(plain) > LONGEST_NAME:
        head, dot, end = plain.rpartition(".")
        end = f"{dot}{end}" if head and len(end) <= 10 else ""
        plain = plain[: LONGEST_NAME - len(end)].rstrip() + end
    return plain or "file"


def alt_text(raw: str) -> str:
    """An alternative text, cleaned, in one line."""
    return one_line(clean(raw, limit=LONGEST_ALT))


def kind_of(head: bytes, guessed: str) -> str:
    """What a file is. A name may lie: what it calls a picture is one only where its first bytes say so."""
    found = _seen(head)
    if found:
        return found
    return NO_KIND if guessed in PICTURES else guessed or NO_KIND


def takes(kind: str, kinds: Iterable[str]) -> bool:
    """Whether a kind is among such as ``image/png`` and ``image/*``; all are among none."""
    wanted = tuple(kinds)
    return not wanted or any(
        kind == one or (one.endswith("/*") and kind.startswith(one[:-1])) for one in wanted
    )


def measures(head: bytes) -> tuple[int, int] | None:
    """Width and height of a picture as it is to be looked at, None where its beginning does not say."""
    match _seen(head):
        case "image/png" if len(head) >= 24:
            found = unpack_from(">II", head, 16)
        case "image/gif" if len(head) >= 10:
            found = unpack_from("<HH", head, 6)
        case "image/jpeg":
            found = _jpeg(head)
        case "image/webp":
            found = _webp(head)
        case _:
            found = None
    return (int(found[0]), int(found[1])) if found and min(found) > 0 else None


def camera_notes(head: bytes) -> bool:
    """Whether a camera wrote into a picture how, and perhaps where, it was taken."""
    return b"Exif\0\0" in head or (head[:4] == b"RIFF" and b"EXIF" in head) or b"eXIf" in head[:4096]


def _seen(head: bytes) -> str:
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head[:6] in (b"GIF87a", b"GIF89a"):
        return "image/gif"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    return _BRANDS.get(head[8:12], "") if head[4:8] == b"ftyp" else ""


def _jpeg(head: bytes) -> tuple[int, ...] | None:
    """The size in a JPEG's frame. Source: ITU T.81, B; a camera that was held upright says so in Exif."""
    at, turned = 2, False
    while at + 9 <= len(head) and head[at] == 0xFF:
        marker = head[at + 1]
        if marker == 0xFF or marker in _NO_SIZE:
            at += 1 if marker == 0xFF else 2
            continue
        (length,) = unpack_from(">H", head, at + 2)
        if marker in _FRAMES:
            high, wide = unpack_from(">HH", head, at + 5)
            return (high, wide) if turned else (wide, high)
        if marker == 0xE1:
            turned = turned or _turned(head[at + 4 : at + 2 + length])
        at += 2 + length
    return None


def _turned(notes: bytes) -> bool:
    """Whether notes of a camera say that width and height are to be exchanged. Source: Exif 2.32, 4.6.4."""
    if not notes.startswith(b"Exif\0\0"):
        return False
    told = notes[6:]
    end = {b"II*\0": "<", b"MM\0*": ">"}.get(told[:4])
    if end is None or len(told) < 8:
        return False
    (first,) = unpack_from(f"{end}I", told, 4)
    if len(told) < first + 2:
        return False
    (count,) = unpack_from(f"{end}H", told, first)
    for at in range(first + 2, min(first + 2 + 12 * count, len(told) - 11), 12):
        tag, _, _, value = unpack_from(f"{end}HHIH", told, at)
        if tag == 0x0112:
            return 5 <= value <= 8
    return False


def _webp(head: bytes) -> tuple[int, ...] | None:
    """The size in the first chunk. Source: RFC 9649, 2.5 to 2.7."""
    match head[12:16]:
        case b"VP8X" if len(head) >= 30:
            return (
                1 + int.from_bytes(head[24:27], "little"),
                1 + int.from_bytes(head[27:30], "little"),
            )
        case b"VP8L" if len(head) >= 25:
            bits = int.from_bytes(head[21:25], "little")
            return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
        case b"VP8 " if len(head) >= 30:
            wide, high = unpack_from("<HH", head, 26)
            return wide & 0x3FFF, high & 0x3FFF
        case _:
            return None
