"""A day's work by keys only on a real server: from the first key to what the customer reads."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.journey import COLOUR, Eyes, Operator
from tests.servers.isso import IssoPlace
from tests.servers.places import opened

pytestmark = pytest.mark.server

SAID = "It left the house this morning and comes tomorrow, 9:00."
SINCE = (50, 49)
"""Hours since a customer asked, and since they were told to wait."""
KIND = ("Ann", "Ben", "Cem", "Dan", "Eli")
PRAISE = "I love my new lamp, thank you so much!"
SIZES = [
    pytest.param(80, 24, {}, id="80x24"),
    pytest.param(120, 40, {}, id="120x40"),
    pytest.param(40, 12, {"NO_COLOR": "1"}, id="40x12 without colour"),
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IssoPlace]:
    place = opened("isso", tmp_path_factory.mktemp("isso"))
    assert isinstance(place, IssoPlace)
    with place:
        yield place


@pytest.fixture
def place(site: IssoPlace) -> IssoPlace:
    """The page, empty."""
    site.empty()
    return site


@pytest.mark.parametrize(("columns", "rows", "env"), SIZES)
def test_a_reply_stands_on_the_page_once_and_the_row_is_answered(
    place: IssoPlace, tmp_path: Path, columns: int, rows: int, env: dict[str, str]
) -> None:
    nok = Operator(tmp_path, place)
    asked = place.ask("Where is my lamp?")
    with nok.screen(columns, rows, env) as screen:
        screen.sees("@Mai", "Where is")
        screen.type("r")
        screen.sees("Reply to @Mai")
        screen.replies(SAID)
        screen.sees("(answered)")
        coloured = bool(COLOUR.search(screen.coloured()))
    assert coloured is not bool(env)
    assert place.answers(asked) == [SAID]
    row = nok.rows()[f"place:{asked}"]
    assert (row["state"], row["answer_kind"], row["origin"]) == ("answered", "answer", "cxtui")
    assert [one["state"] for one in nok.run("outbox", "--all")] == ["sent"]
    assert nok.figures("response_rate", "waiting_now") == {"response_rate": (1, 1), "waiting_now": (0, 0)}


def test_five_who_were_kind_get_five_different_thanks(place: IssoPlace, tmp_path: Path) -> None:
    nok = Operator(tmp_path, place)
    kind = [place.ask(PRAISE, name) for name in KIND]
    with nok.screen() as screen:
        thanks_all(screen)
        screen.until(lambda: screen.screen().count("(answered)") == len(KIND), "five answered")
    texts = [text for one in kind for text in place.answers(one)]
    assert len(texts) == len(set(texts)) == len(KIND), texts
    assert {row["answer_kind"] for row in nok.rows().values()} == {"thanks"}
    assert nok.figures("response_rate", "waiting_now") == {"response_rate": (None, 0), "waiting_now": (0, 0)}


@pytest.mark.parametrize(("columns", "rows", "env"), SIZES[1:])
def test_u_takes_all_thanks_back_that_were_sent_together(
    place: IssoPlace, tmp_path: Path, columns: int, rows: int, env: dict[str, str]
) -> None:
    nok = Operator(tmp_path, place, "60s")
    kind = [place.ask(PRAISE, name) for name in KIND]
    with nok.screen(columns, rows, env) as screen:
        thanks_all(screen)
        screen.sees("5 replies, the first goes out in")
        coloured = bool(COLOUR.search(screen.coloured()))
        screen.type("u")
        screen.sees("5 replies taken back")
    assert coloured is not bool(env)
    drafts = nok.run("outbox")
    assert [one["state"] for one in drafts] == ["draft"] * len(KIND)
    assert len({one["item"] for one in drafts}) == len(KIND)
    assert [text for one in kind for text in place.answers(one)] == []


def thanks_all(screen: Eyes) -> None:
    """Thank everybody who was kind, whose number is typed."""
    screen.sees("1/5", "@Eli")
    screen.type("7")
    screen.sees("Thanks", "1/5")
    screen.type("*")
    screen.sees("5 marked")
    screen.type("t")
    screen.sees("Thank 5 rows", "5 of 5 ready")
    screen.answers("y")
    screen.sees("type 5")
    screen.write("5")
    screen.type("Enter")


def test_held_then_answered_keeps_the_promise_and_contact_and_answer_are_apart(
    place: IssoPlace, tmp_path: Path
) -> None:
    nok = Operator(tmp_path, place)
    asked = place.ask("My lamp came broken, I am angry.")
    with nok.screen() as screen:
        screen.sees("@Mai", "came broken")
        screen.type("H")
        screen.sees("Holding reply to @Mai", "promise found")
        screen.replies(" Please keep the box.")
        screen.sees("(promised ")
        (held,) = nok.rows().values()
        (owed,) = nok.run("promises")
        screen.type("r")
        screen.sees("Reply to @Mai")
        screen.replies("A new one is on its way.")
        screen.sees("(answered)")
    assert (held["state"], held["clock"], held["answered"]) == ("held", "update", None)
    assert (owed["state"], owed["item"]) == ("open", f"place:{asked}")
    holding, answer = place.answers(asked)
    assert "keep the box" in holding
    assert answer == "A new one is on its way."
    (kept,) = nok.run("promises", "--all")
    assert kept["state"] == "kept"
    assert kept["proof"]
    times = nok.figures("first_response_median", "first_answer_median")
    contacted, answered = (value for value, _ in times.values())
    assert 0 < contacted < answered


def test_a_broken_promise_is_shown_an_apology_offered_and_the_answer_makes_it_late(
    place: IssoPlace, tmp_path: Path
) -> None:
    nok = Operator(tmp_path, place)
    now = datetime.now(UTC)
    asked = place.ask("My lamp came broken.", ago=timedelta(hours=SINCE[0]))
    held = place.reply(asked, "You hear from us within 2 h.", ago=timedelta(hours=SINCE[1]))
    item = f"place:{asked}"
    nok.brings_in(broken(item, held, now))
    with nok.screen() as screen:
        screen.sees("@Mai", "broken")
        screen.type("5")
        screen.sees("Promises", "@Mai", "hear from us")
        screen.type("r")
        screen.sees("Holding reply to @Mai", "We are sorry", "promise found")
        screen.replies(" A new lamp is being packed.")
        screen.sees("Promises 2, 1 broken")
        screen.type("1")
        screen.sees("Unanswered")
        screen.type("r")
        screen.sees("Reply to @Mai")
        screen.replies("A new lamp left us today.")
        screen.sees("(answered)")
    states = {one["text"]: one["state"] for one in nok.run("promises", "--all")}
    assert states.pop("You hear from us within 2 h") == "late"
    assert list(states.values()) == ["kept"]
    assert nok.figures("promises_kept") == {"promises_kept": (0, 1)}, "the other is not due yet"


def broken(item: str, held: str, now: datetime) -> list[dict[str, object]]:
    """A customer who was promised an answer within two hours, two days ago."""
    begun, told, due = ((now - timedelta(hours=hours)).isoformat() for hours in (*SINCE, SINCE[1] - 2))
    said: dict[str, object] = {
        "type": "item", "id": item, "feed": "place", "network": "isso", "kind": "comment",
        "thread": "place:/lamps/", "author": {"handle": "Mai", "name": "Mai", "followers": None},
        "text": "My lamp came broken.", "title": None, "attachments": [], "role": "customer",
        "visibility": "public", "score": None, "posted": begun, "seen": begun, "url": None, "stars": None,
        "scale": None, "tone": "complaint", "tone_by": "rule", "lang": "en", "history": False,
    }  # fmt: skip
    reply: dict[str, object] = {
        "type": "reply", "item": item, "by": "nok", "text": "You hear from us within 2 h.", "at": told,
        "kind": "holding", "origin": "cxtui", "remote_id": held,
    }  # fmt: skip
    promise: dict[str, object] = {
        "type": "promise", "item": item, "text": "You hear from us within 2 h", "made": told, "due": due,
    }  # fmt: skip
    return [said, reply, promise]


def test_u_in_the_window_brings_the_text_back_and_nothing_is_sent(place: IssoPlace, tmp_path: Path) -> None:
    nok = Operator(tmp_path, place, "60s")
    asked = place.ask("Where is my lamp?")
    with nok.screen() as screen:
        screen.sees("@Mai", "Where is")
        screen.type("r")
        screen.sees("Reply to @Mai")
        screen.replies("Too hasty.")
        screen.sees("goes out in", "u takes it back")
        screen.type("u")
        screen.sees("Reply to @Mai", "Too hasty.")
        screen.type("Escape")
        screen.sees("Unanswered")
        (row,) = nok.rows().values()
        (kept,) = nok.run("outbox")
    assert row["state"] == "waiting"
    assert (kept["state"], kept["remote_id"]) == ("draft", None)
    assert place.answers(asked) == []


def test_killed_in_the_window_it_is_shown_as_not_sent_and_nothing_went_out(
    place: IssoPlace, tmp_path: Path
) -> None:
    nok = Operator(tmp_path, place, "60s")
    asked = place.ask("Where is my lamp?")
    with nok.screen() as screen:
        screen.sees("@Mai", "Where is")
        screen.type("r")
        screen.sees("Reply to @Mai")
        screen.replies("Too hasty.")
        screen.sees("goes out in")
        nok.killed(screen)
        nok.again(screen)
        screen.sees("(not sent, r to see why)")
        (left,) = nok.run("outbox")
        screen.type("r")
        screen.sees("Reply to @Mai", "Too hasty.")
    assert (left["state"], left["remote_id"]) == ("draft", None)
    assert place.answers(asked) == []
    assert nok.rows()[f"place:{asked}"]["state"] == "waiting"


def test_a_colleague_who_answered_on_the_page_while_one_writes_is_seen_before_anything_is_sent(
    place: IssoPlace, tmp_path: Path
) -> None:
    nok = Operator(tmp_path, place)
    asked = place.ask("Where is my lamp?")
    with nok.screen() as screen:
        screen.sees("@Mai", "Where is")
        screen.type("r")
        screen.sees("Reply to @Mai")
        screen.write(SAID)
        screen.sees("draft saved")
        place.reply(asked, "It comes today.")
        screen.type("C-r")
        screen.sees("Send?", "answered")
        screen.answers("y")
        screen.sees("nothing is sent any more", SAID)
        screen.type("Escape")
        screen.sees("Unanswered")
    assert place.answers(asked) == ["It comes today."]
    row = nok.rows()[f"place:{asked}"]
    assert (row["state"], row["origin"]) == ("answered", "elsewhere")
    (kept,) = nok.run("outbox", "--all")
    assert (kept["state"], kept["remote_id"]) == ("draft", None)


def test_a_colleague_who_answered_in_the_window_makes_a_draft_of_it_with_the_reason(
    place: IssoPlace, tmp_path: Path
) -> None:
    nok = Operator(tmp_path, place, "3s")
    asked = place.ask("Where is my lamp?")
    with nok.screen() as screen:
        screen.sees("@Mai", "Where is")
        screen.type("r")
        screen.sees("Reply to @Mai")
        screen.replies(SAID)
        screen.sees("goes out in")
        place.reply(asked, "It comes today.")
        screen.sees("(answered, your reply was not sent)", "meanwhile it was answered by Shop Desk")
        screen.type("k", "r")
        screen.sees("What was not sent is in the outbox")
        screen.type("3")
        screen.sees("Outbox", "draft", "meanwhile it was answered")
    assert place.answers(asked) == ["It comes today."]
    (kept,) = nok.run("outbox", "--all")
    assert (kept["state"], kept["remote_id"]) == ("draft", None)
    assert "answered" in kept["error"]


MACRO = """
[[macro]]
name = "number"
key = "f2"
do = ["tag order", "claim", "canned order-number", "snooze 2h"]
"""


def test_a_macro_over_three_marked_rows_tags_claims_answers_and_snoozes(
    place: IssoPlace, tmp_path: Path
) -> None:
    nok = Operator(tmp_path, place, more=MACRO)
    asked = [place.ask("Where is my parcel?", name) for name in ("Ann", "Ben", "Cem", "Dan")]
    with nok.screen() as screen:
        screen.sees("1/4", "@Dan")
        screen.type("Space", "Space", "Space")
        screen.sees("3 marked")
        screen.type("F2")
        screen.sees("number: 3 rows", "3 of 3 ready", "tag order", "claim", "snooze 2h, until")
        assert [place.answers(one) for one in asked] == [[], [], [], []]
        screen.answers("y")
        screen.sees("open 1")
        screen.until(lambda: all(place.answers(one) for one in asked[:3]), "three replies")
        screen.sees(">.")
        screen.until(
            lambda: sum(one["state"] == "sent" for one in nok.run("outbox", "--all")) == 3, "all sent"
        )
    rows = nok.rows()
    did = {event["verb"] for event in nok.run("export") if event["type"] == "event"}
    assert did >= {"tagged", "claimed", "snoozed"}
    for one in asked[:3]:
        row = rows[f"place:{one}"]
        assert (row["state"], row["tags"], row["claimed_by"]) == ("answered", ["order"], "nok")
        assert len(place.answers(one)) == 1
    assert rows[f"place:{asked[3]}"]["state"] == "waiting"
    assert rows[f"place:{asked[3]}"]["tags"] == []


def test_what_is_sent_later_goes_out_then_by_a_process_that_lives(place: IssoPlace, tmp_path: Path) -> None:
    nok = Operator(tmp_path, place)
    asked = [place.ask("Where is my lamp?", name) for name in ("Ann", "Ben")]
    nok.run("poll", "--once")
    (planned,) = nok.run("reply", f"place:{asked[0]}", "--text", SAID, "--at", "5s", "--yes")
    assert (planned["state"], place.answers(asked[0])) == ("queued", [])
    with nok.screen() as screen:
        screen.sees("@Ben", "Where is")
        screen.type("j", "r")
        screen.sees("Reply to @Ben")
        screen.reviews("It comes at nine.")
        screen.answers("l")
        screen.sees("when?")
        screen.write("2s")
        screen.type("Enter")
        screen.sees("Unanswered")
        screen.until(lambda: screen.screen().count("(answered)") == len(asked), "both answered")
    assert [place.answers(one) for one in asked] == [[SAID], ["It comes at nine."]]
    assert [one["state"] for one in nok.run("outbox", "--all")] == ["sent", "sent"]


def test_what_is_sent_later_is_a_draft_where_the_customer_writes_first(
    place: IssoPlace, tmp_path: Path
) -> None:
    nok = Operator(tmp_path, place)
    asked = place.ask("Where is my lamp?")
    with nok.screen() as screen:
        screen.sees("@Mai", "Where is")
        screen.type("r")
        screen.sees("Reply to @Mai")
        screen.reviews(SAID)
        screen.answers("l")
        screen.sees("when?")
        screen.write("2h")
        screen.sees("late, the answer is due")
        screen.type("Enter")
        screen.sees("Unanswered", "sends ")
        place.ask("Forget it, it came.")
        screen.type("R")
        screen.sees("(not sent, r to see why)", "wrote again")
        screen.type("r")
        screen.sees("Reply to @Mai", "Forget it", SAID)
    assert place.answers(asked) == []
    (kept,) = nok.run("outbox")
    assert (kept["state"], kept["remote_id"]) == ("draft", None)
