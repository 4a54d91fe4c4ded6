"""The stats page: every number with its n, a cursor over all of them, exactly the items behind each."""

from __future__ import annotations

import asyncio
import csv
import json
from datetime import timedelta
from pathlib import Path

import pytest

from cxtui.core.feed import Gap
from cxtui.core.item import Clean, Reply
from cxtui.core.metrics import Figure
from cxtui.core.metrics.sheet import Question, Sheet
from cxtui.errors import StoreBroken
from cxtui.ui.screens.behind import BehindPage
from cxtui.ui.screens.stats import Stats
from tests.screen import golden, strips
from tests.ui.fakedesk import NETWORKS, NOW, Clock, FakeDesk, busy, item, left
from tests.ui.stage import Stage, stage

GOLDEN = Path(__file__).parent / "golden"
SIZES = [(80, 24), (120, 40), (40, 12)]


def worked() -> FakeDesk:
    """Two weeks of a small shop: the same every time, with every kind of end."""
    desk = busy()
    for n in range(90):
        ago = timedelta(minutes=97 + n * 211 % 20_000)
        feed, network = (("bsk", "bsky"), ("mst", "mastodon"), ("rss", "feed"))[n % 3]
        stars = (None, 2.0, None, 5.0, None)[n % 5] if feed == "rss" else None
        one = item(f"c{n:02}", "where is my lamp", ago, feed=feed, network=network, stars=stars)
        desk.items.append(one)
        if n % 4:
            answered = one.posted + timedelta(minutes=3 + n * 7 % 80)
            desk.replies.append(Reply(one.id, "nok", Clean("it is on its way"), answered, remote_id=f"r{n}"))
    desk.gaps.append(Gap("shop", NOW - timedelta(minutes=9), None, "HTTP 503"))
    desk.items.sort(key=lambda one: one.posted)
    return desk


def page(on: Stage) -> Stats:
    found = on.app.screen
    assert isinstance(found, Stats)
    return found


async def opened(on: Stage, *keys: str) -> str:
    """The page, when its numbers are there."""
    await on.press("6")
    await on.sees("waiting now", "Enter Items")
    await on.press(*keys)
    for _ in range(200):
        if "counting" not in on.lines[0]:
            break
        await on.pilot.pause(0.01)
    return on.text


def under(on: Stage) -> Figure:
    found = page(on).figure
    assert found is not None
    return found


def put(on: Stage, metric: str, class_: str | None = None) -> None:
    """Put the cursor where a key would bring it after some presses."""
    page(on)._at = (metric, class_)  # pyright: ignore[reportPrivateUsage] - hundreds of presses otherwise
    page(on).scroll_lines(0)


@pytest.mark.parametrize("size", SIZES)
async def test_the_page_looks_like_this(size: tuple[int, int]) -> None:
    async with stage(worked(), size) as on:
        await opened(on, "w")
        assert golden(on.app, GOLDEN / f"stats-{size[0]}x{size[1]}.txt")


@pytest.mark.parametrize("size", [(80, 60), (40, 70)])
async def test_the_pictures_look_like_this(size: tuple[int, int]) -> None:
    async with stage(worked(), size) as on:
        await opened(on, "w", "w", "G")
        assert golden(on.app, GOLDEN / f"pictures-{size[0]}x{size[1]}.txt")


async def test_without_colour_every_word_and_sign_is_the_same_and_no_colour_is_there() -> None:
    async with stage(worked(), (120, 40)) as on:
        coloured = await opened(on)
    async with stage(worked(), (120, 40), colour=False) as on:
        assert await opened(on) == coloured
        styles = [segment.style for strip in strips(on.app) for segment in strip if segment.style]
        assert not any(style.color or style.bgcolor for style in styles)


async def test_the_page_is_there_before_its_numbers() -> None:
    class Slow(FakeDesk):
        async def sheet(self, asked: Question) -> Sheet:
            await asyncio.Event().wait()
            raise AssertionError(asked)

    desk = Slow(Clock(), can=dict(NETWORKS), items=worked().items)
    async with stage(desk) as on:
        await on.press("6")
        text = await on.sees("counting", "Enter Items")
        assert "waiting now" not in text
        await on.press("j", "l", "enter", "i", "e", "w")
        await on.sees("Stats, 7d")


async def test_the_cursor_goes_over_every_number_and_cell() -> None:
    async with stage(worked(), (80, 24)) as on:
        await opened(on)
        sheet = page(on).sheet
        assert sheet is not None
        everything = {(one.metric, one.class_) for one in sheet.everything if one.kind != "reference"}
        shown = {(spot.figure.metric, spot.figure.class_) for spot in page(on)._spots.all}  # pyright: ignore[reportPrivateUsage]
        hidden = everything - shown
        assert {metric for metric, _ in hidden} <= {"next_breach"}, (
            "the list of the next is cut, nothing else"
        )
        first = under(on).metric
        await on.press("G")
        last = under(on).metric
        seen = {last}
        for _ in range(120):
            await on.press("k")
            seen.add(under(on).metric)
        assert under(on).metric == first == "waiting_now"
        assert {
            "answer_times",
            "load_in",
            "week_incoming",
            "trend_incoming",
            "next_breach",
            "reviews",
        } <= seen


