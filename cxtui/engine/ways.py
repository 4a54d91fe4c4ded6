"""How each feed is reached now: its connector, and what that can send."""

from __future__ import annotations

from collections.abc import Callable

from cxtui.connectors import Capabilities, Connector, Doing
from cxtui.core.feed import Feed
from cxtui.core.item import Deed
from cxtui.errors import ConfigError, Rejected, SecretError

MISSING: dict[Deed, str] = {
    "like": "{network} has no likes",
    "approve": "{network} cannot be told from here to let a message through",
    "spam": "{network} cannot be told from here what is spam: done with the reason spam closes the row only",
}
"""Why a deed is not possible, with the network's name."""


class Ways:
    """The feeds of one configuration and their connectors."""

    def __init__(self, feeds: tuple[Feed, ...], connector: Callable[[Feed], Connector]) -> None:
        self._connector = connector
        self._feeds: dict[str, Feed] = {}
        self.change(feeds)

    def change(self, feeds: tuple[Feed, ...]) -> None:
        """Send on these feeds from now on."""
        self._feeds = {feed.name: feed for feed in feeds}

    def feed(self, name: str) -> Feed:
        """The feed as it is configured. Raises: Rejected where it is not any more."""
        if name not in self._feeds:
            raise Rejected(f"the feed {name!r} is not configured any more, so nothing can be sent there")
        return self._feeds[name]

    def connector(self, name: str) -> Connector:
        """What a feed is read by. Raises: Rejected."""
        try:
            return self._connector(self.feed(name))
        except SecretError:
            raise
        except ConfigError as error:
            raise Rejected(f"the feed {name!r} is not configured well: {error.problems[0]}") from error

    def replies(self, name: str) -> Connector:
        """What answers on a feed. Raises: Rejected where nothing does, saying why."""
        connector = self.connector(name)
        if not connector.capabilities.reply:
            raise Rejected(connector.capabilities.why_not or f"{name} takes no replies from here")
        return connector

    def does(self, name: str, deed: Deed) -> Doing:
        """What does a deed on a feed. Raises: Rejected where nothing does."""
        connector = self.connector(name)
        can = connector.capabilities
        if deed not in can.deeds or not isinstance(connector, Doing):
            raise Rejected(lacking(can, deed))
        return connector


def lacking(can: Capabilities, deed: Deed) -> str:
    """The sentence for a network that does not know a deed."""
    said = MISSING[deed].format(network=can.title or can.network)
    return f"{said}: thank in words, with a reply" if deed == "like" and can.reply else said
