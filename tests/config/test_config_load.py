"""config.toml: what is right becomes values, all that is wrong is said at once."""

from __future__ import annotations

import os
import re
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtui.config import Config, bare, load
from cxtui.core.feed import Feed
from cxtui.errors import ConfigError

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"
ENV = {"HOME": "/home/nok", "USER": "nok", "TZ": "UTC"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def read(file: Path, text: str, **env: str) -> Config:
    file.write_text(text)
    file.chmod(0o600)
    return load(file, ENV | env)


def problems(file: Path, text: str, **env: str) -> list[str]:
    """What is wrong, without the folder of the file."""
    with pytest.raises(ConfigError) as caught:
        read(file, text, **env)
    assert caught.value.exit_code == 3
    return [problem.removeprefix(f"{file.parent}/") for problem in caught.value.problems]


FULL = """
operator = "mai"
timezone = "Asia/Vientiane"
[[feeds]]
name = "comments"
connector = "feed"
url = "https://shop.example/comments/feed"
every = "60s"
kind = "review"
own = ["https://shop.example/author/desk", "LampCo Support"]
backfill_after = "400d"
competitor = "OtherLamps"
[[feeds]]
name = "page"
connector = "isso"
url = "http://127.0.0.1:8080"
allow_private = true
user = "LampCo Support"
email = "desk@shop.example"
[store]
kind = "tinydb"
path = "~/store"
[outbox]
hold = "0s"
[retention]
text = "400d"
[keys]
"queue.reply" = "e"
"""


def test_a_whole_configuration_becomes_values(file: Path) -> None:
    config = read(file, FULL)
    assert config.path == file
    assert config.operator == "mai"
    assert config.timezone == ZoneInfo("Asia/Vientiane")
    assert config.hold == timedelta()
    assert config.texts_kept == timedelta(days=400)
    assert config.keys == {"queue.reply": "e"}
    assert config.feeds == (
        Feed(
            name="comments",
            connector="feed",
            url="https://shop.example/comments/feed",
            every=timedelta(seconds=60),
            kind="review",
            own=("https://shop.example/author/desk", "LampCo Support"),
            backfill_after=timedelta(days=400),
            competitor="OtherLamps",
        ),
        Feed(
            name="page",
            connector="isso",
            url="http://127.0.0.1:8080",
            allow_private=True,
            user="LampCo Support",
            email="desk@shop.example",
        ),
    )


def test_an_empty_file_gives_the_defaults(file: Path) -> None:
    config = read(file, "")
    assert config.operator == "nok"
    assert config.timezone == ZoneInfo("UTC")
    assert config.feeds == ()
    assert config.store.path == Path("/home/nok/.local/share/cxtui")
    assert config.state == Path("/home/nok/.local/state/cxtui")
    assert config.hold == timedelta(seconds=10)
    assert config.texts_kept is None


def test_the_environment_wins_over_the_file_and_a_flag_over_both(file: Path, tmp_path: Path) -> None:
    config = read(
        file, FULL, CXTUI_OPERATOR="joy", CXTUI_TIMEZONE="UTC", CXTUI_HOLD="5s", CXTUI_DATA="/srv/a"
    )
    assert (config.operator, str(config.timezone), config.hold) == ("joy", "UTC", timedelta(seconds=5))
    assert config.store.path == Path("/srv/a")
    flagged = load(file, ENV | {"CXTUI_DATA": "/srv/a"}, data=tmp_path / "b")
    assert flagged.store.path == tmp_path / "b"
    assert flagged.state == tmp_path / "b" / "state"


def test_paths_start_from_the_home_or_the_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/nok")
    assert read(file, '[store]\npath = "~/s"').store.path == Path("/home/nok/s")
    assert read(file, '[store]\npath = "s"').store.path == file.parent / "s"
    config = read(file, "", XDG_DATA_HOME="/data", XDG_STATE_HOME="relative/is/not/set")
    assert config.store.path == Path("/data/cxtui")
    assert config.state == Path("/home/nok/.local/state/cxtui")


ALL_WRONG = """\
operater = "nok"
timezone = "Asia/Vientian"
[[feeds]]
name = "a"
connector = "fed"
url = "https://a.example"
evry = "5m"
[[feeds]]
name = "a"
connector = "isso"
url = "http://a.example"
every = 60
kind = "coment"
own = "desk"
allow_private = "yes"
[[feeds]]
connector = "feed"
token = { evn = "X" }
[store]
kind = "postgres"
[outbox]
hold = "2m"
[keys]
"queue.reply" = 3
"""


def test_everything_wrong_is_said_at_once_with_line_key_and_the_nearest(file: Path) -> None:
    found = problems(file, ALL_WRONG)
    said = {re.match(r"config\.toml:(\d+) ([\w.]+): ", problem): problem for problem in found}
    assert None not in said, found
    where = [(int(match[1]), match[2]) for match in said if match]
    assert where == [
        (1, "operater"), (2, "timezone"), (5, "feeds.connector"), (7, "feeds.evry"), (8, "feeds.user"),
        (8, "feeds.email"), (9, "feeds.name"), (11, "feeds.url"), (12, "feeds.every"), (13, "feeds.kind"),
        (14, "feeds.own"), (15, "feeds.allow_private"), (16, "feeds.name"), (16, "feeds.url"),
        (18, "feeds.token"), (20, "store.kind"), (22, "outbox.hold"), (24, "keys.queue.reply"),
    ]  # fmt: skip
    by_key = {match[2]: problem for match, problem in said.items() if match and match[1] != "16"}
    for key, words in {
        "operater": "did you mean 'operator'?",
        "timezone": "did you mean 'Asia/Vientiane'?",
        "feeds.connector": "did you mean 'feed'?",
        "feeds.evry": "did you mean 'every'?",
        "feeds.user": "isso needs it",
        "feeds.name": "line 4",
        "feeds.url": "https://",
        "feeds.every": 'such as "60s" (s, m, h or d), is a whole number',
        "feeds.kind": "did you mean 'comment'?",
        "feeds.own": "a list of texts",
        "feeds.allow_private": "must be true or false",
        "feeds.token": "did you mean 'env'?",
        "store.kind": "tinydb",
        "outbox.hold": "from 0s to 1m, is 2m",
        "keys.queue.reply": "must be a text",
    }.items():
        assert words in by_key[key], by_key[key]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("feeds = 3", "[[feeds]]"),
        ('feeds = ["a"]', "[[feeds]]"),
        ("feeds = []", None),
        ("store = 1", "[store]"),
        ("operator = 1", "must be a text"),
        ('operator = ""', "not empty"),
        ('operator = "a\\u001b[2J"', "plain text"),
        ("timezone = 3", "must be a text"),
        ('timezone = "vientiane"', "did you mean 'Asia/Vientiane'?"),
        ('timezone = "Mars/Olympus"', "unknown time zone"),
        ('timezone = "../../etc/passwd"', "unknown time zone"),
        ('brands = ["lampco"]', "unknown key, did you mean 'brand'?"),
        ("[[polici]]\nname = 'x'", "unknown key"),
    ],
)
def test_a_wrong_value_at_the_top_is_named(file: Path, line: str, words: str | None) -> None:
    if words is None:
        assert read(file, line).feeds == ()
    else:
        assert words in " ".join(problems(file, line))


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('url = "shop.example/feed"', "must be an address"),
        ('url = "ftp://shop.example/feed"', "must be an address"),
        ('url = "http://shop.example/"', "allow_private"),
        ('url = "https://[::1/"', "no address"),
        ('url = "https://a.example:99999/"', "no address"),
        ('url = "https://a.example"\nevery = "5 minutes"', "length of time"),
        ('url = "https://a.example"\nevery = "0s"', "from 1s"),
        ('url = "https://a.example"\nca_file = "none.pem"', "there is no file"),
    ],
)
def test_a_wrong_value_of_a_feed_is_named(file: Path, line: str, words: str) -> None:
    found = problems(file, f'[[feeds]]\nname = "a"\nconnector = "feed"\n{line}\n')
    assert len(found) == 1
    assert words in found[0]
    assert "secret" not in found[0]


