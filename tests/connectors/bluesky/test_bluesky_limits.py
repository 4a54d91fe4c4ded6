"""A server by itself, without an AppView, that counts requests as a public one does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from cxtui.connectors.bluesky import Bluesky as Connector
from cxtui.connectors.bluesky import connect
from cxtui.core.feed import Feed, Secret
from cxtui.errors import Throttled, Unreachable
from cxtui.http import Client
from tests.servers.bluesky import BRAND, PASSWORD, Network, missing

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    lacking = missing()
    if lacking:
        pytest.skip(lacking)
    with Network(tmp_path_factory.mktemp("pds"), view=False, limits=True) as running:
        yield running


def lone(network: Network, handle: str) -> Connector:
    token = Secret(lambda: PASSWORD)
    url = f"http://127.0.0.1:{network.port}"
    feed = Feed("place", "bluesky", url, user=handle, token=token, allow_private=True)
    return connect(feed, Client(feed, agent="cxtui/1"))


async def test_without_an_appview_the_notifications_cannot_be_read(alone: Network) -> None:
    alone.account("noy.test")
    connector = lone(alone, "noy.test")
    assert (await connector.check()).handle == "noy.test"
    with pytest.raises(Unreachable, match="502"):
        await connector.poll("", datetime.now(UTC))


async def test_signing_in_too_often_waits_for_the_time_that_is_named(alone: Network) -> None:
    alone.account(BRAND)
    said = {"identifier": BRAND, "password": PASSWORD}
    status, headers = 200, dict[str, str]()
    for _ in range(40):
        status, told, _ = alone.ask("POST", "com.atproto.server.createSession", said=said)
        headers = {name.lower(): value for name, value in told.items()}
        if status != 200:
            break
    assert status == 429
    assert "retry-after" not in headers
    with pytest.raises(Throttled, match="sign in") as error:
        await lone(alone, BRAND).check()
    assert error.value.until
    named = datetime.fromtimestamp(int(headers["ratelimit-reset"]), UTC)
    assert abs(error.value.until - named) < timedelta(seconds=5)  # their clock is told in whole seconds
