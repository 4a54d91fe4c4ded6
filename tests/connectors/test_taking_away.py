"""A reply of ours is taken away on its network; what is gone is gone, and nobody else's words ever go."""

from __future__ import annotations

import pytest

from cxtui.connectors import Deleting, can
from cxtui.core.feed import NETWORKS
from cxtui.errors import ConfigError, Missing, Rejected
from cxtui.extensions import code
from tests.connectors.bluesky.straight import draft as posting
from tests.connectors.bluesky.straight import earlier, joined
from tests.connectors.mastodon.straight import Desk
from tests.connectors.straight_wordpress import NOW, reading
from tests.servers.pretended_bluesky import BRAND, MAI, PretendedBluesky
from tests.servers.pretended_mastodon import Reply
from tests.servers.pretended_wordpress import ME, POST, PretendedWordPress


def test_who_says_that_it_deletes_can_be_asked_to() -> None:
    for name in NETWORKS:
        try:
            able = can(name)
        except ConfigError:  # made for programs only
            continue
        found = [one for one in vars(code(name)).values() if isinstance(one, type) and hasattr(one, "delete")]
        assert able.deletes == any(issubclass(one, Deleting) for one in found), name


async def test_mastodon_deletes_a_status_of_ours_once() -> None:
    desk = Desk()
    asked = desk.asks("where is it?")
    connector = desk.reading()
    made = (await connector.reply(desk.draft(asked, "oops"))).remote_id or ""
    await connector.delete(made, asked)
    assert made not in desk.stub.toots
    await connector.delete(made, asked)
    assert asked in desk.stub.toots


async def test_a_token_that_may_not_delete_or_a_page_that_is_no_mastodon_is_said() -> None:
    desk = Desk()
    connector = desk.reading()
    path = "/api/v1/statuses/1"
    with (
        desk.broken("DELETE", path, Reply(422, {"error": "pinned"})),
        pytest.raises(Rejected, match="pinned"),
    ):
        await connector.delete("1", "1")
    with desk.broken("DELETE", path, Reply(404, "not here")), pytest.raises(Missing):
        await connector.delete("1", "1")


async def test_bluesky_deletes_a_post_of_ours_and_nobody_elses() -> None:
    sky = PretendedBluesky(earlier(minutes=5))
    asked = sky.write("And mine?", MAI)
    connector, _ = joined(sky)
    made = (await connector.reply(posting(asked))).remote_id or ""
    with pytest.raises(Rejected, match="no post of ours"):
        await connector.delete(asked, asked)
    await connector.delete(made, asked)
    await connector.delete(made, asked)
    assert set(sky.written) == {asked}
    assert BRAND not in asked


async def test_wordpress_puts_a_comment_of_ours_into_the_trash_and_nobody_elses() -> None:
    site = PretendedWordPress(NOW, posts={POST: "Our new lamp"})
    asked = site.write("Where is it?")
    ours = site.write("oops", parent=asked["id"], author=ME)
    connector = reading(site)
    with pytest.raises(Rejected, match="not ours"):
        await connector.delete(str(asked["id"]), "1")
    await connector.delete(str(ours["id"]), "1")
    await connector.delete(str(ours["id"]), "1")
    await connector.delete("999", "1")
    assert (site.comments[ours["id"]]["status"], site.comments[asked["id"]]["status"]) == (
        "trash",
        "approved",
    )


async def test_who_may_not_moderate_a_site_deletes_nothing_there() -> None:
    site = PretendedWordPress(NOW, posts={POST: "Our new lamp"}, moderates=False)
    ours = site.write("oops", author=ME)
    with pytest.raises(Rejected):
        await reading(site).delete(str(ours["id"]), "1")
    assert site.comments[ours["id"]]["status"] == "approved"
