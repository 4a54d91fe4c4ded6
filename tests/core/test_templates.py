"""Variables in prepared texts: ours are filled, a customer's braces never are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtui.core.item import Author
from cxtui.core.templates import fill, unresolved, values, variables
from cxtui.core.text import clean

NASTY = st.sampled_from([
    "{name}", "{name|x}", "{0}", "{}", "{{name}}", "{agent.__class__}", "{name!r:>99}", "%s %(name)s",
    "$name", "{name|{agent|y}}", "}{", "\\g<1>", "\\1",
])  # fmt: skip
TEXTS = st.text(st.sampled_from("ab {}|\n%$\\"), max_size=20) | NASTY


def author(handle: str, name: str = "") -> Author:
    return Author(clean(handle), clean(name))


def test_a_variable_gives_its_value_or_its_fallback() -> None:
    text = "Hello {name|there}, {agent|the team} writes"
    assert fill(text, {"name": "Riad"}) == "Hello Riad, the team writes"
    assert fill(text, {"name": "", "agent": "Nok"}) == "Hello there, Nok writes"


def test_a_variable_with_neither_stays_and_is_found() -> None:
    left = fill("Order {order} and {order|yours}", {})
    assert left == "Order {order} and yours"
    assert [left[start:end] for start, end in unresolved(left)] == ["{order}"]


@given(TEXTS, TEXTS)
def test_what_a_variable_stands_for_is_never_read_again(value: str, other: str) -> None:
    filled = fill("<{name|there}> <{agent|us}>", {"name": value, "agent": other})
    assert filled == f"<{value or 'there'}> <{other or 'us'}>"


@given(st.text(st.sampled_from("ab {}|:!\n%"), max_size=40))
def test_a_text_without_values_keeps_all_that_is_no_variable_of_ours(text: str) -> None:
    filled = fill(text, {})
    for one in variables(text):
        assert one.fallback is None or f"|{one.fallback}}}" in text
    if not variables(text):
        assert filled == text


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Dear {name}", ["{name}"]),
        ("Dear {name|there}", ["{name|there}"]),
        ("{{ticket.requester.name}}", ["{{ticket.requester.name}}"]),
        ("{ name }, {order number}", ["{ name }", "{order number}"]),
        ("{name:>9} {name!r} {0}", ["{name:>9}", "{name!r}", "{0}"]),
        ("{} and {|you}", ["{}", "{|you}"]),
        ("ສະບາຍດີ {ຊື່}, {নাম} {اسم}", ["{ຊື່}", "{নাম}", "{اسم}"]),
        ('{"a": 1}, f({}), {a, b}, {1,2}, {50%}, {', []),
        ("a smile :-{ and another }:", []),
        ("no brace at all", []),
    ],
)
def test_what_is_left_of_a_variable_is_found_where_it_stands(text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in unresolved(text)] == found


@pytest.mark.parametrize(
    ("who", "called"),
    [
        (author("riad"), "Riad"),
        (author("riad", "riad"), "Riad"),
        (author("@riad", "Riad Khan"), "Riad"),
        (author("k1", "Dr. Kim Lee"), "Dr. Kim Lee"),
        (author("k1", "عبد الله"), "عبد الله"),
        (author("k1", "ນາງ ໃໝ່"), "ນາງ ໃໝ່"),
        (author("nok_vte"), None),
        (author("mai@shop.example"), None),
        (author("x1", "BUY at https://evil.example now cheap"), None),
        (author("x1", "{agent|me}"), None),
        (author(""), None),
    ],
)
def test_somebody_is_greeted_by_what_is_a_name(who: Author, called: str | None) -> None:
    assert values(who, (), "").get("name") == called


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (["أين طلبي 4512"], "4512"),
        (["since 2024 I wait for #88123, paid 4999.50 at 12:3045"], "88123"),
        (["4512 and 4513"], None),
        (["4512", "still 4512!"], "4512"),
        (["in 2026"], None),
        (["call +856 20 5555 1234"], None),
    ],
)
def test_an_order_is_known_when_only_one_number_can_be_it(texts: list[str], order: str | None) -> None:
    assert values(author("a1"), texts, "").get("order") == order


def test_who_writes_is_known() -> None:
    assert values(author("a1"), (), "nok")["agent"] == "Nok"
