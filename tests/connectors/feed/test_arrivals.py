from __future__ import annotations

from datetime import UTC, datetime, timedelta

import feed_samples as samples
import pytest
from feed_samples import atom, rss, wordpress

from cxtui.connectors.feed import describe
from cxtui.connectors.feed.arrivals import arrivals
from cxtui.connectors.feed.reader import read
from cxtui.core.item import Arrival

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DESK = "https://shop.example/author/desk"
PAGE = "https://blog.example/lamps"


def heard(body: bytes, *own: str) -> dict[str, Arrival]:
    """The messages of a feed by id."""
    return {item.native: item for item in arrivals(read(body, None, "https://blog.example/feed/"), own, NOW)}


def comment(number: int) -> str:
    return f"{PAGE}/#comment-{number}"


QUESTION = wordpress(7, "Mai", "It hums, refund?")
ANSWER = wordpress(9, "LampCo Desk", "Sorry!", to=7, uri=f"{DESK}/")


def test_an_answer_has_its_question_as_parent_and_its_thread() -> None:
    items = heard(atom(ANSWER + QUESTION), DESK)
    question, answer = items[comment(7)], items[comment(9)]
    assert (question.parent, question.own) == (None, None)
    assert (answer.parent, answer.own) == (question.native, "strong")
    assert answer.thread == question.thread == PAGE


def test_question_and_answer_meet_from_different_fetches() -> None:
    (question,) = heard(atom(QUESTION)).values()
    (answer,) = heard(atom(ANSWER), DESK).values()
    assert answer.parent == question.native
    assert answer.thread == question.thread


def test_our_own_comment_on_a_post_answers_nobody() -> None:
    (post,) = heard(atom(wordpress(3, "Desk", "We moved.", uri=DESK)), DESK).values()
    assert (post.own, post.parent, post.thread) == ("strong", None, PAGE)


def entry(name: str, *, link: str = "", ref: str = "", href: str = "", author: str = "Mai") -> str:
    page = f"<link href='{link}'/>" if link else ""
    answers = f"<thr:in-reply-to ref='{ref}' href='{href}'/>" if ref or href else ""
    return f"<entry><id>{name}</id>{page}<author>{author}</author>{answers}<content>{name}</content></entry>"


@pytest.mark.parametrize(
    ("parent", "child"),
    [
        (entry("tag:x,1"), entry("tag:x,2", ref="tag:x,1")),
        (
            entry("tag:x,1", link="https://x/c/1"),
            entry("tag:x,2", link="https://x/c/2", ref="tag:x,1"),
        ),
        (
            entry("tag:x,1", link="https://x/p#a"),
            entry("tag:x,2", link="https://x/p#b", ref="tag:x,1"),
        ),
        (
            entry("tag:x,1", link="https://x/p"),
            entry("tag:x,2", link="https://x/p", ref="tag:x,1"),
        ),
        (entry("tag:x,1", link="https://x/p#c1"), entry("tag:x,2", href="https://x/p#c1")),
        (
            entry("https://x/c/1", link="https://x/c/1"),
            entry("tag:x,2", ref="https://x/c/1"),
        ),
    ],
)
def test_a_reply_finds_its_parent_by_id_or_address(parent: str, child: str) -> None:
    both = heard(atom(child + parent))
    above, below = list(both.values())[::-1]
    assert below.parent == above.native
    assert below.thread == above.thread


@pytest.mark.parametrize(
    ("parent", "child"),
    [
        (entry("tag:x,1"), entry("tag:x,2", ref="tag:x,1")),
        (entry("tag:x,1", link="https://x/p#a"), entry("tag:x,2", link="https://x/p#b", ref="tag:x,1")),
        (entry("tag:x,1", link="https://x/p"), entry("tag:x,2", link="https://x/p", ref="tag:x,1")),
        (entry("https://x/c/1", link="https://x/c/1"), entry("tag:x,2", ref="https://x/c/1")),
        (entry("tag:x,1", link="https://x/c/1"),
         entry("tag:x,2", link="https://x/c/2", ref="tag:x,1", href="https://x/c/1")),
    ],
)  # fmt: skip
def test_a_reply_finds_a_parent_of_an_earlier_fetch(parent: str, child: str) -> None:
    (above,) = heard(atom(parent)).values()
    (below,) = heard(atom(child)).values()
    assert below.parent == above.native
    assert below.thread == above.thread


def test_a_chain_is_one_thread_and_a_loop_ends() -> None:
    chain = heard(atom("".join(entry(f"n{n}", ref=f"n{n - 1}") for n in range(1, 60))))
    assert {item.thread for item in chain.values()} == {"n0"}
    loop = heard(atom(entry("a", ref="b") + entry("b", ref="a") + entry("c", ref="c")))
    assert (loop["a"].parent, loop["b"].parent, loop["c"].parent) == ("b", "a", None)


