"""What a file is, is seen from its content; its name can be sent anywhere."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtui.core.attached import (
    LONGEST_NAME,
    NO_KIND,
    camera_notes,
    file_name,
    kind_of,
    measures,
    sized,
    takes,
)
from tests.pictures import gif, jpeg, png, webp


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (png(40, 30), "image/png"),
        (jpeg(40, 30), "image/jpeg"),
        (gif(40, 30), "image/gif"),
        (webp(40, 30), "image/webp"),
    ],
)
def test_a_picture_is_known_by_its_first_bytes_and_its_size_read(head: bytes, kind: str) -> None:
    assert kind_of(head, "text/plain") == kind
    assert measures(head) == (40, 30)


def test_a_picture_held_upright_is_as_high_as_it_is_seen() -> None:
    assert measures(jpeg(40, 30, turned=6)) == (30, 40)
    assert measures(jpeg(40, 30, turned=3)) == (40, 30)


def test_a_name_that_lies_makes_no_picture() -> None:
    assert kind_of(b"MZ\x90", "image/png") == NO_KIND
    assert kind_of(b"%PDF", "application/pdf") == "application/pdf"
    assert kind_of(b"?", "") == NO_KIND


def test_pictures_of_telephones_are_known_whatever_they_are_called() -> None:
    boxes = {b"heic": "image/heic", b"avif": "image/avif", b"isom": "video/mp4"}
    assert {brand: kind_of(b"\0\0\0\x18ftyp" + brand, "video/mp4") for brand in boxes} == boxes


def test_what_a_camera_noted_is_noticed() -> None:
    assert camera_notes(jpeg(4, 3, turned=1))
    assert not camera_notes(jpeg(4, 3))
    assert not camera_notes(png(4, 3))


@given(st.binary(max_size=80), st.sampled_from([png, jpeg, gif, webp]), st.integers(0, 60))
def test_a_damaged_picture_never_breaks_the_look_at_it(noise: bytes, made: object, at: int) -> None:
    whole = {png: png, jpeg: jpeg, gif: gif, webp: webp}[made](40, 30)  # type: ignore[index]
    found = measures(whole[:at] + noise)
    assert found is None or min(found) > 0


def test_sizes_are_said_as_people_say_them() -> None:
    said = {0: "0 bytes", 1: "1 byte", 999: "999 bytes", 48_000: "48 kB", 999_499: "999 kB",
            999_500: "1 MB", 2_000_000: "2 MB", 2_140_000: "2.1 MB"}  # fmt: skip
    assert {count: sized(count) for count in said} == said


def test_odd_names_become_names_that_can_be_sent() -> None:
    made = {
        "invoice.pdf": "invoice.pdf",
        "in\nvoice\x1b[31m.pdf": "in voice.pdf",
        "\u202egnp.exe": "gnp.exe",
        'a/b\\c:"d".txt': "a_b_c_d_.txt",
        "💡 lamp.png": "💡 lamp.png",
        "ໂຄມໄຟ.png": "ໂຄມໄຟ.png",
        "...": "file",
        "": "file",
        b"caf\xe9.txt".decode("utf-8", "surrogateescape"): "caf\ufffd.txt",
    }
    assert {name: file_name(name) for name in made} == made


@given(st.text(max_size=400))
def test_a_name_is_one_short_line_without_strokes(raw: str) -> None:
    name = file_name(raw)
    assert 0 < len(name) <= LONGEST_NAME
    assert not set(name) & set('/\\\n\r\0"')
    assert file_name(name) == name


def test_a_long_name_keeps_its_ending() -> None:
    assert file_name("x" * 400 + ".jpeg").endswith("x.jpeg")


def test_kinds_are_taken_by_name_and_by_family() -> None:
    assert takes("image/png", ("image/*",))
    assert takes("image/png", ("image/gif", "image/png"))
    assert not takes("image/png", ("image/gif", "video/*"))
    assert takes("application/x-anything", ())


def test_an_exif_block_that_points_beyond_itself_is_left_alone() -> None:
    lie = b"Exif\0\0II*\0" + struct.pack("<I", 4_000_000)
    block = b"\xff\xe1" + struct.pack(">H", len(lie) + 2) + lie
    plain = jpeg(40, 30)
    assert measures(plain[:2] + block + plain[2:]) == (40, 30)
