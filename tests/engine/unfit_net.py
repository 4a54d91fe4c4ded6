"""A network whose connector finds that a feed's own keys do not fit together."""

from cxtui.connectors import Connector
from cxtui.core.feed import Feed
from cxtui.errors import ConfigError
from cxtui.http import Client


def connect(feed: Feed, http: Client) -> Connector:
    del feed, http
    raise ConfigError(["map and items do not fit"])
