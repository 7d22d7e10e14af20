"""A decided message as blocks and buttons in one language: what every channel shows, each in its own way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from typing import assert_never

from dialogs.cards import Row, card_rows
from dialogs.sayings import Card, Choice, Facts, Line, Message, Moment, Part, Told, Verbatim
from dialogs.services import Catalogue, Language
from dialogs.wording import sentence

ULAANBAATAR = timezone(timedelta(hours=8))  # no summer time since 2017


class Style(StrEnum):
    TEXT = "text"
    TITLE = "title"
    FACT = "fact"  # label and text
    LINK = "link"  # text and url
    NOTE = "note"  # small print
    QUOTE = "quote"  # a person's words, label is who


@dataclass(frozen=True)
class Block:
    style: Style
    text: str
    label: str = ""
    url: str = ""
    page: bool = False  # a link to a page of ours that is to know its chat's user

    @property
    def vouched(self) -> bool:
        """Whether a platform can open it and say who its user is: they do that for https only."""
        return self.page and self.url.startswith("https://")


@dataclass(frozen=True)
class Button:
    """`payload` comes back when it is pressed: the offer's number and the place in it."""

    label: str
    payload: str


@dataclass(frozen=True)
class Rendered:
    blocks: tuple[Block, ...]
    buttons: tuple[Button, ...] = ()
    private: bool = False
    pinned: bool = False

    @property
    def plain(self) -> str:
        """The same as plain text, buttons left out."""
        return "\n".join(_plain(block) for block in self.blocks)


def render(message: Message, language: Language, catalogue: Catalogue, now: datetime) -> Rendered:
    """Raises `KeyError` for a sentence or service that is not there: decisions only name what exists."""
    blocks = tuple(block for part in message.parts for block in _blocks(part, language, catalogue, now))
    buttons = tuple(
        Button(label(choice, language, catalogue), f"{message.offer}.{place}")
        for place, choice in enumerate(message.choices)
    )
    return Rendered(blocks, buttons, message.private, message.pinned)


def _blocks(part: Part, language: Language, catalogue: Catalogue, now: datetime) -> Iterator[Block]:
    match part:
        case Line():
            yield Block(Style.TEXT, sentence(part.key, language, dict(part.values)))
        case Moment():
            yield Block(Style.TEXT, sentence(part.key, language, {"time": _when(part.at, language, now)}))
        case Facts():
            for key, value in part.rows:
                yield Block(Style.FACT, _value(key, value, language), sentence(key, language))
        case Verbatim():
            yield Block(Style.QUOTE, part.text, part.alias)
        case Told():
            style = Style.LINK if part.url else Style.TEXT
            yield Block(style, part.text.in_language(language), url=part.url, page=part.page)
        case Card():
            service = catalogue.services[part.service_id]
            organisation = catalogue.organisations.get(service.organisation)
            for row in card_rows(service, organisation, language, part.aspect):
                yield _row_block(row)
        case _:
            assert_never(part)


def _value(key: str, value: str, language: Language) -> str:
    """Data is shown as the registry has it, but for the two words that can be told in the other language."""
    if key == "field.sex":
        for name in ("sex.male", "sex.female"):
            if value.strip().casefold() == sentence(name, Language.MN).casefold():
                return sentence(name, language)
    return value


def _row_block(row: Row) -> Block:
    if row.url:
        return Block(Style.LINK, row.text, url=row.url)
    if row.heading:
        return Block(Style.TITLE, row.text)
    if row.small:
        return Block(Style.NOTE, row.text)
    return Block(Style.FACT, row.text, row.label) if row.label else Block(Style.TEXT, row.text)


def label(choice: Choice, language: Language, catalogue: Catalogue) -> str:
    """What stands on a button; a service that was withdrawn meanwhile is named by its id."""
    if choice.label_service:
        service = catalogue.services.get(choice.label_service)
        title = service.title.in_language(language) if service else choice.label_service
        return f"{sentence(choice.label_key, language)} · {title}" if choice.label_key else title
    return choice.label_text or sentence(choice.label_key, language)


def _when(at: datetime, language: Language, now: datetime) -> str:
    """`12 минутын дараа (Улаанбаатарын цагаар 15:20)`, of another day `маргааш 02:00`; what is past is `өмнө`."""
    minutes = max(1, -(-int(abs((at - now).total_seconds())) // 60))
    amount, unit = (minutes, "time.minutes") if minutes < 120 else (-(-minutes // 60), "time.hours")
    told = sentence(unit, language, {"n": str(amount)})
    key = "time.from-now" if at > now - timedelta(minutes=1) else "time.ago"  # just over: as good as now
    return sentence(key, language, {"amount": told, "clock": _clock(at, language, now)})


def _clock(at: datetime, language: Language, now: datetime) -> str:
    """The time of day in Ulaanbaatar, with its day when that is not today's."""
    there, here = (time.astimezone(UTC).astimezone(ULAANBAATAR) for time in (at, now))
    clock = there.strftime("%H:%M")
    days = (there.date() - here.date()).days
    if days == 1:
        return sentence("time.tomorrow", language, {"clock": clock})
    return f"{there.date().isoformat()} {clock}" if days else clock


def _plain(block: Block) -> str:
    match block.style:
        case Style.FACT:
            return f"{block.label}: {block.text}"
        case Style.LINK:
            return f"{block.text}: {block.url}"
        case Style.QUOTE:
            return f"{block.label}: {block.text}" if block.label else block.text
        case _:
            return block.text
