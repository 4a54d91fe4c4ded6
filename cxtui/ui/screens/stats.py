"""Every number and picture, a cursor over them; Enter shows what one counts."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult

from cxtui.core.metrics import WINDOWS, wording
from cxtui.core.metrics.classes import BYS
from cxtui.core.metrics.pictures import MEASURES
from cxtui.core.metrics.sheet import Question
from cxtui.errors import CxtuiError
from cxtui.ui import header, pictured, sections
from cxtui.ui.board import who
from cxtui.ui.hints import key_line
from cxtui.ui.pieces import Name, PieceRow, Spots, drawn, name_of, side_by_side
from cxtui.ui.screens.page import Page
from cxtui.ui.spans import Line, flat, rule, wrapped
from cxtui.ui.widgets.lines import Lines

if TYPE_CHECKING:
    from cxtui.core.metrics import Figure
    from cxtui.core.metrics.sheet import Sheet
    from cxtui.ui.setting import Setting

WIDE = 110
"""From this width on the pictures stand beside the numbers."""
NUMBERS = 0.46
"""The share of a wide screen that the numbers take."""
DETAIL = 2


class Stats(Page):
    """The page asks for a sheet, shows the last one until it is there, and moves a cursor over it."""

    KEYS: ClassVar[str] = "stats"

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self._asked = Question(setting.clock(), setting.zone, me=setting.desk.operator)
        self._sheet: Sheet | None = None
        self._rows: list[PieceRow] = []
        self._spots = Spots(())
        self._at: Name | None = None
        self._x = 0
        self._basis: object = None
        self._counting = False

    def compose(self) -> ComposeResult:
        """Title, body, what is under the cursor, status, keys."""
        yield Lines(id="title")
        yield Lines(id="lines")
        yield Lines(id="detail")
        yield Lines(id="status")
        yield Lines(id="keys")

    def on_mount(self) -> None:
        """Ask for the numbers; the page is there meanwhile."""
        self._basis = self.board.figures
        self.count()

    def on_resize(self, event: events.Resize) -> None:
        """Lay out for the size there is."""
        del event
        self._lay_out()

    def news(self) -> None:
        """Count again when the pane's numbers were counted again; draw what is said."""
        if self._basis is not self.board.figures:
            self._basis = self.board.figures
            self.count()
        self._draw_foot()

    # what is asked

    def count(self) -> None:
        """Ask for the sheet; the last question wins."""
        self._counting = True
        self.run_worker(partial(self._count), group="sheet", exclusive=True)
        self._draw_title()

    def next_window(self) -> None:
        """The next window."""
        names = tuple(WINDOWS)
        self._ask(window=names[(names.index(self._asked.window) + 1) % len(names)])

    def next_class(self, count: int) -> None:
        """By the next kind of classes, or by none."""
        ways = (None, *BYS)
        self._ask(by=ways[(ways.index(self._asked.by) + count) % len(ways)])
        self._at = None

    def next_measure(self) -> None:
        """What the map of the week shows next."""
        place = MEASURES.index(self._asked.measure) + 1
        self._ask(measure=MEASURES[place % len(MEASURES)])

    def filter(self) -> None:
        """Ask for a filter and count only what fits it."""
        self.start(self._filter())

    def clear(self) -> None:
        """Count everything again."""
        self._ask(filter=None)

    # where the cursor is

    @property
    def figure(self) -> Figure | None:
        """The number under the cursor."""
        spot = self._spots.find(self._at)
        return spot.figure if spot else None

    def scroll_lines(self, count: int) -> None:
        """Move the cursor up or down."""
        spot = self._spots.find(self._at)
        if spot is not None:
            self._at = name_of(self._spots.vertical(spot, count, self._x).figure)
            self._draw()

    def step(self, count: int) -> None:
        """Move the cursor in its line."""
        spot = self._spots.find(self._at)
        if spot is not None:
            new = self._spots.horizontal(spot, count)
            self._at, self._x = name_of(new.figure), new.x
            self._draw()

    def to_end(self, *, first: bool) -> None:
        """To the first or the last number."""
        if self._spots.all:
            spot = self._spots.all[0 if first else -1]
            self._at, self._x = name_of(spot.figure), spot.x
            self._draw()

    def items(self) -> None:
        """What the number under the cursor counts; without any, why."""
        figure = self.figure
        if figure is None:
            return
        if not len(figure.ids):
            self.say(wording.reason(figure) or "it counts nothing")
            return
        from cxtui.ui.screens.behind import BehindPage

        self.program.push_screen(BehindPage(self.setting, figure, self._asked.window))

    def why(self) -> None:
        """What the number is, what it leaves out, and why it is not known."""
        if self.figure is not None:
            from cxtui.ui.screens.why import Why

            self.program.push_screen(Why(self.setting, self.figure))

    def export(self) -> None:
        """Write all numbers and pictures to a file."""
        if self._sheet is not None:
            self.begin("cxtui.ui.exporting", "export")

    @property
    def sheet(self) -> Sheet | None:
        """What is shown."""
        return self._sheet

    # drawing

    def _lay_out(self) -> None:
        """Make the body anew."""
        room = self.size.width
        if self._sheet is not None and room:
            self._rows = _body(self._sheet, room, self._called)
            self._spots = Spots(self._rows)
        self._draw_title()
        self._draw()

    def _draw(self) -> None:
        pane, room = self.query_one("#lines", Lines), self.size.width
        spot = self._spots.find(self._at)
        at = name_of(spot.figure) if spot else None
        if self._sheet is None:
            pane.show([(("counting …", "dim"),)])
        else:
            pane.show(drawn(row, room, at) for row in self._rows)
        if spot is not None:
            self._reveal(pane, spot.line)
        self._draw_foot()

    def _reveal(self, pane: Lines, line: int) -> None:
        """Scroll so that a line and its heading are seen, with the last number all that is below it."""
        height, top = max(pane.size.height, 1), round(pane.scroll_y)
        first, last = max(line - 1, 0), line
        if line == self._spots.all[-1].line:
            last = min(len(self._rows) - 1, first + height - 1)
        if not top <= first <= last < top + height:
            top = first if first < top else last - height + 1
            pane.scroll_to(y=min(top, max(len(self._rows) - height, 0)), animate=False, force=True)

    def _draw_title(self) -> None:
        asked = self._asked
        parts = [f"Stats, {asked.window}"]
        parts += [f"by {asked.by}"] if asked.by else []
        parts += [f"only {asked.filter.text}"] if asked.filter else []
        parts += ["counting …"] if self._counting else []
        now = self._sheet.asked.now.astimezone(self.setting.zone) if self._sheet else None
        right = f"{now:%H:%M} {header.offset(now, self.setting.zone)}" if now else ""
        title = rule(flat(" · ".join(parts)), right, self.size.width)
        self.query_one("#title", Lines).show([title])

    def _draw_foot(self) -> None:
        now, zone, room = self.setting.clock(), self.setting.zone, self.size.width
        self.query_one("#detail", Lines).show(detail(self.figure, room))
        self.query_one("#status", Lines).show([header.status(self.board, now, zone, room)])
        self.query_one("#keys", Lines).show([key_line(self.key_bar(), room)])

    def _called(self, key: str) -> str:
        row = self.board.row(key)
        return who(row.interval.author) if row else key

    # asking

    def _ask(self, **parts: object) -> None:
        self._asked = replace(self._asked, **parts)  # type: ignore[arg-type]
        self.count()

    async def _count(self) -> None:
        self._asked = asked = replace(self._asked, now=self.setting.clock())
        try:
            found = await self.setting.desk.sheet(asked)
        except CxtuiError as error:
            self._counting = False
            self.say(f"not counted: {error}", bad=True)
            return
        self._counting = False
        if self.is_mounted:
            self._sheet = found
            self._lay_out()

    async def _filter(self) -> None:
        from cxtui.core.filters import parse
        from cxtui.ui.screens.filterline import FilterLine

        def echo(words: str) -> str:
            empty = parse(words).empty
            return "everything is counted" if empty else "only what fits is counted; an empty line counts all"

        shown = self._asked.filter.text if self._asked.filter else ""
        words = await self.program.push_screen_wait(FilterLine(self.setting, shown, echo))
        if words is not None:
            self._ask(filter=parse(words) if words.strip() else None)


