"""What leaves the door in every combination of redirect, place and secret: counted, printed, 0 expected.

    python -m tests.bench.leaks [--short]

Real requests to servers on this machine; names and addresses are made up by a resolver of our own.
A leak is a secret heard by anybody but the feed's own origin, a secret sent unencrypted, a
connection to an address that the feed may not reach, or a secret in a message or a log.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import ssl
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import cxtui.http.door
from cxtui.core.feed import Feed
from cxtui.core.web import reach
from cxtui.errors import FeedError
from cxtui.http import Client, Limits
from tests.servers.scripted import Asked, Scripted, answer, redirect

if TYPE_CHECKING:
    import httpcore

SECRET = "s3cret-Value"
HOME, OTHER = "93.184.215.14", "151.101.1.69"
STATUSES = (301, 302, 303, 307, 308)
NAMES: Mapping[str, Sequence[str]] = {
    "shop.example": [HOME],
    "other.example": [OTHER],
    "inner.example": ["10.0.0.5"],
    "mixed.example": [OTHER, "192.168.1.1"],
    "nat64.example": ["64:ff9b::7f00:1"],
    "sixtofour.example": ["2002:7f00:1::1"],
    "cloud.example": ["169.254.169.254"],
    "multicast.example": ["224.0.0.1"],
    "mapped.example": ["::ffff:127.0.0.1"],
}
SECRETS: Mapping[str, Mapping[str, Any]] = {
    "authorization": {"headers": {"Authorization": f"Bearer {SECRET}"}},
    "api key": {"headers": {"X-API-Key": SECRET}},
    "cookie": {"headers": {"Cookie": f"session={SECRET}"}},
    "validators": {"headers": {"If-None-Match": f'"{SECRET}"', "If-Modified-Since": SECRET}},
    "query": {"query": f"?token={SECRET}"},
    "personal": {"query": f"?feed={SECRET}&user=desk"},
    "password": {"user": f"desk:{SECRET}@"},
}
TARGETS: Mapping[str, str] = {
    "same origin": "https://shop.example/next",
    "other host": "https://other.example/next",
    "other port": "https://shop.example:8443/next",
    "unencrypted, same host": "http://shop.example/next",
    "unencrypted, other host": "http://other.example/next",
    "other host, key in it": f"https://other.example/next?x={SECRET}",
    "other host, key in path": f"https://other.example/{SECRET}/next",
    "other host, key spelled": "https://other.example/next?x=" + "".join(f"%{ord(c):02x}" for c in SECRET),
    "name before the host": f"https://desk:{SECRET}@other.example/next",
    "there and back": "https://other.example/back",
    "private host": "https://inner.example/next",
    "private beside public": "https://mixed.example/next",
    "this machine": "https://127.0.0.1/next",
    "NAT64": "https://nat64.example/next",
    "6to4": "https://sixtofour.example/next",
    "mapped": "https://mapped.example/next",
    "cloud's own": "https://cloud.example/next",
    "multicast": "https://multicast.example/next",
    "changed its address": "https://rebinding.example/next",
    "no web address": "file:///etc/passwd",
}


@dataclass(slots=True)
class Seen:
    """What one combination came to."""

    leaks: list[str] = field(default_factory=list[str])
    home: bool = False
    followed: bool = False


@dataclass(slots=True)
class Net:
    """Servers by what they stand for, and the addresses that were dialled."""

    servers: dict[str, Scripted]
    ca_file: str
    dialled: list[str] = field(default_factory=list[str])
    asked: int = 0

    def server(self, address: str, port: int) -> Scripted:
        """Who answers at an address; what may never be reached ends at a stranger's server, too."""
        name = "home" if address == HOME and port in (80, 443) else "other"
        return self.servers[f"{name} {'plain' if port == 80 else 'tls'}"]

    async def resolve(self, host: str, port: int) -> list[str]:
        """The addresses of a name; one of them leads elsewhere the second time."""
        del port
        if host == "rebinding.example":
            self.asked += 1
            return [OTHER] if self.asked % 2 else ["127.0.0.1"]
        return list(NAMES.get(host, [host]))

    async def dial(
        self, address: str, port: int, seconds: float, options: Any
    ) -> httpcore.AsyncNetworkStream:
        """A connection to whom we have there."""
        self.dialled.append(address)
        return await _dial("127.0.0.1", self.server(address, port).port, seconds, options)


_dial = cxtui.http.door.dial


@contextmanager
def net(folder: Path) -> Generator[Net]:
    """Four servers: the feed's own and a stranger's, with TLS and without."""
    certificate = _certificate(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with ExitStack() as stack:
        kinds = {"home plain": None, "home tls": context, "other plain": None, "other tls": context}
        servers = {name: stack.enter_context(Scripted(tls=tls)) for name, tls in kinds.items()}
        made = Net(servers, str(certificate))
        stack.enter_context(patch.object(cxtui.http.door, "dial", made.dial))
        yield made


def _certificate(folder: Path) -> Path:
    file = folder / "own.pem"
    names = ",".join(f"DNS:{name}" for name in (*NAMES, "rebinding.example"))
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=own",
         "-addext", f"subjectAltName={names},IP:127.0.0.1", "-keyout", file, "-out", f"{file}.crt"],
        check=True, capture_output=True,
    )  # fmt: skip
    file.write_bytes(file.read_bytes() + Path(f"{file}.crt").read_bytes())
    return file


