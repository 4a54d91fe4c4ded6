"""Attaching a file while a reply is written: asked, refused in a sentence, kept, and taken off again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from cxtui.core.attached import PICTURES, File
from cxtui.core.item import ReplyKind, Visibility
from cxtui.errors import StoreError
from cxtui.store import Outgoing
from cxtui.store.attachments import Attachments
from tests.pictures import jpeg, png
from tests.ui.fakedesk import NETWORKS, Clock, FakeDesk, item, left
from tests.ui.stage import Stage, stage


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeDesk:
    """One customer on a network that takes three pictures; files in the folder the program runs in."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("HOME", str(tmp_path / "here"))
    for name, content in {
        "lamp.png": png(4, 3), "lamp two.png": png(5, 3), "a.pdf": b"%PDF", "empty.png": b"",
        "liar.png": b"no picture", "big.png": png(4, 3, b"x" * 5_000), "photo.jpg": jpeg(4, 3, turned=1),
    }.items():  # fmt: skip
        (tmp_path / "here" / name).write_bytes(content)
    made = FakeDesk(Clock(), can=dict(NETWORKS), copies=Attachments(tmp_path / "store"))
    made.can["bsk"] = replace(
        made.can["bsk"], attachments=3, attachment_bytes=4_000, attachment_kinds=PICTURES, alt_limit=30
    )
    made.items = [item("riad", "which lamp?", left(15), feed="bsk")]
    return made


async def writing(on: Stage) -> None:
    await on.press("r")
    await on.sees("Reply to @riad")
    await on.type("This one")


async def named(on: Stage, path: str) -> None:
    await on.press("ctrl+o")
    await on.sees("a file to attach: up to 3 pictures, 4 kB each")
    await on.type(path)
    await on.press("enter")


async def attached(on: Stage, path: str, alt: str) -> None:
    await named(on, path)
    await on.sees("what does")
    await on.type(alt)
    await on.press("enter")
    await on.sees(f"+ image: {path}")


def draft(desk: FakeDesk) -> Outgoing:
    return next(one for one in desk.out.values() if one.state == "draft")


async def test_a_picture_is_asked_for_what_it_shows_and_kept_with_the_draft(desk: FakeDesk) -> None:
    async with stage(desk) as on:
        await writing(on)
        await attached(on, "lamp.png", "A red lamp")
        await on.sees("  + image: lamp.png", "bytes, alt: A red lamp", "draft saved")
        (file,) = draft(desk).files
        assert (file.name, file.alt) == ("lamp.png", "A red lamp")
        await on.press("escape")
        await on.misses("Reply to @riad")
        await on.press("r")
        await on.sees("Reply to @riad", "This one", "+ image: lamp.png", "alt: A red lamp")


async def test_the_review_lists_the_files_and_they_are_sent(desk: FakeDesk) -> None:
    async with stage(desk) as on:
        await writing(on)
        await attached(on, "lamp.png", "A red lamp")
        await attached(on, "lamp two.png", "-")
        await on.press("ctrl+r")
        await on.sees("Send?", "+ image: lamp.png", "+ image: lamp two.png", "bytes, no alt text")
        await on.press("y")
        await on.sees("goes out in")
        (out,) = desk.out.values()
        assert [(one.name, one.alt) for one in out.files] == [
            ("lamp.png", "A red lamp"),
            ("lamp two.png", ""),
        ]


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("nope.png", "there is no file nope.png"),
        (".", "is a folder"),
        ("empty.png", "empty.png is empty"),
        ("liar.png", "takes pictures only"),
        ("a.pdf", "a.pdf is application/pdf"),
        ("big.png", "takes 4 kB"),
    ],
)
async def test_what_cannot_go_is_refused_in_a_sentence_and_can_be_typed_anew(
    desk: FakeDesk, path: str, words: str
) -> None:
    async with stage(desk) as on:
        await writing(on)
        await named(on, path)
        await on.sees("not attached:", words, path)
        await on.press("escape")
        await on.misses("not attached")
        await on.sees("draft saved")
        assert draft(desk).files == ()


async def test_without_alt_text_only_on_purpose(desk: FakeDesk) -> None:
    async with stage(desk) as on:
        await writing(on)
        await named(on, "lamp.png")
        await on.sees("what does lamp.png show?")
        await on.press("enter")
        await on.sees("lamp.png goes without an alt text? Enter again says so")
        assert "+ image" not in on.text
        await on.press("enter")
        await on.sees("+ image: lamp.png", "bytes, no alt text")


async def test_an_alt_text_that_is_too_long_is_not_cut(desk: FakeDesk) -> None:
    async with stage(desk) as on:
        await writing(on)
        await named(on, "lamp.png")
        await on.sees("what does")
        await on.type("x" * 31)
        await on.sees("31/30")
        await on.press("enter")
        await on.sees("31/30")
        await on.press("backspace", "enter")
        assert await on.sees("alt: " + "x" * 30)


async def test_leaving_the_question_attaches_nothing(desk: FakeDesk) -> None:
    async with stage(desk) as on:
        await writing(on)
        await named(on, "lamp.png")
        await on.sees("what does")
        await on.press("escape")
        await on.sees("lamp.png was not attached")
        assert draft(desk).files == ()


