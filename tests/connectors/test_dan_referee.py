"""ДАН's connector against `oidc-provider`, a certified OAuth server that somebody else wrote.

Needs node and once the npm registry (`npm ci` from the lock file); without them it is skipped and says why.
"""

import asyncio
import base64
import fcntl
import json
import re
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, parse_qsl, urlencode, urljoin, urlsplit

import httpx
import pytest

from connectors.dan import Dan, challenge_of, new_verifier
from connectors.dan_answer import REFUSED, DanAnswer, DanResult
from dialogs.records import ID_CARD
from dialogs.services import Level

HERE = Path(__file__).parent.parent / "referees" / "oidc"
NUMBER = "УБ85031415"
CLIENT_ID, CLIENT_SECRET = "client-of-the-tests", "secret-of-the-tests-only"
RETURN = "http://127.0.0.1:9/link/return/dan"
NONCE = secrets.token_urlsafe(32)
_INSTALL_SECONDS, _MOST_STEPS = 120, 12


def a_dan(url: str, redirect_uri: str = RETURN, client_secret: str = CLIENT_SECRET) -> Dan:
    return Dan(
        base_url=url, client_id=CLIENT_ID, client_secret=client_secret, redirect_uri=redirect_uri, issuer=url,
        login_levels={"7": Level.BANK},
    )  # fmt: skip


def scope_of(address: str) -> str:
    return parse_qs(urlsplit(address).query)["scope"][0]


