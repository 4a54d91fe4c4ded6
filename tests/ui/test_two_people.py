"""What a screen says of other people and processes on the same store."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from cxtui.engine.desk import News
from cxtui.engine.leading import Leader
from cxtui.store.leases import Lead, Replying
from tests.ui.fakedesk import NOW, FakeDesk, busy
from tests.ui.stage import stage

OTHER = Lead(3, 7, "till:4711:99", "joy", "c", NOW, NOW)


def hears(desk: FakeDesk, leader: Leader) -> None:
    desk.hears(News(leader=leader))


async def test_a_screen_that_does_not_poll_says_who_does() -> None:
    desk = busy()
    async with stage(desk, (120, 40)) as on:
        assert "polls" not in on.lines[0]
        hears(desk, Leader(here=False, lead=OTHER))
        await on.sees("joy polls")
        await on.press("4")
        await on.sees("joy (process 4711 on till) polls")
        hears(desk, Leader(here=True))
        await on.pilot.pause()
        assert "polls" not in on.text.replace("next poll", "")


async def test_a_screen_with_other_feeds_says_that_it_never_takes_over() -> None:
    desk = busy()
    async with stage(desk, (120, 40)) as on:
        hears(desk, Leader(here=False, lead=OTHER, differs=True))
        await on.press("4")
        assert await on.sees(
            "with other feeds, policies or rules than here, so this program never takes over"
        )


async def test_where_nobody_polls_the_header_says_so() -> None:
    desk = busy()
    async with stage(desk, (120, 40)) as on:
        hears(desk, Leader(here=False, differs=True))
        await on.sees("nobody polls")
        await on.press("R")
        await on.sees("start cxtui again to poll with these")
        assert desk.polls == 1


async def test_the_wish_to_poll_names_who_is_asked() -> None:
    desk = busy()
    async with stage(desk, (120, 40)) as on:
        hears(desk, Leader(here=False, lead=OTHER))
        await on.press("R")
        await on.sees("joy (process 4711 on till) is asked to poll now")
        assert desk.polls == 1


async def test_a_row_to_which_somebody_writes_says_so_in_list_and_thread_until_that_is_over() -> None:
    desk = busy()
    async with stage(desk, (120, 40)) as on:
        row = on.queue.row
        assert row is not None
        one = Replying(row.id, "joy", "x", NOW + timedelta(seconds=60))
        desk.hears(News(replying=(one,)))
        await on.sees("(@joy is replying)")
        assert on.text.count("@joy is replying") == 2
        desk.hears(News(replying=(replace(one, until=NOW + timedelta(seconds=2)),)))
        desk.clock.passes(seconds=3)
        on.queue.news()
        await on.pilot.pause()
        assert "is replying" not in on.text


async def test_others_are_told_while_the_composer_is_open_and_it_opens_though_they_cannot_be() -> None:
    desk = busy()
    async with stage(desk) as on:
        row = on.queue.row
        assert row is not None
        await on.press("r")
        await on.sees("Reply to")
        await on.pilot.pause()
        assert desk.writing == {row.id}
        await on.press("escape")
        await on.pilot.pause()
        assert desk.writing == set()
