"""Stoplight's Prism as a proxy before a server: it holds both sides to a vendor's own description.

A request or an answer that breaks the description becomes an error (422, 500), so that whatever gets
through is as described. Prism is a package of npm's and the descriptions are their vendors': neither
is in this repository. ``CXTUI_PRISM_HOME`` names a folder with Prism in its node_modules.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, cast

from tests.servers.process import Starter, free_port, running

HOME = "CXTUI_PRISM_HOME"
KEPT = ("openapi", "info", "servers", "security")
Json = dict[str, Any]


def missing(description: str) -> str | None:
    """What is not there, as a sentence. ``description`` names the variable with the description's path."""
    program = Path(os.environ.get(HOME, "")) / "node_modules/.bin/prism"
    if HOME not in os.environ or not program.exists():
        return f"Prism is not here: {HOME} names no folder with it in node_modules (@stoplight/prism-cli)"
    if not Path(os.environ.get(description, "/nowhere")).is_file():
        return f"the vendor's description is not here: {description} names no file"
    return None


def sliced(document: Json, paths: Iterable[str], more: Mapping[str, Json]) -> Json:
    """The description cut down to some paths and what they refer to, with some paths ``more``.

    Examples are left out. A header that is said to be an object is taken for text: it is a slip
    (Mastodon's Idempotency-Key), and Prism 5.16 dies of it where the header is absent.
    """
    small: Json = {name: document[name] for name in KEPT if name in document}
    small["paths"] = {path: document["paths"][path] for path in paths} | dict(more)
    schemes = document.get("components", {}).get("securitySchemes", {})
    small["components"] = {"securitySchemes": schemes}
    waiting = [*_references(small)]
    done: set[str] = set()
    while waiting:
        reference = waiting.pop()
        if reference in done:
            continue
        done.add(reference)
        part = _found(document, reference)
        _put(small, reference, part)
        waiting += _references(part)
    return cast("Json", _mended(small))


def _nodes(node: object) -> Iterator[Json]:
    if isinstance(node, dict):
        node = cast("Json", node)
        yield node
        for value in node.values():
            yield from _nodes(value)
    elif isinstance(node, list):
        for value in cast("list[object]", node):
            yield from _nodes(value)


def _references(node: object) -> Iterator[str]:
    for one in _nodes(node):
        target = one.get("$ref")
        if isinstance(target, str) and target.startswith("#/"):
            yield target
        mapping = one.get("mapping")
        if isinstance(mapping, dict):
            yield from (value for value in cast("Json", mapping).values() if str(value).startswith("#/"))


def _steps(reference: str) -> list[str]:
    return [step.replace("~1", "/").replace("~0", "~") for step in reference[2:].split("/")]


def _found(document: Json, reference: str) -> Any:
    node: Any = document
    for step in _steps(reference):
        node = node[step]
    return node


def _put(document: Json, reference: str, value: object) -> None:
    *above, last = _steps(reference)
    for step in above:
        document = document.setdefault(step, {})
    document[last] = value


def _mended(node: Any, *, names: bool = False) -> Any:
    """Without examples, and with headers that can be sent. ``names``: its keys are a schema's own."""
    if isinstance(node, list):
        return [_mended(one) for one in cast("list[Any]", node)]
    if not isinstance(node, dict):
        return node
    kept = {
        name: _mended(value, names=name == "properties")
        for name, value in cast("Json", node).items()
        if names or name not in ("example", "examples")
    }
    schema = kept.get("schema")
    if (
        kept.get("in") == "header"
        and isinstance(schema, dict)
        and cast("Json", schema).get("type") == "object"
    ):
        kept["schema"] = {"type": "string"}
    return kept


class Prism(Starter):
    """The proxy between the entering and the leaving of a context; ``url`` is where to ask."""

    def __init__(self, folder: Path, description: Json, upstream: str) -> None:
        self._folder = folder
        self._description = description
        self._upstream = upstream
        self.port = free_port()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def _start(self, ends: ExitStack) -> None:
        described = self._folder / "description.json"
        described.write_text(json.dumps(self._description), encoding="utf-8")
        program = Path(os.environ[HOME]) / "node_modules/.bin/prism"
        words = [
            program, "proxy", "-h", "127.0.0.1", "-p", str(self.port), "--errors", described, self._upstream
        ]  # fmt: skip
        ends.enter_context(running(words, self._folder / "prism.log", self._ready, cwd=self._folder))

    def _ready(self) -> bool:
        with socket.create_connection(("127.0.0.1", self.port), 1):
            return True
