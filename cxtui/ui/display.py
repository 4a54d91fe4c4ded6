"""The one way in which text becomes content of a Textual widget."""

from __future__ import annotations

from textual.content import Content

from cxtui.ui.spans import safe


def display(text: str) -> Content:
    """``text`` drawn as it stands.

    A plain str would be read as markup, in which strangers can press keys: nothing else
    in the program may hand text to a widget. Source: safety.md 1.
    """
    return Content(safe(text))
