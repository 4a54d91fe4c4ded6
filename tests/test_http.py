"""The door to the net: what goes out, to whom, how long it may take and what may come back."""

from __future__ import annotations

import asyncio
import gc
import gzip
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import cxtui.http.door
from cxtui.core.feed import Feed, Secret
from cxtui.errors import FeedError, Gone, Missing, Refused, Throttled, Unreachable, Unreadable
from cxtui.http import Answer, Client, Headers, Limits
from cxtui.http.door import Door, lookup
from tests.servers.scripted import HANG, Scripted, Step, answer, json_answer, redirect

if TYPE_CHECKING:
    import httpcore

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
QUICK = Limits(connect=2, silence=0.3, whole=1)
PUBLIC = "93.184.215.14"
KEYS = {"Authorization": "Bearer s3cret", "X-API-Key": "k3y", "If-None-Match": '"v1"'}


@pytest.fixture
def server() -> Iterator[Scripted]:
    with Scripted() as scripted:
        yield scripted


def client(
    url: str, limits: Limits = QUICK, names: dict[str, list[str]] | None = None, **feed: Any
) -> Client:
    """A client of a feed that may ask this machine; ``names`` is all that can be looked up."""

    async def resolve(host: str, port: int) -> list[str]:
        if names is None:
            return await lookup(host, port)
        if host not in names:
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        return names[host]

    feed.setdefault("allow_private", True)
    made = Feed("shop", "feed", url, **feed)
    return Client(made, agent="cxtui/1 (+me)", clock=lambda: NOW, limits=limits, resolve=resolve)


async def get(url: str, **feed: Any) -> Answer:
    return await client(url, **feed).request("GET", url)


@pytest.fixture
def dialled(monkeypatch: pytest.MonkeyPatch, server: Scripted) -> list[str]:
    """The checked addresses that are connected to; all of them end at the test's server."""
    seen: list[str] = []
    dial = cxtui.http.door.dial

    async def here(address: str, port: int, seconds: float, options: Any) -> httpcore.AsyncNetworkStream:
        del port
        seen.append(address)
        return await dial("127.0.0.1", server.port, seconds, options)

    monkeypatch.setattr(cxtui.http.door, "dial", here)
    return seen


# What goes out


def test_httpx_is_not_imported_before_the_first_request() -> None:
    code = "import sys, cxtui.http; sys.exit(bool({'httpx', 'httpcore', 'anyio'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


async def test_a_request_says_who_we_are_and_nothing_more(server: Scripted) -> None:
    server.on("/feed", answer(200, "ok", {"Set-Cookie": "id=1; Path=/"}))
    door = client(server.url)
    for _ in range(2):
        await door.request("GET", f"{server.url}/feed", accept="application/atom+xml")
    expected = {
        "host": f"127.0.0.1:{server.port}",
        "user-agent": "cxtui/1 (+me)",
        "accept": "application/atom+xml",
        "accept-encoding": "gzip",
        "connection": "close",
    }
    assert [asked.headers for asked in server.asked] == [expected, expected]


async def test_addresses_may_be_relative_and_parameters_join_the_query(server: Scripted) -> None:
    server.on("/api/new", json_answer("[]", status=201))
    door = client(f"{server.url}/api/")
    await door.request("POST", "new?a=1", params={"uri": "/päge/", "n": 2}, json={"text": "ສະບາຍດີ"})
    asked = server.asked[0]
    assert asked.query == {"a": "1", "uri": "/päge/", "n": "2"}
    assert asked.headers["content-type"] == "application/json"
    assert asked.body.decode() == '{"text":"ສະບາຍດີ"}'


async def test_a_query_is_sent_as_it_was_configured(server: Scripted) -> None:
    server.on("/feed", answer())
    await get(f"{server.url}/feed?flag&q=a%20b&q=c")
    assert server.asked[0].target == "/feed?flag&q=a%20b&q=c"


async def test_validators_go_back_byte_for_byte(server: Scripted) -> None:
    raw = b'HTTP/1.1 200 OK\r\nETag: W/"caf\xe9-\xff"\r\nContent-Length: 0\r\n\r\n'
    server.on("/feed", [raw])
    first = await get(f"{server.url}/feed")
    await client(server.url).request("GET", "/feed", headers={"if-none-match": first.headers["ETag"]})
    assert server.asked[1].headers["if-none-match"].encode("latin-1") == b'W/"caf\xe9-\xff"'


