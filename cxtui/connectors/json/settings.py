"""The keys of a feed with ``connector = "json"``, read once, with every problem named by its key."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Literal, cast

from cxtui.connectors.json.expressions import Expression, Unfit, expression
from cxtui.connectors.json.template import NAMES, Request, origin, placeholders
from cxtui.connectors.record import AUTHOR, FIELDS, called
from cxtui.core.feed import Feed
from cxtui.core.item import Visibility
from cxtui.errors import ConfigError

Way = Literal["bearer", "basic", "header", "query", "none"]

METHODS = ("GET", "POST", "PUT", "PATCH")
SENT = (*NAMES,)
ASKED = ("user", "token")
"""What may stand in a request that answers nobody."""
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


@dataclass(frozen=True, slots=True)
class Posting:
    """How a reply is sent, and what its answer tells."""

    request: Request
    id: Expression | None = None
    url: Expression | None = None
    idempotency: str | None = None
    limit: int | None = None
    visibility: tuple[Visibility, ...] = ("public",)


@dataclass(frozen=True, slots=True)
class Look:
    """A request that shows a thread, and where its messages are in the answer."""

    request: Request
    items: Expression


@dataclass(frozen=True, slots=True)
class Self:
    """A request that says who we are, and where the id and the handle are in the answer."""

    request: Request
    id: Expression
    handle: Expression | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """What the feed says: where the messages are, what their fields are, how to ask and to answer."""

    items: Expression
    fields: Mapping[str, Expression]
    listing: Request
    params: Mapping[str, str]
    way: Way
    named: str = ""
    next: Expression | None = None
    next_param: str | None = None
    thread: Look | None = None
    reply: Posting | None = None
    us: Self | None = None


def described(feed: Feed) -> Settings:
    """The feed's own keys. Raises: ConfigError with every problem."""
    reading = _Reading(feed)
    found = reading.all()
    if reading.problems:
        raise ConfigError([f"feed {feed.name!r}, {problem}" for problem in reading.problems])
    return found


