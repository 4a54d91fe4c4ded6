"""Every key is found on its line, whatever stands around it."""

from __future__ import annotations

import tomllib
from typing import cast

from hypothesis import given
from hypothesis import strategies as st

from cxtui.config.lines import Lines, Place

TEXT = '''\
# first
operator = "nok" # "no [header]"
note = """
[not.a.header]
key = 1
""" # end
list = [
  "a", # ]
  [1, 2],
]

[[feeds]]
name = 'one'
token = { env = "A",
  }
"odd key.with dot" = 1

  [ feeds . sub ]
  x.y = 2

[[feeds]]
url = "x"
[store]
path = \'\'\'
a = 1\'\'\'
kind = """"quoted""""
'''


def test_keys_are_found_behind_strings_lists_and_comments() -> None:
    lines = Lines(TEXT.replace('{ env = "A",\n  }', '{ env = "A" }'))
    expected: dict[Place, int] = {
        ("operator",): 2,
        ("note",): 3,
        ("list",): 7,
        ("feeds",): 12,
        ("feeds", 0): 12,
        ("feeds", 0, "name"): 13,
        ("feeds", 0, "token"): 14,
        ("feeds", 0, "token", "env"): 14,
        ("feeds", 0, "odd key.with dot"): 15,
        ("feeds", 0, "sub"): 17,
        ("feeds", 0, "sub", "x", "y"): 18,
        ("feeds", 1): 20,
        ("feeds", 1, "url"): 21,
        ("feeds", 1, "name"): 20,
        ("store", "path"): 23,
        ("store", "kind"): 25,
        ("nowhere",): 1,
    }
    assert {place: lines.of(place) for place in expected} == expected


_keys = st.text("abc.= #[]\"'\n", min_size=1, max_size=6)
_texts = st.text("ab\"'\\#[]{}=\n,é", max_size=12)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _written(value: str, form: int) -> str:
    """The same text as one of the forms TOML has for it."""
    if form == 1 and "\\" not in value and '"' not in value:
        return f'"""\n{value}"""'
    if form == 2 and "'" not in value:
        return f"'''{value}'''"
    if form == 3:
        return f"[ # ]\n  {_quoted(value)},\n]"
    return _quoted(value)


_table = st.dictionaries(_keys, st.tuples(_texts, st.integers(0, 3)), max_size=4)


@given(st.lists(_table, min_size=1, max_size=4))
def test_the_line_of_a_key_is_the_line_it_was_written_on(tables: list[dict[str, tuple[str, int]]]) -> None:
    text = "# made\n"
    expected: dict[Place, int] = {}
    for n, table in enumerate(tables):
        expected["feeds", n] = text.count("\n") + 1
        text += "[[feeds]] # next = 1\n"
        for key, (value, form) in table.items():
            expected["feeds", n, key] = text.count("\n") + 1
            text += f"{_quoted(key)} = {_written(value, form)} # {{\n"
    read = cast("list[dict[str, object]]", tomllib.loads(text)["feeds"])
    assert [set(table) for table in read] == [set(table) for table in tables], "the text itself is right"
    lines = Lines(text)
    assert {place: lines.of(place) for place in expected} == expected
