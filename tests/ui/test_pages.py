"""Moving about: help from live bindings, palette, find, panes, layouts, feeds."""

from __future__ import annotations

import os
import stat
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from cxtui.core.item import Event
from cxtui.engine.desk import News
from cxtui.store import FeedState
from cxtui.ui.keys import bound, label
from tests.ui.fakedesk import NETWORKS, NOW, Clock, FakeDesk, busy, item, left
from tests.ui.stage import stage


async def test_help_lists_exactly_what_is_bound() -> None:
    async with stage(busy(), (100, 400)) as on:
        live = {key: active.binding.id for key, active in on.queue.active_bindings.items()}
        await on.press("question_mark")
        text = await on.sees("Signs")
        for one in bound("queue"):
            keys = " ".join(label(key) for key, name in live.items() if name == one.id)
            if not on.queue.setting.keys[one.id]:  # only in the palette
                continue
            assert f"  {keys} " in text, one.id
            assert one.words[:60] in text
        await on.press("q")
        await on.sees("Unanswered")


async def test_help_follows_the_users_keys() -> None:
    async with stage(busy(), (100, 400), keys={"queue.reply": "f5", "queue.snooze": ""}) as on:
        assert "F5 Reply" in on.text
        assert "s Snooze" not in on.text
        await on.press("f1")
        text = await on.sees("Signs")
        assert "  F5            Reply" in text
        assert "Snooze: leave the list" not in text
        await on.press("escape", "r")
        await on.pilot.pause()
        assert "Reply to @" not in on.text
        await on.press("f5")
        await on.sees("Reply to @nok_vte")


async def test_the_palette_finds_a_command_by_its_words_and_does_it() -> None:
    async with stage(busy()) as on:
        await on.press("colon")
        await on.sees("Command", "Reply")
        await on.type("feeds state")
        await on.misses("Wake a snoozed row")
        await on.press("enter")
        await on.sees("── Feeds")
        await on.press("escape")
        await on.sees("Unanswered")
        await on.press("ctrl+p", "escape")
        assert await on.sees("Unanswered")


async def test_the_palette_offers_only_what_is_there() -> None:
    async with stage(busy()) as on:
        for words in ("theme", "screensaver"):
            await on.press("colon")
            await on.sees("> r")
            await on.type(words)
            await on.sees("no command has these words")
            await on.press("enter")
            assert await on.misses("no command")


async def test_find_narrows_live_and_a_key_shows_all_again() -> None:
    async with stage(busy()) as on:
        await on.press("slash")
        await on.type("order")
        await on.sees("found: order", "1/1", "1 row, Enter keeps them")
        await on.press("backspace", "backspace", "backspace", "backspace", "backspace")
        await on.type("MST @")
        await on.press("enter")
        text = await on.sees("found: MST @")
        assert "@tess" not in text
        first = on.cursor
        await on.press("n")
        assert on.cursor != first
        await on.press("N")
        assert on.cursor == first
        await on.press("N")
        last = on.cursor
        assert last == "lan", "round the end"
        await on.press("backslash")
        await on.sees("/11")
        assert on.cursor == last, "the cursor stays on its row"


async def test_escape_in_find_shows_all_again() -> None:
    async with stage(busy()) as on:
        await on.press("slash")
        await on.type("zebra")
        await on.sees("No row fits “zebra”", "0 rows")
        await on.press("escape")
        assert await on.sees("/11")


async def test_what_arrives_while_finding_is_found_too() -> None:
    desk = busy()
    async with stage(desk) as on:
        await on.press("slash")
        await on.type("refund")
        await on.press("enter")
        await on.sees("1/1")
        desk.arrives(item("zoe", "refund now", left(2)), item("yan", "hello", left(2)))
        text = await on.sees("@zoe")
        assert "@yan" not in text


