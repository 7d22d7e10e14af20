"""Files as citizens and attackers send them, made here: every kind that is kept, and what must never be."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from PIL import Image, PngImagePlugin

SECRET = "Secret Camera"  # in what a picture tells beside its pixels
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
HTML = b"<!doctype html><script>alert(document.cookie)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'


def picture(kind: str, size: tuple[int, int] = (60, 40), mode: str = "RGB", orientation: int = 0) -> bytes:
    """With its place, its camera and a text in it where the kind has room for them; red on the left, blue on the right.

    `orientation` as EXIF says it: 6 is a telephone held upright.
    """
    drawn = Image.new(mode, size, "blue")
    drawn.paste(Image.new(mode, (size[0] // 2, size[1]), "red"))
    exif = Image.Exif()
    exif[0x010F] = SECRET
    if orientation:
        exif[0x0112] = orientation
    exif.get_ifd(0x8825).update({1: "N", 2: (47.0, 55.0, 7.0), 3: "E", 4: (106.0, 55.0, 2.0)})
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", SECRET)
    out = BytesIO()
    more = {"pnginfo": text} if kind == "PNG" else {"comment": SECRET.encode()} if kind == "JPEG" else {}
    drawn.save(out, kind, exif=exif, **more)
    return out.getvalue()


def other_picture(kind: str) -> bytes:
    out = BytesIO()
    Image.new("RGB", (30, 30), "red").save(out, kind)
    return out.getvalue()


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def bomb(width: int = 60_000, height: int = 60_000) -> bytes:
    """A PNG of a few hundred bytes that says it has that many pixels."""
    head = _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + _chunk(b"IDAT", zlib.compress(b"\0" * 100_000)) + _chunk(b"IEND", b"")


def text_bomb() -> bytes:
    """A PNG whose text unpacks to 10 MB."""
    plain = picture("PNG")
    packed = _chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"a" * 10_000_000, 1))
    return plain[:33] + packed + plain[33:]


def many_scans(count: int = 5_000) -> bytes:
    """A JPEG that begins its picture again and again."""
    plain = picture("JPEG")
    start = plain.rindex(b"\xff\xda")
    return plain[:start] + b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" * count + plain[start:]


def ogg(*streams: bytes) -> bytes:
    """The first pages of the streams, then one more."""
    pages = [_page(flags=2, content=stream) for stream in streams]
    return b"".join(pages) + _page(flags=0, content=b"OpusTags" + b"\0" * 40)


def _page(flags: int, content: bytes) -> bytes:
    return b"OggS\0" + bytes([flags]) + b"\0" * 20 + b"\x01" + bytes([len(content)]) + content


OPUS, VORBIS, THEORA = b"OpusHead\x01\x01" + b"\0" * 9, b"\x01vorbis" + b"\0" * 23, b"\x80theora" + b"\0" * 35


def box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", 8 + len(content)) + name + content


def mp4(*tracks: bytes, brand: bytes = b"M4A ") -> bytes:
    """With one track of each kind: `soun`, `vide`."""
    made = (box(b"trak", box(b"mdia", box(b"hdlr", b"\0" * 8 + kind + b"\0" * 13))) for kind in tracks)
    return box(b"ftyp", brand + b"\0" * 4) + box(b"moov", b"".join(made)) + box(b"mdat", b"\0" * 100)


def deep_boxes() -> bytes:
    """Boxes in boxes, a hundred thousand deep."""
    size, heads = 100_000, []
    for depth in range(size):
        heads.append(struct.pack(">I", 8 * (size - depth)) + b"moov")
    return box(b"ftyp", b"M4A " + b"\0" * 4) + b"".join(heads)


def mp3(label: bool = False) -> bytes:
    """Ten frames of 128 kbit/s; `label`: with the sender's name before them and behind them."""
    frame = b"\xff\xfb\x90\x00" + b"\0" * 413
    before = b"ID3\x04\0\0\0\0\x00\x20" + SECRET.encode().ljust(32, b"\0")
    behind = b"TAG" + SECRET.encode().ljust(125, b"\0")
    return (before if label else b"") + frame * 10 + (behind if label else b"")


def packed(name: str, content: bytes) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return out.getvalue()


KEPT = {
    "photo.jpg": (picture("JPEG"), "image/jpeg"),
    "grey.jpg": (picture("JPEG", mode="L"), "image/jpeg"),
    "print.jpg": (picture("JPEG", mode="CMYK"), "image/jpeg"),
    "screen.png": (picture("PNG"), "image/png"),
    "glass.png": (picture("PNG", mode="RGBA"), "image/png"),
    "photo.webp": (picture("WEBP"), "image/webp"),
    "letter.pdf": (PDF, "application/pdf"),
    "voice.oga": (ogg(OPUS), "audio/ogg"),
    "voice.m4a": (mp4(b"soun"), "audio/mp4"),
    "clip.mp4": (mp4(b"soun", brand=b"isom"), "audio/mp4"),
    "song.mp3": (mp3(), "audio/mpeg"),
    "labelled.mp3": (mp3(label=True), "audio/mpeg"),
}
REFUSED = {
    "drawing.svg": SVG,
    "drawing.jpg": SVG,
    "page.html": HTML,
    "page.pdf": HTML,
    "page behind a picture's first bytes.jpg": b"\xff\xd8\xff\xe0" + HTML,
    "page that claims to be a PDF.pdf": b"%PDF-1.4 " + HTML,
    "page behind a blank.pdf": b"\n" + PDF,
    "script.js": b"alert(1)",
    "table.csv": "нэр;дугаар\n".encode(),
    "archive.zip": packed("a.txt", b"a"),
    "zip bomb.zip": packed("a.txt", b"\0" * 10_000_000),
    "contract.docx": packed("word/document.xml", b"<w/>"),
    "setup.exe": b"MZ" + b"\0" * 300 + b"PE\0\0",
    "program": b"\x7fELF" + b"\0" * 300,
    "install.sh": b"#!/bin/sh\nrm -rf /\n",
    "moving.gif": other_picture("GIF"),
    "page in a picture.gif": other_picture("GIF") + HTML,
    "old.bmp": other_picture("BMP"),
    "scan.tiff": other_picture("TIFF"),
    "apple.heic": box(b"ftyp", b"heic" + b"\0" * 4) + box(b"meta", box(b"hdlr", b"\0" * 8 + b"pict")),
    "film.mp4": mp4(b"vide", b"soun", brand=b"isom"),
    "film.m4a": mp4(b"soun", b"vide"),
    "film.webm": b"\x1aE\xdf\xa3" + b"\0" * 100,
    "film.ogg": ogg(THEORA, VORBIS),
    "film behind voice.ogg": ogg(OPUS, THEORA),
    "music.ogg": ogg(VORBIS),
    "deep.m4a": deep_boxes(),
    "half.jpg": picture("JPEG")[:-200],
    "half.png": picture("PNG")[:-60],
    "pixel bomb.png": bomb(),
    "smaller bomb.png": bomb(9_000, 9_000),
    "text bomb.png": text_bomb(),
    "many scans.jpg": many_scans(),
    "half a sound.mp3": mp3()[:500],
    "noise.bin": bytes(range(256)) * 20,
    "empty.jpg": b"",
}