async def test_a_header_that_would_split_the_request_is_never_sent(server: Scripted) -> None:
    with pytest.raises(Unreachable, match="could not be written as HTTP"):
        await client(server.url).request("GET", "/", headers={"If-None-Match": "a\r\nX-Evil: 1"})
    assert server.asked == []


async def test_a_proxy_in_the_environment_is_not_asked(
    server: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    server.on("/", answer(200, "straight"))
    assert (await get(f"{server.url}/")).body == b"straight"


# Sign-in goes home and nowhere else


async def test_a_sign_in_in_the_address_becomes_a_header(server: Scripted) -> None:
    server.on("/feed", redirect("/there"))
    server.on("/there", answer())
    url = f"http://desk:pa%40ss@127.0.0.1:{server.port}/feed"
    found = await get(url)
    assert [asked.headers["authorization"] for asked in server.asked] == ["Basic ZGVzazpwYUBzcw=="] * 2
    assert "pa" not in found.url


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_keys_and_validators_stay_with_their_origin(server: Scripted, status: int) -> None:
    with Scripted() as other:
        server.on("/feed", redirect("/next", status))
        server.on("/next", redirect(f"{other.url}/stolen", status))
        other.on("/stolen", redirect(f"{server.url}/home", status))
        server.on("/home", answer(200, "back"))
        found = await client(server.url).request("GET", f"{server.url}/feed", headers=KEYS)
    for asked in server.asked:
        assert {name.title(): value for name, value in asked.headers.items()}.items() >= {
            name.title(): value for name, value in KEYS.items()
        }.items()
    assert set(other.asked[0].headers) == {"host", "user-agent", "accept", "accept-encoding", "connection"}
    assert (found.redirects, found.url, found.body) == ((status,) * 3, f"{server.url}/home", b"back")


@pytest.mark.parametrize("origin", ["http://other.example:{port}", "http://shop.example:1"])
async def test_another_host_or_port_is_another_origin(server: Scripted, origin: str) -> None:
    server.on("/", answer())
    home = origin.format(port=server.port)
    names = {"other.example": ["127.0.0.1"], "shop.example": ["127.0.0.1"]}
    await client(home, names=names).request("GET", f"http://shop.example:{server.port}/", headers=KEYS)
    assert not set(server.asked[0].headers) & {name.lower() for name in KEYS}


@pytest.mark.parametrize(
    "feed",
    [
        {"token": Secret(lambda: "t0ken")},
        {"url": "http://desk:secret@shop.example/"},
        {"url": "http://shop.example/?token=s3cret"},
        {"url": "http://shop.example/?feed=s3cret&user=me"},
    ],
)
@pytest.mark.parametrize("private", [True, False])
async def test_no_sign_in_goes_over_the_net_unencrypted(
    server: Scripted, dialled: list[str], feed: dict[str, Any], *, private: bool
) -> None:
    feed = {"url": "http://shop.example/", **feed}
    with pytest.raises(Unreachable, match="unencrypted"):
        await get(**feed, names={"shop.example": [PUBLIC]}, allow_private=private)
    assert dialled == server.asked == []


@pytest.mark.parametrize("name", ["Authorization", "X-API-Key", "Cookie"])
async def test_no_key_of_a_connector_goes_over_the_net_unencrypted(
    server: Scripted, dialled: list[str], name: str
) -> None:
    door = client("http://shop.example/", names={"shop.example": [PUBLIC]}, allow_private=False)
    with pytest.raises(Unreachable, match="unencrypted"):
        await door.request("GET", "/", headers={name: "s3cret-value"})
    assert dialled == server.asked == []
    server.on("/", answer())
    await door.request("GET", "/", headers={"If-None-Match": '"v1"'})
    assert dialled == [PUBLIC]
    await door.aclose()


@pytest.mark.parametrize(
    ("url", "headers", "to"),
    [
        ("/feed?token=s3cret-value", {}, "/taken?x=s3cret-value"),
        ("/feed?key=abc", {}, "/taken?again=abc"),
        ("/feed", {"X-API-Key": "s3cret-value"}, "/s3cret%2Dvalue/taken"),
        ("/feed", {"Cookie": "a=1; session=s3cret-value"}, "/taken?s3cret-value"),
    ],
)
async def test_a_key_that_a_redirect_carries_off_is_not_followed(
    server: Scripted, url: str, headers: dict[str, str], to: str
) -> None:
    with Scripted() as other:
        server.on("/feed", redirect(f"{other.url}{to}"))
        door = client(f"{server.url}{url}")
        with pytest.raises(Unreachable, match="sends our key on") as error:
            await door.request("GET", f"{server.url}{url}", headers=headers)
    assert other.asked == []
    assert "s3cret" not in str(error.value)


async def test_a_token_that_was_put_into_the_address_is_not_carried_off(server: Scripted) -> None:
    token = Secret(lambda: "s3cret-value")
    with Scripted() as other:
        server.on("/feed", redirect(f"{other.url}/taken?x=s3cret-value"))
        door = client(f"{server.url}/feed", token=token)
        with pytest.raises(Unreachable, match="sends our key on"):
            await door.request("GET", f"{server.url}/feed", params={"k": token.reveal()})
    assert other.asked == []


async def test_a_key_that_stays_at_home_is_followed(server: Scripted) -> None:
    server.on("/feed", redirect("/next?token=s3cret-value"))
    server.on("/next", answer(200, "here"))
    url = f"{server.url}/feed?token=s3cret-value"
    assert (await get(url)).body == b"here"


async def test_an_open_feed_may_be_unencrypted(server: Scripted, dialled: list[str]) -> None:
    server.on("/", answer(200, "open"))
    found = await get("http://shop.example/", names={"shop.example": [PUBLIC]}, allow_private=False)
    assert (found.body, dialled) == (b"open", [PUBLIC])


# Redirects


async def test_a_text_is_not_sent_on(server: Scripted) -> None:
    with Scripted() as other:
        server.on("/new", redirect(f"{other.url}/new?key=s3cret", 307))
        with pytest.raises(Unreachable, match=r"a text is not sent on$") as error:
            await client(server.url).request("POST", "/new", json={"text": "hello"})
    assert other.asked == []
    assert "s3cret" not in str(error.value)


async def test_redirects_end_after_five(server: Scripted) -> None:
    for n in range(7):
        server.on(f"/{n}", redirect(f"/{n + 1}"))
    server.on("/6", answer())
    with pytest.raises(Unreachable, match="without end"):
        await get(f"{server.url}/0")
    assert len(server.asked) == 6
    assert (await get(f"{server.url}/1")).redirects == (302,) * 5


@pytest.mark.parametrize(
    ("to", "words"),
    [
        ("ftp://127.0.0.1/x", "no web address"),
        ("file:///etc/passwd", "no web address"),
        ("http://shop.example:99999/", "no web address"),
        ("http://" + "a" * 70000, "no web address"),
        ("", "without saying where"),
    ],
)
async def test_a_redirect_to_nowhere_is_a_sentence(server: Scripted, to: str, words: str) -> None:
    server.on("/", redirect(to))
    with pytest.raises(Unreachable, match=words) as error:
        await get(f"{server.url}/")
    assert len(str(error.value)) < 500


async def test_encryption_is_not_given_up_on_the_way(server: Scripted, certificate: Path) -> None:
    with Scripted(tls=served(certificate)) as safe:
        safe.on("/", redirect(f"{server.url}/"))
        with pytest.raises(Unreachable, match="from https to an unencrypted page"):
            await get(f"{safe.url}/", ca_file=str(certificate))
    assert server.asked == []


# Where a connection may lead


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "64:ff9b::7f00:1"])
async def test_a_public_feed_never_leads_into_a_private_network(
    server: Scripted, dialled: list[str], address: str
) -> None:
    with pytest.raises(Unreachable, match="allow_private = true"):
        await get("https://shop.example/", names={"shop.example": [PUBLIC, address]}, allow_private=False)
    assert dialled == server.asked == []


