"""The whole ladder in one process at LOG_LEVEL=DEBUG, then every store is searched (rows P1, O12, L9, D2)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bots.carrying_out import PRIVATE_FOR
from knowledge.key_file import KeyFile
from knowledge.vault import Vault, VaultError
from tests.attacks.house import GENEROUS, house, rows
from tests.attacks.stores import in_files, in_rows, opened
from tests.attacks.walk import Canaries, Walk

FAILURES = 20
# Where the register number, the name or a part of the record of who was proven may stand, sealed, by architecture.md.
SEALED_FOR_PEOPLE = frozenset({
    "identities.number_sealed", "conversations.state_sealed", "links.result_sealed", "feed.body_sealed",
})  # fmt: skip
_SEALED = re.compile(rb"gAAAA[A-Za-z0-9_-]{40,}={0,2}")
_HASTY = {"DAN_TIMEOUT_SECONDS": "0.5", "XYP_TIMEOUT_SECONDS": "1", "SIGNATURE_REVOCATION_SECONDS": "1"}
_CAPS = {"PEOPLE_A_CHAT_A_DAY": "50", "CODES_A_DAY": "50"}


@dataclass(frozen=True)
class Left:
    """What a process left behind after the walk."""

    folder: Path
    vault: Vault
    seen: Canaries


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Left:
    folder = tmp_path_factory.mktemp("canaries")
    environment = {**GENEROUS, **_HASTY, **_CAPS, "LOG_LEVEL": "DEBUG"}
    with house(folder, **environment) as server:
        walk = Walk(server.url)
        walk.whole_ladder()
        running = in_files(folder, walk.seen.people | walk.seen.tokens | walk.seen.words)
        server.stop()
    assert running == [], "while it ran"
    file = KeyFile(folder / "var" / "data.key")
    return Left(folder, Vault(file.lines), walk.seen)


def test_the_walk_met_everything_and_failed_often_enough(left: Left) -> None:
    seen = left.seen
    print(len(seen.codes), "codes", len(seen.tokens), "tokens", len(seen.people), "personal", seen.failures, "failures")
    assert len(seen.codes) >= 8
    assert len(seen.tokens) >= 30
    assert seen.failures >= FAILURES


def test_p1_no_personal_value_and_no_chat_word_is_readable_in_any_file(left: Left) -> None:
    assert in_files(left.folder, left.seen.people | left.seen.words) == []


def test_l9_no_token_state_or_code_of_a_page_is_readable_in_any_file(left: Left) -> None:
    assert in_files(left.folder, left.seen.tokens) == []


def test_o12_no_code_and_no_number_of_a_page_is_readable_in_any_file(left: Left) -> None:
    assert in_files(left.folder, left.seen.codes) == []


def test_o12_no_code_and_no_number_of_a_page_stands_in_any_column_even_with_the_key(left: Left) -> None:
    assert in_rows(left.folder, left.vault, left.seen.codes) == []


def test_l9_a_token_stands_sealed_in_the_message_that_brought_it_for_five_minutes_and_nowhere_else(left: Left) -> None:
    assert in_rows(left.folder, left.vault, left.seen.tokens, frozenset({"feed.body_sealed"})) == []
    query = "SELECT body_sealed, at, expires_at FROM feed WHERE body_sealed IS NOT NULL"
    for sealed, at, until in rows(left.folder, query):
        if any(token in left.vault.open(sealed) for token in left.seen.tokens):
            assert until - at <= PRIVATE_FOR.total_seconds()


def test_d2_personal_values_stand_sealed_where_the_documents_say_and_nowhere_else(left: Left) -> None:
    assert in_rows(left.folder, left.vault, left.seen.people, SEALED_FOR_PEOPLE) == []


def test_the_search_finds_what_is_there(left: Left) -> None:
    """The number of who was proven by a bank is held with the proof."""
    assert in_rows(left.folder, left.vault, left.seen.people)
    assert any("Хөхтолгойн" in text for _, text in opened(left.folder, left.vault))


def test_forget_leaves_nothing_in_any_column_even_with_the_key(left: Left) -> None:
    assert in_rows(left.folder, left.vault, left.seen.gone) == []


def test_forget_leaves_nothing_sealed_in_freed_pages_either(left: Left) -> None:
    """Whatever looks sealed in any file is opened, also where no row points to it any more."""
    hits = [
        f"{canary} in {file.name}"
        for file in left.folder.rglob("*")
        if file.is_file()
        for text in sealed_texts(file, left.vault)
        for canary in left.seen.gone
        if canary in text
    ]
    assert hits == []


def sealed_texts(file: Path, vault: Vault) -> Iterator[str]:
    for found in _SEALED.findall(file.read_bytes()):
        try:
            yield vault.open(found)
        except VaultError:
            continue
