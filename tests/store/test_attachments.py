"""Copies of files: whole and on disk before a reply names them, and gone when none needs them."""

from __future__ import annotations

import os
import socket
import stat
import subprocess
import sys
import time
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from cxtui.core.attached import File
from cxtui.core.item import Arrival, Voice
from cxtui.errors import StoreBroken, StoreError, UsageError
from cxtui.store import Outgoing, Store, open_store
from cxtui.store.attachments import FOLDER, GRACE, Attachments
from tests.pictures import png
from tests.ui.fakedesk import NOW


def of(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def copy_of(store: Store, file: File) -> Path:
    (placed,) = store.attached([file])
    return Path(placed.path)


def remove(path: Path) -> None:
    path.unlink()


def there(path: Path) -> bool:
    return path.exists()


def test_a_copy_is_ours_alone_and_named_by_its_content(tmp_path: Path) -> None:
    copies, source = Attachments(tmp_path / "store"), of(tmp_path / "lamp.png", png(4, 3))
    source.chmod(0o644)
    file, head = copies.take(str(source))
    source.unlink()
    kept = Path(copies.placed(file).path)
    assert kept.read_bytes() == head == png(4, 3)
    assert (file.name, file.kind, file.size) == ("lamp.png", "image/png", len(head))
    assert kept.name == file.sha256 == sha256(head).hexdigest()
    assert [stat.S_IMODE(one.stat().st_mode) for one in (kept, kept.parent)] == [0o600, 0o700]
    assert [one.name for one in kept.parent.iterdir()] == [file.sha256], "nothing half made is left"


def test_what_is_no_file_to_send_is_refused_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "dangling").symlink_to(tmp_path / "gone")
    of(tmp_path / "empty.png", b"")
    of(tmp_path / "large.bin", b"x" * 2_000)
    heard = socket.socket(socket.AF_UNIX)
    monkeypatch.chdir(tmp_path)
    heard.bind("socket")
    heard.close()
    expected = {
        "nothing.png": "there is no file nothing.png",
        ".": "is a folder",
        "pipe": "no file but a pipe",
        "socket": "no file but a pipe, a socket",
        "/dev/zero": "a device",
        "loop": "symbolic links lead in a circle",
        "dangling": "there is no file dangling",
        "empty.png": "is empty: it has 0 bytes",
        "large.bin": "has 2 kB; 1 kB are taken",
        "a\0b": "cannot be read",
        "x" * 400: "cannot be read: File name too long",
        "no\x1b[31m\nsuch": "there is no file no such",
    }
    copies = Attachments(tmp_path / "store")
    for path, words in expected.items():
        with pytest.raises(UsageError) as said:
            copies.take(path, 1_000)
        assert words in str(said.value), path
        assert "\x1b" not in str(said.value)
    assert not list((tmp_path / "store").rglob("*-*"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_said(tmp_path: Path) -> None:
    source = of(tmp_path / "secret.pdf", b"x")
    source.chmod(0)
    with pytest.raises(UsageError, match=r"secret\.pdf may not be read by you"):
        Attachments(tmp_path).take(str(source))


def test_odd_names_are_copied_and_cleaned(tmp_path: Path) -> None:
    copies = Attachments(tmp_path / "store")
    names = {"a\nb\x1b[31m.txt": "a b.txt", "\u202egnp.lamp": "gnp.lamp", "💡.png": "💡.png"}
    found = {name: copies.take(str(of(tmp_path / name, b"x")))[0].name for name in names}
    assert found == names
    raw = os.fsencode(tmp_path) + b"/caf\xe9.txt"
    Path(os.fsdecode(raw)).write_bytes(b"x")
    assert copies.take(os.fsdecode(raw))[0].name == "caf\ufffd.txt"


def test_a_copy_goes_when_nothing_needs_it_and_it_is_not_young(tmp_path: Path) -> None:
    copies = Attachments(tmp_path / "store")
    one, _ = copies.take(str(of(tmp_path / "a", b"1")))
    two, _ = copies.take(str(of(tmp_path / "b", b"2")))
    of(copies.folder / "new-0", b"half")
    assert copies.sweep([one.sha256]) == 0
    assert copies.sweep([one.sha256], now=time.time() + GRACE + 60) == 2
    copies.demand([one])
    with pytest.raises(StoreError, match="b is not there any more; attach it again"):
        copies.demand([two])


def test_a_folder_that_is_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / FOLDER).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StoreBroken, match="a folder of its own"):
        Attachments(tmp_path / "store").take(str(of(tmp_path / "a", b"1")))
    assert list((tmp_path / "elsewhere").iterdir()) == []