def test_a_sign_in_in_an_address_needs_a_file_of_ones_own(file: Path) -> None:
    text = '[[feeds]]\nname = "a"\nconnector = "feed"\nurl = "https://nok:s3cret@shop.example/"'
    assert read(file, text).feeds[0].url == "https://nok:s3cret@shop.example/"
    file.chmod(0o644)
    with pytest.raises(ConfigError, match=r"config\.toml:4 feeds\.url: .*chmod 600") as caught:
        load(file, ENV)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("name", ["a:b", " a", "-a", "a\u202eb", "x" * 65])
def test_a_name_that_would_spoil_ids_is_refused(file: Path, name: str) -> None:
    [problem] = problems(file, f'[[feeds]]\nname = "{name}"\nconnector = "feed"\nurl = "https://a.example"')
    assert "part of every id" in problem


def test_broken_toml_is_said_with_line_and_column(file: Path) -> None:
    [problem] = problems(file, 'operator = "nok"\nfeeds = = 3\n')
    assert problem.startswith("config.toml:2:9 is not valid TOML: ")
    [problem] = problems(file, 'operator = "nok"\nfeeds = [')
    assert problem.startswith("config.toml:2:")
    [problem] = problems(file, 'operator = "a"\noperator = "b"\n')
    assert problem.startswith("config.toml:2:")


def test_a_file_that_cannot_be_read_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path, ENV)
    file = tmp_path / "latin.toml"
    file.write_bytes(b'# one\noperator = "caf\xe9"\n')
    with pytest.raises(ConfigError, match=r"latin\.toml:2 is no UTF-8"):
        load(file, ENV)
    with pytest.raises(ConfigError, match="no such configuration file"):
        load(tmp_path / "none.toml", ENV)


