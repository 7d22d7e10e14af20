"""The Messenger wire against a Graph API on loopback: how each send ends, and what people see."""

from __future__ import annotations

import hashlib
import hmac
import logging
import random
import socket
import traceback
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

import connectors
from connectors.channel import Fetched, SendResult, Sent
from connectors.messenger import FIELDS, Messenger
from connectors.messenger_requests import Limits, MessengerProblem, ended
from dialogs.rendering import Block, Button, Rendered, Style
from tests.fakes.graph_api import APP, HOUR, PAGE, TOKEN, FakeGraph, Fault, FaultKind
from tests.fakes.messenger_referee import judge

PSID = "7700000000000077"
HELLO = Rendered((Block(Style.TEXT, "Сайн уу 😀"),), (Button("Хүн", "3.0"),))
LONG = Rendered((Block(Style.TEXT, "үг " * 1500),), (Button("Хүн", "3.0"),))
WORDS = Rendered((Block(Style.QUOTE, "Бичиг баримт тань бэлэн боллоо.", "Сараа"),))
QUICK = Limits(connect_seconds=0.5, read_seconds=0.3, write_seconds=0.5, pool_seconds=0.3)
SECRETS = ("new-app-secret", "old-app-secret")
BODY = b'{"object":"page","entry":[{"messaging":[{"message":{"text":"\\u0441\\u0430\\u0439\\u043d"}}]}]}'
BROKEN = (FaultKind.HANG, FaultKind.RESET, FaultKind.GARBAGE, FaultKind.EMPTY)


@pytest.fixture(scope="module")
def server() -> Iterator[FakeGraph]:
    with FakeGraph() as fake:
        yield fake


@pytest.fixture
def graph(server: FakeGraph) -> FakeGraph:
    server.forget()
    server.hear(PSID)
    return server


def wire(url: str, limits: Limits = QUICK) -> Messenger:
    return Messenger(PAGE, APP, TOKEN, SECRETS, "verify-me", url, limits, file_hosts=("127.0.0.1", ".fbcdn.net"))


@pytest_asyncio.fixture
async def messenger(graph: FakeGraph) -> AsyncIterator[Messenger]:
    page = wire(graph.url)
    yield page
    await page.close()


# --- what people see -----------------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_a_message_is_seen_with_its_choices(graph: FakeGraph, messenger: Messenger) -> None:
    sent = await messenger.send(PSID, HELLO)
    (shown,) = graph.shown
    assert sent == Sent(SendResult.SENT, shown.mid)
    assert (shown.psid, shown.message["text"]) == (PSID, "Сайн уу 😀")
    assert shown.message["quick_replies"][0]["payload"] == "3.0"


@pytest.mark.asyncio
async def test_every_request_passes_a_validator_that_is_not_ours(graph: FakeGraph, messenger: Messenger) -> None:
    for rendered in (HELLO, LONG, WORDS):
        await messenger.send(PSID, rendered)
    for shown in graph.shown:
        judge(shown.asked)


@pytest.mark.asyncio
async def test_a_long_message_is_seen_in_order_and_known_by_its_last_part(
    graph: FakeGraph, messenger: Messenger
) -> None:
    sent = await messenger.send(PSID, LONG)
    assert "".join(shown.message["text"] for shown in graph.shown) == "үг " * 1500
    assert sent == Sent(SendResult.SENT, graph.shown[-1].mid)


@pytest.mark.asyncio
async def test_when_a_later_part_fails_nobody_knows_how_much_arrived(graph: FakeGraph, messenger: Messenger) -> None:
    graph.fail("messages", Fault(status=429, code=613), after=1)
    sent = await messenger.send(PSID, LONG)
    assert sent == Sent(SendResult.UNKNOWN, graph.shown[0].mid, problem="TooManyRequests")


@pytest.mark.asyncio
async def test_typing_is_shown(graph: FakeGraph, messenger: Messenger) -> None:
    assert (await messenger.show_typing(PSID)).result is SendResult.SENT
    assert graph.typing == [PSID]


