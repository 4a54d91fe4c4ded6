"""cxtui as a program of its own: a configuration, a store and a process for each command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PATIENCE = 90.0


@dataclass
class Program:
    """An operator's home. ``config`` is what stands in the configuration beside the usual.

    ``hold`` is how long a reply can be taken back.
    """

    home: Path
    config: str
    env: Mapping[str, str] = field(default_factory=dict[str, str])
    hold: str = "0s"

    def __post_init__(self) -> None:
        self.home.mkdir(parents=True, exist_ok=True)
        text = f'operator = "nok"\ntimezone = "UTC"\n{self.config}\n[outbox]\nhold = "{self.hold}"\n'
        (self.home / "config.toml").write_text(text)

    def start(self, *words: str) -> subprocess.Popen[str]:
        """The command as a process, its outputs readable."""
        place = ["--config", str(self.home / "config.toml"), "--data", str(self.home / "data")]
        base = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "TZ": "UTC",
            "PYTHONPATH": str(Path.cwd()),
        }
        return subprocess.Popen(
            [sys.executable, "-m", "cxtui", *words, *place, "--no-input"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=base | dict(self.env),
        )

    def run(self, *words: str, code: int = 0) -> list[dict[str, Any]]:
        """What a command prints with ``--json``; it must end with ``code``."""
        with self.start(*words, "--json") as process:
            out, err = process.communicate(timeout=PATIENCE)
        assert process.returncode == code, (words, process.returncode, out, err)
        assert "Traceback" not in err, err
        return [json.loads(line) for line in out.splitlines()]

    def until_listed(self, native: str, feed: str = "place") -> dict[str, Any]:
        """Poll until the message waits in the list; gives its row."""
        for _ in range(20):
            polled = self.run("poll", "--once")
            assert all(one["ok"] for one in polled), polled
            for row in self.run("list"):
                if row["id"] == f"{feed}:{native}":
                    return row
        raise AssertionError(f"{native} was not heard: {self.run('list', '--all')}")
