"""Pictures of small histories, cell by cell."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
from told import DAY, HOUR, START, Story, at, near

from cxtui.core.metrics.ledger import Ledger
from cxtui.core.metrics.pictures import (
    Picture,
    answer_times,
    breaches,
    load,
    pictures,
    reviews,
    trend,
    week,
)
from cxtui.core.metrics.pictures.local import hours_before, midnight
from cxtui.core.metrics.span import Span
from cxtui.core.metrics.timeline import micros

BERLIN = ZoneInfo("Europe/Berlin")
VIENTIANE = ZoneInfo("Asia/Vientiane")


def view(story: Story, minute: float, window: str = "all") -> Span:
    return Ledger.of(story.facts()).span(at(minute), window)


def minutes(moment: datetime) -> float:
    """A moment as stories tell it."""
    return (moment - START).total_seconds() / 60


def counted(picture: Picture, strip: str) -> dict[str, tuple[float | None, int]]:
    """Cells that count something, by class: value and n."""
    return {
        cell.class_ or "": (cell.value, cell.n)
        for cell in picture.named(strip).cells
        if cell.value or (cell.value == 0 and cell.unit == "rate")
    }


# the histogram


def test_an_answer_at_the_border_belongs_to_the_shorter_part() -> None:
    """As "answered within 5 min" counts it."""
    story = Story()
    keys = [story.writes(0, f"@c{n}") for n in range(8)]
    for key, took in zip(keys, (5, 5.1, 30, 60, 4 * HOUR, DAY, DAY + 1), strict=False):
        story.replies_to(key, took)
    found = answer_times(view(story, 2 * DAY))
    assert counted(found, "answer_times") == {
        "0-5m": (1, 8), "5-30m": (2, 8), "30-60m": (1, 8), "1-4h": (1, 8), "4-24h": (1, 8),
        ">24h": (1, 8), "still waiting": (1, 8),
    }  # fmt: skip
    assert [cell.ids for cell in found.cells][:2] == [(keys[0],), (keys[1], keys[2])]


def test_the_histogram_leaves_out_what_says_nothing_of_our_speed() -> None:
    story = Story()
    story.closes(story.writes(0, "@spam"), 1, "spam")
    story.closes(story.writes(0, "@hand"), 2, "answered-elsewhere")
    story.does(story.writes(0, "@maybe"), "probably", 3)
    story.replies_to(story.writes(0, "@praise", tone="praise"), 4)
    held = story.writes(0, "@held")
    story.replies_to(held, 5, "holding")
    assert counted(answer_times(view(story, 60)), "answer_times") == {"still waiting": (1, 1)}


def test_the_histogram_shows_the_waits_that_began_in_the_window() -> None:
    story = Story()
    story.replies_to(story.writes(0, "@old"), 2)
    story.replies_to(story.writes(2 * DAY, "@new"), 2 * DAY + 10)
    assert counted(answer_times(view(story, 2 * DAY + HOUR, "24h")), "answer_times") == {"5-30m": (1, 1)}


waits = st.tuples(
    st.integers(0, 20 * 24 * 60), st.integers(0, 3), st.integers(0, 3 * 24 * 60), st.sampled_from("ahcps-")
)


@given(st.lists(waits, max_size=25), st.sampled_from(("24h", "7d", "30d", "all")), st.integers(0, 21 * 24))
def test_every_wait_is_in_one_part_and_every_count_is_that_of_its_ids(
    told: list[tuple[int, int, int, str]], window: str, hour: int
) -> None:
    story = Story()
    for n, (start, who, took, act) in enumerate(told):
        key = story.writes(start, f"@p{who}", thread=f"t{n}", stars=2 if act == "s" else None)
        if act in "ah":
            story.replies_to(key, start + took, "answer" if act == "a" else "holding")
        elif act in "cp":
            story.does(key, "closed" if act == "c" else "probably", start + took, reason="spam")
    seen = view(story, hour * 60, window)
    histogram = list(answer_times(seen).cells)
    ids = [key for cell in histogram for key in cell.ids]
    assert len(ids) == len(set(ids)) == histogram[0].n
    assert {cell.n for cell in histogram} == {len(ids)}
    for picture in pictures(seen, BERLIN):
        for cell in picture.cells:
            assert len(cell.ids) == len(set(cell.ids)), cell
            if cell.unit == "intervals":
                assert cell.value == len(cell.ids), cell
            if cell.value is None:
                assert cell.why, cell
    came = [key for cell in week(seen, BERLIN, "incoming").cells for key in cell.ids]
    begun = [one for one in story.intervals() if not one.thanks and seen.has(micros(one.start))]
    assert sorted(came) == sorted(one.id for one in begun)


# hours


def test_load_has_the_hour_that_runs_last_and_counts_what_came_and_was_answered() -> None:
    story = Story()  # begins at 09:00 UTC, 16:00 in Vientiane
    first = story.writes(10, "@mai")
    story.writes(70, "@noy")
    story.replies_to(first, 130)
    story.writes(-24 * HOUR, "@old")
    found = load(view(story, 150), VIENTIANE)
    assert counted(found, "load_in") == {"2026-11-01T16:00+0700": (1, 1), "2026-11-01T17:00+0700": (1, 1)}
    assert counted(found, "load_out") == {"2026-11-01T18:00+0700": (1, 1)}
    cells = found.named("load_in").cells
    assert (len(cells), cells[0].class_, cells[-1].class_) == (
        24, "2026-10-31T19:00+0700", "2026-11-01T18:00+0700"
    )  # fmt: skip
    assert cells[21].ids == (first,)


def test_a_message_counts_once_an_hour_however_often_we_reply() -> None:
    story = Story()
    key = story.writes(0)
    for minute in (5, 10):
        story.replies_to(key, minute, "holding")
    story.replies_to(key, 65)
    assert [cell.ids for cell in load(view(story, 70), UTC).named("load_out").cells[-2:]] == [(key,), (key,)]


def test_a_mark_by_hand_is_no_reply_of_ours() -> None:
    story = Story()
    story.closes(story.writes(0), 65, "answered-elsewhere")
    assert not any(cell.ids for cell in load(view(story, 70), UTC).named("load_out").cells)


def test_the_hour_that_comes_twice_has_two_columns() -> None:
    """25 October 2026, 03:00 becomes 02:00 in Berlin."""
    story = Story()
    early = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    keys = [story.writes(minutes(early), "@a"), story.writes(minutes(early) + 60, "@b")]
    cells = load(view(story, minutes(early) + 180), BERLIN).named("load_in").cells
    assert [(cell.class_, cell.ids) for cell in cells if cell.ids] == [
        ("2026-10-25T02:00+0200", (keys[0],)),
        ("2026-10-25T02:00+0100", (keys[1],)),
    ]
    both = week(view(story, minutes(early) + 180), BERLIN, "incoming")
    assert {cell.class_: cell.ids for cell in both.cells if cell.ids} == {"sun 02": tuple(keys)}


def test_hours_begin_where_the_zone_has_them() -> None:
    """Half an hour off in Kolkata."""
    begins = hours_before(datetime(2026, 11, 1, 9, 10, tzinfo=UTC), ZoneInfo("Asia/Kolkata"), 2)
    assert begins == [datetime(2026, 11, 1, 7, 30, tzinfo=UTC), datetime(2026, 11, 1, 8, 30, tzinfo=UTC)]


def test_the_week_stands_in_the_zones_hours() -> None:
    """The story begins on a Sunday at 09:00 UTC."""
    story = Story()
    story.writes(0)
    story.writes(9 * HOUR, "@b")
    cells = {c.class_: c.value for c in week(view(story, DAY), VIENTIANE, "incoming").cells if c.value}
    assert cells == {"sun 16": 1, "mon 01": 1}


def test_the_week_tells_the_share_missed_and_the_median_of_each_hour() -> None:
    story = Story()
    for n, took in enumerate((10, 30, 90)):
        story.replies_to(story.writes(n, f"@c{n}"), n + took)
    story.writes(HOUR, "@undecided")
    late = {c.class_: c for c in week(view(story, 100), UTC, "late").cells if c.n}
    assert set(late) == {"sun 09"}
    assert near(late["sun 09"].value, 1 / 3)
    answer = {c.class_: c for c in week(view(story, 100), UTC, "answer").cells if c.n}
    assert (answer["sun 09"].value, answer["sun 09"].n) == (30 * 60, 3)
    assert (answer["sun 10"].value, answer["sun 10"].why) == (None, "too many still wait")


# days


def test_fourteen_days_end_with_today() -> None:
    story = Story()
    keys = [story.writes(day * DAY, f"@c{day}") for day in range(15)]
    story.replies_to(keys[14], 14 * DAY + 20)
    found = trend(view(story, 14 * DAY + 2 * HOUR), UTC)
    came = found.named("trend_incoming").cells
    assert [cell.class_ for cell in came][::13] == ["2026-11-02", "2026-11-15"]
    assert [cell.ids for cell in came] == [(key,) for key in keys[1:]]
    shares = found.named("trend_answered_within_60m").cells
    assert [cell.value for cell in shares] == [0] * 13 + [1]
    medians = found.named("trend_first_answer_median").cells
    assert (medians[-1].value, medians[0].value, medians[0].why) == (1200, None, "too many still wait")


def test_the_share_of_a_day_is_of_those_whose_hour_ended_on_it() -> None:
    """Written at 23:30, decided at 00:30 of the next day."""
    story = Story()
    key = story.writes(14 * HOUR + 30)
    found = trend(view(story, DAY), UTC)
    share = {cell.class_: cell.ids for cell in found.named("trend_answered_within_60m").cells if cell.ids}
    assert share == {"2026-11-02": (key,)}
    came = {cell.class_: cell.ids for cell in found.named("trend_incoming").cells if cell.ids}
    assert came == {"2026-11-01": (key,)}


def test_a_day_on_which_clocks_change_is_as_long_as_it_is() -> None:
    """Berlin, 25 October 2026: 25 hours; 29 March: 23."""
    for day, hours in (((2026, 10, 25), 25), ((2026, 3, 29), 23)):
        begin = datetime(*day, tzinfo=UTC).date()
        length = midnight(begin + timedelta(days=1), BERLIN) - midnight(begin, BERLIN)
        assert length == timedelta(hours=hours), day
    story = Story()
    last = datetime(2026, 10, 25, 22, 59, tzinfo=UTC)  # 23:59 there
    key = story.writes(minutes(last))
    after = story.writes(minutes(last) + 2, "@after")
    found = trend(view(story, minutes(last) + 60), BERLIN).named("trend_incoming").cells
    assert [(c.class_, c.ids) for c in found if c.ids] == [("2026-10-25", (key,)), ("2026-10-26", (after,))]


def test_a_midnight_that_is_left_out_begins_the_day_at_the_first_moment_after_it() -> None:
    """Beirut, 29 March 2026: 00:00 becomes 01:00."""
    zone: tzinfo = ZoneInfo("Asia/Beirut")
    assert midnight(datetime(2026, 3, 29, tzinfo=UTC).date(), zone) == datetime(2026, 3, 28, 22, tzinfo=UTC)


def test_only_the_cells_of_an_outage_are_marked() -> None:
    story = Story()
    story.writes(0)
    story.is_down("comments", 65, 70)
    found = pictures(view(story, 3 * HOUR), UTC)
    by_name = {strip.name: strip for picture in found for strip in picture.strips}
    hours = [cell.class_ for cell in by_name["load_in"].cells if cell.gaps]
    assert hours == ["2026-11-01T10:00+0000"]
    days = [cell.class_ for cell in by_name["trend_incoming"].cells if cell.gaps]
    assert days == ["2026-11-01"]
    assert all(cell.gaps for cell in by_name["answer_times"].cells)


# who is next


def test_the_next_breaches_say_whether_our_pace_reaches_them() -> None:
    story = Story()
    for n in range(6):
        story.replies_to(story.writes(n, f"@done{n}"), 20 + n)
    soon, later = story.writes(0, "@soon"), story.writes(30, "@later")
    late = story.writes(-30, "@late")
    cells = list(breaches(view(story, 40)).cells)
    assert [cell.ids for cell in cells] == [(soon,), (later,)], f"{late} is late already"
    # six replies in one active hour: 3/h; the late one goes first, so the places are 2 and 3
    assert [(cell.value, cell.low, cell.n) for cell in cells] == [(1200, 2400, 2), (3000, 3600, 3)]
    assert [cell.why for cell in cells] == ["late at our pace of 3/h"] * 2


def test_without_a_pace_there_is_no_forecast() -> None:
    story = Story()
    story.writes(0)
    (cell,) = breaches(view(story, 10)).cells
    assert (cell.value, cell.low, cell.why) == (
        3000, None, "no pace: fewer than 5 replies in two active hours"
    )  # fmt: skip


# reviews


def test_each_source_shows_its_stars_on_its_scale_and_who_was_answered() -> None:
    story = Story()
    bad = story.writes(0, "@a", feed="shop", kind="review", stars=1)
    story.replies_to(bad, 10)
    open_ = story.writes(5, "@b", feed="shop", kind="review", stars=2)
    good = story.writes(6, "@c", feed="shop", kind="review", stars=5)
    ten = story.writes(7, "@d", feed="maps", kind="review", stars=9, scale=10)
    story.writes(-100 * DAY, "@e", feed="shop", kind="review", stars=3)
    found = reviews(view(story, HOUR))
    shop, maps = found.named("shop").cells, found.named("maps").cells
    assert [(c.value, c.n) for c in shop] == [(2.75, 4), (8 / 3, 3), (1, 2), (0.5, 2), (0, 1)]
    assert [c.ids for c in shop[2:]] == [(open_,), (bad, open_), (good,)]
    assert shop[2].why == "the oldest is of 2026-11-01"
    assert [(c.value, c.n, c.unit) for c in maps[:2]] == [(9, 1, "stars of 10")] * 2
    assert (maps[3].value, maps[3].why) == (None, "no such review in this window")
    assert maps[4].ids == (ten,)


def test_without_reviews_there_is_no_strip() -> None:
    story = Story()
    story.writes(0)
    assert reviews(view(story, HOUR)).strips == ()
