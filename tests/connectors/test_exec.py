"""A program of the operator's own: what it prints, what it is told, and how it may fail."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from textwrap import dedent

import pytest

from cxtui.cli import main
from cxtui.connectors import Connector, Draft, connect
from cxtui.connectors.exec import Exec
from cxtui.connectors.exec.program import MOST
from cxtui.core.feed import Feed, Secret
from cxtui.core.identity import LONGEST
from cxtui.core.item import Arrival
from cxtui.errors import ConfigError, FeedError, Refused, Rejected, Throttled, Unreachable, Unreadable
from cxtui.http import Client

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
README = Path(__file__).parents[2] / "README.md"
TEXT = "It left the house this morning."


def program(place: Path, code: str, secret: Secret | None = None, **options: object) -> Exec:
    """A feed whose program is some Python. ``told`` is what it was told."""
    file = place / "program.py"
    begin = "import json, os, sys, time\ntold = json.loads(sys.stdin.readline())\n"
    file.write_text(begin + dedent(code), encoding="utf-8")
    command = (sys.executable, "-I", str(file))
    wanted = {"command": command, "folder": str(place), **options}
    feed = Feed("shop", "exec", token=secret, user="desk", options=wanted)
    made = connect(feed, Client(feed, agent="cxtui/1"))
    assert isinstance(made, Exec)
    return made


def made(place: Path, options: Mapping[str, object]) -> Connector:
    command = (sys.executable, "-c", "")
    feed = Feed("shop", "exec", options={"command": command, "folder": str(place), **options})
    return connect(feed, Client(feed, agent="cxtui/1"))


def answering(folder: Path, code: str) -> Exec:
    return program(folder, code, replies=True)


def draft(text: str = TEXT, native: str = "1") -> Draft:
    return Draft(native, "1", text, "token-1", "public", NOW)


async def test_what_it_prints_is_heard(tmp_path: Path) -> None:
    page = await program(tmp_path, """
        print('{"id": 1, "author": "Mai", "text": "Where?", "posted": 1795338000}')
        print('{"id": 2, "author": {"handle": "desk"}, "text": "There.", "parent": 1, "role": "own"}')
    """).poll("", NOW)  # fmt: skip
    theirs, ours = page.items
    assert (theirs.native, theirs.author.name, theirs.posted) == ("1", "Mai", NOW)
    assert (ours.parent, ours.own) == ("1", "strong")


async def test_it_is_told_what_to_do_by_word_and_line(tmp_path: Path) -> None:
    one = program(tmp_path, """
        said = {"argv": sys.argv[1:], "told": told, "folder": os.getcwd()}
        print(json.dumps({"id": "x", "text": json.dumps(said)}))
        print(json.dumps({"cursor": "c" + told.get("cursor", "")}))
    """, threads=True)  # fmt: skip
    first = await one.poll("", NOW)
    said = json.loads(first.items[0].text)
    assert said["argv"] == ["poll"]
    assert said["folder"] == str(tmp_path)
    assert said["told"] == {
        "type": "poll", "feed": "shop", "user": "desk", "cursor": "", "now": "2026-11-22T09:00:00Z",
    }  # fmt: skip
    second = await one.poll(first.cursor, NOW)
    assert json.loads(second.items[0].text)["told"]["cursor"] == "c"
    [shown] = await one.thread("x", "1")
    assert json.loads(shown.text)["told"] == {
        "type": "thread", "feed": "shop", "user": "desk", "id": "x", "thread": "1",
    }  # fmt: skip


async def test_a_token_is_in_its_environment_only_where_there_is_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = 'print(json.dumps({"id": 1, "text": os.environ.get("CXTUI_TOKEN", "none")}))'
    monkeypatch.setenv("CXTUI_TOKEN", "somebody else's")
    assert (await program(tmp_path, code).poll("", NOW)).items[0].text == "none"
    assert (await program(tmp_path, code, Secret(lambda: "s3cret")).poll("", NOW)).items[0].text == "s3cret"


async def test_words_are_given_as_they_stand(tmp_path: Path) -> None:
    words = ("$HOME", "a b", "; touch here", "*")
    code = "import json, sys\nprint(json.dumps({'id': 1, 'text': ' '.join(sys.argv[1:])}))"
    feed = Feed("shop", "exec", options={
        "command": (sys.executable, "-c", code, *words), "folder": str(tmp_path),
    })  # fmt: skip
    page = await connect(feed, Client(feed, agent="cxtui/1")).poll("", NOW)
    assert page.items[0].text == " ".join((*words, "poll"))


async def test_a_thread_is_what_belongs_to_it(tmp_path: Path) -> None:
    one = program(tmp_path, """
        for said in ({}, {"parent": 1}, {}, {"thread": 1}, {"thread": 3}):
            told["n"] = told.get("n", 0) + 1
            print(json.dumps({**said, "id": told["n"], "text": "?"}))
    """, threads=True)  # fmt: skip
    assert [message.native for message in await one.thread("1", "1")] == ["1", "2", "4"]
    with pytest.raises(Rejected, match="does not say that its program shows threads"):
        await program(tmp_path, "").thread("1", "1")


async def test_bad_lines_cost_no_other(tmp_path: Path) -> None:
    one = program(
        tmp_path,
        """
        print("loading…")
        print('{"id": 1, "text": "Where?"}')
        print('{"id": 2}')
        print('{"cursor": 7}')
    """,
    )
    first = await one.poll("", NOW)
    assert [arrival.native for arrival in first.items] == ["1"]
    second = await one.poll(first.cursor, NOW)
    assert second.gap == "left out 3 records, the first: line 1: is no JSON"


async def test_where_nothing_can_be_used_the_feed_is_down(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="left out 1 record: line 1: is no JSON"):
        await program(tmp_path, "print('<html>')").poll("", NOW)


@pytest.mark.parametrize(
    ("code", "kind", "said"),
    [
        ("sys.exit(75)", Throttled, "the program of shop asks to wait (exit code 75)"),
        ("print('later', file=sys.stderr); sys.exit(75)", Throttled, "(exit code 75): later"),
        ("sys.exit(77)", Refused, "says that its sign-in was refused (exit code 77)"),
        ("sys.exit('no \\x1b]0;x\\x07\\u202eway')", Unreachable, "failed (exit code 1): no way"),
        ("raise ValueError('what?')", Unreachable, "failed (exit code 1): ValueError: what?"),
        ("os.kill(os.getpid(), 9)", Unreachable, "was ended by signal 9"),
        (f"print('x' * {MOST + 1}); time.sleep(60)", Unreadable, "printed more than 2 MiB and was stopped"),
        ("os.write(1, b'\\xff\\xfe\\x00')", Unreadable, "is no JSON"),
    ],
)
async def test_each_way_to_fail_has_its_sentence(
    tmp_path: Path, code: str, kind: type[Exception], said: str
) -> None:
    with pytest.raises(kind) as error:
        await program(tmp_path, code).poll("", NOW)
    assert said in str(error.value)
    assert str(error.value).isprintable()
    assert len(str(error.value)) < 300


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"command": ("/no/such/program",)}, "No such file or directory"),
        ({"command": ("/etc/hostname",)}, "the program of shop cannot be started: /etc/hostname: "),
        ({"folder": "/no/such/folder"}, "there is no folder /no/such/folder"),
    ],
)
async def test_what_cannot_be_started_is_told_and_sends_nothing(
    tmp_path: Path, options: dict[str, object], said: str
) -> None:
    one = made(tmp_path, {"replies": True, **options})
    with pytest.raises(Unreachable, match=said):
        await one.poll("", NOW)
    with pytest.raises(Rejected, match=said):
        await one.reply(draft())


def test_settings_that_do_not_fit_are_told() -> None:
    for options, said in (
        ({}, "command: must be"), ({"command": ("a", "b\0")}, "command: must be"),
        ({"command": ("a",), "timeout": 0}, "timeout: must be from 1 to 600 seconds, is 0"),
    ):  # fmt: skip
        feed = Feed("shop", "exec", options=options)
        with pytest.raises(ConfigError, match=f"^feed 'shop', {said}"):
            connect(feed, Client(feed, agent="cxtui/1"))


FAMILY = """
import subprocess
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
open("family", "w").write(f"{os.getpid()} {child.pid}")
time.sleep(600)
"""


def living(folder: Path) -> list[int]:
    """Which of the family still live; a zombie does not."""
    found: list[int] = []
    file = folder / "family"
    for pid in map(int, file.read_text(encoding="utf-8").split() if file.exists() else ()):
        try:
            state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
        except FileNotFoundError:
            continue
        if state != "Z":
            found.append(pid)
    return found


def until(there: Callable[[], bool]) -> None:
    """Wait for something that must come; a process takes a moment to begin and to end."""
    late = time.monotonic() + 20
    while not there():
        assert time.monotonic() < late
        time.sleep(0.01)


async def test_a_program_that_takes_too_long_is_stopped_with_all_it_started(tmp_path: Path) -> None:
    one = program(tmp_path, FAMILY, timeout=2)
    with pytest.raises(Unreachable, match="was not done after 2 s and was stopped"):
        await one.poll("", NOW)
    await asyncio.to_thread(until, lambda: living(tmp_path) == [])


async def test_a_cancelled_poll_leaves_nothing_running(tmp_path: Path) -> None:
    polling = asyncio.create_task(program(tmp_path, FAMILY).poll("", NOW))
    await asyncio.to_thread(until, lambda: len(living(tmp_path)) == 2)
    polling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await polling
    await asyncio.to_thread(until, lambda: living(tmp_path) == [])


async def test_what_it_leaves_behind_does_not_hold_us_up(tmp_path: Path) -> None:
    code = """
        import subprocess
        sleep = [sys.executable, "-c", "import time; time.sleep(600)"]
        child = subprocess.Popen(sleep, start_new_session=True)
        open("left", "w").write(str(child.pid))
        print('{"id": 1, "text": "?"}', flush=True)
    """
    page = await program(tmp_path, code).poll("", NOW)
    os.kill(int((tmp_path / "left").read_text()), signal.SIGKILL)
    assert len(page.items) == 1


async def test_a_program_that_does_not_listen_can_speak(tmp_path: Path) -> None:
    command = (sys.executable, "-c", 'print(\'{"id": 1, "text": "?"}\')')
    feed = Feed("shop", "exec", options={"command": command, "folder": str(tmp_path)})
    assert (await connect(feed, Client(feed, agent="cxtui/1")).poll("", NOW)).items


async def test_one_run_at_a_time(tmp_path: Path) -> None:
    one = program(
        tmp_path,
        """
        try:
            os.close(os.open("lock", os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            sys.exit("two at once")
        time.sleep(0.05)
        os.unlink("lock")
        print('{"id": 1, "text": "?"}')
    """,
    )
    pages = await asyncio.gather(*(one.poll("", NOW) for _ in range(3)))
    assert all(page.items for page in pages)


# Replies


async def test_a_reply_is_told_whole(tmp_path: Path) -> None:
    one = answering(
        tmp_path,
        """
        open("told", "w").write(json.dumps([sys.argv[1:], told]))
        print("sending…")
        print(json.dumps({"id": 9, "url": "https://shop.example/#9"}))
    """,
    )
    sent = await one.reply(draft('He said "}"\n\0$(rm)'))
    assert (sent.remote_id, sent.url) == ("9", "https://shop.example/#9")
    argv, told = json.loads((tmp_path / "told").read_text())
    assert argv == ["reply"]
    assert told == {
        "type": "reply", "feed": "shop", "user": "desk", "id": "1", "thread": "1",
        "text": 'He said "}"\n$(rm)', "token": "token-1", "visibility": "public",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("code", "kind", "said"),
    [
        ("print(json.dumps({'error': 'too \\x1b[1mlong'}))", Rejected, "did not take the reply: too long"),
        ("print(json.dumps({'error': ''}))", Rejected, "it gave no reason"),
        ("", Unreachable, "did not say what became of the reply"),
        ("print('done')", Unreachable, "did not say what became of the reply"),
        ("print('{}')", Unreachable, "did not say what became of the reply"),
        ("print('{\"ok\": true}')", Unreachable, "named neither an id of the reply nor an error"),
        ("sys.exit(1)", Unreachable, "failed (exit code 1)"),
        ("sys.exit(75)", Throttled, "asks to wait"),
        ("sys.exit(77)", Refused, "sign-in"),
    ],
)  # fmt: skip
async def test_what_became_of_a_reply_is_told_or_open(
    tmp_path: Path, code: str, kind: type[Exception], said: str
) -> None:
    with pytest.raises(kind) as error:
        await answering(tmp_path, code).reply(draft())
    assert said in str(error.value)


async def test_a_message_that_vanished_or_was_direct_is_not_answered_in_public(tmp_path: Path) -> None:
    code = """
        if told["type"] == "reply":
            open("sent", "w")
        print('{"id": 1, "text": "?", "withdrawn": true}')
        print('{"id": 2, "text": "?", "visibility": "direct"}')
    """
    one = program(tmp_path, code, replies=True, threads=True)
    for native, said in (("1", "no longer there"), ("3", "no longer there"), ("2", "direct message")):
        with pytest.raises(Rejected, match=said):
            await one.reply(Draft(native, native, TEXT, "token-1", "public", NOW))
    assert not (tmp_path / "sent").exists()
    failing = program(tmp_path, 'open("sent", "w") if told["type"] == "reply" else sys.exit(1)',
                      replies=True, threads=True)  # fmt: skip
    with pytest.raises(Rejected, match="not sent: what it answers could not be read"):
        await failing.reply(draft())
    assert not (tmp_path / "sent").exists()


def test_a_reply_is_known_by_its_token_or_its_words(tmp_path: Path) -> None:
    one = answering(tmp_path, "")
    assert one.ours(draft(), Arrival("token-1", "rewritten by somebody", own="strong"))
    assert one.ours(draft(), Arrival("9", TEXT, own="strong", posted=NOW))
    assert not one.ours(draft(), Arrival("9", TEXT, own="strong", posted=NOW - timedelta(hours=1)))
    assert not one.ours(draft(), Arrival("9", TEXT))
    assert not one.ours(draft(), Arrival("token-1", TEXT, own="strong", withdrawn=True))


async def test_replies_are_taken_only_where_it_is_said(tmp_path: Path) -> None:
    one = program(tmp_path, "")
    assert not one.capabilities.reply
    with pytest.raises(Rejected, match="replies = true"):
        await one.reply(draft())
    with pytest.raises(Rejected, match="empty"):
        await answering(tmp_path, "").reply(draft(" "))


async def test_a_check_runs_it_once(tmp_path: Path) -> None:
    one = program(tmp_path, """print('{"id": 1, "text": "?"}\\n{"id": 2}')""")
    assert (await one.check()).words == (
        "the program of shop tells 1 messages; left out 1 record: line 2: 2 says nothing: it has no text"
    )


# The README's own


def readme_program() -> str:
    found = re.search(
        r"<!-- exec -->\n+```python\n(.*?)```\n+<!-- /exec -->", README.read_text(encoding="utf-8"), re.DOTALL
    )
    assert found, "the README shows no program between <!-- exec --> and <!-- /exec -->"
    return found[1]


def test_the_readmes_program_is_ten_lines() -> None:
    assert sum(bool(line.strip()) for line in readme_program().splitlines()) <= 10


def test_the_readmes_program_is_a_whole_connector(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """From a line in a guest book to an answer in it, by the program as it stands in the README."""
    monkeypatch.setenv("CXTUI_HOLD", "0s")
    book = tmp_path / "guestbook.jsonl"
    (tmp_path / "guestbook.py").write_text(readme_program(), encoding="utf-8")
    book.write_text('{"id": 1, "author": "Mai", "text": "When does my lamp come?"}\n', encoding="utf-8")
    config = tmp_path / "config.toml"
    config.write_text(dedent(f"""
        [[feeds]]
        name = "guestbook"
        connector = "exec"
        command = ["{sys.executable}", "guestbook.py"]
        folder = "."
        replies = true
        threads = true
    """), encoding="utf-8")  # fmt: skip
    usual = ["--config", str(config), "--data", str(tmp_path / "data"), "--json"]

    def run(*words: str) -> list[dict[str, object]]:
        assert main([*words, *usual]) == 0
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    assert run("poll", "--once")[0]["new"] == 1
    [waits] = run("list")
    assert waits["text"] == "When does my lamp come?"
    [sent] = run("reply", str(waits["id"]), "--text", "Tomorrow.", "--yes", "--now")
    assert sent["state"] == "sent"
    assert run("poll", "--once")[0]["new"] == 0
    assert run("list") == []
    answer = json.loads(book.read_text(encoding="utf-8").splitlines()[-1])
    assert (answer["parent"], answer["text"], answer["id"]) == ("1", "Tomorrow.", sent["remote_id"])


def test_it_runs_where_the_engine_runs(tmp_path: Path) -> None:
    """Beside the screen the engine has a thread and a loop of its own."""
    one = program(tmp_path, """print('{"id": 1, "text": "?"}')""")
    with ThreadPoolExecutor(1) as threads:
        page = threads.submit(lambda: asyncio.run(one.poll("", NOW))).result(30)
    assert len(page.items) == 1


@pytest.mark.parametrize("code", [1, 75, 77])
async def test_no_sentence_repeats_the_token(tmp_path: Path, code: int) -> None:
    """Programs print the address they asked, and with it the key that was in it."""
    complains = (
        f"sys.exit(print(f'GET /list?key={{os.environ[\"CXTUI_TOKEN\"]}}: no', file=sys.stderr) or {code})"
    )
    with pytest.raises(FeedError, match=r"no$") as error:
        await program(tmp_path, complains, Secret(lambda: "s3cret-token")).poll("", NOW)
    assert "s3cret" not in str(error.value)
    refuses = "print(json.dumps({'error': 'bad key ' + os.environ['CXTUI_TOKEN']}))"
    with pytest.raises(Rejected, match=r"bad key \*\*\*"):
        await program(tmp_path, refuses, Secret(lambda: "s3cret-token"), replies=True).reply(draft())


async def test_a_token_is_asked_for_where_nobody_else_has_to_wait(tmp_path: Path) -> None:
    asked_by: list[threading.Thread] = []

    def slow() -> str:
        asked_by.append(threading.current_thread())
        return "s3cret-token"

    await program(tmp_path, "", Secret(slow)).poll("", NOW)
    assert asked_by
    assert threading.main_thread() not in asked_by


@pytest.mark.parametrize("native", ["a\r\nb", "x" * (LONGEST + 1)])
async def test_an_id_that_could_not_be_kept_is_not_answered(tmp_path: Path, native: str) -> None:
    code = """
        open("ran", "a").write(sys.argv[1] + " ")
        print(json.dumps({"id": %r, "text": "When?"}))
    """
    one = answering(tmp_path, code % native)
    (heard,) = (await one.poll("", NOW)).items
    with pytest.raises(Rejected, match="cannot be sent back"):
        await one.reply(draft(native=heard.native))
    assert (tmp_path / "ran").read_text() == "poll "


@pytest.mark.parametrize(
    "code",
    [
        "os.write(1, bytes(range(256)) * 400)",
        "os.write(1, b'1\\n' * 20_000)",
        "os.write(1, b'[' * 100_000)",
        "os.write(1, b'{\"id\": ' + b'9' * 10_000 + b', \"text\": \"x\"}')",
        'os.write(1, b\'{"id": "\\\\ud800", "text": "x"}\')',
    ],
)
async def test_rubbish_is_told_in_a_sentence(tmp_path: Path, code: str) -> None:
    with pytest.raises(Unreadable, match=r"left out [0-9]+ record") as error:
        await program(tmp_path, code).poll("", NOW)
    assert str(error.value).isprintable()
