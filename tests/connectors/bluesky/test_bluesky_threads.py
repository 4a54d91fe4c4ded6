"""A thread as it stands: what is shown, what we wrote a moment ago, and nobody else's matter."""

from __future__ import annotations

import pytest

from cxtui.core.item import Arrival
from cxtui.errors import Unreadable
from tests.connectors.bluesky.straight import draft, earlier, joined, one
from tests.servers.pretended_bluesky import BRAND, MAI, NOY, PretendedBluesky

THREAD = "app.bsky.feed.getPostThread"


@pytest.fixture
def sky() -> PretendedBluesky:
    return PretendedBluesky(earlier(minutes=5))


async def test_our_answer_is_in_the_thread_before_the_network_shows_it(sky: PretendedBluesky) -> None:
    """Two programs on one account: the second sees what the first has sent a moment ago."""
    asked = sky.mention("When?")
    sky.lagging = True
    first, _ = joined(sky)
    second, _ = joined(sky)
    sent = await first.reply(draft(asked))
    heard = await second.thread(asked, asked)
    given = one(heard, str(sent.remote_id))
    assert (given.own, given.parent, given.thread, given.kind) == ("strong", asked, asked, "reply")
    assert first.ours(draft(asked), given)
    sky.show()
    assert [a.native for a in await second.thread(asked, asked)] == [asked, sent.remote_id]


async def test_only_the_draft_itself_is_the_draft(sky: PretendedBluesky) -> None:
    asked = sky.mention("When?")
    connector, _ = joined(sky)
    sent = await connector.reply(draft(asked))
    given = one(await connector.thread(asked, asked), str(sent.remote_id))
    assert connector.ours(draft(asked), given)
    assert not connector.ours(draft(asked, named="reply-2"), given)
    assert not connector.ours(draft(asked, begun=earlier(minutes=1)), given)
    theirs = Arrival(given.native.replace(BRAND, MAI), given.text, parent=asked)
    assert not connector.ours(draft(asked), theirs)
    gone = Arrival(given.native, "", own="strong", withdrawn=True)
    assert not connector.ours(draft(asked), gone)


async def test_an_answer_from_elsewhere_is_in_the_thread(sky: PretendedBluesky) -> None:
    asked = sky.mention("When?")
    answer = sky.write("Tomorrow, said the shop.", BRAND, to=asked)
    sky.written[answer].shown = False
    connector, _ = joined(sky)
    assert one(await connector.thread(asked, asked), answer).own == "strong"


async def test_of_a_strangers_thread_only_what_concerns_us_is_heard(sky: PretendedBluesky) -> None:
    root = sky.write("Which lamps do you like?", NOY)
    asked = sky.mention("Yours came broken", to=root)
    aside = sky.write("I like candles", NOY, to=root)
    joins = sky.mention("Mine too", NOY, to=root)
    more = sky.write("Since Monday!", MAI, to=asked)
    answer = sky.write("Sorry!", BRAND, to=asked)
    thanks = sky.write("They do care", NOY, to=answer)
    connector, _ = joined(sky)
    heard = {a.native: a for a in await connector.thread(asked, root)}
    assert set(heard) == {asked, joins, more, answer, thanks}
    assert aside not in heard
    assert {a.thread for a in heard.values()} == {root}
    assert heard[thanks].kind == "reply"


async def test_in_our_own_thread_everybody_is_heard(sky: PretendedBluesky) -> None:
    root = sky.write("New lamps.", BRAND)
    said = [sky.write(f"number {n}", (MAI, NOY)[n % 2], to=root) for n in range(5)]
    under = sky.write("No!", NOY, to=said[0])
    connector, _ = joined(sky)
    assert {a.native for a in await connector.thread(said[0], root)} == {root, *said, under}


async def test_a_root_that_is_gone_or_blocked_leaves_the_rest(sky: PretendedBluesky) -> None:
    root = sky.write("Which lamps?", NOY)
    asked = sky.mention("Yours broke", to=root)
    sky.blocking.add(NOY)
    connector, _ = joined(sky)
    assert [a.native for a in await connector.thread(asked, root)] == [asked]
    sky.delete(root)
    assert [a.native for a in await connector.thread(asked, root)] == [asked]


async def test_a_question_that_is_gone_is_withdrawn(sky: PretendedBluesky) -> None:
    asked = sky.mention("When?")
    answer = sky.write("Tomorrow.", BRAND, to=asked)
    sky.delete(asked)
    connector, _ = joined(sky)
    heard = await connector.thread(asked, asked)
    assert one(heard, asked).withdrawn
    assert one(heard, answer).own == "strong"


async def test_a_question_that_is_blocked_is_not_withdrawn(sky: PretendedBluesky) -> None:
    asked = sky.mention("When?")
    sky.blocking.add(MAI)
    connector, _ = joined(sky)
    assert await connector.thread(asked, asked) == ()


async def test_an_answer_of_ours_that_is_shown_but_deleted_is_withdrawn(sky: PretendedBluesky) -> None:
    asked = sky.mention("When?")
    answer = sky.write("Tomorrow.", BRAND, to=asked)
    told = sky.respond_to(THREAD, uri=asked, depth="9", parentHeight="0")
    sky.delete(answer)
    sky.instead[THREAD] = [(200, {}, told)]
    connector, _ = joined(sky)
    gone = one(await connector.thread(asked, asked), answer)
    assert (gone.own, gone.withdrawn) == ("strong", True)


async def test_a_thread_too_large_to_read_is_read_around_the_question(sky: PretendedBluesky) -> None:
    root = sky.write("New lamps.", BRAND)
    asked = sky.write("And mine?", to=root)
    sky.instead[THREAD] = [(200, {}, '{"thread": {"post": ')]
    connector, _ = joined(sky)
    heard = await connector.thread(asked, root)
    assert {a.native for a in heard} == {root, asked}


async def test_what_stands_above_the_question_is_read_too(sky: PretendedBluesky) -> None:
    root = sky.write("Which lamps?", NOY)
    first = sky.write("Not these, because", to=root)
    asked = sky.mention("of them", to=first)
    sky.instead[THREAD] = [(200, {}, '{"thread": {"post": ')]
    connector, _ = joined(sky)
    assert {a.native for a in await connector.thread(asked, root)} == {first, asked}


async def test_our_own_posts_are_read_back_as_far_as_the_question_only(sky: PretendedBluesky) -> None:
    sky.now = earlier(days=30)
    for n in range(300):
        sky.write(f"old {n}", BRAND)
    sky.now = earlier(minutes=5)
    asked = sky.mention("When?")
    answer = sky.write("Tomorrow.", BRAND, to=asked)
    sky.written[answer].shown = False
    connector, _ = joined(sky)
    assert {a.native for a in await connector.thread(asked, asked)} == {asked, answer}
    assert sky.asked.count("com.atproto.repo.listRecords") == 1


async def test_a_branch_that_cannot_be_read_is_an_error(sky: PretendedBluesky) -> None:
    asked = sky.mention("When?")
    sky.instead[THREAD] = [(200, {}, "no")] * 2
    connector, _ = joined(sky)
    with pytest.raises(Unreadable):
        await connector.thread(asked, asked)
