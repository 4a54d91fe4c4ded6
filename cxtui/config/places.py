"""Where the configuration, the store and the program's own notes lie. Never the working directory."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from cxtui.errors import ConfigError

Env = Mapping[str, str]


def home(env: Env) -> Path:
    """The operator's home folder."""
    found = env.get("HOME", "")
    return Path(found) if found.startswith("/") else Path.home()


def base(env: Env, name: str, default: str) -> Path:
    """An XDG base folder; a relative one counts as not set (XDG Base Directory Specification)."""
    found = env.get(name, "")
    return Path(found) if found.startswith("/") else home(env) / default


def usual(env: Env) -> tuple[Path, ...]:
    """Where a configuration is looked for when none is named, first match first."""
    places = (base(env, "XDG_CONFIG_HOME", ".config"), home(env) / ".config")
    return tuple(dict.fromkeys(place / "cxtui" / "config.toml" for place in places))


def find(named: Path | None, env: Env) -> Path:
    """The configuration file. Raises: ConfigError that says where it was looked for and how to make one."""
    if named is None and env.get("CXTUI_CONFIG"):
        named = Path(env["CXTUI_CONFIG"])
    if named is not None:
        if not named.exists():
            raise ConfigError([f"{named}: there is no such configuration file"])
        return named
    places = usual(env)
    found = next((place for place in places if place.exists()), None)
    if found is None:
        looked = " and ".join(str(place) for place in places)
        raise ConfigError([
            f"no configuration: looked for {looked}",
            "make one: cxtui init https://your.site, or cxtui init for an example to fill in",
            "or see the program without one: cxtui demo",
        ])  # fmt: skip
    return found


def data_folder(env: Env) -> Path:
    """Where the store lies unless the configuration says otherwise."""
    return base(env, "XDG_DATA_HOME", ".local/share") / "cxtui"


def state_folder(env: Env, data: Path | None = None) -> Path:
    """Where crash reports go: under ``data`` where that is named."""
    if data is not None:
        return data / "state"
    return base(env, "XDG_STATE_HOME", ".local/state") / "cxtui"
