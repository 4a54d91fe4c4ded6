"""Whole days off out of an .ics file, and the line of whatever is wrong in it.

Of an event its days, its name and a yearly repetition are read. What is not understood is refused,
never guessed: a day that is wrongly taken for open has customers wait. Source: RFC 5545.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from cxtui.config.icslines import Block, Broken, Property, blocks
from cxtui.config.yearly import Event, Yearly
from cxtui.config.zones import zone as zone_named
from cxtui.core.text import clean, one_line

LONGEST = timedelta(days=366)
"""What takes longer is no day off."""
_WHEN = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?", re.ASCII)
_LASTS = re.compile(
    r"\+?P(?=.)(?:(\d{1,4})W)?(?:(\d{1,4})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,5})M)?(?:(\d{1,5})S)?)?", re.ASCII
)
_NTH = re.compile(r"([+-]?[1-5])(MO|TU|WE|TH|FR|SA|SU)", re.ASCII)
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_ONE_DAY, _ONE_MOMENT = timedelta(days=1), timedelta(microseconds=1)


def events(raw: bytes, zone: tzinfo) -> tuple[Event, ...]:
    """Every event of a file; hours count in ``zone`` and take all of a day. Raises: Broken."""
    found: list[tuple[str, Event]] = []
    moved: dict[str, set[date]] = {}
    for block in blocks(raw):
        event = _event(block, zone)
        name = block.once["UID"].value if "UID" in block.once else ""
        instead = block.once.get("RECURRENCE-ID")
        if instead is not None:
            moved.setdefault(name, set()).add(_day(instead, instead.value, zone))
        if block.once.get("STATUS") is None or block.once["STATUS"].value.upper() != "CANCELLED":
            found.append(("" if instead else name, event))
    if not found:
        raise Broken(1, "there is no event in it")
    return tuple(
        replace(event, never=event.never | moved[name]) if name in moved else event for name, event in found
    )


def _event(block: Block, zone: tzinfo) -> Event:
    begins = block.once.get("DTSTART")
    if begins is None:
        raise Broken(block.line, "this event has no DTSTART")
    start = _day(begins, begins.value, zone)
    rule, name = block.once.get("RRULE"), block.once.get("SUMMARY")
    dates = {
        kind: frozenset(
            _day(one, value.partition("/")[0], zone)
            for one in block.dates
            if one.name == kind
            for value in one.value.split(",")
        )
        for kind in ("RDATE", "EXDATE")
    }
    return Event(
        name=_words(name.value) if name else "a day off",
        start=start,
        length=_length(block, begins, start, zone),
        repeats=_yearly(rule, zone) if rule else None,
        more=dates["RDATE"],
        never=dates["EXDATE"],
    )


def _length(block: Block, begins: Property, start: date, zone: tzinfo) -> int:
    """How many days an event touches."""
    at, by = _moment(begins, begins.value, zone), begins
    whole = "T" not in begins.value
    end = at + _ONE_DAY if whole else at
    if "DTEND" in block.once:
        by = block.once["DTEND"]
        end = _moment(by, by.value, zone)
    elif "DURATION" in block.once:
        by = block.once["DURATION"]
        lasts = _LASTS.fullmatch(by.value.strip())
        if lasts is None:
            raise Broken(by.line, f"{by.value!r} is no length of time such as P1D")
        weeks, days, hours, minutes, seconds = (int(part or 0) for part in lasts.groups())
        end = at + timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    if end < at:
        raise Broken(by.line, "this event ends before it begins")
    if end - at > LONGEST:
        raise Broken(by.line, f"this event takes more than {LONGEST.days} days; that is no day off")
    last = max(end - _ONE_MOMENT, at)
    return (last.date() - start).days + 1


def _moment(of: Property, value: str, zone: tzinfo) -> datetime:
    """A time of an event as the clock on the wall shows it in ``zone``; a date is its midnight."""
    found = _WHEN.fullmatch(value.strip())
    if found is None:
        raise Broken(of.line, f"{of.name} {value!r} is no day such as 20261231 or 20261231T090000Z")
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    try:
        at = datetime.combine(date(year, month, day), time(hour, minute, second))
        if found[7]:
            return at.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None)
        if found[4] is not None and "TZID" in of.parameters:
            return at.replace(tzinfo=_zone(of)).astimezone(zone).replace(tzinfo=None)
    except (ValueError, OverflowError):
        raise Broken(of.line, f"{of.name} {value!r} is no day of any calendar") from None
    return at


def _zone(of: Property) -> ZoneInfo:
    found = zone_named(of.parameters["TZID"])
    if isinstance(found, ZoneInfo):
        return found
    raise Broken(of.line, found)


def _day(of: Property, value: str, zone: tzinfo) -> date:
    return _moment(of, value, zone).date()


def _yearly(rule: Property, zone: tzinfo) -> Yearly:
    """A repetition. Raises: Broken for one that is not yearly."""
    told = [part.partition("=") for part in rule.value.upper().strip().rstrip(";").split(";")]
    parts = {name: value for name, _, value in told}
    known = ("FREQ", "INTERVAL", "COUNT", "UNTIL", "BYMONTH", "BYMONTHDAY", "BYDAY", "WKST")
    odd = next((name for name in parts if name not in known), None)
    if parts.get("FREQ") != "YEARLY" or odd is not None:
        what = f"with {odd}" if odd else f"{parts.get('FREQ', 'without FREQ').lower()}"
        raise Broken(rule.line, f"a repetition {what} is not understood; days off come once or every year")
    nth = [_NTH.fullmatch(one) for one in parts["BYDAY"].split(",")] if "BYDAY" in parts else []
    if None in nth or (nth and ("BYMONTHDAY" in parts or "BYMONTH" not in parts)):
        raise Broken(rule.line, f"BYDAY={parts['BYDAY']} is not understood; it may be BYMONTH=11;BYDAY=4TH")
    return Yearly(
        every=_number(rule, parts.get("INTERVAL", "1"), 1, 1000),
        count=_number(rule, parts["COUNT"], 1, 10_000) if "COUNT" in parts else None,
        until=_day(rule, parts["UNTIL"], zone) if "UNTIL" in parts else None,
        months=_numbers(rule, parts.get("BYMONTH"), 1, 12),
        days=_numbers(rule, parts.get("BYMONTHDAY"), -31, 31),
        weekdays=tuple((int(one[1]), _DAYS.index(one[2])) for one in nth if one),
    )


def _numbers(rule: Property, text: str | None, least: int, most: int) -> tuple[int, ...]:
    return () if text is None else tuple(_number(rule, one, least, most) for one in text.split(","))


def _number(rule: Property, text: str, least: int, most: int) -> int:
    if re.fullmatch(r"[+-]?\d{1,6}", text, re.ASCII) and least <= int(text) <= most and int(text):
        return int(text)
    raise Broken(rule.line, f"{text!r} in a repetition must be a number from {least} to {most}")


def _words(value: str) -> str:
    """A text without its escapes, on one line and short."""
    plain = re.sub(r"\\([\\;,nN])", lambda found: " " if found[1] in "nN" else found[1], value)
    return one_line(clean(plain))[:80].strip() or "a day off"
