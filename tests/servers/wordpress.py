"""A real WordPress on 127.0.0.1: Debian's, in a folder of its own with a database of its own.

It runs on PHP's own web server. Visitors comment as the form of the page lets them and read what
any reader sees. `missing` says what is not installed.
"""

from __future__ import annotations

import json
import os
import pwd
import shutil
import subprocess
from base64 import b64encode
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from email.message import Message
from html import unescape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

from tests.servers.gate import Gate, Gated
from tests.servers.process import PATIENCE, free_port, running
from tests.servers.wordpress_php import CONFIG, ROUTER, RULES, SEED, THEME

APPLICATION = Path("/usr/share/wordpress")
CONTENT = Path("/var/lib/wordpress/wp-content")
PROGRAMS = ("php", "mariadb", "mariadbd", "mariadb-install-db")
TOKEN = "PLACE_WORDPRESS_TOKEN"
USER = "desk"
ROLES = {"desk": "editor", "noi": "author", "kham": "subscriber"}
"""Who has an account with an application password, beside the owner; only an editor moderates."""
API = "/wp-json/wp/v2"


def missing() -> str | None:
    """What is not installed, as a sentence; None when all is there."""
    lacking = [name for name in PROGRAMS if _program(name) is None]
    if not (APPLICATION / "wp-load.php").exists():
        lacking.append(str(APPLICATION))
    if not lacking:
        return None
    return f"no {', '.join(lacking)}: apt-get install wordpress php-cli php-mysql mariadb-server"


def _program(name: str) -> str | None:
    """Where a program is; the path of an ordinary user need not lead to all."""
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/bin")


class _Stay(HTTPRedirectHandler):
    """Follows nothing: where the form leads is what a test asks for."""

    def redirect_request(
        self, req: object, fp: object, code: object, msg: object, headers: object, newurl: object
    ) -> None:
        pass