async def test_left_and_right_go_along_a_line_and_up_and_down_keep_the_column() -> None:
    async with stage(worked(), (80, 24)) as on:
        await opened(on)
        put(on, "week_incoming", "mon 00")
        await on.press("l", "l", "l")
        assert under(on).class_ == "mon 03"
        await on.press("j", "j")
        assert under(on).class_ == "wed 03"
        await on.press("h")
        assert under(on).class_ == "wed 02"


async def test_the_cursor_is_always_seen() -> None:
    async with stage(worked(), (40, 12)) as on:
        await opened(on)
        for key in ("G", "g", "ctrl+d", "ctrl+d", "ctrl+u", "j"):
            await on.press(key)
            pane, spot = page(on).query_one("#lines"), page(on)._spots.find(page(on)._at)  # pyright: ignore[reportPrivateUsage]
            assert spot is not None
            assert pane.scroll_y <= spot.line < pane.scroll_y + pane.size.height, key


async def test_enter_opens_exactly_the_items_of_a_number_and_enter_there_the_thread() -> None:
    async with stage(worked(), (80, 24)) as on:
        await opened(on)
        put(on, "late_now")
        wanted = tuple(under(on).ids)
        await on.press("enter")
        await on.sees("late now", f"1/{len(wanted)}")
        listed = on.app.screen
        assert isinstance(listed, BehindPage)
        assert sorted(listed.list.ids) == sorted(wanted)
        await on.sees("(late ")
        await on.press("enter")
        await on.sees("in thread", "first answer")
        await on.press("escape", "escape")
        await on.sees("Stats, 24h")
        assert under(on).metric == "late_now"


async def test_answered_ones_are_listed_with_how_long_it_took() -> None:
    async with stage(worked(), (80, 24)) as on:
        await opened(on, "w")
        put(on, "answer_times", "5-30m")
        wanted = tuple(under(on).ids)
        await on.press("enter")
        text = await on.sees("(answered in ")
        assert f"1/{len(wanted)}" in text
        rows = [line for line in on.lines if "where is my lamp" in line]
        assert all("(answered in " in row for row in rows)
        assert len(rows) == min(len(wanted), 21)


async def test_only_what_is_seen_of_a_long_list_is_read() -> None:
    desk = FakeDesk(Clock(), can=dict(NETWORKS))
    desk.items = [item(f"c{n:03}", "words", left(1) - timedelta(seconds=n)) for n in range(400)]
    async with stage(desk, (80, 24)) as on:
        await opened(on, "enter")
        await on.sees("waiting now", "1/400", "@c000")
        assert len(desk.looked) < 150
        await on.press("G")
        await on.sees("400/400", "@c399")


async def test_a_number_that_is_not_known_says_why_and_what_is_missing() -> None:
    desk = FakeDesk(Clock(), can=dict(NETWORKS))
    desk.items = [item("ann", "hello", left(5))]
    async with stage(desk, (100, 24)) as on:
        await opened(on)
        put(on, "review_mean")
        assert "no feed has reviews with stars: add a feed of kind review" in on.text
        await on.press("enter")
        await on.sees("no feed has reviews with stars: add a feed of kind review")
        await on.press("i")
        await on.sees("why: no feed has reviews", "ref 88% trust reviews like acquaintances")
        await on.press("q")
        await on.press("G")
        await on.sees("no reviews yet: add a feed of kind review")


async def test_a_page_without_anything_says_so() -> None:
    async with stage(FakeDesk(Clock(), can=dict(NETWORKS)), (80, 60)) as on:
        await opened(on, "G")
        assert await on.sees("nobody wrote in this window", "nobody who waits is in time", "no reviews yet")


async def test_i_tells_what_a_number_is_and_when_a_feed_was_down() -> None:
    async with stage(worked(), (100, 24)) as on:
        await opened(on, "j", "j", "j", "i")
        text = await on.sees("Answered within 5 minutes, of all that are 5 minutes old.")
        assert "shop could not be read 13:58 to now: HTTP 503" in text
        assert "ref 71% expect help within 5 minutes" in text


async def test_windows_are_switched_and_asked_for() -> None:
    desk = worked()
    async with stage(desk) as on:
        await opened(on)
        for window in ("7d", "30d", "all", "24h"):
            await on.press("w")
            await on.sees(f"Stats, {window} ")
        assert [asked.window for asked in desk.asked] == ["24h", "7d", "30d", "all", "24h"]


async def test_the_numbers_stand_by_class_one_kind_after_the_other() -> None:
    desk = worked()
    async with stage(desk) as on:
        await opened(on, "b")
        text = await on.sees("By feed", "median")
        assert "mst" in text
        await on.press("B", "B")
        text = await on.sees("By operator", "nobody yet")
        put(on, "late_now", "operator:nobody yet")
        late = under(on)
        assert late.value == len(late.ids) > 0