@pytest.mark.asyncio
async def test_what_a_page_cannot_do_is_refused_without_asking(graph: FakeGraph, messenger: Messenger) -> None:
    assert await messenger.hide(PSID, "m_1") == Sent(SendResult.REFUSED, problem="CannotHide")
    assert await messenger.amend(PSID, "m_1", HELLO) == Sent(SendResult.REFUSED, problem="CannotAmend")
    assert graph.asked == []


@pytest.mark.asyncio
@pytest.mark.parametrize("address", ["unknown", "", "7/../1", "７７", "1" * 33])
async def test_an_address_that_is_no_person_is_refused_without_asking(
    graph: FakeGraph, messenger: Messenger, address: str
) -> None:
    assert await messenger.send(address, HELLO) == Sent(SendResult.REFUSED, problem="NoChat")
    assert await messenger.show_typing(address) == Sent(SendResult.REFUSED, problem="NoChat")
    assert graph.asked == []


# --- the window ----------------------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_within_the_window_it_is_a_response_whoever_says_it(graph: FakeGraph, messenger: Messenger) -> None:
    graph.now = 24 * HOUR - 1
    await messenger.send(PSID, HELLO)
    await messenger.send(PSID, WORDS, by_person=True)
    assert [(shown.asked["messaging_type"], shown.asked.get("tag")) for shown in graph.shown] == [
        ("RESPONSE", None),
        ("RESPONSE", None),
    ]


@pytest.mark.asyncio
async def test_after_a_day_the_window_is_shut_for_the_bot(graph: FakeGraph, messenger: Messenger) -> None:
    graph.now = 24 * HOUR
    assert await messenger.send(PSID, HELLO) == Sent(SendResult.REFUSED, problem="WindowShut")


@pytest.mark.asyncio
async def test_for_a_week_a_persons_own_words_go_out_under_the_tag_for_them(
    graph: FakeGraph, messenger: Messenger
) -> None:
    graph.now = 7 * 24 * HOUR - 1
    assert (await messenger.send(PSID, WORDS, by_person=True, late=True)).result is SendResult.SENT
    (shown,) = graph.shown
    assert (shown.asked["messaging_type"], shown.asked["tag"]) == ("MESSAGE_TAG", "HUMAN_AGENT")


@pytest.mark.asyncio
async def test_after_a_week_the_window_is_shut_for_people_too(graph: FakeGraph, messenger: Messenger) -> None:
    graph.now = 7 * 24 * HOUR
    sent = await messenger.send(PSID, WORDS, by_person=True, late=True)
    assert sent == Sent(SendResult.REFUSED, problem="WindowShut")


@pytest.mark.asyncio
async def test_the_bot_never_gets_the_tag(graph: FakeGraph, messenger: Messenger) -> None:
    assert await messenger.send(PSID, HELLO, late=True) == Sent(SendResult.REFUSED, problem="WindowShut")
    assert graph.asked == []


@pytest.mark.parametrize(
    "tag",
    ["CONFIRMED_EVENT_UPDATE", "POST_PURCHASE_UPDATE", "ACCOUNT_UPDATE", "NON_PROMOTIONAL_SUBSCRIPTION", "CUSTOMER_FEEDBACK"],  # noqa: E501
)  # fmt: skip
def test_no_retired_tag_is_in_the_code(tag: str) -> None:
    folder = Path(connectors.__path__[0])
    assert not [path.name for path in folder.glob("*.py") if tag in path.read_text(encoding="utf-8")]


