"""What a file is said by its content, and what is kept of it has nothing in it that it need not have (row E5)."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from bots.file_content import Seen, looked_at, preview
from dialogs.incoming import SharedKind
from tests.bots import samples
from tests.bots.samples import KEPT, REFUSED, SECRET


def seen(content: bytes) -> Seen:
    found = looked_at(content)
    assert found is not None
    return found


def drawn(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))


@pytest.mark.parametrize("name", KEPT)
def test_every_kind_that_is_kept_is_told_by_its_content(name: str) -> None:
    content, media_type = KEPT[name]
    assert seen(content).media_type == media_type


@pytest.mark.parametrize("name", REFUSED)
def test_everything_else_is_refused_whatever_it_is_called(name: str) -> None:
    assert looked_at(REFUSED[name]) is None


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_kept_without_its_place_its_camera_and_its_texts(kind: str) -> None:
    original = samples.picture(kind)
    kept = drawn(seen(original).content)
    assert (SECRET.encode() in original, dict(drawn(original).getexif()) != {}) == (True, True)
    assert SECRET.encode() not in seen(original).content
    assert (dict(kept.getexif()), set(kept.info) & {"exif", "comment", "Comment", "icc_profile"}) == ({}, set())


def test_a_picture_stands_upright_before_the_camera_says_how_it_was_held() -> None:
    kept = drawn(seen(samples.picture("JPEG", (60, 40), orientation=6)).content).convert("RGB")
    top, bottom = kept.getpixel((20, 5)), kept.getpixel((20, 55))
    assert kept.size == (40, 60)
    assert isinstance(top, tuple)
    assert isinstance(bottom, tuple)
    assert (top[0] > 200, bottom[2] > 200) == (True, True)


def test_a_broken_label_does_not_cost_the_picture() -> None:
    original = samples.picture("JPEG").replace(b"Exif\0\0", b"Exif\0\0junk")
    assert drawn(seen(original).content).size == (60, 40)


def test_what_hides_behind_a_picture_is_not_kept() -> None:
    assert b"script" not in seen(samples.picture("PNG") + samples.HTML).content


def test_a_large_picture_is_made_as_large_as_a_page_to_be_read_needs() -> None:
    assert drawn(seen(samples.picture("JPEG", (6_000, 3_000))).content).size == (4_000, 2_000)


def test_glass_stays_glass() -> None:
    assert drawn(seen(samples.picture("PNG", mode="RGBA")).content).mode == "RGBA"


def test_sixteen_bits_of_grey_stay_grey() -> None:
    out = BytesIO()
    Image.new("I;16", (10, 10), 40_000).save(out, "PNG")
    assert drawn(seen(out.getvalue()).content).getpixel((3, 3)) == 40_000 // 256


def test_a_pdf_and_voices_are_kept_as_they_are() -> None:
    for name in ("letter.pdf", "voice.oga", "voice.m4a"):
        assert seen(KEPT[name][0]).content == KEPT[name][0]


def test_the_labels_of_an_mp3_are_left_out() -> None:
    assert seen(samples.mp3(label=True)).content == samples.mp3()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_preview_is_a_small_jpeg(kind: str) -> None:
    small = preview(seen(samples.picture(kind, (800, 600))).content)
    assert small is not None
    assert (drawn(small).format, drawn(small).size) == ("JPEG", (320, 240))


def test_only_pictures_have_a_preview() -> None:
    assert preview(samples.PDF) is None


@pytest.mark.parametrize(
    ("name", "what"),
    [("photo.jpg", SharedKind.PHOTO), ("song.mp3", SharedKind.VOICE), ("letter.pdf", SharedKind.FILE)],
)
def test_what_it_is_called_in_the_talk_follows_from_its_content(name: str, what: SharedKind) -> None:
    assert seen(KEPT[name][0]).what is what
