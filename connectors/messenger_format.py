"""Rendered messages as Messenger wants them: `message` objects of the Send API, cut to size, with their choices.

Messenger shows no markup, so text is only text. Choices are shown, in this order of preference:

* a card with one web link ends in a generic template: it can be tapped, and stays when the talk goes on;
* a card without links and with one to three short choices ends in a button template, for the same reason;
* up to 13 choices are quick replies, each with its whole words; where words are too long for one, the text lists them
  numbered and the quick reply bears the number, so that both tapping and typing work;
* more than 13 choices are numbered in button templates, three each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from connectors.plain_text import is_blank, one_line, shown, units
from dialogs.rendering import Block, Button, Rendered, Style

# Send API reference. Meta says characters; UTF-16 units are never fewer, so whatever it counts fits.
MAX_TEXT = 2000
MAX_TEMPLATE_TEXT = 640
MAX_TITLE = 20
MAX_QUICK_REPLIES = 13
MAX_BUTTONS = 3
MAX_ELEMENT_TEXT = 80

Json = dict[str, Any]


@dataclass(frozen=True)
class _Choices:
    """`titles`: what each choice bears; `numbered`: the lines that say what a number stands for."""

    payloads: tuple[str, ...]
    titles: tuple[str, ...]
    numbered: tuple[str, ...] = ()

    @property
    def quick_replies(self) -> Json:
        pairs = zip(self.titles, self.payloads, strict=True)
        found = [{"content_type": "text", "title": title, "payload": payload} for title, payload in pairs]
        return {"quick_replies": found} if found else {}

    @property
    def buttons(self) -> list[Json]:
        pairs = zip(self.titles, self.payloads, strict=True)
        return [{"type": "postback", "title": title, "payload": payload} for title, payload in pairs]


def messages_of(rendered: Rendered) -> list[Json]:
    """The messages that say it, in order; the choices are at the last one. None when there is nothing to see in it."""
    lines = [_line(block) for block in rendered.blocks]
    if is_blank("".join(lines)):
        return []
    if len(rendered.buttons) > MAX_QUICK_REPLIES:
        return [*_texts(lines), *_templates_of_many(rendered.buttons)]
    choices = _choices(rendered.buttons)
    if choices.numbered:
        return _with_quick_replies([*lines, "\n".join(choices.numbered)], choices)
    if link := _only_link(rendered.blocks, choices):
        others = [_line(block) for block in rendered.blocks if block is not link]
        return [*_texts(others), _generic(link, choices)]
    is_card = any(block.style is Style.TITLE for block in rendered.blocks)
    if is_card and 1 <= len(choices.titles) <= MAX_BUTTONS:
        return _with_button_template(lines, choices)
    return _with_quick_replies(lines, choices)


# --- choices -------------------------------------------------------------------------------------------------------


def _choices(buttons: Sequence[Button]) -> _Choices:
    """All up to the last one that is too long are numbered, so that a number is always the place in the list."""
    labels = [one_line(button.label) for button in buttons]
    payloads = tuple(button.payload for button in buttons)
    long = max((place for place, label in enumerate(labels, 1) if not _fits_title(label)), default=0)
    titles = _numbers(long) + tuple(labels[long:])
    if len(set(titles)) < len(titles):
        long, titles = len(labels), _numbers(len(labels))
    return _Choices(payloads, titles, tuple(f"{n}. {label}" for n, label in enumerate(labels[:long], 1)))


def _numbers(count: int) -> tuple[str, ...]:
    return tuple(str(number) for number in range(1, count + 1))


def _fits_title(label: str) -> bool:
    return units(label) <= MAX_TITLE and not is_blank(label)


def _templates_of_many(buttons: Sequence[Button]) -> Iterator[Json]:
    """Button templates that list and number the choices, as many in each as fit."""
    listed: list[str] = []
    here: list[Json] = []
    for number, button in enumerate(buttons, 1):
        line = _cut(f"{number}. {one_line(button.label)}", MAX_TEMPLATE_TEXT)[0].rstrip()
        if here and (len(here) == MAX_BUTTONS or units("\n".join([*listed, line])) > MAX_TEMPLATE_TEXT):
            yield _button_template("\n".join(listed), here)
            listed, here = [], []
        listed.append(line)
        here.append({"type": "postback", "title": str(number), "payload": button.payload})
    yield _button_template("\n".join(listed), here)


# --- messages ------------------------------------------------------------------------------------------------------


def _with_quick_replies(lines: Sequence[str], choices: _Choices) -> list[Json]:
    texts = _texts(lines)
    return [*texts[:-1], texts[-1] | choices.quick_replies]


def _with_button_template(lines: Sequence[str], choices: _Choices) -> list[Json]:
    """All of it in the template where it fits, else its last block; quick replies where not even that does."""
    whole = "\n".join(lines)
    if units(whole) <= MAX_TEMPLATE_TEXT:
        return [_button_template(whole, choices.buttons)]
    if units(lines[-1]) > MAX_TEMPLATE_TEXT or is_blank(lines[-1]):
        return _with_quick_replies(lines, choices)
    return [*_texts(lines[:-1]), _button_template(lines[-1], choices.buttons)]


def _button_template(text: str, buttons: list[Json]) -> Json:
    return _template({"template_type": "button", "text": text, "buttons": buttons})


def _generic(link: Block, choices: _Choices) -> Json:
    """The link as an element. The choices are buttons beside it where there is room, else quick replies under it."""
    elements = [_element(link)]
    if len(choices.titles) < MAX_BUTTONS:
        elements[0]["buttons"] += choices.buttons
        return _template({"template_type": "generic", "elements": elements})
    return _template({"template_type": "generic", "elements": elements}) | choices.quick_replies


def _element(link: Block) -> Json:
    """The link's words, where it leads, and a button that opens it."""
    url = shown(link.url)
    if link.vouched:  # Messenger brings a token with it that tells whose chat it is
        opens = {"type": "account_link", "url": url}
    else:
        opens = {"type": "web_url", "url": url, "title": _button_title(link)}
    return {"title": one_line(link.text), "subtitle": _host(url)[:MAX_ELEMENT_TEXT], "buttons": [opens]}