async def test_a_redirect_into_a_private_network_is_refused_too(server: Scripted, dialled: list[str]) -> None:
    server.on("/", redirect("http://intranet.example/admin"))
    names = {"shop.example": [PUBLIC], "intranet.example": ["10.0.0.1"]}
    with pytest.raises(Unreachable, match=r"intranet\.example leads to 10\.0\.0\.1, a private address"):
        await get("http://shop.example/", names=names, allow_private=False)
    assert dialled == [PUBLIC]


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "2130706433", "0x7f.1", "127.1", "localhost"])
async def test_every_way_to_write_this_machine_is_private(server: Scripted, host: str) -> None:
    with pytest.raises(Unreachable, match=r"a private address|cannot be looked up|no server named"):
        await get(f"http://{host}:{server.port}/", allow_private=False)
    assert server.asked == []


@pytest.mark.parametrize("address", ["0.0.0.0", "224.0.0.1", "255.255.255.255", "::"])  # noqa: S104
async def test_where_no_server_can_be_is_not_asked_even_if_private(dialled: list[str], address: str) -> None:
    with pytest.raises(Unreachable, match="where no server can be"):
        await get("http://shop.example/", names={"shop.example": [address]})
    assert dialled == []


async def test_the_address_that_was_checked_is_the_one_asked(server: Scripted, dialled: list[str]) -> None:
    """A name that changes its address between the check and the connection gains nothing."""
    server.on("/", answer())
    answers = [[PUBLIC], ["127.0.0.1"]]

    async def rebinding(_host: str, _port: int) -> list[str]:
        return answers.pop(0)

    door = Client(Feed("shop", "feed", "http://shop.example/"), agent="x", resolve=rebinding)
    await door.request("GET", "/")
    assert (dialled, answers) == ([PUBLIC], [["127.0.0.1"]])