def test_a_byte_order_mark_is_no_problem(file: Path) -> None:
    assert read(file, '\ufeffoperator = "mai"\r\ntimezone = "UTC"\r\n').operator == "mai"


def test_without_a_configuration_the_places_and_the_way_to_make_one_are_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load(None, {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "xdg")})
    said = str(caught.value)
    assert str(tmp_path / "xdg/cxtui/config.toml") in said
    assert str(tmp_path / ".config/cxtui/config.toml") in said
    assert "cxtui init" in said


def test_the_working_directory_is_never_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("config.toml", "cxtui.toml", "cxtui/config.toml", ".config/cxtui/config.toml"):
        place = tmp_path / "here" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text("")
    monkeypatch.chdir(tmp_path / "here")
    for env in ({}, {"XDG_CONFIG_HOME": "."}, {"XDG_CONFIG_HOME": ""}):
        with pytest.raises(ConfigError, match="looked for"):
            load(None, {"HOME": str(tmp_path), **env})


def test_the_usual_place_and_the_named_one_are_found(tmp_path: Path) -> None:
    usual = tmp_path / ".config/cxtui/config.toml"
    usual.parent.mkdir(parents=True)
    usual.write_text('operator = "usual"')
    named = tmp_path / "named.toml"
    named.write_text('operator = "named"')
    env = {"HOME": str(tmp_path)}
    assert load(None, env).operator == "usual"
    assert load(None, env | {"CXTUI_CONFIG": str(named)}).operator == "named"
    assert load(named, env | {"CXTUI_CONFIG": "/nowhere"}).operator == "named"


def test_commands_that_need_no_feeds_can_do_without_a_file(tmp_path: Path) -> None:
    config = bare(ENV, tmp_path)
    assert (config.path, config.operator, config.store.path) == (None, "nok", tmp_path)
    with pytest.raises(ConfigError, match="CXTUI_TIMEZONE"):
        bare(ENV | {"CXTUI_TIMEZONE": "Nowhere"}, tmp_path)
    with pytest.raises(ConfigError, match="CXTUI_HOLD"):
        bare(ENV | {"CXTUI_HOLD": "1h"}, tmp_path)


def test_the_example_loads_and_its_feeds_need_no_account() -> None:
    config = load(EXAMPLE, ENV)
    assert len(config.feeds) >= 3
    for feed in config.feeds:
        assert feed.url.startswith("https://")
        assert feed.connector == "feed"
        assert (feed.token, feed.user) == (None, None)
    assert load(EXAMPLE.parent / "cxtui/config/example.toml", ENV).feeds == config.feeds


def test_the_example_shows_every_key_that_is_accepted(file: Path) -> None:
    text = EXAMPLE.read_text()
    [unknown] = problems(file, text.replace("[[feeds]]", "[[feeds]]\nzzzz = 1", 1))
    accepted = unknown.partition("known here: ")[2].split(", ")
    assert len(accepted) >= 13
    for key in [*accepted, "operator", "timezone", "hold", "path", "queue.reply"]:
        assert re.search(rf'^(# )?"?{re.escape(key)}"? *= ', text, re.MULTILINE), key


@pytest.mark.parametrize("text", ["29d", "0s", "11y", "400"])
def test_texts_are_kept_for_a_month_at_least(file: Path, text: str) -> None:
    [problem] = problems(file, f'[retention]\ntext = "{text}"\n')
    assert "retention.text: must be" in problem


@given(st.text(max_size=200))
def test_any_text_is_a_configuration_or_its_problems(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    file = tmp_path_factory.getbasetemp() / "any.toml"
    file.write_text(text, encoding="utf-8", errors="replace", newline="")
    try:
        load(file, ENV)
    except ConfigError as error:
        found = error.problems
    else:
        found = (str(file),)
    assert found
    assert all(str(file) in problem for problem in found)


def test_a_relative_configuration_works_from_where_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "c.toml").write_text('[store]\npath = "s"')
    assert load(Path("c.toml"), ENV).store.path == Path(os.fspath(tmp_path)) / "s"


def test_the_login_name_is_the_operator_where_nothing_names_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)

    def nobody(uid: int) -> None:
        raise KeyError(uid)

    monkeypatch.setattr("pwd.getpwuid", nobody)
    assert bare({"TZ": "UTC"}, tmp_path).operator == f"user{os.getuid()}"


def test_the_zone_of_the_machine_is_the_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert bare({"TZ": ":Asia/Vientiane"}, tmp_path).timezone == ZoneInfo("Asia/Vientiane")
    linked = tmp_path / "localtime"
    linked.symlink_to("/usr/share/zoneinfo/Europe/Berlin")
    monkeypatch.setattr("cxtui.config.zones.LOCALTIME", linked)
    assert bare({"TZ": "LMT0"}, tmp_path).timezone == ZoneInfo("Europe/Berlin")
    monkeypatch.setattr("cxtui.config.zones.LOCALTIME", tmp_path / "none")
    assert bare({}, tmp_path).timezone == ZoneInfo("UTC")
