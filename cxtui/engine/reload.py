"""The configuration taken anew while the program runs; a wrong one changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from cxtui.config import Config
from cxtui.core.clock import span
from cxtui.errors import ConfigError

EVERY = 3.0
"""Seconds between two looks at the file."""
AT_START = {"operator": "operator", "timezone": "timezone", "store": "[store]", "keys": "[keys]",
            "views": "[[view]]"}  # fmt: skip
"""What is used from the next start on only, by its field."""

Stamp = tuple[int, int, int]


class ConfigFile:
    """One file, and whether it has changed; ``wrong`` while what it says cannot be used.

    ``read`` gives what it says and raises ConfigError; ``beside`` are the other files that it read.
    """

    def __init__(self, path: Path, read: Callable[[], Config], beside: tuple[Path, ...] = ()) -> None:
        self._path = path
        self._read = read
        self._beside = beside
        self._seen: tuple[Stamp | None, ...] = self._stamps()
        self._missed = False
        self.wrong = False

    def look(self) -> Config | None:
        """The configuration if its file has changed since the last look, else None.

        What is wrong is said once for each change. A file that is away for one look only is being
        replaced by an editor. Raises: ConfigError.
        """
        now = self._stamps()
        if now == self._seen:
            self._missed = False
            return None
        if None in now and not self._missed:
            self._missed = True
            return None
        self._seen, self._missed, self.wrong = now, False, True
        config = self._read()
        self.wrong = False
        if config.beside != self._beside:
            self._beside = config.beside
            self._seen = (now[0], *self._stamps()[1:])
        return config

    def again(self) -> None:
        """What was read last could not be taken: the next look reads it once more."""
        self._seen = ()

    def _stamps(self) -> tuple[Stamp | None, ...]:
        return tuple(_stamp(path) for path in (self._path, *self._beside))


def _stamp(path: Path) -> Stamp | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def kept(error: ConfigError) -> str:
    """The sentence for a configuration that cannot be used."""
    first, *more = error.problems
    others = f" (and {len(more)} more: cxtui config check)" if more else ""
    return f"the configuration stays as it was: {first}{others}"


def taken(was: Config, now: Config, changed: Sequence[str]) -> str | None:
    """The sentence for a configuration that was taken, or None where it says the same as before."""
    before, after = ({feed.name for feed in one.feeds} for one in (was, now))
    groups = {
        "added": [name for name in changed if name not in before],
        "removed": [name for name in changed if name not in after],
        "changed": [name for name in changed if name in before & after],
    }
    said = [f"{word} {_some(names)}" for word, names in groups.items() if names]
    if was.hold != now.hold:
        said.append(f"replies are held {now.hold.total_seconds():g} s")
    if was.texts_kept != now.texts_kept:
        said.append(f"texts are kept {span(now.texts_kept) if now.texts_kept else 'for ever'}")
    if was.policies.said != now.policies.said:
        said.append("the new policies count for what begins to wait from now on")
    if was.orders != now.orders:
        said.append("money at risk is counted with the new order value")
    if was.rules.said != now.rules.said:
        said.append("the new rules count for what comes from now on")
    later = [key for name, key in AT_START.items() if getattr(was, name) != getattr(now, name)]
    if later:
        said.append(f"{', '.join(later)} from the next start on")
    return f"configuration read again: {'; '.join(said)}" if said else None


def _some(names: Sequence[str]) -> str:
    return ", ".join(names) if len(names) <= 3 else f"{', '.join(names[:2])} and {len(names) - 2} more"
