"""What every connector promises. Each world of worlds.py is put through all of it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from cxtui.connectors import Doing, Draft, Finding, Page, can, find
from cxtui.core.feed import NETWORKS
from cxtui.core.item import DEEDS, Arrival
from cxtui.errors import FeedError, Gone, Refused, Rejected, Throttled, Unreachable, Unreadable
from tests.connectors.worlds import SERVED, WORLDS, World
from tests.servers.scripted import HANG, Scripted, Step, answer, json_answer


@pytest.fixture(params=WORLDS)
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    made = WORLDS[request.param]()
    yield made
    made.close()


@pytest.fixture(params=SERVED)
def served(request: pytest.FixtureRequest) -> Iterator[tuple[World, Scripted]]:
    made = WORLDS[request.param]()
    assert made.server is not None
    yield made, made.server
    made.close()


def natives(page: Page) -> list[str]:
    return [arrival.native for arrival in page.items]


def question(page: Page) -> Arrival:
    return next(arrival for arrival in reversed(page.items) if arrival.own is None)


def test_every_connector_is_held_to_the_contract() -> None:
    assert {name.split()[0] for name in WORLDS} == set(NETWORKS)


def test_what_it_can_do_is_known_before_anything_is_asked(world: World) -> None:
    can = world.connector().capabilities
    assert can.network.isidentifier()
    assert can.code == can.code.strip()
    assert 1 <= len(can.code) <= 4
    assert bool(can.why_not) != can.reply
    assert can.limit is None or can.limit > 0
    assert world.server is None or not world.server.asked


async def test_the_first_poll_hears_what_stands_there(world: World) -> None:
    page = await world.connector().poll("", world.now)
    assert page.items
    assert not page.not_modified
    assert page.cursor.isprintable()
    for arrival in page.items:
        assert arrival.native == arrival.native.strip() != ""
        assert arrival.posted is None or arrival.posted.utcoffset() == timedelta()
        assert arrival.url is None or arrival.url.startswith(("https://", "http://"))
        assert arrival.text or arrival.attachments or arrival.stars is not None


async def test_an_id_is_heard_once_in_a_poll(world: World) -> None:
    heard = natives(await world.connector().poll("", world.now))
    assert len(heard) == len(set(heard))


async def test_where_nothing_was_said_nothing_is_heard(world: World) -> None:
    connector = world.connector()
    first = await connector.poll("", world.now)
    again = await connector.poll(first.cursor, world.now)
    assert natives(again) == []
    assert again.not_modified
    assert again.gap is None


async def test_a_new_word_is_heard(world: World) -> None:
    connector = world.connector()
    first = await connector.poll("", world.now)
    world.speak()
    more = await connector.poll(first.cursor, world.now)
    assert set(natives(more)) - set(natives(first))
    assert not more.not_modified


async def test_the_cursor_is_all_that_is_remembered(world: World) -> None:
    """A connector of another day goes on where the last one stopped."""
    first = await world.connector().poll("", world.now)
    world.speak()
    more = await world.connector().poll(first.cursor, world.now)
    assert set(natives(more)) - set(natives(first))
    quiet = await world.connector().poll(more.cursor, world.now)
    assert natives(quiet) == []


async def test_what_was_not_kept_is_heard_again(world: World) -> None:
    """A crash between hearing and keeping loses nothing: the old cursor gives the same."""
    first = await world.connector().poll("", world.now)
    world.speak()
    lost = await world.connector().poll(first.cursor, world.now)
    again = await world.connector().poll(first.cursor, world.now)
    assert natives(again) == natives(lost)


async def test_ids_are_the_same_for_whoever_asks(world: World) -> None:
    first = await world.connector().poll("", world.now)
    other = await world.connector().poll("", world.now)
    assert natives(first) == natives(other)


async def test_a_thread_holds_the_question(world: World) -> None:
    connector = world.connector()
    if connector.capabilities.thread:
        asked = question(await connector.poll("", world.now))
        heard = await connector.thread(asked.native, asked.thread or asked.native)
        assert [a.native for a in heard].count(asked.native) == 1


async def test_who_we_are_can_be_asked(world: World) -> None:
    connector = world.connector()
    if connector.capabilities.check:
        who = await connector.check()
        assert who.handle or who.words


def draft(asked: Arrival, text: str, world: World) -> Draft:
    return Draft(asked.native, asked.thread or asked.native, text, "token-1", asked.visibility, world.now)


async def test_a_reply_stands_in_the_thread_as_ours(world: World) -> None:
    connector = world.connector()
    page = await connector.poll("", world.now)
    if not connector.capabilities.reply:
        return
    asked = question(page)
    ours = draft(asked, "It left the house this morning; it should be there tomorrow.", world)
    assert not any(connector.ours(ours, said) for said in page.items if said.own is None)
    sent = await connector.reply(ours)
    assert sent.remote_id
    heard = await connector.thread(asked.native, asked.thread or asked.native)
    found = [message for message in heard if connector.ours(ours, message)]
    assert [message.native for message in found] == [sent.remote_id]
    assert found[0].own == "strong"
    assert found[0].parent
    later = await connector.poll(page.cursor, world.now)
    assert all(arrival.own for arrival in later.items if arrival.native == sent.remote_id)


async def test_a_reply_is_found_when_it_was_sent_and_only_then(world: World) -> None:
    connector = world.connector()
    page = await connector.poll("", world.now)
    if not (
        connector.capabilities.reply and (connector.capabilities.thread or isinstance(connector, Finding))
    ):
        return
    ours = draft(question(page), "It left the house this morning; it should be there tomorrow.", world)
    assert await find(connector, ours) is None
    sent = await connector.reply(ours)
    found = await find(connector, ours)
    assert found is not None
    assert found.remote_id == sent.remote_id


async def test_where_a_second_attempt_is_allowed_it_is_the_first(world: World) -> None:
    """Capabilities.retry: what a crash left in doubt may be sent again."""
    connector = world.connector()
    page = await connector.poll("", world.now)
    if not connector.capabilities.reply or connector.capabilities.retry is None:
        return
    ours = draft(question(page), "It left the house this morning; it should be there tomorrow.", world)
    first = await connector.reply(ours)
    second = await world.connector().reply(ours)
    assert second.remote_id == first.remote_id
    heard = await connector.thread(ours.native, ours.thread)
    assert [message.native for message in heard if connector.ours(ours, message)] == [first.remote_id]


async def test_what_was_said_in_private_is_not_answered_in_public(world: World) -> None:
    connector = world.connector()
    page = await connector.poll("", world.now)
    private = [one for one in page.items if one.visibility == "direct" and one.own is None]
    if not (private and connector.capabilities.reply):
        return
    ours = replace(draft(private[-1], "Your number is 7.", world), visibility="public")
    with pytest.raises(Rejected):
        await connector.reply(ours)
    heard = await connector.thread(ours.native, ours.thread)
    assert not any(connector.ours(ours, message) for message in heard)


async def test_what_stands_nowhere_is_not_answered(world: World) -> None:
    connector = world.connector()
    page = await connector.poll("", world.now)
    if not (connector.capabilities.reply and connector.capabilities.thread):
        return
    asked = question(page)
    nowhere = replace(asked, native=asked.native[:-1] + ("8" if asked.native[-1] != "8" else "9") * 7)
    heard = await connector.thread(nowhere.native, nowhere.thread or nowhere.native)
    assert not any(one.native == nowhere.native and not one.withdrawn for one in heard)
    if (
        connector.capabilities.network != "isso"
    ):  # it takes such answers: the thread is read before one is sent
        with pytest.raises(FeedError):
            await connector.reply(draft(nowhere, "Thank you!", world))


async def test_a_deed_done_twice_is_done_once(world: World) -> None:
    connector = world.connector()
    page = await connector.poll("", world.now)
    asked = next((one for one in page.items if one.pending), question(page))
    for deed in connector.capabilities.deeds:
        assert isinstance(connector, Doing)
        await connector.do(deed, asked.native, asked.thread or asked.native)
        await connector.do(deed, asked.native, asked.thread or asked.native)


async def test_a_deed_the_network_does_not_know_is_refused(world: World) -> None:
    connector = world.connector()
    asked = question(await connector.poll("", world.now))
    if isinstance(connector, Doing):
        for deed in set(DEEDS) - set(connector.capabilities.deeds):
            with pytest.raises(Rejected):
                await connector.do(deed, asked.native, asked.thread or asked.native)


def test_what_it_can_do_at_best_is_told_without_a_feed(world: World) -> None:
    mine = world.connector().capabilities
    if mine.network in NETWORKS and mine.network != "demo":
        best = can(mine.network)
        assert (best.network, best.code, best.retry) == (mine.network, mine.code, best.retry)
        assert best.title
        assert best.reply >= mine.reply
        assert set(best.deeds) >= set(mine.deeds)


async def test_where_no_reply_is_possible_it_says_why(world: World) -> None:
    connector = world.connector()
    page = await connector.poll("", world.now)
    if connector.capabilities.reply:
        return
    with pytest.raises(Rejected) as error:
        await connector.reply(draft(question(page), "Thank you!", world))
    assert str(error.value) == connector.capabilities.why_not


# Over the net


BAD: dict[str, tuple[list[Step], type[FeedError]]] = {
    "sign-in refused": (answer(401), Refused),
    "forbidden": (answer(403), Refused),
    "no page": (answer(404), Unreachable),
    "gone": (answer(410), Gone),
    "too often": (answer(429, headers={"Retry-After": "60"}), Throttled),
    "broken": (answer(500), Unreachable),
    "no answer": ([HANG], Unreachable),
    "cut": ([b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n[{"], Unreachable),
    "empty": (answer(200, ""), Unreadable),
    "a web page": (answer(200, "<!doctype html><title>Sign in</title><p>Who?", kind="text/html"), Unreadable),
    "other data": (json_answer('{"say": ["what?"]}'), Unreadable),
    "nonsense": (answer(200, bytes(range(256))), Unreadable),
    "deep": (json_answer("[" * 50_000), Unreadable),
}


@pytest.mark.parametrize("bad", BAD)
async def test_a_bad_answer_is_an_error_of_ours_with_a_sentence(
    served: tuple[World, Scripted], bad: str
) -> None:
    world, server = served
    steps, kind = BAD[bad]
    for path in server.scripts:
        server.on(path, steps)
    with pytest.raises(kind) as error:
        await world.connector().poll("", world.now)
    words = str(error.value)
    assert len(words.split()) >= 3
    assert words.isprintable()
    assert len(words) < 300
    if isinstance(error.value, Throttled):
        assert error.value.until == world.now + timedelta(seconds=60)


async def test_after_a_bad_answer_the_next_good_one_is_heard(served: tuple[World, Scripted]) -> None:
    world, server = served
    connector = world.connector()
    first = await connector.poll("", world.now)
    good = dict(server.scripts)
    for path in good:
        server.on(path, answer(500))
    world.speak()
    with pytest.raises(Unreachable):
        await connector.poll(first.cursor, world.now)
    server.scripts.update(good)
    assert set(natives(await connector.poll(first.cursor, world.now))) - set(natives(first))


async def test_a_poll_can_be_cancelled(served: tuple[World, Scripted]) -> None:
    world, server = served
    for path in server.scripts:
        server.on(path, [HANG])
    polling = asyncio.create_task(world.connector().poll("", world.now))
    await asyncio.to_thread(server.heard.wait)
    polling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await polling


async def test_a_cursor_of_something_else_does_no_harm(served: tuple[World, Scripted]) -> None:
    world, _ = served
    for cursor in ("x", "[]", '{"seen": 7}', "null"):
        assert (await world.connector().poll(cursor, world.now)).items
