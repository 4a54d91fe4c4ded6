"""The main job on every network: a customer's words are heard, answered, and read by the customer."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.program import Program
from tests.servers.place import Place
from tests.servers.places import PLACES, opened

pytestmark = pytest.mark.server

ASKED = "Where is my lamp? [/b] \N{ANGRY FACE}"
SAID = "It left the house this morning; it should be there tomorrow, 9:00."
NUMBERS = count(1)


@pytest.fixture(scope="module", params=PLACES)
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with opened(request.param, tmp_path_factory.mktemp(request.param)) as running:
        yield running


@pytest.fixture
def cxtui(place: Place, tmp_path: Path) -> Program:
    return Program(tmp_path, place.feed, place.env)


def fresh() -> str:
    """What nobody was told before: the same words twice in a thread are refused."""
    return f"{SAID} Parcel {next(NUMBERS)}."


def flat(text: str) -> str:
    return " ".join(text.split())


def test_a_question_is_heard_answered_and_the_answer_read_by_the_customer(
    place: Place, cxtui: Program
) -> None:
    said = fresh()
    asked = place.ask(ASKED)
    row = cxtui.until_listed(asked)
    assert "Where is my lamp?" in row["text"]
    assert row["state"] == "waiting"
    assert row["clock"] == "first_response"
    (sent,) = cxtui.run("reply", row["id"], "--text", said, "--yes", "--now")
    assert sent["state"] == "sent"
    assert sent["remote_id"]
    (answer,) = place.answers(asked)
    assert said in flat(answer)
    assert row["id"] not in {one["id"] for one in cxtui.run("list")}


def test_our_answer_is_not_heard_as_a_customer(place: Place, cxtui: Program) -> None:
    said = fresh()
    asked = place.ask(ASKED)
    row = cxtui.until_listed(asked)
    cxtui.run("reply", row["id"], "--text", said, "--yes", "--now")
    cxtui.run("poll", "--once")
    kept = {one["id"]: one for one in cxtui.run("list", "--all")}
    assert kept[row["id"]]["state"] == "answered"
    assert kept[row["id"]]["origin"] == "cxtui"
    assert not [one for one in kept.values() if said in flat(one["text"])]
    *_, answer = [one for one in cxtui.run("show", row["id"]) if one["ours"]]
    assert said in flat(answer["text"])


def test_of_two_operators_with_stores_of_their_own_one_answers(
    place: Place, cxtui: Program, tmp_path: Path
) -> None:
    other = Program(tmp_path / "other", place.feed, place.env)
    said = fresh()
    asked = place.ask(ASKED)
    row = cxtui.until_listed(asked)
    theirs = other.until_listed(asked)
    cxtui.run("reply", row["id"], "--text", said, "--yes", "--now")
    (late,) = other.run("reply", theirs["id"], "--text", "It is late, sorry.", "--yes", "--now", code=1)
    assert late["state"] == "draft"
    assert "answered" in late["error"]
    assert len(place.answers(asked)) == 1


def test_who_we_are_is_asked(cxtui: Program) -> None:
    (told,) = cxtui.run("feeds", "who")
    assert (told["feed"], told["ok"]) == ("place", True)
    assert told["handle"] or told["words"]
