"""An agent asks a citizen to prove who they are, and never for a code."""

import pytest

from tests.bots.staff_parts import Browser, House
from tests.bots.wired import NUMBER


def taken_case(house: House) -> tuple[Browser, str]:
    path = f"/desk/cases/{house.waiting_case()}"
    return house.browser("bolor").get(path).submit("/take").follow(), path


def test_the_citizen_is_asked_although_the_agent_has_the_conversation(house: House) -> None:
    browser, _ = taken_case(house)
    assert browser.submit("/ask-proof", level="phone").status == 303
    assert "Регистрийн дугаар" in house.delivered()[-1], house.delivered()[-3:]


def test_what_the_citizen_types_for_it_does_not_reach_the_agent(house: House) -> None:
    browser, path = taken_case(house)
    browser.submit("/ask-proof", level="phone")
    house.citizen(NUMBER)
    assert NUMBER not in browser.get(path).text
    assert not list(house.rows("SELECT kind FROM outbox WHERE kind = 'person'"))


def test_other_words_still_go_to_the_agent_alone(house: House) -> None:
    browser, path = taken_case(house)
    browser.submit("/ask-proof", level="phone")
    said = len(house.delivered())
    house.citizen("баярлалаа, одоо хийж байна")
    assert len(house.delivered()) == said
    assert "баярлалаа, одоо хийж байна" in browser.get(path).text


def test_only_who_has_the_conversation_may_ask(house: House) -> None:
    _, path = taken_case(house)
    other = house.browser("temuujin").get(path)
    assert "/ask-proof" not in other.text


@pytest.mark.parametrize("level", ["", "none", "unknown", "phone\n"])
def test_a_level_that_is_none_is_refused(house: House, level: str) -> None:
    browser, path = taken_case(house)
    fields = browser.form("/ask-proof") | {"level": level}
    assert browser.post(f"{path}/ask-proof", fields).status == 422


def test_an_answer_that_asks_for_a_code_is_not_sent_and_not_lost(house: House) -> None:
    browser, path = taken_case(house)
    fields = browser.form("/answer") | {"text": "Утсан дээр чинь ирсэн кодоо надад бичээрэй"}
    answer = browser.post(f"{path}/answer", fields)
    assert answer.status == 422
    assert "Утсан дээр чинь ирсэн кодоо надад бичээрэй" in answer.text
    assert not any("кодоо надад" in text for text in house.delivered())
