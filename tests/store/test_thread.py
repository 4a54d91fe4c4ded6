"""Commands run one after the other in one thread, and what has begun is done."""

from __future__ import annotations

import asyncio
import errno
import gc
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from cxtui.errors import StoreBroken, StoreError, StoreFull
from cxtui.store.thread import StoreThread


@pytest.fixture
def store() -> Iterator[StoreThread]:
    made = StoreThread()
    yield made
    made.close()


@pytest.mark.parametrize(
    ("code", "kind"), [(errno.ENOSPC, StoreFull), (errno.EACCES, StoreBroken), (errno.ENOENT, StoreBroken)]
)
async def test_what_the_system_refuses_is_an_error_of_the_store(
    store: StoreThread, code: int, kind: type[StoreError]
) -> None:
    def command() -> None:
        raise OSError(code, "told", "/home/me/cxtui.db")

    with pytest.raises(kind, match=r"/home/me/cxtui\.db"):
        await store.run(command)


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


FORGETFUL = """
import asyncio, sys, threading, time
from pathlib import Path
from cxtui.store.thread import StoreThread

begun = threading.Event()
store = StoreThread()

def command():
    begun.set()
    time.sleep(0.2)
    Path(sys.argv[1]).write_text("done")

async def main():
    asked = asyncio.ensure_future(store.run(command))
    await asyncio.to_thread(begun.wait, 10)

asyncio.run(main())
"""


async def test_a_program_that_forgets_to_close_ends_and_what_was_begun_is_done(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    ended = await asyncio.create_subprocess_exec(sys.executable, "-c", FORGETFUL, str(kept))
    assert await asyncio.wait_for(ended.wait(), 60) == 0
    assert kept.read_text() == "done"


async def test_a_store_that_nobody_holds_any_more_leaves_no_thread() -> None:
    before = set(threading.enumerate())
    forgotten = StoreThread()
    await forgotten.run(abs, 1)
    (thread,) = set(threading.enumerate()) - before
    del forgotten
    gc.collect()
    assert not thread.is_alive()
