"""Ill-treats stores: writers killed in the middle, logs moved all the time, bits flipped, disks full.

    python tests/bench/crash.py kills [--kills N]        two writers, checkpoints running
    python tests/bench/crash.py race [--seconds N]       two writers that move the log without rest
    python tests/bench/crash.py flips [--flips N]        one bit of a whole store's file
    python tests/bench/crash.py cuts [--cuts N]          a file that ends too early
    python tests/bench/crash.py full [--step BYTES]      no space at every write of every kind of act

Prints what happened; ends with 1 where something was lost, half done, unreadable or silently wrong.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Final

ROOT: Final = Path(__file__).parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from cxtui.errors import StoreError, StoreLocked  # noqa: E402 - runs without being installed
from cxtui.store.tinydb import FILE, connection, open_tables  # noqa: E402 - as above
from cxtui.store.tinydb.examining import examine  # noqa: E402 - as above

WRONG: Final = {"half": 0, "lost": 0, "silent": 0, "unreadable": 0}
"""What must not happen."""
ROUNDS: Final = 25
"""Kills of a pair of writers that one store has to bear."""


def kills(number: int, seed: int = 1, tell: Callable[[str], None] = print) -> Counter[str]:
    """Kill two writers again and again; gives what was acknowledged, lost, half there and unreadable."""
    total, random = Counter[str](), Random(seed)  # noqa: S311 - no secret
    while total["kills"] < number:
        with tempfile.TemporaryDirectory() as folder:
            store = Path(folder)
            done = {"a": 0, "b": 0}
            for _ in range(min(ROUNDS, -(-(number - total["kills"]) // 2))):
                total += _killed(store, done, random)
            total["acknowledged"] += sum(done.values())
        tell(f"kills: {_said(total)}")
    return total


def race(seconds: float) -> Counter[str]:
    """Two writers that move the log after every commit, and a reader; gives what was lost."""
    with tempfile.TemporaryDirectory() as folder:
        store, done = Path(folder), {"a": 0, "b": 0}
        open_tables(store).close()
        writers = {who: Writer(store, who, 0, every=1) for who in done}
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for who, writer in writers.items():
                done[who] = max(done[who], writer.heard(0.05))
        for who, writer in writers.items():
            done[who] = max(done[who], writer.kill())
        total = verified(store, done)
        total["acknowledged"] = sum(done.values())
    return total


def _killed(store: Path, done: dict[str, int], random: Random) -> Counter[str]:
    """Let both write for a while and kill them, then see what is there; ``done`` is what was acknowledged."""
    writers = {who: Writer(store, who, done[who], every=7) for who in done}
    for who, writer in writers.items():
        done[who] = max(done[who], writer.heard(5.0))
    time.sleep(random.random() * 0.12)
    for who in random.sample(sorted(writers), 2):
        done[who] = max(done[who], writers[who].kill())
    total = verified(store, done)
    total["kills"] = len(writers)
    return total


def verified(store: Path, done: dict[str, int]) -> Counter[str]:
    """What is lost, half there or unreadable; ``done`` becomes what is there."""
    try:
        if examine(store / FILE):
            return Counter(unreadable=1)
        with closing(open_tables(store)) as tables:
            items, replies = tables.find("items"), tables.find("replies")
            log = [doc for _, doc in tables.after("log", 0)]
    except StoreError:
        return Counter(unreadable=1)
    kept = Counter[str](str(doc["who"]) for doc in log)
    half = len({len(items), len(replies), len(log)}) - 1
    for who, number in kept.items():
        numbers = [doc["n"] for doc in log if doc["who"] == who]
        half += numbers != list(range(1, number + 1))
    lost = sum(max(0, acknowledged - kept[who]) for who, acknowledged in done.items())
    done.update({who: kept[who] for who in done})
    return Counter(lost=lost, half=half)


class Writer:
    """A child that commits for ever and says after each commit which one it was."""

    def __init__(self, store: Path, who: str, first: int, *, every: int) -> None:
        self._ear, mouth = os.pipe()
        self._heard = b""
        self._pid = os.fork()
        if not self._pid:
            os.close(self._ear)
            try:
                _write(store, who, first, every, mouth)
            finally:
                os._exit(1)
        os.close(mouth)
        os.set_blocking(self._ear, False)

    def heard(self, within: float) -> int:
        """The last commit it told of, or 0 where it said nothing in so many seconds."""
        end = time.monotonic() + within
        while time.monotonic() < end:
            try:
                said = os.read(self._ear, 65536)
            except BlockingIOError:
                time.sleep(0.002)
                continue
            return self._last(said)
        return 0

    def kill(self) -> int:
        """Kill it; the last commit it told of."""
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)
        rest = b""
        while said := os.read(self._ear, 65536):
            rest += said
        os.close(self._ear)
        return self._last(rest)

    def _last(self, said: bytes) -> int:
        whole, _, self._heard = (self._heard + said).rpartition(b"\n")
        return int(whole.split()[-1]) if whole else 0


def _write(store: Path, who: str, first: int, every: int, mouth: int) -> None:
    connection.CHECKPOINT_EVERY = every  # pyright: ignore[reportConstantRedefinition, reportAttributeAccessIssue]
    tables = open_tables(store)
    number = first
    while True:
        number += 1
        try:
            with tables.commit():
                tables.put("items", f"{who}{number}", {"n": number, "thread": who, "text": "x" * 200})
                tables.put("replies", f"{who}{number}", {"n": number, "item": f"{who}{number}"})
                tables.append("log", {"who": who, "n": number})
        except StoreLocked:
            number -= 1
            continue
        os.write(mouth, b"%d\n" % number)


def _said(total: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {number:,}" for name, number in sorted({**WRONG, **total}.items()))


def _verdict(total: Mapping[str, int]) -> int:
    return int(any(total.get(name) for name in WRONG))


def main() -> int:
    """Run one of them in its long form."""
    from tests.bench import damage

    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("what", choices=("kills", "race", "flips", "cuts", "full"))
    words.add_argument("--kills", type=int, default=1000)
    words.add_argument("--seconds", type=float, default=60)
    words.add_argument("--flips", type=int, default=1500)
    words.add_argument("--cuts", type=int, default=300)
    words.add_argument("--step", type=int, default=512)
    words.add_argument("--seed", type=int, default=1)
    given = words.parse_args()
    ways: dict[str, Callable[[], Counter[str]]] = {
        "kills": lambda: kills(given.kills, given.seed),
        "race": lambda: race(given.seconds),
        "flips": lambda: damage.flips(given.flips, given.seed),
        "cuts": lambda: damage.cuts(given.cuts, given.seed),
        "full": lambda: damage.full(given.step),
    }
    total = ways[given.what]()
    print(f"{given.what}: {_said(total)}")
    return _verdict(total)


if __name__ == "__main__":
    raise SystemExit(main())
