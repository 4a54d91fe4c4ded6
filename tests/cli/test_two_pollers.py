"""`cxtui poll` and `cxtui poll --once` beside another process that polls the same store."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.program import Program

PATIENCE = 30.0
DROP = '[[feeds]]\nname = "drop"\nconnector = "ingest"\npath = "drop"\nevery = "1h"\n'


def until(ready: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not ready():
        assert time.monotonic() < end
        time.sleep(0.1)


def asks(home: Path, number: int) -> None:
    (home / "drop").mkdir(exist_ok=True)
    record = {"id": number, "author": f"mai{number}", "text": "When does my lamp come?"}
    (home / "drop" / f"{number}.jsonl").write_text(json.dumps(record) + "\n")


def told_by(process: subprocess.Popen[str]) -> str:
    """The next line that a program says to people."""
    assert process.stderr is not None
    return process.stderr.readline()


def test_a_second_poller_waits_is_told_off_and_takes_over(tmp_path: Path) -> None:
    cxtui = Program(tmp_path, DROP)
    asks(tmp_path, 1)
    first = cxtui.start("poll")
    try:
        until(lambda: cxtui.run("feeds")[0]["state"] == "ok")
        (once,) = cxtui.run("poll", "--once")
        assert (once["ok"], once["new"]) == (True, 0)
        assert f"nok (process {first.pid} on " in once["skipped"]
        assert "it was told to ask now" in once["skipped"]
        asks(tmp_path, 2)
        cxtui.run("poll", "--once")
        until(lambda: len(cxtui.run("list")) == 2)
        second = cxtui.start("poll")
        try:
            until(lambda: "polls" in told_by(second))
            first.kill()
            first.wait()
            asks(tmp_path, 3)
            until(lambda: "this program polls" in told_by(second))
            cxtui.run("poll", "--once")
            until(lambda: len(cxtui.run("list")) == 3)
        finally:
            second.terminate()
            second.communicate(timeout=PATIENCE)
    finally:
        first.kill()
        first.communicate(timeout=PATIENCE)


def test_with_nobody_polling_one_round_asks_by_itself(tmp_path: Path) -> None:
    cxtui = Program(tmp_path, DROP)
    for number in (1, 2):
        asks(tmp_path, number)
        (once,) = cxtui.run("poll", "--once")
        assert (once["new"], once["skipped"]) == (1, None)


def test_with_other_feeds_nothing_is_asked_and_the_reason_is_said(tmp_path: Path) -> None:
    cxtui = Program(tmp_path, DROP)
    asks(tmp_path, 1)
    first = cxtui.start("poll")
    try:
        until(lambda: cxtui.run("feeds")[0]["state"] == "ok")
        config = (tmp_path / "config.toml").read_text().replace('name = "drop"', 'name = "another"')
        (tmp_path / "other.toml").write_text(config)
        place = ["--config", str(tmp_path / "other.toml"), "--data", str(tmp_path / "data"), "--json"]
        argv = [sys.executable, "-m", "cxtui", "poll", "--once", *place]
        (once,) = map(json.loads, subprocess.check_output(argv, text=True).splitlines())
        assert "with other feeds, policies or rules than here" in once["skipped"]
        assert cxtui.run("feeds")[0]["state"] == "ok"
    finally:
        first.kill()
        first.communicate(timeout=PATIENCE)
