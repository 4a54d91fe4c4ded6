"""Numbers and pictures into a file, as CSV or JSON lines."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from cxtui.core.metrics.export import csv_lines, json_lines
from cxtui.errors import CxtuiError
from cxtui.ui.spans import flat

if TYPE_CHECKING:
    from cxtui.core.metrics import Figure
    from cxtui.ui.screens.stats import Stats


async def export(page: Stats) -> None:
    """Ask for a file and write everything that is shown; one that is there stays as it is."""
    from cxtui.ui.screens.prompt import Prompt

    sheet = page.sheet
    if sheet is None:
        return
    day = sheet.asked.now.astimezone(page.setting.zone)
    name = f"cxtui-stats-{sheet.asked.window}-{day:%Y-%m-%d-%H%M}.csv"
    words = await page.program.push_screen_wait(Prompt(page.setting, "to", name, _echo))
    if not words or not words.strip():
        return
    figures = tuple(sheet.everything)
    file = await asyncio.to_thread(written, words.strip(), figures)
    page.say(flat(f"{len(figures)} numbers written to {file}"))


def written(name: str, figures: Iterable[Figure], *, as_csv: bool | None = None) -> Path:
    """Write a new file and give its path; CSV where its name says so, unless it is said.

    Raises: CxtuiError where it is there or cannot be written.
    """
    file = Path(name).expanduser()
    comma = file.suffix.lower() == ".csv" if as_csv is None else as_csv
    try:
        file.touch(mode=0o600, exist_ok=False)  # ids tell who wrote
        with file.open("w", encoding="utf-8", newline="") as out:
            out.writelines(csv_lines(figures) if comma else json_lines(figures))
    except FileExistsError as error:
        raise CxtuiError(f"{file} is there already; name another file") from error
    except OSError as error:
        raise CxtuiError(f"{file} cannot be written: {error.strerror}") from error
    return file


def _echo(words: str) -> str:
    kind = "CSV" if words.strip().lower().endswith(".csv") else "JSON lines, one number each"
    return f"everything shown, pictures too, as {kind} (a name with .csv makes CSV)"
