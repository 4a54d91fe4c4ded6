"""Mastodon: a thread is shown as it stands now."""

from __future__ import annotations

import pytest

from cxtui.errors import Unreachable
from tests.connectors.mastodon.straight import ANA, MAI, US, Desk
from tests.servers.pretended_mastodon import Reply


@pytest.fixture
def desk() -> Desk:
    return Desk()


async def test_a_thread_is_read_whole_with_its_root(desk: Desk) -> None:
    root = desk.says(US, "New lamps are in.")
    asked = desk.asks("green ones?", parent=root)
    answer = desk.says(US, f"@{MAI} yes", parent=asked)
    other = desk.says(ANA, "and red?", parent=root)
    heard = await desk.reading().thread(asked, root)
    assert [(a.native, a.thread, a.own) for a in heard] == [
        (root, root, "strong"),
        (asked, root, None),
        (answer, root, "strong"),
        (other, root, None),
    ]


async def test_a_thread_shows_edited_words(desk: Desk) -> None:
    native = desk.asks("where is it?")
    desk.stub.toots[native].text = f"@{US} where is it, please?"
    (heard,) = await desk.reading().thread(native, native)
    assert heard.text == "@lampco where is it, please?"


@pytest.mark.parametrize("alone", [True, False])
async def test_a_deleted_question_is_withdrawn(desk: Desk, *, alone: bool) -> None:
    root = None if alone else desk.says(US, "New lamps are in.")
    native = desk.asks("where is it?", parent=root)
    desk.stub.delete(native)
    heard = await desk.reading().thread(native, root or native)
    assert [(a.native, a.withdrawn) for a in heard] == [(root, False)] * (not alone) + [(native, True)]


async def test_a_question_whose_root_is_deleted_is_still_there(desk: Desk) -> None:
    root = desk.says(ANA, "Lamps?")
    native = desk.says(MAI, f"@{US}?", parent=root)
    desk.stub.delete(root)
    heard = await desk.reading().thread(native, root)
    assert [(a.native, a.withdrawn) for a in heard] == [(native, False)]


async def test_of_a_thread_too_long_to_read_the_question_is_read(desk: Desk) -> None:
    root = desk.says(US, "New lamps are in.")
    asked = desk.asks("green ones?", parent=root)
    answer = desk.says(US, f"@{MAI} yes", parent=asked)
    with desk.broken("GET", f"/api/v1/statuses/{root}/context", Reply(200, b"[cut")):
        heard = await desk.reading().thread(asked, root)
    assert [a.native for a in heard] == [root, asked, answer]


async def test_a_thread_that_cannot_be_read_is_said(desk: Desk) -> None:
    native = desk.asks("where is it?")
    path = f"/api/v1/statuses/{native}/context"
    with desk.broken("GET", path, Reply(200, b"[cut")), pytest.raises(Unreachable):
        await desk.reading().thread(native, native)


async def test_a_page_of_something_else_withdraws_nothing(desk: Desk) -> None:
    """A server that moved says 404 to everything."""
    native = desk.asks("where is it?")
    with (
        desk.broken("GET", f"/api/v1/statuses/{native}", Reply(404, b"<html>Not found")),
        pytest.raises(Unreachable, match="no Mastodon API"),
    ):
        await desk.reading().thread(native, native)
