"""When a feed has moved for good."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from cxtui.connectors import Page
from cxtui.core.feed import Feed, Secret
from cxtui.engine import moving
from cxtui.engine.schedule import failed, succeeded
from cxtui.errors import Gone, Missing
from cxtui.store import FeedState

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
FEED = Feed("f", "feed", "https://old.example/feed")
NEW = "https://new.example/feed"


def polled(*pages: tuple[float, Page], feed: Feed = FEED) -> FeedState:
    """The state after pages heard so many hours after the start."""
    state = FeedState("f")
    for hours, page in pages:
        state = succeeded(state, feed, NOW + hours * HOUR, page)
    return state


def sent(to: str = NEW, *, overlaps: bool = True) -> Page:
    return Page(moved=to, overlaps=overlaps)


def test_three_polls_over_a_day_move_a_feed_and_the_old_address_stays_configured() -> None:
    state = polled((0, sent()), (12, sent()), (24, sent()))
    assert state.address == NEW
    assert moving.asked(FEED, state).url == NEW
    assert moving.asked(FEED, moving.back(state)).url == FEED.url


@pytest.mark.parametrize(
    "pages",
    [
        [(0, sent()), (24, sent())],
        [(0, sent()), (12, sent()), (23.9, sent())],
        [(0, sent()), (12, Page()), (24, sent()), (36, sent())],
        [(0, sent()), (12, sent("https://other.example/")), (24, sent()), (25, sent())],
        [(0, sent()), (12, sent()), (24, sent(overlaps=False)), (25, sent())],
    ],
    ids=["two polls", "less than a day", "not every time", "not the same place", "nothing known there"],
)
def test_less_than_that_moves_nothing(pages: list[tuple[float, Page]]) -> None:
    assert polled(*pages).address is None


@pytest.mark.parametrize(
    ("feed", "to"),
    [
        (FEED, "http://new.example/feed"),
        (replace(FEED, token=Secret(lambda: "t")), NEW),
        (replace(FEED, url="https://old.example/feed?token=s3cret"), NEW),
        (replace(FEED, url="https://desk@old.example/feed"), NEW),
        (FEED, "https://new.example/feed?key=s3cret"),
    ],
    ids=["unencrypted", "token", "secret query", "name", "secret there"],
)
def test_no_key_moves_and_encryption_is_not_given_up(feed: Feed, to: str) -> None:
    assert polled((0, sent(to)), (12, sent(to)), (24, sent(to)), feed=feed).address is None


def test_an_unencrypted_feed_may_move_to_an_encrypted_place() -> None:
    plain = replace(FEED, url="http://old.example/feed")
    assert polled((0, sent()), (12, sent()), (24, sent()), feed=plain).address == NEW


@pytest.mark.parametrize("error", [Gone("410"), Missing("404")])
def test_a_new_address_that_ends_gives_the_old_one_back_for_good(error: Gone | Missing) -> None:
    state = polled((0, sent()), (12, sent()), (24, sent()))
    state = failed(state, FEED, error, NOW + 30 * HOUR, 1.0)
    assert (state.address, state.state) == (None, "down")
    assert state.next_try is not None
    for hours in (31, 50, 80):
        state = succeeded(state, FEED, NOW + hours * HOUR, sent())
    assert state.address is None


def test_another_configured_address_is_another_feed() -> None:
    kept = replace(moving.known(FEED, None), cursor="c", state="gone", address=NEW, items=3)
    assert moving.known(FEED, kept) == kept
    fresh = moving.known(replace(FEED, url="https://third.example/"), kept)
    assert (fresh.cursor, fresh.state, fresh.address, fresh.items) == ("", "new", None, 3)
    assert moving.known(replace(FEED, connector="isso"), kept).cursor == ""
    assert "old.example" not in str(kept.source)


def test_what_an_older_version_kept_is_kept_on() -> None:
    assert moving.known(FEED, FeedState("f", "feed", cursor="c")).cursor == "c"
