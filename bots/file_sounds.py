"""What sound is: voice in OGG, sound in MP4 and MP3, told by its own structure and never together with a film."""

from __future__ import annotations

from collections.abc import Iterator

_OGG_HEADER = 27  # bytes of a page's header before its table of segments
_FIRST_PAGE = 2  # flag of a page that begins a stream
_WAY = (b"moov", b"trak", b"mdia", b"hdlr")  # the boxes one in another down to what kind of track it is
_MP3_BIT_RATES = {  # kbit/s of layer III, by version: 1, and 2 or 2.5
    True: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0),
    False: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0),
}
_MP3_RATES = (44_100, 48_000, 32_000)  # Hz of version 1; version 2 has half, 2.5 a quarter
_MP3_FRAMES = 3  # in a row are no accident


def is_voice(content: bytes) -> bool:
    """OGG with one stream of Opus and nothing beside it: what Telegram records."""
    if content[:4] != b"OggS" or len(content) < _OGG_HEADER + 1:
        return False
    begin = _OGG_HEADER + content[26]
    following = begin + sum(content[_OGG_HEADER:begin])
    page = content[following : following + _OGG_HEADER]
    return content[begin : begin + 8] == b"OpusHead" and page[:4] == b"OggS" and not page[5] & _FIRST_PAGE


def is_mp4_sound(content: bytes) -> bool:
    """MP4 of any brand whose tracks are all sound: M4A, and what Messenger and phones record."""
    if content[4:8] != b"ftyp":
        return False
    kinds = set(_handlers(content, 0, len(content), _WAY))
    return kinds == {b"soun"}


def mp3_frames(content: bytes) -> bytes | None:
    """An MP3 without the labels before and behind its sound, which hold pictures and names; None if it is none."""
    begin = _behind_label(content)
    place = begin
    for _ in range(_MP3_FRAMES):
        length = _frame_length(content[place : place + 4])
        if not length:
            return None
        place += length
    end = len(content) - 128 if content[-128:-125] == b"TAG" else len(content)
    return content[begin:end]


def _handlers(content: bytes, begin: int, end: int, way: tuple[bytes, ...]) -> Iterator[bytes]:
    """The kind of each track, in boxes of `size, name, content`."""
    while begin + 8 <= end:
        size, name, inner = int.from_bytes(content[begin : begin + 4], "big"), content[begin + 4 : begin + 8], begin + 8
        if size == 1:  # the size is a long one, behind the name
            size, inner = int.from_bytes(content[inner : inner + 8], "big"), inner + 8
        over = begin + size if size else end
        if over < inner or over > end:
            return
        if name == way[0]:
            deeper = way[1:]
            yield from _handlers(content, inner, over, deeper) if deeper else (content[inner + 8 : inner + 12],)
        begin = over


def _behind_label(content: bytes) -> int:
    if content[:3] != b"ID3":
        return 0
    size = 0
    for byte in content[6:10]:  # seven bits of each
        size = size << 7 | byte & 0x7F
    return 10 + size


def _frame_length(header: bytes) -> int:
    """Bytes of an MP3 frame by its header; 0 when it is none."""
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE6 != 0xE2:  # in step, and layer III
        return 0
    version, rate = header[1] >> 3 & 3, header[2] >> 2 & 3
    bits = _MP3_BIT_RATES[version == 3][header[2] >> 4]
    if version == 1 or rate == 3 or not bits:
        return 0
    hertz = _MP3_RATES[rate] >> {3: 0, 2: 1, 0: 2}[version]
    return (144 if version == 3 else 72) * 1000 * bits // hertz + (header[2] >> 1 & 1)