@dataclass(slots=True)
class _Reading:
    """The options being read. What is wrong is noted; what stands in its place is never used."""

    feed: Feed
    problems: list[str] = field(default_factory=list[str])

    def all(self) -> Settings:
        options = self.feed.options
        items = self._expression("items", options.get("items", "@")) or expression("items", "@")
        headers = self._texts("headers", options.get("headers"), ASKED)
        params = self._texts("params", options.get("params"), ASKED)
        way, named = self._way((headers, params))
        following = options.get("next")
        return Settings(
            items=items,
            fields=self._fields(),
            listing=Request(self.feed.url, "GET", self.feed.url, headers=headers),
            params=params,
            way=way,
            named=named,
            next=self._expression("next", following),
            next_param=cast("str | None", options.get("next_param")),
            thread=self._look(items, headers),
            reply=self._posting(headers),
            us=self._self(headers),
        )

    def _fields(self) -> dict[str, Expression]:
        told = self._table("map", self.feed.options.get("map"))
        flat: dict[str, object] = {}
        for key, value in told.items():
            if isinstance(value, dict):
                flat |= {f"{key}.{inner}": one for inner, one in cast("dict[str, object]", value).items()}
            else:
                flat[key] = value
        known = (*FIELDS, *(f"author.{key}" for key in AUTHOR))
        self._known("map", flat, known)
        if "id" not in flat:
            self.problems.append('map: needs id, for instance map = { id = "id", text = "body" }')
        found: dict[str, Expression] = {}
        for key in (key for key in flat if key in known):
            one = self._expression(f"map.{key}", flat[key])
            if one is not None:
                found[key] = one
        return found

    def _way(self, templates: object) -> tuple[Way, str]:
        told = self.feed.options.get("auth")
        spent = "token" in placeholders({str(n): one for n, one in enumerate(cast("Any", templates))})
        if told is None:
            return ("bearer" if self.feed.token and not spent else "none"), ""
        kind, _, name = str(told).partition(":")
        kinds = ("bearer", "basic", "header", "query", "none")
        if kind not in kinds or bool(name) != (kind in ("header", "query")):
            self.problems.append(
                'auth: must be "bearer", "basic", "none", or with a name "header:X-Api-Key" or "query:key", '
                f"is {told!r}{'' if kind in kinds else _meant(kind, kinds)}"
            )
        elif kind == "header" and not _TOKEN.fullmatch(name):
            self.problems.append(f"auth: {name!r} is no name of a header")
        elif kind != "none" and self.feed.token is None:
            self.problems.append("auth: needs a token")
        return cast("Way", kind), name

    def _posting(self, headers: Mapping[str, str]) -> Posting | None:
        if "reply" not in self.feed.options:
            return None
        keys = ("id", "url_of", "idempotency", "limit", "visibility")
        table, request = self._request("reply", "POST", headers, SENT, keys)
        name = table.get("idempotency")
        if name is not None and not (isinstance(name, str) and _TOKEN.fullmatch(name)):
            self.problems.append('reply.idempotency: must be the name of a header such as "Idempotency-Key"')
        limit = table.get("limit")
        if limit is not None and (isinstance(limit, bool) or not isinstance(limit, int) or limit < 1):
            self.problems.append("reply.limit: must be a number of characters")
        told = table.get("visibility", "public")
        if told not in ("public", "direct"):
            self.problems.append(f'reply.visibility: must be "public" or "direct", is {told!r}')
        used = [*placeholders(table.get("json")), *placeholders(table.get("form"))]
        if "text" not in (*used, *placeholders(table.get("url"))):
            self.problems.append("reply: {text} stands nowhere in it, so nothing would be said")
        both = "visibility" in (*used, *placeholders(table.get("url")))
        return Posting(
            request,
            self._expression("reply.id", table.get("id")),
            self._expression("reply.url_of", table.get("url_of")),
            cast("str | None", name),
            cast("int | None", limit),
            ("public", "direct") if both else (cast("Visibility", told),),
        )

    def _look(self, items: Expression, headers: Mapping[str, str]) -> Look | None:
        if "thread" not in self.feed.options:
            return None
        names = ("id", "thread", *ASKED)
        table, request = self._request("thread", "GET", headers, names, ("items",))
        return Look(request, self._expression("thread.items", table.get("items")) or items)

    def _self(self, headers: Mapping[str, str]) -> Self | None:
        if "us" not in self.feed.options:
            return None
        table, request = self._request("us", "GET", headers, ASKED, ("id", "handle"))
        name = self._expression("us.id", table.get("id", "id")) or expression("us.id", "id")
        return Self(request, name, self._expression("us.handle", table.get("handle")))

    def _request(
        self, key: str, method: str, headers: Mapping[str, str], names: Collection[str], more: Collection[str]
    ) -> tuple[Mapping[str, object], Request]:
        table = self._table(key, self.feed.options.get(key))
        self._known(key, table, ("method", "url", "json", "form", "headers", *more))
        said = str(table.get("method", method)).upper()
        if said not in METHODS:
            self.problems.append(f"{key}.method: must be one of {', '.join(METHODS)}, is {said!r}")
        if "json" in table and "form" in table:
            self.problems.append(f"{key}: has both json and form; a request has one body")
        self._names(f"{key}.json", table.get("json"), names)
        form = self._texts(f"{key}.form", table.get("form"), names) if "form" in table else None
        own = self._texts(f"{key}.headers", table.get("headers"), [name for name in names if name != "text"])
        return table, Request(
            self.feed.url, said, self._address(key, table, names), table.get("json"), form, {**headers, **own}
        )

    def _address(self, key: str, table: Mapping[str, object], names: Collection[str]) -> str:
        url = table.get("url")
        if not isinstance(url, str) or not url.strip():
            self.problems.append(f'{key}.url: is missing, for instance "comments/{{id}}"')
            return ""
        self._names(f"{key}.url", url, names)
        head = re.match(r"(?:[A-Za-z][A-Za-z0-9+.-]*:)?//[^/?#]*", url)
        if head and origin(head[0] if ":" in head[0] else f"https:{head[0]}") != origin(self.feed.url):
            self.problems.append(f"{key}.url: must be on the feed's own server, that of {self.feed.url}")
        return url.partition("#")[0]

    def _expression(self, key: str, text: object) -> Expression | None:
        if text is None:
            return None
        if not isinstance(text, str):
            self.problems.append(f'{key}: must be a JMESPath such as "author.name", is {called(text)}')
            return None
        try:
            return expression(key, text)
        except Unfit as wrong:
            self.problems.append(f"{key}: {wrong}")
            return None

    def _texts(self, key: str, value: object, names: Collection[str]) -> dict[str, str]:
        table = self._table(key, value)
        found: dict[str, str] = {}
        for name, told in table.items():
            if isinstance(told, bool) or not isinstance(told, str | int):
                self.problems.append(f"{key}.{name}: must be a text, is {called(told)}")
                continue
            self._names(f"{key}.{name}", str(told), names)
            if key.endswith("headers") and not _TOKEN.fullmatch(name):
                self.problems.append(f"{key}: {name!r} is no name of a header")
            found[name] = str(told)
        return found

    def _table(self, key: str, value: object) -> Mapping[str, object]:
        if value is not None and not isinstance(value, dict):
            self.problems.append(f"{key}: must be a table, is {called(value)}")
        return cast("Mapping[str, object]", value) if isinstance(value, dict) else {}

    def _known(self, key: str, table: Mapping[str, object], known: Collection[str]) -> None:
        for name in table:
            if name not in known:
                self.problems.append(f"{key}.{name}: unknown key{_meant(name, known)}")

    def _names(self, key: str, template: object, names: Collection[str]) -> None:
        for name in dict.fromkeys(placeholders(template)):
            if name not in names:
                hint = ", ".join(f"{{{one}}}" for one in names)
                self.problems.append(
                    f"{key}: {f'{{{name}}}' if name else 'a brace'} means nothing there; "
                    f"known: {hint}; a brace is written twice"
                )
            elif name == "token" and self.feed.token is None:
                self.problems.append(f"{key}: {{token}} needs a token")
            elif name == "user" and not self.feed.user:
                self.problems.append(f"{key}: {{user}} needs a user")


def _meant(word: str, known: Collection[str]) -> str:
    near = get_close_matches(word, known, n=1)
    return f", did you mean {near[0]!r}?" if near else ""
