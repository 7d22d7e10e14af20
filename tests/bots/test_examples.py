"""From a citizen's choice to a masked example, through the real rooms, on SQLite and on PostgreSQL."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bots.examples import masked_example
from bots.workers import keep_house
from knowledge import example_rows
from knowledge.example_rows import Example
from tests.bots.wired import Citizen, Wired, wire

YES, NO = "Тийм, хадгалж болно", "Үгүй, хадгалахгүй"


@pytest.fixture
def wired(database_url: str, tmp_path: Path) -> Wired:
    return wire(tmp_path, database_url)


def picks(citizen: Citizen, words: str = "lavlagaa") -> None:
    """Somebody types words that fit several services and takes the first."""
    offered = citizen.put({"text": words})[-1]
    assert offered.buttons[-1].label == "Аль нь ч биш"
    citizen.put({"button": offered.buttons[0].payload})


def examples(wired: Wired) -> list[Example]:
    with wired.parts.database.read() as connection:
        return example_rows.waiting(connection, wired.parts.vault)


def test_with_consent_the_words_are_kept_with_what_was_picked(wired: Wired) -> None:
    citizen = wired.citizen()
    picks(citizen)
    assert examples(wired) == []
    citizen.says(YES)
    (example,) = examples(wired)
    assert example.text == "lavlagaa"
    assert example.service_id == example.shown[0]


def test_two_people_who_say_the_same_are_counted(wired: Wired) -> None:
    for name in ("one", "two"):
        picks(wired.citizen(name))
        wired.citizen(name).says(YES)
    assert [example.times for example in examples(wired)] == [2]


@pytest.mark.parametrize("answer", [NO, "баярлалаа", ""])
def test_without_a_yes_nothing_is_kept(wired: Wired, answer: str) -> None:
    citizen = wired.citizen()
    picks(citizen)
    if answer:
        citizen.says(answer)
    assert examples(wired) == []


def test_what_waits_too_long_is_deleted_by_the_house_keeping(wired: Wired) -> None:
    citizen = wired.citizen()
    picks(citizen)
    citizen.says(YES)
    wired.clock.move(days=wired.parts.settings.examples_kept_days + 1)

    async def keep_house_once() -> None:
        stop = asyncio.Event()
        working = asyncio.create_task(keep_house(wired.parts, stop))
        for _ in range(200):
            await asyncio.sleep(0.05)
            if not await asyncio.to_thread(examples, wired):
                break
        stop.set()
        await working

    asyncio.run(keep_house_once())
    assert examples(wired) == []


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("pasport sungah", "pasport sungah"),
        ("  паспорт \n сунгах ", "паспорт сунгах"),
        ("паспорт\u202e сунгах", "паспорт сунгах"),
        ("УБ90010112", None),
        ("🙂", None),
        ("", None),
        ("я" * 301, None),
    ],
)
def test_one_line_is_kept_or_nothing(typed: str, kept: str | None) -> None:
    assert masked_example(typed) == kept


@pytest.mark.parametrize(
    ("typed", "secret"),
    [
        ("намайг Болд гэдэг паспорт сунгах", "Болд"),
        ("паспорт сунгах, утас 99112233", "9911"),
        ("паспорт E1234567 сунгах", "1234"),
        ("bold@example.mn pasport", "bold@"),
        ("паспорт УБ 9001 0112", "9001"),
    ],
)
def test_names_and_numbers_are_not_kept(typed: str, secret: str) -> None:
    assert secret not in (masked_example(typed) or "")
