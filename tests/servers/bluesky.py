"""A real network of the AT Protocol on 127.0.0.1: a PDS with its accounts and the AppView that indexes them.

It is the packages @atproto/dev-env of npm in the folder that ``CXTUI_BLUESKY_HOME`` names, on node, and
PostgreSQL for the AppView. `missing` says what is not there. Everything it keeps is of this run only.
"""

from __future__ import annotations

import json
import os
import pwd
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from select import select
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode

from tests.servers.gate import Gate, Gated
from tests.servers.process import PATIENCE, Starter, free_port, running, tail

HOME = "CXTUI_BLUESKY_HOME"
SCRIPT = Path(__file__).with_name("bluesky.mjs")
BRAND, CUSTOMER = "lampco.test", "mai.test"
PASSWORD = "a password of this run"
POST = "app.bsky.feed.post"


def missing() -> str | None:
    """What is not installed, as a sentence."""
    home = os.environ.get(HOME, "")
    if not home:
        return f"{HOME} does not name a folder with node_modules/@atproto/dev-env"
    if not (Path(home) / "node_modules/@atproto/dev-env").is_dir():
        return f"{home} has no node_modules/@atproto/dev-env: npm install @atproto/dev-env@0.3.215"
    if shutil.which("node") is None:
        return "node is not installed: apt-get install nodejs"
    if _postgres() is None:
        return "PostgreSQL is not installed: apt-get install postgresql"
    return None


def _postgres() -> Path | None:
    """Where Debian keeps the newest PostgreSQL's programs."""
    found = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    return max((path.parent for path in found), key=lambda path: int(path.parent.name), default=None)


