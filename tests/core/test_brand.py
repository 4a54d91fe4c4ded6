"""Whether something names us: as a word of its own, in any script."""

from cxtui.core.brand import names_us

BRAND = ("lampco", "Lamp Co", "ແສງ", "مصباح")
NAMES = (
    "better than LampCo", "@lampco is cheaper", "#LAMPCO", "LampCo's lamps", "go to lamp co, then",
    "ｌａｍｐｃｏ",    "ດີກວ່າແສງບໍ່", "جربت مصباح أمس", "(lampco)", "lampco",
)  # fmt: skip
OTHERS = ("lampcodes rock", "your lamps, co", "mylampco", "", "clampcot", "lamp_co")


def test_names_are_found_as_words() -> None:
    assert [text for text in NAMES if not names_us((text,), BRAND)] == []
    assert [text for text in OTHERS if names_us((text,), BRAND)] == []


def test_a_title_counts_and_no_names_find_nothing() -> None:
    assert names_us(("LampCo or you?", "tell me"), BRAND)
    assert names_us((None, "lampco"), BRAND)
    assert not names_us(("lampco",), ())
