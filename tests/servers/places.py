"""The places that the same promises are tried on, each made when a test wants it."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import cast

import pytest

from tests.servers.place import Place

PLACES = {
    "isso": "tests.servers.isso:IssoPlace",
    "wordpress": "tests.servers.wordpress:WordPress",
    "mail": "tests.servers.mail:Mail",
    "mastodon": "tests.servers.mastodon:Mastodon",
    "bluesky": "tests.servers.bluesky:Bluesky",
}


def opened(name: str, folder: Path) -> Place:
    """A place that keeps its files in ``folder``; skips the test where its server is not installed."""
    module, _, kind = PLACES[name].partition(":")
    found = import_module(module)
    missing = cast("Callable[[], str | None]", found.missing)()
    if missing:
        pytest.skip(missing)
    return cast("Callable[[Path], Place]", getattr(found, kind))(folder)