async def test_the_map_shows_who_writes_what_was_missed_and_how_long_it_took() -> None:
    async with stage(worked(), (80, 60)) as on:
        await opened(on, "w", "w", "G")
        await on.sees("Who writes when, 30d", "# more")
        await on.press("m")
        await on.sees("Missed, by when they wrote", ". to 0%  : to 10%  + to 25%  * to 50%  # more")
        await on.press("m")
        assert await on.sees("Median answer time", ". to 5m  : to 30m  + to 1h00  * to 4h00  # more")


async def test_a_filter_narrows_every_number_and_its_mistakes_are_told_while_typing() -> None:
    desk = worked()
    async with stage(desk) as on:
        await opened(on)
        whole = under(on).n
        await on.press("slash")
        await on.type("nett:mastodon")
        await on.press("enter")
        await on.sees("nett", "net")
        await on.press("escape", "slash")
        await on.type("net:mastodon")
        await on.press("enter")
        await on.sees("only net:mastodon")
        await on.misses("counting")
        assert 0 < under(on).n < whole
        await on.press("backslash")
        await on.misses("only net:mastodon", "counting")
        assert under(on).n == whole


async def test_everything_shown_is_written_to_a_new_file_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    name = "cxtui-stats-24h-2026-11-20-1407"
    async with stage(worked(), (120, 40)) as on:
        await opened(on, "e")
        await on.sees(f"{name}.csv", "as CSV")
        await on.press("enter")
        await on.sees(f"numbers written to {name}.csv")
        assert (tmp_path / f"{name}.csv").stat().st_mode & 0o777 == 0o600
        await on.press("e", "enter")
        await on.sees("is there already; name another file")
        await on.press("e", *["backspace"] * 3)
        await on.type("jsonl")
        await on.sees("JSON lines")
        await on.press("enter")
        await on.sees(f"numbers written to {name}.jsonl")
        sheet = page(on).sheet
        assert sheet is not None
        shown = [(one.metric, one.n) for one in sheet.everything]
    assert read(tmp_path / f"{name}.csv") == read(tmp_path / f"{name}.jsonl") == shown


def read(path: Path) -> list[tuple[str, int]]:
    """Metric and n of each number in a file."""
    lines = path.read_text(encoding="utf-8").splitlines()
    rows = csv.DictReader(lines) if path.suffix == ".csv" else map(json.loads, lines)
    return [(row["metric"], int(row["n"])) for row in rows]


async def test_the_numbers_are_counted_again_when_something_happens_and_the_cursor_stays() -> None:
    desk = worked()
    async with stage(desk) as on:
        await opened(on)
        put(on, "response_rate")
        before = len(desk.asked)
        on.board.figures = (*on.board.figures,)
        on.app.draw()
        on.board.figures = on.board.figures[1:]
        on.app.draw()
        for _ in range(200):
            if len(desk.asked) > before:
                break
            await on.pilot.pause(0.01)
        assert len(desk.asked) > before
        assert under(on).metric == "response_rate"


async def test_a_store_that_fails_leaves_the_last_numbers_and_says_so() -> None:
    desk = worked()
    async with stage(desk) as on:
        await opened(on)
        desk.broken = StoreBroken("the disk does not answer")
        await on.press("w")
        text = await on.sees("not counted: the disk does not answer")
        assert "waiting now" in text


async def test_the_pane_shows_pictures_where_there_is_room_and_hides_with_a_key() -> None:
    async with stage(worked(), (120, 40)) as on:
        await on.sees("Answer time, 7 d", "Load, 24 h", "Next breaches (forecast ~)")
        await on.press("equals_sign")
        await on.misses("Answer time, 7 d", "Recommend")
        await on.press("equals_sign")
        await on.sees("Answer time, 7 d")
    async with stage(worked(), (120, 24)) as on:
        await on.sees("Recommend")
        assert "Answer time, 7 d" not in on.text, "rows of the list come first on a low screen"


async def test_the_forecast_says_whether_our_pace_reaches_the_next_and_names_them_last() -> None:
    """Eight replies in one active hour are four an hour: the second is reached in 30 minutes."""
    desk = FakeDesk(Clock(), can=dict(NETWORKS))
    desk.items = [item(f"d{n}", "thank you for the answer", timedelta(minutes=50 + n)) for n in range(8)]
    desk.replies = [
        Reply(one.id, "nok", Clean("gladly"), NOW - timedelta(minutes=20 + n), remote_id=f"r{n}")
        for n, one in enumerate(desk.items)
    ]
    desk.items += [item("soon", "where", left(5)), item("سارة", "أين", left(40))]
    async with stage(desk, (120, 40)) as on:
        await on.sees("05:00 ~15m est. late     @soon", "40m ~30m est. in time  @سارة")
        await opened(on, "G")
        await on.sees("2 in time, pace 4/h")
        assert await on.sees("05:00 ~15m est. late     @soon", "40m ~30m est. in time  @سارة")
