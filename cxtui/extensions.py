"""Connectors that other packages bring, found by the entry point group ``cxtui.connectors``.

An entry point's name is what ``connector =`` says in a configuration; it leads to a
`cxtui.core.feed.Network`, or to a module that `Network` then names with its usual needs.
"""

from __future__ import annotations

from functools import cache
from importlib.metadata import EntryPoint, entry_points
from types import ModuleType

from cxtui.core.feed import NETWORKS, Network
from cxtui.errors import ConfigError

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
    try:
        offered: object = found.load()
    except Exception as wrong:  # another package's code: whatever goes wrong in it is told, not raised
        said = f"the connector {name!r} of {_package(found)} cannot be used: {type(wrong).__name__}: {wrong}"
        raise ConfigError([said]) from wrong
    if isinstance(offered, ModuleType):
        return Network(offered.__name__)
    if not isinstance(offered, Network):
        raise ConfigError([f"the connector {name!r} of {_package(found)} is no cxtui.core.feed.Network"])
    return offered


def known() -> tuple[str, ...]:
    """The names of all connectors that a configuration may use, cxtui's own first."""
    own = tuple(name for name, one in NETWORKS.items() if one.needs is not None)
    return (*own, *(name for name in sorted(_offered()) if name not in NETWORKS))


@cache
def _offered() -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=GROUP)}


def _package(point: EntryPoint) -> str:
    return point.dist.name if point.dist else point.value
