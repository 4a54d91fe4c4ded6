"""The program beside the screen that holds the dictionaries: one line of JSON in, one line out.

Loading a large dictionary stops every thread of a process for a second; a damaged one may end it.
It imports nothing of cxtui.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from typing import Any


def main() -> None:
    """Answer until there is nobody to ask: ``[[[name, folder], …], [word, …]]`` gives ``[true, …]``."""
    loaded: dict[tuple[str, str], Any] = {}
    for line in sys.stdin:
        books, words = json.loads(line)
        for name, folder in books:
            if (name, folder) not in loaded:
                loaded[name, folder] = import_module("hunspell").Hunspell(name, hunspell_data_dir=folder)
        known = [loaded[name, folder] for name, folder in books]
        right = [any(_right(one, word) for one in known) for word in words]
        sys.stdout.write(json.dumps(right) + "\n")
        sys.stdout.flush()


def _right(book: Any, word: str) -> bool:
    try:
        return bool(book.spell(word))
    except UnicodeError:  # what cannot be written in the dictionary's encoding is none of its words
        return True


if __name__ == "__main__":
    main()
