"""Attaching files while a reply is written: a path, what a picture shows, and taking one off again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cxtui.connectors.attaching import crowded, most
from cxtui.core.attached import File, alt_text
from cxtui.errors import CxtuiError
from cxtui.ui.screens.pathline import PathLine
from cxtui.ui.screens.prompt import Prompt
from cxtui.ui.spans import flat

if TYPE_CHECKING:
    from cxtui.connectors import Capabilities
    from cxtui.ui.screens.compose import Compose

NO_ALT = "-"
"""Says that a picture is to go without an alternative text."""


async def attach(compose: Compose) -> None:
    """Ask for a path and attach what is there; an empty one takes a file off."""
    can = compose.can
    if not can.attachments:
        compose.say(flat(crowded(can, 1)))
        return
    typed = wrong = ""
    hint = f"a file to attach: {flat(most(can))}. Tab completes the path{_off(compose)}"
    while True:
        path = await compose.program.push_screen_wait(PathLine(compose.setting, typed, hint, wrong))
        if path is None:
            return
        if not path.strip():
            await _take_off(compose)
            return
        try:
            found = await compose.setting.desk.attach(compose.feed, path, "", compose.files)
        except CxtuiError as error:
            typed, wrong = path, f"not attached: {flat(str(error))}"
            continue
        alt = await _alt(compose, can, found.file)
        if alt is None:
            compose.say(f"{flat(found.file.name)} was not attached")
            return
        compose.say(flat(found.note))
        await compose.bring((*compose.files, replace(found.file, alt=alt)))
        return


async def _alt(compose: Compose, can: Capabilities, file: File) -> str | None:
    """What a picture shows; empty only where that is meant, None where the question was left."""
    if not file.picture or not can.alt_limit:
        return ""
    name = flat(file.name)
    asked = f"what does {name} show? For those who cannot see it. - or Enter twice: no alt text"
    typed, empty = "", False
    while True:

        def echo(words: str, asked: str = asked) -> str:
            return f"{len(alt_text(words))}/{can.alt_limit}" if words.strip() else asked

        words = await compose.program.push_screen_wait(Prompt(compose.setting, "alt", typed, echo))
        if words is None:
            return None
        alt = alt_text(words)
        if alt == NO_ALT or (not alt and empty):
            return ""
        if alt and len(alt) <= can.alt_limit:
            return alt
        if alt:
            typed = words
            continue
        empty = True
        asked = f"{name} goes without an alt text? Enter again says so; or write what it shows"


async def _take_off(compose: Compose) -> None:
    """Take off the only file, or the one whose number is typed."""
    files = compose.files
    if not files:
        compose.say("nothing is attached")
        return
    place = 0
    if len(files) > 1:
        listed = ", ".join(f"{n} {flat(one.name)}" for n, one in enumerate(files, 1))
        asked = f"which one is taken off? {listed}"
        typed = await compose.program.push_screen_wait(Prompt(compose.setting, "number", "", lambda _: asked))
        number = (typed or "").strip()
        place = int(number) - 1 if number.isascii() and number.isdigit() and len(number) < 4 else -1
        if not 0 <= place < len(files):
            compose.say("nothing was taken off" if typed is None or not number else f"there is no {number}")
            return
    await compose.bring(tuple(one for n, one in enumerate(files) if n != place))
    compose.say(f"{flat(files[place].name)} was taken off")


def _off(compose: Compose) -> str:
    files = compose.files
    if not files:
        return ""
    return f"; Enter alone takes off {flat(files[0].name) if len(files) == 1 else 'one'}"