@pytest.mark.parametrize(
    ("own", "author", "sign"),
    [
        (DESK, "<name>X</name><uri>http://SHOP.example/author/desk/</uri>", "strong"),
        ("shop.example/author/desk", f"<name>X</name><uri>{DESK}</uri>", "strong"),
        ("desk@shop.example", "<name>X</name><email>Desk@Shop.example</email>", "strong"),
        ("mailto:desk@shop.example", "<email>desk@shop.example</email>", "strong"),
        ("LampCo Support", "<name>lampco  SUPPORT</name>", "weak"),
        ("@lampco", "<name>lampco</name>", "weak"),
        ("LampCo Support", "<name>LampCo Supporter</name>", None),
        (DESK, f"<name>{DESK}</name>", "weak"),
        ("desk@shop.example", "<name>desk@shop.example</name>", "weak"),
        (DESK, "<name>X</name><uri>https://evil.example/author/desk</uri>", None),
        ("", "<name></name>", None),
    ],
)
def test_an_address_proves_who_wrote_and_a_name_only_hints(own: str, author: str, sign: str | None) -> None:
    (item,) = heard(atom(f"<entry><author>{author}</author></entry>"), own).values()
    assert item.own == sign


def test_a_name_is_the_handle_and_an_address_is_never_shown() -> None:
    (named,) = heard(
        atom("<entry><author><name>Mai</name><email>m@x.example</email></author></entry>")
    ).values()
    assert (named.author.handle, named.author.name, named.author.uri) == ("Mai", "Mai", None)
    (mailed,) = heard(rss("<item><author>mai@x.example</author></item>")).values()
    assert mailed.author.handle == "mai"


def test_a_day_without_an_hour_that_may_be_today_gives_no_time() -> None:
    items = heard(rss("<item><guid>a</guid><dc:date>2026-11-21</dc:date></item>"
                      "<item><guid>b</guid><dc:date>2026-11-01</dc:date></item>"
                      "<item><guid>c</guid></item>"))  # fmt: skip
    assert items["a"].posted is None
    assert items["b"].posted == datetime(2026, 11, 1, tzinfo=UTC)
    assert items["c"].posted is None


def test_reviews_carry_stars_and_are_no_conversation() -> None:
    (item,) = heard(samples.APP_STORE_XML).values()
    assert (item.kind, item.stars, item.scale, item.thread) == ("review", 1, 5, "901")


def test_a_search_alert_is_about_the_page_it_found() -> None:
    (item,) = heard(samples.GOOGLE_ALERT).values()
    assert item.url == item.thread == "https://news.example/lamp"


def test_a_title_that_repeats_the_text_is_none_and_one_without_text_is_the_text() -> None:
    texts = [("Where is…", "Where is my lamp?"), ("Only this", ""), ("Subject", "Words")]
    items = heard(
        rss("".join(f"<item><title>{a}</title><description>{b}</description></item>" for a, b in texts))
    )
    assert [(item.title, item.text) for item in items.values()] == [
        (None, "Where is my lamp?"),
        (None, "Only this"),
        ("Subject", "Words"),
    ]


def test_an_entry_that_stands_twice_is_heard_once() -> None:
    assert len(heard(rss("<item><guid>a</guid></item>" * 2))) == 1


def test_the_same_feed_gives_the_same_ids_and_new_entries_rename_none() -> None:
    old = "".join(
        f"<item><link>https://x.example/{n}</link><description>{n}</description></item>" for n in range(5)
    )
    new = "<item><description>5</description></item>"
    assert list(heard(rss(new + old)))[1:] == list(heard(rss(old)))


def test_a_feed_is_described_with_the_promised_fields() -> None:
    said = describe(read(atom(ANSWER + QUESTION), None, "https://blog.example/feed/"), "feed.xml")
    assert list(said) == ["source", "format", "title", "entries", "problems", "items"]
    assert (said["source"], said["format"], said["title"], said["entries"]) == (
        "feed.xml",
        "Atom 1.0",
        "Lamps",
        2,
    )
    assert said["items"][1] == {
        "id": comment(7),
        "author": "Mai",
        "posted": "2026-11-22T09:07:00Z",
        "url": comment(7),
        "thread": PAGE,
        "text": "It hums, refund?",
    }


def test_what_is_described_is_clean() -> None:
    (item,) = describe(read(samples.JSON_FEED.replace(b"Ada", b"\\u202e\\u001b[31mAda"), None, ""), "x")[
        "items"
    ][:1]
    assert item["author"] == "Ada"


def test_a_clock_in_the_future_is_left_for_the_store_to_judge() -> None:
    later = NOW + timedelta(days=3)
    (item,) = heard(rss(f"<item><dc:date>{later.isoformat()}</dc:date></item>")).values()
    assert item.posted == later