KILLED = """
import os, sys
from pathlib import Path
from cxtui.store.attachments import Attachments

step, seen = int(sys.argv[3]), 0

def trace(frame, event, arg):
    global seen
    if frame.f_code.co_filename.endswith("attachments.py"):
        seen += 1
        if seen == step:
            os.kill(os.getpid(), 9)
    return trace

sys.settrace(trace)
file, _ = Attachments(Path(sys.argv[1])).take(sys.argv[2])
sys.settrace(None)
print(file.sha256)
"""


def test_a_process_killed_at_any_line_leaves_a_whole_copy_or_none(tmp_path: Path) -> None:
    source = of(tmp_path / "a.bin", os.urandom(3 << 20))
    whole = sha256(source.read_bytes()).hexdigest()
    ends: set[bool] = set()
    for step in range(30, 160, 13):
        folder = tmp_path / f"s{step}"
        command = [sys.executable, "-c", KILLED, str(folder), str(source), str(step)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode in (0, -9), done.stderr
        ends.add(done.returncode == 0)
        for kept in folder.rglob("*"):
            if kept.is_file() and not kept.name.startswith("new-"):
                assert sha256(kept.read_bytes()).hexdigest() == kept.name == whole
        if done.returncode == 0:
            assert (folder / FOLDER / whole).is_file()
    assert False in ends, "it was killed on its way"


async def asked(store: Store) -> None:
    said = [Arrival("1", "where is it?", Voice("@mai"), thread="1", posted=NOW)]
    await store.ingest("net", "comment", said, NOW, feed="f")


def draft(**facts: object) -> Outgoing:
    made = Outgoing(
        "d1", "f:1", "f:1", "f", "1", "1", "look", "answer", "public", "draft", "nok", NOW, NOW
    )  # fmt: skip
    return replace(made, **facts)  # type: ignore[arg-type]


async def test_a_reply_that_names_a_copy_which_is_gone_is_not_kept(tmp_path: Path) -> None:
    store = await open_store(tmp_path / "store")
    await asked(store)
    file, _ = await store.attach(str(of(tmp_path / "a", b"1")))
    remove(copy_of(store, file))
    with pytest.raises(StoreError, match="attach it again"):
        await store.put_outgoing(draft(files=(file,)))
    assert await store.outbox() == ()
    await store.close()


async def test_files_of_a_draft_outlive_the_process_and_go_after_it_is_sent(tmp_path: Path) -> None:
    store = await open_store(tmp_path / "store")
    await asked(store)
    file, _ = await store.attach(str(of(tmp_path / "a", b"1")))
    await store.put_outgoing(draft(files=(replace(file, alt="A lamp"),)))
    await store.close()
    store = await open_store(tmp_path / "store")
    (kept,) = await store.outbox()
    assert kept.files == (replace(file, alt="A lamp"),)
    (copy,) = (Path(one.path) for one in store.attached(kept.files))
    os.utime(copy, (0, 0))
    assert await store.sweep_files() == 0
    await store.put_outgoing(replace(kept, state="queued"))
    await store.move("d1", "sending", NOW)
    await store.move("d1", "sent", NOW, remote_id="9")
    os.utime(copy, (0, 0))
    assert await store.sweep_files() == 1
    assert not copy.exists()
    await store.close()


async def test_a_draft_to_somebody_who_is_forgotten_goes_with_its_files(tmp_path: Path) -> None:
    store = await open_store(tmp_path / "store")
    await asked(store)
    theirs, _ = await store.attach(str(of(tmp_path / "a", b"1")))
    other, _ = await store.attach(str(of(tmp_path / "b", b"2")))
    await store.put_outgoing(draft(files=(theirs,)))
    await store.forget("@mai", NOW)
    assert [there(copy_of(store, one)) for one in (theirs, other)] == [False, True]
    await store.close()


async def test_files_are_in_no_export(tmp_path: Path) -> None:
    store = await open_store(tmp_path / "store")
    await asked(store)
    file, _ = await store.attach(str(of(tmp_path / "secret.txt", b"1")))
    await store.put_outgoing(draft(files=(file,)))
    assert "secret" not in str(await store.export())
    await store.close()
