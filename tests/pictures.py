"""Small pictures for tests, whole as far as their heads are looked at."""

from __future__ import annotations

import struct
import zlib


def png(wide: int, high: int, more: bytes = b"") -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    rows = b"".join(b"\0" + b"\xff\0\0" * wide for _ in range(high))
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", wide, high, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"") + more


def jpeg(wide: int, high: int, turned: int = 0) -> bytes:
    """With ``turned`` a camera noted how it was held (Exif's orientation)."""
    notes = b""
    if turned:
        told = b"MM\0*" + struct.pack(">IHHHIHH", 8, 1, 0x0112, 3, 1, turned, 0)
        block = b"Exif\0\0" + told
        notes = b"\xff\xe1" + struct.pack(">H", len(block) + 2) + block
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, high, wide, 1) + b"\x01\x11\0"
    return b"\xff\xd8" + notes + b"\xff\xdb" + struct.pack(">H", 4) + b"\0\0" + frame + b"\xff\xd9"


def gif(wide: int, high: int) -> bytes:
    return b"GIF89a" + struct.pack("<HH", wide, high) + b"\0\0\0;"


def webp(wide: int, high: int) -> bytes:
    body = b"WEBPVP8X" + struct.pack("<I", 10) + b"\0\0\0\0"
    body += (wide - 1).to_bytes(3, "little") + (high - 1).to_bytes(3, "little")
    return b"RIFF" + struct.pack("<I", len(body)) + body
