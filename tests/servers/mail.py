"""A real Dovecot on 127.0.0.1, a submission server before the same mailboxes, and a customer's own mailbox.

Dovecot 2.3 is Debian's (``dovecot-imapd``), the submission server is aiosmtpd. Both have a
certificate of an authority made for the test; nobody can sign in before TLS.
"""

from __future__ import annotations

import imaplib
import os
import pwd
import re
import shutil
import ssl
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage, Message
from email.parser import BytesParser
from email.policy import SMTP as WIRE
from email.policy import default
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast
from uuid import uuid4

from cxtui.core.feed import Feed, Secret
from tests.servers.place import When
from tests.servers.process import Starter, free_port, running
from tests.servers.submission import BEARER, DESK, MAI, PEOPLE, Submission

_SETTINGS = """
protocols = imap
base_dir = {run}
state_dir = {run}
log_path = /dev/stderr
listen = 127.0.0.1
ssl = required
ssl_cert = <{folder}/server.pem
ssl_key = <{folder}/server.key
disable_plaintext_auth = yes
first_valid_uid = 1
mail_location = maildir:~/Maildir
auth_mechanisms = plain login xoauth2
auth_failure_delay = 0
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
passdb {{
  driver = passwd-file
  mechanisms = plain login
  args = {run}/users
}}
passdb {{
  driver = passwd-file
  mechanisms = xoauth2
  args = {run}/bearers
}}
userdb {{
  driver = passwd-file
  args = {run}/users
}}
protocol imap {{
  mail_max_userip_connections = 50
}}
namespace inbox {{
  inbox = yes
  mailbox Sent {{
    special_use = \\Sent
    auto = create
  }}
  mailbox Archive {{
    special_use = \\Archive
    auto = create
  }}
  mailbox "Büro & Support" {{
    auto = create
  }}
}}
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
{ordinary}
"""
_ORDINARY = """
default_internal_user = {name}
default_internal_group = {group}
default_login_user = {name}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
}}
"""


def program() -> str | None:
    """Where Dovecot is."""
    return shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin")


def missing() -> str | None:
    """What a mail server of ours needs and this machine has not."""
    found = program()
    if found is None:
        return "Dovecot is not installed (Debian: dovecot-imapd)"
    told = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout
    if not told.startswith("2.3."):
        return f"Dovecot 2.3 is needed, here is {told.strip() or 'one that does not say its version'}"
    if shutil.which("openssl") is None:
        return "openssl is not installed"
    return None if find_spec("aiosmtpd") else "aiosmtpd is not installed"


def authority(folder: Path) -> None:
    """``ca.pem``, and ``server.pem`` with ``server.key`` for localhost, all made anew."""

    def openssl(*words: str) -> None:
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)

    fresh = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    names = "subjectAltName=DNS:localhost,IP:127.0.0.1\nauthorityKeyIdentifier=keyid\n"
    (folder / "names").write_text(f"{names}keyUsage=digitalSignature\n", encoding="ascii")
    signs = ("-addext", "keyUsage=critical,keyCertSign,cRLSign")
    openssl("req", "-x509", *fresh, *signs, "-days", "3650", "-subj", "/CN=authority of a test",
            "-keyout", "ca.key", "-out", "ca.pem")  # fmt: skip
    openssl("req", *fresh, "-subj", "/CN=localhost", "-keyout", "server.key", "-out", "server.csr")
    openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
            "-days", "3650", "-extfile", "names", "-out", "server.pem")  # fmt: skip