async def test_the_next_address_is_tried_where_one_does_not_answer(server: Scripted) -> None:
    server.on("/", answer(200, "here"))
    found = await get(f"http://shop.example:{server.port}/", names={"shop.example": ["::1", "127.0.0.1"]})
    assert found.body == b"here"


async def test_after_a_redirect_only_usual_ports_are_asked(server: Scripted, dialled: list[str]) -> None:
    server.on("/", redirect("http://other.example:6379/"))
    names = {"shop.example": [PUBLIC], "other.example": [PUBLIC]}
    with pytest.raises(Unreachable, match=r"other\.example:6379 is not asked"):
        await get("http://shop.example:8080/", names=names, allow_private=False)
    assert dialled == [PUBLIC]


def test_httpx_still_connects_through_our_door() -> None:
    transport = cxtui.http.door.opened(lookup, None, private=False, confidential=None)
    backend: object = getattr(getattr(transport, "_pool"), "_network_backend")  # noqa: B009 - httpx's insides
    assert isinstance(backend, Door)


@pytest.mark.parametrize(
    "url", ["", "shop.example", "ftp://shop.example/", "http://", "https://[bad", "http://a:0/"]
)
async def test_what_is_no_web_address_is_said_so(url: str) -> None:
    with pytest.raises(Unreachable, match="is no web address"):
        await get(url)


# How long it may take


async def hung(server: Scripted, steps: list[Step]) -> str:
    server.on("/", steps)
    with pytest.raises(Unreachable) as error:
        await get(f"{server.url}/")
    return str(error.value)


async def test_silence_has_a_limit(server: Scripted) -> None:
    assert await hung(server, [HANG]) == f"127.0.0.1:{server.port} said nothing for 0.3 s"


async def test_a_slow_drip_has_a_limit(server: Scripted) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n"
    drip: list[Step] = [head, *([0.05, b"x"] * 99), HANG]
    assert await hung(server, drip) == f"127.0.0.1:{server.port} did not answer within 1 s"


async def test_an_upload_has_a_limit_of_its_own(server: Scripted) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 30\r\n\r\n"
    server.on("/", [head, *([0.05, b"x"] * 30)])
    door = client(server.url)
    answer = await door.request("POST", f"{server.url}/", content=b"y" * 100_000, seconds=9)
    assert (answer.body, server.asked[-1].body) == (b"x" * 30, b"y" * 100_000)
    with pytest.raises(Unreachable, match=r"did not answer within 0\.5 s"):
        await door.request("POST", f"{server.url}/", content=b"y", seconds=0.5)
    await door.aclose()


