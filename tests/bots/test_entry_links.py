"""Links that open a service: ours do, whatever else somebody makes up does not."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st

from bots.commands import link
from bots.entry_links import links, payload_of, service_of
from knowledge.vault import Vault
from tests.bots.scripted import Chat, ScriptedChannel
from tests.bots.wired import CATALOGUE, Wired, wire

VAULT = Vault([Fernet.generate_key().decode()])


@pytest.fixture
def wired(tmp_path: Path) -> Wired:
    return wire(tmp_path, channel=ScriptedChannel())


def starts(wired: Wired, payload: str) -> Chat:
    chat = Chat(wired)
    chat.puts("started", payload=payload)
    wired.run()
    return chat


@given(st.text(max_size=120))
def test_every_payload_is_one_that_telegram_allows(service_id: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", payload_of(VAULT, service_id))


@pytest.mark.parametrize("service_id", CATALOGUE.services)
def test_our_payload_names_its_service(service_id: str) -> None:
    assert service_of(VAULT, payload_of(VAULT, service_id), CATALOGUE) == service_id


@given(st.one_of(st.text(max_size=80), st.from_regex(r"s1[A-Za-z0-9_-]{32}", fullmatch=True)))
def test_a_made_up_payload_names_none(payload: str) -> None:
    assert service_of(VAULT, payload, CATALOGUE) == ""


@given(st.integers(0, 33), st.sampled_from("Aa0_-"))
def test_a_changed_payload_names_none(place: int, sign: str) -> None:
    right = payload_of(VAULT, "passport")
    changed = right[:place] + sign + right[place + 1 :]
    assert changed == right or service_of(VAULT, changed, CATALOGUE) == ""


def test_the_payload_of_another_key_names_none() -> None:
    other = Vault([Fernet.generate_key().decode()])
    assert service_of(VAULT, payload_of(other, "passport"), CATALOGUE) == ""


def test_a_payload_survives_a_new_key() -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    assert service_of(Vault([new, old]), payload_of(Vault([old]), "passport"), CATALOGUE) == "passport"


def test_the_payload_of_a_withdrawn_service_names_none() -> None:
    assert service_of(VAULT, payload_of(VAULT, "withdrawn"), CATALOGUE) == ""


def test_who_comes_by_our_link_is_told_about_its_service(wired: Wired) -> None:
    chat = starts(wired, payload_of(wired.parts.vault, "passport"))
    assert "Гадаад паспорт дахин захиалах" in chat.new()


def test_who_comes_by_a_forged_link_is_greeted(wired: Wired) -> None:
    chat = starts(wired, payload_of(VAULT, "passport"))
    assert chat.stored.state.topic is None
    assert "Сайн байна уу" in chat.new()


def test_the_id_of_a_service_alone_opens_nothing(wired: Wired) -> None:
    assert starts(wired, "passport").stored.state.topic is None


def test_there_is_a_link_for_each_channel_that_is_known() -> None:
    assert links("s1x", "@tuslakh_bot", "123", "https://example.mn/") == (
        "https://t.me/tuslakh_bot?start=s1x",
        "https://m.me/123?ref=s1x",
        "https://example.mn/?entry=s1x",
    )


def test_a_channel_that_is_not_known_has_no_link() -> None:
    assert links("s1x", "", "", "https://example.mn") == ("https://example.mn/?entry=s1x",)


def command(*arguments: str) -> int:
    root = argparse.ArgumentParser()
    link.add(root.add_subparsers())
    chosen = root.parse_args(["link", *arguments])
    status: int = chosen.work(chosen)
    return status


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder without a database: the catalogue is that of the files, the key is made."""
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("elsewhere")
def test_the_command_prints_the_links(capsys: pytest.CaptureFixture[str]) -> None:
    assert command("mission-passport", "--telegram", "tuslakh_bot") == 0
    telegram, web = capsys.readouterr().out.split()
    assert re.fullmatch(r"https://t\.me/tuslakh_bot\?start=s1[A-Za-z0-9_-]{32}", telegram)
    assert web.partition("=")[2] == telegram.partition("=")[2]


@pytest.mark.usefixtures("elsewhere")
@pytest.mark.parametrize("arguments", [("no-such-service",), ("mission-passport", "--telegram", "a/b")])
def test_the_command_refuses_what_makes_no_link(arguments: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match=r"no such service|not the name of a bot"):
        command(*arguments)
