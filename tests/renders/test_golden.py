"""Every kind of message goes out as it is written down in `golden/`, and its platforms take it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from aiogram import Bot
from aiogram.methods import SendMessage
from teremok.validation import validate_method

from tests.fakes.telegram_api import TOKEN
from tests.renders.files import kept, kept_names, rendered_now
from tests.renders.judges import CHANNELS, missing
from tests.renders.messages import samples
from tests.renders.messenger_rules import referee
from tests.renders.wires import LATE_TOO, Json

NAMES = list(samples())


@pytest.fixture(scope="module")
def now() -> dict[str, Json]:
    return rendered_now()


@pytest.mark.parametrize("name", NAMES)
def test_a_message_goes_out_as_it_is_written_down(name: str, now: dict[str, Json]) -> None:
    assert json.loads(json.dumps(now[name])) == kept(name), "`python -m tests.renders` writes it anew"


def test_nothing_is_written_down_that_is_no_message() -> None:
    assert kept_names() == set(NAMES)


def sends(now: dict[str, Json]) -> list[tuple[str, dict[str, Any]]]:
    return [(name, call) for name, ways in now.items() for call in ways["telegram"] if call["method"] == "sendMessage"]


def test_a_referee_of_other_authors_takes_what_goes_to_telegram(now: dict[str, Json]) -> None:
    """teremok knows lengths, keyboards and where entities may be, not where a character would be cut in two."""
    bot = Bot(TOKEN)
    for name, call in sends(now):
        method = SendMessage.model_validate({key: value for key, value in call.items() if key != "method"})
        assert method.model_extra == {}, name
        validate_method(bot, method)


def test_a_referee_of_other_authors_takes_what_goes_to_messenger(now: dict[str, Json]) -> None:
    bodies = [(name, body["message"]) for name, ways in now.items() for body in ways["messenger"]]
    assert {name for name, _ in bodies} == set(NAMES)
    assert [(name, wrong) for name, message in bodies if (wrong := [*referee(message)])] == []


def test_only_a_persons_late_words_carry_a_tag(now: dict[str, Json]) -> None:
    tags = {(name, body["tag"]) for name, ways in now.items() for body in ways["messenger"] if "tag" in body}
    assert tags == {(LATE_TOO, "HUMAN_AGENT")}


def test_every_message_of_the_samples_reaches_telegram(now: dict[str, Json]) -> None:
    assert {name for name, _ in sends(now)} == set(NAMES)


def test_no_markup_is_asked_for(now: dict[str, Json]) -> None:
    assert [name for name, call in sends(now) if "parse_mode" in call] == []


@pytest.mark.parametrize("channel", CHANNELS)
def test_every_sample_is_allowed_and_tells_the_same_facts_and_choices(channel: str) -> None:
    messages = samples()
    seen = zip(messages.items(), CHANNELS[channel](list(messages.values())), strict=True)
    wrong = [(name, *each.problems, *missing(message, each)) for (name, message), each in seen]
    assert [found for found in wrong if len(found) > 1] == []
