"""Bluesky: pictures are blobs before the post that shows them; what cannot go up sends nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from cxtui.connectors.attaching import unfit
from cxtui.connectors.bluesky import CAN
from cxtui.errors import FeedError, Refused, Rejected, Throttled
from tests.connectors.bluesky.straight import draft, earlier, joined
from tests.connectors.files_of import kept, picture
from tests.pictures import jpeg, png
from tests.servers.pretended_bluesky import BRAND, PretendedBluesky, Reply, refused

UPLOAD = "com.atproto.repo.uploadBlob"
NO_DATA: Reply = (200, {}, "<html>")
NO_BLOB: Reply = (200, {}, {"blob": 3})


@pytest.fixture
def sky() -> PretendedBluesky:
    return PretendedBluesky(earlier(minutes=5))


def posts(sky: PretendedBluesky) -> list[dict[str, object]]:
    return [one.record for one in sky.written.values() if one.did == BRAND]


async def test_pictures_are_shown_with_alt_text_and_shape(sky: PretendedBluesky, tmp_path: Path) -> None:
    connector, _ = joined(sky)
    photo = kept(tmp_path, "photo.jpg", "image/jpeg", jpeg(40, 30, turned=6))
    files = (picture(tmp_path), photo)
    await connector.reply(replace(draft(sky.mention("Which?")), files=files))
    (post,) = posts(sky)
    embed = cast("dict[str, Any]", post["embed"])
    assert embed["$type"] == "app.bsky.embed.images"
    first, second = embed["images"]
    assert (first["alt"], first["aspectRatio"]) == ("A red lamp", {"width": 40, "height": 30})
    assert (second["alt"], second["aspectRatio"]) == ("", {"width": 30, "height": 40})
    content = jpeg(40, 30, turned=6)
    assert sky.blobs[first["image"]["ref"]["$link"]] == ("image/png", png(40, 30))
    assert sky.blobs[second["image"]["ref"]["$link"]] == ("image/jpeg", content), "nothing is taken out"


async def test_the_same_draft_twice_is_one_post(sky: PretendedBluesky, tmp_path: Path) -> None:
    connector, _ = joined(sky)
    one = replace(draft(sky.mention("Which?")), files=(picture(tmp_path),))
    assert (await connector.reply(one)).remote_id == (await connector.reply(one)).remote_id
    assert len(posts(sky)) == 1
    assert sky.asked.count(UPLOAD) == 1


async def test_a_sign_in_that_ran_out_is_renewed_for_the_upload(
    sky: PretendedBluesky, tmp_path: Path
) -> None:
    connector, _ = joined(sky)
    sky.instead[UPLOAD] = [refused(400, "ExpiredToken", "Token has expired")]
    await connector.reply(replace(draft(sky.mention("Which?")), files=(picture(tmp_path),)))
    assert len(posts(sky)) == 1


@pytest.mark.parametrize(
    ("said", "kind", "words"),
    [
        (refused(400, "InvalidRequest", "blob too big"), Rejected, "nothing was sent.*blob too big"),
        (
            refused(413, "PayloadTooLarge", "request entity too large"),
            Rejected,
            "nothing was sent.*too large",
        ),
        (refused(500, "InternalServerError", "oh"), Rejected, "nothing was sent"),
        (NO_DATA, Rejected, "nothing was sent"),
        (NO_BLOB, Rejected, "nothing was sent"),
        (refused(429, "RateLimitExceeded", "slowly"), Throttled, "wait"),
        (refused(401, "AccountTakedown", "gone"), Refused, "taken down"),
    ],
)
async def test_what_cannot_be_uploaded_is_known_to_have_sent_nothing(
    sky: PretendedBluesky, tmp_path: Path, said: Reply,
    kind: type[FeedError], words: str,
) -> None:  # fmt: skip
    connector, _ = joined(sky)
    sky.instead[UPLOAD] = [said]
    with pytest.raises(kind, match=words):
        await connector.reply(replace(draft(sky.mention("Which?")), files=(picture(tmp_path),)))
    assert posts(sky) == []


async def test_an_upload_that_broke_off_sent_nothing(sky: PretendedBluesky, tmp_path: Path) -> None:
    connector, http = joined(sky)
    http.lost.add(UPLOAD)
    with pytest.raises(Rejected, match=r"nothing was sent: lamp\.png could not be uploaded: .*broke off"):
        await connector.reply(replace(draft(sky.mention("Which?")), files=(picture(tmp_path),)))
    assert posts(sky) == []


def test_the_limits_are_those_of_the_lexicon(tmp_path: Path) -> None:
    one = picture(tmp_path)
    assert unfit(CAN, [replace(one, size=2_000_000)] * 4) == ""
    assert unfit(CAN, [one] * 5) == "Bluesky takes up to 4 pictures, 2 MB each; this would be 5"
    assert "lamp.png has 2.1 MB; Bluesky takes 2 MB" in unfit(CAN, [replace(one, size=2_100_000)])
    assert "takes pictures only; a.pdf is application/pdf" in unfit(
        CAN, [kept(tmp_path, "a.pdf", "application/pdf", b"x")]
    )