@pytest.fixture(scope="module")
def installed() -> Path:
    """The folder of the server with its packages."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("node and npm are not here")
    with (Path(tempfile.gettempdir()) / "dan-referee.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # tests may run in several processes
        if not _is_installed():
            command = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
            done = subprocess.run(command, cwd=HERE, capture_output=True, timeout=_INSTALL_SECONDS, check=False)
            if done.returncode:
                pytest.skip("npm ci failed: is the npm registry reachable?")
    return HERE


def _is_installed() -> bool:
    marker = HERE / "node_modules" / ".package-lock.json"
    return marker.exists() and marker.stat().st_mtime >= (HERE / "package-lock.json").stat().st_mtime


@pytest.fixture(scope="module")
def server(installed: Path) -> Iterator[str]:
    """The address of the running server."""
    scope = scope_of(
        a_dan("http://127.0.0.1:9").authorize_url(
            state=secrets.token_urlsafe(32), challenge=challenge_of(new_verifier()), nonce=NONCE
        )
    )
    asked = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "redirect_uri": RETURN, "scopes": [scope]}
    with subprocess.Popen(
        ["node", "server.mjs", json.dumps(asked)], cwd=installed, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        try:
            assert process.stdout is not None
            yield json.loads(_line(process.stdout))["url"]
        finally:
            process.terminate()


def _line(stream: Iterable[bytes]) -> bytes:
    """Its one line; what it says before (warnings) is no JSON."""
    return next(line for line in stream if line.startswith(b"{"))


class Browser:
    """Follows redirects and submits the one form of each page, as somebody who logs in and agrees."""

    def __init__(self, number: str = NUMBER) -> None:
        self.http = httpx.Client(trust_env=False, headers={"Accept": "text/html"})
        self.forms: list[str] = []
        self._number = number

    def go(self, address: str) -> httpx.Response:
        """Up to a page without a form, or to where our return address would be called (which is not)."""
        answer = self.http.get(address)
        for _ in range(_MOST_STEPS):
            if answer.is_redirect:
                location = urljoin(str(answer.url), answer.headers["location"])
                if location.startswith(RETURN):
                    return answer
                answer = self.http.get(location)
            elif form := re.search(r'<form[^>]*action="([^"]+)"', answer.text):
                answer = self._submit(urljoin(str(answer.url), form[1]), answer.text)
            else:
                return answer
        raise AssertionError("the login does not end")

    def _submit(self, action: str, page: str) -> httpx.Response:
        found = re.search(r'name="prompt" value="(\w+)"', page)
        assert found is not None
        self.forms.append(found[1])
        return self.http.post(action, data={"prompt": found[1], "login": self._number, "password": "x"})


class Login:
    """One login from our side: its secrets, and what came back."""

    def __init__(self, dan: Dan, browser: Browser | None = None, address: str = "") -> None:
        self.dan, self.browser = dan, browser or Browser()
        self.state, self.verifier = secrets.token_urlsafe(32), new_verifier()
        self.address = address or dan.authorize_url(
            state=self.state, challenge=challenge_of(self.verifier), nonce=NONCE
        )

    def log_in(self) -> str:
        """The code."""
        answer = self.browser.go(self.address)
        returned = self.dan.returned(parse_qsl(urlsplit(answer.headers["location"]).query))
        assert (returned.error, returned.state) == ("", self.state)
        return returned.code

    def exchange(self, code: str, verifier: str = "", operation: str = ID_CARD) -> DanAnswer:
        async def once() -> DanAnswer:
            try:
                return await self.dan.exchange(code=code, verifier=verifier or self.verifier, operation=operation)
            finally:
                await self.dan.close()

        return asyncio.run(once())


def test_a_whole_login_tells_who_it_is_with_state_and_issuer_kept(server: str) -> None:
    login = Login(a_dan(server))
    answer = login.exchange(login.log_in())
    assert (answer.result, answer.register_number, answer.level) == (DanResult.DONE, NUMBER, Level.BANK)
    assert answer.rows == (("field.given-name", "Туршилт"), ("field.register-number", NUMBER))


def test_row_l7_another_verifier_is_refused(server: str) -> None:
    login = Login(a_dan(server))
    assert login.exchange(login.log_in(), verifier=new_verifier()) == REFUSED


def test_row_l7_a_stolen_code_does_not_fit_the_login_of_another_browser(server: str) -> None:
    victim, thief = Login(a_dan(server)), Login(a_dan(server))
    assert thief.exchange(victim.log_in()) == REFUSED


def test_row_l7_a_code_works_once(server: str) -> None:
    login = Login(a_dan(server))
    code = login.log_in()
    assert login.exchange(code).result is DanResult.DONE
    again = Login(a_dan(server))
    assert again.exchange(code, verifier=login.verifier) == REFUSED


def test_row_l7_a_login_without_a_challenge_is_refused(server: str) -> None:
    login = Login(a_dan(server))
    query = [pair for pair in parse_qsl(urlsplit(login.address).query) if not pair[0].startswith("code_challenge")]
    answer = Browser().go(f"{server}/oauth2/authorize?{urlencode(query)}")
    returned = login.dan.returned(parse_qsl(urlsplit(answer.headers["location"]).query))
    assert (returned.code, returned.error) == ("", "invalid_request")


def test_another_address_to_return_to_gets_no_code(server: str) -> None:
    dan = a_dan(server, redirect_uri="http://127.0.0.1:9/link/return/other")
    answer = Browser().go(Login(dan).address)
    assert (answer.status_code, answer.headers.get("location")) == (400, None)


def test_a_code_for_our_address_is_not_given_out_under_another(server: str) -> None:
    login = Login(a_dan(server))
    code = login.log_in()
    other = Login(a_dan(server, redirect_uri="http://127.0.0.1:9/link/return/other"))
    assert other.exchange(code, verifier=login.verifier) == REFUSED


def test_a_wrong_secret_is_no_refusal_of_the_person(server: str) -> None:
    login = Login(a_dan(server, client_secret="not-the-secret"))
    assert login.exchange(login.log_in()).result is DanResult.UNAVAILABLE


def test_row_l16_somebody_who_is_still_logged_in_has_to_log_in_again(server: str) -> None:
    browser = Browser()
    Login(a_dan(server), browser).log_in()
    browser.forms.clear()
    Login(a_dan(server), browser).log_in()
    assert browser.forms[0] == "login"


def test_who_says_no_brings_back_access_denied(server: str) -> None:
    login, browser = Login(a_dan(server)), httpx.Client(trust_env=False, follow_redirects=True)
    page = browser.get(login.address)
    abort = re.search(r'href="([^"]*abort)"', page.text)
    assert abort is not None
    answer = httpx.Client(trust_env=False, cookies=browser.cookies).get(urljoin(str(page.url), abort[1]))
    back = Browser()
    back.http.cookies = browser.cookies
    location = back.go(urljoin(str(page.url), answer.headers["location"])).headers["location"]
    returned = login.dan.returned(parse_qsl(urlsplit(location).query))
    assert (returned.error, returned.state) == ("access_denied", login.state)


def test_the_scope_is_what_was_registered(server: str) -> None:
    asked = json.loads(base64.b64decode(scope_of(Login(a_dan(server)).address)))
    assert asked == [{"services": [ID_CARD], "wsdl": "https://xyp.gov.mn/citizen-1.5.0/ws?WSDL"}]
