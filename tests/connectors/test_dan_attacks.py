"""Rows L6, L7 and L16 of the bar: what a thief of codes and a malicious provider get from the connector: nothing."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest
from starlette.responses import RedirectResponse

from bots.sandbox.people import PEOPLE
from connectors.bounded_http import public_trust
from connectors.dan import Dan, challenge_of, new_verifier
from connectors.dan_answer import NONSENSE, REFUSED, DanAnswer, DanResult
from tests.fakes.dan_server import CLIENT_ID, CLIENT_SECRET, DanServer, Style, log_in, open_login, running

VICTIM, THIEF = (person.register_number for person in PEOPLE[:2])
STATE, NONCE = "s" * 43, "n" * 43
RETURN, EVIL_RETURN = "http://127.0.0.1:9/link/return/dan", "http://127.0.0.1:9/link/return/evil"
ISSUER = "https://sso.gov.mn"
FLOWS = 10_000


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[DanServer, DanServer]]:
    """(ДАН, a provider that is malicious)."""
    with ExitStack() as stack:
        honest, evil = DanServer(frozenset({RETURN})), DanServer(frozenset({EVIL_RETURN}))
        yield stack.enter_context(running(honest)), stack.enter_context(running(evil))


@pytest.fixture
def honest(servers: tuple[DanServer, DanServer]) -> DanServer:
    servers[0].style = Style(issuer=ISSUER)
    servers[0].seen.clear()
    return servers[0]


@pytest.fixture
def evil(servers: tuple[DanServer, DanServer]) -> DanServer:
    servers[1].style = Style()
    servers[1].seen.clear()
    return servers[1]


def dan_at(server: DanServer, redirect_uri: str = RETURN, issuer: str = ISSUER) -> Dan:
    return Dan(
        base_url=server.url, client_id=CLIENT_ID, client_secret=CLIENT_SECRET, redirect_uri=redirect_uri, issuer=issuer
    )


def evil_at(server: DanServer) -> Dan:
    """What a second provider that we trusted would be: its own return address and secret."""
    return Dan(
        base_url=server.url, client_id=CLIENT_ID, client_secret="secret-for-the-evil-one", redirect_uri=EVIL_RETURN,
        issuer="https://evil.example",
    )  # fmt: skip


def address_of(dan: Dan, verifier: str) -> str:
    return dan.authorize_url(state=STATE, challenge=challenge_of(verifier), nonce=NONCE)


def params_of(address: str) -> list[tuple[str, str]]:
    return parse_qsl(urlsplit(address).query)


def code_of(dan: Dan, verifier: str, number: str = VICTIM) -> str:
    """A code that ДАН gave for a login of this browser."""
    return dan.returned(params_of(log_in(address_of(dan, verifier), number))).code


def exchange(dan: Dan, code: str, verifier: str) -> DanAnswer:
    async def once() -> DanAnswer:
        try:
            return await dan.exchange(code=code, verifier=verifier)
        finally:
            await dan.close()

    return asyncio.run(once())


def test_row_l7_verifiers_of_ten_thousand_logins_differ_and_have_256_bits() -> None:
    verifiers = {new_verifier() for _ in range(FLOWS)}
    assert len(verifiers) == FLOWS
    assert {len(verifier) for verifier in verifiers} == {43}  # base64url of 32 bytes
    assert len({challenge_of(verifier) for verifier in verifiers}) == FLOWS


def test_row_l7_a_stolen_code_is_worth_nothing_in_the_thiefs_own_login(honest: DanServer) -> None:
    stolen, own = code_of(dan_at(honest), new_verifier()), new_verifier()
    code_of(dan_at(honest), own, THIEF)
    assert exchange(dan_at(honest), stolen, own) == REFUSED


def test_row_l7_a_code_is_used_up_by_a_try_with_another_verifier(honest: DanServer) -> None:
    verifier = new_verifier()
    code = code_of(dan_at(honest), verifier)
    exchange(dan_at(honest), code, new_verifier())
    assert exchange(dan_at(honest), code, verifier) == REFUSED


def test_row_l7_a_code_works_once(honest: DanServer) -> None:
    verifier = new_verifier()
    code = code_of(dan_at(honest), verifier)
    assert exchange(dan_at(honest), code, verifier).result is DanResult.DONE
    assert exchange(dan_at(honest), code, verifier) == REFUSED


@pytest.mark.parametrize(
    "gone", [("code_challenge",), ("code_challenge_method",), ("code_challenge", "code_challenge_method")]
)
def test_row_l7_a_login_whose_challenge_was_taken_out_brings_no_code(honest: DanServer, gone: tuple[str, ...]) -> None:
    dan = dan_at(honest)
    left = [pair for pair in params_of(address_of(dan, new_verifier())) if pair[0] not in gone]
    with httpx.Client(trust_env=False, verify=public_trust()) as browser:
        back = open_login(browser, f"{honest.url}/oauth2/authorize?{urlencode(left)}").headers["location"]
    assert (dan.returned(params_of(back)).code, dan.returned(params_of(back)).error) == ("", "invalid_request")


def test_row_l7_the_challenge_of_a_thief_does_not_fit_the_verifier_kept_here(honest: DanServer) -> None:
    dan, verifier = dan_at(honest), new_verifier()
    swapped = address_of(dan, verifier).replace(challenge_of(verifier), challenge_of("v" * 43))
    code = dan.returned(params_of(log_in(swapped, VICTIM))).code
    assert exchange(dan, code, verifier) == REFUSED


def test_row_l7_a_code_given_for_another_return_address_is_refused(honest: DanServer) -> None:
    verifier = new_verifier()
    code = code_of(dan_at(honest), verifier)
    assert exchange(dan_at(honest, redirect_uri=EVIL_RETURN), code, verifier) == REFUSED


def test_row_l7_a_code_that_is_too_old_is_refused(honest: DanServer) -> None:
    honest.style.code_seconds = -1
    verifier = new_verifier()
    assert exchange(dan_at(honest), code_of(dan_at(honest), verifier), verifier) == REFUSED


def told(evil: DanServer, *secrets: str) -> list[str]:
    """Which of these the malicious provider ever got to see, in any part of any request."""
    return [secret for secret in secrets if any(secret in seen.text for seen in evil.seen)]


def test_row_l6_a_browser_sent_on_to_dan_comes_back_to_dans_own_address(honest: DanServer, evil: DanServer) -> None:
    """The victim starts at the evil provider, which sends the browser on to ДАН under our client's name."""
    transaction, verifier = evil_at(evil), new_verifier()
    evil.style.lead_to = address_of(dan_at(honest), verifier)
    with httpx.Client(trust_env=False, verify=public_trust()) as browser:
        leading = open_login(browser, address_of(transaction, verifier)).headers["location"]
        back = log_in(leading, VICTIM, browser=browser)
    code = dan_at(honest).returned(params_of(back)).code
    assert back.startswith(f"{RETURN}?")  # where only logins that were begun with ДАН are looked for
    assert (transaction.returned(params_of(back)).code, told(evil, code, CLIENT_SECRET)) == ("", [])


