"""Connections for what is not HTTP: whom they may lead to, and how they end."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from cxtui.core.feed import Feed
from cxtui.errors import Unreachable
from cxtui.http import Client, Limits
from cxtui.http.wire import Wire, over, said


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as door:
        yield door


def client(names: dict[str, list[str]], *, private: bool = True, **more: Any) -> Client:
    async def resolve(host: str, port: int) -> list[str]:  # noqa: ARG001 - as the system's
        await asyncio.sleep(0)
        return names.get(host, [])

    feed = Feed("post", "mail", "imaps://mail.example", allow_private=private, **more)
    return Client(feed, agent="cxtui/1", limits=Limits(connect=2, silence=0.2), resolve=resolve)


def port_of(door: socket.socket) -> int:
    return int(door.getsockname()[1])


async def test_the_first_address_that_answers_is_taken(listening: socket.socket) -> None:
    wire = await client({"mail.example": ["127.0.0.2", "127.0.0.1"]}).wire("mail.example", port_of(listening))
    assert wire.socket.getpeername()[0] == "127.0.0.1"
    assert wire.host == "mail.example"
    wire.close()


@pytest.mark.parametrize(
    ("addresses", "private", "words"),
    [
        (["127.0.0.1"], False, "a private address"),
        (["1.1.1.1", "10.0.0.1"], False, "a private address"),
        (["224.0.0.1"], True, "where no server can be"),
        ([], True, "there is no server named"),
    ],
)
async def test_an_address_that_is_forbidden_is_not_connected_to(
    listening: socket.socket, addresses: list[str], words: str, *, private: bool
) -> None:
    with pytest.raises(Unreachable, match=words):
        await client({"mail.example": addresses}, private=private).wire("mail.example", port_of(listening))


async def test_a_closed_port_is_named(listening: socket.socket) -> None:
    port = port_of(listening)
    listening.close()
    with pytest.raises(Unreachable, match=f"refused the connection on port {port}"):
        await client({"mail.example": ["127.0.0.1"]}).wire("mail.example", port)


async def test_authorities_that_cannot_be_read_are_named(listening: socket.socket) -> None:
    door = client({"mail.example": ["127.0.0.1"]}, ca_file="none.pem")
    with pytest.raises(Unreachable, match=r"the ca_file none\.pem cannot be used"):
        await door.wire("mail.example", port_of(listening))


async def opened(door: socket.socket) -> tuple[Wire, socket.socket]:
    wire = await client({"mail.example": ["127.0.0.1"]}).wire("mail.example", port_of(door))
    other, _ = door.accept()
    return wire, other


async def test_what_the_talk_gives_is_given_and_the_connection_is_closed(listening: socket.socket) -> None:
    wire, other = await opened(listening)
    with other:
        assert await over(wire, lambda: wire.socket.send(b"hello")) == 5
        assert other.recv(10) == b"hello"
        assert other.recv(10) == b""


async def test_what_goes_wrong_in_the_talk_goes_wrong_here(listening: socket.socket) -> None:
    wire, other = await opened(listening)

    def talk() -> None:
        raise Unreachable("as I said")

    with other, pytest.raises(Unreachable, match="as I said"):
        await over(wire, talk)


async def test_a_silence_is_a_time_out_of_the_socket(listening: socket.socket) -> None:
    wire, other = await opened(listening)
    with other, pytest.raises(TimeoutError):
        await over(wire, lambda: wire.socket.recv(1))


@pytest.mark.parametrize("how", ["cancelled", "late"])
async def test_a_talk_that_is_given_up_ends_at_once(listening: socket.socket, how: str) -> None:
    wire, other = await opened(listening)
    wire.socket.settimeout(60)
    begun, ended = threading.Event(), threading.Event()

    def talk() -> None:
        begun.set()
        try:
            wire.socket.recv(1)
        finally:
            ended.set()

    with other:
        talking = asyncio.create_task(over(wire, talk, 0.2 if how == "late" else None))
        await asyncio.to_thread(begun.wait, 5)
        if how == "cancelled":
            talking.cancel()
            with pytest.raises(asyncio.CancelledError):
                await talking
        else:
            with pytest.raises(Unreachable, match=r"did not come to an end within 0\.2 s"):
                await talking
        assert await asyncio.to_thread(ended.wait, 5)


def test_a_servers_words_are_fit_to_be_repeated() -> None:
    assert said(b"550 \x1b[31mno\r\nsuch \xff user.") == "550 no such � user"
    assert len(said("x" * 5000)) <= 160
    assert said(None) == ""