async def test_looking_up_a_name_has_a_limit() -> None:
    async def forever(_host: str, _port: int) -> list[str]:
        await asyncio.Event().wait()
        return []

    door = Client(
        Feed("shop", "feed", "https://shop.example/"), agent="x", limits=Limits(connect=0.05), resolve=forever
    )
    with pytest.raises(Unreachable, match=r"the name shop\.example could not be looked up in time"):
        await door.request("GET", "/")


async def test_a_cancelled_request_ends_at_once(server: Scripted) -> None:
    server.on("/", [HANG])
    asking = asyncio.create_task(client(server.url, Limits()).request("GET", "/"))
    await asyncio.to_thread(server.heard.wait)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking


# How much may come back


SMALL = Limits(wire=1000, inflated=4000)


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        (answer(200, b"x" * 1001), "sent more than 1000 bytes"),
        ([b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n", HANG], "sent more than"),
        ([b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 1001], "sent more than 1000 bytes"),
        ([b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1f4\r\n" + b"x" * 500 + b"\r\n",
          b"1f5\r\n" + b"x" * 501 + b"\r\n0\r\n\r\n"], "sent more than 1000 bytes"),
        (answer(200, gzip.compress(bytes(4001)), {"Content-Encoding": "gzip"}), "packed"),
        (answer(200, b"x", {"Content-Encoding": "br"}), "packed its answer as 'br', which was not asked for"),
        (answer(200, b"x", {"Content-Encoding": "gzip, gzip"}), "which was not asked for"),
        (answer(200, b"no gzip", {"Content-Encoding": "gzip"}), "packed wrongly"),
        (answer(200, gzip.compress(b"hello")[:-3], {"Content-Encoding": "gzip"}), "broke off"),
        ([b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"], "broke off"),
        ([b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 200_000 + b"\r\n\r\n"], "no HTTP"),
        ([b"SSH-2.0-OpenSSH_9.2\r\n"], "no HTTP"),
        ([b""], "broke off"),
    ],
)  # fmt: skip
async def test_a_hostile_answer_is_a_sentence(server: Scripted, steps: list[Step], words: str) -> None:
    server.on("/", steps)
    with pytest.raises(Unreachable, match=words) as error:
        await get(f"{server.url}/", limits=SMALL)
    assert str(error.value).startswith(f"127.0.0.1:{server.port} ")


async def test_just_the_limit_is_taken(server: Scripted) -> None:
    server.on("/plain", answer(200, b"x" * 1000))
    server.on("/packed", answer(200, gzip.compress(bytes(4000)), {"Content-Encoding": "GZIP"}))
    door = client(server.url, SMALL)
    assert (await door.request("GET", "/plain")).body == b"x" * 1000
    assert (await door.request("GET", "/packed")).body == bytes(4000)
    with pytest.raises(Unreadable, match="sent more than 999 bytes"):
        await door.request("GET", "/plain", limit=999)


async def test_the_page_of_an_error_is_not_even_read(server: Scripted) -> None:
    server.on("/", [b"HTTP/1.1 500 No\r\nContent-Length: 99999999\r\n\r\n", HANG])
    with pytest.raises(Unreachable, match="has a fault of its own"):
        await get(f"{server.url}/")


# What a status means


@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, Unreachable), (401, Refused), (403, Refused), (404, Missing), (410, Gone), (418, Unreachable),
     (429, Throttled), (500, Unreachable), (502, Unreachable), (503, Throttled), (300, Unreachable)],
)  # fmt: skip
async def test_a_status_becomes_an_error_with_its_number(
    server: Scripted, status: int, kind: type[FeedError]
) -> None:
    server.on("/", answer(status))
    with pytest.raises(kind, match=str(status)) as error:
        await get(f"{server.url}/")
    assert type(error.value) is kind


@pytest.mark.parametrize("status", [200, 201, 204, 304])
async def test_an_answer_comes_back(server: Scripted, status: int) -> None:
    server.on("/", [f"HTTP/1.1 {status} Fine\r\nETag: x\r\n\r\n".encode()])
    found = await get(f"{server.url}/")
    assert (found.status, found.headers["etag"], found.redirects) == (status, "x", ())


