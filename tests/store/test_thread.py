"""Commands run one after the other in one thread, and what has begun is done."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest

from cxtui.errors import StoreBroken, StoreError
from cxtui.store.thread import StoreThread


@pytest.fixture
def store() -> Iterator[StoreThread]:
    made = StoreThread()
    yield made
    made.close()


async def test_every_command_runs_in_the_same_other_thread(store: StoreThread) -> None:
    threads = {await store.run(threading.get_ident) for _ in range(3)}
    assert len(threads) == 1
    assert threading.get_ident() not in threads


async def test_results_and_errors_come_back(store: StoreThread) -> None:
    def broken(path: str, *, why: str) -> None:
        raise StoreBroken(f"{path} {why}")

    assert await store.run(divmod, 7, 2) == (3, 1)
    with pytest.raises(StoreBroken, match="here because"):
        await store.run(broken, "here", why="because")


async def test_a_command_that_has_begun_ends_though_nobody_waits(store: StoreThread) -> None:
    begun, go_on, done = threading.Event(), threading.Event(), list[str]()

    def command() -> None:
        begun.set()
        assert go_on.wait(10)
        done.append("first")

    first = asyncio.create_task(store.run(command))
    second = asyncio.create_task(store.run(done.append, "second"))
    await asyncio.to_thread(begun.wait, 10)
    first.cancel()
    second.cancel()
    await asyncio.gather(first, second, return_exceptions=True)
    go_on.set()
    assert await store.run(lambda: list(done)) == ["first"]


def test_any_loop_may_ask(store: StoreThread) -> None:
    assert [asyncio.run(store.run(abs, -number)) for number in range(3)] == [0, 1, 2]


async def test_a_closed_store_says_so(store: StoreThread) -> None:
    store.close()
    store.close()
    with pytest.raises(StoreError, match="closed"):
        await store.run(abs, 1)
