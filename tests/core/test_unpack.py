"""What is inflated is the same however it arrives, and never more than allowed."""

from __future__ import annotations

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtui.core.unpack import Inflater
from cxtui.errors import Unreadable

ROOM = 1 << 20


def unpack(packed: bytes, size: int, room: int = ROOM) -> bytes:
    inflater = Inflater("shop.example", room)
    pieces = [inflater.feed(packed[at : at + size]) for at in range(0, len(packed), size)]
    inflater.end()
    return b"".join(pieces)


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=4), st.integers(1, 50), st.integers(0, 5))
def test_any_cut_and_number_of_members_give_the_same(bodies: list[bytes], size: int, padding: int) -> None:
    packed = b"".join(map(gzip.compress, bodies)) + b"\0" * padding
    assert unpack(packed, size) == b"".join(bodies)


def test_zlib_is_read_too() -> None:
    assert unpack(zlib.compress(b"hello"), 3) == b"hello"


@given(st.binary(min_size=1, max_size=300), st.data())
def test_a_cut_answer_is_not_taken_for_a_whole_one(body: bytes, data: st.DataObject) -> None:
    packed = gzip.compress(body)
    cut = data.draw(st.integers(1, len(packed) - 1))
    with pytest.raises(Unreadable, match=r"shop\.example broke off"):
        unpack(packed[:cut], 7)


def test_nothing_at_all_is_an_empty_answer() -> None:
    assert unpack(b"", 1) == b""


@given(st.integers(0, 2000), st.integers(1, 4096))
def test_more_than_the_room_is_refused_and_the_room_itself_is_not(room: int, size: int) -> None:
    assert unpack(gzip.compress(bytes(room)), size, room) == bytes(room)
    with pytest.raises(Unreadable, match="sent more than"):
        unpack(gzip.compress(bytes(room + 1)), size, room)


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = gzip.compress(bytes(200 << 20))
    with pytest.raises(Unreadable, match="sent more than 8 MiB, packed"):
        unpack(bomb, len(bomb), 8 << 20)


@given(st.binary(min_size=3, max_size=100).filter(lambda b: b[:1] not in (b"\x1f", b"x") and b.strip(b"\0")))
def test_what_is_no_gzip_is_said_so(junk: bytes) -> None:
    with pytest.raises(Unreadable, match=r"packed wrongly|broke off"):
        unpack(junk, 10)