async def test_moving_by_keys_stays_on_the_list() -> None:
    desk = FakeDesk(Clock(), can=dict(NETWORKS))
    desk.items = [item(f"c{n:02}", "words", left(10 + n)) for n in range(40)]
    async with stage(desk) as on:
        for keys, handle in (
            ("j", "c01"), ("down", "c02"), ("k", "c01"), ("up", "c00"), ("up", "c00"), ("G", "c39"),
            ("j", "c39"), ("g", "c00"), ("pagedown", "c11"), ("pageup", "c00"), ("ctrl+d", "c06"),
            ("ctrl+u", "c00"),
        ):  # fmt: skip
            await on.press(keys)
            assert on.cursor == handle, keys
            assert ">^" in on.text or ">." in on.text, "the cursor is always visible"


async def test_the_most_late_row_is_one_key_away() -> None:
    async with stage(busy()) as on:
        await on.press("G")
        assert on.cursor == "bee"
        await on.press("circumflex_accent")
        assert on.cursor == "nok_vte"
        await on.press("d", "n")
        await on.sees("(no answer needed)")
        await on.press("G", "circumflex_accent")
        assert on.cursor == "riad", "a finished row is not late"


async def test_enter_opens_the_thread_and_h_goes_back_even_when_narrow() -> None:
    async with stage(busy(), (40, 12)) as on:
        assert "@riad on bsk" not in on.text
        await on.press("j", "enter")
        text = await on.sees("@riad on bsk")
        assert "@tess" not in text
        await on.press("h")
        await on.sees("@tess")


async def test_the_thread_scrolls_under_the_list() -> None:
    desk = FakeDesk(Clock(), can=dict(NETWORKS))
    desk.items = [item("ann", "\n".join(f"line {n}" for n in range(30)), left(10))]
    async with stage(desk) as on:
        await on.sees("line 1")
        await on.press("J", "J", "J")
        await on.misses("line 0\n")
        await on.press("K", "K", "K")
        await on.sees("line 0\n")
        await on.press("tab", "j", "j")
        assert await on.misses("line 0\n")


async def test_layouts_cycle_and_the_numbers_hide() -> None:
    async with stage(busy(), (120, 40)) as on:
        assert "│\u200e" in on.text
        await on.press("vertical_line")
        await on.sees("layout: over", "reply 96%")
        await on.press("vertical_line")
        await on.sees("layout: side", "answered  96%")
        await on.press("vertical_line")
        await on.sees("layout: list")
        await on.misses("answered  96%")
        await on.press("vertical_line")
        await on.sees("layout: auto", "answered  96%")
        await on.press("equals_sign")
        await on.misses("answered  96%")
        await on.press("equals_sign")
        await on.sees("answered  96%")


async def test_the_layout_follows_the_size() -> None:
    async with stage(busy(), (120, 40)) as on:
        await on.pilot.resize_terminal(80, 24)
        await on.sees("reply 96% n=212 wait 6 │ med 4m")
        await on.pilot.resize_terminal(40, 12)
        await on.misses("reply 96%")
        await on.pilot.resize_terminal(120, 40)
        assert await on.sees("answered  96%")


@pytest.mark.parametrize(
    "size", [(1, 1), (3, 2), (10, 5), (20, 40), (59, 15), (60, 16), (109, 20), (110, 16), (250, 70)]
)
async def test_no_size_breaks_the_screen(size: tuple[int, int]) -> None:
    async with stage(busy(), size) as on:
        for keys in (
            ("j", "enter", "h"),
            ("s", "escape"),
            ("question_mark", "q"),
            ("4", "q"),
            ("r", "x", "escape"),
        ):
            await on.press(*keys)
        await on.press("colon", "escape", "slash", "escape", "3", "1")
        await on.pilot.resize_terminal(80, 24)
        assert await on.sees("reply 96%")


async def test_r_polls_now_from_every_page() -> None:
    desk = busy()
    async with stage(desk) as on:
        await on.press("R")
        await on.sees("polling")
        await on.press("4")
        await on.sees("── Feeds")
        await on.press("R")
        for _ in range(100):
            if desk.polls == 2:
                break
            await on.pilot.pause(0.01)
        assert desk.polls == 2


async def test_feeds_are_told_in_words_and_follow_the_news() -> None:
    desk = busy()
    async with stage(desk) as on:
        await on.press("4")
        await on.sees("! shop (isso): cannot be read", "the server answered 503", "failing for 9m, 3 tries")
        auth = FeedState("shop", "isso", state="auth", error="the token was refused")
        desk.hears(News(feeds=(auth,)))
        assert await on.sees("shop (isso): cannot sign in", "the token was refused")