def detail(figure: Figure | None, room: int) -> list[Line]:
    """What is under the cursor, in two lines."""
    if figure is None:
        return [()] * DETAIL
    parts = [f"{wording.said(figure)}: {wording.shown(figure)} n={figure.n}", *sections.beside(figure)]
    parts += ["? a feed was down"] if figure.gaps else []
    lines = wrapped(flat(" · ".join(parts)), room)
    if len(lines) > DETAIL:
        lines = [*lines[: DETAIL - 1], flat(f"{lines[DETAIL - 1][: max(room - 2, 0)]} …")]
    shown: list[Line] = [((line, "plain"),) for line in lines]
    return shown + [()] * (DETAIL - len(shown))


def _body(sheet: Sheet, room: int, called: pictured.Called) -> list[PieceRow]:
    by = sheet.asked.by
    top = sections.classes(by, sheet.classed, room) if by else []
    now = sheet.asked.now
    if room < WIDE:
        return [
            *top,
            *sections.numbers(sheet.figures, room),
            *pictured.pictures(sheet, now, room, called),
        ]
    left = int(room * NUMBERS)
    return [
        *top,
        *side_by_side(
            sections.numbers(sheet.figures, left),
            pictured.pictures(sheet, now, room - left - 3, called),
            left,
        ),
    ]
