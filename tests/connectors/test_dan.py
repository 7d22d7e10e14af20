"""A login at ДАН, from the address the browser is sent to up to who it was, against a strict ДАН on loopback."""

import asyncio
import base64
import json
import logging
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

import pytest
from starlette.responses import JSONResponse, RedirectResponse, Response

from bots.sandbox.people import PEOPLE
from connectors.breaker import Breaker
from connectors.dan import Dan, Returned, challenge_of, new_verifier
from connectors.dan_answer import NONSENSE, REFUSED, UNAVAILABLE, DanAnswer, DanResult
from dialogs.messages import RegistryResult
from dialogs.records import ID_CARD, PROPERTY_LIST
from dialogs.services import Level
from tests.fakes.dan_server import (
    BANK,
    CLIENT_ID,
    CLIENT_SECRET,
    ORGANISATION,
    UNHEARD_OF,
    DanServer,
    Style,
    log_in,
    refuse,
    running,
)

PERSON, SOMEBODY_ELSE = PEOPLE[:2]
RETURN = "http://127.0.0.1:9/link/return/dan"
STATE, NONCE = "s" * 43, "n" * 43
SHORT_SECONDS = 0.3


@pytest.fixture(scope="module")
def honest() -> Iterator[DanServer]:
    with running(DanServer(frozenset({RETURN}))) as server:
        yield server


@pytest.fixture
def server(honest: DanServer) -> DanServer:
    honest.style = Style()
    honest.seen.clear()
    return honest


def a_dan(base_url: str, timeout_seconds: float = 5.0, issuer: str = "", breaker: Breaker | None = None) -> Dan:
    return Dan(
        base_url=base_url, client_id=CLIENT_ID, client_secret=CLIENT_SECRET, redirect_uri=RETURN, issuer=issuer,
        login_levels={str(BANK): Level.BANK}, timeout_seconds=timeout_seconds, breaker=breaker,
    )  # fmt: skip


def address_of(dan: Dan, verifier: str, *operations: str) -> str:
    return dan.authorize_url(state=STATE, challenge=challenge_of(verifier), nonce=NONCE, operations=operations)


def query_of(address: str) -> dict[str, str]:
    pairs = parse_qsl(urlsplit(address).query)
    assert len(dict(pairs)) == len(pairs)
    return dict(pairs)


async def login(
    dan: Dan, operation: str = "", number: str = PERSON.register_number, login_type: int = BANK
) -> DanAnswer:
    """A whole login; the connector is closed after it."""
    verifier = new_verifier()
    address = address_of(dan, verifier, *([operation] if operation else []))
    back = await asyncio.to_thread(log_in, address, number, login_type)
    returned = dan.returned(parse_qsl(urlsplit(back).query))
    assert returned.state == STATE
    try:
        return await dan.exchange(code=returned.code, verifier=verifier, operation=operation)
    finally:
        await dan.close()


@pytest.mark.asyncio
async def test_a_login_tells_who_it_was_and_how_and_nothing_that_was_not_wanted(server: DanServer) -> None:
    assert await login(a_dan(server.url)) == DanAnswer(
        DanResult.DONE, PERSON.register_number, PERSON.given_name, str(BANK), Level.BANK
    )


@pytest.mark.asyncio
async def test_row_d2_of_the_card_only_listed_fields_come_back(server: DanServer) -> None:
    answer = await login(a_dan(server.url), ID_CARD)
    assert answer.record is RegistryResult.DONE
    assert dict(answer.rows) == {
        "field.family-name": PERSON.family_name, "field.patronymic": PERSON.patronymic,
        "field.given-name": PERSON.given_name, "field.register-number": PERSON.register_number,
        "field.civil-id": PERSON.civil_id, "field.sex": PERSON.sex, "field.birth-date": str(PERSON.birth_date),
        "field.birth-place": PERSON.birth_place, "field.address": PERSON.address,
        "field.issued": str(PERSON.issued), "field.valid-until": str(PERSON.valid_until),
    }  # fmt: skip


