"""One sign-in for a whole day, and what is said where there is none."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from cxtui.connectors.bluesky.session import Session
from cxtui.core.feed import Secret
from cxtui.errors import Refused, Throttled, Unreachable, Unreadable
from tests.connectors.bluesky.straight import NOW, joined
from tests.servers.pretended_bluesky import BRAND, PretendedBluesky, refused

CREATE, REFRESH = "com.atproto.server.createSession", "com.atproto.server.refreshSession"
LIST = "app.bsky.notification.listNotifications"


@pytest.fixture
def sky() -> PretendedBluesky:
    made = PretendedBluesky(NOW - timedelta(minutes=5))
    made.mention("When does my lamp come?")
    return made


async def test_polls_and_replies_share_one_sign_in(sky: PretendedBluesky) -> None:
    connector, _ = joined(sky)
    for _ in range(5):
        await connector.poll("", NOW)
    await connector.check()
    assert (sky.asked.count(CREATE), sky.asked.count(REFRESH)) == (1, 0)


async def test_a_token_that_ran_out_is_renewed_and_the_request_made_again(sky: PretendedBluesky) -> None:
    connector, _ = joined(sky)
    await connector.poll("", NOW)
    sky.expire()
    assert (await connector.poll("", NOW)).items
    assert (sky.asked.count(CREATE), sky.asked.count(REFRESH)) == (1, 1)


async def test_two_at_once_renew_once(sky: PretendedBluesky) -> None:
    connector, _ = joined(sky)
    await connector.check()
    sky.expire()
    await asyncio.gather(*(connector.poll("", NOW) for _ in range(4)), connector.check())
    assert (sky.asked.count(CREATE), sky.asked.count(REFRESH)) == (1, 1)


async def test_two_at_once_sign_in_once(sky: PretendedBluesky) -> None:
    connector, _ = joined(sky)
    await asyncio.gather(*(connector.poll("", NOW) for _ in range(4)))
    assert sky.asked.count(CREATE) == 1


async def test_a_session_that_cannot_be_renewed_is_begun_anew(sky: PretendedBluesky) -> None:
    connector, _ = joined(sky)
    await connector.poll("", NOW)
    sky.expire()
    sky.refresh.clear()
    assert (await connector.poll("", NOW)).items
    assert sky.asked.count(CREATE) == 2


@pytest.mark.parametrize("error", ["ExpiredToken", "InvalidToken", "AuthMissing"])
@pytest.mark.parametrize("status", [400, 401])
async def test_a_token_refused_in_any_way_is_renewed(sky: PretendedBluesky, error: str, status: int) -> None:
    connector, _ = joined(sky)
    await connector.poll("", NOW)
    sky.instead[LIST] = [refused(status, error, "no")]
    assert (await connector.poll("", NOW)).items
    assert sky.asked.count(REFRESH) == 1


async def test_a_fresh_token_that_is_refused_too_is_not_tried_for_ever(sky: PretendedBluesky) -> None:
    connector, _ = joined(sky)
    sky.instead[LIST] = [refused(400, "InvalidToken", "Bad token scope")] * 9
    with pytest.raises(Refused, match="Bad token scope"):
        await connector.poll("", NOW)
    assert sky.asked.count(LIST) == 2


async def test_a_revoked_app_password_is_asked_for_anew_and_refused(sky: PretendedBluesky) -> None:
    given = ["abcd-efgh-ijkl-mnop"]
    asked: list[str] = []

    def source() -> str:
        asked.append(given[0])
        return given[0]

    connector, _ = joined(sky, token=Secret(source))
    await connector.poll("", NOW)
    sky.expire()
    sky.revoke()
    with pytest.raises(Refused, match="app password of lampco"):
        await connector.poll("", NOW)
    given[0] = "another"
    assert (await connector.poll("", NOW)).items
    assert len(asked) == 2


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("AccountTakedown", "has taken down the account lampco"),
        ("AccountDeactivated", "is deactivated"),
        ("AuthFactorTokenRequired", "use an app password instead"),
        ("AuthenticationRequired", "did not accept the app password"),
    ],
)
async def test_why_there_is_no_sign_in_is_said(sky: PretendedBluesky, error: str, words: str) -> None:
    sky.state = error
    connector, _ = joined(sky)
    with pytest.raises(Refused, match=words):
        await connector.check()


async def test_an_account_taken_down_meanwhile_is_refused(sky: PretendedBluesky) -> None:
    connector, _ = joined(sky)
    await connector.poll("", NOW)
    sky.state = "AccountTakedown"
    with pytest.raises(Refused, match="taken down"):
        await connector.poll("", NOW)


async def test_an_account_that_is_not_active_is_refused(sky: PretendedBluesky) -> None:
    sky.active = False
    connector, _ = joined(sky)
    with pytest.raises(Refused, match="not active"):
        await connector.poll("", NOW)


async def test_a_repository_that_is_not_shown_is_a_refusal(sky: PretendedBluesky) -> None:
    connector, _ = joined(sky)
    sky.instead["com.atproto.repo.listRecords"] = [refused(400, "InvalidRequest", "Could not find repo")]
    with pytest.raises(Refused, match="suspended or deactivated"):
        await connector.poll("", NOW)


async def test_a_token_without_the_right_is_refused_with_the_servers_words(sky: PretendedBluesky) -> None:
    connector, _ = joined(sky)
    sky.instead[LIST] = [refused(403, "InsufficientScope", "Missing scope \x1b[31mrpc:app.bsky")]
    with pytest.raises(Refused) as error:
        await connector.poll("", NOW)
    assert str(error.value) == "pds.example does not let us in: Missing scope rpc:app.bsky"


@pytest.mark.parametrize("body", ["", "no", "[]", '{"error": 7}', "<html>"])
async def test_a_refusal_without_a_reason_is_a_sentence_too(sky: PretendedBluesky, body: str) -> None:
    connector, _ = joined(sky)
    sky.instead[LIST] = [(403, {}, body)]
    with pytest.raises(Refused, match="it gave no reason"):
        await connector.poll("", NOW)


async def test_a_limit_on_signing_in_is_of_the_account_and_names_its_end(sky: PretendedBluesky) -> None:
    sky.instead[CREATE] = [limited(NOW + timedelta(minutes=4))]
    connector, _ = joined(sky)
    with pytest.raises(Throttled, match="sign in no more for now") as error:
        await connector.check()
    assert (error.value.until, error.value.host) == (NOW + timedelta(minutes=4), None)


async def test_a_limit_on_anything_else_is_of_the_server(sky: PretendedBluesky) -> None:
    sky.instead[LIST] = [limited(NOW + timedelta(minutes=4))]
    connector, _ = joined(sky)
    with pytest.raises(Throttled) as error:
        await connector.poll("", NOW)
    assert (error.value.until, error.value.host) == (NOW + timedelta(minutes=4), "pds.example")


async def test_a_renewal_that_is_not_answered_is_tried_again(sky: PretendedBluesky) -> None:
    connector, _ = joined(sky)
    await connector.poll("", NOW)
    sky.expire()
    sky.instead[REFRESH] = [refused(502, "UpstreamFailure", "down")]
    with pytest.raises(Unreachable):
        await connector.poll("", NOW)
    assert (await connector.poll("", NOW)).items
    assert sky.asked.count(CREATE) == 1


async def test_a_renewal_that_says_why_not_is_no_reason_to_sign_in(sky: PretendedBluesky) -> None:
    connector, _ = joined(sky)
    await connector.poll("", NOW)
    sky.expire()
    sky.instead[REFRESH] = [refused(401, "AccountTakedown", "Account has been taken down")]
    with pytest.raises(Refused, match="taken down"):
        await connector.poll("", NOW)
    assert sky.asked.count(CREATE) == 1


@pytest.mark.parametrize("said", ["{}", '{"did": 7}', '{"did": "did:plc:brand"}', "null"])
async def test_a_session_without_its_tokens_cannot_be_read(sky: PretendedBluesky, said: str) -> None:
    sky.instead[CREATE] = [(200, {}, said)]
    connector, _ = joined(sky)
    with pytest.raises(Unreadable):
        await connector.check()


@pytest.mark.parametrize("facts", [{"user": None}, {"token": None}])
async def test_without_user_or_token_nobody_is_asked(sky: PretendedBluesky, facts: dict[str, Any]) -> None:
    connector, _ = joined(sky, **facts)
    with pytest.raises(Refused, match="needs a user and its app password"):
        await connector.check()
    assert sky.asked == []


async def test_who_we_are_is_the_account_not_its_handle(sky: PretendedBluesky) -> None:
    connector, _ = joined(sky, user="@lampco.test")
    who = await connector.check()
    assert (who.handle, who.facts) == ("lampco.test", {"did": BRAND, "pds": "https://puffball.host.example"})
    sky.handle = "handle.invalid"
    assert (await connector.check()).handle == BRAND


async def test_what_is_said_of_a_session_shows_no_token(sky: PretendedBluesky) -> None:
    connector, _ = joined(sky)
    session = await connector.xrpc.signed_in()
    for shown in (repr(connector), repr(session), str(connector.xrpc), str(session.__rich_repr__())):
        assert session.accessJwt not in shown
        assert session.refreshJwt not in shown
    assert isinstance(session, Session)


def limited(until: datetime) -> tuple[int, dict[str, str], dict[str, str]]:
    headers = {
        "RateLimit-Limit": "30",
        "RateLimit-Remaining": "0",
        "RateLimit-Reset": str(int(until.timestamp())),
        "RateLimit-Policy": "30;w=300",
    }
    return 429, headers, {"error": "RateLimitExceeded", "message": "Rate Limit Exceeded"}
