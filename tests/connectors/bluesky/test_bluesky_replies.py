"""An answer stands under its question once, whatever is lost on the way, and never under nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from cxtui.connectors import Draft, find
from cxtui.connectors.bluesky import CAN
from cxtui.errors import Gone, Refused, Rejected, Throttled, Unreachable
from tests.connectors.bluesky.straight import NOW, Straight, draft, earlier, joined
from tests.servers.pretended_bluesky import BRAND, LIKE, MAI, NOY, POST, PretendedBluesky, refused

CREATE = "com.atproto.repo.createRecord"
GET = "com.atproto.repo.getRecord"
THREAD = "app.bsky.feed.getPostThread"
RESOLVE = "com.atproto.identity.resolveHandle"


@pytest.fixture
def sky() -> PretendedBluesky:
    return PretendedBluesky(earlier(minutes=5))


def answers(sky: PretendedBluesky, asked: str) -> list[str]:
    """The texts that hang under a question on the network."""
    return [
        str(written.record["text"])
        for written in sky.written.values()
        if written.record.get("reply", {}).get("parent", {}).get("uri") == asked
    ]


def record(http: Straight) -> dict[str, Any]:
    """The last record that was sent."""
    return http.said[-1]["record"]


async def test_an_answer_names_its_question_and_its_root(sky: PretendedBluesky) -> None:
    post = sky.write("New lamps.", BRAND)
    asked = sky.write("And mine?", to=post)
    connector, http = joined(sky)
    sent = await connector.reply(draft(asked, thread=post))
    assert record(http) == {
        "$type": POST,
        "text": "Tomorrow.",
        "createdAt": "2026-11-22T09:00:00.000Z",
        "reply": {
            "root": {"uri": post, "cid": sky.written[post].cid},
            "parent": {"uri": asked, "cid": sky.written[asked].cid},
        },
    }
    assert sent.remote_id in sky.written
    assert sent.url == f"https://bsky.app/profile/lampco.test/post/{str(sent.remote_id).rpartition('/')[2]}"
    assert sent.at == NOW


async def test_the_first_of_a_thread_is_its_own_root(sky: PretendedBluesky) -> None:
    asked = sky.mention("When?")
    connector, http = joined(sky)
    await connector.reply(draft(asked))
    assert record(http)["reply"]["root"] == record(http)["reply"]["parent"]


async def test_the_same_draft_twice_is_one_answer(sky: PretendedBluesky) -> None:
    asked = sky.mention("When?")
    first, _ = joined(sky)
    second, _ = joined(sky)
    sent = await first.reply(draft(asked))
    assert await second.reply(draft(asked)) == sent
    assert answers(sky, asked) == ["Tomorrow."]
    assert await second.reply(draft(asked, named="reply-2")) != sent


async def test_an_answer_that_stands_is_sent_whatever_became_of_its_question(sky: PretendedBluesky) -> None:
    asked = sky.mention("When?")
    connector, _ = joined(sky)
    sent = await connector.reply(draft(asked))
    sky.delete(asked)
    assert await connector.reply(draft(asked)) == sent
    assert sky.asked.count(CREATE) == 1


async def test_an_answer_whose_receipt_was_lost_is_found(sky: PretendedBluesky) -> None:
    asked = sky.mention("When?")
    connector, http = joined(sky)
    http.lost = {CREATE}
    sent = await connector.reply(draft(asked))
    assert sent.remote_id in sky.written
    assert await find(connector, draft(asked)) == sent


async def test_an_answer_of_which_nothing_is_known_may_be_sent_again(sky: PretendedBluesky) -> None:
    asked = sky.mention("When?")
    connector, http = joined(sky)
    http.lost = {CREATE, GET}
    with pytest.raises(Unreachable):
        await connector.reply(draft(asked))
    http.lost = set()
    assert (await connector.reply(draft(asked))).remote_id
    assert answers(sky, asked) == ["Tomorrow."]


async def test_a_server_with_a_fault_has_not_taken_it(sky: PretendedBluesky) -> None:
    asked = sky.mention("When?")
    connector, _ = joined(sky)
    sky.instead[CREATE] = [refused(500, "InternalServerError", "Internal Server Error")]
    with pytest.raises(Unreachable, match="500"):
        await connector.reply(draft(asked))
    assert await connector.find(draft(asked)) is None
    assert answers(sky, asked) == []


async def test_a_repository_that_cannot_be_read_says_nothing_of_the_answer(sky: PretendedBluesky) -> None:
    connector, _ = joined(sky)
    sky.instead[GET] = [refused(400, "InvalidRequest", "Could not find repo")]
    with pytest.raises(Unreachable, match="Could not find repo"):
        await connector.find(draft(sky.mention("When?")))


async def test_another_post_under_the_key_is_not_taken_for_the_answer(sky: PretendedBluesky) -> None:
    asked, other = sky.mention("When?"), sky.mention("And mine?", NOY)
    connector, _ = joined(sky)
    await connector.reply(draft(other))
    with pytest.raises(Rejected, match="another post of ours"):
        await connector.reply(draft(asked))
    with pytest.raises(Rejected, match="another post of ours"):
        await connector.find(draft(asked))
    assert answers(sky, asked) == []


async def test_a_receipt_that_says_nothing_is_looked_behind(sky: PretendedBluesky) -> None:
    """A server that answers 200 to anything has taken nothing until it shows it."""
    asked = sky.mention("When?")
    connector, _ = joined(sky)
    sky.instead[CREATE] = [(200, {}, {"validationStatus": "valid"})]
    with pytest.raises(Unreachable):
        await connector.reply(draft(asked))
    assert (await connector.reply(draft(asked))).remote_id
    assert answers(sky, asked) == ["Tomorrow."]


async def test_a_question_that_has_vanished_is_not_answered(sky: PretendedBluesky) -> None:
    asked = sky.mention("When?")
    sky.delete(asked)
    connector, _ = joined(sky)
    with pytest.raises(Rejected, match="no longer there"):
        await connector.reply(draft(asked))
    assert sky.asked.count(CREATE) == 0


async def test_who_has_blocked_us_or_lets_nobody_answer_is_not_answered(sky: PretendedBluesky) -> None:
    blocked, closed = sky.mention("Go"), sky.mention("Listen", NOY)
    sky.blocking.add(MAI)
    sky.closed.add(closed)
    connector, _ = joined(sky)
    with pytest.raises(Rejected, match="blocked us"):
        await connector.reply(draft(blocked))
    with pytest.raises(Rejected, match="lets only some people reply"):
        await connector.reply(draft(closed))
    assert sky.asked.count(CREATE) == 0


@pytest.mark.parametrize("viewer", [{"blockedBy": True}, {"blocking": "at://did:plc:brand/x/y"}])
async def test_a_block_on_either_side_is_said(sky: PretendedBluesky, viewer: dict[str, Any]) -> None:
    asked = sky.mention("When?")
    told = sky.respond_to("app.bsky.feed.getPosts", uris=[asked])
    told["posts"][0]["author"]["viewer"] = viewer
    sky.instead["app.bsky.feed.getPosts"] = [(200, {}, told)]
    connector, _ = joined(sky)
    with pytest.raises(Rejected, match="have blocked each other"):
        await connector.reply(draft(asked))


@pytest.mark.parametrize(
    "native", ["", "7", "https://bsky.app/profile/x/post/y", "at://mai.test/app.bsky.feed.post/x"]
)
async def test_what_is_no_post_is_not_asked_for(sky: PretendedBluesky, native: str) -> None:
    connector, _ = joined(sky)
    with pytest.raises(Rejected, match="has no post"):
        await connector.reply(draft(native))
    with pytest.raises(Rejected, match="has no post"):
        await connector.thread(native, native)
    with pytest.raises(Rejected, match="has no post"):
        await connector.do("like", native, native)


async def test_what_is_direct_is_never_answered_in_public(sky: PretendedBluesky) -> None:
    asked = sky.mention("When?")
    connector, _ = joined(sky)
    with pytest.raises(Rejected, match="in public"):
        await connector.reply(Draft(asked, asked, "Tomorrow.", "reply-1", "direct", NOW))
    assert sky.asked == []
    assert connector.capabilities.visibility == ("public",)


async def test_too_long_is_rejected_in_the_servers_words(sky: PretendedBluesky) -> None:
    asked = sky.mention("When?")
    connector, _ = joined(sky)
    assert (CAN.limit, CAN.counted, CAN.most_bytes) == (300, "graphemes", 3000)
    await connector.reply(draft(asked, "ກໍ່" * 300, named="fits"))
    for said in ("a" * 301, "👩🏽‍🚀" * 201):
        with pytest.raises(Rejected, match="did not take it: Invalid app"):
            await connector.reply(draft(asked, said))


async def test_a_limit_names_its_end_and_nothing_was_sent(sky: PretendedBluesky) -> None:
    asked = sky.mention("When?")
    connector, _ = joined(sky)
    reset = NOW + timedelta(minutes=20)
    sky.instead[CREATE] = [(429, {"RateLimit-Reset": str(int(reset.timestamp()))}, "")]
    with pytest.raises(Throttled) as error:
        await connector.reply(draft(asked))
    assert error.value.until == reset
    assert await connector.find(draft(asked)) is None


async def test_a_token_that_ran_out_between_does_not_send_twice(sky: PretendedBluesky) -> None:
    asked = sky.mention("When?")
    connector, _ = joined(sky)
    sky.instead[CREATE] = [refused(400, "ExpiredToken", "Token has expired")]
    await connector.reply(draft(asked))
    assert answers(sky, asked) == ["Tomorrow."]


async def test_a_token_that_may_not_write_is_refused(sky: PretendedBluesky) -> None:
    asked = sky.mention("When?")
    connector, _ = joined(sky)
    sky.instead[CREATE] = [refused(403, "InsufficientScope", "Missing scope repo")]
    with pytest.raises(Refused, match="Missing scope repo"):
        await connector.reply(draft(asked))


async def test_handles_that_somebody_has_become_mentions(sky: PretendedBluesky) -> None:
    asked = sky.mention("When?")
    connector, http = joined(sky)
    await connector.reply(draft(asked, "@mai.test ask @noy.test, not @nobody.test or @Mai.Test"))
    told = record(http)["facets"]
    assert [facet["features"][0]["did"] for facet in told] == [MAI, NOY, MAI]
    assert sky.asked.count(RESOLVE) == 3


async def test_a_handle_that_cannot_be_looked_up_stays_text(sky: PretendedBluesky) -> None:
    asked = sky.mention("When?")
    connector, http = joined(sky)
    sky.instead[RESOLVE] = [refused(500, "InternalServerError", "Internal Server Error")]
    await connector.reply(draft(asked, "@mai.test tomorrow"))
    assert "facets" not in record(http)


async def test_of_many_handles_a_few_are_looked_up(sky: PretendedBluesky) -> None:
    asked = sky.mention("When?")
    connector, _ = joined(sky)
    await connector.reply(draft(asked, " ".join(f"@n{n}.test" for n in range(30))))
    assert sky.asked.count(RESOLVE) == 10


async def test_no_language_is_claimed_for_what_we_write(sky: PretendedBluesky) -> None:
    connector, http = joined(sky)
    await connector.reply(draft(sky.mention("When?"), "ມື້ອື່ນ"))
    assert "langs" not in record(http)


# Thanks


async def test_liking_twice_is_liking_once(sky: PretendedBluesky) -> None:
    praise = sky.mention("Lovely lamp!")
    sky.lagging = True
    connector, _ = joined(sky)
    await connector.do("like", praise, praise)
    await connector.do("like", praise, praise)
    sky.show()
    await connector.do("like", praise, praise)
    likes = [uri for uri in sky.written if LIKE in uri]
    assert len(likes) == 1
    assert sky.written[likes[0]].record["subject"] == {"uri": praise, "cid": sky.written[praise].cid}
    assert sky.asked.count(CREATE) == 2


async def test_a_like_whose_receipt_was_lost_stands(sky: PretendedBluesky) -> None:
    praise = sky.mention("Lovely lamp!")
    connector, http = joined(sky)
    http.lost = {CREATE}
    await connector.do("like", praise, praise)
    assert any(LIKE in uri for uri in sky.written)
    http.lost = {CREATE, GET}
    with pytest.raises(Unreachable):
        await connector.do("like", sky.mention("And another!"), praise)


async def test_a_post_that_is_gone_is_not_liked(sky: PretendedBluesky) -> None:
    praise = sky.mention("Lovely lamp!")
    sky.delete(praise)
    connector, _ = joined(sky)
    with pytest.raises(Gone):
        await connector.do("like", praise, praise)


async def test_a_like_that_is_not_taken_is_told(sky: PretendedBluesky) -> None:
    praise = sky.mention("Lovely lamp!")
    sky.instead[CREATE] = [refused(400, "InvalidRequest", "not today")]
    connector, _ = joined(sky)
    with pytest.raises(Rejected, match="not today"):
        await connector.do("like", praise, praise)


async def test_what_the_network_cannot_do_is_not_done(sky: PretendedBluesky) -> None:
    praise = sky.mention("Lovely lamp!")
    connector, _ = joined(sky)
    with pytest.raises(Rejected, match="approve"):
        await connector.do("approve", praise, praise)
    assert sky.asked == []