async def test_what_the_engine_says_is_not_gone_with_the_next_key() -> None:
    desk = busy()
    async with stage(desk) as on:
        await on.press("Y")
        await on.sees("copied what")
        await on.press("j")
        await on.misses("copied what")
        desk.hears(News(notices=("polling has stopped",)))
        await on.sees("polling has stopped")
        await on.press("j", "k")
        assert "polling has stopped" in on.text


async def test_an_empty_queue_says_what_to_do_next() -> None:
    desk = FakeDesk(Clock())
    async with stage(desk, (100, 24)) as on:
        await on.sees("`cxtui config path` says where to add one")
        desk.hears(News(feeds=busy().states))
        shown = await on.sees("All answered. Next poll in 20s; R polls now. 1 of 6 feeds cannot be read: 4")
        assert "4 says why." in shown


async def test_an_empty_queue_says_so_on_a_narrow_screen_too() -> None:
    async with stage(FakeDesk(Clock()), (40, 12)) as on:
        assert await on.sees("No feed is polled yet.")


async def test_copying_sends_the_link_and_the_words_to_the_clipboard() -> None:
    async with stage(busy()) as on:
        await on.press("y")
        await on.sees("copied: https://shop.example/thread/1")
        assert on.app.clipboard == "https://shop.example/thread/1"
        await on.press("Y")
        await on.sees("copied what @nok_vte wrote")
        assert on.app.clipboard == "order 4512 still not here, third time I ask"


