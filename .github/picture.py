"""Makes the README's picture from the running program: `python .github/picture.py` writes .github/cxtui.svg.

The demo's made-up world at 120x40, no network, no account. Fonts named in the picture are
the reader's own: addresses of web fonts are taken out, so that showing it asks nobody.
"""

# ruff: noqa: INP001 - a script beside the picture that it makes, no package

from __future__ import annotations

import asyncio
import html
import re
import sys
import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from zoneinfo import ZoneInfo

from cxtui.config import bare
from cxtui.connectors.demo import feeds
from cxtui.core.cells import width
from cxtui.engine.live import LiveDesk
from cxtui.store import Store, open_store
from cxtui.ui.app import Cxtui
from cxtui.ui.board import Board
from cxtui.ui.cellwidth import overlay
from cxtui.ui.keys import keymap
from cxtui.ui.setting import Setting

HERE = Path(__file__).parent
SEED, ITEMS = 2, 40
SIZE = (120, 40)
START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
LOADED = timedelta(seconds=30)
"""The picture is given up when the screen is not complete by then."""

_ELSEWHERE = re.compile(r"@font-face\s*\{[^}]*\}|<!--.*?-->", re.DOTALL)
_LENGTH = re.compile(r'(<text [^>]*textLength=")([\d.]+)("[^>]*>)([^<]+)')
_FONT = "ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace"


def clock() -> datetime:
    """A fixed day, on which time passes as usual."""
    return START + timedelta(seconds=monotonic() - _BEGAN)


_BEGAN = monotonic()


async def picture() -> str:
    """The screen of the demo as SVG text. Raises: TimeoutError."""
    with tempfile.TemporaryDirectory() as folder:
        config = replace(bare({"CXTUI_OPERATOR": "you"}, Path(folder)), feeds=feeds(SEED, ITEMS))

        async def opened() -> Store:
            return await open_store(None)

        desk = LiveDesk(config, opened, clock=clock)
        board = Board()
        overlay()
        app = Cxtui(Setting(desk, board, clock, ZoneInfo("UTC"), keymap({}), "demo"))
        try:
            async with app.run_test(size=SIZE) as pilot:
                end = monotonic() + LOADED.total_seconds()
                while not complete(board):
                    if monotonic() > end:
                        raise TimeoutError("the demo did not fill the screen")
                    await pilot.pause(0.2)
                await pilot.press("j", "j")
                await pilot.pause(3)
                return app.export_screenshot(title="cxtui demo")
        finally:
            await desk.close()


def complete(board: Board) -> bool:
    """Whether every feed was read once and the numbers are there."""
    return bool(board.feeds) and all(f.first_ok for f in board.feeds) and bool(board.figures)


def plain(svg: str) -> str:
    """The picture without web fonts and comments, every text as wide as its cells.

    The exporter gives each text the width of its code points, which stretches scripts with marks.
    """
    svg = _LENGTH.sub(lambda m: f"{m[1]}{_cells(float(m[2]), m[4]):g}{m[3]}{m[4]}", svg)
    return re.sub(r"font-family:\s*Fira Code[^;]*;", f"font-family: {_FONT};", _ELSEWHERE.sub("", svg))


def _cells(length: float, escaped: str) -> float:
    text = html.unescape(escaped)
    return length * width(text) / len(text)


def main() -> int:
    """Write the picture."""
    made = plain(asyncio.run(picture()))
    (HERE / "cxtui.svg").write_text(made, encoding="utf-8")
    outside = [a for a in re.findall(r"https?://[^\"')\s]+", made) if "w3.org" not in a]
    sys.stdout.write("\n".join([f"{HERE / 'cxtui.svg'}: {len(made):,} characters", *outside, ""]))
    return 1 if any("font" in address for address in outside) else 0


if __name__ == "__main__":
    sys.exit(main())
