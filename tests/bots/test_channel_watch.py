"""What the watch finds on each channel and what it puts right (rows R26, T7, T8)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field

import pytest
import pytest_asyncio

from bots.channel_watch_findings import FINDINGS, Finding
from bots.channel_watch_intake import IntakeHealth
from bots.channel_watch_messenger import MessengerWatch
from bots.channel_watch_telegram import TelegramWatch, WantedIntake
from connectors.channel import Arrival
from connectors.messenger import FIELDS, Messenger
from connectors.telegram import ALLOWED_UPDATES, Telegram
from connectors.telegram_requests import Limits
from tests.bots.wired import START as NOW
from tests.bots.wired import Clock
from tests.fakes.graph_api import APP, PAGE, FakeGraph, Fault
from tests.fakes.graph_api import TOKEN as PAGE_TOKEN
from tests.fakes.graph_api import FaultKind as GraphFault
from tests.fakes.telegram_api import TOKEN, FakeTelegram, FaultKind, Json

OURS = "https://tuslakh.example/hooks/telegram"
THIEF = "https://thief.example/hooks/7f3a-secret"


# --- Telegram ------------------------------------------------------------------------------------------------------


@dataclass
class TelegramSeen(FakeTelegram):
    """A Bot API that also tells what `more` says of the webhook."""

    more: Json = field(default_factory=dict)

    def _webhook_info(self) -> Json:
        return super()._webhook_info() | self.more


@pytest.fixture(scope="module")
def shared_api() -> Iterator[TelegramSeen]:
    fake = TelegramSeen()
    with fake:
        yield fake


@pytest.fixture
def api(shared_api: TelegramSeen) -> TelegramSeen:
    shared_api.forget()
    shared_api.webhook, shared_api.more = {"url": OURS}, {}
    return shared_api


@pytest_asyncio.fixture
async def telegram(api: FakeTelegram) -> AsyncIterator[Telegram]:
    wire = Telegram(TOKEN, api.url, limits=Limits(read_seconds=0.5, connect_seconds=0.5))
    await wire.initialize()
    yield wire
    await wire.close()


@pytest.fixture
def watched(telegram: Telegram) -> TelegramWatch:
    return TelegramWatch(telegram, WantedIntake(OURS, "right-secret", pending=2))


@pytest.mark.asyncio
async def test_nothing_is_found_where_updates_come_to_us(api: TelegramSeen, watched: TelegramWatch) -> None:
    assert await watched.look(NOW) == []
    assert api.calls("setWebhook") == []


@pytest.mark.asyncio
async def test_a_webhook_that_was_turned_elsewhere_is_told_and_turned_back(
    api: TelegramSeen, watched: TelegramWatch
) -> None:
    api.webhook = {"url": THIEF}
    assert await watched.look(NOW) == [Finding("webhook-elsewhere", "thief.example", repaired=True)]
    assert (api.webhook["url"], api.webhook["secret_token"]) == (OURS, "right-secret")
    assert await watched.look(NOW) == []


def test_words_about_a_turned_webhook_say_to_change_the_token() -> None:
    assert "TELEGRAM_TOKEN" in FINDINGS["webhook-elsewhere"].todo.mn


@pytest.mark.asyncio
async def test_a_webhook_that_was_taken_away_is_set_again(api: TelegramSeen, watched: TelegramWatch) -> None:
    api.webhook = {}
    assert await watched.look(NOW) == [Finding("webhook-missing", repaired=True)]
    assert api.webhook["url"] == OURS


@pytest.mark.asyncio
async def test_what_could_not_be_put_right_says_so(api: TelegramSeen, watched: TelegramWatch) -> None:
    api.webhook = {"url": THIEF}
    api.fail("setWebhook", FaultKind.ERROR)
    assert [each.repaired for each in await watched.look(NOW)] == [False]


@pytest.mark.asyncio
async def test_where_we_ask_for_updates_a_webhook_is_taken_away(api: TelegramSeen, telegram: Telegram) -> None:
    watched = TelegramWatch(telegram, WantedIntake("", "", pending=2))
    api.webhook = {"url": THIEF}
    assert await watched.look(NOW) == [Finding("webhook-set", "thief.example", repaired=True)]
    assert api.webhook == {}
    assert await watched.look(NOW) == []


@pytest.mark.asyncio
async def test_a_certificate_we_never_gave_is_taken_away(api: TelegramSeen, watched: TelegramWatch) -> None:
    api.more = {"has_custom_certificate": True}
    assert await watched.look(NOW) == [Finding("certificate-foreign", repaired=True)]


@pytest.mark.asyncio
async def test_another_ip_behind_our_name_is_told_once_and_looked_up_again(
    api: TelegramSeen, watched: TelegramWatch
) -> None:
    found = []
    for ip in ("192.0.2.1", "192.0.2.1", "203.0.113.9", "203.0.113.9"):
        api.more = {"ip_address": ip}
        found.append(await watched.look(NOW))
    assert found == [[], [], [Finding("address-changed", "192.0.2.1 → 203.0.113.9", repaired=True)], []]


@pytest.mark.asyncio
async def test_kinds_of_updates_that_are_left_out_are_asked_for_again(
    api: TelegramSeen, watched: TelegramWatch
) -> None:
    api.more = {"allowed_updates": [each for each in ALLOWED_UPDATES if each != "callback_query"]}
    assert await watched.look(NOW) == [Finding("updates-missing", "callback_query", repaired=True)]


@pytest.mark.asyncio
async def test_more_waiting_than_the_limit_is_told(api: TelegramSeen, watched: TelegramWatch) -> None:
    api.more = {"pending_update_count": 2}
    assert await watched.look(NOW) == []
    api.more = {"pending_update_count": 3}
    assert await watched.look(NOW) == [Finding("pending", "3")]


@pytest.mark.asyncio
async def test_a_fresh_delivery_error_is_told_without_the_token_and_an_old_one_is_not(
    api: TelegramSeen, watched: TelegramWatch
) -> None:
    error = {"last_error_message": f"Wrong response from the webhook: 503 at /bot{TOKEN}/x"}
    api.more = {**error, "last_error_date": int(NOW.timestamp()) - 60}
    (found,) = await watched.look(NOW)
    assert (found.key, found.detail) == ("delivery-errors", "Wrong response from the webhook: 503 at /bot…/x")
    api.more = {**error, "last_error_date": int(NOW.timestamp()) - 600}
    assert await watched.look(NOW) == []


@pytest.mark.asyncio
async def test_a_token_that_is_not_valid_any_more_is_told(api: TelegramSeen) -> None:
    wire = Telegram("987654321:AAF-revoked_0123456789abcdefghijkl", api.url)
    await wire.initialize()
    assert await TelegramWatch(wire, WantedIntake(OURS, "s", 1)).look(NOW) == [Finding("token-invalid")]
    await wire.close()


@pytest.mark.asyncio
async def test_a_telegram_that_does_not_answer_is_told_and_left_alone(
    api: TelegramSeen, watched: TelegramWatch
) -> None:
    api.fail("getWebhookInfo", FaultKind.RESET)
    assert [each.key for each in await watched.look(NOW)] == ["unreachable"]
    assert api.calls("setWebhook") == []


# --- Messenger -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shared_graph() -> Iterator[FakeGraph]:
    with FakeGraph() as fake:
        yield fake


@pytest.fixture
def graph(shared_graph: FakeGraph) -> FakeGraph:
    shared_graph.forget()
    shared_graph.fields = set(FIELDS)
    return shared_graph


@pytest_asyncio.fixture
async def page(graph: FakeGraph) -> AsyncIterator[MessengerWatch]:
    wire = Messenger(PAGE, APP, PAGE_TOKEN, ("app-secret",), "verify", graph.url)
    yield MessengerWatch(wire)
    await wire.close()


def subscribes(graph: FakeGraph) -> int:
    return sum(call.startswith("POST") for call, _ in graph.asked)


@pytest.mark.asyncio
async def test_nothing_is_found_where_the_page_is_subscribed(graph: FakeGraph, page: MessengerWatch) -> None:
    assert await page.look(NOW) == []
    assert subscribes(graph) == 0


@pytest.mark.asyncio
async def test_a_page_that_lost_its_subscription_is_subscribed_again(graph: FakeGraph, page: MessengerWatch) -> None:
    graph.fields = None
    assert await page.look(NOW) == [Finding("unsubscribed", repaired=True)]
    assert await page.look(NOW) == []


@pytest.mark.asyncio
async def test_fields_that_are_missing_are_subscribed_to_again(graph: FakeGraph, page: MessengerWatch) -> None:
    graph.fields = set(FIELDS) - {"message_echoes"}
    assert await page.look(NOW) == [Finding("fields-missing", "message_echoes", repaired=True)]
    assert graph.fields == FIELDS


@pytest.mark.asyncio
async def test_a_page_that_cannot_be_subscribed_says_so(graph: FakeGraph, page: MessengerWatch) -> None:
    graph.fields = None
    graph.fail("subscribed_apps", Fault(status=400, code=10), after=1)
    assert await page.look(NOW) == [Finding("unsubscribed", repaired=False)]


@pytest.mark.asyncio
async def test_a_page_token_that_is_not_valid_any_more_is_told_and_nothing_is_tried(graph: FakeGraph) -> None:
    wire = Messenger(PAGE, APP, "EAAB0another0token", ("app-secret",), "verify", graph.url)
    assert await MessengerWatch(wire).look(NOW) == [Finding("token-invalid")]
    assert subscribes(graph) == 0
    await wire.close()


@pytest.mark.asyncio
async def test_a_messenger_that_does_not_answer_is_told(graph: FakeGraph, page: MessengerWatch) -> None:
    graph.fail("subscribed_apps", Fault(GraphFault.RESET))
    assert [each.key for each in await page.look(NOW)] == ["unreachable"]


# --- our own intake ------------------------------------------------------------------------------------------------


async def seen(intake: IntakeHealth, clock: Clock, **later: float) -> list[str]:
    clock.move(**later)
    return [each.key for each in await intake.look(clock())]


@pytest.mark.asyncio
async def test_an_intake_that_fails_for_a_minute_is_told_until_it_stores_again() -> None:
    clock = Clock()
    intake = IntakeHealth("telegram", clock)
    intake.failed()
    assert await seen(intake, clock, seconds=59) == []
    intake.failed()
    assert await seen(intake, clock, seconds=1) == ["not-stored"]
    intake.ok()
    assert await seen(intake, clock, hours=1) == []


@pytest.mark.asyncio
async def test_the_way_in_tells_how_storing_ended_and_hides_nothing() -> None:
    clock, kept = Clock(), list[Arrival]()

    async def accept(arrivals: list[Arrival]) -> None:
        if not arrivals:
            raise OSError("disk full")
        kept.extend(arrivals)

    intake = IntakeHealth("telegram", clock)
    with pytest.raises(OSError, match="disk full"):
        await intake.around(accept)([])
    assert await seen(intake, clock, minutes=2) == ["not-stored"]
    await intake.around(accept)([Arrival("telegram", "1", "77", "{}")])
    assert len(kept) == 1
    assert await seen(intake, clock) == []
