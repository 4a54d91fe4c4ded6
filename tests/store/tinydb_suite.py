"""Runs TinyDB's own tests against our storage: ``python tests/store/tinydb_suite.py UNPACKED_SDIST``.

Whatever those tests open in a file or in memory is opened as our `Database` instead;
tests of the stock storages and of middleware keep their own. What is left out, and why, is in
`LEFT_OUT`; it is printed behind the result.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from tinydb import TinyDB
from tinydb.storages import JSONStorage, MemoryStorage

from cxtui.store.tinydb import Database, open_db

LEFT_OUT = {
    "test_tables.test_table_repr": "wants the words of a stock table",
    "test_tinydb.test_repr": "wants the words of a stock database",
    "test_tinydb.test_access_storage": "wants the stock class of what it opened",
    "test_tinydb.test_storage_access": "wants the stock class of what it opened",
}
"""Tests by name that name a stock class, where ours stands."""
OURS = ("conftest", "test_tinydb", "test_tables", "test_operations")


class Swap:
    """A pytest plugin that puts our database where TinyDB's stood."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made = 0
        self.left_out: list[str] = []

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        out = [item for item in items if _called(item) in LEFT_OUT]
        self.left_out = [f"{item.name}: {LEFT_OUT[_called(item)]}" for item in out]
        items[:] = [item for item in items if item not in out]
        config.hook.pytest_deselected(items=out)
        modules: set[Any] = set(config.pluginmanager.get_plugins())
        modules |= {item.module for item in items if isinstance(item, pytest.Function)}
        for module in modules:
            if isinstance(module, ModuleType) and module.__name__.split(".")[-1] in OURS:
                vars(module)["TinyDB"] = self._open

    def _open(
        self, path: str | Path | None = None, storage: Any = JSONStorage, **options: Any
    ) -> Database | TinyDB:
        if storage not in {JSONStorage, MemoryStorage}:
            return TinyDB(*([path] if path else []), storage=storage, **options)
        self._made += 1
        return open_db(path or self._folder / f"{self._made}.db")


def _called(item: pytest.Item) -> str:
    return f"{item.path.stem}.{item.name.partition('[')[0]}"


def main(sdist: str) -> int:
    """Run the tests of an unpacked source distribution; gives pytest's exit code."""
    with tempfile.TemporaryDirectory() as folder:
        swap = Swap(Path(folder))
        options = ["-q", "-p", "no:cacheprovider", "--rootdir", sdist, "-c", f"{sdist}/pyproject.toml"]
        code = pytest.main([*options, f"{sdist}/tests"], plugins=[swap])
    for one in swap.left_out:
        print(f"deselected {one}")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
