"""Files on the way from a path to the network: looked at first, copied, and never left out silently."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from engine_fakes import Clock, FakeNetwork, asks
from operator_desk import DEAD, NOW, Desk

from cxtui.connectors import Capabilities, Draft, Identity, Sent
from cxtui.connectors.attaching import contents
from cxtui.core.attached import File
from cxtui.engine.attaching import found
from cxtui.engine.recovery import Recovery
from cxtui.errors import Rejected, Throttled, Unreachable, UsageError
from cxtui.store import Store
from tests.pictures import jpeg, png


@dataclass
class Pictured(FakeNetwork):
    """A network that takes two pictures of 500 bytes, and more where it is asked."""

    most: int = 500
    usual: int = 500
    fails: Exception | None = None

    @property
    def capabilities(self) -> Capabilities:
        return replace(
            super().capabilities, attachments=2, attachment_bytes=self.usual, alt_limit=20, check=True,
            attachment_kinds=("image/*",),
        )  # fmt: skip

    async def check(self) -> Identity:
        self.usual = self.most
        return Identity("desk")

    async def reply(self, draft: Draft) -> Sent:
        if self.fails:
            raise self.fails
        self.seen = await contents(draft.files)
        return await super().reply(draft)


@pytest.fixture
def network() -> Pictured:
    return Pictured([asks()])


@pytest.fixture
async def desk(store: Store, network: Pictured, clock: Clock) -> Desk:
    desk = Desk(store, network, clock)
    await desk.hear()
    return desk


def lamp(folder: Path, content: bytes = b"", name: str = "lamp.png") -> Path:
    path = folder / name
    path.write_bytes(content or png(4, 3))
    return path


async def attach(desk: Desk, path: Path | str, alt: str = "", beside: tuple[File, ...] = ()) -> File:
    return (await desk.outbox.attach("f", str(path), alt, beside)).file


async def queued(desk: Desk, *files: File) -> str:
    row = await desk.store.row("f:1")
    return (await desk.outbox.queue(row, "look", "answer", NOW, files=files)).id


async def test_what_was_attached_is_sent_though_the_original_is_gone(
    desk: Desk, network: Pictured, tmp_path: Path
) -> None:
    path = lamp(tmp_path)
    file = await attach(desk, path, "A\nred lamp")
    key = await queued(desk, file)
    path.unlink()
    done = await desk.outbox.deliver(key)
    assert (done.state, network.seen) == ("sent", (png(4, 3),))
    assert [one.alt for one in network.sent[0].files] == ["A red lamp"]


async def test_what_changed_after_it_was_attached_goes_as_it_was(
    desk: Desk, network: Pictured, tmp_path: Path
) -> None:
    key = await queued(desk, await attach(desk, lamp(tmp_path)))
    lamp(tmp_path, b"other")
    await desk.outbox.deliver(key)
    assert network.seen == (png(4, 3),)


async def test_what_the_network_does_not_take_is_refused_before_it_is_copied(
    desk: Desk, tmp_path: Path
) -> None:
    one = await attach(desk, lamp(tmp_path))
    expected = {
        lamp(tmp_path, png(4, 3, b"x" * 600), "big.png"): "big.png has .* bytes; net takes 500 bytes",
        lamp(tmp_path, b"no picture", "liar.png"): "net takes pictures only; liar.png is application/octet",
        lamp(tmp_path, b"%PDF-1.4", "a.pdf"): "net takes pictures only; a.pdf is application/pdf",
    }
    for path, words in expected.items():
        with pytest.raises(Rejected, match=words):
            await attach(desk, path)
    with pytest.raises(Rejected, match="up to 2 pictures, 500 bytes each; this would be 3"):
        await attach(desk, lamp(tmp_path), beside=(one, one))
    with pytest.raises(Rejected, match=r"alt text of lamp\.png has 21 characters; net takes 20"):
        await attach(desk, lamp(tmp_path), "x" * 21)
    with pytest.raises(UsageError, match=r"there is no file .*gone\.png"):
        await attach(desk, tmp_path / "gone.png")


async def test_a_server_that_takes_more_than_is_usual_is_asked(
    desk: Desk, network: Pictured, tmp_path: Path
) -> None:
    network.most = 5_000
    file = await attach(desk, lamp(tmp_path, png(4, 3, b"x" * 600)))
    assert file.size > 600


async def test_what_a_camera_noted_is_said(desk: Desk, tmp_path: Path) -> None:
    noted = await desk.outbox.attach("f", str(lamp(tmp_path, jpeg(4, 3, turned=1), "a.jpg")))
    plain = await desk.outbox.attach("f", str(lamp(tmp_path)))
    assert "perhaps where it was taken" in noted.note
    assert plain.note == ""


async def test_a_failed_upload_is_known_to_have_sent_nothing(
    desk: Desk, network: Pictured, clock: Clock, tmp_path: Path
) -> None:
    file = await attach(desk, lamp(tmp_path))
    network.fails = Rejected("nothing was sent: lamp.png could not be uploaded: no")
    failed = await desk.outbox.deliver(await queued(desk, file))
    assert (failed.state, failed.files) == ("failed", (file,))
    network.fails = Throttled("slowly")

    async def relents(seconds: float) -> None:
        clock.forward(seconds=seconds)
        network.fails = None

    desk.clock.rest = relents  # type: ignore[method-assign]
    desk.outbox = desk.restarted()
    done = await desk.outbox.deliver(await queued(desk, file))
    assert (done.state, len(network.sent)) == ("sent", 1)


async def test_files_that_are_taken_no_more_are_not_left_out(
    desk: Desk, network: Pictured, tmp_path: Path
) -> None:
    key = await queued(desk, await attach(desk, lamp(tmp_path)))
    network.usual = network.most = 10
    done = await desk.outbox.deliver(key)
    assert (done.state, network.sent) == ("failed", [])
    assert "nothing was sent: lamp.png has" in (done.error or "")


async def test_a_process_that_died_while_it_uploaded_sends_again_with_the_files(
    desk: Desk, network: Pictured, clock: Clock, tmp_path: Path
) -> None:
    network.retry = timedelta(hours=1)
    file = await attach(desk, lamp(tmp_path))
    key = await queued(desk, file)
    await desk.store.move(key, "sending", clock(), owner=DEAD, begun=clock(), attempts=1)
    recovery = Recovery(desk.restarted(), desk.store, clock)
    await recovery.once(5)
    await recovery.aclose()
    (sent,) = await desk.store.outbox(everything=True)
    assert (sent.state, network.seen, len(network.sent)) == ("sent", (png(4, 3),), 1)


async def test_not_known_whether_it_arrived_keeps_the_files(
    desk: Desk, network: Pictured, tmp_path: Path
) -> None:
    network.fails = Unreachable("it broke off behind the files")
    done = await desk.outbox.deliver(await queued(desk, await attach(desk, lamp(tmp_path))))
    assert (done.state, len(done.files)) == ("unknown", 1)


async def test_a_draft_keeps_its_files_until_others_are_given(desk: Desk, tmp_path: Path) -> None:
    file, row = await attach(desk, lamp(tmp_path)), await desk.store.row("f:1")
    await desk.outbox.draft(row, "", files=(file,))
    kept = await desk.outbox.draft(row, "look")
    assert kept.files == (file,)
    assert (await desk.outbox.draft(row, "look", files=())).files == ()


def test_what_was_typed_or_dropped_is_a_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    lamp(tmp_path, name="a lamp.png")
    lamp(tmp_path, name=" 'odd' ")
    typed = [
        "~/a lamp.png",
        "'a lamp.png'",
        '"a lamp.png"',
        "a\\ lamp.png",
        " a lamp.png ",
        " 'odd' ",
        "gone",
    ]
    assert [Path(found(one)).name for one in typed] == ["a lamp.png"] * 5 + [" 'odd' ", "gone"]
    assert found("~/a lamp.png") == str(tmp_path / "a lamp.png")