@pytest.mark.asyncio
async def test_the_list_of_property_is_read_in_the_same_login(server: DanServer) -> None:
    answer = await login(a_dan(server.url), PROPERTY_LIST)
    assert answer.rows == (("field.property-number", "Ү-0000000001"), ("field.property-kind", "Орон сууц"))
    assert answer.name == PERSON.given_name


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("code", "record"),
    [(1, RegistryResult.NOT_FOUND), (801, RegistryResult.UNAVAILABLE), (402, RegistryResult.UNAVAILABLE)],
)
async def test_who_it_is_counts_even_if_the_property_could_not_be_read(
    server: DanServer, code: int, record: RegistryResult
) -> None:
    server.style.result_codes = {PROPERTY_LIST: code}
    answer = await login(a_dan(server.url), PROPERTY_LIST)
    assert (answer.result, answer.rows, answer.record) == (DanResult.DONE, (), record)


@pytest.mark.asyncio
@pytest.mark.parametrize(("code", "answer"), [(1, REFUSED), (402, REFUSED), (801, UNAVAILABLE), (2, UNAVAILABLE)])
async def test_without_the_card_nobody_is_known(server: DanServer, code: int, answer: DanAnswer) -> None:
    server.style.result_codes = {ID_CARD: code}
    assert await login(a_dan(server.url)) == answer


@pytest.mark.asyncio
async def test_a_kind_of_login_nobody_heard_of_is_the_lowest_level_and_kept(server: DanServer) -> None:
    answer = await login(a_dan(server.url), login_type=UNHEARD_OF)
    assert (answer.level, answer.login_type) == (Level.PHONE, str(UNHEARD_OF))


@pytest.mark.asyncio
async def test_an_organisation_is_no_citizen(server: DanServer) -> None:
    assert await login(a_dan(server.url), login_type=ORGANISATION) == REFUSED


@pytest.mark.asyncio
async def test_the_real_dan_without_pkce_works_too(server: DanServer) -> None:
    server.style.pkce = False
    assert (await login(a_dan(server.url))).result is DanResult.DONE


@pytest.mark.asyncio
async def test_a_card_about_another_person_than_was_asked_for_is_nobodys(server: DanServer) -> None:
    server.style.card_number = SOMEBODY_ELSE.register_number
    assert await login(a_dan(server.url), ID_CARD) == NONSENSE


def test_the_address_asks_for_the_card_first_and_each_endpoint_once() -> None:
    query = query_of(address_of(a_dan("https://sso.gov.mn"), new_verifier(), PROPERTY_LIST, ID_CARD))
    assert json.loads(base64.b64decode(query["scope"], validate=True)) == [
        {"services": [ID_CARD], "wsdl": "https://xyp.gov.mn/citizen-1.5.0/ws?WSDL"},
        {"services": [PROPERTY_LIST], "wsdl": "https://xyp.gov.mn/property-1.5.0/ws?WSDL"},
    ]


def test_the_address_carries_what_binds_the_answer_and_no_secret() -> None:
    verifier = new_verifier()
    address = address_of(a_dan("https://sso.gov.mn/"), verifier)
    query = query_of(address)
    query.pop("scope")
    assert address.startswith("https://sso.gov.mn/oauth2/authorize?")
    assert query == {
        "response_type": "code", "client_id": CLIENT_ID, "redirect_uri": RETURN, "state": STATE, "nonce": NONCE,
        "code_challenge": challenge_of(verifier), "code_challenge_method": "S256", "prompt": "login", "max_age": "0",
    }  # fmt: skip
    assert not any(secret in address for secret in (CLIENT_SECRET, verifier))


def test_the_challenge_is_that_of_the_rfc() -> None:
    # RFC 7636, appendix B
    assert challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_the_browser_may_be_sent_to_another_address_than_we_call() -> None:
    dan = Dan(
        base_url="http://127.0.0.1:9", client_id="c", client_secret="s", redirect_uri=RETURN,
        authorize_url="https://login.example/in",
    )  # fmt: skip
    assert address_of(dan, new_verifier()).startswith("https://login.example/in?")


@pytest.mark.parametrize(
    ("state", "challenge", "nonce", "operation"),
    [
        ("short", challenge_of("v"), NONCE, ID_CARD), (STATE, "", NONCE, ID_CARD), (STATE, "x" * 42, NONCE, ID_CARD),
        (STATE, challenge_of("v"), "", ID_CARD), (STATE, challenge_of("v"), NONCE, "WS100307_anything"),
    ],
)  # fmt: skip
def test_a_login_that_could_be_guessed_or_asks_for_more_is_not_begun(
    state: str, challenge: str, nonce: str, operation: str
) -> None:
    with pytest.raises(ValueError, match=r"must be|not asked"):
        a_dan("https://sso.gov.mn").authorize_url(state=state, challenge=challenge, nonce=nonce, operations=[operation])


