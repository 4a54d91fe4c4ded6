"""The word lists are plain files: a user's own are added, and none is read before a text has to be judged."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from cxtui.core.lang import language
from cxtui.core.tone import tone
from cxtui.data import OURS, own_folder, read


def test_a_users_own_terms_are_added_to_ours(tmp_path: Path) -> None:
    (tmp_path / "en.txt").write_text("[complaint]\nzorgish\n", encoding="utf-8")
    (tmp_path / "ru.txt").write_bytes("[complaint]\nсломан*\n\xff".encode() + b"\xff\n")
    (tmp_path / "notes.md").write_text("[complaint]\nlamp\n", encoding="utf-8")
    ours, both = read(OURS), read(OURS, tmp_path)
    said = "a zorgish lamp"
    assert tone(said, "en", words=ours.terms).tone is None
    assert tone(said, "en", words=both.terms).reasons == ("“zorgish”",)
    assert tone("it is broken", "en", words=both.terms).tone == "complaint"
    russian = "Лампа сломана, и что мне делать"
    assert language(russian, words=both.evidence) == "ru"
    assert tone(russian, "ru", words=both.terms).tone == "complaint"


def test_what_cannot_be_read_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "en.txt").mkdir()
    assert tone("broken", "en", words=read(OURS, tmp_path, tmp_path / "none").terms).tone == "complaint"


def test_a_users_own_lists_are_beside_the_configuration() -> None:
    assert own_folder({"XDG_CONFIG_HOME": "/there", "HOME": "/h"}) == Path("/there/cxtui/words")
    assert own_folder({"XDG_CONFIG_HOME": "here", "HOME": "/h"}) == Path("/h/.config/cxtui/words")


def test_no_list_is_read_before_there_is_a_text() -> None:
    code = (
        "import sys, cxtui.store.book, cxtui.cli, cxtui.engine.live;"
        "sys.exit(bool({'cxtui.data', 'cxtui.core.tone', 'cxtui.core.lang'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