async def test_o_shows_the_host_first_and_gives_the_address_to_the_opener_as_an_argument(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = tmp_path / "asked"
    for name in ("xdg-open", "open"):
        script = tmp_path / name
        script.write_text(f'#!/bin/sh\nprintf "%s|" "$@" > {asked}\n', encoding="utf-8")
        script.chmod(script.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.delenv("SSH_CONNECTION", raising=False)
    monkeypatch.delenv("SSH_TTY", raising=False)
    desk = busy()
    desk.items = [item("ann", "hello", left(5), url="https://shop.example/a?b=$(id)&c='x'")]
    async with stage(desk) as on:
        await on.press("o")
        await on.sees("Open shop.example in the browser?")
        assert not asked.exists()
        await on.press("y")
        await on.sees("opening shop.example")
        for _ in range(200):
            if asked.exists() and asked.read_text(encoding="utf-8"):
                break
            await on.pilot.pause(0.01)
        assert asked.read_text(encoding="utf-8") == "https://shop.example/a?b=$(id)&c='x'|"


async def test_over_ssh_o_says_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSH_CONNECTION", "::1 1 ::1 2")
    async with stage(busy()) as on:
        await on.press("o")
        assert await on.sees("no browser here: https://shop.example/thread/1 (y copies it)")


async def test_an_address_that_is_no_page_is_not_opened() -> None:
    desk = busy()
    desk.items = [item("ann", "hello", left(5), url="javascript:alert(1)")]
    async with stage(desk) as on:
        await on.press("o")
        assert await on.sees("not opened: only http and https addresses are")


async def test_the_mouse_selects_scrolls_and_opens_but_never_sends() -> None:
    desk = FakeDesk(Clock(), can=dict(NETWORKS))
    desk.items = [item(f"c{n:02}", "words", left(10 + n)) for n in range(40)]
    async with stage(desk) as on:
        await on.pilot.click("#list", offset=(30, 3))
        assert on.cursor == "c03"
        await on.pilot.click("#list", offset=(30, 4), times=2)
        await on.sees("@c04 on bsk")
        await on.press("h", "r")
        await on.sees("Reply to")
        await on.type("hi")
        await on.press("ctrl+r")
        await on.sees("Send?")
        for y in range(24):
            await on.pilot.click(offset=(2, y))
        assert all(one.state == "draft" for one in desk.out.values())
        assert "Send?" in on.text


async def test_the_clock_redraws_only_when_a_text_changes() -> None:
    """Seconds under ten minutes; the header's minute otherwise."""
    desk = FakeDesk(Clock(), can=dict(NETWORKS))
    desk.items = [item("ann", "hello", left(30, 30))]
    async with stage(desk) as on:
        assert 29 < on.queue.sleeps < 31, "30m becomes 29m in 30 s"
        desk.clock.passes(minutes=21)
        on.queue.tick()
        assert "09:30" in on.text
        assert on.queue.sleeps <= 1
        desk.clock.passes(seconds=1)
        on.queue.tick()
        assert "09:29" in on.text


async def test_marks_of_state_stand_in_signs_not_only_in_colour() -> None:
    desk = busy()
    desk.events.append(Event("c", desk.items[6].id, "claimed", "joy", NOW, {}))
    async with stage(desk) as on:
        text = await on.sees("(@joy has it)")
        assert "  ^H    41m mst @tom" in text


async def test_a_thread_that_comes_when_the_screen_is_gone_is_dropped() -> None:
    """Its pane goes before it when the program ends."""
    async with stage(busy(), (120, 40)) as on:
        await on.queue.query("#thread").remove()
        await on.queue._thread(on.desk.rows()[-1].id)  # pyright: ignore[reportPrivateUsage]
        assert on.queue.thread_shown


async def test_the_help_is_narrowed_by_words_and_shown_whole_again() -> None:
    async with stage(busy(), (80, 24)) as on:
        await on.press("question_mark")
        await on.sees("Why is it due then?", "/ finds")
        await on.press("slash")
        await on.type("snooze")
        text = await on.sees("Snooze again", "Enter keeps them")
        assert "Reply" not in text
        await on.press("enter")
        await on.misses("Enter keeps them")
        assert "Snooze again" in on.text
        await on.press("slash")
        await on.type("xyzzy")
        await on.sees("nothing here has these words", "0 found")
        await on.press("escape")
        await on.sees("Why is it due then?")
        await on.press("slash")
        await on.type("snooze")
        await on.press("enter", "backslash")
        await on.sees("Why is it due then?")


async def test_g_and_end_go_to_the_first_and_the_last_line_of_every_page() -> None:
    desk = FakeDesk(Clock(), can=dict(NETWORKS))
    desk.items = [item(f"c{n:02}", "words", left(20 + n)) for n in range(40)]
    due = [(NOW + timedelta(minutes=60 + n)).isoformat() for n in range(40)]
    desk.events = [
        Event(f"e{n}", one.id, "promised", "nok", NOW, {"promise": f"p{n}", "text": "a call", "due": due[n]})
        for n, one in enumerate(desk.items)
    ]
    desk.states = tuple(FeedState(f"feed{n:02}", "feed", state="ok") for n in range(40))
    async with stage(desk, (80, 24)) as on:
        await on.press("5")
        await on.sees("Promises 40")
        await on.press("G")
        text = await on.sees("> P", "@c39")
        assert "@c00" not in text
        await on.press("k", "k")
        assert [line for line in on.lines if "@c39" in line], "the cursor moves, not the page"
        await on.press("g")
        await on.sees("> P", "@c00")
        await on.press("pagedown")
        assert "@c19" in next(line for line in on.lines if line.startswith(">"))
        await on.press("4", "end")
        await on.sees("feed39")
        await on.press("home")
        await on.sees("feed00")
        await on.press("question_mark", "G")
        text = await on.sees("ingest")
        assert "Why is it due" not in text
        await on.press("g")
        await on.misses("ingest")


async def test_what_a_key_was_told_on_one_page_is_not_said_on_the_next() -> None:
    desk = FakeDesk(
        Clock(), can={**NETWORKS, "bsk": replace(NETWORKS["bsk"], reply=False, why_not="read only")}
    )
    desk.items = [item("ann", "where is it?", left(15))]
    async with stage(desk, size=(40, 12)) as on:
        await on.press("r")
        await on.sees("o opens the page")
        await on.press("4")
        assert "Unanswered" not in await on.misses("o opens the page")
        await on.press("escape", "r")
        await on.sees("o opens the page")