_BACK = [("code", "c-1"), ("state", STATE)]
_LONG = "x" * 3000


@pytest.mark.parametrize(
    ("params", "returned"),
    [
        (_BACK, Returned(code="c-1", state=STATE)),
        ([*_BACK, ("session_state", "x")], Returned(code="c-1", state=STATE)),
        ([("error", "access_denied"), ("state", STATE)], Returned(error="access_denied", state=STATE)),
        ([("error", "<script>"), ("state", STATE)], Returned(error="malformed", state=STATE)),
        ([*_BACK, ("code", "c-2")], Returned(error="malformed")),
        ([*_BACK, ("state", STATE)], Returned(error="malformed")),
        ([*_BACK, ("error", "x")], Returned(error="malformed")),
        ([("state", STATE)], Returned(error="malformed")),
        ([("code", ""), ("state", STATE)], Returned(error="malformed")),
        ([("code", "c-1")], Returned(error="malformed")),
        ([("code", "c-1"), ("state", "a b")], Returned(error="malformed")),
        ([("code", _LONG), ("state", STATE)], Returned(error="malformed", state=STATE)),
        ([("code", "c\r\n1"), ("state", STATE)], Returned(error="malformed", state=STATE)),
        ([("code", "к"), ("state", STATE)], Returned(error="malformed", state=STATE)),
        ([*_BACK, *((f"p{number}", "") for number in range(20))], Returned(error="malformed")),
        ([], Returned(error="malformed")),
    ],
)  # fmt: skip
def test_what_the_browser_brings_back_is_one_code_or_an_error(
    params: list[tuple[str, str]], returned: Returned
) -> None:
    assert a_dan("https://sso.gov.mn").returned(params) == returned


@pytest.mark.parametrize("issuer", ["", "https://sso.gov.mn/", "https://evil.example"])
def test_row_l6_a_return_that_names_another_issuer_has_no_code(issuer: str) -> None:
    dan = a_dan("https://sso.gov.mn", issuer="https://sso.gov.mn")
    params = [*_BACK, ("iss", issuer)] if issuer else _BACK
    assert dan.returned(params) == Returned(error="wrong-issuer", state=STATE)
    assert dan.returned([*_BACK, ("iss", "https://sso.gov.mn")]).code == "c-1"


@pytest.mark.asyncio
async def test_who_presses_cancel_is_told_apart(server: DanServer) -> None:
    dan = a_dan(server.url)
    back = await asyncio.to_thread(refuse, address_of(dan, new_verifier()))
    assert dan.returned(parse_qsl(urlsplit(back).query)).error == "access_denied"


@pytest.mark.asyncio
@pytest.mark.parametrize(("code", "verifier"), [("", "v" * 43), ("a b", "v" * 43), ("c", "short"), ("c", "")])
async def test_what_cannot_be_a_code_or_verifier_is_never_sent(server: DanServer, code: str, verifier: str) -> None:
    dan = a_dan(server.url)
    assert await dan.exchange(code=code, verifier=verifier) == NONSENSE
    await dan.close()
    assert server.seen == []


@pytest.mark.asyncio
async def test_a_code_nobody_gave_is_refused(server: DanServer) -> None:
    dan = a_dan(server.url)
    assert await dan.exchange(code="made-up", verifier=new_verifier()) == REFUSED
    await dan.close()


