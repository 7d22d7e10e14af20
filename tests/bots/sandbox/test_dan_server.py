"""The sandbox's ДАН: an OAuth code flow as strict as the real one should be, and each of its ways to fail."""

import asyncio
import base64
import hashlib
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from lxml import html
from starlette.applications import Starlette

from bots.sandbox.dan_answers import BANK, LOGIN_LEVELS, ORGANISATION, PHONE, SIGNATURE, read_scope
from bots.sandbox.dan_grants import CODE_LIFETIME, TOKEN_LIFETIME
from bots.sandbox.dan_server import COOKIE, dan_routes
from bots.sandbox.keys import DAN_CLIENT_ID, make_keys
from bots.sandbox.people import PEOPLE, Certificate
from bots.sandbox.records import ID_CARD, PROPERTY_LIST
from bots.sandbox.switches import Pauses, Switch
from bots.sandbox.world import SandboxWorld
from dialogs.services import Level

KEYS = make_keys()
BACK = "http://127.0.0.1:8080/link/return/dan"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
CARD_ENTRY = {"services": [ID_CARD], "wsdl": "https://xyp.gov.mn/citizen-1.5.0/ws?WSDL"}
PROPERTY_ENTRY = {"services": [PROPERTY_LIST], "wsdl": "https://xyp.gov.mn/property-1.5.0/ws?WSDL"}
OWN_PAGE = {"Sec-Fetch-Site": "same-origin"}
PERSON = PEOPLE[0]


def scope_of(*entries: object) -> str:
    return base64.b64encode(json.dumps(entries).encode()).decode()


ASKED = {
    "response_type": "code", "client_id": DAN_CLIENT_ID, "redirect_uri": BACK, "state": "our state",
    "scope": scope_of(CARD_ENTRY), "code_challenge": CHALLENGE, "code_challenge_method": "S256", "prompt": "login",
}  # fmt: skip


class Citizen:
    """A browser at ДАН, and the client's server behind it."""

    def __init__(self, folder: Path) -> None:
        self.now = datetime(2026, 1, 31, 16, 0, tzinfo=UTC)
        pauses = Pauses(slow=60)
        self.world = SandboxWorld(folder / "world", b"a secret of the sandbox tests", lambda: self.now, pauses)
        app = Starlette(routes=dan_routes(self.world, KEYS, frozenset({BACK})))
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://sandbox/sandbox/dan/")

    async def open(self, **changed: str) -> httpx.Response:
        return await self.http.get("oauth2/authorize", params={**ASKED, **changed})

    async def log_in(self, way: str = "bank", action: str = "log-in", **changed: str) -> httpx.Response:
        """Fill in the login page's own form."""
        page = await self.open(**changed)
        hidden = html.fromstring(page.text).xpath("//input[@type='hidden']")
        form = {field.get("name"): field.get("value") for field in hidden}
        form |= {"way": way, "person": PERSON.register_number, "action": action, **changed}
        return await self.http.post("login", data=form, headers=OWN_PAGE)

    async def code(self, **changed: str) -> str:
        return returned(await self.log_in(**changed))["code"]

    async def redeem(self, offered: str, **changed: str) -> httpx.Response:
        form = {
            "grant_type": "authorization_code", "code": offered, "client_id": DAN_CLIENT_ID,
            "client_secret": KEYS.dan_client_secret, "redirect_uri": BACK, "code_verifier": VERIFIER, **changed,
        }  # fmt: skip
        return await self.http.post("oauth2/token", data=form)

    async def token(self, **changed: str) -> str:
        return str((await self.redeem(await self.code(**changed))).json()["access_token"])

    async def service(self, token: str, method: str = "GET") -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}"}
        return await self.http.request(method, "oauth2/api/v1/service", headers=headers)


