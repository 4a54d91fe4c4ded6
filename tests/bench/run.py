"""Measures cxtui beside newsboat and a bare Textual table, in one run on one machine.

    python tests/bench/run.py [--short] [--items N] [--only NAME] [--command 'PROGRAM ARG…']

Each program runs on a pseudo-terminal of 120x40. Times are from the start of the process,
or from writing a key, to the last byte of what it drew. Prints, never judges.
"""

from __future__ import annotations

import argparse
import re
import shlex
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import subjects
from watched import Watched

_HANDLE = re.compile(r"@[a-z][a-z0-9._]+")
ENOUGH = 5
"""Rows are on the screen when so many customers are."""


@dataclass(frozen=True, slots=True)
class Lengths:
    """How long to look: keys pressed, seconds left alone, starts measured."""

    keys: int
    rest: float
    starts: int


FULL, SHORT = Lengths(keys=200, rest=60, starts=5), Lengths(keys=30, rest=8, starts=1)

UNITS = {
    "first rows on screen": "ms",
    "processor time until then": "ms",
    "key, first byte, median": "ms",
    "key, last byte, median": "ms",
    "key, last byte, 95 %": "ms",
    "bytes per key": "B",
    "left alone, bytes": "B/min",
    "left alone, processor time": "ms/min",
    "memory": "MB",
}


def measure(subject: subjects.Subject, lengths: Lengths) -> dict[str, float]:
    """Every figure of one program. Raises: TimeoutError where no rows came."""
    starts = [_start(subject) for _ in range(lengths.starts - 1)]
    with Watched(subject.argv, subject.env, subject.cwd) as running:
        starts.append(_rows(running, subject))
        running.settle()
        for _ in range(10):
            running.press(b"j")
        presses = [running.press(b"j") for _ in range(lengths.keys)]
        drawn = sorted(p.seconds * 1000 for p in presses if p.size)
        began = [p.first * 1000 for p in presses if p.size]
        if not drawn:
            raise TimeoutError(f"{subject.name} drew nothing when a key was pressed")
        running.settle()
        rest = running.rest(lengths.rest)
        found = {
            "first rows on screen": statistics.median(wall for wall, _ in starts) * 1000,
            "processor time until then": statistics.median(cpu for _, cpu in starts) * 1000,
            "key, first byte, median": statistics.median(began),
            "key, last byte, median": statistics.median(drawn),
            "key, last byte, 95 %": drawn[min(len(drawn) - 1, int(len(drawn) * 0.95))],
            "bytes per key": statistics.mean(p.size for p in presses),
            "left alone, bytes": rest.size,
            "left alone, processor time": rest.cpu * 1000,
            "memory": running.memory,
        }
        if not running.stop(subject.bye):
            print(f"note: {subject.name} did not quit by its keys and was ended")
    return found


def _start(subject: subjects.Subject) -> tuple[float, float]:
    with Watched(subject.argv, subject.env, subject.cwd) as running:
        found = _rows(running, subject)
        running.settle()
        running.stop(subject.bye)
    return found


def _rows(running: Watched, subject: subjects.Subject) -> tuple[float, float]:
    """Wall and processor seconds until the rows are there."""
    for key in subject.first:
        running.when(lambda words: "lampco" in words, 60)
        running.press(key)
    seen = running.when(lambda words: len(set(_HANDLE.findall(words))) >= ENOUGH, 60)
    if seen is None:
        raise TimeoutError(
            f"{subject.name} showed no rows; the last of what it wrote:\n{running.words[-2000:]}"
        )
    return seen, running.cpu


def table(found: dict[str, dict[str, float]]) -> Iterator[str]:
    """The figures, one column a program, and how many times the first program's is each other's."""
    names = list(found)
    first, others = names[0], names[1:]
    yield f"{'':28}" + "".join(f"{name:>16}" for name in names) + "".join(f"{f'/ {n}':>16}" for n in others)
    for what, unit in UNITS.items():
        mine = found[first][what]
        line = f"{what:28}" + "".join(f"{f'{found[n][what]:,.1f} {unit}':>16}" for n in names)
        for other in others:
            theirs = found[other][what]
            line += f"{f'{mine / theirs:.2f}x' if theirs else '-':>16}"
        yield line


def prepared(args: argparse.Namespace, folder: Path) -> Iterator[subjects.Subject]:
    """The programs asked for, each with a folder of its own."""
    every = subjects.heard(args.items, datetime.now(UTC))
    for name in ("cxtui", "newsboat", "bare"):
        if args.only and name not in args.only:
            continue
        own = folder / name
        own.mkdir()
        if name == "cxtui" and args.command:
            yield subjects.Subject(args.command, shlex.split(args.command), own)
        elif name == "cxtui":
            program = Path(sys.executable).with_name("cxtui")
            yield subjects.cxtui(str(program), every, own)
        elif name == "newsboat":
            found = subjects.newsboat(every, own)
            if found:
                yield found
            else:
                print("newsboat is not installed here (Debian package newsboat): its column is left out")
        else:
            yield subjects.bare(every, own)


def main(words: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="cxtui beside newsboat and a bare Textual table")
    parser.add_argument("--short", action="store_true", help="fewer keys, a shorter rest: for CI")
    parser.add_argument("--items", type=int, default=10_000, help="messages that wait (10000)")
    parser.add_argument("--only", action="append", choices=["cxtui", "newsboat", "bare"])
    parser.add_argument("--command", help="measure this instead of cxtui; its rows must show @handles")
    args = parser.parse_args(words)
    if not sys.platform.startswith("linux"):
        print("the bench reads /proc and runs on Linux only", file=sys.stderr)
        return 2
    lengths = SHORT if args.short else FULL
    found: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory(prefix="cxtui-bench-") as folder:
        for subject in prepared(args, Path(folder)):
            if subject.note:
                print(subject.note)
            found[subject.name] = measure(subject, lengths)
    print(f"\n{args.items:,} waiting messages, {lengths.keys} keys, {lengths.rest:.0f} s left alone, 120x40")
    print("\n".join(table(found)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
