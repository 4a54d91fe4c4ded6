"""A screen as text, and golden screens that a person can read in a diff."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from textual.app import App
from textual.strip import Strip


def strips(app: App[Any]) -> list[Strip]:
    """Every line of the screen as Textual has it."""
    return app.screen._compositor.render_strips(app.size)  # pyright: ignore[reportPrivateUsage] - no public way


def shown(app: App[Any]) -> str:
    """Every line of the screen as it is drawn, without colours, blanks at the ends cut off."""
    lines = [strip.text.rstrip() for strip in strips(app)]
    return "\n".join(lines).rstrip("\n") + "\n"


def golden(app: App[Any], path: Path) -> str:
    """Compare the screen with a file, and give it; with CXTUI_GOLDEN=write the file is made anew."""
    text = shown(app)
    if os.environ.get("CXTUI_GOLDEN") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8"), f"{path.name} differs; CXTUI_GOLDEN=write makes it anew"
    return text
