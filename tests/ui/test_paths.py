"""Tab goes on with a path as far as it is sure."""

from __future__ import annotations

from pathlib import Path

import pytest

from cxtui.ui.paths import Completed, completed


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("lamp one.png", "lamp two.png", "ໂຄມໄຟ.png", ".hidden"):
        (tmp_path / name).touch()
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "only.pdf").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def test_a_path_goes_on_as_far_as_it_is_sure(folder: Path) -> None:
    expected = {
        "la": Completed("lamp ", ("lamp one.png", "lamp two.png")),
        "lamp o": Completed("lamp one.png"),
        "su": Completed("sub/"),
        "sub/": Completed("sub/only.pdf"),
        "~/su": Completed("~/sub/"),
        f"{folder}/su": Completed(f"{folder}/sub/"),
        "ໂ": Completed("ໂຄມໄຟ.png"),
        ".h": Completed(".hidden"),
        "nothing": Completed("nothing"),
        "gone/x": Completed("gone/x"),
        "a\0b": Completed("a\0b"),
    }
    assert {typed: completed(typed) for typed in expected} == expected
    assert ".hidden" not in completed("").names
