"""Who are we on each network? Asked by signing in."""

from collections.abc import Iterator

import pytest

from tests.cli.shell import Shell
from tests.servers.pretended_isso import SITE, PretendedIsso
from tests.servers.scripted import Scripted, answer


@pytest.fixture
def served() -> Iterator[Scripted]:
    with Scripted() as server:
        yield server


@pytest.fixture
def shop(shell: Shell, served: Scripted) -> Shell:
    """An Isso that knows us, a server that does not let us in, and a feed without a sign-in."""
    PretendedIsso(0).mount(served)
    served.on("/closed/latest", answer(401))
    isso = 'connector = "isso"\nuser = "LampCo"\nemail = "desk@shop.example"\nallow_private = true'
    shell.config += f"""
[[feeds]]
name = "page"
url = "{served.url}"
{isso}
[[feeds]]
name = "closed"
url = "{served.url}/closed"
{isso}
[[feeds]]
name = "plain"
connector = "feed"
url = "{served.url}/feed"
allow_private = true
"""
    return shell


def test_each_feed_says_who_we_are_there(shop: Shell) -> None:
    done = shop.run("feeds", "who", "--json")
    page, closed, plain = done.records
    assert page == {
        "feed": "page", "connector": "isso", "ok": True, "handle": "LampCo",
        "words": "writes as LampCo <desk@shop.example>", "error": None,
    }  # fmt: skip
    assert (closed["ok"], closed["handle"]) == (False, None)
    assert "sign-in" in closed["error"]
    assert (plain["ok"], plain["words"]) == (True, "can be read without a sign-in")


def test_a_refused_sign_in_is_told_by_the_exit_code(shop: Shell) -> None:
    assert shop.run("feeds", "who").code == 4
    assert shop.run("feeds", "who", "page", "plain").code == 0


def test_one_feed_is_asked_alone(shop: Shell, served: Scripted) -> None:
    done = shop.run("feeds", "who", "page")
    assert done.out == f"page: writes as LampCo <desk@shop.example>; site: {SITE}\n"
    assert [asked.path for asked in served.asked] == ["/latest"]


def test_a_name_that_is_no_feed_is_answered_with_the_nearest(shop: Shell) -> None:
    done = shop.run("feeds", "who", "pagee")
    assert done.code == 2
    assert "'page'" in done.err