async def test_what_a_camera_noted_is_said(desk: FakeDesk) -> None:
    async with stage(desk) as on:
        await writing(on)
        await attached(on, "photo.jpg", "A lamp")
        assert await on.sees("photo.jpg is sent as it is, with what the camera noted in it")


async def test_tab_completes_the_path(desk: FakeDesk) -> None:
    async with stage(desk) as on:
        await writing(on)
        await on.press("ctrl+o")
        await on.sees("a file to attach")
        await on.type("~/la")
        await on.press("tab")
        await on.sees("file ~/lamp", "lamp two.png, lamp.png")
        await on.type(" ")
        await on.press("tab")
        await on.sees("file ~/lamp two.png")
        await on.press("enter")
        assert await on.sees("what does lamp two.png show?")


async def test_an_empty_path_takes_a_file_off(desk: FakeDesk) -> None:
    async with stage(desk) as on:
        await writing(on)
        await on.press("ctrl+o")
        await on.sees("a file to attach")
        await on.press("enter")
        await on.sees("nothing is attached")
        await attached(on, "lamp.png", "one")
        await attached(on, "lamp two.png", "two")
        await on.press("ctrl+o")
        await on.sees("alone takes off one")
        await on.press("enter")
        await on.sees("which one is taken off? 1 lamp.png, 2 lamp two.png")
        await on.type("1")
        await on.press("enter")
        await on.sees("lamp.png was taken off", "+ image: lamp two.png")
        await on.press("ctrl+o")
        await on.sees("takes off lamp two.png")
        await on.press("enter")
        await on.misses("+ image")
        assert draft(desk).files == ()


async def test_no_more_than_the_network_takes(desk: FakeDesk) -> None:
    desk.can["bsk"] = replace(desk.can["bsk"], attachments=1)
    async with stage(desk) as on:
        await writing(on)
        await on.press("ctrl+o")
        await on.sees("one picture, 4 kB")
        await on.type("lamp.png")
        await on.press("enter")
        await on.sees("what does")
        await on.type("-")
        await on.press("enter")
        await on.sees("+ image: lamp.png")
        await on.press("ctrl+o")
        await on.sees("a file to attach")
        await on.type("lamp.png")
        await on.press("enter")
        assert await on.sees("this would be 2")


async def test_a_network_without_files_says_so_and_has_no_word_for_it(desk: FakeDesk) -> None:
    desk.can["bsk"] = NETWORKS["bsk"]
    async with stage(desk, size=(120, 40)) as on:
        await writing(on)
        assert "attach" not in on.lines[-1]
        await on.press("ctrl+o")
        await on.sees("takes no files with a reply: put it where it can be read and send the address")


async def test_a_discarded_text_comes_back_with_its_files(desk: FakeDesk) -> None:
    async with stage(desk) as on:
        await writing(on)
        await attached(on, "lamp.png", "A red lamp")
        await on.press("ctrl+r")
        await on.sees("Send?")
        await on.press("D")
        await on.misses("Reply to")
        assert not desk.out
        await on.press("u")
        await on.sees("Reply to @riad", "This one", "+ image: lamp.png")


async def test_a_discarded_text_comes_back_though_its_files_are_gone(
    desk: FakeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with stage(desk) as on:
        await writing(on)
        await attached(on, "lamp.png", "A red lamp")
        await on.press("ctrl+r")
        await on.sees("Send?")
        await on.press("D")
        await on.misses("Reply to")
        kept = FakeDesk.keep_draft

        async def without(
            self: FakeDesk, row: str, text: str, visibility: Visibility | None = None,
            files: Sequence[File] | None = None, kind: ReplyKind = "answer",
        ) -> None:  # fmt: skip
            if files:
                raise StoreError("our copy of lamp.png is not there any more; attach it again")
            await kept(self, row, text, visibility, files, kind)

        monkeypatch.setattr(FakeDesk, "keep_draft", without)
        await on.press("u")
        await on.sees("Reply to @riad", "This one")
        assert "+ image" not in on.text
        await on.press("escape")
        await on.sees("brought back without its files")


async def test_a_reply_taken_back_has_its_files(desk: FakeDesk) -> None:
    async with stage(desk) as on:
        await writing(on)
        await attached(on, "lamp.png", "A red lamp")
        await on.press("ctrl+r")
        await on.sees("Send?")
        await on.press("y")
        await on.sees("goes out in")
        await on.press("u")
        await on.sees("Reply to @riad", "This one", "+ image: lamp.png")
        assert len(draft(desk).files) == 1


@pytest.mark.parametrize("size", [(40, 12), (80, 24), (120, 40)])
async def test_files_have_room_on_every_screen(desk: FakeDesk, size: tuple[int, int]) -> None:
    async with stage(desk, size=size) as on:
        await writing(on)
        await on.press("ctrl+o")
        await on.sees("a file to attach")
        await on.type("lamp.png")
        await on.press("enter")
        await on.sees("what does")
        await on.type("-")
        await on.press("enter")
        assert await on.sees("+ image: lamp.png", "This one")