def returned(answer: httpx.Response) -> dict[str, str]:
    """What the redirect to the registered address says."""
    assert answer.status_code == 303, answer.text
    place = answer.headers["location"]
    assert place.partition("?")[0] == BACK
    return {name: value for name, (value,) in parse_qs(urlsplit(place).query).items()}


@pytest.fixture
def citizen(tmp_path: Path) -> Citizen:
    return Citizen(tmp_path)


@pytest.mark.asyncio
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_login_gives_the_card_in_the_form_that_public_code_shows(citizen: Citizen, method: str) -> None:
    login, entry = (await citizen.service(await citizen.token(), method)).json()
    assert login == {"citizen_loginType": BANK}
    answer = entry["services"][ID_CARD]
    assert entry["wsdl"] == CARD_ENTRY["wsdl"]
    assert answer["resultCode"] == 0
    assert answer["request"]["regnum"] == answer["response"]["regnum"] == PERSON.register_number
    assert answer["response"]["surname"] == PERSON.family_name


@pytest.mark.asyncio
async def test_only_what_was_asked_for_is_answered(citizen: Citizen) -> None:
    token = await citizen.token(scope=scope_of(CARD_ENTRY, PROPERTY_ENTRY))
    entries = (await citizen.service(token)).json()[1:]
    assert [list(entry["services"]) for entry in entries] == [[ID_CARD], [PROPERTY_LIST]]
    assert len(entries[1]["services"][PROPERTY_LIST]["response"]["listData"]) == len(PERSON.properties)


@pytest.mark.asyncio
async def test_the_state_comes_back_word_for_word(citizen: Citizen) -> None:
    assert returned(await citizen.log_in(state="ө& =?#"))["state"] == "ө& =?#"


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("way", "number", "level"),
    [("bank", BANK, Level.BANK), ("signature", SIGNATURE, Level.SIGNATURE), ("phone", PHONE, Level.PHONE)],
)
async def test_each_way_of_login_has_a_number_with_its_level(
    citizen: Citizen, way: str, number: int, level: Level
) -> None:
    token = (await citizen.redeem(returned(await citizen.log_in(way))["code"])).json()["access_token"]
    assert (await citizen.service(token)).json()[0] == {"citizen_loginType": number}
    assert LOGIN_LEVELS[str(number)] is level


@pytest.mark.asyncio
async def test_a_login_for_an_organisation_tells_no_citizen(citizen: Citizen) -> None:
    code = returned(await citizen.log_in(action="organisation"))["code"]
    answer = await citizen.service((await citizen.redeem(code)).json()["access_token"])
    assert answer.json()[0] == {"citizen_loginType": ORGANISATION}
    assert PERSON.register_number not in answer.text
    assert str(ORGANISATION) not in LOGIN_LEVELS


@pytest.mark.asyncio
async def test_cancelling_comes_back_as_access_denied(citizen: Citizen) -> None:
    assert returned(await citizen.log_in(action="cancel")) == {"error": "access_denied", "state": "our state"}


@pytest.mark.asyncio
@pytest.mark.parametrize("state", [Certificate.NONE, Certificate.REVOKED, Certificate.EXPIRED])
async def test_without_a_certificate_that_counts_nobody_logs_in_by_signature(
    citizen: Citizen, state: Certificate
) -> None:
    number = next(person for person in PEOPLE if person.certificate is state).register_number
    assert (await citizen.log_in("signature", person=number)).status_code == 403


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "changed", [{"redirect_uri": f"{BACK}/"}, {"redirect_uri": "https://elsewhere.example/"}, {"client_id": "x"}]
)
async def test_an_unknown_client_or_address_is_never_redirected_to(citizen: Citizen, changed: dict[str, str]) -> None:
    answers = [await citizen.open(**changed)]
    form = {**ASKED, "way": "bank", "person": PERSON.register_number, "action": "log-in", **changed}
    answers.append(await citizen.http.post("login", data=form, headers=OWN_PAGE))
    assert [answer.status_code for answer in answers] == [400, 400]


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "openid"}, "invalid_scope"),
        ({"scope": scope_of()}, "invalid_scope"),
        ({"scope": scope_of({**CARD_ENTRY, "services": ["WS999"]})}, "invalid_scope"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"prompt": "none"}, "login_required"),
    ],
)
async def test_a_request_that_does_not_do_comes_back_with_its_error(
    citizen: Citizen, changed: dict[str, str], error: str
) -> None:
    assert returned(await citizen.open(**changed)) == {"error": error, "state": "our state"}


