"""init: the first configuration, from the address of a site or from the example."""

from __future__ import annotations

import asyncio
import shlex
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from cxtui.cli.arguments import Parser
from cxtui.cli.call import Call
from cxtui.cli.outlines import unfit
from cxtui.cli.records import Record
from cxtui.config.adding import create, table
from cxtui.config.places import usual
from cxtui.core.opml import feed_name
from cxtui.core.text import clean, one_line
from cxtui.core.web import masked, place
from cxtui.errors import ConfigError, CxtuiError, UsageError

if TYPE_CHECKING:
    from cxtui.cli.discovery import Found

HEAD = """# cxtui configuration. `cxtui config example` shows every key, `cxtui config check` what is wrong.

# timezone = "Asia/Vientiane"     # times are shown in it
"""
OWN = """# own = ["https://shop.example/author/desk", "LampCo Support"]
#       who you are there: an address is proof, a bare name only a hint; so cxtui knows your answers
"""


NOBODYS = "what you write yourself, as it seems: nobody waits for an answer there"


@dataclass(frozen=True, slots=True)
class Place:
    """One place of the new configuration. ``idle`` says why it is written as a comment, if it is."""

    name: str
    found: Found
    idle: str | None


def arguments(_command: str, parser: Parser) -> None:
    """An address, and who writes at a comment server."""
    parser.add_argument("url", nargs="?", metavar="URL", help="your site or its feed; without it an example")
    parser.add_argument("--user", metavar="NAME", help="the name that replies carry (Isso)")
    parser.add_argument("--email", metavar="ADDRESS", help="the address that replies carry (Isso)")
    parser.add_argument("--allow-private", action="store_true", help="http:// and private addresses, too")


def run(call: Call) -> int:
    """Write the file, never over another one, and say what comes next."""
    file = _file(call)
    if call.words.url is None:
        create(file, files("cxtui.config").joinpath("example.toml").read_text(encoding="utf-8"))
        return _end(call, file, [], ["an example with three public feeds: put your own in"])
    found, missed = _found(call)
    places = _places(found)
    create(file, "\n".join([HEAD, *(_table(call, one) for one in places)]))
    return _end(call, file, places, missed)


def _file(call: Call) -> Path:
    named = call.options.config or call.env.get("CXTUI_CONFIG")
    places = (Path(named),) if named else usual(call.env)
    for one in places:
        if one.exists() or one.is_symlink():
            raise ConfigError([f"{one}: is there already and stays as it is"])
    return places[0]


def _found(call: Call) -> tuple[list[Found], list[str]]:
    """What is at the address, and sentences about what is not. Raises: CxtuiError where there is nothing."""
    from cxtui.cli.discovery import Looking

    words = call.words
    url = words.url if "://" in words.url else f"https://{words.url}"
    why = _unfit(call, url)
    if why:
        raise UsageError(f"{masked(url)}: {why}")
    found, missed = asyncio.run(Looking(words.allow_private, words.user, words.email).at(url))
    wrong = {one.url: why for one in found if (why := _unfit(call, one.url))}
    missed += [f"{masked(url)}: {why}" for url, why in wrong.items()]
    if len(wrong) == len(found):
        hint = "nothing was written; without an address init writes an example"
        raise CxtuiError("\n".join([*missed, hint]))
    return [one for one in found if one.url not in wrong], missed


def _unfit(call: Call, url: str) -> str | None:
    """Why an address cannot stand in a configuration, or None where it can."""
    private = call.words.allow_private and url.startswith("http://")
    return unfit(url.replace("http://", "https://", 1) if private else url)


def _places(found: list[Found]) -> list[Place]:
    """Where customers write is used, or everything where that cannot be told."""
    known = any(one.customers and not one.needs for one in found)
    places: list[Place] = []
    for one in found:
        idle = f"needs {one.needs}" if one.needs else NOBODYS if known and not one.customers else None
        name = feed_name(one.title or place(one.url), {other.name for other in places})
        places.append(Place(name, one, idle))
    return places


def _table(call: Call, one: Place) -> str:
    written = table({
        "name": one.name,
        "connector": one.found.connector,
        "url": one.found.url,
        "allow_private": call.words.allow_private or None,
    })  # fmt: skip
    wide = written.splitlines()[1].index("=") - 1
    written += "".join(f"{key:<{wide}} = {value}\n" for key, value in one.found.signs_in)
    head = f"# {one.found.words}\n"
    if one.idle:
        return head + f"# {one.idle}\n" + "".join(f"# {line}\n" for line in written.splitlines())
    return head + written + ("" if one.found.signs_in else OWN)


def _end(call: Call, file: Path, places: list[Place], notes: list[str]) -> int:
    following = "cxtui" if call.options.config is None else f"cxtui --config {shlex.quote(str(file))}"
    if call.options.json:
        feeds = [_record(one) for one in places]
        call.say.record({"path": str(file), "feeds": feeds, "notes": notes, "next": following})
        return 0
    for one in places:
        idle = f" (written as a comment: {one.idle})" if one.idle else ""
        words = f"{one.name}: {masked(one.found.url)}: {one.found.words}{idle}"
        call.say.line(one_line(clean(words)))
    for words in notes:
        call.say.note(words)
    call.say.line(f"written: {file}")
    call.say.line(f"next: {following}")
    return 0


def _record(one: Place) -> Record:
    return {
        "name": one.name,
        "connector": one.found.connector,
        "url": masked(one.found.url),
        "title": one.found.title or None,
        "found": one.found.words,
        "used": one.idle is None,
        "why_not": one.idle,
    }