class Postgres(Starter):
    """A database of this run. It refuses to run as root, and then runs as the user postgres."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self.port = free_port()

    @property
    def url(self) -> str:
        return f"postgresql://cxtui@127.0.0.1:{self.port}/postgres"

    def _start(self, ends: ExitStack) -> None:
        found = _postgres()
        assert found is not None
        folder = Path(
            ends.enter_context(TemporaryDirectory(prefix="cxtui-postgres-", ignore_cleanup_errors=True))
        )
        who: dict[str, Any] = {"cwd": "/"}
        if os.getuid() == 0:
            user = pwd.getpwnam("postgres")
            os.chown(folder, user.pw_uid, user.pw_gid)
            who |= {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        settings = ["-U", "cxtui", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
        with self._log.open("wb") as log:
            made = [found / "initdb", "-D", folder / "data", *settings]
            subprocess.run(made, check=True, stdout=log, stderr=log, **who)
        words = [
            found / "postgres", "-D", folder / "data", "-p", str(self.port), "-h", "127.0.0.1",
            "-k", folder, "-F", "-c", "full_page_writes=off", "-c", "synchronous_commit=off",
        ]  # fmt: skip
        ask = [found / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        ends.enter_context(running(words, self._log, lambda: not subprocess.call(ask), **who))


@dataclass
class Network(Starter):
    """The servers; starts as a context manager. ``limits``: requests are counted; ``view``: with AppView."""

    folder: Path
    view: bool = True
    limits: bool = False

    def __post_init__(self) -> None:
        self.port = free_port()
        self._log = self.folder / "network.log"
        self._tokens: dict[str, dict[str, Any]] = {}

    def act(self, name: str, **told: Any) -> dict[str, Any]:
        """Have the script beside this file do one of its acts."""
        assert self._script.stdin is not None
        self._script.stdin.write(json.dumps({"act": name, **told}).encode() + b"\n")
        self._script.stdin.flush()
        return self._line()

    def settle(self) -> None:
        """Wait until what was written is shown."""
        assert not self.act("settle")

    def account(self, handle: str) -> dict[str, Any]:
        """A new account, signed in."""
        said = {"handle": handle, "email": f"{handle}@example.test", "password": PASSWORD}
        self._tokens[handle] = self.call("POST", "com.atproto.server.createAccount", said=said)
        return self._tokens[handle]

    def did(self, handle: str) -> str:
        return str(self._tokens[handle]["did"])

    def write(
        self, handle: str, record: Mapping[str, Any], collection: str = POST, key: str | None = None
    ) -> dict[str, Any]:
        """Put a record into somebody's repository; gives its ``uri`` and ``cid``."""
        said = {
            "repo": self.did(handle), "collection": collection,
            "record": {"$type": collection, "createdAt": stamp(datetime.now(UTC)), **record},
        } | ({"rkey": key} if key else {})  # fmt: skip
        return self.call("POST", "com.atproto.repo.createRecord", handle, said=said)

    def write_many(self, handle: str, posts: Iterable[Mapping[str, Any]]) -> None:
        """Put up to 200 posts into somebody's repository at once, written a millisecond after one another."""
        begun = datetime.now(UTC) - timedelta(seconds=1)
        writes = [
            {
                "$type": "com.atproto.repo.applyWrites#create", "collection": POST,
                "value": {"$type": POST, "createdAt": stamp(begun + timedelta(milliseconds=n)), **post},
            }
            for n, post in enumerate(posts)
        ]  # fmt: skip
        said = {"repo": self.did(handle), "writes": writes}
        self.call("POST", "com.atproto.repo.applyWrites", handle, said=said)

    def delete(self, handle: str, uri: str) -> None:
        """Take a record out of somebody's repository."""
        collection, key = uri.split("/")[-2:]
        said = {"repo": self.did(handle), "collection": collection, "rkey": key}
        self.call("POST", "com.atproto.repo.deleteRecord", handle, said=said)

    def upload(self, handle: str, picture: bytes) -> dict[str, Any]:
        """A picture that a record of somebody's can then hold."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            token = f"Bearer {self._tokens[handle]['accessJwt']}"
            headers = {"Authorization": token, "Content-Type": "image/png"}
            connection.request("POST", "/xrpc/com.atproto.repo.uploadBlob", picture, headers)
            return json.loads(connection.getresponse().read())["blob"]
        finally:
            connection.close()

    def call(
        self, method: str, name: str, handle: str | None = None, said: object = None, **query: str | int
    ) -> dict[str, Any]:
        """An answer to somebody's request, which must be a good one."""
        token = str(self._tokens[handle]["accessJwt"]) if handle else None
        status, _, found = self.ask(method, name, token, said, **query)
        assert status == 200, (name, status, found)
        return found

    def ask(
        self, method: str, name: str, token: str | None = None, said: object = None, **query: str | int
    ) -> tuple[int, Mapping[str, str], dict[str, Any]]:
        """Any answer: status, headers, body."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            headers = {"Authorization": token if " " in token else f"Bearer {token}"} if token else {}
            body = None if said is None else json.dumps(said)
            if body is not None:
                headers["Content-Type"] = "application/json"
            connection.request(method, f"/xrpc/{name}?{urlencode(query)}", body, headers)
            answer = connection.getresponse()
            raw = answer.read()
            return answer.status, dict(answer.headers.items()), json.loads(raw) if raw else {}
        finally:
            connection.close()

    def _start(self, ends: ExitStack) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        env = {
            **os.environ, "PDS_PORT": str(self.port), "LOG_ENABLED": "false", "TMPDIR": str(self.folder),
            "LIMITS": str(int(self.limits)),
        }  # fmt: skip
        if self.view:
            env["DB_POSTGRES_URL"] = ends.enter_context(Postgres(self.folder / "postgres.log")).url
        script = running(
            ["node", SCRIPT], self._log, lambda: True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env
        )
        self._script = ends.enter_context(script)
        self._line()  # it says where it is when it is there

    def _line(self) -> dict[str, Any]:
        said = self._script.stdout
        assert said is not None
        line = said.readline() if select([said], [], [], PATIENCE)[0] else b""
        if not line:
            raise RuntimeError(f"the network does not answer:\n{tail(self._log)}")
        return json.loads(line)


@dataclass
class Bluesky(Gated):
    """A brand's account and a customer of it."""

    folder: Path
    limits: bool = False
    name: str = field(default="bluesky", init=False)

    def __post_init__(self) -> None:
        self.network = Network(self.folder, limits=self.limits)
        self.gate = Gate(self.network.port, b"POST /xrpc/com.atproto.repo.createRecord")
        self._password = ""

    def _start(self, ends: ExitStack) -> None:
        ends.enter_context(self.gate)
        ends.enter_context(self.network)
        for handle in (BRAND, CUSTOMER):
            self.network.account(handle)
        made = self.network.call(
            "POST", "com.atproto.server.createAppPassword", BRAND, said={"name": "cxtui"}
        )
        self._password = str(made["password"])
        self.network.settle()

    @property
    def feed(self) -> str:
        return (
            f'[[feeds]]\nname = "place"\nconnector = "bluesky"\nurl = "{self.url}"\n'
            f'user = "{BRAND}"\ntoken = {{ env = "PLACE_TOKEN" }}\nallow_private = true\n'
        )

    @property
    def env(self) -> Mapping[str, str]:
        return {"PLACE_TOKEN": self._password}

    def ask(self, text: str) -> str:
        said = f"@{BRAND} {text}"
        made = self.network.write(CUSTOMER, {"text": said, "facets": [self.mention()]})
        self.network.settle()
        return str(made["uri"])

    def answers(self, native: str) -> list[str]:
        self.network.settle()
        found = self.network.call(
            "GET", "app.bsky.feed.getPostThread", CUSTOMER, uri=native, depth=1, parentHeight=0
        )
        posts = [reply["post"] for reply in found["thread"]["replies"] if "post" in reply]
        posts.sort(key=lambda post: post["record"]["createdAt"])
        return [post["record"]["text"] for post in posts]

    def mention(self) -> dict[str, Any]:
        """What makes of the brand's handle at the beginning of a text a mention."""
        feature = {"$type": "app.bsky.richtext.facet#mention", "did": self.network.did(BRAND)}
        return {"index": {"byteStart": 0, "byteEnd": len(BRAND) + 1}, "features": [feature]}


def stamp(at: datetime) -> str:
    """A time as the network writes it."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
