"""Connectors that other packages bring, found by the entry point group ``cxtui.connectors``.

An entry point's name is what ``connector =`` says in a configuration; it leads to a
`cxtui.core.feed.Network`, or to a module that `Network` then names with its usual needs.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from types import ModuleType
from typing import TypeVar

from cxtui.core.feed import NETWORKS, Network
from cxtui.errors import ConfigError

T = TypeVar("T")

GROUP = "cxtui.connectors"


def network(name: str) -> Network:
    """The connector of this name: cxtui's own, else another package's.

    Raises: ConfigError where there is none, or where its package cannot be used.
    """
    if name in NETWORKS:
        return NETWORKS[name]
    found = _offered().get(name)
    if found is None:
        raise ConfigError([f"there is no connector {name!r}; known: {', '.join(known())}"])
    offered = _of(name, found, found.load)
    if isinstance(offered, ModuleType):
        return Network(offered.__name__)
    if not isinstance(offered, Network):
        raise ConfigError([f"the connector {name!r} of {_package(found)} is no cxtui.core.feed.Network"])
    return offered


def code(name: str) -> ModuleType:
    """The module of the connector of this name. Raises: ConfigError where it cannot be used."""
    module = network(name).module
    if name in NETWORKS:
        return import_module(module)
    return _of(name, _offered()[name], lambda: import_module(module))


def known() -> tuple[str, ...]:
    """The names of all connectors that a configuration may use, cxtui's own first."""
    own = tuple(name for name, one in NETWORKS.items() if one.needs is not None)
    return (*own, *(name for name in sorted(_offered()) if name not in NETWORKS))


@cache
def _offered() -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=GROUP)}


def _of(name: str, found: EntryPoint, load: Callable[[], T]) -> T:
    """What ``load`` gives. Raises: ConfigError in its place."""
    try:
        return load()
    except (Exception, SystemExit) as wrong:  # another package's code: what goes wrong in it is told
        said = f"the connector {name!r} of {_package(found)} cannot be used: {type(wrong).__name__}: {wrong}"
        raise ConfigError([said]) from wrong


def _package(point: EntryPoint) -> str:
    return point.dist.name if point.dist else point.value
