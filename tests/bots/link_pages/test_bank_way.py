"""The bank way over real HTTP, and what must not go (rows L1-L5, L7, L10, L12, L15 of the threat model)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from dialogs.linking import LinkEnd
from dialogs.services import Level
from knowledge import conversation_rows, identity_rows, link_ends, link_rows, proof_rows
from knowledge.house_tables import audit
from tests.bots.link_pages.house import OTHER_PERSON, PERSON, House, number_on, state_of


def audited(house: House, action: str) -> int:
    with house.parts.database.read() as connection:
        return connection.execute(select(func.count()).where(audit.c.action == action)).scalar_one()


def test_the_page_names_the_chat_that_asks(house: House) -> None:
    page = house.browser().get(house.asks(house.chat("Дорж Халдагч")).path)
    assert "Дорж Халдагч" in page.text
    assert "Telegram" in page.text


def test_a_login_leads_to_a_number_and_the_chat_is_asked_for_it(house: House) -> None:
    asked = house.asks(house.chat())
    page = house.browser().logs_in(asked)
    assert len(number_on(page)) == 6
    assert house.link(asked).status == "proven"
    assert house.told(asked) == ["proven"]


def test_l5_looking_at_it_changes_nothing_however_often(house: House) -> None:
    asked = house.asks(house.chat())
    before = house.link(asked)
    for agent in ("TelegramBot (like TwitterBot)", "facebookexternalhit/1.1", "Slackbot", "Googlebot", "curl"):
        for method in ("GET", "HEAD"):
            headers = {"User-Agent": agent, "Sec-Purpose": "prefetch"}
            house.browser(own=False).client.request(method, asked.path, headers=headers)
    assert house.link(asked) == before
    assert number_on(house.browser().logs_in(asked))


def test_l3_twenty_parallel_returns_prove_once(house: House) -> None:
    asked, browser = house.asks(house.chat()), house.browser()
    page = browser.get(f"/link/return/dan?{house.dan.login(browser.begins(asked), PERSON)}")
    with ThreadPoolExecutor(20) as pool:
        list(pool.map(lambda _: browser.press(page, "/return/dan"), range(20)))
    assert house.dan.tokens_given == 1
    assert audited(house, "link.proven") == 1
    assert house.told(asked) == ["proven"]


@pytest.mark.parametrize("cookies", [{}, {"tuslakh_link": "a" * 43 + "." + "b" * 43}, {"tuslakh_link": "nonsense"}])
def test_l4_a_return_in_another_browser_proves_nothing(house: House, cookies: dict[str, str]) -> None:
    asked = house.asks(house.chat())
    query = house.dan.login(house.browser().begins(asked), PERSON)
    other = house.browser(cookies)
    page = other.get(f"/link/return/dan?{query}")
    other.post("/link/return/dan", {"returned": query})
    assert "Өөр хөтөч" in page.text
    assert house.link(asked).status == "begun"
    assert house.dan.tokens_given == 0


def test_l4_a_cookie_that_names_the_link_but_holds_another_secret_is_another_browser(house: House) -> None:
    asked = house.asks(house.chat())
    query = house.dan.login(house.browser().begins(asked), PERSON)
    other = house.browser({"tuslakh_link": f"{'a' * 43}.{asked.token}"})
    assert "Өөр хөтөч" in other.get(f"/link/return/dan?{query}").text
    other.post("/link/return/dan", {"returned": query})
    assert (house.link(asked).status, house.dan.tokens_given) == ("begun", 0)


def test_l4_the_browser_that_began_still_goes_on_after_that(house: House) -> None:
    asked, mine = house.asks(house.chat()), house.browser()
    query = house.dan.login(mine.begins(asked), PERSON)
    house.browser().post("/link/return/dan", {"returned": query})
    assert number_on(mine.press(mine.get(f"/link/return/dan?{query}"), "/return/dan"))


def test_l1_a_state_of_the_attackers_own_flow_does_not_fit_the_victims_browser(house: House) -> None:
    """The attacker begins his own link, and leads a victim who has one of her own to his return address."""
    his, hers = house.asks(house.chat("Халдагч")), house.asks(house.chat("Сараа"))
    attacker, victim = house.browser(), house.browser()
    query = house.dan.login(attacker.begins(his), OTHER_PERSON)
    victim.begins(hers)
    victim.post("/link/return/dan", {"returned": query})
    assert {house.link(his).status, house.link(hers).status} == {"begun"}


def test_a_second_browser_cannot_begin_what_another_has(house: House) -> None:
    asked = house.asks(house.chat())
    first, second = house.browser(), house.browser()
    page = second.get(asked.path)
    first.begins(asked)
    assert second.press(page, "/begin").status_code == 403


def test_the_number_is_shown_to_the_browser_that_began_alone(house: House) -> None:
    asked, mine = house.asks(house.chat()), house.browser()
    number = number_on(mine.logs_in(asked))
    other = house.browser()
    assert number not in other.get(f"{asked.path}/number").text
    assert other.get(f"{asked.path}/status").status_code == 403


def test_not_me_ends_it_and_the_chat_is_told(house: House) -> None:
    asked = house.asks(house.chat())
    browser = house.browser()
    browser.press(browser.get(asked.path), "/deny")
    assert house.link(asked).status == "denied"
    assert house.told(asked) == ["denied"]


def test_a_form_of_another_site_begins_and_denies_nothing(house: House) -> None:
    asked = house.asks(house.chat())
    stranger = house.browser(own=False)
    for place in ("/begin", "/deny", "/move"):
        headers = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
        assert stranger.client.post(f"{asked.path}{place}", headers=headers).status_code == 403
    assert house.link(asked).status == "open"


def test_l10_somebody_else_than_the_chat_is_bound_to_is_refused(house: House) -> None:
    chat = house.chat()
    identity = house.parts.vault.identity(OTHER_PERSON.register_number)
    with house.parts.database.write() as connection:
        proof_rows.keep(
            connection, proof_id="p", conversation_id=chat, identity=identity, level="bank", way="bank", login_type="",
            now=house.clock(), undo=timedelta(days=1),
        )  # fmt: skip
    asked = house.asks(chat)
    page = house.browser().logs_in(asked, PERSON)
    assert not number_on(page)
    assert house.told(asked) == [LinkEnd.WRONG_PERSON]


def test_a_login_below_the_level_is_refused(house: House) -> None:
    house.dan.login_type = 7  # not in the table: the lowest level
    asked = house.asks(house.chat(), level=Level.BANK)
    assert not number_on(house.browser().logs_in(asked))
    assert house.told(asked) == [LinkEnd.REFUSED]


def test_a_login_type_nobody_knows_counts_as_the_lowest_level_and_is_kept(house: House) -> None:
    house.dan.login_type = 7
    asked = house.asks(house.chat(), level=Level.PHONE)
    assert number_on(house.browser().logs_in(asked))
    assert (house.link(asked).given_level, house.link(asked).login_type) == ("phone", "7")


def test_dan_down_ends_it_honestly(house: House) -> None:
    house.dan.down = True
    asked = house.asks(house.chat())
    assert not number_on(house.browser().logs_in(asked))
    assert house.told(asked) == [LinkEnd.FAILED]


def test_cancelling_at_the_bank_is_told_as_cancelled(house: House) -> None:
    asked, browser = house.asks(house.chat()), house.browser()
    state = state_of(browser.begins(asked))
    browser.press(browser.get(f"/link/return/dan?error=access_denied&state={state}"), "/return/dan")
    assert house.told(asked) == [LinkEnd.CANCELLED]


def test_a_code_of_another_transaction_is_not_taken(house: House) -> None:
    """Row L7: PKCE binds the code to the verifier of this link."""
    asked, browser = house.asks(house.chat()), house.browser()
    own_state = state_of(browser.begins(asked))
    foreign = house.dan.login(house.browser().begins(house.asks(house.chat())), OTHER_PERSON)
    code = foreign.partition("&")[0]
    browser.press(browser.get(f"/link/return/dan?{code}&state={own_state}"), "/return/dan")
    assert house.told(asked) == [LinkEnd.REFUSED]


def end_link(house: House, link_id: str, chat: str) -> None:
    with house.parts.database.write() as connection:
        link_ends.end(connection, link_id, LinkEnd.CANCELLED, house.clock())


def block_person(house: House, link_id: str, chat: str) -> None:
    identity = house.parts.vault.identity(PERSON.register_number)
    with house.parts.database.write() as connection:
        identity_rows.block_links(connection, identity, house.clock() + timedelta(hours=24))


def open_another(house: House, link_id: str, chat: str) -> None:
    house.asks(chat)


def move_chat(house: House, link_id: str, chat: str) -> None:
    with house.parts.database.write() as connection:
        connection.exec_driver_sql("UPDATE conversations SET address = 'elsewhere'")


def let_it_expire(house: House, link_id: str, chat: str) -> None:
    house.clock.pass_by(360)


@pytest.mark.parametrize("meanwhile", [end_link, block_person, open_another, move_chat, let_it_expire])
def test_l15_what_changes_between_start_and_return_stops_it(house: House, meanwhile: object) -> None:
    chat = house.chat()
    asked, browser = house.asks(chat), house.browser()
    query = house.dan.login(browser.begins(asked), PERSON)
    page = browser.get(f"/link/return/dan?{query}")
    assert callable(meanwhile)
    meanwhile(house, asked.id, chat)
    browser.press(page, "/return/dan") if "/return/dan" in page.text else None
    assert house.link(asked).status not in ("proven", "matched", "bound")


def test_l12_one_person_has_few_pages_open_at_once(house: House) -> None:
    proven = 0
    for number in range(8):
        asked = house.asks(house.chat(f"Чат {number}"))
        proven += bool(number_on(house.browser().logs_in(asked)))
    assert proven == house.parts.settings.links_open


def test_an_unknown_token_opens_the_same_page_as_an_old_one_of_nobody(house: House) -> None:
    pages = {house.browser().get(f"/link/{token}").text for token in ("a" * 43, "b" * 43, "short", "a" * 44)}
    assert len(pages) == 1


def test_a_language_can_be_chosen_and_stays(house: House) -> None:
    asked, browser = house.asks(house.chat(language="en")), house.browser()
    assert 'lang="en"' in browser.get(asked.path).text
    assert 'lang="mn"' in browser.get(f"{asked.path}?lang=mn").text


def test_every_page_forbids_others_content_frames_and_referrers(house: House) -> None:
    asked, browser = house.asks(house.chat()), house.browser()
    for response in (browser.get(asked.path), browser.logs_in(asked), browser.get(f"/link/{'x' * 43}")):
        policy = response.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'")
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert response.headers["referrer-policy"] == "no-referrer"
        assert response.headers["cache-control"] == "no-store"
        assert "noindex" in response.headers["x-robots-tag"]
        assert "https://" not in response.text.replace("http://www.w3.org", "")


def test_a_name_cannot_write_into_the_page(house: House) -> None:
    page = house.browser().get(house.asks(house.chat("<script>alert(1)</script>\u202e\u200bБат")).path)
    assert "<script>alert" not in page.text
    assert "\u202e" not in page.text


def test_an_erased_chat_proves_nobody(house: House) -> None:
    chat = house.chat()
    asked, browser = house.asks(chat), house.browser()
    query = house.dan.login(browser.begins(asked), PERSON)
    page = browser.get(f"/link/return/dan?{query}")
    with house.parts.database.write() as connection:
        from knowledge import erasing

        erasing.erase(connection, house.parts.vault, chat, house.clock())
    browser.press(page, "/return/dan")
    with house.parts.database.read() as connection:
        assert proof_rows.bound_identity(connection, chat) is None
        assert conversation_rows.read(connection, house.parts.vault, chat) is not None
        assert link_rows.counts(connection, chat, house.clock())[0] == 0
