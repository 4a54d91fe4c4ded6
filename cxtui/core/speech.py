"""The words by which one language names promises and times, made ready to be looked for.

A list file has sections; a line is a term, or a term and what it means: ``tomorrow = +1``.
``<n>`` in a term stands for a number, ``*`` at either end for any letters.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from unicodedata import digit, normalize

from cxtui.core.terms import UNSPACED

Lines = Mapping[str, Sequence[str]]
"""The lines of a list by section."""

TERMS = (
    "promise", "with a time", "negation", "condition", "harmless", "within", "within after", "before",
    "before after", "next", "last", "joins", "of", "ordinal", "prefixes", "clock", "day of month",
)  # fmt: skip
VALUES: Mapping[str, re.Pattern[str]] = {
    "numbers": re.compile(r"\d{1,3}(?:\.\d)?"),
    "units": re.compile(r"(?:\d{1,2} )?(?:min|h|workhour|day|workday|week|month)"),
    "minutes": re.compile(r"[+-][0-5]?\d"),
    "days": re.compile(r"(?:mon|tue|wed|thu|fri|sat|sun|\+\d)(?: (?:[01]\d|2[0-3]):[0-5]\d)?"),
    "months": re.compile(r"1[0-2]|[1-9]"),
    "parts": re.compile(r"close|(?:[01]\d|2[0-3]):[0-5]\d"),
    "periods": re.compile(r"(?:week|month)\+\d|weekend"),
}
"""What may stand behind ``=`` in a section whose terms mean something."""

WORD = (
    r"\w\u0300-\u036f\u064b-\u065f\u0670\u0900-\u0963\u0966-\u0dff\u0e31-\u0e3a\u0e47-\u0e4e"
    r"\u0eb1-\u0ebc\u0ec8-\u0ece"
)
_IN_WORD = re.compile(f"[{WORD}]")
_DROPPED = re.compile(r"[\u0300-\u036f\u0640\u064b-\u0655\u0670\u200b-\u200f\ufe0e\ufe0f]")
_SAME = {"’": "'", "‘": "'", "ʼ": "'", "´": "'", "`": "'", "ى": "ي", "ة": "ه", "ی": "ي", "ک": "ك",
         "–": "-", "—": "-", "‑": "-"}  # fmt: skip
_NUMBER = "<n>"
_MINUTES = "<m>"
_NEVER = re.compile(r"(?!)")
_LAST_DIGITS = re.compile(r"(?<!\d)\d\d\Z")
_HOURS = frozenset([*map(str, range(1, 24)), "1.5", "2.5"])
GAP = r"[ \u00a0-]{0,2}"
"""What may stand between the parts of a time: nothing, blanks or a hyphen."""


def folded(text: str) -> tuple[str, list[int]]:
    """The text as terms are compared, and for each of its characters the place in ``text``.

    Without case and accents; digits of every script are 0 to 9.
    """
    parts = [_fold(char) for char in text]
    places = [place for place, part in enumerate(parts) for _ in part]
    return "".join(parts), [*places, len(text)]


@cache
def _fold(char: str) -> str:
    if char.isdecimal():
        return str(digit(char))
    if char.isspace():
        return "\n" if char in "\n\r\u2028\u2029" else " "
    bare = _DROPPED.sub("", normalize("NFKD", char.casefold()))
    return "".join(_SAME.get(part, part) for part in bare)


def form(text: str) -> str:
    """A term as it is compared."""
    return folded(text)[0]


def fault(section: str, line: str) -> str | None:
    """What is wrong with a line of a list, or None."""
    if section in TERMS:
        return f"{section!r} takes terms only, without =" if "=" in line else None
    known = VALUES.get(section)
    if known is None:
        return f"there is no section {section!r}; there are {', '.join((*TERMS, *VALUES))}"
    term, sign, value = (part.strip() for part in line.partition("="))
    if not term or not sign:
        return f"a line of {section!r} is written: term = what it means"
    if section == "minutes" and not (term.startswith(_NUMBER) or term.endswith(_NUMBER)):
        return f"{term!r} has no hour; write {_NUMBER} for it at one end"
    if not known.fullmatch(value):
        return f"{value!r} is no meaning in {section!r}; {_EXAMPLES[section]}"
    return None


_EXAMPLES = {
    "numbers": "it is a number, as in: two = 2",
    "units": "it is min, h, workhour, day, workday, week or month, as in: hours = h",
    "minutes": "it is minutes after or before the hour, as in: half past <n> = +30",
    "days": "it is mon to sun, or days from today, as in: tomorrow = +1",
    "months": "it is 1 to 12, as in: december = 12",
    "parts": "it is an hour or close, as in: noon = 12:00",
    "periods": "it is week+1, month+0 or weekend, as in: next week = week+1",
}


@dataclass(frozen=True, slots=True)
class Speech:
    """One language. Patterns find in a folded text; ``values`` give what the terms of a section mean."""

    lang: str
    spaced: bool
    prefixes: Sequence[str]
    terms: Mapping[str, re.Pattern[str]]
    values: Mapping[str, Mapping[str, str]]
    length: re.Pattern[str]
    date: re.Pattern[str]
    month_first: re.Pattern[str]
    month_day: re.Pattern[str]
    clock: re.Pattern[str]

    def found(self, section: str, text: str) -> list[tuple[int, int]]:
        """Where terms of a section stand."""
        pattern = self.terms.get(section)
        return [] if pattern is None else [match.span() for match in pattern.finditer(text)]

    def meaning(self, section: str, said: str) -> str:
        """What a term that was found means."""
        known, said = self.values[section], " ".join(said.split())
        forms = [said, *(said.removeprefix(prefix) for prefix in self.prefixes)]
        whole = next((one for one in forms if one in known), None)
        if whole is not None:
            return known[whole]
        starred = [
            term for term in known if term.endswith("*") and any(f.startswith(term[:-1]) for f in forms)
        ]
        return known[max(starred, key=len)]

    def says(self, section: str, said: str) -> bool:
        """Whether these words are a term of a section."""
        return " ".join(said.split()) in self.values[section]

    def minutes(self, before: str, behind: str) -> int:
        """The minutes that are said before or behind an hour, less than none before it; 0 for none."""
        before, behind = " ".join(before.split()), " ".join(behind.split())
        for term in sorted(self.values["minutes"], key=len, reverse=True):
            words = term.replace(_NUMBER, "").strip()
            if before.endswith(words) if term.endswith(_NUMBER) else words in behind:
                return int(self.values["minutes"][term])
        digits = _LAST_DIGITS.search(behind)
        return int(digits[0]) if digits else 0

    def number(self, said: str) -> float:
        """The number that digits or a word stand for."""
        return float(said) if said.replace(".", "", 1).isdecimal() else float(self.meaning("numbers", said))


def speech(lines: Lines, lang: str) -> Speech:
    """The lists of a language made ready; lines that `fault` finds wrong must be gone."""
    spaced = lang not in UNSPACED
    values = {name: _meant(lines.get(name, ())) for name in VALUES}
    build = _Build(lines, values, spaced=spaced)
    whole = [name for name in TERMS if name not in ("ordinal", "prefixes", "clock", "day of month")]
    terms = {name: build.whole(lines[name]) for name in whole if lines.get(name)}
    terms |= {name: build.whole(list(values[name])) for name in ("days", "parts", "periods") if values[name]}
    prefixes = sorted(map(form, lines.get("prefixes", ())), key=len, reverse=True)
    return Speech(
        lang, spaced, prefixes, terms, values, build.length(), *build.dates(), build.numbered("day of month"),
        build.clock(),
    )  # fmt: skip


def _meant(lines: Sequence[str]) -> dict[str, str]:
    pairs = (line.partition("=") for line in lines)
    return {" ".join(form(term).split()): value.strip() for term, _, value in pairs}


class _Build:
    """Makes the patterns of one language."""

    def __init__(self, lines: Lines, values: Mapping[str, Mapping[str, str]], *, spaced: bool) -> None:
        self._lines = lines
        self._values = values
        self._before = rf"(?<![{WORD}])" if spaced else ""
        self._after = rf"(?![{WORD}])" if spaced else ""
        prefixes = self._any(lines.get("prefixes", ()))
        self._front = f"{self._before}(?:{prefixes})?" if prefixes else self._before
        words = self._any(list(values["numbers"]))
        self._number = r"\d{1,3}(?:[.,]5)?(?!\d)" + (f"|(?:{words}){self._after}" if words else "")

    def whole(self, lines: Sequence[str]) -> re.Pattern[str]:
        """Any of the terms as whole words."""
        known = self._sorted(lines)
        inner = [line for line in known if line.startswith("*")]
        others = [line for line in known if not line.startswith("*")]
        parts = [f"{self._front}(?:{self._any(others)})"] if others else []
        parts += [self._any(inner)] if inner else []
        return re.compile("|".join(parts)) if parts else _NEVER

    def length(self) -> re.Pattern[str]:
        """``within 24 h``: groups within, n, m (of a range), unit, after."""
        units = self._any(list(self._values["units"]))
        if not units:
            return _NEVER
        joins = self._any([*self._lines.get("joins", ()), "-", "/"])
        within, after = (self._any(self._lines.get(name, ())) for name in ("within", "within after"))
        front = f"(?:{self._front}(?P<within>{within or '(?!)'}){GAP})?"
        many = rf"(?:(?P<n>{self._number})(?:\s?(?:{joins})\s?(?P<m>{self._number}))?{GAP})?"
        return re.compile(
            f"{front}{self._before}{many}(?P<unit>{units}){self._after}(?:{GAP}(?P<after>{after or '(?!)'}))?"
        )

    def dates(self) -> tuple[re.Pattern[str], re.Pattern[str]]:
        """``24 December 2026`` and ``December 24``: groups day, month, year."""
        months = self._any(list(self._values["months"]))
        if not months:
            return _NEVER, _NEVER
        ordinal = self._any(self._lines.get("ordinal", ()))
        between = self._any(self._lines.get("of", ()))
        day = rf"(?<!\d)(?P<day>\d{{1,2}})(?!\d)(?:{GAP}(?:{ordinal or '(?!)'}))?"
        month = f"(?P<month>{months}){self._after}"
        year = r"(?:,?\s{0,2}(?:del?\s|ng\s)?(?P<year>20\d\d)(?!\d))?"
        gap = rf"{GAP}(?:(?:{between or '(?!)'}){GAP})?"
        return re.compile(f"{day}{gap}{month}{year}"), re.compile(f"{self._before}{month}{gap}{day}{year}")

    def numbered(self, section: str) -> re.Pattern[str]:
        """Terms with ``<n>``: of a clock the group may be 9, 9:30, 9h30; of a month a day."""
        number = r"(?<!\d)\d{1,2}(?!\d)"
        parts = [
            f"{head}{GAP}(?P<n{count}>{number}){self._foot(back)}"
            for count, (head, back) in enumerate(map(self._split, self._sorted(self._lines.get(section, ()))))
        ]
        return re.compile("|".join(parts)) if parts else _NEVER

    def clock(self) -> re.Pattern[str]:
        """Hours: terms with ``<n>``, and minutes before or behind it: ``at half past 9``, ``9:30``.

        The groups are named n and a number; what lies outside of them may hold minutes.
        """
        early = self._minutes(before=True)
        late = self._minutes(before=False)
        front = f"(?:{early}{GAP})?" if early else ""
        end = f"(?:{GAP}(?:{late}))?" if late else ""
        parts = [r"(?P<n0>(?<![\d.:])\d{1,2}(?::|\s?h\s?)[0-5]\d(?![\d:]))"]
        for count, line in enumerate(self._sorted(self._lines.get("clock", ())), 1):
            head, back = self._split(line)
            hour = self._hour(attached=bool(back.strip()) and not back.startswith(" "))
            foot = self._foot(back)
            foot = f"(?:{foot}{end}|{end}{foot})" if foot and end else f"{foot}{end}"
            parts.append(f"{head}{GAP}{front}(?P<n{count}>{hour}){foot}")
        if early:
            parts.append(f"{self._front}{early}{GAP}(?P<n{len(parts)}>{self._hour(attached=False)})")
        return re.compile("|".join(parts))

    def _hour(self, *, attached: bool) -> str:
        """An hour in digits or as a word; ``attached``: the word of its term goes on without a blank."""
        hours = [word for word, meant in self._values["numbers"].items() if meant in _HOURS]
        words = "|".join(map(self._bare, self._sorted(hours))) if attached else self._any(hours)
        digits = r"(?<!\d)\d{1,2}(?:(?:[:.]|\s?h\s?)[0-5]\d)?(?![\d%])"
        return f"{digits}|{self._before}(?:{words})" if words else digits

    def _minutes(self, *, before: bool) -> str:
        """What may stand before or behind an hour for its minutes."""
        lines = [line for line in self._values["minutes"] if line.endswith(_NUMBER) == before]
        return self._any([line.replace(_NUMBER, "") for line in lines])

    def _split(self, line: str) -> tuple[str, str]:
        """What stands before the number of a term, as a pattern, and what stands behind it."""
        front, _, back = line.partition(_NUMBER)
        return f"{self._border(front)}{self._term(front)}" if front.strip() else r"(?<!\d)", back

    def _foot(self, back: str) -> str:
        """What stands behind the number of a term."""
        if not back.strip():
            return ""
        words, sign, _ = back.partition(_MINUTES)
        minutes = rf"{GAP}[0-5]\d(?!\d)" if sign else ""
        return f"{GAP if back.startswith(' ') else ''}{self._term(words)}{minutes or self._after}"

    def _border(self, line: str) -> str:
        return "" if line.startswith("*") else self._front

    def _term(self, line: str) -> str:
        """One term with its end."""
        return self._bare(line) + self._end(line)

    @staticmethod
    def _bare(line: str) -> str:
        found = re.escape(line.strip().strip("*")).replace(r"\ ", r"\s{1,3}")
        return rf"[{WORD}]+{found}" if line.startswith("*") else found

    def _end(self, line: str) -> str:
        if line.endswith("*"):
            return rf"[{WORD}]*" if self._after else ""
        return self._after if _IN_WORD.match(line.strip()[-1:]) else ""

    def _any(self, lines: Sequence[str]) -> str:
        """Any of the terms; an end that many share is compiled once."""
        known = self._sorted(lines)
        ends = dict.fromkeys(map(self._end, known))
        return "|".join(
            f"(?:{'|'.join(self._bare(line) for line in known if self._end(line) == end)}){end}"
            for end in ends
        )

    @staticmethod
    def _sorted(lines: Sequence[str]) -> list[str]:
        """As they are compared, the longest first."""
        return sorted({" ".join(form(line).split()) for line in lines}, key=len, reverse=True)
