"""Names that people really have or make up, in every sentence that has a place for one: no channel refuses it.

`NAMES=100000 python -m pytest tests/renders/test_odd_names.py` tries as many as the acceptance asks for.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.plain_text import mended
from dialogs.rendering import Rendered, render
from dialogs.sayings import Card, Choice, Command, Facts, Line, Message, Part, Told, Verb, Verbatim
from dialogs.services import Language, Text
from dialogs.wording import placeholders, texts
from tests.dialogs.services import PASSPORT_LOST
from tests.dialogs.states import NOW
from tests.renders.judges import Seen, missing, on_messenger, on_telegram, on_the_web
from tests.renders.messages import ASTRAL, LONG, MARKUP, TURNED

FEW = 150
KINDLY = settings(
    max_examples=int(os.environ.get("NAMES", FEW)),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
_ODD = (
    MARKUP, TURNED, ASTRAL, "<b>Бат</b>", "_*[x](tg://user?id=1)", "tg://resolve?domain=x", "https://evil.example",
    "Бат\u202eгом", "\u2066\u202e", "😀👨‍👩‍👧", "\ud83d", "\ude00", "a\0b", "\r\n", "\u2028", " ", "\u200b", "\ufeff",
    "&lt;", "&#x202e;", "{name}", "%s", "\\", "|", "]]>", "</dd>", "<script>", "́" * 30, "ү" * 700, "𝕏" * 400,
)  # fmt: skip
NAMES = st.lists(st.sampled_from(_ODD) | st.text(st.characters(exclude_categories=()), max_size=12), max_size=4)
TEMPLATES = tuple(key for key, entry in texts().items() if placeholders(entry[Language.MN]))


def everywhere(name: str, language: Language) -> Rendered:
    """All sentences with a place for a name, a person's words, their data, a link and a button, in one message."""
    lines = (Line(key, tuple((each, name) for each in placeholders(texts()[key][language]))) for key in TEMPLATES)
    parts: tuple[Part, ...] = (
        *lines,
        Verbatim(name, name),
        Facts((("field.given-name", name), ("field.address", name))),
        Told(Text(name, name)),
        Told(Text(name, name), f"https://e-mongolia.mn/{len(name)}"),
        Card(PASSPORT_LOST.id),
    )
    buttons = (Choice(Command(Verb.HELP), label_text=f"x {name}"), Choice(Command(Verb.HELP), "button.person"))
    return render(Message(parts, buttons, offer=3), language, LONG, NOW)


def wrong(message: Rendered, seen: Seen) -> list[str]:
    return [*seen.problems, *missing(message, seen)]


def test_there_are_sentences_with_a_place_for_a_name() -> None:
    assert len(TEMPLATES) > 20


@KINDLY
@given(NAMES.map("".join), st.sampled_from(list(Language)))
def test_telegram_takes_any_name_in_any_sentence_and_no_link_is_added(name: str, language: Language) -> None:
    message = everywhere(name, language)
    assert wrong(message, on_telegram(message)) == []


@KINDLY
@given(NAMES.map("".join), st.sampled_from(list(Language)))
def test_messenger_takes_any_name_in_any_sentence_and_no_link_is_added(name: str, language: Language) -> None:
    message = everywhere(name, language)
    assert wrong(message, on_messenger(message)) == []


@KINDLY
@given(NAMES.map("".join).map(mended), st.sampled_from(list(Language)))
def test_the_web_chat_shows_any_name_in_any_sentence_and_no_link_is_added(name: str, language: Language) -> None:
    """Halves of characters are mended where they come in; they cannot be kept."""
    message = everywhere(name, language)
    (seen,) = on_the_web([message])
    assert wrong(message, seen) == []