@pytest.mark.asyncio
async def test_a_parameter_that_is_there_twice_is_an_invalid_request(citizen: Citizen) -> None:
    answer = await citizen.http.get("oauth2/authorize", params=[*ASKED.items(), ("state", "another")])
    assert returned(answer)["error"] == "invalid_request"


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("changed", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": "another"}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"redirect_uri": f"{BACK}?x=1"}, 400, "invalid_grant"),
        ({"code_verifier": "w" * 43}, 400, "invalid_grant"),
        ({"code_verifier": ""}, 400, "invalid_grant"),
        ({"code": "made up"}, 400, "invalid_grant"),
    ],
)
async def test_a_code_is_bound_to_client_address_and_verifier(
    citizen: Citizen, changed: dict[str, str], status: int, error: str
) -> None:
    answer = await citizen.redeem(await citizen.code(), **changed)
    assert (answer.status_code, answer.json()) == (status, {"error": error})


@pytest.mark.asyncio
async def test_a_wrong_verifier_uses_the_code_up(citizen: Citizen) -> None:
    code = await citizen.code()
    await citizen.redeem(code, code_verifier="w" * 43)
    assert (await citizen.redeem(code)).json() == {"error": "invalid_grant"}


@pytest.mark.asyncio
async def test_a_code_used_twice_ends_the_token_it_gave(citizen: Citizen) -> None:
    code = await citizen.code()
    token = (await citizen.redeem(code)).json()["access_token"]
    assert (await citizen.redeem(code)).json() == {"error": "invalid_grant"}
    assert (await citizen.service(token)).status_code == 401


@pytest.mark.asyncio
async def test_a_code_and_a_token_end_with_their_time(citizen: Citizen) -> None:
    code, token = await citizen.code(), await citizen.token()
    citizen.now += CODE_LIFETIME
    assert (await citizen.redeem(code)).json() == {"error": "invalid_grant"}
    citizen.now += TOKEN_LIFETIME - CODE_LIFETIME
    assert (await citizen.service(token)).json() == {"error": "invalid_token"}


@pytest.mark.asyncio
async def test_without_pkce_it_works_and_a_verifier_out_of_nowhere_does_not(citizen: Citizen) -> None:
    without = {"code_challenge": "", "code_challenge_method": ""}
    assert (await citizen.redeem(await citizen.code(**without), code_verifier="")).status_code == 200
    assert (await citizen.redeem(await citizen.code(**without))).json() == {"error": "invalid_grant"}


@pytest.mark.asyncio
@pytest.mark.parametrize("body", [b"grant_type=a&grant_type=b", b"\xff", b"x" * 10_000])
async def test_a_token_request_that_is_no_form_is_invalid(citizen: Citizen, body: bytes) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await citizen.http.post("oauth2/token", content=body, headers=headers)
    assert answer.status_code in (400, 401)
    assert answer.json()["error"] in ("invalid_request", "invalid_client")


@pytest.mark.asyncio
async def test_l16_who_is_logged_in_goes_straight_through_unless_a_fresh_login_is_asked_for(citizen: Citizen) -> None:
    await citizen.code()
    assert "code" in returned(await citizen.open(prompt=""))
    assert "code" in returned(await citizen.open(prompt="none"))
    assert (await citizen.open()).status_code == 200
    assert (await citizen.open(prompt="", max_age="0")).status_code == 200


