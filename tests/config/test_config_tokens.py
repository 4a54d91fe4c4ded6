"""Tokens come from where they are kept, late, and show up nowhere."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest

from cxtui.config import load
from cxtui.core.feed import Secret
from cxtui.errors import ConfigError, SecretError

HEAD = '[[feeds]]\nname = "blog"\nconnector = "feed"\nurl = "https://blog.example"\n'
ENV = {"HOME": "/home/nok", "USER": "nok", "TZ": "UTC", "PATH": "/usr/bin:/bin"}


def secret(tmp_path: Path, token: str, mode: int = 0o600, **env: str) -> Secret:
    file = tmp_path / "config.toml"
    file.write_text(f"{HEAD}token = {token}\n")
    file.chmod(mode)
    found = load(file, ENV | env).feeds[0].token
    assert found is not None
    return found


def python(code: str) -> str:
    return f'{{ cmd = ["{sys.executable}", "-c", """{code}"""] }}'


def test_a_variable_is_read_when_first_needed(tmp_path: Path) -> None:
    assert secret(tmp_path, '{ env = "BLOG" }', BLOG="t0k\n").reveal() == "t0k"
    unset = secret(tmp_path, '{ env = "BLOG" }')
    with pytest.raises(SecretError, match=r"'blog'.*BLOG is not set") as caught:
        unset.reveal()
    assert caught.value.exit_code == 4


def test_a_program_gives_it_without_a_shell(tmp_path: Path) -> None:
    assert secret(tmp_path, python("print('a b;$HOME')\nprint('note')")).reveal() == "a b;$HOME"
    assert secret(tmp_path, python("print('t\\\\0k')")).reveal() == "tk"


def test_a_program_is_asked_once_and_not_before(tmp_path: Path) -> None:
    mark = tmp_path / "asked"
    found = secret(tmp_path, python(f"print('t', file=open('{mark}', 'a')); print('t')"))
    assert not mark.exists()
    assert (found.reveal(), found.reveal()) == ("t", "t")
    assert mark.read_text() == "t\n"


@pytest.mark.parametrize(
    ("token", "words"),
    [
        (python("import sys; print('s3cret'); print('s3cret', file=sys.stderr); sys.exit(3)"), "exit code 3"),
        (python("pass"), "gave nothing"),
        (python("print('  ')"), "gave nothing"),
        (python("import sys; sys.stdout.buffer.write(bytes([255, 254]))"), "no UTF-8"),
        ('{ cmd = ["/nowhere/pass"] }', "cannot be run"),
        ('{ file = "/nowhere/token" }', "cannot be read"),
        ('{ file = "/" }', "cannot be read"),
    ],
)
def test_a_source_that_fails_says_so_and_nothing_of_what_it_said(
    tmp_path: Path, token: str, words: str
) -> None:
    found = secret(tmp_path, token)
    with pytest.raises(SecretError, match=words) as caught:
        found.reveal()
    assert "s3cret" not in str(caught.value)


def test_a_program_that_does_not_end_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cxtui.config.tokens.PATIENCE", 0.2)
    found = secret(tmp_path, python("import time; time.sleep(600)"))
    with pytest.raises(SecretError, match=r"longer than 0\.2 s"):
        found.reveal()


def test_a_file_gives_its_first_line(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("t0k\r\nuser: desk\n")
    assert secret(tmp_path, '{ file = "token" }').reveal() == "t0k"
    (tmp_path / "token").write_text("x" * 70_000)
    with pytest.raises(SecretError, match="64 KiB"):
        secret(tmp_path, '{ file = "token" }').reveal()


class _Ring(ModuleType):
    def __init__(self, kept: str | None) -> None:
        super().__init__("keyring")
        self.kept = kept

    def get_password(self, service: str, user: str) -> str | None:
        if service == "broken":
            raise _RingError
        assert (service, user) == ("https://blog.example", "desk")
        return self.kept


class _RingError(Exception):
    pass


def _install(monkeypatch: pytest.MonkeyPatch, kept: str | None) -> None:
    errors = ModuleType("keyring.errors")
    errors.__dict__["KeyringError"] = _RingError
    monkeypatch.setitem(sys.modules, "keyring", _Ring(kept))
    monkeypatch.setitem(sys.modules, "keyring.errors", errors)


def test_a_keyring_gives_it_and_each_failure_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = '{ keyring = "https://blog.example/desk" }'
    _install(monkeypatch, "t0k")
    assert secret(tmp_path, token).reveal() == "t0k"
    with pytest.raises(SecretError, match="cannot be read"):
        secret(tmp_path, '{ keyring = "broken/desk" }').reveal()
    _install(monkeypatch, None)
    with pytest.raises(SecretError, match="keyring set"):
        secret(tmp_path, token).reveal()


def test_without_the_keyring_package_the_way_to_get_it_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(SecretError, match="pip install keyring"):
        secret(tmp_path, '{ keyring = "blog/desk" }').reveal()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o620, 0o666])
def test_a_token_in_a_file_open_to_others_is_refused_without_being_shown(tmp_path: Path, mode: int) -> None:
    with pytest.raises(ConfigError, match=r"config\.toml:5 feeds\.token: .*chmod 600") as caught:
        secret(tmp_path, '"s3cret"', mode)
    assert "s3cret" not in str(caught.value)


def test_a_token_in_a_file_of_ones_own_is_taken_and_never_shown(tmp_path: Path) -> None:
    found = secret(tmp_path, '"s3cret"')
    assert found.reveal() == "s3cret"
    assert "s3cret" not in f"{found} {found!r}"


@pytest.mark.parametrize(
    "token",
    ["3", '["s3cret"]', "{}", '{ env = "A", file = "s3cret" }', '{ envy = "s3cret" }', "{ env = 3 }",
     '{ cmd = "pass s3cret" }', "{ cmd = [] }", '{ cmd = ["pass", 3] }', '{ keyring = "s3cret" }',
     '{ keyring = "/s3cret" }', '{ file = "" }', "{ file = 's3cret\\u0000' }".replace("'", '"')],
)  # fmt: skip
def test_a_token_of_another_shape_is_refused_without_being_shown(tmp_path: Path, token: str) -> None:
    with pytest.raises(ConfigError, match=r"config\.toml:5 feeds\.token") as caught:
        secret(tmp_path, token)
    assert "s3cret" not in str(caught.value)