async def test_a_status_that_was_asked_for_comes_back_with_its_words(server: Scripted) -> None:
    server.on("/", answer(403, "too short"))
    found = await client(server.url).request("POST", "/", json={}, also=(400, 403))
    assert (found.status, found.body) == (403, b"too short")


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("header", "until"),
    [("90", NOW + timedelta(seconds=90)), ("Sun, 22 Nov 2026 10:00:00 GMT", NOW + timedelta(hours=1)),
     ("9999999", NOW + timedelta(days=7)), ("soon", None), (None, None)],
)  # fmt: skip
async def test_a_server_may_say_when_to_come_back(
    server: Scripted, status: int, header: str | None, until: datetime | None
) -> None:
    server.on("/", answer(status, headers={"Retry-After": header} if header else {}))
    with pytest.raises(Throttled) as error:
        await get(f"{server.url}/")
    assert error.value.until == until


async def test_a_wait_says_which_host_it_counts_for(server: Scripted) -> None:
    with Scripted() as other:
        server.on("/", redirect(f"http://busy.example:{other.port}/"))
        other.on("/", answer(429))
        with pytest.raises(Throttled) as error:
            await get(f"{server.url}/", names={"127.0.0.1": ["127.0.0.1"], "busy.example": ["127.0.0.1"]})
    assert error.value.host == "busy.example"


@pytest.mark.parametrize(
    ("status", "headers", "kind"),
    [
        (403, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "60"}, Throttled),
        (403, {"Retry-After": "60"}, Throttled),
        (403, {"X-RateLimit-Remaining": "12", "X-RateLimit-Reset": "60"}, Refused),
        (429, {"RateLimit-Reset": "60"}, Throttled),
        (500, {"X-RateLimit-Reset": "60"}, Unreachable),
    ],
)
async def test_a_refusal_for_asking_too_often_is_a_wait(
    server: Scripted, status: int, headers: dict[str, str], kind: type[FeedError]
) -> None:
    server.on("/", answer(status, headers=headers))
    with pytest.raises(kind) as error:
        await get(f"{server.url}/")
    if isinstance(error.value, Throttled):
        assert error.value.until == NOW + timedelta(seconds=60)
    elif isinstance(error.value, Unreachable):
        assert error.value.at_least is None


async def test_a_missing_page_is_not_asked_for_again_soon(server: Scripted) -> None:
    with pytest.raises(Unreachable, match=r"has no page there \(404\)") as error:
        await get(f"{server.url}/?token=s3cret")
    assert error.value.at_least == timedelta(hours=1)
    assert "s3cret" not in str(error.value)


# What a failure is called


async def test_a_refused_connection_is_said_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    with pytest.raises(Unreachable) as error:
        await get(f"http://127.0.0.1:{port}/")
    assert str(error.value) == f"127.0.0.1:{port} refused the connection"


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (socket.gaierror(socket.EAI_NONAME, "x"), "there is no server named shop.example"),
        (socket.gaierror(socket.EAI_AGAIN, "x"), "is this machine online?"),
        (OSError("x"), "cannot be looked up"),
        (UnicodeError("x"), "cannot be looked up"),
    ],
)
async def test_a_name_that_is_not_found_is_said_so(problem: Exception, words: str) -> None:
    async def fails(_host: str, _port: int) -> list[str]:
        raise problem

    door = Client(Feed("shop", "feed", "https://shop.example/"), agent="x", resolve=fails)
    with pytest.raises(Unreachable) as error:
        await door.request("GET", "/")
    assert words in str(error.value)


async def test_this_machine_has_a_name() -> None:
    assert {"127.0.0.1", "::1"} & set(await lookup("localhost", 80))
    with pytest.raises((OSError, UnicodeError)):
        await lookup("a" * 70, 80)


