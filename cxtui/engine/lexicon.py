"""Dictionaries in a process of their own, for the screen, which must not stop while one is loaded."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Collection, Sequence
from contextlib import suppress
from pathlib import Path

from cxtui.engine.spelling import Dictionaries, installed

COMMAND = (sys.executable, "-P", str(Path(__file__).with_name("lexicon_worker.py")))
PATIENCE = 5.0
"""Seconds for one answer, with the loading of a dictionary in it."""
REMEMBERED = 50_000
"""So many words are remembered."""
TRIES = 3
"""After so many faults nothing is asked any more: no spelling is better than a slow reply."""
_NEEDED = ("PATH", "HOME", "PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH")
"""Of the environment, which may hold secrets, what a Python needs to start."""


class Lexicon:
    """What `Dictionaries` does, by another process, which begins with the first word. For any thread."""

    def __init__(
        self, dictionaries: Dictionaries, command: Sequence[str] = COMMAND, patience: float = PATIENCE
    ) -> None:
        self._dictionaries = dictionaries
        self._command = command
        self._patience = patience
        self._lock = threading.Lock()
        self._books: dict[str, list[tuple[str, str]]] = {}
        self._right: dict[tuple[str, str], bool] = {}
        self._faults = 0
        self.process: subprocess.Popen[str] | None = None

    def look_up(self, words: Collection[str], lang: str) -> None:
        """Ask for words that are not known yet; where there is no answer in time they stay unknown."""
        with self._lock:
            new = sorted(word for word in words if (lang, word) not in self._right)
            books = self._found(lang)
            if not new or not books or self._faults >= TRIES:
                return
            if len(self._right) > REMEMBERED:
                self._right.clear()
            try:
                right = self._asked(books, new)
            except (OSError, ValueError):
                self._faults += 1
                self._end()
                return
            self._right.update(((lang, word), one) for word, one in zip(new, right, strict=True))

    def spelled(self, word: str, lang: str) -> bool | None:
        """Whether a word is right; None where that is not known."""
        return self._right.get((lang, word))

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._end()

    def _found(self, lang: str) -> list[tuple[str, str]]:
        if lang not in self._books:
            places = self._dictionaries.found(lang) if installed() else []
            self._books[lang] = [(place.name, str(place.parent)) for place in places]
        return self._books[lang]

    def _asked(self, books: Sequence[tuple[str, str]], words: Sequence[str]) -> list[bool]:
        """One question and its answer. Raises: OSError, ValueError where there is none in time."""
        process = self.process
        if process is None or process.poll() is not None:
            self._end()
            process = self.process = self._begun()
        if process.stdin is None or process.stdout is None:
            raise OSError("the process has no pipes")
        end = threading.Timer(self._patience, process.kill)
        end.start()
        try:
            process.stdin.write(json.dumps([books, words]) + "\n")
            process.stdin.flush()
            answer = json.loads(process.stdout.readline())
        finally:
            end.cancel()
        if len(answer) != len(words):
            raise ValueError("an answer to another question")
        return [bool(one) for one in answer]

    def _begun(self) -> subprocess.Popen[str]:
        return subprocess.Popen(  # noqa: S603 - our own program, by its full path
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="ascii",
            env={name: os.environ[name] for name in _NEEDED if name in os.environ},
            start_new_session=True,
        )

    def _end(self) -> None:
        process, self.process = self.process, None
        if process is None:
            return
        process.kill()  # it keeps nothing that a gentle end would save
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
