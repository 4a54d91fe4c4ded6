"""A store lies on a disk of this machine."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from cxtui.errors import StoreBroken
from cxtui.store.tinydb import open_tables, place

MOUNTS = """\
overlay / overlay rw,relatime 0 0
proc /proc proc rw 0 0
/dev/vda1 /home ext4 rw 0 0
server:/export /home/team nfs4 rw,vers=4.2 0 0
tmpfs /home/team/local tmpfs rw 0 0
//nas/share /mnt/two\\040words cifs rw 0 0
me@host:/ /home/me/ssh fuse.sshfs rw 0 0
/dev/vdb /mnt/over nfs rw 0 0
/dev/vdc /mnt/over xfs rw 0 0
broken
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/", None),
        ("/var/lib/cxtui", None),
        ("/home/me", None),
        ("/home/team", "nfs4"),
        ("/home/team/a/b", "nfs4"),
        ("/home/teams", None),
        ("/home/team/local/x", None),
        ("/mnt/two words/x", "cifs"),
        ("/home/me/ssh/x", "fuse.sshfs"),
        ("/mnt/over", None),
    ],
)
def test_the_innermost_mount_decides(folder: str, kind: str | None) -> None:
    assert place.network_of(Path(folder), MOUNTS) == kind


def test_a_network_file_system_is_refused_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"server:/ {tmp_path / 'share'} nfs rw 0 0\n", encoding="utf-8")
    monkeypatch.setattr(place, "MOUNTS", mounts)
    with pytest.raises(StoreBroken, match=r"network file system \(nfs\).*a disk of this machine"):
        open_tables(tmp_path / "share" / "cxtui")
    assert list((tmp_path / "share" / "cxtui").iterdir()) == []


def test_the_file_is_private_from_its_first_moment(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        place.prepare(tmp_path / "cxtui.db")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "cxtui.db").stat().st_mode) == 0o600


def test_where_mounts_cannot_be_read_the_store_opens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(place, "MOUNTS", tmp_path / "nowhere")
    open_tables(tmp_path / "store").close()
    assert (tmp_path / "store" / "cxtui.db").stat().st_size > 0
