"""Distinguished encoding (DER, X.690 §10–11) checked before anything is parsed: one value has one encoding."""

from __future__ import annotations

from dataclasses import dataclass

MAX_DEPTH = 32
MAX_ELEMENTS = 20_000
_CONSTRUCTED = 0x20
_SEQUENCE, _SET = 16, 17
_BOOLEAN, _INTEGER, _BITS, _NULL, _OID, _ENUM = 1, 2, 3, 5, 6, 10


class NotDistinguished(ValueError):
    """`args[0]` is a short code: trailing, indefinite, deep, many, length, tag, value."""


@dataclass(frozen=True)
class _Header:
    first: int
    start: int  # of the content
    end: int


def check_der(data: bytes) -> None:
    """Exactly one element, definite shortest lengths, primitive strings, no more depth than any certificate has.

    Walks without recursion, so that depth cannot exhaust the stack. Raises `NotDistinguished`.
    """
    ends = [len(data)]
    position = elements = 0
    while ends:
        if position == ends[-1]:
            ends.pop()
            continue
        elements += 1
        _refuse(elements > MAX_ELEMENTS, "many")
        header = _header(data, position, ends[-1])
        _refuse(len(ends) == 1 and header.end != len(data), "trailing")
        position = header.end
        if header.first & _CONSTRUCTED:
            _refuse(len(ends) > MAX_DEPTH, "deep")
            ends.append(header.end)
            position = header.start
        else:
            _check_value(header.first, data[header.start : header.end])
    _refuse(not elements, "length")


def _header(data: bytes, position: int, end: int) -> _Header:
    _refuse(position + 2 > end, "length")
    first, length = data[position], data[position + 1]
    start = position + 2
    _refuse(first & 0x1F == 0x1F or first == 0, "tag")  # long tags stand in no certificate and no signature
    universal = not first & 0xC0
    if universal:
        _refuse(bool(first & _CONSTRUCTED) != (first & 0x1F in (_SEQUENCE, _SET)), "tag")
    _refuse(length == 0x80, "indefinite")
    if length > 0x80:
        size = length & 0x7F
        _refuse(size > 4 or start + size > end, "length")
        length = int.from_bytes(data[start : start + size], "big")
        _refuse(length < 0x80 or data[start] == 0, "length")
        start += size
    _refuse(start + length > end, "length")
    return _Header(first, start, start + length)


def _check_value(first: int, value: bytes) -> None:
    """Of the primitive universal types whose values have more than one way to be written."""
    if first in (_INTEGER, _ENUM):
        _refuse(not value, "value")
        _refuse(len(value) > 1 and (value[0], value[1] >> 7) in ((0, 0), (0xFF, 1)), "value")
    elif first == _BOOLEAN:
        _refuse(value not in (b"\x00", b"\xff"), "value")
    elif first == _NULL:
        _refuse(bool(value), "value")
    elif first == _BITS:
        _refuse(not value or value[0] > 7 or (len(value) == 1 and value[0] > 0), "value")
        _refuse(bool(value[0] and value[-1] & ((1 << value[0]) - 1)), "value")
    elif first == _OID:
        _refuse(not value or value[-1] > 0x7F or value[0] == 0x80, "value")


def _refuse(wrong: bool, why: str) -> None:
    if wrong:
        raise NotDistinguished(why)