@pytest.mark.asyncio
async def test_row_l9_no_log_line_or_address_holds_code_token_secret_or_person(
    server: DanServer, caplog: pytest.LogCaptureFixture
) -> None:
    dan = a_dan(server.url)
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("httpcore").setLevel(logging.DEBUG)
        verifier = new_verifier()
        code = dan.returned(
            parse_qsl(
                urlsplit(await asyncio.to_thread(log_in, address_of(dan, verifier), PERSON.register_number)).query
            )
        ).code
        caplog.clear()  # the test's own browser printed its addresses
        answer = await dan.exchange(code=code, verifier=verifier, operation=ID_CARD)
        server.style.token_answer = JSONResponse({"error": "server_error", "error_description": PERSON.given_name}, 500)
        await dan.exchange(code=code, verifier=verifier)
    await dan.close()
    calls = [seen for seen in server.seen if "python-httpx" in seen.headers["user-agent"] and "/login" not in seen.path]
    token = next(seen.headers["authorization"].split()[1] for seen in calls if "authorization" in seen.headers)
    private = (code, verifier, token, CLIENT_SECRET, PERSON.register_number, PERSON.given_name, PERSON.civil_id)
    assert "ended as done" in caplog.text
    assert not any(word in text for word in private for text in (caplog.text, repr(answer), repr(dan)))
    assert not any(seen.query for seen in calls if not seen.path.endswith("/authorize"))


@pytest.mark.parametrize(
    "address",
    ["http://sso.gov.mn", "http://10.0.0.1", "ftp://127.0.0.1", "", "https://a:b@sso.gov.mn", "https://x?y=1"],
)
def test_an_address_that_would_tell_the_secret_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="address"):
        a_dan(address)


def test_a_level_a_login_cannot_give_is_refused() -> None:
    with pytest.raises(ValueError, match="level"):
        Dan(
            base_url="https://sso.gov.mn", client_id="c", client_secret="s", redirect_uri=RETURN,
            login_levels={"7": Level.NONE},
        )  # fmt: skip


ODD_TOKENS = {
    "html": Response("<html>sorry</html>", media_type="text/html"),
    "empty": Response(b""),
    "not an object": JSONResponse(["access_token"]),
    "no token": JSONResponse({"token_type": "Bearer"}),
    "no kind": JSONResponse({"access_token": "t"}),
    "another kind": JSONResponse({"access_token": "t", "token_type": "mac"}),
    "token with a line break": JSONResponse({"access_token": "t\r\nX: y", "token_type": "Bearer"}),
    "number for a token": JSONResponse({"access_token": 7, "token_type": "Bearer"}),
    "long token": JSONResponse({"access_token": "t" * 5000, "token_type": "Bearer"}),
    "doubled name": Response('{"access_token":"t","access_token":"u","token_type":"Bearer"}'),
    "deep": Response("[" * 100_000),
    "redirect": RedirectResponse("/elsewhere", 302),
}


@pytest.mark.asyncio
@pytest.mark.parametrize("odd", ODD_TOKENS.values(), ids=list(ODD_TOKENS))
async def test_row_d6_an_odd_answer_instead_of_a_token_ends_the_login(server: DanServer, odd: Response) -> None:
    server.style.token_answer = odd
    assert await login(a_dan(server.url)) == NONSENSE
    assert server.seen[-1].path == "/oauth2/token"


def card_answer(**changes: object) -> list[object]:
    card = {"regnum": PERSON.register_number, "firstname": PERSON.given_name}
    return [{"citizen_loginType": BANK}, {"services": {ID_CARD: {"resultCode": 0, "response": card, **changes}}}]


ODD_SERVICES = {
    "html": Response("<html>sorry</html>"),
    "truncated": Response('[{"citizen_loginType": 7}, {"services"'),
    "not utf-8": Response(b'[{"citizen_loginType":7},"\xff"]'),
    "packed": Response(b"\x1f\x8b\x08\x00", headers={"Content-Encoding": "gzip"}),
    "huge": Response(b"[" + b" " * 3_000_000 + b"]"),
    "huge number": Response('[{"citizen_loginType": ' + "9" * 5000 + "}]"),
    "deep": Response("[" * 100_000),
    "an object": JSONResponse({"citizen_loginType": 7}),
    "no kind of login": JSONResponse(card_answer()[1:]),
    "two kinds of login": JSONResponse([{"citizen_loginType": 7}, *card_answer()]),
    "yes for a kind of login": JSONResponse([{"citizen_loginType": True}, *card_answer()[1:]]),
    "text for a kind of login": JSONResponse([{"citizen_loginType": "7"}, *card_answer()[1:]]),
    "no card": JSONResponse([{"citizen_loginType": 7}]),
    "two cards": JSONResponse([*card_answer(), card_answer()[1]]),
    "no result code": JSONResponse(card_answer(resultCode=None)),
    "text for a result code": JSONResponse(card_answer(resultCode="0")),
    "no response": JSONResponse(card_answer(response=None)),
    "list for a response": JSONResponse(card_answer(response=[{"regnum": PERSON.register_number}])),
    "number for a number": JSONResponse(card_answer(response={"regnum": 8503141500})),
    "two numbers": Response('[{"citizen_loginType":7},{"services":{"x":{"regnum":"a","regnum":"b"}}}]'),
    "asked about another": JSONResponse(card_answer(request={"regnum": SOMEBODY_ELSE.register_number})),
    "not a number": Response('[{"citizen_loginType": NaN}]'),
}


