"""[[rule]], brand and what orders are worth: read, and everything wrong with them named by line and key."""

from __future__ import annotations

from pathlib import Path

import pytest

from cxtui.config import Config, load
from cxtui.core.orders import Orders
from cxtui.engine.reload import taken
from cxtui.errors import ConfigError

ENV = {"HOME": "/home/nok", "USER": "nok", "TZ": "UTC"}
GOOD = """
timezone = "Asia/Vientiane"
brand = ["lampco", " LampCo ", "lampco"]
order_value = 40
currency = "USD"
orders_per_year = 3.5
[[feeds]]
name = "ours"
connector = "feed"
url = "https://shop.example/feed"
[[feeds]]
name = "theirs"
connector = "feed"
url = "https://other.example/feed"
competitor = "OtherLamps"
[[rule]]
match = "text~unsubscribe"
do = ["close spam"]
[[rule]]
name = "bad ones"
match = "stars:<=2 | tone:complaint"
do = ["priority high", "-new", "tag angry", "run notify-send 'bad review'"]
stop = true
"""
BAD = """
brand = "lampco"
order_value = -1
currency = "US Dollars"
orders_per_year = "3"
[[rule]]
match = "is:late"
do = ["tag a"]
[[rule]]
match = "lamp is:lat"
do = ["tagg a"]
[[rule]]
do = []
[[rule]]
match = "kind:review"
[[rule]]
match = "kind:review"
do = ["close spam"]
acts = ["tag a"]
[[rule]]
name = "other"
match = "kind:review"
do = ["close not-ours"]
[[rule]]
name = "first"
match = "kind:mail"
do = ["tag a"]
stop = true
[[rule]]
name = "second"
match = "kind:mail"
do = ["tag b"]
[[rule]]
name = "first"
match = "kind:post"
do = ["tag b"]
[[rule]]
match = "lang:lo"
do = "tag a"
[[rule]]
name = "loud\\u0007"
match = "lang:lo"
do = ["tag a"]
stop = "yes"
"""


def read(folder: Path, text: str) -> Config:
    file = folder / "config.toml"
    file.write_text(text)
    return load(file, ENV)


def problems(folder: Path, text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        read(folder, text)
    return [line.removeprefix(f"{folder}/config.toml:") for line in caught.value.problems]


def test_rules_are_read_in_their_order(tmp_path: Path) -> None:
    config = read(tmp_path, GOOD)
    one, two = config.rules.listed
    assert (one.name, one.words, one.by, one.stop) == (
        "text~unsubscribe", "close spam", "rule text~unsubscribe", False,
    )  # fmt: skip
    assert (two.name, two.words) == (
        "bad ones", "tag angry, untag new, priority high, run notify-send 'bad review', stop",
    )  # fmt: skip
    assert two.program == ("notify-send", "bad review")
    assert str(config.rules.zone) == "Asia/Vientiane"


def test_own_names_and_what_an_order_is_worth(tmp_path: Path) -> None:
    config = read(tmp_path, GOOD)
    assert config.brand == ("lampco", "LampCo")
    assert [feed.brand for feed in config.feeds] == [(), ("lampco", "LampCo")], (
        "only others are looked through"
    )
    assert config.orders == Orders(40, "USD", 3.5)
    assert read(tmp_path, "order_value = 12.5\n").orders == Orders(12.5, "", 1)
    assert read(tmp_path, "").orders is None


def test_everything_wrong_is_named_with_its_line(tmp_path: Path) -> None:
    found = problems(tmp_path, BAD)
    for line, said in zip(found, (
        "2 brand: must be a list of texts",
        "3 order_value: must be a number above 0 such as 40.0, is -1",
        '4 currency: must be one short word such as "USD"',
        "5 orders_per_year: must be a number such as 3, is text",
        "7 rule.match: 'is:late' is not known yet when a message arrives (at character 1)",
        "10 rule.match: is: does not know 'lat', did you mean late? (at character 9: lat)",
        "11 rule.do: 'tagg' is no act, did you mean 'tag'?",
        "12 rule.match: is missing",
        "13 rule.do: a rule needs an act",
        "14 rule.do: is missing",
        "19 rule.acts: unknown key",
        "23 rule.do: contradicts the rule at line 17 for the same messages: close spam and close not-ours",
        "31 rule.match: is never reached: the rule at line 26 has it too and stops",
        "34 rule.name: 'first' is there twice (line 26)",
        "39 rule.do: must be a list of texts",
        "41 rule.name: must be a plain text",
        "44 rule.stop: must be true or false",
    ), strict=True):  # fmt: skip
        assert line.startswith(said)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('currency = "USD"\n', "1 currency: says nothing without order_value"),
        ("orders_per_year = 3\n", "1 orders_per_year: says nothing without order_value"),
        ("order_value = nan\n", "1 order_value: must be a number above 0"),
        ("order_value = inf\n", "1 order_value: must be a number above 0"),
        ("order_value = true\n", "1 order_value: must be a number such as 40.0, is true or false"),
        ('brand = ["--"]\n', "1 brand: '--' is no name"),
        ('operator = "rule spam"\n', "1 operator: 'rule spam' is how the acts of rules are signed"),
        ("rule = 1\n", "1 rule: must be tables, each written [[rule]]"),
        ("ordervalue = 1\n", "1 ordervalue: unknown key, did you mean 'order_value'?"),
    ],
)
def test_a_wrong_value_is_said(tmp_path: Path, text: str, said: str) -> None:
    (line,) = problems(tmp_path, text)
    assert line.startswith(said)


def test_two_rules_without_a_name_cannot_have_the_same_match(tmp_path: Path) -> None:
    rule = '[[rule]]\nmatch = "lang:lo"\ndo = ["tag {}"]\n'
    (line,) = problems(tmp_path, rule.format("a") + rule.format("b"))
    assert line.startswith("5 rule.match: 'lang:lo' is there twice (line 2)")
    assert len(read(tmp_path, rule.format("a") + 'name = "a"\n' + rule.format("b")).rules.listed) == 2


def test_new_rules_and_a_new_order_value_are_said_when_the_file_is_read_again(tmp_path: Path) -> None:
    before, after = read(tmp_path, ""), read(tmp_path, GOOD)
    said = taken(before, after, ())
    assert said is not None
    assert "the new rules count for what comes from now on" in said
    assert "money at risk is counted with the new order value" in said


def test_a_rule_about_somebody_is_called_by_its_number(tmp_path: Path) -> None:
    matches = ("from:@mai", "kind:mail", "mai", "lang:lo -mai")
    text = "".join(f'[[rule]]\nmatch = "{match}"\ndo = ["tag a"]\n' for match in matches)
    found = [one.by for one in read(tmp_path, text).rules.listed]
    assert found == ["rule 1", "rule kind:mail", "rule 3", "rule 4"]
