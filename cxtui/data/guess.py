"""A second opinion on the language of a text, where the extra ``lang`` (py3langid) is installed.

Asked only when the rules say nothing. The model is loaded at the first such text, never at start.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from importlib import import_module
from typing import Any

SURE = 0.9
"""From this probability on a guess counts. Below it a wrong language would choose wrong word lists."""
SHORTEST = 12
"""Letters that a text must have."""


def guess(text: str, among: Collection[str]) -> str | None:
    """One of the languages ``among``, or None: too short, not sure, another language, no extra.

    All languages that the model knows compete, so that a text in none of these is not forced
    into one of them.
    """
    model = _model()
    if model is None or sum(map(str.isalpha, text)) < SHORTEST:
        return None
    lang, probability = model.classify(text)
    return str(lang) if probability >= SURE and lang in among else None


@cache
def _model() -> Any:
    try:
        langid = import_module("py3langid.langid")
    except ImportError:
        return None
    return langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE, norm_probs=True)