@pytest.mark.asyncio
@pytest.mark.parametrize("odd", ODD_SERVICES.values(), ids=list(ODD_SERVICES))
async def test_row_d6_an_odd_answer_instead_of_data_makes_nobody_known(server: DanServer, odd: Response) -> None:
    server.style.service_answer = odd
    assert (await login(a_dan(server.url), ID_CARD)) in (NONSENSE, UNAVAILABLE)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "number",
    [
        "YБ85031415", "УB85031415", "уб85031415", "УБ８５031415", "УБ8503141", "УБ850314155", " УБ85031415",
        "УБ85031415 ", "УБ85031415\n", "УБ-85031415", "УБ\u200b85031415", "УБ85O31415", "ЬБ85031415", "UB85031415", "",
        "УУ" + "8" * 5000,
    ],
)  # fmt: skip
async def test_row_g8_a_number_that_only_looks_like_one_is_refused_and_never_corrected(
    server: DanServer, number: str
) -> None:
    server.style.service_answer = JSONResponse(card_answer(response={"regnum": number}))
    assert await login(a_dan(server.url)) == REFUSED


@pytest.mark.asyncio
async def test_row_g8_a_number_in_two_code_points_a_letter_is_the_same_number(server: DanServer) -> None:
    server.style.service_answer = JSONResponse(card_answer(response={"regnum": "И\u0306Е\u030885031415"}))
    assert (await login(a_dan(server.url))).register_number == "ЙЁ85031415"


@pytest.mark.asyncio
@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_dan_that_is_down_is_unavailable(server: DanServer, status: int) -> None:
    server.style.token_answer = Response("<html>", status)
    assert await login(a_dan(server.url)) == UNAVAILABLE
    server.style = Style(service_answer=Response("<html>", status))
    assert await login(a_dan(server.url)) == UNAVAILABLE


@pytest.mark.asyncio
async def test_a_slow_dan_is_given_up_within_the_budget_for_both_calls(server: DanServer) -> None:
    server.style.slow_seconds = SHORT_SECONDS * 0.7
    assert await login(a_dan(server.url, timeout_seconds=SHORT_SECONDS)) == UNAVAILABLE


@pytest.mark.asyncio
async def test_nobody_listening_is_unavailable_and_after_some_failures_not_even_tried() -> None:
    now = [0.0]
    breaker = Breaker("ДАН", failures=2, clock=lambda: now[0])
    dan = a_dan("http://127.0.0.1:9", breaker=breaker)
    for _ in range(3):
        assert await dan.exchange(code="c", verifier=new_verifier()) == UNAVAILABLE
    assert breaker.is_open
    await dan.close()


@pytest.mark.asyncio
async def test_row_r11_a_dan_that_comes_back_is_used_after_thirty_seconds(server: DanServer) -> None:
    now = [0.0]
    dan = a_dan(server.url, breaker=Breaker("ДАН", failures=2, clock=lambda: now[0]))
    server.style.token_answer = Response("<html>", 503)
    for _ in range(5):
        await dan.exchange(code="c", verifier=new_verifier())
    assert len(server.seen) == 2
    server.style.token_answer, now[0] = None, 30.0
    assert await dan.exchange(code="c", verifier=new_verifier()) == REFUSED
    await dan.close()


@pytest.mark.asyncio
async def test_codes_that_are_refused_do_not_open_the_breaker(server: DanServer) -> None:
    breaker = Breaker("ДАН", failures=2)
    dan = a_dan(server.url, breaker=breaker)
    for _ in range(4):
        assert await dan.exchange(code="made-up", verifier=new_verifier()) == REFUSED
    await dan.close()
    assert not breaker.is_open
