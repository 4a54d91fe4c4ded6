"""The README says what is."""

import re
from pathlib import Path

from cxtui.connectors.table import HEADS, table
from cxtui.core.feed import NETWORKS
from cxtui.ui.commands import COMMANDS
from cxtui.ui.keys import keymap, label

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def key_table() -> str:
    """The table of the keys of the live queue, as it must stand in the README."""
    keys = keymap({})
    groups: dict[str, list[str]] = {}
    for one in COMMANDS.values():
        if one.scope in ("app", "queue") and one.group and keys[one.id]:
            shown = " ".join(f"`{label(key)}`" for key in keys[one.id])
            cells = (cell.replace("|", "\\|") for cell in (shown, one.words, f"`{one.id}`"))
            groups.setdefault(one.group, []).append(f"| {' | '.join(cells)} |")
    parts = [
        f"**{group}**\n\n| key | does | id |\n|---|---|---|\n" + "\n".join(rows)
        for group, rows in groups.items()
    ]
    return "\n\n".join(parts)


def test_the_readme_lists_the_keys_that_are_bound() -> None:
    found = re.search(r"<!-- keys -->\n\n(.*?)\n\n<!-- /keys -->", README, re.DOTALL)
    assert found is not None, f"put this between the marks:\n\n{key_table()}"
    assert found[1] == key_table()


def network_table() -> str:
    """The table of what each connector can do, as it must stand in the README."""
    rows = [f"| `{name}` | {' | '.join(cells)} |" for name, *cells in (row.cells for row in table())]
    return "\n".join([f"| {' | '.join(HEADS)} |", "|---" * len(HEADS) + "|", *rows])


def test_the_readme_says_what_each_connector_can_do() -> None:
    found = re.search(r"<!-- networks -->\n\n(.*?)\n\n<!-- /networks -->", README, re.DOTALL)
    assert found is not None, f"put this between the marks:\n\n{network_table()}"
    assert found[1] == network_table(), f"put this between the marks:\n\n{network_table()}"


def test_the_readme_shows_every_network_that_is_configured() -> None:
    shown = set(re.findall(r'connector = "(\w+)"', README))
    assert shown == set(NETWORKS) - {"demo"}
