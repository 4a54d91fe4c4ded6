"""Tokens: taken from the place that keeps them, when first needed, never written anywhere."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from cxtui.config.places import Env
from cxtui.config.table import Table, as_list, as_table, called, meant
from cxtui.core.feed import Secret
from cxtui.errors import SecretError

PATIENCE = 10
"""Seconds that a program may take to give a token."""
LONGEST = 64 * 1024
"""No token file is longer, in bytes."""
SOURCES = ("env", "cmd", "file", "keyring")
EXAMPLE = '{ env = "SHOP_TOKEN" }'


class _Keyring(Protocol):
    def get_password(self, service: str, user: str) -> str | None: ...


class _KeyringErrors(Protocol):
    KeyringError: type[Exception]


def token(table: Table, feed: str, env: Env, folder: Path, *, exposed: bool) -> Secret | None:
    """The ``token`` of a feed. ``folder`` is what a relative file name starts from.

    ``exposed`` says that others can read the configuration: then it may not hold the token itself.
    """
    value = table.raw("token")
    if isinstance(value, str):
        if exposed:
            table.note(
                "token",
                "a token in plain text needs a file that only you can read: "
                f"chmod 600 it, or write token = {EXAMPLE}",
            )
        literal = value
        return Secret(lambda: _settled(literal, f"the token of {feed!r}"))
    if value is None:
        return None
    source = _source(table, value)
    return None if source is None else Secret(_reader(feed, *source, env, folder))


def _source(table: Table, value: object) -> tuple[str, object] | None:
    """Which source and what it is told; None, and a problem noted, where it has no such shape."""
    named = as_table(value)
    if named is None or len(named) != 1:
        table.note("token", f"must name one source such as {EXAMPLE}, is {called(value)}")
        return None
    [(kind, told)] = named.items()
    if kind not in SOURCES:
        table.note("token", f"unknown source {kind!r}{meant(kind, SOURCES)}")
        return None
    if kind == "cmd":
        words = as_list(told)
        if not words or not all(isinstance(word, str) and word and "\0" not in word for word in words):
            table.note("token", 'cmd must be the program and its words, such as { cmd = ["pass", "shop"] }')
            return None
    elif not isinstance(told, str) or not told.strip() or "\0" in told:
        table.note("token", f"{kind} must be a text, is {called(told)}")
        return None
    elif kind == "keyring" and not all(told.rpartition("/")[::2]):
        table.note("token", 'keyring must be "service/user"')
        return None
    return kind, told


def _reader(feed: str, kind: str, told: object, env: Env, folder: Path) -> Callable[[], str]:
    whose = f"the token of {feed!r}"
    if kind == "cmd":
        words = [str(word) for word in as_list(told) or ()]
        return lambda: _settled(_said(words, env, whose), whose)
    text = str(told)
    if kind == "env":
        return lambda: _settled(_variable(text, env, whose), whose)
    if kind == "file":
        path = folder / Path(text).expanduser()
        return lambda: _settled(_written(path, whose), whose)
    service, _, user = text.rpartition("/")
    return lambda: _settled(_kept(service, user, whose), whose)


def _settled(raw: str, whose: str) -> str:
    """The first line: what password programs print below it are notes."""
    first = raw.replace("\0", "").strip("\r\n").splitlines()[:1]
    if not first or not first[0].strip():
        raise SecretError(f"{whose}: its source gave nothing")
    return first[0].strip()


def _variable(name: str, env: Env, whose: str) -> str:
    if name not in env:
        raise SecretError(f"{whose}: the environment variable {name} is not set")
    return env[name]


def _said(words: list[str], env: Env, whose: str) -> str:
    """What the program prints. Its messages are not shown: they might hold what it was asked for."""
    name = words[0]
    try:
        done = subprocess.run(  # noqa: S603 - the operator's own words, and no shell reads them
            words, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=PATIENCE, env=dict(env)
        )
    except subprocess.TimeoutExpired:
        raise SecretError(
            f"{whose}: {name} took longer than {PATIENCE} s; run it yourself to see why"
        ) from None
    except OSError as error:
        raise SecretError(f"{whose}: {name} cannot be run: {error.strerror}") from error
    if done.returncode != 0:
        raise SecretError(
            f"{whose}: {name} ended with exit code {done.returncode}; run it yourself to see why"
        )
    return _decoded(done.stdout, whose)


def _written(path: Path, whose: str) -> str:
    try:
        with path.open("rb") as file:
            raw = file.read(LONGEST + 1)
    except OSError as error:
        raise SecretError(f"{whose}: {path} cannot be read: {error.strerror}") from error
    if len(raw) > LONGEST:
        raise SecretError(f"{whose}: {path} is no token file, it is longer than {LONGEST // 1024} KiB")
    return _decoded(raw, whose)


def _decoded(raw: bytes, whose: str) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise SecretError(f"{whose}: its source gave something that is no UTF-8 text") from None


def _kept(service: str, user: str, whose: str) -> str:
    try:
        keyring = cast("_Keyring", import_module("keyring"))
        errors = cast("_KeyringErrors", import_module("keyring.errors"))
    except ImportError:
        raise SecretError(
            f"{whose}: the keyring package is not installed; install it with: pip install keyring"
        ) from None
    try:
        found = keyring.get_password(service, user)
    except errors.KeyringError as error:
        raise SecretError(f"{whose}: the keyring cannot be read ({type(error).__name__})") from error
    if found is None:
        raise SecretError(
            f"{whose}: the keyring has nothing for it; put it there with: keyring set {service} {user}"
        )
    return found


def exposed(mode: int) -> bool:
    """Whether a file of this mode can be read or changed by others than its owner."""
    return os.name == "posix" and bool(mode & 0o077)
