"""Rendered messages as Telegram wants them: text with entities by offset, cut to size, and a keyboard.

Never `parse_mode`: a name with `<b>` or `_*[` in it is then only text, and no message can fail for ever because of one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import assert_never
from urllib.parse import urlsplit

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, MessageEntity, WebAppInfo

from connectors.plain_text import is_blank, one_line, shown, units
from dialogs.rendering import Block, Button, Rendered, Style

MAX_UNITS = 4096  # UTF-16 units of one message (Bot API, sendMessage)
MAX_LABEL = 60  # characters; Telegram's apps show about 64 on a button
_HEAD, _TAIL = 30, 29  # kept of a longer one: titles of siblings often differ only at their end


@dataclass(frozen=True)
class Part:
    """One Telegram message: at most `MAX_UNITS` UTF-16 units, never blank."""

    text: str
    entities: tuple[MessageEntity, ...] = ()


@dataclass(frozen=True)
class _Span:
    """A run of text in one style; `mark` is an entity type, or empty for plain text."""

    text: str
    mark: str = ""
    url: str | None = None


_Line = tuple[_Span, ...]


@dataclass
class _Filling:
    """A message while lines are put into it; `size` in UTF-16 units, the newlines between them included."""

    lines: list[_Line] = field(default_factory=list)
    size: int = -1

    def has_room(self, size: int) -> bool:
        return not self.lines or self.size + 1 + size <= MAX_UNITS

    def add(self, line: _Line) -> None:
        self.lines.append(line)
        self.size += 1 + _size(line)


def parts_of(rendered: Rendered) -> list[Part]:
    """The messages that say it, cut at blocks, else lines, else words; none when there is nothing to see in it."""
    filled = [_Filling()]
    for block in rendered.blocks:
        if block.vouched:
            continue  # a button
        lines = [piece for line in _lines(_spans(block)) for piece in _fitting(line)]
        if not filled[-1].has_room(sum(_size(line) for line in lines) + len(lines) - 1):
            filled.append(_Filling())
        for line in lines:
            if not filled[-1].has_room(_size(line)):
                filled.append(_Filling())
            filled[-1].add(line)
    parts = (_part(filling.lines) for filling in filled)
    return [part for part in parts if not is_blank(part.text)]


def keyboard(buttons: tuple[Button, ...], blocks: tuple[Block, ...] = ()) -> InlineKeyboardMarkup | None:
    """One button a row, so that no label is squeezed; None without buttons. Pages of ours open as Mini Apps."""
    rows = [
        [InlineKeyboardButton(keyboard_label(block.text), web_app=WebAppInfo(block.url))]
        for block in blocks
        if block.vouched
    ]
    rows += [[InlineKeyboardButton(keyboard_label(button.label), callback_data=button.payload)] for button in buttons]
    return InlineKeyboardMarkup(rows) if rows else None


def keyboard_label(label: str) -> str:
    """On one line, no longer than apps show, never blank: Telegram refuses a message for a blank button."""
    line = one_line(label)
    if is_blank(line):
        return "…"
    return line if len(line) <= MAX_LABEL else f"{line[:_HEAD].rstrip()}…{line[-_TAIL:].lstrip()}"


def _spans(block: Block) -> _Line:
    text, label = shown(block.text), one_line(block.label)
    match block.style:
        case Style.TEXT:
            return (_Span(text),)
        case Style.TITLE:
            return (_Span(text, MessageEntity.BOLD),)
        case Style.NOTE:
            return (_Span(text, MessageEntity.ITALIC),)
        case Style.FACT:
            return (_Span(label, MessageEntity.BOLD), _Span(f": {text}")) if label else (_Span(text),)
        case Style.QUOTE:
            return (_Span(f"{label}: {text}" if label else text),)
        case Style.LINK:
            return _link(text, shown(block.url))
        case _:
            assert_never(block.style)


def _link(text: str, url: str) -> _Line:
    """A link whose address is no web page, or whose words are blank, is shown as it is: nothing hides behind words."""
    if not _is_web_page(url):
        return (_Span(f"{text}: {url}"),)
    return (_Span(url if is_blank(text) else text, MessageEntity.TEXT_LINK, url),)


def _is_web_page(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and not any(map(str.isspace, url))
    except ValueError:
        return False


def _lines(spans: _Line) -> Iterator[_Line]:
    line: list[_Span] = []
    for span in spans:
        first, *others = span.text.split("\n")
        line.append(replace(span, text=first))
        for text in others:
            yield tuple(line)
            line = [replace(span, text=text)]
    yield tuple(line)


def _fitting(line: _Line) -> Iterator[_Line]:
    """The line, or pieces of it that each fit into one message; characters are never cut in two."""
    piece: list[_Span] = []
    room = MAX_UNITS
    for span in line:
        while units(span.text) > room:
            head = _head(span.text, room)
            yield (*piece, replace(span, text=head))
            piece, room, span = [], MAX_UNITS, replace(span, text=span.text[len(head) :])
        piece.append(span)
        room -= units(span.text)
    yield tuple(piece)


def _head(text: str, room: int) -> str:
    """The beginning of a text that fills at most `room` UTF-16 units, up to the last space in its second half."""
    end = taken = 0
    for end, char in enumerate(text):  # noqa: B007 - the place where the room ends is what is looked for
        taken += units(char)
        if taken > room:
            break
    space = text.rfind(" ", end // 2, end)
    return text[: space + 1] if space >= 0 else text[:end]


def _size(line: _Line) -> int:
    return sum(units(span.text) for span in line)


def _part(lines: Sequence[_Line]) -> Part:
    text, offset = [], 0
    entities: list[MessageEntity] = []
    for span in _on_one_line(lines):
        length = units(span.text)
        if span.mark and not is_blank(span.text):
            entities.append(MessageEntity(span.mark, offset, length, url=span.url))
        text.append(span.text)
        offset += length
    return Part("".join(text), tuple(entities))


def _on_one_line(lines: Sequence[_Line]) -> Iterator[_Span]:
    for place, line in enumerate(lines):
        if place:
            yield _Span("\n")
        yield from line
