"""Taking, answering, noting, giving back and closing: one owner, nothing twice, nothing typed lost."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.bots.staff_parts import Browser, House

TALK = "//ol[@id='talk-log']/li"


def open_case(house: House, login: str = "bolor") -> tuple[Browser, str]:
    path = f"/desk/cases/{house.waiting_case()}"
    return house.browser(login).get(path), path


def owner(house: House) -> tuple[object, ...]:
    query = "SELECT staff.login, owner_number FROM conversations LEFT JOIN staff ON staff.id = owner_agent"
    return house.rows(query)[0]


def test_taking_it_silences_the_bot_and_tells_the_citizen_who(house: House) -> None:
    browser, path = open_case(house)
    assert browser.submit("/take").status == 303
    assert owner(house) == ("bolor", 2)
    assert "Одоо тантай ажилтан Болор ярьж байна" in house.delivered()[-1]
    said = len(house.delivered())
    house.citizen("паспорт")
    assert len(house.delivered()) == said
    assert "Болор (та)" in browser.get(path).text


def test_of_two_agents_one_wins_and_the_other_is_told_the_name(house: House) -> None:
    first, path = open_case(house, "bolor")
    second = house.browser("temuujin").get(path)
    assert first.submit("/take").status == 303
    assert second.submit("/take").status == 409
    assert "Болор хариуцаж байгаа" in second.words("//*[@role='alert']")[0]
    assert owner(house) == ("bolor", 2)


def test_of_two_who_take_at_once_exactly_one_wins(house: House) -> None:
    path = f"/desk/cases/{house.waiting_case()}"
    agents = [house.browser(login).get(path) for login in ("bolor", "temuujin")]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda agent: agent.submit("/take"), agents))
    assert sorted(agent.status for agent in agents) == [303, 409]
    assert owner(house)[1] == 2


def test_the_winner_s_second_click_changes_nothing(house: House) -> None:
    browser, path = open_case(house)
    fields = browser.form("/take")
    assert [browser.post(f"{path}/take", fields).status for _ in range(2)] == [303, 303]
    assert owner(house) == ("bolor", 2)
    assert sum("ажилтан Болор" in text for text in house.delivered()) == 1


def test_an_answer_reaches_the_citizen_and_the_record(house: House) -> None:
    browser, _ = open_case(house)
    browser.submit("/take").follow().submit("/answer", text="Сайн байна уу,\nби тусалъя.").follow()
    assert house.delivered()[-1] == "Сайн байна уу,\nби тусалъя."
    assert "Ажилтан: Болор" in browser.words(TALK)[-1]


def test_a_double_clicked_answer_is_sent_once(house: House) -> None:
    browser, path = open_case(house)
    fields = browser.submit("/take").follow().form("/answer") | {"text": "Нэг удаа"}
    assert [browser.post(f"{path}/answer", fields).status for _ in range(2)] == [303, 303]
    assert house.delivered().count("Нэг удаа") == 1


def test_other_words_on_the_same_page_are_another_answer(house: House) -> None:
    browser, path = open_case(house)
    fields = browser.submit("/take").follow().form("/answer")
    for words in ("Нэгдүгээр", "Хоёрдугаар"):
        assert browser.post(f"{path}/answer", fields | {"text": words}).status == 303
    assert house.delivered()[-2:] == ["Нэгдүгээр", "Хоёрдугаар"]


def test_somebody_who_does_not_own_it_cannot_answer_and_keeps_the_text(house: House) -> None:
    mine, path = open_case(house)
    fields = mine.submit("/take").follow().form("/answer")
    other = house.browser("temuujin").get(path)
    fields |= {"csrf": other.form("sign-out")["csrf"], "text": "Би бас хариулъя"}
    assert other.post(f"{path}/answer", fields).status == 409
    assert "Болор" in other.words("//*[@role='alert']")[0]
    assert other.words("//textarea[@readonly]") == ["Би бас хариулъя"]
    assert "Би бас хариулъя" not in house.delivered()


def test_an_answer_from_a_page_of_before_is_refused_and_the_text_kept(house: House) -> None:
    browser, _ = open_case(house)
    old = browser.submit("/take").follow().form("/answer")
    browser.submit("/give-back")
    case = house.waiting_case()
    browser.get(f"/desk/cases/{case}").submit("/take")
    browser.post(f"/desk/cases/{case}/answer", old | {"text": "Хуучин хуудаснаас"})
    assert browser.status == 409
    assert browser.words("//textarea[@id='answer-text']") == ["Хуучин хуудаснаас"]
    assert "Хуучин хуудаснаас" not in house.delivered()
    assert browser.submit("/answer", text="Хуучин хуудаснаас").status == 303, "the fresh page carries the fresh number"


@pytest.mark.parametrize(("text", "told"), [(" \n ", "Хоосон"), ("я" * 4001, "4001 тэмдэгт")])
def test_an_empty_or_endless_answer_is_refused_kindly_with_the_text_kept(house: House, text: str, told: str) -> None:
    browser, _ = open_case(house)
    browser.submit("/take").follow().submit("/answer", text=text)
    assert browser.status == 422
    assert told in browser.words("//*[@role='alert']")[0]
    assert browser.words("//textarea[@id='answer-text']") == [text.strip()]


def test_the_longest_answer_goes_out_whole(house: House) -> None:
    browser, _ = open_case(house)
    assert browser.submit("/take").follow().submit("/answer", text="я" * 4000).status == 303
    assert house.delivered()[-1] == "я" * 4000


def test_a_note_is_for_staff_only_and_kept_once(house: House) -> None:
    browser, path = open_case(house)
    fields = browser.form("/note") | {"text": "Гэр бүл нь залгасан"}
    assert [browser.post(f"{path}/note", fields).status for _ in range(2)] == [303, 303]
    assert sum("Гэр бүл" in line for line in browser.get(path).words(TALK)) == 1
    assert all("Гэр бүл" not in text for text in house.delivered())


def test_giving_back_lets_the_bot_answer_again_and_says_so(house: House) -> None:
    browser, _ = open_case(house)
    browser.submit("/take").follow().submit("/give-back")
    assert owner(house) == (None, 3)
    assert "автомат туслах" in " ".join(house.delivered()[-2:])
    said = len(house.delivered())
    house.citizen("паспорт")
    assert len(house.delivered()) > said


def test_a_second_click_on_give_back_is_harmless(house: House) -> None:
    browser, path = open_case(house)
    fields = browser.submit("/take").follow().form("/give-back")
    assert [browser.post(f"{path}/give-back", fields).status for _ in range(2)] == [303, 303]
    assert owner(house) == (None, 3)


def test_a_case_nobody_took_can_be_closed_by_any_agent(house: House) -> None:
    browser, path = open_case(house)
    browser.submit("/close")
    assert owner(house) == (None, 3)
    assert house.rows("SELECT status FROM cases") == [("closed",)]
    assert house.waiting_case() not in path, "the citizen can ask for a person again"


def test_nobody_closes_what_a_colleague_has(house: House) -> None:
    browser, path = open_case(house)
    other = house.browser("temuujin").get(path)
    fields = other.form("/close")
    browser.submit("/take")
    assert other.post(f"{path}/close", fields).status == 409
    assert owner(house) == ("bolor", 2)


def test_a_closed_case_is_not_taken_by_a_forgotten_page(house: House) -> None:
    browser, path = open_case(house)
    fields = house.browser("temuujin").get(path).form("/take")
    browser.submit("/close")
    fields["csrf"] = browser.get("/desk").form("sign-out")["csrf"]
    assert browser.post(f"{path}/take", fields).status == 409
    assert owner(house) == (None, 3)


def test_what_was_done_is_recorded_with_who(house: House) -> None:
    browser, _ = open_case(house)
    browser.submit("/take").follow().submit("/answer", text="Сайн уу").follow().submit("/close")
    query = "SELECT action FROM audit JOIN staff ON staff.id = actor WHERE action LIKE 'turn.%' ORDER BY audit.id"
    assert [row[0] for row in house.rows(query)] == ["turn.taken", "turn.agent-answered", "turn.case-closed"]
