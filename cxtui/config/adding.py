"""Adding to a configuration file: what stands in it stays, byte for byte."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from cxtui.config.places import Env
from cxtui.errors import ConfigError


def table(values: Mapping[str, object]) -> str:
    """One ``[[feeds]]`` table as TOML. Values are texts, lists of texts, true or false; None is left out."""
    wide = max(len(key) for key in values)
    lines = [f"{key:<{wide}} = {literal(value)}" for key, value in values.items() if value is not None]
    return "\n".join(["[[feeds]]", *lines]) + "\n"


def literal(value: object) -> str:
    """A value as TOML writes it."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def append(file: Path, text: str, env: Env) -> None:
    """Put text behind what a configuration holds, if it is a good configuration then.

    Raises: ConfigError; the file is as it was then.
    """
    from cxtui.config import load

    place = file.resolve()
    try:
        before = place.read_bytes()
        mode = place.stat().st_mode & 0o777
    except OSError as error:
        raise ConfigError([f"{file}: cannot be read: {error.strerror}"]) from error
    gap = b"" if not before else b"\n" if before.endswith(b"\n") else b"\n\n"
    new = _beside(place, before + gap + text.encode(), mode)
    try:
        load(new, env)
        new.replace(place)
    except ConfigError as error:
        raise ConfigError([one.replace(str(new), str(file)) for one in error.problems]) from error
    except OSError as error:
        raise ConfigError([f"{file}: cannot be written: {error.strerror}"]) from error
    finally:
        with suppress(OSError):
            new.unlink(missing_ok=True)


def create(file: Path, text: str) -> None:
    """A new configuration that only its owner can read. Raises: ConfigError where there is one already."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        new = _beside(file, text.encode(), 0o600)
        try:
            os.link(new, file)
        finally:
            new.unlink()
    except FileExistsError as error:
        raise ConfigError([f"{file}: is there already and stays as it is"]) from error
    except OSError as error:
        raise ConfigError([f"{file}: cannot be written: {error.strerror}"]) from error


def _beside(file: Path, content: bytes, mode: int) -> Path:
    """A file with this content in the same folder, on disk. Raises: ConfigError."""
    try:
        handle, name = tempfile.mkstemp(prefix=".config-", suffix=".toml", dir=file.parent)
        with os.fdopen(handle, "wb") as opened:
            os.fchmod(handle, mode)
            opened.write(content)
            opened.flush()
            os.fsync(handle)
    except OSError as error:
        raise ConfigError([f"{file}: cannot be written: {error.strerror}"]) from error
    return Path(name)
