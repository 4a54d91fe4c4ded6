"""Opening an address in the browser: checked, by argv, never through a shell."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from shutil import which
from urllib.parse import urlsplit

from cxtui.errors import CxtuiError, UsageError

LIMIT = 10
"""Seconds that the opener may take."""


def host(address: str) -> str:
    """The host of an address that may be opened, in punycode where it is not ASCII.

    Raises: UsageError for anything but http and https without a user.
    """
    if not address.isprintable() or " " in address:
        raise UsageError("not opened: the address holds blanks or control characters")
    try:
        parts = urlsplit(address)
        name, port = parts.hostname, parts.port
    except ValueError as error:
        raise UsageError(f"not opened: the address is broken ({error})") from error
    if parts.scheme.lower() not in ("http", "https") or not name:
        raise UsageError(
            f"not opened: only http and https addresses are, this one is {parts.scheme or 'none'!r}"
        )
    if parts.username is not None or parts.password is not None:
        raise UsageError("not opened: the address holds a user or a password")
    try:
        shown = name if name.isascii() else name.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise UsageError("not opened: the name of the host is broken") from error
    return f"{shown}:{port}" if port else shown


def program(environ: Mapping[str, str], platform: str = sys.platform) -> str | None:
    """The program that opens addresses here; None over SSH or where there is none."""
    if environ.get("SSH_CONNECTION") or environ.get("SSH_TTY"):
        return None
    return which("open" if platform == "darwin" else "xdg-open", path=environ.get("PATH"))


async def open_address(opener: str, address: str) -> None:
    """Give the address to the opener. Raises: CxtuiError where that fails."""
    host(address)
    quiet = asyncio.subprocess.DEVNULL
    try:
        process = await asyncio.create_subprocess_exec(
            opener, address, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True
        )
    except OSError as error:
        raise CxtuiError(f"{opener} could not be started: {error.strerror}") from error
    try:
        code = await asyncio.wait_for(process.wait(), LIMIT)
    except TimeoutError:
        return
    if code:
        raise CxtuiError(f"{opener} did not open {address} (exit {code})")