def _button_title(link: Block) -> str:
    """The link's words where they are short enough for a button, else where it leads; empty when neither is."""
    found = (one_line(link.text), _host(shown(link.url)).removeprefix("www."))
    return next((title for title in found if _fits_title(title)), "")


def _template(payload: Json) -> Json:
    return {"attachment": {"type": "template", "payload": payload}}


def _only_link(blocks: Sequence[Block], choices: _Choices) -> Block | None:
    """The one link of a card, which becomes an element. Several belong where they stand, each under its heading.

    No two buttons of a message look the same: a link that would look like a choice stays in the text too.
    """
    found = [block for block in blocks if _is_element(block)]
    return found[0] if len(found) == 1 and _button_title(found[0]) not in choices.titles else None


def _is_element(block: Block) -> bool:
    title = one_line(block.text)
    short = units(title) <= MAX_ELEMENT_TEXT and not is_blank(title)
    return block.style is Style.LINK and short and _host(shown(block.url)) != "" and _button_title(block) != ""


def _host(url: str) -> str:
    """The host of a web page's address; empty for any other address."""
    try:
        parts = urlsplit(url)
        return parts.hostname or "" if parts.scheme in ("http", "https") and not any(map(str.isspace, url)) else ""
    except ValueError:
        return ""


# --- text ----------------------------------------------------------------------------------------------------------


def _line(block: Block) -> str:
    text, label = shown(block.text), one_line(block.label)
    if block.style is Style.LINK:
        url = shown(block.url)
        return url if is_blank(text) else f"{text}: {url}"
    return f"{label}: {text}" if label else text


def _texts(lines: Sequence[str]) -> list[Json]:
    """Cut at blocks, else lines, else words; what shows nothing is left out."""
    parts: list[str] = []
    for line in lines:
        pieces = [line] if units(line) <= MAX_TEXT else [p for each in line.split("\n") for p in _cut(each, MAX_TEXT)]
        for piece in pieces:
            if parts and units(parts[-1]) + 1 + units(piece) <= MAX_TEXT:
                parts[-1] += f"\n{piece}"
            else:
                parts.append(piece)
    return [{"text": part} for part in parts if not is_blank(part)]


def _cut(line: str, most: int) -> list[str]:
    """Pieces of at most so many UTF-16 units, cut at the last space of the second half; no character is cut in two."""
    pieces = []
    while units(line) > most:
        end = taken = 0
        while taken + units(line[end]) <= most:
            taken += units(line[end])
            end += 1
        space = line.rfind(" ", end // 2, end)
        end = space + 1 if space >= 0 else end
        pieces.append(line[:end])
        line = line[end:]
    return [*pieces, line]
