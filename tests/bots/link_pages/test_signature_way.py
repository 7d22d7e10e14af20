"""The signature way: the text, our page, a signing app without our cookie, and signatures that do not count."""

from __future__ import annotations

import base64

import pytest

from connectors.signature_checks import SignatureResult
from dialogs.linking import LinkEnd
from dialogs.proofs import Way
from dialogs.services import Level
from tests.bots.link_pages.house import OTHER_PERSON, Asked, Browser, House, number_on
from tests.bots.link_pages.signer_double import GOOD

SIGNED = {"signature": base64.b64encode(GOOD).decode(), "format": "cms"}


def begun(house: House, name: str = "Бат") -> tuple[Asked, Browser]:
    asked, browser = house.asks(house.chat(name), Way.SIGNATURE, Level.SIGNATURE), house.browser()
    browser.press(browser.get(asked.path), "/begin")
    return asked, browser


def test_the_text_to_be_signed_names_the_chat_the_service_and_the_time(house: House) -> None:
    asked, browser = begun(house, "Дорж")
    text = browser.get(f"{asked.path}/challenge").text
    for expected in ("Telegram", "Дорж", "Nonce", house.parts.settings.base_url, "2026"):
        assert expected in text


def test_there_is_no_text_before_somebody_began(house: House) -> None:
    asked = house.asks(house.chat(), Way.SIGNATURE, Level.SIGNATURE)
    assert house.browser().get(f"{asked.path}/challenge").status_code == 404


def test_fetching_the_text_changes_nothing(house: House) -> None:
    asked, browser = begun(house)
    before = house.link(asked)
    texts = {house.browser().get(f"{asked.path}/challenge").text for _ in range(5)}
    assert len(texts) == 1
    assert house.link(asked) == before
    assert browser.get(f"{asked.path}/challenge").text in texts


def test_two_links_never_have_the_same_text(house: House) -> None:
    texts = {begun(house)[1].get("/").text and house.link(begun(house)[0]).secrets["text"] for _ in range(4)}
    assert len(texts) == 4


def test_a_good_signature_from_our_page_leads_to_the_number(house: House) -> None:
    asked, browser = begun(house)
    assert number_on(browser.post(f"{asked.path}/signed", SIGNED))
    assert house.link(asked).given_level == "signature"
    assert house.told(asked) == ["proven"]


def test_what_is_checked_is_the_text_of_this_link(house: House) -> None:
    asked, browser = begun(house)
    text = house.link(asked).secrets["text"]
    browser.post(f"{asked.path}/signed", SIGNED)
    assert house.signer.seen == [text.encode()]


def test_an_app_without_our_cookie_proves_it_but_never_sees_the_number(house: House) -> None:
    asked, browser = begun(house)
    app = house.browser(own=False)
    answer = app.post(f"{asked.path}/signed", SIGNED)
    assert not number_on(answer)
    assert number_on(browser.get(f"{asked.path}/number"))


def test_the_nonce_is_used_up_by_the_first_signature(house: House) -> None:
    asked, browser = begun(house)
    number = number_on(browser.post(f"{asked.path}/signed", SIGNED))
    house.signer.person = OTHER_PERSON
    again = browser.post(f"{asked.path}/signed", SIGNED)
    assert number_on(again) == number
    assert house.link(asked).result["register_number"] != OTHER_PERSON.register_number
    assert house.told(asked) == ["proven"]


@pytest.mark.parametrize(
    "signature", ["", "!!!", base64.b64encode(b"another").decode(), base64.b64encode(GOOD + b"\0").decode(), "а" * 20]
)
def test_what_is_no_signature_can_be_tried_again(house: House, signature: str) -> None:
    asked, browser = begun(house)
    assert browser.post(f"{asked.path}/signed", {"signature": signature, "format": "cms"}).status_code == 422
    assert house.link(asked).status == "begun"
    assert number_on(browser.post(f"{asked.path}/signed", SIGNED))


@pytest.mark.parametrize("result", [SignatureResult.UNSURE, SignatureResult.BAD])
def test_a_check_that_could_not_be_made_uses_nothing_up(house: House, result: SignatureResult) -> None:
    """Row G5: the responder is down; nobody is let in, and it can be tried again."""
    asked, browser = begun(house)
    house.signer.result = result
    assert not number_on(browser.post(f"{asked.path}/signed", SIGNED))
    assert house.link(asked).status == "begun"
    house.signer.result = SignatureResult.GOOD
    assert number_on(browser.post(f"{asked.path}/signed", SIGNED))


@pytest.mark.parametrize("result", [SignatureResult.REVOKED, SignatureResult.NOBODY])
def test_a_revoked_certificate_ends_it(house: House, result: SignatureResult) -> None:
    asked, browser = begun(house)
    house.signer.result = result
    browser.post(f"{asked.path}/signed", SIGNED)
    assert house.told(asked) == [LinkEnd.REFUSED]


def test_a_signature_that_is_too_large_is_not_read(house: House) -> None:
    asked, browser = begun(house)
    huge = {"signature": "A" * (house.parts.settings.signature_max_bytes * 5), "format": "cms"}
    assert browser.post(f"{asked.path}/signed", huge).status_code == 413
    assert house.signer.seen == []


def test_the_page_may_talk_to_the_esign_client_and_to_nobody_else(house: House) -> None:
    asked, browser = begun(house)
    policy = browser.get(f"{asked.path}/sign").headers["content-security-policy"]
    assert "connect-src 'self';" in policy


def test_the_bank_way_has_no_signing(house: House) -> None:
    asked, browser = house.asks(house.chat()), house.browser()
    browser.begins(asked)
    browser.post(f"{asked.path}/signed", SIGNED)
    assert house.link(asked).status == "begun"
