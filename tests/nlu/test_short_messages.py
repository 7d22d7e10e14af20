"""Short messages and other states' services on the real catalogue, by the table `short_messages.tsv`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from dialogs.understanding import Action, Understanding
from knowledge.catalogue_files import load
from nlu import Index, understand

FLOOR = {"choice": 82.0, "either": 72.0, "elsewhere": 94.0, "ours": 90.0}
"""Shares of right rows in per cent, a little under those measured."""
_OFFERED = 3
_AT_LEAST = 2
_FILE = Path(__file__).parent / "short_messages.tsv"


@dataclass(frozen=True)
class Row:
    kind: str
    message: str
    acceptable: frozenset[str]


def _rows() -> tuple[Row, ...]:
    lines = [line.split("\t") for line in _FILE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return tuple(Row(kind, message, frozenset(" ".join(ids).split())) for kind, message, *ids in lines)


def _offered(found: Understanding) -> list[str]:
    return [candidate.service_id for need in found.needs for candidate in need.candidates][:_OFFERED]


def _is_a_choice(row: Row, found: Understanding) -> bool:
    right = len(row.acceptable.intersection(_offered(found)))
    return found.action is Action.CHOICE and right >= min(_AT_LEAST, len(row.acceptable))


def _is_told_or_offered(row: Row, found: Understanding) -> bool:
    return found.action in (Action.SURE, Action.CHOICE) and _offered(found)[0] in row.acceptable


def _is_nothing(row: Row, found: Understanding) -> bool:
    return found.action is Action.NOTHING


def _is_ours(row: Row, found: Understanding) -> bool:
    if found.action is Action.SURE:
        return _offered(found)[0] in row.acceptable
    return found.action is Action.CHOICE and not row.acceptable.isdisjoint(_offered(found))


RIGHT: dict[str, Callable[[Row, Understanding], bool]] = {
    "choice": _is_a_choice,
    "either": _is_told_or_offered,
    "elsewhere": _is_nothing,
    "ours": _is_ours,
}


@pytest.fixture(scope="module")
def real_index() -> Index:
    return Index.build(load())


@pytest.mark.parametrize("kind", RIGHT)
def test_short_messages_are_met_as_people_mean_them(kind: str, real_index: Index) -> None:
    rows = [row for row in _rows() if row.kind == kind]
    wrong = [row.message for row in rows if not RIGHT[kind](row, understand(row.message, real_index))]
    assert 100 * (1 - len(wrong) / len(rows)) >= FLOOR[kind], wrong


def test_what_stands_beside_another_states_paper_is_never_told_at_once(real_index: Index) -> None:
    found = understand("japan national pension exemption", real_index)  # was told, as a road toll's exemption
    assert found.action is not Action.SURE


@pytest.mark.parametrize(
    "message",
    ["хулгайд алдсан", "hutulbur", "ovog ner solih", "tetgever togtoolgoh", "nas barsan aaviin ov zalgamjlal"],
)
def test_what_is_half_said_is_offered_and_not_told(message: str, real_index: Index) -> None:
    assert understand(message, real_index).action is Action.CHOICE


@pytest.mark.parametrize("message", ["visa hugatsaa hetersen", "виз дууссан хууль бус болчихсон"])
def test_an_overstayed_visa_is_no_service_of_ours(message: str, real_index: Index) -> None:
    assert understand(message, real_index).action is Action.NOTHING


@pytest.mark.parametrize("message", ["pasport une", "паспорт яаралтай захиалвал хэд хоногт"])
def test_who_asks_for_a_passport_is_not_offered_to_give_up_citizenship(message: str, real_index: Index) -> None:
    assert "renounce-citizenship" not in _offered(understand(message, real_index))


@pytest.mark.parametrize("message", ["b", "б", "а", "м", "x" * 100_000, "\x00b\x07", "{number}", "%s{left}{0}"])
def test_what_holds_no_word_is_empty(message: str, real_index: Index) -> None:
    assert understand(message, real_index).action is Action.EMPTY


def test_every_service_of_the_table_is_in_the_catalogue() -> None:
    assert not {service for row in _rows() for service in row.acceptable} - set(load().services)


def test_who_surely_wants_an_ordinary_service_is_not_in_danger(real_index: Index) -> None:
    assert understand("ganc bie", real_index).action is Action.CHOICE  # was an emergency by its sound


def test_a_price_asked_with_a_name_offers_what_is_called_so(real_index: Index) -> None:
    found = understand("pasport une hed ve", real_index)  # was 0.12 likely, and told the price of the service before
    assert sum(candidate.probability for candidate in found.needs[0].candidates) >= 0.5
    assert any("passport" in service for service in _offered(found))


def test_who_says_only_what_services_are_called_by_wants_one_of_them(real_index: Index) -> None:
    found = understand("хүүхэд", real_index)  # was 0.2 likely, while three services were offered for it
    assert sum(candidate.probability for candidate in found.needs[0].candidates) >= 0.5
