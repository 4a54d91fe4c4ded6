"""Numbers in a draft: payment cards by issuer, length and checksum, bank accounts by country and checksum.

Digits of every script count, and so do the usual separators between groups.
Sources: ISO/IEC 7812-1 (cards, Luhn), ISO 13616 and the SWIFT IBAN registry (bank accounts).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

Span = tuple[int, int]

_RUN = re.compile(
    r"(?:(?<!\w)\(?|(?<=[^\W\d]{4})(?=\d{4}[ \-]?\d{4}[ \-]?\d{4}))\d"
    r"(?:(?:[ \-._/·•()\u00ad\u2010-\u2015\u2060\u2212]{0,3}|,)\d)*",
    re.ASCII,
)
"""Digits; written together with a word only where there are as many as in a card."""
_GROUP = re.compile(r"\d+", re.ASCII)
_WIDE = 3
"""So many separators, or a slash, set two phone numbers apart."""
_DATE = re.compile(
    r"(?<![\d.])(?:(?:19|20)\d\d[-./](?:0?[1-9]|1[0-2])[-./](?:[12]\d|3[01]|0?[1-9])"
    r"|(?:[12]\d|3[01]|0?[1-9])[-./](?:0?[1-9]|1[0-2])[-./](?:(?:19|20)\d\d|\d\d))(?!\d)",
    re.ASCII,
)
_COUNTRY = re.compile(r"(?<![a-z0-9])([a-z]{2})\d\d", re.ASCII)
_IN_ACCOUNT = re.compile(r"([ \-.\u00ad\u2010-\u2015\u2060]{0,2})([a-z0-9])", re.ASCII)
_DIGITS_ONLY = frozenset({
    "ae", "at", "ba", "be", "bi", "cr", "cz", "de", "dj", "dk", "ee", "eg", "es", "fi", "fo", "gl",
    "hr", "hu",
    "il", "is", "lt", "ly", "me", "mn", "mr", "no", "pl", "pt", "rs", "sd", "se", "si", "sk", "so",
    "tl", "tn",
    "va", "xk",
})  # fmt: skip
"""Countries whose account numbers have no letters."""
_SHORTEST, _LONGEST = 12, 19
_ALONE = 12
"""A card without separators is one group of at least so many digits."""

_ACCOUNTS = {
    code: int(length)
    for part in (
        "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28",
        "EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26",
        "IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28",
        "NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25",
        "SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30",
    )
    for code, length in ((one[:2].lower(), one[2:]) for one in part.split())
}
"""How long an IBAN of each country is."""

_ISSUERS: Sequence[tuple[range, int, frozenset[int]]] = (
    (range(4, 5), 1, frozenset({13, 16, 19})),  # Visa
    (range(51, 56), 2, frozenset({16})),  # Mastercard
    (range(2221, 2721), 4, frozenset({16})),
    (range(34, 35), 2, frozenset({15})),  # American Express
    (range(37, 38), 2, frozenset({15})),
    (range(6011, 6012), 4, frozenset({16, 19})),  # Discover
    (range(644, 650), 3, frozenset({16, 19})),
    (range(65, 66), 2, frozenset({16, 19})),
    (range(3528, 3590), 4, frozenset({16, 17, 18, 19})),  # JCB
    (range(300, 306), 3, frozenset({14, 16})),  # Diners Club
    (range(36, 37), 2, frozenset({14, 16, 19})),
    (range(38, 40), 2, frozenset({14, 16, 19})),
    (range(62, 63), 2, frozenset({16, 17, 18, 19})),  # UnionPay
    (range(2200, 2205), 4, frozenset({16, 17, 18, 19})),  # Mir
    (range(5018, 5019), 4, frozenset({12, 13, 14, 15, 16, 17, 18, 19})),  # Maestro
    (range(5020, 5021), 4, frozenset({12, 13, 14, 15, 16, 17, 18, 19})),
    (range(5038, 5039), 4, frozenset({12, 13, 14, 15, 16, 17, 18, 19})),
    (range(5893, 5894), 4, frozenset({12, 13, 14, 15, 16, 17, 18, 19})),
    (range(6304, 6305), 4, frozenset({12, 13, 14, 15, 16, 17, 18, 19})),
    (range(6759, 6764), 4, frozenset({12, 13, 14, 15, 16, 17, 18, 19})),
    (range(508, 509), 3, frozenset({16})),  # RuPay
    (range(81, 83), 2, frozenset({16})),
    (range(9792, 9793), 4, frozenset({16})),  # Troy
    (range(636368, 636370), 6, frozenset({16})),  # Elo
    (range(506699, 506779), 6, frozenset({16})),
    (range(606282, 606283), 6, frozenset({16})),  # Hipercard
)
"""First digits, how many of them, and the lengths of a number."""
_MOBILES = re.compile(r"49(?:1[567])|436")
"""How mobile numbers of Germany and Austria begin; with 13 digits they look like old Visa cards."""


@dataclass(frozen=True, slots=True)
class Run:
    """Digits with at most separators between them: the groups, and where the whole stands."""

    groups: tuple[Span, ...]
    start: int
    end: int

    def digits(self, said: str) -> str:
        """Its digits."""
        return "".join(said[start:end] for start, end in self.groups)


@dataclass(frozen=True, slots=True)
class Card:
    """A card number; ``plain`` where it stands without separators, as an order number might, too."""

    start: int
    end: int
    plain: bool


def runs(said: str, taken: Sequence[Span] = ()) -> list[Run]:
    """The numbers of a folded text, dates left out, and what overlaps with ``taken``."""
    found: list[Run] = []
    bare = _DATE.sub(lambda date: "\n" * len(date[0]), said)
    for match in _RUN.finditer(bare):
        groups = [group.span() for group in _GROUP.finditer(bare, *match.span())]
        if bare[match.end() : match.end() + 1].isalpha() and bare[match.end()].isascii():
            groups.pop()  # the last one is the beginning of a word
        if groups and not _overlaps((groups[0][0], groups[-1][1]), taken):
            found.append(Run(tuple(groups), match.start(), groups[-1][1]))
    return found


def apart(said: str, run: Run) -> Iterator[Run]:
    """The numbers that one run of digits may be, where wide separators or slashes stand in it."""
    first = 0
    for place in range(1, len(run.groups) + 1):
        if place < len(run.groups):
            between = said[run.groups[place - 1][1] : run.groups[place][0]]
            if len(between) < _WIDE and "/" not in between:
                continue
        groups = run.groups[first:place]
        yield Run(groups, run.start if first == 0 else groups[0][0], groups[-1][1])
        first = place


def cards(said: str, found: Sequence[Run]) -> Iterator[Card]:
    """The payment cards among numbers."""
    for run in found:
        if said[run.start - 1 : run.start] == "+":
            continue
        groups, first = run.groups, 0
        while first < len(groups):
            last = _card(said, groups, first)
            if last is None:
                first += 1
                continue
            yield Card(groups[first][0], groups[last][1], first == last)
            first = last + 1


def _card(said: str, groups: Sequence[Span], first: int) -> int | None:
    """The last group of a card that begins with the first one."""
    digits, lengths = "", list[int]()
    for last in range(first, len(groups)):
        start, end = groups[last]
        if len(digits) + end - start > _LONGEST:
            return None
        digits += said[start:end]
        lengths.append(end - start)
        if len(digits) < _SHORTEST:
            continue
        whole = first == 0 and last == len(groups) - 1
        if (whole or _grouped(lengths)) and is_card(digits):
            return last
    return None


def _grouped(lengths: Sequence[int]) -> bool:
    """Whether digits are grouped as on cards, or stand together, or one by one."""
    if len(lengths) == 1:
        return lengths[0] >= _ALONE
    if lengths[0] == 4 and lengths[1] in (4, 5, 6):
        return True
    return len(set(lengths)) == 1 and lengths[0] <= 2


def is_card(digits: str) -> bool:
    """Whether digits are the number of a payment card: issuer, length and checksum fit."""
    if not _SHORTEST <= len(digits) <= _LONGEST or len(set(digits)) == 1 or digits[0] in "017":
        return False
    known = any(int(digits[:many]) in first and len(digits) in lengths for first, many, lengths in _ISSUERS)
    return known and luhn(digits) and not (len(digits) == 13 and _MOBILES.match(digits))


def luhn(digits: str) -> bool:
    """Whether the checksum of ISO/IEC 7812-1 is right."""
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(two - 9 if two > 9 else two for two in doubled) % 10 == 0


def accounts(said: str) -> Iterator[Span]:
    """The IBANs of a folded text whose checksum is right."""
    for match in _COUNTRY.finditer(said):
        length = _ACCOUNTS.get(match[1])
        if length is None:
            continue
        number, end = "", match.start()
        while len(number) < length and (char := _IN_ACCOUNT.match(said, end)):
            if char[1] and len(number) % 4:
                break  # groups are of four
            number += char[2]
            end = char.end()
        after = said[end : end + 1]
        letters = match[1] not in _DIGITS_ONLY or number[2:].isdigit()
        if len(number) == length and letters and not (after.isascii() and after.isalnum()) and _mod97(number):
            yield match.start(), end


def _mod97(number: str) -> bool:
    return int("".join(str(int(char, 36)) for char in number[4:] + number[:4])) % 97 == 1


def _overlaps(at: Span, spans: Sequence[Span]) -> bool:
    return any(start < at[1] and at[0] < end for start, end in spans)
