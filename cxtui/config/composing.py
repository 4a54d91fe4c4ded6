"""``[compose]``: how replies are written."""

from __future__ import annotations

import re

from cxtui.config.table import Table

LANGUAGES = ("en",)
_CODE = re.compile(r"[a-z]{2,8}")


def languages(table: Table) -> tuple[str, ...]:
    """The languages the operator writes in beside the customer's; English where none is named."""
    named = table.texts("languages", '["en", "lo"]')
    for one in named:
        if not _CODE.fullmatch(one):
            table.note("languages", f'must be codes of languages such as "en" or "lo", has {one!r}')
    table.end()
    return tuple(dict.fromkeys(named)) or LANGUAGES