class Log(logging.Handler):
    """Everything that anybody logs."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


@contextmanager
def logged() -> Generator[Log]:
    """The log of all loggers at their most talkative."""
    log, root = Log(), logging.getLogger()
    level = root.level
    root.addHandler(log)
    root.setLevel(logging.DEBUG)
    try:
        yield log
    finally:
        root.removeHandler(log)
        root.setLevel(level)


async def tried(made: Net, status: int, to: str, secret: Mapping[str, Any], scheme: str) -> Seen:
    """One combination: a feed with a secret, whose server sends us on."""
    for server in made.servers.values():
        server.asked.clear()
        server.scripts.clear()
        for path in ("/next", "/back", f"/{SECRET}/next"):
            server.on(path, answer(200, "ok"))
    made.dialled.clear()
    made.servers["other tls"].on("/back", redirect("https://shop.example/next", status))
    for name in ("home tls", "home plain"):
        made.servers[name].on("/feed", redirect(to, status))
    url = f"{scheme}://{secret.get('user', '')}shop.example/feed{secret.get('query', '')}"
    client = Client(
        Feed("shop", "feed", url, ca_file=made.ca_file),
        agent="cxtui/1",
        limits=Limits(connect=3, silence=3, whole=6),
        resolve=made.resolve,
    )
    seen, words = Seen(), ""
    with logged() as log:
        try:
            found = await client.request("GET", url, headers=secret.get("headers", {}))
            seen.followed, words = True, found.url
        except FeedError as error:
            words = f"{error!r} {error}"
        finally:
            await client.aclose()
    _judge(made, seen, scheme, validators="If-None-Match" in secret.get("headers", {}))
    if not seen.followed and SECRET in words:
        seen.leaks.append("in the message")
    if any(SECRET in line for line in log.lines):
        seen.leaks.append("in the log")
    return seen


def _judge(made: Net, seen: Seen, scheme: str, *, validators: bool) -> None:
    """Whoever heard the secret. A validator is told its own server only, but in the open if it must be.

    What a server writes of it into an address is its own affair.
    """
    for name, server in made.servers.items():
        own = name == ("home tls" if scheme == "https" else "home plain")
        for asked in server.asked:
            if not _holds(asked, headers_only=validators):
                continue
            if own and (validators or scheme == "https"):
                seen.home = True
            else:
                seen.leaks.append("unencrypted" if "plain" in name else "to somebody else")
    seen.leaks += [f"dialled {address}" for address in made.dialled if reach(address) != "public"]


def _holds(asked: Asked, *, headers_only: bool) -> bool:
    basic = "ZGVzazpzM2NyZXQtVmFsdWU="
    spelled = "".join(f"%{ord(c):02x}" for c in SECRET)
    words = f"{asked.headers}" if headers_only else f"{asked.target} {asked.headers} {asked.body!r}"
    return any(secret in words for secret in (SECRET, basic, spelled))


async def matrix(statuses: Sequence[int], folder: Path) -> dict[tuple[str, str, str], list[Seen]]:
    """Every combination, by scheme, target and secret."""
    found: dict[tuple[str, str, str], list[Seen]] = {}
    with net(folder) as made:
        for scheme in ("https", "http"):
            for place, to in TARGETS.items():
                for name, secret in SECRETS.items():
                    runs = [await tried(made, status, to, secret, scheme) for status in statuses]
                    found[scheme, place, name] = runs
    return found


def table(found: Mapping[tuple[str, str, str], list[Seen]]) -> list[str]:
    """A row for each target, a column for each secret: leaks of so many tries, and what became of them."""
    lines: list[str] = []
    for scheme in ("https", "http"):
        lines += [
            "",
            f"from {scheme}://shop.example to".ljust(30) + "".join(f"{name:>15}" for name in SECRETS),
        ]
        for place in TARGETS:
            cells = [found[scheme, place, name] for name in SECRETS]
            words = [f"{sum(len(s.leaks) for s in runs)}/{len(runs)} {_outcome(runs)}" for runs in cells]
            lines.append(f"{place:30}" + "".join(f"{word:>15}" for word in words))
    return lines


def _outcome(runs: Sequence[Seen]) -> str:
    followed = sum(seen.followed for seen in runs)
    return "followed" if followed == len(runs) else "partly" if followed else "refused"


def main(words: Sequence[str] | None = None) -> int:
    """Run and print; 1 where anything leaked."""
    parser = argparse.ArgumentParser(description="redirects, addresses and credentials")
    parser.add_argument("--short", action="store_true", help="two statuses instead of five")
    args = parser.parse_args(words)
    statuses = (302, 308) if args.short else STATUSES
    with tempfile.TemporaryDirectory(prefix="cxtui-leaks-") as folder:
        found = asyncio.run(matrix(statuses, Path(folder)))
    runs = [seen for cell in found.values() for seen in cell]
    leaks = Counter(leak for seen in runs for leak in seen.leaks)
    print("\n".join(table(found)))
    print(f"\nstatuses {', '.join(map(str, statuses))}: {len(runs)} combinations, {leaks.total()} leaks")
    print(f"the feed's own origin got its secret in {sum(seen.home for seen in runs)} of them")
    for leak, count in leaks.items():
        print(f"  {count} × {leak}")
    return 1 if leaks else 0


if __name__ == "__main__":
    sys.exit(main())
