"""init: the first configuration, from the address of a site or from the example."""

from __future__ import annotations

import asyncio
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from cxtui.cli.arguments import Parser
from cxtui.cli.call import Call
from cxtui.cli.outlines import unfit
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


def arguments(_command: str, parser: Parser) -> None:
    """An address, and who writes at a comment server."""
    parser.add_argument("url", nargs="?", metavar="URL", help="your site, its feed, or nothing for an example")
    parser.add_argument("--user", metavar="NAME", help="the name that replies carry (Isso)")
    parser.add_argument("--email", metavar="ADDRESS", help="the address that replies carry (Isso)")
    parser.add_argument("--allow-private", action="store_true", help="http:// and private addresses, too")


def run(call: Call) -> int:
    """Write the file, never over another one, and say what comes next."""
    file = _file(call)
    if call.words.url is None:
        example = files("cxtui.config").joinpath("example.toml").read_text(encoding="utf-8")
        create(file, example)
        return _end(call, file, [], ["an example with three public feeds: put your own in"], {})
    found, missed = _found(call)
    names: dict[str, Found] = {}
    for one in found:
        names[feed_name(one.title or place(one.url), set(names))] = one
    some = any(one.customers and not one.needs for one in found)
    tables = [_table(call, name, one, used=one.customers or not some) for name, one in names.items()]
    create(file, "\n".join([HEAD, *tables]))
    return _end(call, file, list(names), missed, names)


def _file(call: Call) -> Path:
    named = call.options.config or call.env.get("CXTUI_CONFIG")
    places = (Path(named),) if named else usual(call.env)
    for one in places:
        if one.exists() or one.is_symlink():
            raise ConfigError([f"{one}: is there already and stays as it is"])
    return places[0]


def _found(call: Call) -> tuple[list[Found], list[str]]:
    from cxtui.cli.discovery import Looking

    words = call.words
    url = words.url if "://" in words.url else f"https://{words.url}"
    why = unfit(url)
    if why and not (words.allow_private and url.startswith("http://")):
        raise UsageError(f"{masked(url)}: {why}")
    found, missed = asyncio.run(Looking(words.allow_private, words.user, words.email).at(url))
    kept = [one for one in found if words.allow_private or unfit(one.url) is None]
    missed += [f"{masked(one.url)}: {unfit(one.url)}" for one in found if one not in kept]
    if not kept:
        raise CxtuiError("\n".join([*missed, "nothing was written; without an address init writes an example"]))
    return kept, missed


def _table(call: Call, name: str, one: Found, *, used: bool) -> str:
    isso = one.connector == "isso"
    written = table({
        "name": name,
        "connector": one.connector,
        "url": one.url,
        "user": (call.words.user or "LampCo Support") if isso else None,
        "email": (call.words.email or "desk@shop.example") if isso else None,
        "allow_private": call.words.allow_private or None,
    })  # fmt: skip
    head = f"# {one.words}\n"
    if one.needs or not used:
        why = f"needs {one.needs}" if one.needs else "what you write yourself, as it seems: nobody waits there"
        return head + f"# {why}\n" + "".join(f"# {line}\n" for line in written.splitlines())
    return head + written + ("" if isso else OWN)


def _end(call: Call, file: Path, names: list[str], notes: list[str], found: dict[str, Found]) -> int:
    some = any(one.customers and not one.needs for one in found.values())
    following = "cxtui" if call.options.config is None else f"cxtui --config {file}"
    rows = [
        {
            "name": name, "connector": one.connector, "url": masked(one.url), "title": one.title or None,
            "found": one.words, "needs": one.needs or None, "used": not one.needs and (one.customers or not some),
        }
        for name, one in found.items()
    ]  # fmt: skip
    if call.options.json:
        call.say.record({"path": str(file), "feeds": rows, "notes": notes, "next": following})
        return 0
    for name, row in zip(names, rows, strict=True):
        state = "" if row["used"] else f" (left as a comment: needs {row['needs']})" if row["needs"] else " (left as a comment)"
        call.say.line(one_line(clean(f"{name}: {row['url']}: {row['found']}{state}")))
    for words in notes:
        call.say.note(words)
    call.say.line(f"written: {file}")
    call.say.line(f"next: {following}")
    return 0
