"""Mastodon: pictures go up before the answer, with what they show; what cannot go up sends nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import cxtui.connectors.mastodon.media
from cxtui.connectors.attaching import unfit
from cxtui.errors import FeedError, Refused, Rejected, Throttled
from tests.connectors.files_of import kept, picture
from tests.connectors.mastodon.straight import US, Desk
from tests.pictures import png
from tests.servers.pretended_mastodon import Reply

SAID = "This one."


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr(cxtui.connectors.mastodon.media, "LOOKS", (0.0, 0.0, 0.0))
    return Desk()


def ours(desk: Desk) -> list[str]:
    return [toot.id for toot in desk.stub.toots.values() if toot.by.acct == US]


async def test_pictures_are_shown_with_their_alt_texts_in_their_order(desk: Desk, tmp_path: Path) -> None:
    asked = desk.asks("which one?")
    files = (
        picture(tmp_path, alt='A red "lamp"\n– ໂຄມໄຟ'),
        picture(tmp_path, 'odd "na\u202eme"\r\n.png', "", wide=50),
    )
    made = await desk.reading().reply(desk.draft(asked, SAID, files=files))
    first, second = desk.stub.shows[made.remote_id or ""]
    assert (first.name, first.kind, first.content) == ("lamp.png", "image/png", png(40, 30))
    assert first.alt.replace("\r\n", "\n") == 'A red "lamp"\n– ໂຄມໄຟ'
    assert (second.alt, second.content) == ("", png(50, 30))
    assert "\n" not in second.name


async def test_what_the_server_works_on_is_waited_for(desk: Desk, tmp_path: Path) -> None:
    desk.stub.works_on_media = 2
    asked = desk.asks("which one?")
    made = await desk.reading().reply(desk.draft(asked, SAID, files=(picture(tmp_path),)))
    assert len(desk.stub.shows[made.remote_id or ""]) == 1
    desk.stub.works_on_media = 9
    with pytest.raises(Rejected, match=r"nothing was sent: lamp\.png could not be uploaded.*still at work"):
        await desk.reading().reply(desk.draft(asked, SAID, token="token-2", files=(picture(tmp_path),)))
    assert len(ours(desk)) == 1


async def test_software_with_the_first_version_of_uploads_takes_them_too(desk: Desk, tmp_path: Path) -> None:
    desk.stub.second_media = False
    made = await desk.reading().reply(desk.draft(desk.asks("which?"), SAID, files=(picture(tmp_path),)))
    assert len(desk.stub.shows[made.remote_id or ""]) == 1


async def test_the_same_reply_twice_stands_there_once(desk: Desk, tmp_path: Path) -> None:
    draft = desk.draft(desk.asks("which one?"), SAID, files=(picture(tmp_path),))
    first = await desk.reading().reply(draft)
    second = await desk.reading().reply(draft)
    assert first.remote_id == second.remote_id
    assert len(ours(desk)) == 1


@pytest.mark.parametrize(
    ("said", "kind", "words"),
    [
        (Reply(422, {"error": "Validation failed: File is invalid"}), Rejected, "File is invalid"),
        (Reply(413, b"<html>too large</html>"), Rejected, "could not be uploaded"),
        (Reply(500, {"error": "oh"}), Rejected, "nothing was sent.*fault of its own"),
        (Reply(404, b"<html></html>"), Rejected, "nothing was sent"),
        (Reply(200, {"type": "image"}), Rejected, "nothing was sent"),
        (Reply(200, b"<html>welcome</html>"), Rejected, "nothing was sent"),
        (Reply(429, {"error": "slowly"}), Throttled, "wait"),
        (Reply(403, {"error": "This action is outside the authorized scopes"}), Refused, "write:media"),
    ],
)
async def test_what_cannot_be_uploaded_is_known_to_have_sent_nothing(
    desk: Desk, tmp_path: Path, said: Reply, kind: type[FeedError], words: str
) -> None:
    asked = desk.asks("which one?")
    desk.http.tamper = lambda m, p, good: said if m == "POST" and p.endswith("/media") else good
    with pytest.raises(kind, match=words):
        await desk.reading().reply(desk.draft(asked, SAID, files=(picture(tmp_path),)))
    assert ours(desk) == []


async def test_a_picture_that_the_server_cannot_read_sends_nothing(desk: Desk, tmp_path: Path) -> None:
    desk.stub.works_on_media, desk.stub.spoils_media = 3, True
    with pytest.raises(Rejected, match=r"nothing was sent.*Error processing"):
        await desk.reading().reply(desk.draft(desk.asks("which?"), SAID, files=(picture(tmp_path),)))
    assert ours(desk) == []


async def test_a_copy_that_is_gone_or_changed_sends_nothing(desk: Desk, tmp_path: Path) -> None:
    asked, file = desk.asks("which one?"), picture(tmp_path)
    for spoil in (lambda: (tmp_path / file.sha256).write_bytes(b"x"), (tmp_path / file.sha256).unlink):
        spoil()
        with pytest.raises(Rejected, match=r"nothing was sent: our copy of lamp\.png .*attach it again"):
            await desk.reading().reply(desk.draft(asked, SAID, files=(file,)))
    assert ours(desk) == []
    assert not [path for _, path in desk.stub.asked if path.endswith("media")]


async def test_the_servers_own_limits_are_known_once_it_was_asked(desk: Desk, tmp_path: Path) -> None:
    mine = desk.reading()
    five = tuple(picture(tmp_path, f"{n}.png", "", wide=40 + n) for n in range(5))
    assert "up to 4 pictures" in unfit(mine.capabilities, five)
    told = {"max_media_attachments": 6, "max_characters": 500}
    files = {
        "supported_mime_types": ["image/png", "video/mp4"],
        "image_size_limit": 90,
        "description_limit": 9,
    }
    said = Reply(200, {"domain": "shop.example", "version": "4.4.3",
                       "configuration": {"statuses": told, "media_attachments": files}})  # fmt: skip
    with desk.broken("GET", "/api/v2/instance", said):
        await mine.check()
    can = mine.capabilities
    assert (can.attachments, can.attachment_bytes, can.alt_limit) == (6, 90, 9)
    assert can.attachment_kinds == ("image/png",)
    assert unfit(can, [replace(five[0], size=90)]) == ""
    assert "91 bytes; Mastodon" in unfit(can, [replace(five[0], size=91)])
    assert "takes pictures only" in unfit(can, [kept(tmp_path, "a.pdf", "application/pdf", b"x")])
    assert "alt text of 0.png has 10" in unfit(can, [replace(five[0], size=9, alt="x" * 10)])


async def test_an_answer_without_files_uploads_nothing(desk: Desk) -> None:
    await desk.reading().reply(desk.draft(desk.asks("where?"), SAID))
    assert desk.http.sent[-1][3] is not None
    assert "media_ids" not in desk.http.sent[-1][3]
