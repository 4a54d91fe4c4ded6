"""Dictionaries of hunspell, where the extra ``spell`` (chunspell) and a dictionary are installed.

A dictionary is loaded at the first text of its language, never at start.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Collection, Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

FOLDERS = (
    "/usr/share/hunspell", "/usr/share/myspell", "/usr/share/myspell/dicts", "/usr/local/share/hunspell",
    "/opt/homebrew/share/hunspell", "/Library/Spelling", "~/Library/Spelling", "~/.local/share/hunspell",
)  # fmt: skip
"""Where dictionaries usually are; those that DICPATH names come first."""
REGIONS: Mapping[str, Sequence[str]] = {
    "en": ("US", "GB"), "es": ("ES", "MX"), "pt": ("BR", "PT"), "fr": ("FR",), "de": ("DE",), "ar": ("",),
    "bn": ("BD", "IN"), "tl": ("PH",),
}  # fmt: skip
"""Which regions' dictionaries are taken where there are several: a word that one knows is right."""
OTHER_NAMES: Mapping[str, Sequence[str]] = {"tl": ("fil",), "fil": ("tl",)}
MOST = 2
"""So many dictionaries of one language are asked."""
SMALLEST = 2_000
"""Bytes of a word list; a smaller one is no dictionary."""
PACKAGE = "hunspell"
"""What chunspell is imported as."""


class Dictionaries:
    """The dictionaries of a machine. `load` may take a second; `spelled` only looks up."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = folders
        self._loaded: dict[str, tuple[Any, ...]] = {}
        self._lock = threading.Lock()

    def found(self, lang: str) -> list[Path]:
        """The word lists of a language, without their endings, the usual region's first."""
        listed: dict[Path, Path] = {}
        for name in (lang, *OTHER_NAMES.get(lang, ())):
            for place in self._named(name):
                listed.setdefault(place.with_suffix(".dic").resolve(), place)
        return list(listed.values())[:MOST]

    def load(self, lang: str) -> None:
        """Load a language's dictionaries, if there are any; a damaged one is left out."""
        with self._lock:
            if lang not in self._loaded:
                self._loaded[lang] = (
                    tuple(_opened(place) for place in self.found(lang)) if installed() else ()
                )

    def look_up(self, words: Collection[str], lang: str) -> None:
        """Have words of a language ready for `spelled`."""
        del words
        self.load(lang)

    def close(self) -> None:
        """There is nothing to end."""

    def spelled(self, word: str, lang: str) -> bool | None:
        """Whether a word is right; None where no dictionary of the language is loaded."""
        known = self._loaded.get(lang)
        if not known:
            return None
        try:
            return any(bool(one.spell(word)) for one in known)
        except UnicodeError:  # what cannot be written in the dictionary's encoding is none of its words
            return True

    def _named(self, name: str) -> list[Path]:
        places = [place for folder in self._folders if folder.is_dir() for place in sorted(folder.iterdir())]
        fitting = {
            place.stem: place.with_suffix("")
            for place in reversed(places)
            if place.suffix == ".dic"
            and place.stem.replace("-", "_").partition("_")[0] == name
            and place.with_suffix(".aff").is_file()
            and place.stat().st_size >= SMALLEST
        }
        wanted = [f"{name}_{region}" if region else name for region in (*REGIONS.get(name, ()), "")]
        order = {stem: n for n, stem in enumerate(wanted)}
        return [fitting[stem] for stem in sorted(fitting, key=lambda one: (order.get(one, len(order)), one))]


def folders(env: Mapping[str, str]) -> tuple[Path, ...]:
    """Where dictionaries may be."""
    named = [one for one in env.get("DICPATH", "").split(os.pathsep) if one]
    return tuple(Path(one).expanduser() for one in (*named, *FOLDERS))


def installed() -> bool:
    """Whether the package is there that reads dictionaries."""
    return find_spec(PACKAGE) is not None


def state(dictionaries: Dictionaries, langs: Sequence[str]) -> str:
    """In a sentence for which languages spelling is looked at, and what is missing for the others."""
    if not installed():
        return "spelling: off, the extra spell is not installed (pip install 'cxtui[spell]')"
    there = [lang for lang in langs if dictionaries.found(lang)]
    missing = [lang for lang in langs if lang not in there]
    said = (
        f"spelling: {', '.join(there)}" if there else "spelling: off, no dictionary of hunspell is installed"
    )
    return said + (f"; no dictionary for {', '.join(missing)}" if there and missing else "")


def _opened(place: Path) -> Any:
    return import_module(PACKAGE).Hunspell(place.name, hunspell_data_dir=str(place.parent))
