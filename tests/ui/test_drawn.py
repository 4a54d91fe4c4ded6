"""What stands on the terminal is not sent again; what somebody else may have written over is."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual import _compositor as textual  # pyright: ignore[reportPrivateUsage]
from textual.geometry import Region
from textual.strip import Strip

from cxtui.ui.drawn import Drawn
from tests.terminal import Terminal

NAMED = Style(color="default", bgcolor="default")
RED = Style(color="red")


def sent(drawn: Drawn, *lines: Strip) -> str:
    """What goes to the terminal for a whole screen of these lines."""
    whole = drawn.only_new(textual.LayoutUpdate([[line] for line in lines], Region(0, 0, 40, len(lines))))
    assert isinstance(whole, textual.CompositorUpdate)
    return whole.render_segments(Console(color_system="standard", force_terminal=True))


def part(drawn: Drawn, y: int, text: str) -> str:
    strip = line(text)
    chops = [{0: strip} if n == y else {} for n in range(y + 1)]
    update = drawn.only_new(textual.ChopsUpdate(chops, [(y, 0, 40)], [[40] for _ in chops]))
    assert isinstance(update, textual.CompositorUpdate)
    return update.render_segments(Console())


def line(text: str, style: Style | None = None) -> Strip:
    return Strip([Segment(text, style)]).adjust_cell_length(40)


def test_only_lines_that_differ_are_sent() -> None:
    drawn = Drawn()
    assert "first" in sent(drawn, line("first"), line("second"))
    assert sent(drawn, line("first"), line("second")) == ""
    again = sent(drawn, line("first"), line("other"))
    assert "other" in again
    assert "first" not in again


def test_the_same_line_under_a_dialog_is_the_same_line() -> None:
    drawn = Drawn()
    sent(drawn, line("plain"), line("red", RED))
    assert sent(drawn, line("plain", NAMED), line("red", RED + Style(bgcolor="default"))) == ""
    assert "plain" in sent(drawn, line("plain", Style(bold=True)), line("red", RED))


def test_a_line_of_which_a_part_was_drawn_is_sent_whole_the_next_time() -> None:
    drawn = Drawn()
    sent(drawn, line("first"), line("second"), line("third"))
    assert "xx" in part(drawn, 1, "xx")
    again = sent(drawn, line("first"), line("second"), line("third"))
    assert "second" in again
    assert "third" not in again


def test_after_forgetting_everything_is_sent() -> None:
    drawn = Drawn()
    sent(drawn, line("first"), line("second"))
    drawn.forget()
    again = sent(drawn, line("first"), line("second"))
    assert "first" in again
    assert "second" in again


@pytest.mark.parametrize("sizes", [[(60, 20), (80, 24)], [(40, 12), (120, 40), (41, 13), (80, 24)]])
def test_a_terminal_that_changed_its_size_shows_what_it_showed_before(
    tmp_path: Path, sizes: list[tuple[int, int]]
) -> None:
    stale = {"COLUMNS": "80", "LINES": "24"}  # as some shells leave them to their programs
    with Terminal(tmp_path, [sys.executable, "tests/ui/look.py", "--no-color"], env=stale) as terminal:
        terminal.sees("@nok_vte", "reply 96%", "1 in thread")
        terminal.type("s")
        terminal.sees("Snooze @nok_vte")
        for columns, rows in sizes:
            terminal.resize(columns, rows)
            title = "── Snooze @nok_vte ".ljust(columns - 14, "─") + " Esc not now ─"
            terminal.until(lambda title=title: title in terminal.screen().splitlines(), title)
        terminal.type("Escape")
        shown = terminal.sees("reply 96%", "1 in thread", "r Reply", "q Quit").splitlines()
        assert len(shown) == 24
        assert sum("@nok_vte" in text for text in shown[:12]) == 1, "nothing of other sizes is left"
        assert not any("In 15 minutes" in text for text in shown)


def test_back_from_the_shell_the_whole_screen_stands_there_again(tmp_path: Path) -> None:
    with Terminal(tmp_path, [sys.executable, "tests/ui/look.py", "--no-color"]) as terminal:
        before = terminal.sees("@nok_vte", "reply 96%", "1 in thread").splitlines()
        terminal.type("C-z")
        terminal.sees("Stopped", "shell>")
        terminal.type("fg", "Enter")
        after = terminal.sees("@nok_vte", "reply 96%", "1 in thread", "q Quit").splitlines()
        ticking = {n for n, (old, new) in enumerate(zip(before, after, strict=True)) if old != new}
        assert ticking <= set(range(12)), "only what tells the time differs"
        assert all("@" in after[n] for n in ticking)


def test_what_another_program_wrote_there_goes_with_ctrl_l(tmp_path: Path) -> None:
    with Terminal(tmp_path, [sys.executable, "tests/ui/look.py", "--no-color"]) as terminal:
        terminal.sees("@nok_vte", "reply 96%", "1 in thread")
        Path(terminal.tty).write_text("\x1b[5;1Hnews from elsewhere\x1b[14;1Hnews from elsewhere")
        terminal.sees("news from elsewhere")
        terminal.type("C-l")
        terminal.until(lambda: "news" not in terminal.screen(), "the screen as it was")
        assert "1 in thread" in terminal.screen()