# --- how a send ends -----------------------------------------------------------------------------------------------


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("fault", "result", "problem"),
    [
        (Fault(status=429, code=4), SendResult.NOT_SENT, "TooManyRequests"),
        (Fault(status=400, code=613), SendResult.NOT_SENT, "TooManyRequests"),
        (Fault(status=400, code=80007), SendResult.NOT_SENT, "TooManyRequests"),
        (Fault(status=400, code=190, subcode=463), SendResult.NOT_SENT, "TokenInvalid"),
        (Fault(status=403, code=10), SendResult.NOT_SENT, "Graph10"),
        (Fault(status=403, code=230), SendResult.NOT_SENT, "Graph230"),
        (Fault(status=400, code=100, subcode=33), SendResult.NOT_SENT, "Graph100-33"),
        (Fault(status=403, code=10, subcode=2018300), SendResult.REFUSED, "ThreadElsewhere"),
        (Fault(status=400, code=10, subcode=2018278), SendResult.REFUSED, "WindowShut"),
        (Fault(status=400, code=100), SendResult.REFUSED, "Graph100"),
        (Fault(status=400, code=100, subcode=2018001), SendResult.GONE, "PersonUnavailable"),
        (Fault(status=400, code=551, subcode=1545041), SendResult.GONE, "PersonUnavailable"),
        (Fault(status=400, code=551), SendResult.GONE, "PersonUnavailable"),
        (Fault(status=400, code=10, subcode=2018108), SendResult.GONE, "PersonUnavailable"),
        (Fault(status=400, code=200, subcode=1545041), SendResult.GONE, "PersonUnavailable"),
        (Fault(status=500, code=2), SendResult.UNKNOWN, "Graph2"),
        (Fault(status=400, code=1200), SendResult.UNKNOWN, "Graph1200"),
        (Fault(status=500, code=1, subcode=99), SendResult.UNKNOWN, "Graph1-99"),
        (Fault(FaultKind.NOT_META, 502), SendResult.UNKNOWN, "Http502"),
        (Fault(FaultKind.NOT_META, 302), SendResult.UNKNOWN, "Http302"),
        (Fault(FaultKind.NOT_META, 403), SendResult.NOT_SENT, "Http403"),
        (Fault(FaultKind.NOT_META, 401), SendResult.NOT_SENT, "TokenInvalid"),
    ],
    ids=lambda value: f"{value.status}-{value.code}-{value.subcode}" if isinstance(value, Fault) else None,
)
async def test_an_error_is_told_in_our_words(
    graph: FakeGraph, messenger: Messenger, fault: Fault, result: SendResult, problem: str
) -> None:
    graph.fail("messages", fault)
    sent = await messenger.send(PSID, HELLO)
    assert (sent.result, sent.problem, graph.shown) == (result, problem, [])


@pytest.mark.asyncio
@pytest.mark.parametrize("kind", BROKEN)
async def test_a_lost_answer_leaves_it_unknown_although_it_arrived(
    graph: FakeGraph, messenger: Messenger, kind: FaultKind
) -> None:
    graph.fail("messages", Fault(kind))
    assert (await messenger.send(PSID, HELLO)).result is SendResult.UNKNOWN
    assert len(graph.shown) == 1


@pytest.mark.asyncio
async def test_a_blocked_page_reaches_the_person_no_more(graph: FakeGraph, messenger: Messenger) -> None:
    graph.blocked.add(PSID)
    assert (await messenger.send(PSID, HELLO)).result is SendResult.GONE


@pytest.mark.asyncio
async def test_somebody_who_never_wrote_is_not_there(graph: FakeGraph, messenger: Messenger) -> None:
    assert (await messenger.send("1", HELLO)).result is SendResult.GONE


@pytest.mark.asyncio
async def test_the_wait_that_meta_estimates_is_passed_on_in_seconds(graph: FakeGraph, messenger: Messenger) -> None:
    graph.fail("messages", Fault(status=400, code=80007, wait_minutes=19))
    assert (await messenger.send(PSID, HELLO)).retry_after == 19 * 60


@pytest.mark.asyncio
async def test_without_an_estimate_there_is_none(graph: FakeGraph, messenger: Messenger) -> None:
    graph.fail("messages", Fault(status=429, code=4))
    assert (await messenger.send(PSID, HELLO)).retry_after is None


@pytest.mark.asyncio
async def test_without_a_connection_nothing_was_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    page = wire(f"http://127.0.0.1:{port}/v23.0")
    assert (await page.send(PSID, HELLO)).result is SendResult.NOT_SENT
    await page.close()


