"""Same words? Whose name, whose sentence? What two texts have to do with each other."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from unicodedata import normalize

from cxtui.core.item import Author

QUOTED = 20
"""So many characters in common are a quotation."""
HEARD = 1_000
"""Quotations are looked for in so many characters of a text."""
GONE = ("[deleted]", "[removed]")
"""What Reddit and others leave in the place of a withdrawn text."""
NOBODY = frozenset({"", "anonymous", "anonym", "guest", "user", "unknown", "admin", "a google user"})
"""What many customers are called together names none of them."""

_MENTION = re.compile(r"(?:(?<![\w@./])@|(?<![\w/])/?u/)([\w][\w.-]*)")
_WORD = re.compile(r"[\w'’.-]+")
_NO_BYTE = re.compile(f"[^\x00-\xff{re.escape(bytes(range(0x80, 0xA0)).decode('cp1252', 'ignore'))}]")
"""A character that is no byte in Latin-1 or Windows-1252."""


def plain(text: str) -> str:
    """A text as it is compared: bytes decoded twice made whole, NFC, one blank between words."""
    return " ".join(normalize("NFC", repaired(text)).split())


def repaired(text: str) -> str:
    """A text whose UTF-8 was taken for Latin-1 or Windows-1252, as it was meant."""
    if text.isascii() or _NO_BYTE.search(text):
        return text
    try:
        return b"".join(map(_byte, text)).decode("utf-8")
    except UnicodeError:
        return text


def _byte(char: str) -> bytes:
    return char.encode("latin-1") if "\x80" <= char <= "\x9f" else char.encode("cp1252")


def garbled(text: str) -> bool:
    """Whether a text shows that it was decoded wrongly."""
    return "\ufffd" in text or repaired(text) != text


def same_words(one: str, other: str) -> bool:
    """Whether two texts differ at most by how their bytes were read."""
    if plain(one) == plain(other):
        return True
    bones = _bones(one)
    return len(bones) >= QUOTED // 2 and (garbled(one) or garbled(other)) and bones == _bones(other)


def _bones(text: str) -> str:
    return " ".join("".join(char if char.isascii() else " " for char in text).split())


def alike(one: str, other: str) -> float:
    """How much of two texts is the same, from 0 to 1: their triples of letters, blanks and marks left out."""
    mine, theirs = _triples(one), _triples(other)
    size = mine.total() + theirs.total()
    return 2 * (mine & theirs).total() / size if size else float(plain(one) == plain(other))


def _triples(text: str) -> Counter[str]:
    letters = "".join(filter(str.isalnum, plain(text).casefold()))
    return Counter(letters[n : n + 3] for n in range(max(len(letters) - 2, 1))) if letters else Counter()


def withdrawn(text: str) -> bool:
    """Whether a text says nothing but that it was taken back."""
    return text.strip() in GONE


def called(author: Author) -> frozenset[str]:
    """How somebody may be called: handle, its part before the server, name and first name."""
    handle = account(author.handle)
    name = plain(author.name).casefold().removeprefix("@")
    first = name.partition(" ")[0]
    names = {handle, handle.partition("@")[0], name, first if len(first) > 2 else ""}
    return frozenset() if handle in NOBODY or handle.startswith("anonymous#") else frozenset(names - NOBODY)


def account(handle: str) -> str:
    """A handle in one spelling, without the marks that networks put before it."""
    return plain(handle).casefold().removeprefix("/").removeprefix("u/").lstrip("@")


def addressed(text: str) -> frozenset[str]:
    """All names by which a text may call somebody: mentions anywhere, words at its start.

    One word of greeting may stand before the name.
    """
    said = plain(text).casefold()
    mentions = {found.rstrip(".-") for found in _MENTION.findall(said)}
    words = [found[0].strip(".'’-") for found, _ in zip(_WORD.finditer(said), range(5), strict=False)]
    starts = {" ".join(words[at : at + n]) for at in (0, 1) for n in (1, 2, 3)}
    return frozenset((mentions | starts) - NOBODY)


def passages(text: str) -> Iterator[str]:
    """Every stretch of a text that would be a quotation of it."""
    said = plain(text).casefold()[:HEARD]
    return (said[at : at + QUOTED] for at in range(len(said) - QUOTED + 1))
