"""Kill -9 between the first byte of a reply and the note that it was sent: it stands there once."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.pictures import png
from tests.program import Program
from tests.servers.place import Place, When
from tests.servers.places import opened

pytestmark = pytest.mark.server

SAID = "It left the house this morning; it should be there tomorrow, 9:00."
NUMBERS = count(1)
"""Nobody is told the same words twice in a thread: that is refused."""
SURE = ("wordpress", "mail", "mastodon", "bluesky")
"""Networks on which a second attempt is the same reply."""
PICTURED = ("mail", "mastodon", "bluesky")


@pytest.fixture(scope="module", params=(*SURE, "isso"))
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with opened(request.param, tmp_path_factory.mktemp(request.param)) as running:
        yield running


def killed(place: Place, home: Path, when: When, *more: str) -> tuple[Program, str]:
    """cxtui killed while it sends, ``more`` with the text; gives its home and the id of the question."""
    cxtui = Program(home, place.feed, place.env)
    asked = place.ask(f"Where is my lamp, killed {when}?")
    row = cxtui.until_listed(asked)
    sending = cxtui.start(
        "reply", row["id"], "--text", f"{SAID} Parcel {next(NUMBERS)}.", "--yes", "--now", *more
    )
    place.arm(when, sending.kill)
    out, err = sending.communicate(timeout=60)
    assert sending.returncode == -9, (out, err)
    (left,) = cxtui.run("outbox")
    assert left["state"] == "sending"
    return cxtui, asked


def sent(cxtui: Program) -> str:
    """The state of the reply after another start."""
    cxtui.run("poll", "--once")
    (reply,) = cxtui.run("outbox", "--all")
    return str(reply["state"])


def test_what_had_arrived_is_found(place: Place, tmp_path: Path) -> None:
    cxtui, asked = killed(place, tmp_path, "after")
    assert len(place.answers(asked)) == 1
    assert sent(cxtui) == "sent"
    assert len(place.answers(asked)) == 1


def test_what_had_not_arrived_is_sent_or_asked_about(place: Place, tmp_path: Path) -> None:
    cxtui, asked = killed(place, tmp_path, "before")
    assert place.answers(asked) == []
    again = sent(cxtui)
    found = place.answers(asked)
    if place.name in SURE:
        assert (again, len(found)) == ("sent", 1)
    else:
        assert (again, found) == ("unknown", [])


@pytest.mark.parametrize("place", PICTURED, indirect=True)
def test_files_go_with_what_is_sent_again_though_the_original_is_gone(place: Place, tmp_path: Path) -> None:
    lamp = tmp_path / "lamp.png"
    lamp.write_bytes(png(40, 30))
    cxtui, asked = killed(place, tmp_path / "home", "before", "--attach", str(lamp))
    lamp.unlink()
    assert sent(cxtui) == "sent"
    assert len(place.answers(asked)) == 1
    (reply,) = cxtui.run("outbox", "--all")
    assert [one["name"] for one in reply["files"]] == ["lamp.png"]
    copies = [*(tmp_path / "home" / "data" / "attachments").iterdir()]
    assert [one.read_bytes() for one in copies] == [png(40, 30)], "it stays while it is young"