@dataclass
class WordPress(Gated):
    """One site with one post; starts as a context manager and stops when it is left."""

    folder: Path
    name: str = "wordpress"
    passwords: dict[str, str] = field(default_factory=dict[str, str])
    ids: dict[str, int] = field(default_factory=dict[str, int])
    post: int = 0

    def __post_init__(self) -> None:
        self.gate = Gate(free_port(), f"POST {API}/comments HTTP".encode())
        self._asked = 0

    @property
    def feed(self) -> str:
        return (
            f'[[feeds]]\nname = "place"\nconnector = "wordpress"\nurl = "{self.url}"\nuser = "{USER}"\n'
            f'token = {{ env = "{TOKEN}" }}\nallow_private = true\n'
        )

    @property
    def env(self) -> Mapping[str, str]:
        return {TOKEN: self.passwords[USER]}

    def _start(self, ends: ExitStack) -> None:
        ends.enter_context(self.gate)
        lacking = missing()
        if lacking:
            raise FileNotFoundError(lacking)
        # the path of a socket must be short, and a test's folder is not
        database = Path(ends.enter_context(TemporaryDirectory(prefix="wp-"))) / "db"
        self._install(database)
        self._run_database(ends, database)
        made = json.loads(self.run(SEED.replace("{roles}", json.dumps(ROLES))))
        self.passwords, self.ids, self.post = made["passwords"], made["ids"], made["post"]
        pages, router = self.folder / "site", self.folder / "router.php"
        words = ["php", "-S", f"127.0.0.1:{self.gate.behind}", "-t", pages, router]
        workers = {**os.environ, "PHP_CLI_SERVER_WORKERS": "4"}
        ends.enter_context(running(words, self.folder / "php.log", self._ready, env=workers))

    def ask(self, text: str, name: str | None = None, parent: int = 0) -> str:
        self._asked += 1
        said = {
            "comment_post_ID": self.post,
            "comment_parent": parent,
            "author": name or f"Mai {self._asked}",
            "email": f"mai{self._asked}@customer.example",
            "comment": text,
        }
        form = urlencode(said).encode()
        status, headers, body = self._send("POST", "/wp-comments-post.php", form, {})
        assert status == 302, (status, body[:500])
        return headers["Location"].rpartition("#comment-")[2]

    def answers(self, native: str) -> list[str]:
        """What any reader gets, over the interface and on the page."""
        query = urlencode({"parent": native, "order": "asc", "orderby": "id", "per_page": 100})
        said = [unescape(one["content"]["rendered"]) for one in self.read(f"comments?{query}")]
        page = unescape(self.page())
        assert all(text.strip() in page for text in said), page
        return said

    def read(self, path: str) -> Any:
        """What anybody may read below the interface."""
        status, _, body = self._send("GET", f"{API}/{path}", None, {})
        assert status == 200, (status, body[:500])
        return json.loads(body)

    def page(self) -> str:
        """The page of the post as anybody sees it."""
        status, _, body = self._send("GET", "/our-new-lamp/", None, {})
        assert status == 200, status
        return body.decode()

    def rest(self, method: str, path: str, said: object = None, user: str = USER) -> tuple[int, Any]:
        """A signed-in request below the interface: status and answer."""
        pair = b64encode(f"{user}:{self.passwords[user]}".encode()).decode()
        body = None if said is None else json.dumps(said).encode()
        headers = {"Authorization": f"Basic {pair}", "Content-Type": "application/json"}
        status, _, raw = self._send(method, f"{API}/{path}", body, headers)
        return status, json.loads(raw)

    def run(self, code: str) -> str:
        """What a piece of PHP prints that runs inside this WordPress."""
        site = self.folder / "site"
        begin = f"error_reporting(E_ERROR); $_SERVER['HTTP_HOST'] = '{self.url[7:]}';"
        installing = "" if self.passwords else "define('WP_INSTALLING', true);"
        whole = f"{begin} {installing} require '{site}/wp-load.php'; {code}"
        done = subprocess.run(
            ["php", "-r", whole], capture_output=True, text=True, timeout=PATIENCE, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def option(self, name: str, value: object) -> None:
        self.run(f"update_option('{name}', json_decode('{json.dumps(value)}'));")

    def plain(self, *, on: bool) -> None:
        """Without fine addresses the interface is at ``/index.php?rest_route=`` only."""
        flag = self.folder / "site" / "place.plain"
        if on:
            flag.touch()
        else:
            flag.unlink()
        self.option("permalink_structure", "" if on else "/%postname%/")

    def fill(self, count: int, status: int = 1) -> list[int]:
        """Many comments at once, all of the same second; their ids."""
        made = self.run(
            f"foreach (range(1, {count}) as $n) $ids[] = wp_insert_comment(["
            f"'comment_post_ID' => {self.post}, 'comment_author' => \"Noy $n\", "
            f"'comment_content' => \"Question $n?\", 'comment_approved' => {status}]); "
            "echo json_encode($ids);"
        )
        return json.loads(made)

    def _send(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> tuple[int, Message, bytes]:
        request = Request(f"{self.url}{path}", body, dict(headers), method=method)  # noqa: S310 - own server
        try:
            with build_opener(_Stay).open(request, timeout=PATIENCE) as answer:
                return answer.status, answer.headers, answer.read()
        except HTTPError as error:
            with error:
                return error.code, error.headers, error.read()

    def _install(self, database: Path) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        site = self.folder / "site"
        leave = shutil.ignore_patterns("wp-config.php", ".htaccess", "languages", "twentytwentyone")
        shutil.copytree(APPLICATION, site, ignore_dangling_symlinks=True, ignore=leave)
        shutil.copytree(CONTENT, site / "wp-content", dirs_exist_ok=True, ignore_dangling_symlinks=True)
        rules = site / "wp-content" / "mu-plugins"
        rules.mkdir(exist_ok=True)
        (rules / "place.php").write_text(RULES, encoding="utf-8")
        theme = site / "wp-content" / "themes" / "shop"
        theme.mkdir(parents=True)
        for name, code in THEME.items():
            (theme / name).write_text(code, encoding="utf-8")
        config = CONFIG.format(socket=database, url=self.url)
        (site / "wp-config.php").write_text(config, encoding="utf-8")
        (self.folder / "router.php").write_text(ROUTER, encoding="utf-8")

    def _run_database(self, ends: ExitStack, database: Path) -> None:
        """An empty one; ``database`` is its socket."""
        user, data = f"--user={pwd.getpwuid(os.getuid()).pw_name}", f"--datadir={self.folder / 'db'}"
        _do("mariadb-install-db", data, user, "--auth-root-authentication-method=normal", "--skip-test-db")
        words = [
            _program("mariadbd") or "mariadbd", "--no-defaults", data, user, f"--socket={database}",
            "--skip-networking", f"--pid-file={self.folder / 'db.pid'}",
            "--innodb-buffer-pool-size=32M", "--innodb-flush-log-at-trx-commit=2",
        ]  # fmt: skip
        ends.enter_context(running(words, self.folder / "mariadbd.log", database.exists))
        _do("mariadb", f"--socket={database}", "--user=root", "-e", "CREATE DATABASE shop")

    def _ready(self) -> bool:
        return self._send("GET", f"{API}/comments", None, {})[0] == 200


def _do(name: str, *words: str) -> None:
    """Run one of the database's programs to its end."""
    command = [_program(name) or name, "--no-defaults", *words]
    subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE)
