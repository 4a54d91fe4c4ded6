"""What may reach a terminal."""

from __future__ import annotations

from unicodedata import category

from tests.ui.stage import Stage

BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b"
SCROLLBAR = {
    ("@mouse.down", "grab"), ("@mouse.up", "release"), ("@mouse.up", "scroll_up"),
    ("@mouse.up", "scroll_down"), ("@mouse.down", "scroll_up"), ("@mouse.down", "scroll_down"),
}  # fmt: skip
"""What Textual's own scrollbars do."""


def check_drawn(on: Stage) -> None:
    """Nothing that is drawn steers the terminal or carries an action."""
    strips = on.app.screen._compositor.render_strips()  # pyright: ignore[reportPrivateUsage]
    for segment in (segment for strip in strips for segment in strip):
        steering = [c for c in segment.text if category(c) in ("Cc", "Cs") or c in BIDI]
        assert not steering, ascii(segment.text)
        assert segment.control is None
        meta = segment.style.meta if segment.style else {}
        acts = {key: act for key, act in meta.items() if key.startswith("@")}
        assert acts.items() <= SCROLLBAR, meta
        assert not (segment.style and segment.style.link)