def server_side(folder: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem", folder / "server.key")
    return context


@dataclass
class Mail(Starter):
    """Both servers with a mailbox for the desk and for two customers; starts as a context manager."""

    folder: Path
    name: str = "mail"
    smtps: bool = False
    starttls: bool = False

    def __post_init__(self) -> None:
        self.imap, self.imaps = free_port(), free_port()
        self._run = Path()
        self._me = pwd.getpwnam("mail") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
        self._number = 0

    def _start(self, ends: ExitStack) -> None:
        found = program()
        if found is None:
            raise FileNotFoundError("dovecot")
        self.folder.mkdir(parents=True, exist_ok=True)
        # short, since paths of sockets must be, and open to the user whose mail it is
        run = TemporaryDirectory(prefix="cxtui-mail-", ignore_cleanup_errors=True)
        self._run = Path(ends.enter_context(run))
        self._run.chmod(0o755)
        authority(self.folder)
        self._settle()
        smtp = Submission(server_side(self.folder), self.drop, implicit=self.smtps)
        self.smtp = ends.enter_context(smtp)
        words = [found, "-F", "-c", self.folder / "dovecot.conf"]
        ends.enter_context(running(words, self.folder / "dovecot.log", self._ready))

    # What a place offers

    @property
    def feed(self) -> str:
        smtp = f"{'smtps' if self.smtps else 'smtp'}://localhost:{self.smtp.port}"
        return f"""[[feeds]]
name = "place"
connector = "mail"
url = "{self.url}"
smtp = "{smtp}"
user = "{DESK}"
from = "LampCo Support <{DESK}>"
token = {{ env = "PLACE_TOKEN" }}
ca_file = "{self.folder / "ca.pem"}"
allow_private = true
"""

    @property
    def env(self) -> Mapping[str, str]:
        return {"PLACE_TOKEN": PEOPLE[DESK]}

    @property
    def url(self) -> str:
        return f"imap://localhost:{self.imap}" if self.starttls else f"imaps://localhost:{self.imaps}"

    def ask(self, text: str) -> str:
        mail = self.letter(text)
        self.drop(DESK, mail.as_bytes(policy=WIRE))
        return str(mail["Message-ID"])[1:-1]

    def answers(self, native: str) -> list[str]:
        read = self.found(MAI, "In-Reply-To", native)
        return [text_of(raw).replace("\r\n", "\n").strip() for raw in read]

    def arm(self, when: When, strike: Callable[[], None]) -> None:
        self.smtp.armed = (when, strike)

    # What else tests ask for

    def configured(self, token: Callable[[], str] = lambda: PEOPLE[DESK], **options: Any) -> Feed:
        """The feed as a configuration gives it to the connector; ``options`` are more of its own keys."""
        smtp = f"{'smtps' if self.smtps else 'smtp'}://localhost:{self.smtp.port}"
        given = {"smtp": smtp, "from": f"LampCo Support <{DESK}>", **options}
        return Feed(
            "place",
            "mail",
            self.url,
            allow_private=True,
            user=DESK,
            token=Secret(token),
            ca_file=str(self.folder / "ca.pem"),
            options={name: value for name, value in given.items() if value is not None},
        )

    def letter(
        self, text: str, *, who: str = f"Mai Phommachanh <{MAI}>", subject: str = "My lamp", **headers: str
    ) -> EmailMessage:
        """A mail to the desk; ``headers`` are more of them, with ``_`` for ``-``."""
        self._number += 1
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = who, f"LampCo <{DESK}>", subject
        mail["Date"] = datetime.now(UTC)
        mail["Message-ID"] = f"<{self._number}.{uuid4().hex[:12]}@customer.example>"
        for name, value in headers.items():
            del mail[name.replace("_", "-")]
            mail[name.replace("_", "-")] = value
        mail.set_content(text)
        return mail

    def empty(self) -> None:
        """Take all mails out of all folders, and let the submission server forget."""
        for who in PEOPLE:
            with self.signed_in(who) as box:
                _, listed = box.list()
                for line in listed:
                    name = cast("bytes", line).decode("ascii").partition(' "." ')[2].strip('"')
                    _, there = box.select(f'"{name}"')
                    if there != [b"0"]:
                        box.store("1:*", "+FLAGS", "\\Deleted")
                        box.expunge()
        for kept in (self.smtp.sent, self.smtp.kept, self.smtp.signed_in):
            kept.clear()
        self.smtp.late.clear()
        self.smtp.answers.clear()
        self.smtp.armed = None
        self.smtp.renames = False

    def drop(
        self,
        who: str,
        raw: bytes,
        folder: str = "",
        flags: str = "",
        at: datetime | None = None,
    ) -> None:
        """Put a mail into somebody's mailbox, as a delivery agent does. ``flags`` are Maildir's letters."""
        box = self._run / "mail" / who / "Maildir" / (f".{folder}" if folder else "")
        self._number += 1
        name = f"{time.time():.6f}.{self._number}_{uuid4().hex[:8]}.test"
        before = box / "tmp" / name
        before.write_bytes(raw)
        if at is not None:
            os.utime(before, (at.timestamp(), at.timestamp()))
        self._give(before)
        before.rename(box / "cur" / f"{name}:2,{flags}" if flags else box / "new" / name)

    def signed_in(self, who: str) -> imaplib.IMAP4_SSL:
        """Somebody's own connection to Dovecot, with a password of their own."""
        trust = ssl.create_default_context(cafile=str(self.folder / "ca.pem"))
        box = imaplib.IMAP4_SSL("localhost", self.imaps, ssl_context=trust, timeout=10)
        box.authenticate("PLAIN", lambda _: f"\0{who}\0{PEOPLE[who]}".encode())
        return box

    def found(self, who: str, header: str, value: str, folder: str = "INBOX") -> list[bytes]:
        """Somebody's mails with a value in a header, as they were delivered, the oldest first."""
        with self.signed_in(who) as box:
            box.select(folder, readonly=True)
            _, told = box.uid("SEARCH", "HEADER", header, f'"{value}"')
            return [self._fetched(box, uid) for uid in told[0].split()]

    def flags(self, who: str, value: str, folder: str = "INBOX") -> list[str]:
        """The flags of somebody's mails with a Message-ID."""
        with self.signed_in(who) as box:
            box.select(folder, readonly=True)
            _, told = box.uid("SEARCH", "HEADER", "Message-ID", f'"{value}"')
            found: list[str] = []
            for uid in told[0].split():
                _, said = box.uid("FETCH", uid.decode(), "(FLAGS)")
                found.append(" ".join(re.findall(r"\\\w+", str(said[0]))))
            return found

    def _fetched(self, box: imaplib.IMAP4_SSL, uid: bytes) -> bytes:
        _, said = box.uid("FETCH", uid.decode(), "(BODY.PEEK[])")
        return cast("bytes", said[0][1])

    def _settle(self) -> None:
        name, uid, gid = self._me.pw_name, self._me.pw_uid, self._me.pw_gid
        homes = self._run / "mail"
        for path in (homes, *self._boxes(homes)):
            path.mkdir(parents=True, exist_ok=True)
        for path in (homes, *homes.rglob("*")):
            self._give(path)
        # run by root the servers become another user, who must get at nothing of the test's but this
        for file, secrets in (("users", PEOPLE), ("bearers", {DESK: BEARER})):
            lines = [f"{who}:{{PLAIN}}{word}:{uid}:{gid}::{homes}/{who}::\n" for who, word in secrets.items()]
            (self._run / file).write_text("".join(lines), encoding="utf-8")
            (self._run / file).chmod(0o644)
        group = subprocess.run(["id", "-gn", name], capture_output=True, text=True, check=True).stdout.strip()
        ordinary = "" if os.getuid() == 0 else _ORDINARY.format(name=name, group=group)
        settings = _SETTINGS.format(
            folder=self.folder, run=self._run, imap=self.imap, imaps=self.imaps, ordinary=ordinary
        )
        (self.folder / "dovecot.conf").write_text(settings, encoding="utf-8")

    @staticmethod
    def _boxes(homes: Path) -> Iterable[Path]:
        for who in PEOPLE:
            for folder in ("", ".Sent"):
                for part in ("cur", "new", "tmp"):
                    yield homes / who / "Maildir" / folder / part

    def _give(self, path: Path) -> None:
        if os.getuid() == 0:
            os.chown(path, self._me.pw_uid, self._me.pw_gid)

    def _ready(self) -> bool:
        with suppress(imaplib.IMAP4.error):
            self.signed_in(DESK).logout()
            return True
        return False


def text_of(raw: bytes) -> str:
    """The text of a mail as a mail program shows it."""
    body = BytesParser(policy=default).parsebytes(raw).get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def headers_of(raw: bytes) -> Message:
    return BytesParser(policy=default).parsebytes(raw, headersonly=True)
