"""The second opinion on a language."""

import subprocess
import sys

import pytest

from cxtui.data import guess as guessing
from cxtui.data.guess import guess

NINE = ("en", "es", "pt", "fr", "de", "ar", "bn", "lo", "tl")


@pytest.fixture
def extra() -> None:
    pytest.importorskip("py3langid", reason="the extra lang (py3langid) is not installed")


@pytest.mark.usefixtures("extra")
@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("Nobody has replied to my messages about the refund", "en"),
        ("Zwei Wochen und noch nichts angekommen", "de"),
        ("Obrigado pela lâmpada maravilhosa", "pt"),
        ("ok", None),
        ("Barangnya belum sampai juga sampai sekarang, tolong dibalas", None),
    ],
)
def test_a_guess_counts_only_when_it_is_sure_and_one_of_ours(text: str, lang: str | None) -> None:
    assert guess(text, NINE) == lang


def test_without_the_extra_there_is_no_opinion(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "py3langid.langid", None)
    guessing._model.cache_clear()  # pyright: ignore[reportPrivateUsage]
    try:
        assert guess("Zwei Wochen und noch nichts angekommen", NINE) is None
    finally:
        guessing._model.cache_clear()  # pyright: ignore[reportPrivateUsage]


def test_the_model_is_not_loaded_before_it_is_needed() -> None:
    code = (
        "import sys, cxtui.store.judging, cxtui.data.guess\n"
        "from cxtui.data import words; words()\nprint('py3langid' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