def test_row_l6_dan_does_not_return_to_the_evil_ones_address(honest: DanServer, evil: DanServer) -> None:
    address = address_of(dan_at(honest, redirect_uri=EVIL_RETURN), new_verifier())
    with httpx.Client(trust_env=False, verify=public_trust()) as browser:
        answer = open_login(browser, address)
    assert (answer.status_code, answer.headers.get("location"), evil.seen) == (400, None, [])


def test_row_l6_dans_code_carried_to_the_evil_ones_address_is_not_read(honest: DanServer, evil: DanServer) -> None:
    back = log_in(address_of(dan_at(honest), new_verifier()), VICTIM)
    returned = evil_at(evil).returned(params_of(back))  # as `/link/return/evil` would read it
    assert (returned.code, returned.error, evil.seen) == ("", "wrong-issuer", [])


def test_row_l6_the_evil_ones_code_carried_to_dans_address_is_not_read(honest: DanServer, evil: DanServer) -> None:
    evil.style.issuer = "https://evil.example"
    back = log_in(address_of(evil_at(evil), new_verifier()), THIEF)
    assert dan_at(honest).returned(params_of(back)).code == ""


def test_row_l6_a_token_address_that_leads_elsewhere_is_not_followed(honest: DanServer, evil: DanServer) -> None:
    verifier = new_verifier()
    code = code_of(dan_at(honest), verifier)
    honest.style.token_answer = RedirectResponse(f"{evil.url}/oauth2/token", 307)
    assert exchange(dan_at(honest), code, verifier) == NONSENSE
    assert evil.seen == []


def test_row_l6_a_token_is_not_carried_where_the_data_address_leads(honest: DanServer, evil: DanServer) -> None:
    verifier = new_verifier()
    code = code_of(dan_at(honest), verifier)
    honest.style.service_answer = RedirectResponse(f"{evil.url}/oauth2/api/v1/service", 307)
    assert exchange(dan_at(honest), code, verifier) == NONSENSE
    assert evil.seen == []


def test_row_l6_a_proxy_named_in_the_environment_sees_nothing(
    honest: DanServer, evil: DanServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, evil.url)
    verifier = new_verifier()
    assert exchange(dan_at(honest), code_of(dan_at(honest), verifier), verifier).result is DanResult.DONE
    assert evil.seen == []


def test_row_l16_prompt_login_is_always_asked_for_and_a_dan_that_minds_it_asks_again(honest: DanServer) -> None:
    with httpx.Client(trust_env=False, verify=public_trust()) as browser:
        log_in(address_of(dan_at(honest), new_verifier()), VICTIM, browser=browser)
        assert open_login(browser, address_of(dan_at(honest), new_verifier())).status_code == 200


def test_row_l16_a_dan_that_does_not_mind_it_brings_only_a_code(honest: DanServer) -> None:
    """Silence at ДАН: what is left is one POST of ours and the number typed in the chat."""
    honest.style.honours_prompt = False
    with httpx.Client(trust_env=False, verify=public_trust()) as browser:
        log_in(address_of(dan_at(honest), new_verifier()), VICTIM, browser=browser)
        honest.seen.clear()
        silent = open_login(browser, address_of(dan_at(honest), new_verifier()))
    assert dan_at(honest).returned(params_of(silent.headers["location"])).code
    assert [seen.path for seen in honest.seen] == ["/oauth2/authorize"]  # reading a return asks nobody anything
