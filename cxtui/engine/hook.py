"""The operator's own program, started for a warning or by a rule: its words as configured, facts beside."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Final

from cxtui.errors import CxtuiError

SECONDS: Final = 10.0
"""So long it may take."""
HANDED: Final = (
    "PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TERM", "DISPLAY",
    "WAYLAND_DISPLAY", "XAUTHORITY", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS", "SSH_AUTH_SOCK",
)  # fmt: skip
"""What it gets of our environment: the rest may hold tokens."""


class HookFailed(CxtuiError):
    """The program could not be started, did not end, or complained."""


async def start(
    argv: Sequence[str], facts: Mapping[str, str], seconds: float = SECONDS, *, key: str = "warnings.hook"
) -> None:
    """Run the program to its end; no shell reads its words. ``key`` is where it is configured.

    The facts are in its environment. Raises: HookFailed.
    """
    env = {name: os.environ[name] for name in HANDED if name in os.environ}
    env |= {name: value.replace("\0", "") for name, value in facts.items()}
    null = asyncio.subprocess.DEVNULL
    try:
        process = await asyncio.create_subprocess_exec(
            *argv, env=env, stdin=null, stdout=null, stderr=null, start_new_session=True
        )
    except (OSError, ValueError) as wrong:
        why = wrong.strerror if isinstance(wrong, OSError) and wrong.strerror else str(wrong)
        raise HookFailed(f"{key}: {argv[0]} could not be started: {why}") from wrong
    try:
        async with asyncio.timeout(seconds):
            code = await process.wait()
    except TimeoutError as late:
        said = f"{key}: {argv[0]} was not done after {seconds:g} s and was stopped"
        raise HookFailed(said) from late
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
    if code:
        raise HookFailed(f"{key}: {argv[0]} ended with exit code {code}")
