"""Pictures of citizens, drawn anew from their pixels: nothing of where, when and with what they were taken is left."""

from __future__ import annotations

import threading
from io import BytesIO

from PIL import Image, ImageOps

LONGEST = 4000  # pixels of the longer side that is kept; A4 at 300 dpi has 3,508
MOST_PIXELS = 40_000_000  # a larger one is a bomb or of no use here: some 300 MB of memory while it is drawn
MOST_SCANS = 64  # of a progressive JPEG, which has about ten; thousands would keep a processor busy for hours
SMALL = 320  # pixels of the longer side of a preview
_JPEG_SCAN = b"\xff\xda"
_SAVED = {
    "JPEG": {"quality": 90},
    "PNG": {"compress_level": 4},
    "WEBP": {"quality": 90, "method": 2},
}
_one_at_a_time = threading.Lock()  # so that the memory for one picture is enough


def redrawn(content: bytes, kind: str) -> bytes | None:
    """The same picture upright, of the same kind (JPEG, PNG or WEBP); None when it is broken or a bomb."""
    return _drawn(content, kind, kind, LONGEST)


def preview(content: bytes, kind: str) -> bytes | None:
    """A small JPEG of it."""
    return _drawn(content, kind, "JPEG", SMALL)


def _drawn(content: bytes, kind: str, wanted: str, longest: int) -> bytes | None:
    if kind == "JPEG" and content.count(_JPEG_SCAN) > MOST_SCANS:
        return None
    try:
        with _one_at_a_time, Image.open(BytesIO(content), formats=[kind]) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                return None
            return _saved(_upright(picture, longest), wanted)
    except Exception:  # there is no end to the ways in which a decoder fails over a hostile file
        return None


def _upright(picture: Image.Image, longest: int) -> Image.Image:
    picture.thumbnail((longest, longest))  # a JPEG is read at half its size and less where that is enough
    picture.load()
    try:
        return ImageOps.exif_transpose(picture)
    except Exception:  # its EXIF is broken: the picture itself is not
        return picture


def _saved(picture: Image.Image, kind: str) -> bytes:
    plain = _plain(picture, with_alpha=kind != "JPEG")
    plain.info = {}
    out = BytesIO()
    plain.save(out, kind, **_SAVED[kind])
    return out.getvalue()


def _plain(picture: Image.Image, with_alpha: bool) -> Image.Image:
    """Grey, RGB or RGBA, whatever it was; without alpha on white."""
    if picture.mode.startswith("I"):  # 16 bits of grey
        return picture.convert("I").point(lambda level: level * (1 / 256)).convert("L")
    if not picture.has_transparency_data:
        return picture.convert("L" if picture.mode in ("1", "L") else "RGB")
    layered = picture.convert("RGBA")
    if with_alpha:
        return layered
    return Image.alpha_composite(Image.new("RGBA", layered.size, "white"), layered).convert("RGB")
