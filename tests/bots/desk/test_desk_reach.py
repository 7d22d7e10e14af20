"""What the desk says about the channel's window, and that no answer is taken that would not arrive."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from tests.bots.staff_parts import START, Browser, House

WARNING = "//*[@id='reach']"
FACTS = "//dl[@class='facts']/div"


def case_on_messenger(house: House, hours: float, unreachable: bool = False) -> tuple[Browser, str]:
    """A case Bolor has; the citizen was last heard so many hours ago."""
    path = f"/desk/cases/{house.waiting_case()}"
    heard = (START - timedelta(hours=hours)).timestamp()
    gone = START.timestamp() if unreachable else None
    with house.parts.database.write() as connection:
        changed = "UPDATE conversations SET channel = 'messenger', heard_at = :heard, unreachable_since = :gone"
        connection.execute(text(changed), {"heard": heard, "gone": gone})
    browser = house.browser("bolor").get(path)
    assert browser.submit("/take").status == 303
    return browser.get(path), path


def test_within_a_day_the_time_that_is_left_is_shown_without_a_warning(house: House) -> None:
    page, _ = case_on_messenger(house, 19)
    assert page.words(WARNING) == []
    assert any("5 ц 0 мин (бүгд)" in fact for fact in page.words(FACTS))


def test_after_a_day_the_agent_is_told_that_only_people_may_write_and_how_long(house: House) -> None:
    page, _ = case_on_messenger(house, 48)
    assert "Та өөрөө бичиж болно, үлдсэн хугацаа: 5 өдөр" in page.words(WARNING)[0]
    assert any("5 өдөр (зөвхөн ажилтан)" in fact for fact in page.words(FACTS))


def test_after_a_day_an_agents_answer_is_taken(house: House) -> None:
    page, _ = case_on_messenger(house, 48)
    assert page.submit("/answer", text="Бичиг тань бэлэн боллоо.").status == 303


@pytest.mark.parametrize(("hours", "gone", "why"), [(200, False, "7 хоногоос удаан"), (1, True, "хаасан эсвэл")])
def test_an_answer_that_would_not_arrive_is_refused_and_stays_in_the_box(
    house: House, hours: int, gone: bool, why: str
) -> None:
    page, path = case_on_messenger(house, hours, gone)
    assert why in page.words(WARNING)[0]
    refused = page.submit("/answer", text="Бичиг тань бэлэн боллоо.")
    assert refused.status == 409
    assert why in refused.words("//*[@role='alert']")[0]
    assert refused.form(f"{path}/answer")["text"] == "Бичиг тань бэлэн боллоо."
    assert house.rows("SELECT id FROM outbox WHERE kind = 'person'") == []


def test_messages_the_channel_did_not_let_through_are_counted(house: House) -> None:
    page, path = case_on_messenger(house, 1)
    with house.parts.database.write() as connection:
        connection.execute(text("UPDATE outbox SET status = 'shut'"))
    facts = page.get(path).words(FACTS)
    assert any(fact.startswith("Суваг хүргээгүй мессеж") for fact in facts)


def test_a_channel_without_a_window_shows_neither_time_nor_warning(house: House) -> None:
    page = house.browser("bolor").get(f"/desk/cases/{house.waiting_case()}")
    assert page.words(WARNING) == []
    assert not any("Хариулах хугацаа" in fact for fact in page.words(FACTS))
