"""The screen is given the right desk, and is not begun where it cannot be drawn."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

import pytest

import cxtui.ui.app
from cxtui.cli.screen import Watching
from cxtui.engine.desk import Words
from cxtui.engine.live import LiveDesk
from cxtui.errors import Unlawful
from tests.cli.shell import Shell, item

Seen = Callable[[LiveDesk], Coroutine[Any, Any, None]]


@dataclass
class Shown:
    """Stands in for the screen: opens and closes the desk it is given and keeps the rest."""

    options: dict[str, Any] = field(default_factory=dict[str, Any])
    rows: int = 0
    seen: Seen | None = None

    def __call__(self, desk: LiveDesk, **options: Any) -> int:
        self.options = {**options, "desk": type(desk), "operator": desk.operator}
        asyncio.run(self._look(desk))
        return 0

    async def _look(self, desk: LiveDesk) -> None:
        self.rows = len(await desk.open())
        if self.seen:
            await self.seen(desk)
        await desk.close()


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Shown:
    shown = Shown()
    monkeypatch.setattr(cxtui.ui.app, "run", shown)
    monkeypatch.setattr("cxtui.cli.screen.refusal", lambda *_: None)  # pyright: ignore[reportUnknownArgumentType, reportUnknownLambdaType]
    return shown


@pytest.fixture(autouse=True)
def own_store(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cxtui.cli.screen.open_store", shell.open)


def test_no_command_is_the_screen_with_what_is_configured(shell: Shell, shown: Shown) -> None:
    shell.load([item("mai")])
    shell.config = 'operator = "mai"\ntimezone = "Asia/Vientiane"\n[keys]\n"queue.reply" = "E"\n'
    assert shell.run().code == 0
    assert shown.rows == 1
    assert (str(shown.options["zone"]), shown.options["keys"]) == ("Asia/Vientiane", {"queue.reply": "E"})
    assert (shown.options["desk"], shown.options["operator"], shown.options["title"]) == (LiveDesk, "mai", "")


@pytest.mark.parametrize(
    ("words", "env", "colour"),
    [
        ((), {}, True),
        ((), {"NO_COLOR": ""}, True),
        ((), {"NO_COLOR": "1"}, False),
        ((), {"CXTUI_NO_COLOR": "1"}, False),
        (("--no-color",), {}, False),
    ],
)
def test_colours_can_be_switched_off(
    shell: Shell, shown: Shown, words: tuple[str, ...], env: dict[str, str], *, colour: bool
) -> None:
    shell.run(*words, env=env)
    assert shown.options["colour"] is colour


def test_the_mouse_can_be_left_alone(shell: Shell, shown: Shown) -> None:
    shell.run()
    assert shown.options["mouse"] is True
    shell.run("--no-mouse")
    assert shown.options["mouse"] is False


def test_read_only_shows_and_refuses_every_act(shell: Shell, shown: Shown) -> None:
    shell.load([item("mai")])

    async def seen(desk: LiveDesk) -> None:
        assert "--readonly" in desk.readonly
        for act in (
            lambda: desk.act(["comments:mai"], "closed", {"reason": "spam"}),
            desk.undo,
            desk.redo,
            desk.poll_now,
            lambda: desk.reply("comments:mai", Words("a", "answer", ())),
            lambda: desk.keep_draft("comments:mai", "a"),
            lambda: desk.recall("a"),
            lambda: desk.discard("a"),
            lambda: desk.settle("a", sent=True),
        ):
            with pytest.raises(Unlawful, match="--readonly"):
                await act()

    shown.seen = seen
    assert shell.run("--readonly").code == 0
    assert (shown.options["desk"], shown.options["title"], shown.rows) == (Watching, "(read only)", 1)


def test_the_demo_needs_no_configuration_and_its_seed_is_its_world(shell: Shell, shown: Shown) -> None:
    shell.config = "broken ="
    assert shell.run("demo", "--seed", "3").code == 0
    assert (shown.options["title"], shown.options["operator"]) == ("demo", "you")
    assert shell.run("demo", "--items", "0").code == 2


@pytest.mark.parametrize("words", [(), ("demo",)])
def test_without_a_terminal_the_list_is_pointed_at(shell: Shell, words: tuple[str, ...]) -> None:
    done = shell.run(*words)
    assert (done.code, done.out) == (2, "")
    assert "cxtui list" in done.err


def test_a_frozen_clock_stops_the_screen_but_not_the_demo(shell: Shell, shown: Shown) -> None:
    frozen = {"CXTUI_NOW": "2026-11-22T09:00:00Z"}
    assert shell.run(env=frozen).code == 2
    assert shell.run("demo", env=frozen).code == 0
    assert shown.options