# TLS


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate and its key in one file, for shop.example and 127.0.0.1, signed by itself."""
    file = tmp_path_factory.mktemp("tls") / "own.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=own",
         "-addext", "subjectAltName=DNS:shop.example,IP:127.0.0.1", "-keyout", file, "-out", f"{file}.crt"],
        check=True, capture_output=True,
    )  # fmt: skip
    file.write_bytes(file.read_bytes() + Path(f"{file}.crt").read_bytes())
    return file


def served(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def safe(certificate: Path) -> Iterator[Scripted]:
    with Scripted(tls=served(certificate)) as scripted:
        scripted.on("/", answer(200, "safe"))
        yield scripted


async def test_an_own_authority_is_believed(safe: Scripted, certificate: Path) -> None:
    assert (await get(f"{safe.url}/", ca_file=str(certificate))).body == b"safe"
    url = f"https://shop.example:{safe.port}/"
    assert (await get(url, names={"shop.example": ["127.0.0.1"]}, ca_file=str(certificate))).body == b"safe"


async def test_an_unknown_authority_is_not(safe: Scripted) -> None:
    with pytest.raises(Unreachable, match=r"^the certificate of 127\.0\.0\.1:\d+ is not valid: self.signed"):
        await get(f"{safe.url}/")
    assert safe.asked == []


async def test_a_certificate_of_somebody_else_is_refused(safe: Scripted, certificate: Path) -> None:
    names = {"bank.example": ["127.0.0.1"]}
    with pytest.raises(Unreachable, match=r"^the certificate of bank\.example:\d+ is not valid: Hostname"):
        await get(f"https://bank.example:{safe.port}/", names=names, ca_file=str(certificate))
    assert safe.asked == []


async def test_a_server_that_speaks_no_tls_is_not_taken_for_a_safe_one() -> None:
    async def plain(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example ESMTP\r\n")
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(plain, "127.0.0.1") as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(Unreachable, match=r"does not speak TLS as it should; is it really an https://"):
            await get(f"https://127.0.0.1:{port}/")


async def test_a_handshake_that_never_ends_leaves_nothing_open() -> None:
    """An open connection would be a warning here, and warnings are errors."""
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        url = f"https://127.0.0.1:{deaf.getsockname()[1]}/"
        with pytest.raises(Unreachable, match="did not answer within"):
            await get(url, limits=Limits(whole=0.1))
        with pytest.raises(Unreachable, match="took no connection within"):
            await get(url, limits=Limits(connect=0.1))
    gc.collect()


async def test_an_authority_that_cannot_be_read_is_said_so(tmp_path: Path) -> None:
    for file in (tmp_path / "missing.pem", tmp_path / "wrong.pem"):
        (tmp_path / "wrong.pem").write_text("no certificate")
        with pytest.raises(Unreachable, match=r"the ca_file .* cannot be used"):
            await get("https://127.0.0.1:1/", ca_file=str(file))


# Data


def data(body: bytes) -> Answer:
    return Answer(200, Headers(), body, "https://shop.example/list?token=s3cret")


def test_data_comes_back_as_what_was_asked_for() -> None:
    assert data(b'[{"id": 1}]').json(list[dict[str, int]]) == [{"id": 1}]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'[{"id": "x"}]', r"cannot be read: Expected `int`, got `str` - at `\$\[0\]\[...\]`"),
        (b"", "cannot be read"),
        (b"[1", "cannot be read"),
        (b'["\xff"]', "cannot be read"),
        (b"[" * 100_000, "cannot be read"),
        (b" \n<!doctype html><title>Sign in</title>", "sent a web page where data was expected"),
    ],
)
def test_wrong_data_is_a_sentence(body: bytes, words: str) -> None:
    with pytest.raises(Unreadable, match=words) as error:
        data(body).json(list[dict[str, int]])
    assert str(error.value).startswith("shop.example sent")
    assert "s3cret" not in str(error.value)


def test_headers_are_found_in_any_case_and_joined() -> None:
    headers = Headers([(b"Link", b"<a>"), (b"LINK", b"<b>"), (b"ETag", b'"x"')])
    assert headers["link"] == "<a>, <b>"
    assert headers.get("etag") == '"x"'
    assert "e-tag" not in headers
    assert len(headers) == len(list(headers)) == 2


async def test_one_door_serves_again_after_it_was_closed(server: Scripted) -> None:
    server.on("/", lambda asked: answer(200, asked.headers["host"]))
    door = client(server.url)
    for _ in range(2):
        assert (await door.request("GET", "/")).status == 200
        await door.aclose()
