"""Choices among the records of a timeline: a byte for each, 1 where it is chosen."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import reduce


def chosen(numbers: Iterable[int], among: Collection[int]) -> bytes:
    """Those whose number is among some."""
    return bytes(map(among.__contains__, numbers))


def either(masks: Iterable[bytes | bytearray], size: int) -> bytes:
    """What is chosen by one of some masks of a size."""
    return _bytes(reduce(int.__or__, map(_number, masks), 0), size)


def every(masks: Iterable[bytes], size: int) -> bytes:
    """What is chosen by all of some masks of a size."""
    return _bytes(reduce(int.__and__, map(_number, masks), _number(b"\1" * size)), size)


def others(mask: bytes) -> bytes:
    """What a mask does not choose."""
    return mask.translate(_OTHERS)


def blanked(flag: bytes | bytearray, mask: bytes) -> bytes:
    """A flag with nothing in it where a mask does not choose."""
    return _bytes(_number(flag) & _number(mask.translate(_WHOLE)), len(mask))


def _number(mask: bytes | bytearray) -> int:
    return int.from_bytes(mask, "little")


def _bytes(mask: int, size: int) -> bytes:
    return mask.to_bytes(size, "little")


_OTHERS = bytes([1, *[0] * 255])
_WHOLE = bytes([0, *[255] * 255])