@pytest.mark.parametrize(
    ("error", "result"),
    [
        (httpx.ConnectTimeout("x"), SendResult.NOT_SENT),
        (httpx.PoolTimeout("x"), SendResult.NOT_SENT),
        (httpx.ReadTimeout("x"), SendResult.UNKNOWN),
        (httpx.WriteError("x"), SendResult.UNKNOWN),
        (httpx.RemoteProtocolError("x"), SendResult.UNKNOWN),
        (KeyError("x"), SendResult.UNKNOWN),
    ],
)
def test_only_what_was_certainly_not_written_is_not_sent(error: Exception, result: SendResult) -> None:
    assert ended(error) == Sent(result, problem=type(error).__name__)


# --- secrets -------------------------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_the_token_is_in_no_address(graph: FakeGraph, messenger: Messenger) -> None:
    await messenger.send(PSID, HELLO)
    await messenger.show_typing(PSID)
    await messenger.set_up()
    await messenger.subscribe()
    await messenger.subscription()
    assert all(TOKEN not in address and TOKEN not in str(body) for address, body in graph.asked)


@pytest.mark.asyncio
async def test_nothing_is_logged_of_the_token_or_the_words(
    graph: FakeGraph, messenger: Messenger, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    graph.fail("messages", Fault(status=400, code=100))
    graph.fail("messages", Fault(FaultKind.GARBAGE))
    for _ in range(3):
        await messenger.send(PSID, HELLO)
    assert TOKEN not in caplog.text
    assert "Сайн уу" not in caplog.text


@pytest.mark.asyncio
async def test_a_problem_does_not_carry_what_meta_said(graph: FakeGraph, messenger: Messenger) -> None:
    graph.fail("messenger_profile", Fault(status=400, code=100))
    with pytest.raises(MessengerProblem) as caught:
        await messenger.set_up()
    assert "сайн уу" not in "".join(traceback.format_exception(caught.value))
    assert caught.value.name == "Graph100"


@pytest.mark.parametrize(
    "wrong",
    [
        {"page_id": "tuslakh"},
        {"app_id": ""},
        {"page_token": ""},
        {"page_token": "a\nb"},
        {"page_token": "нууц"},
        {"app_secrets": ()},
        {"app_secrets": ("",)},
        {"verify_token": ""},
        {"api_base_url": "http://graph.facebook.com/v23.0"},
        {"api_base_url": "https://graph.facebook.com/v23.0?access_token=1"},
    ],
)
def test_what_cannot_work_is_refused_at_the_start_without_quoting_it(wrong: dict[str, object]) -> None:
    right: dict[str, object] = {
        "page_id": PAGE, "app_id": APP, "page_token": TOKEN, "app_secrets": SECRETS, "verify_token": "verify-me",
    }  # fmt: skip
    with pytest.raises(ValueError, match=r"page|webhook|Graph") as caught:
        Messenger(**right | wrong)  # type: ignore[arg-type]
    assert TOKEN not in str(caught.value)
    assert "access_token=1" not in str(caught.value)


def signed(raw: bytes, secret: str, algorithm: str = "sha256") -> bytes:
    return f"{algorithm}={hmac.new(secret.encode(), raw, getattr(hashlib, algorithm)).hexdigest()}".encode()


@pytest.mark.parametrize("secret", SECRETS)
def test_both_secrets_are_right_while_one_replaces_the_other(secret: str) -> None:
    assert wire("https://graph.example/v23.0").signature_is_right(BODY, signed(BODY, secret))


@pytest.mark.parametrize(
    "header",
    [
        b"", b"sha256=", signed(BODY, "another-app"), signed(BODY, SECRETS[0], "sha1"), signed(BODY, SECRETS[0])[7:],
        signed(BODY, SECRETS[0]).upper(), signed(BODY, SECRETS[0]) + b"0", signed(BODY, SECRETS[0])[:-1],
        b"sha256=" + b"\xe9" * 64, signed(BODY, SECRETS[0]) + b"\n", b" " + signed(BODY, SECRETS[0]),
    ],
)  # fmt: skip
def test_no_other_signature_is_right(header: bytes) -> None:
    assert not wire("https://graph.example/v23.0").signature_is_right(BODY, header)


def test_of_a_thousand_changed_bodies_none_passes() -> None:
    page, right, chance = wire("https://graph.example/v23.0"), signed(BODY, SECRETS[0]), random.Random(7)
    changed = [BODY.decode("unicode_escape").encode(), BODY + b" ", BODY[:-1], b"", b"\xef\xbb\xbf" + BODY]
    while len(changed) < 1000:
        place = chance.randrange(len(BODY))
        changed.append(BODY[:place] + bytes([BODY[place] ^ (1 << chance.randrange(8))]) + BODY[place + 1 :])
    assert not any(page.signature_is_right(body, right) for body in changed)


# --- how the page is set up ----------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_the_page_gets_its_first_button_greeting_and_menu(graph: FakeGraph, messenger: Messenger) -> None:
    await messenger.set_up()
    assert set(graph.profile) == {"get_started", "greeting", "persistent_menu"}


@pytest.mark.asyncio
async def test_a_page_that_sends_us_nothing_is_told_apart(messenger: Messenger) -> None:
    assert await messenger.subscription() is None


@pytest.mark.asyncio
async def test_subscribing_asks_for_all_that_is_read(messenger: Messenger) -> None:
    await messenger.subscribe()
    assert await messenger.subscription() == FIELDS


@pytest.mark.asyncio
async def test_an_invalid_token_is_named(graph: FakeGraph, messenger: Messenger) -> None:
    graph.fail("subscribed_apps", Fault(status=400, code=190))
    with pytest.raises(MessengerProblem, match="TokenInvalid"):
        await messenger.subscription()


# --- files ---------------------------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_a_file_comes_as_it_is_and_without_the_pages_token(graph: FakeGraph, messenger: Messenger) -> None:
    graph.files["a.jpg"] = b"\xff\xd8 picture"
    fetched = await messenger.fetch(graph.file_address("a.jpg"), 100, 2)
    assert fetched == Fetched(SendResult.SENT, b"\xff\xd8 picture")
    assert "authorization" not in graph.asked[-1][1]


@pytest.mark.asyncio
async def test_a_file_of_exactly_the_limit_is_kept_and_one_byte_more_is_not(
    graph: FakeGraph, messenger: Messenger
) -> None:
    graph.files |= {"fits": b"x" * 100, "over": b"x" * 101}
    assert len((await messenger.fetch(graph.file_address("fits"), 100, 2)).content) == 100
    over = await messenger.fetch(graph.file_address("over"), 100, 2)
    assert over == Fetched(SendResult.REFUSED, too_large=True)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("name", "seconds", "fetched"),
    [
        ("endless", 5, Fetched(SendResult.REFUSED, too_large=True)),
        ("slow", 0.1, Fetched(SendResult.NOT_SENT, problem="TimeoutError")),
        ("moved", 2, Fetched(SendResult.REFUSED, problem="Status302")),
        ("packed", 2, Fetched(SendResult.REFUSED, problem="Status200")),
        ("expired", 2, Fetched(SendResult.REFUSED, problem="Status403")),
    ],
)
async def test_a_file_that_does_not_come_says_why(
    graph: FakeGraph, messenger: Messenger, name: str, seconds: float, fetched: Fetched
) -> None:
    assert await messenger.fetch(graph.file_address(name), 1_000_000, seconds) == fetched


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "address",
    [
        "http://a.fbcdn.net/1", "https://fbcdn.net.evil.example/1", "https://evilfbcdn.net/1", "https://fbcdn.net@1.1.1.1/",
        "https://a.fbcdn.net@10.0.0.1/", "https://u:p@a.fbcdn.net/", "https://.fbcdn.net/", "https://a.fbcdn.net:8080/",
        "https://a.fbcdn.net%2e.evil.example/", "file:///etc/passwd", "https://169.254.169.254/", "//a.fbcdn.net/1",
        "ftp://a.fbcdn.net/1", "http://localhost:1/", "https://a.fbcdn.net\\@evil.example/", "", "a.fbcdn.net", "https://",
    ],
)  # fmt: skip
async def test_nothing_but_metas_file_servers_is_asked(messenger: Messenger, address: str) -> None:
    assert await messenger.fetch(address, 100, 2) == Fetched(SendResult.REFUSED, problem="HostNotAllowed")
