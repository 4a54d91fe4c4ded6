"""Requests written as templates, whose placeholders are encoded for the place they stand in.

``{id}`` in an address becomes one percent-encoded piece of it, in a JSON body a part of one text,
in a form one encoded value. Nothing is ever pasted into written JSON, so nothing breaks out of it.
``{{`` and ``}}`` are braces.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import quote, unquote, urlencode, urljoin, urlsplit

from cxtui.errors import Refused, Rejected

NAMES = ("id", "thread", "text", "visibility", "key", "user", "token")
"""What a placeholder can be: the message answered and its root, our text and whether all may read it, the
reply's own key (the same at every attempt), and the feed's user and token."""
_PLACE = re.compile(r"\{\{|\}\}|\{(\w*)(:number)?\}|[{}]")

Values = Mapping[str, str]
Fill = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Request:
    """One request to be filled in. ``home`` is the feed's address, whose server alone is asked."""

    home: str
    method: str
    url: str
    json: object = None
    form: Mapping[str, str] | None = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])

    def address(self, values: Values) -> str:
        """The whole address. Raises: Rejected where it would lead elsewhere."""
        return address(self.url, self.home, values)

    def body(self, values: Values) -> tuple[bytes | None, object]:
        """The form encoded, or the JSON body. Raises: Rejected."""
        if self.form is not None:
            pairs = {key: filled(value, values) for key, value in self.form.items()}
            return urlencode(pairs).encode(), None
        return None, None if self.json is None else _filled_in(self.json, values)


def placeholders(value: object) -> Iterator[str]:
    """The names that a template uses; what stands for a stray brace is empty."""
    for text in _texts(value):
        for found in _PLACE.finditer(text):
            if found[0] not in ("{{", "}}"):
                yield found[1] or ""


def filled(template: str, values: Values, encode: Fill = str) -> str:
    """A text with its placeholders filled in, each value encoded by itself."""
    return _PLACE.sub(lambda found: found[0][0] if found[1] is None else encode(values[found[1]]), template)


def header(name: str, template: str, values: Values) -> str:
    """The value of a header. Raises: Refused where it holds what would begin another one."""
    value = filled(template, values)
    if any(ord(char) < 32 or ord(char) == 127 for char in value):
        raise Refused(f"what belongs into the header {name} holds a line break, so nothing was sent")
    return value


def address(template: str, home: str, values: Values) -> str:
    """An address on the server of ``home``, which a relative one starts from. Raises: Rejected."""
    path, question, query = template.partition("?")
    for segment in path.split("/"):
        said = unquote(filled(segment, values, _encoded))
        climbs = any(piece in (".", "..") for piece in re.split(r"[/\\\\]", said))
        if "{" in segment and (climbs or not said):
            raise Rejected(f"the id {said[:80]!r} cannot stand in an address")
    whole = filled(path, values, _encoded) + question + filled(query, values, _encoded)
    found = urljoin(home, whole)
    if origin(found) != origin(home):
        raise Rejected("the address leads away from the feed's own server")
    return found


def joined(base: str, told: str) -> str:
    """An address that a server names beside the page ``base``, empty where it is none.

    The query of ``base`` may hold our key, so nothing starts from it.
    """
    try:
        return urljoin(bare(base), told)
    except ValueError:
        return ""


def bare(url: str) -> str:
    """An address without its query."""
    return url.partition("#")[0].partition("?")[0]


def origin(url: str) -> tuple[str, str | None, int | None]:
    """Scheme, host and port. Of what is no address, nothing that equals a real one."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return "", None, None
    return parts.scheme, parts.hostname, port


def _encoded(value: str) -> str:
    return quote(value, safe="", errors="replace")


def _filled_in(value: object, values: Values) -> object:
    if isinstance(value, str):
        number = re.fullmatch(r"\{(\w+):number\}", value)
        return _number(values[number[1]]) if number else filled(value, values)
    if isinstance(value, dict):
        table = cast("dict[str, object]", value)
        return {key: _filled_in(one, values) for key, one in table.items()}
    if isinstance(value, list):
        return [_filled_in(one, values) for one in cast("list[object]", value)]
    return value


def _number(text: str) -> int:
    if not re.fullmatch(r"-?[0-9]{1,18}", text):
        raise Rejected(f"{text[:40]!r} should be a number here, and is none")
    return int(text)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in cast("dict[str, object]", value).values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in cast("list[object]", value):
            yield from _texts(one)
