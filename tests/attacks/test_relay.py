"""A relay phisher with two actors (rows L1, L3, L4, L5, L16): his chat starts, the victim proves who they are.

The attacker holds everything but the victim's screen and chat. `ATTACK_RUNS=500` is the row's own figure.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from random import Random
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from bots.sandbox.people import PEOPLE, Person
from tests.attacks.browser import Browser, come_back, log_in, shown_number, through_app, through_bank, to_bank
from tests.attacks.citizen import Citizen
from tests.attacks.house import GENEROUS, house, rows, runs, wish
from tests.process import Process

TRIES = 3
RELAYS = 24
RETURNS = 20
HEALTHY = [person for person in PEOPLE if not person.registry_down]
SIGNERS = HEALTHY[:2]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    with house(tmp_path_factory.mktemp("relay"), LINK_CHAT_PROOF="preferred", **GENEROUS) as running:
        yield running


def proven(server: Process) -> int:
    return int(rows(server.folder, "SELECT count(*) FROM audit WHERE action = 'link.proven'")[0][0])


def bound(server: Process) -> int:
    return len(rows(server.folder, "SELECT id FROM links WHERE status = 'bound'")) + len(
        rows(server.folder, "SELECT id FROM proofs")
    )


def relay(server: Process, seed: int) -> str:
    """One attack: what the attacker's chat was told last. A guess that would be luck is replaced."""
    random, attacker = Random(seed), wish(server.url, "Тоон гарын үсэг" if seed % 4 == 0 else "Банкаар нэвтрэх")
    victim, person = Browser(), (SIGNERS if seed % 4 == 0 else HEALTHY)[seed % 2]
    assert "Веб чат" in victim.get(attacker.link()).words
    page = (through_app if seed % 4 == 0 else through_bank)(victim, attacker.link(), person)
    number = page.number or shown_number(victim, attacker.link())
    attacker.hears("6 оронтой")
    snoop = Browser(attacker.client)  # the attacker's own browser, with the chat's cookie
    assert not snoop.get(f"{attacker.link()}/number").number
    said = ""
    for _ in range(TRIES + 1):
        guess = f"{random.randrange(10**6):06}"
        said = str(attacker.says("111111" if guess == number else guess)["text"])
    return said


def test_l1_a_relay_phisher_binds_nobody_however_often_he_tries(server: Process) -> None:
    """24 runs here; 500 with ATTACK_RUNS=500."""
    before = bound(server)
    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(lambda seed: relay(server, seed), range(runs(RELAYS))))
    assert bound(server) == before
    assert not [each for each in said if "Энэ та мөн үү" in each or "таныг баталгаажууллаа" in each]


def test_the_same_steps_bind_who_types_the_number_in_the_chat_that_started(server: Process) -> None:
    """So that the attack above fails for the number and for nothing else."""
    chat, before = wish(server.url), bound(server)
    page = through_bank(Browser(), chat.link(), PEOPLE[1])
    chat.says(page.number, "Энэ та мөн үү")
    chat.presses("Тийм, би мөн", "таныг баталгаажууллаа")
    assert bound(server) == before + 2


def test_l1_the_number_of_one_chat_binds_nothing_in_another(server: Process) -> None:
    """The attacker has his own page proven by himself and types the victim's number, and the other way round."""
    before, victim, attacker = bound(server), wish(server.url), wish(server.url)
    theirs = through_bank(Browser(), victim.link(), PEOPLE[0]).number
    his = through_bank(Browser(), attacker.link(), PEOPLE[1]).number
    if theirs != his:
        assert "2 удаа" in str(attacker.says(theirs, "удаа"))
        assert "2 удаа" in str(victim.says(his, "удаа"))
    assert bound(server) == before


def begun(server: Process) -> tuple[Citizen, Browser, str, str]:
    """A chat, the browser that went to the bank and back, the return address, and what stands in it."""
    chat, browser = wish(server.url), Browser()
    page = log_in(browser, to_bank(browser, chat.link()), PEOPLE[0])
    return chat, browser, page.url, urlsplit(page.url).query


def returned(browser: Browser, url: str, query: str) -> str:
    return browser.post(url.partition("?")[0], {"lang": "mn", "returned": query}).words


def test_l4_a_return_address_in_another_browser_proves_nothing_and_uses_nothing_up(server: Process) -> None:
    chat, browser, url, query = begun(server)
    before = proven(server)
    for thief in (Browser(), Browser(chat.client), begun(server)[1]):
        thief.get(url)
        returned(thief, url, query)
    assert proven(server) == before
    assert come_back(browser, browser.get(url)).number


def test_l4_who_sends_the_victim_to_the_bank_himself_gets_nothing_back(server: Process) -> None:
    """The attacker begins; the victim logs in behind the authorisation address and lands in the wrong browser."""
    attacker, his, before = wish(server.url), Browser(), proven(server)
    login = to_bank(his, attacker.link())
    victim = Browser()
    page = log_in(victim, victim.get(login.url), PEOPLE[1])
    assert page.status == 403
    returned(victim, page.url, urlsplit(victim.trail[-1]).query)
    assert victim.get(attacker.link()).status == 403
    assert proven(server) == before


def test_l3_swapped_states_and_codes_of_two_browsers_prove_neither(server: Process) -> None:
    before = proven(server)
    for swapped in ("state", "code"):
        _, first, url, one = begun(server)
        _, second, _, two = begun(server)
        mine, theirs = ({name: value[0] for name, value in parse_qs(query).items()} for query in (one, two))
        returned(first, url, urlencode(mine | {swapped: theirs[swapped]}))
        returned(second, url, urlencode(theirs | {swapped: mine[swapped]}))
    assert proven(server) == before


def test_l3_of_20_parallel_returns_one_proves(server: Process) -> None:
    chat, browser, url, query = begun(server)
    before = proven(server)
    cookies = dict(browser.client.cookies)

    def again(_: int) -> str:
        other = Browser()
        other.client.cookies.update(cookies)
        return returned(other, url, query)

    with ThreadPoolExecutor(RETURNS) as pool:
        list(pool.map(again, range(RETURNS)))
    assert proven(server) == before + 1
    assert shown_number(browser, chat.link())


def test_l5_a_previewer_who_opens_everything_with_get_changes_nothing(server: Process) -> None:
    chat, places = (
        wish(server.url),
        ("", "/begin", "/deny", "/move", "/cancel", "/number", "/status", "/sign", "/signed"),
    )
    columns = "SELECT * FROM links ORDER BY id"
    before = rows(server.folder, columns)
    for place in places:
        for method in ("GET", "HEAD"):
            Browser().client.request(method, f"{chat.link()}{place}")
    assert rows(server.folder, columns) == before
    assert through_bank(Browser(), chat.link(), PEOPLE[0]).number


@pytest.mark.parametrize("person", [PEOPLE[9], PEOPLE[10]], ids=["revoked", "expired"])
def test_a_certificate_that_does_not_count_shows_no_number(server: Process, person: Person) -> None:
    chat, before = wish(server.url, "Тоон гарын үсэг"), proven(server)
    assert not through_app(Browser(), chat.link(), person).number
    assert proven(server) == before
