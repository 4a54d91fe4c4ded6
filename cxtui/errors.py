"""Everything that cxtui raises on purpose, in one tree.

::

    CxtuiError                 has a sentence the user can act on
    ├── UsageError             the words of a command are off            exit 2
    │   ├── NotFound           no such item; names the nearest
    │   └── FilterError        a filter that cannot be read; points at the word
    ├── ConfigError            every problem of the configuration        exit 3
    │   └── SecretError        a token could not be read                 exit 4
    ├── Unlawful               an act that the row's state does not allow exit 1
    │   └── Conflict           somebody or something was faster
    ├── StoreError             the store cannot do it                    exit 6
    │   ├── StoreFull          no space left
    │   ├── StoreLocked        another program holds it
    │   └── StoreBroken        damaged, foreign, newer, or not allowed
    │       ├── StoreDamaged   looked through, and something is not as it was written
    │       └── StoreReplaced  another file, or a newer schema, stands in its place
    └── FeedError              what leaves a connector, nothing else does exit 5
        ├── Unreachable        no answer now: network, time-out, 5xx
        │   ├── Unreadable     an answer that is not what it should be
        │   └── Missing        no page at this address, for now
        ├── Throttled          asked to wait until a time
        ├── Refused            sign-in refused
        ├── Gone               the address is gone for good
        └── Rejected           our text was not taken
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta


class CxtuiError(Exception):
    """An error with a sentence for the user and an exit code for scripts."""

    exit_code: ClassVar[int] = 1


class UsageError(CxtuiError):
    """The words of a command are off; says which and what is meant instead."""

    exit_code = 2


class NotFound(UsageError):
    """Nothing has this id; ``nearest`` is what the user may have meant."""

    def __init__(self, what: str, nearest: str | None = None) -> None:
        hint = f"; did you mean {nearest}?" if nearest else ""
        super().__init__(f"nothing here has the id {what!r}{hint}")
        self.what = what
        self.nearest = nearest


class FilterError(UsageError):
    """A filter that cannot be read. ``at`` is the place of the word in ``text``, in code points."""

    def __init__(self, what: str, text: str, at: tuple[int, int]) -> None:
        super().__init__(what)
        self.text = text
        self.at = at


class ConfigError(CxtuiError):
    """All problems of a configuration, one line each (``file:line key: what``)."""

    exit_code = 3

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class SecretError(ConfigError):
    """A token that its source did not give."""

    exit_code = 4

    def __init__(self, problem: str) -> None:
        super().__init__([problem])


class Unlawful(CxtuiError):
    """An act that the state of the row does not allow; says why."""


class Conflict(Unlawful):
    """Somebody or something changed the row first; says what."""


class StoreError(CxtuiError):
    """The store could not do what was asked; nothing was half done."""

    exit_code = 6


class StoreFull(StoreError):
    """No space left on the device."""


class StoreLocked(StoreError):
    """Another program holds the store."""


class StoreBroken(StoreError):
    """The file is damaged, not ours, of a newer version, or not permitted."""


class StoreDamaged(StoreBroken):
    """Something in the file is not as it was written; `cxtui doctor` mends it."""


class StoreReplaced(StoreBroken):
    """The open store is not the one in its place any more; only another start of the program helps."""


class FeedError(CxtuiError):
    """The only kind of error that leaves a connector."""

    exit_code = 5


class Unreachable(FeedError):
    """No usable answer now. ``at_least`` is how long not to ask again, if known."""

    def __init__(self, message: str, at_least: timedelta | None = None) -> None:
        super().__init__(message)
        self.at_least = at_least


class Unreadable(Unreachable):
    """An answer came, but it is not what this feed should give."""


class Missing(Unreachable):
    """There is no page at this address, for now."""


class Throttled(FeedError):
    """The server asks to wait. ``until`` is aware UTC, or None where it named no time.

    ``host`` is who asks, where it counts for all feeds of that host.
    """

    def __init__(self, message: str, until: datetime | None = None, host: str | None = None) -> None:
        super().__init__(message)
        self.until = until
        self.host = host


class Refused(FeedError):
    """The server refused who we are."""

    exit_code = 4


class Gone(FeedError):
    """The server says that this address is gone for good."""


class Rejected(FeedError):
    """The network did not take our text; the message says why."""