@pytest.mark.asyncio
async def test_l16_with_the_switch_a_fresh_login_is_not_asked_for(citizen: Citizen) -> None:
    await citizen.code()
    citizen.world.switches.set_all([Switch.BANK_IGNORES_PROMPT])
    assert "code" in returned(await citizen.open(max_age="0"))


@pytest.mark.asyncio
async def test_logging_out_ends_the_session(citizen: Citizen) -> None:
    await citizen.code()
    assert PERSON.given_name in (await citizen.http.get("http://sandbox/sandbox/dan")).text
    cookie = citizen.http.cookies[COOKIE]
    await citizen.http.post("logout", headers=OWN_PAGE)
    citizen.http.cookies.set(COOKIE, cookie)
    assert (await citizen.open(prompt="")).status_code == 200


@pytest.mark.asyncio
@pytest.mark.parametrize("path", ["login", "logout"])
async def test_foreign_pages_log_nobody_in_or_out(citizen: Citizen, path: str) -> None:
    form = {**ASKED, "way": "bank", "person": PERSON.register_number, "action": "log-in"}
    answer = await citizen.http.post(path, data=form, headers={"Origin": "https://elsewhere.example"})
    assert answer.status_code == 403


@pytest.mark.asyncio
async def test_switched_down_token_and_service_answer_with_a_page_of_html(citizen: Citizen) -> None:
    token, code = await citizen.token(), await citizen.code()
    citizen.world.switches.set_all([Switch.BANK_DOWN])
    answers = (await citizen.redeem(code), await citizen.service(token))
    assert [(answer.status_code, answer.headers["content-type"][:9]) for answer in answers] == [(502, "text/html")] * 2


@pytest.mark.asyncio
async def test_switched_to_the_wrong_person_it_answers_about_somebody_else(citizen: Citizen) -> None:
    token = await citizen.token()
    citizen.world.switches.set_all([Switch.BANK_WRONG_PERSON])
    answer = (await citizen.service(token)).json()[1]["services"][ID_CARD]
    assert answer["response"]["regnum"] not in ("", PERSON.register_number)


@pytest.mark.asyncio
async def test_with_the_registry_down_the_login_is_told_and_the_card_is_801(citizen: Citizen) -> None:
    down = next(person for person in PEOPLE if person.registry_down).register_number
    login, entry = (await citizen.service(await citizen.token(person=down))).json()
    assert login == {"citizen_loginType": BANK}
    assert entry["services"][ID_CARD]["resultCode"] == 801
    assert "response" not in entry["services"][ID_CARD]


@pytest.mark.asyncio
async def test_switched_slow_it_makes_its_caller_wait(citizen: Citizen) -> None:
    code = await citizen.code()
    citizen.world.switches.set_all([Switch.BANK_SLOW])
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await citizen.redeem(code)


@pytest.mark.parametrize(
    "scope",
    ["", "%%%", base64.b64encode(b"[" * 3000).decode(), base64.b64encode(b"{}").decode(), scope_of(1),
     scope_of({**CARD_ENTRY, "wsdl": "https://elsewhere.example"}), scope_of({**CARD_ENTRY, "services": []}),
     scope_of({**CARD_ENTRY, "services": [[]]}), scope_of(CARD_ENTRY, None), "A" * 5000],
)  # fmt: skip
def test_a_scope_that_is_not_understood_whole_asks_for_nothing(scope: str) -> None:
    assert read_scope(scope) == ()


@pytest.mark.asyncio
async def test_the_login_page_has_labels_for_all_its_fields_and_no_script(citizen: Citizen) -> None:
    tree = html.fromstring((await citizen.open()).text)
    for field in tree.xpath("//select | //input[@type='radio']"):
        assert field.getparent().tag == "label" or tree.xpath(f"//label[@for='{field.get('id')}']")
    assert tree.xpath("//script | //style | //@style") == []
    assert re.search("Болих", tree.text_content())
