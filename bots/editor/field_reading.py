"""What was typed into the fields, read strictly; what is wrong is told beside its field."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from typing import TypeVar

from bots.web.forms import Form
from bots.web.pages import visible
from dialogs.services import Money, Text

MAX_TEXT = 2000  # characters of one field of text
MAX_LINES = 60
MAX_AMOUNT = 1_000_000_000
E = TypeVar("E", bound=StrEnum)
_CURRENCY = re.compile(r"[A-Z]{3}")
_AMOUNT = re.compile(r"[0-9]+(\.[0-9]{1,2})?")
_GROUPING = re.compile(r"[\s,'₮]")


class FieldReader:
    """`problems`: field name -> what is wrong with it."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self.problems: dict[str, Text] = {}

    def line(self, name: str) -> str:
        """One line of text without the signs that cannot be seen."""
        text = " ".join(visible(self._form.get(name, "")).split())
        if len(text) > MAX_TEXT:
            self.problems[name] = Text(f"{MAX_TEXT} тэмдэгтээс урт байна.", f"Longer than {MAX_TEXT} characters.")
        return text

    def pair(self, name: str) -> Text:
        """Both languages are needed."""
        text = Text(self.line(f"{name}_mn"), self.line(f"{name}_en"))
        for language, value in (("mn", text.mn), ("en", text.en)):
            if not value:
                self.problems[f"{name}_{language}"] = Text("Хоёр хэлээр бөглөнө үү.", "Both languages are needed.")
        return text

    def optional_pair(self, name: str) -> Text | None:
        """Both languages or none."""
        if not self.line(f"{name}_mn") and not self.line(f"{name}_en"):
            return None
        return self.pair(name)

    def choice(self, name: str, values: type[E], fallback: E) -> E:
        try:
            return values(self._form.get(name, ""))
        except ValueError:
            self.problems[name] = Text("Жагсаалтаас сонгоно уу.", "Choose one of the list.")
            return fallback

    def optional_choice(self, name: str, values: type[E]) -> E | None:
        if not self._form.get(name):
            return None
        return self.choice(name, values, next(iter(values)))

    def money(self, name: str) -> Money | None:
        """`22,500`, `22 500` and `22500.50` are amounts; 0 is free; empty is not known."""
        typed = _GROUPING.sub("", unicodedata.normalize("NFKC", visible(self._form.get(f"{name}_amount", ""))))
        currency = self._form.get(f"{name}_currency", "")
        if not typed:
            return None
        if not _AMOUNT.fullmatch(typed):
            self.problems[f"{name}_amount"] = Text("Тоо бичнэ үү, жишээ нь 22,500.", "An amount such as 22,500.")
            return None
        amount = float(typed)
        if amount > MAX_AMOUNT:
            self.problems[f"{name}_amount"] = Text("Дүн хэтэрхий том байна.", "The amount is too large.")
            return None
        if not _CURRENCY.fullmatch(currency):
            self.problems[f"{name}_currency"] = Text("Валютаа сонгоно уу.", "Choose a currency.")
        return Money(amount, currency)

    def pairs(self, name: str) -> tuple[Text, ...]:
        """One a line: `mn | en`."""
        found = []
        for number, line in enumerate(self.lines(name), 1):
            mn, _, en = (part.strip() for part in line.partition("|"))
            if not mn or not en:
                self.problems[name] = Text(f"{number}-р мөр: «монгол | англи» гэж бичнэ үү.",
                                           f"Line {number}: write `Mongolian | English`.")  # fmt: skip
            found.append(Text(mn, en))
        return tuple(found)

    def lines(self, name: str) -> tuple[str, ...]:
        """One a line; empty lines are dropped."""
        typed = visible(self._form.get(name, "")).split("\n")
        lines = tuple(line for line in (" ".join(each.split()) for each in typed) if line)
        if len(lines) > MAX_LINES or any(len(line) > MAX_TEXT for line in lines):
            self.problems[name] = Text("Хэт олон эсвэл хэт урт мөр байна.", "Too many lines, or too long ones.")
        return lines
