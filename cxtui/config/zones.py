"""Time zones by name, and the machine's own."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from cxtui.config.places import Env

LOCALTIME = Path("/etc/localtime")


def zone(name: str) -> ZoneInfo | str:
    """The zone of that name, or a sentence that says what is wrong and names the nearest."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        known = sorted(available_timezones())
        if not known:
            return "this machine knows no time zones; install the tzdata package"
        by_end = [one for one in known if one.rpartition("/")[2].lower() == name.lower().replace(" ", "_")]
        near = by_end or get_close_matches(name, known, n=1)
        hint = (
            f", did you mean {near[0]!r}?" if near else '; it may be a name such as "Asia/Vientiane" or "UTC"'
        )
        return f"unknown time zone {name!r}{hint}"


def local_zone(env: Env) -> ZoneInfo:
    """The zone of the machine (``TZ``, then /etc/localtime), UTC where it does not say."""
    _, _, linked = str(LOCALTIME.resolve()).partition("zoneinfo/")
    for name in (env.get("TZ", "").removeprefix(":"), linked):
        found = zone(name) if name else ""
        if isinstance(found, ZoneInfo):
            return found
    return ZoneInfo("UTC")
