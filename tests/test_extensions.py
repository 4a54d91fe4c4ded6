"""A connector that another package brings is found as soon as that package is installed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib import invalidate_caches
from pathlib import Path

import pytest

from cxtui import extensions
from cxtui.config import load
from cxtui.connectors import can, connect
from cxtui.core.feed import Feed
from cxtui.errors import ConfigError
from cxtui.http import Client

HERE = Path(__file__).parent
PACKAGE = HERE / "packages" / "lines_cx"
GROUP = "cxtui.connectors"
USES = "from cxtui.core.feed import Network\nNETWORK = Network({module!r})\n"


def install(package: Path, site: Path) -> None:
    """Lay a package of single modules down as an installer does: its modules, and what it says of itself."""
    told = tomllib.loads((package / "pyproject.toml").read_text(encoding="utf-8"))
    project = told["project"]
    for module in told["tool"]["setuptools"]["py-modules"]:
        shutil.copy(package / f"{module}.py", site)
    info = site / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    info.mkdir()
    head = f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    (info / "METADATA").write_text(head, encoding="utf-8")
    points = (f"{name} = {value}\n" for name, value in project["entry-points"][GROUP].items())
    (info / "entry_points.txt").write_text(f"[{GROUP}]\n{''.join(points)}", encoding="utf-8")


def offer(site: Path, name: str, value: str, code: str, package: str) -> None:
    """Install a module of one connector."""
    (site / f"{value.partition(':')[0]}.py").write_text(code, encoding="utf-8")
    info = site / f"{package.replace('-', '_')}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n", encoding="utf-8"
    )
    (info / "entry_points.txt").write_text(f"[{GROUP}]\n{name} = {value}\n", encoding="utf-8")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of installed packages on the path of this process."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.setattr(sys, "path", [str(folder), *sys.path])
    invalidate_caches()
    before = set(sys.modules)
    extensions._offered.cache_clear()  # pyright: ignore[reportPrivateUsage]
    yield folder
    extensions._offered.cache_clear()  # pyright: ignore[reportPrivateUsage]
    for name in set(sys.modules) - before:
        if (getattr(sys.modules[name], "__file__", None) or "").startswith(str(folder)):
            del sys.modules[name]


def configured(folder: Path, connector: str, more: str = "") -> Path:
    file = folder / "config.toml"
    file.write_text(f'[[feeds]]\nname = "lines"\nconnector = "{connector}"\n{more}', encoding="utf-8")
    return file


def problems(file: Path) -> str:
    with pytest.raises(ConfigError) as error:
        load(file, {"HOME": str(file.parent)})
    return str(error.value)


def test_a_configuration_may_name_it(site: Path, tmp_path: Path) -> None:
    install(PACKAGE, site)
    [feed] = load(configured(tmp_path, "lines", 'file = "said.txt"'), {"HOME": str(tmp_path)}).feeds
    assert (feed.connector, feed.options["file"]) == ("lines", str(tmp_path / "said.txt"))
    assert "lines" in extensions.known()


def test_its_keys_are_its_own(site: Path, tmp_path: Path) -> None:
    install(PACKAGE, site)
    said = problems(configured(tmp_path, "lines", 'fil = "said.txt"'))
    assert 'file: is missing, lines needs it, for instance file = "~/comments.txt"' in said
    assert "fil: unknown key, did you mean 'file'?" in said


def test_what_it_can_do_is_found_like_that_of_cxtuis_own(site: Path) -> None:
    install(PACKAGE, site)
    assert can("lines").title == "lines of a text file"
    assert can("feed").network == "feed"


def test_a_name_nearly_right_is_met_with_the_nearest(site: Path, tmp_path: Path) -> None:
    install(PACKAGE, site)
    assert "unknown connector 'line', did you mean 'lines'?" in problems(configured(tmp_path, "line"))


def test_without_the_package_the_name_is_unknown(site: Path, tmp_path: Path) -> None:
    del site
    assert "unknown connector 'lines'" in problems(configured(tmp_path, "lines"))
    with pytest.raises(ConfigError, match="there is no connector 'lines'; known: feed, "):
        extensions.network("lines")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import no_such_module", "ModuleNotFoundError: No module named 'no_such_module'"),
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("oops(", "SyntaxError: "),
        ("raise SystemExit(3)", "SystemExit: 3"),
        ("", "AttributeError: "),
    ],
)
def test_a_broken_package_is_told_with_its_name(site: Path, tmp_path: Path, code: str, said: str) -> None:
    offer(site, "bad", "bad_cx:NETWORK", code, "bad-cx")
    words = problems(configured(tmp_path, "bad"))
    assert f"connector: the connector 'bad' of bad-cx cannot be used: {said}" in words


@pytest.mark.parametrize(
    ("module", "said"),
    [
        ("no_such_module", "cannot be used: ModuleNotFoundError"),
        ("json", "has no function connect"),
        ("exits_cx", "cannot be used: SystemExit: 9"),
    ],
)
def test_a_package_whose_connector_is_none_is_told_when_it_is_used(
    site: Path, module: str, said: str
) -> None:
    (site / "exits_cx.py").write_text("raise SystemExit(9)", encoding="utf-8")
    offer(site, "bad", "bad_cx:NETWORK", USES.format(module=module), "bad-cx")
    feed = Feed("shop", "bad", "https://shop.example/")
    with pytest.raises(ConfigError, match=f"the connector 'bad' .*{said}"):
        connect(feed, Client(feed, agent="cxtui/1"))
    with pytest.raises(ConfigError, match="the connector 'bad' "):
        can("bad")


def test_a_package_that_offers_something_else_is_told(site: Path, tmp_path: Path) -> None:
    offer(site, "odd", "odd_cx:NETWORK", "NETWORK = 'lines'", "odd-cx")
    assert "the connector 'odd' of odd-cx is no cxtui.core.feed.Network" in problems(
        configured(tmp_path, "odd")
    )


def test_a_module_alone_has_the_usual_needs(site: Path) -> None:
    offer(site, "plain", "plain_cx", "", "plain-cx")
    assert extensions.network("plain").needs == ("url",)


def test_no_package_takes_the_place_of_cxtuis_own(site: Path) -> None:
    offer(site, "feed", "false_cx:NETWORK", "raise SystemExit", "false-cx")
    assert extensions.network("feed").module == "cxtui.connectors.feed"
    assert extensions.known().count("feed") == 1


def test_its_words_reach_the_queue_of_the_installed_program(tmp_path: Path) -> None:
    """In a process of its own, as somebody who installed both would run it."""
    site = tmp_path / "site"
    site.mkdir()
    install(PACKAGE, site)
    (tmp_path / "said.txt").write_text("mai: When does my lamp come?\nnoy: Broken!\n", encoding="utf-8")
    file = configured(tmp_path, "lines", 'file = "said.txt"')
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(site), str(HERE.parent)])}

    def run(*words: str, code: int = 0) -> list[dict[str, object]]:
        usual = ["--config", str(file), "--data", str(tmp_path / "data"), "--json"]
        command = [sys.executable, "-m", "cxtui", *words, *usual]
        done = subprocess.run(command, capture_output=True, text=True, env=env, timeout=60, check=False)
        assert (done.returncode, done.stderr) == (code, "")
        return [json.loads(line) for line in done.stdout.splitlines()]

    assert run("poll", "--once")[0]["new"] == 2
    assert {(row["network"], row["text"]) for row in run("list")} == {
        ("lines", "When does my lamp come?"), ("lines", "Broken!"),
    }  # fmt: skip
    (tmp_path / "said.txt").unlink()
    [failed] = run("poll", "--once", code=5)
    assert failed["error"] == "said.txt cannot be read: No such file or directory"
