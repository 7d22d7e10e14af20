"""Every service of the catalogue, in both languages, whole and each side of it, on every channel."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from connectors.telegram_format import keyboard
from dialogs.around import Around
from dialogs.flows import nearby
from dialogs.flows.telling import tell
from dialogs.rendering import Button, Rendered
from dialogs.services import Language
from dialogs.understanding import Aspect
from knowledge import catalogue_files, elections_file, missions_file
from tests.dialogs.states import NOW
from tests.renders.judges import CHANNELS, missing
from tests.renders.messages import MET, shown

Cards = dict[str, Rendered]


@pytest.fixture(scope="module")
def cards() -> Cards:
    """`service language side` -> its card, told to somebody in South Korea; sides that say the same are one."""
    catalogue, around = catalogue_files.load(), Around(missions_file.load(), elections_file.load())
    told: dict[Rendered, str] = {}
    for language in Language:
        for service_id in catalogue.services:
            there = replace(MET, language=language, place="KR", topic=service_id)
            for side in (None, *Aspect):
                turn = nearby.with_surroundings(tell(there, NOW, catalogue, service_id, side), NOW, catalogue, around)
                told.setdefault(shown(turn, catalogue), f"{service_id} {language} {side or 'whole'}")
    return {name: message for message, name in told.items()}


def test_the_whole_catalogue_is_looked_at(cards: Cards) -> None:
    assert len({name.split()[0] for name in cards}) == len(catalogue_files.load().services)
    assert {tuple(name.split()[1:]) for name in cards} >= {(Language.MN, Aspect.HOW), (Language.EN, "whole")}


@pytest.mark.parametrize("channel", CHANNELS)
def test_every_card_is_allowed_and_tells_the_same_facts_and_choices(channel: str, cards: Cards) -> None:
    seen = CHANNELS[channel](list(cards.values()))
    wrong = []
    for (name, message), each in zip(cards.items(), seen, strict=True):
        wrong += [f"{name} on {channel}: {problem}" for problem in (*each.problems, *missing(message, each))]
    assert wrong[:10] == []


@pytest.mark.parametrize("language", Language)
def test_no_two_services_look_the_same_on_a_button(language: Language) -> None:
    """Telegram's are cut; Messenger numbers what is too long, the web chat shows it whole."""
    titles = {service.title.in_language(language) for service in catalogue_files.load().services.values()}
    labels = Counter(label_of(title) for title in titles)
    assert [label for label, times in labels.items() if times > 1] == []


def label_of(title: str) -> str:
    markup = keyboard((Button(title, "1.0"),))
    assert markup is not None
    return markup.inline_keyboard[0][0].text
