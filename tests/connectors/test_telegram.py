"""The Telegram wire against a Bot API on loopback: how each send ends, and what people see."""

from __future__ import annotations

import json
import logging
import random
import socket
import string
import traceback
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
import pytest_asyncio
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from connectors.channel import SendResult, Sent
from connectors.telegram import LOGGERS_TO_SILENCE, Telegram
from connectors.telegram_requests import Limits, TelegramProblem, TooManyRequests, ended, problem_of
from dialogs.rendering import Block, Button, Rendered, Style
from tests.fakes.telegram_api import TOKEN, FakeTelegram, FaultKind

HELLO = Rendered((Block(Style.TITLE, "Сайн уу 😀"),), (Button("Хүн", "3.0"),))
LONG = Rendered((Block(Style.TEXT, "үг " * 3000),), (Button("Хүн", "3.0"),))
QUICK = Limits(connect_seconds=0.5, read_seconds=0.3, write_seconds=0.5, pool_seconds=0.3, part_pause_seconds=0)
SECRET = "s3cret_" + "k" * 40
PRESS = json.dumps({"update_id": 1, "callback_query": {"id": "4382", "from": {"id": 77}, "data": "3.0"}})


@pytest.fixture(scope="module")
def server() -> Iterator[FakeTelegram]:
    with FakeTelegram() as fake:
        yield fake


@pytest.fixture
def api(server: FakeTelegram) -> FakeTelegram:
    server.forget()
    return server


@pytest_asyncio.fixture
async def telegram(api: FakeTelegram) -> AsyncIterator[Telegram]:
    wire = Telegram(TOKEN, api.url, limits=QUICK)
    await wire.initialize()
    yield wire
    await wire.close()


# --- what people see -----------------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_a_message_is_seen_with_its_entities_and_buttons(api: FakeTelegram, telegram: Telegram) -> None:
    sent = await telegram.send("77", HELLO)
    (seen,) = api.shown
    assert sent == Sent(SendResult.SENT, str(seen.message_id))
    assert (seen.chat_id, seen.text) == (77, "Сайн уу 😀")
    assert seen.entities == [{"type": "bold", "offset": 0, "length": 10}]
    assert seen.buttons == [[{"text": "Хүн", "callback_data": "3.0"}]]


@pytest.mark.asyncio
async def test_no_message_has_a_parse_mode_or_a_link_preview(api: FakeTelegram, telegram: Telegram) -> None:
    await telegram.send("77", HELLO)
    assert "parse_mode" not in api.shown[0].params
    assert json.loads(api.shown[0].params["link_preview_options"]) == {"is_disabled": True}


@pytest.mark.asyncio
@pytest.mark.parametrize("private", [True, False])
async def test_only_a_private_message_is_kept_from_being_forwarded(
    api: FakeTelegram, telegram: Telegram, private: bool
) -> None:
    await telegram.send("77", Rendered(HELLO.blocks, private=private))
    assert api.shown[0].params.get("protect_content") == ("true" if private else None)


@pytest.mark.asyncio
async def test_a_long_message_arrives_in_parts_with_the_buttons_under_the_last(
    api: FakeTelegram, telegram: Telegram
) -> None:
    sent = await telegram.send("77", LONG)
    assert " ".join(seen.text for seen in api.shown).split() == ["үг"] * 3000
    assert [bool(seen.buttons) for seen in api.shown] == [False, False, True]
    assert sent == Sent(SendResult.SENT, str(api.shown[-1].message_id))


NASTY_NAMES = ["<b>", "_*[`", "tg://user?id=1", "Бат\u202eгом", "\ud83d", "a\0b", "👨‍👩‍👧", "&amp;", "\\", "ᠮᠣᠩᠭᠣᠯ"]


@pytest.mark.asyncio
@pytest.mark.parametrize("name", NASTY_NAMES)
async def test_no_name_makes_a_send_fail(api: FakeTelegram, telegram: Telegram, name: str) -> None:
    everything = tuple(Block(style, f"{name}😀", name, "https://e-mongolia.mn") for style in Style)
    assert (await telegram.send("77", Rendered(everything))).result is SendResult.SENT


@pytest.mark.asyncio
@pytest.mark.parametrize("address", ["", "unknown", "user:77", "@tuslakh", "٧٧", "77\n", "7" * 30])
async def test_what_is_no_chat_is_never_written_to(api: FakeTelegram, telegram: Telegram, address: str) -> None:
    assert (await telegram.send(address, HELLO)).result is SendResult.REFUSED
    assert (await telegram.hide(address, "5")).result is SendResult.REFUSED
    assert api.asked == []


@pytest.mark.asyncio
async def test_a_message_with_nothing_to_see_is_not_sent(api: FakeTelegram, telegram: Telegram) -> None:
    assert (await telegram.send("77", Rendered((Block(Style.TEXT, " "),)))).result is SendResult.REFUSED
    assert api.asked == []


@pytest.mark.asyncio
async def test_a_group_that_became_a_supergroup_is_followed(api: FakeTelegram, telegram: Telegram) -> None:
    api.migrated[-5] = -1005
    assert (await telegram.send("-5", HELLO)).result is SendResult.SENT
    assert [seen.chat_id for seen in api.shown] == [-1005]


@pytest.mark.asyncio
async def test_a_group_that_keeps_moving_is_followed_once(api: FakeTelegram, telegram: Telegram) -> None:
    api.migrated |= {-5: -6, -6: -5}
    assert (await telegram.send("-5", HELLO)).result is SendResult.REFUSED
    assert len(api.calls("sendMessage")) == 2


# --- how a send ends -----------------------------------------------------------------------------------------------

FAULTS = [
    (FaultKind.FLOOD, 17, Sent(SendResult.NOT_SENT, retry_after=17.0, problem="TooManyRequests"), 0),
    (FaultKind.FLOOD, None, Sent(SendResult.NOT_SENT, problem="TooManyRequests"), 0),
    (FaultKind.BLOCKED, None, Sent(SendResult.GONE, problem="Forbidden"), 0),
    (FaultKind.ERROR, None, Sent(SendResult.UNKNOWN, problem="NetworkError"), 0),
    (FaultKind.HANG, None, Sent(SendResult.UNKNOWN, problem="ReadTimeout"), 1),
    (FaultKind.RESET, None, Sent(SendResult.UNKNOWN, problem="RemoteProtocolError"), 1),
    (FaultKind.GARBAGE, None, Sent(SendResult.UNKNOWN, problem="TelegramError"), 1),
]


@pytest.mark.asyncio
@pytest.mark.parametrize(("kind", "after", "sent", "seen"), FAULTS)
async def test_a_fault_is_told_by_whether_the_message_may_have_arrived(
    api: FakeTelegram, telegram: Telegram, kind: FaultKind, after: int | None, sent: Sent, seen: int
) -> None:
    api.fail("sendMessage", kind, after)
    assert await telegram.send("77", HELLO) == sent
    assert len(api.shown) == seen
    assert len(api.calls("sendMessage")) == 1  # never tried again by itself


@pytest.mark.asyncio
async def test_a_chat_that_is_gone_is_told_as_gone(api: FakeTelegram, telegram: Telegram) -> None:
    api.gone.add(77)
    assert await telegram.send("77", HELLO) == Sent(SendResult.GONE, problem="BadRequest")


@pytest.mark.asyncio
async def test_after_a_fault_the_wire_works_again(api: FakeTelegram, telegram: Telegram) -> None:
    for kind in FaultKind:
        api.fail("sendMessage", kind)
        await telegram.send("77", HELLO)
        assert (await telegram.send("77", HELLO)).result is SendResult.SENT


@pytest.mark.asyncio
@pytest.mark.parametrize("kind", list(FaultKind))
async def test_when_a_later_part_fails_the_whole_is_unknown(
    api: FakeTelegram, telegram: Telegram, kind: FaultKind
) -> None:
    """Sending it again as a whole would double what has arrived, whatever happened to the rest."""
    api.fail_at(2, "sendMessage", kind, 17)
    sent = await telegram.send("77", LONG)
    assert sent.result is SendResult.UNKNOWN
    assert sent.ref == str(api.shown[0].message_id)
    assert sent.retry_after is None


@pytest.mark.asyncio
async def test_a_short_pause_asked_for_in_the_middle_is_kept_and_the_rest_follows(
    api: FakeTelegram, telegram: Telegram
) -> None:
    api.fail_at(2, "sendMessage", FaultKind.FLOOD, 1)
    sent = await telegram.send("77", LONG)
    assert sent == Sent(SendResult.SENT, str(api.shown[-1].message_id))
    assert " ".join(seen.text for seen in api.shown).split() == ["үг"] * 3000


@pytest.mark.asyncio
async def test_nobody_listening_means_certainly_not_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    telegram = Telegram(TOKEN, f"http://127.0.0.1:{port}", limits=QUICK)
    assert await telegram.send("77", HELLO) == Sent(SendResult.NOT_SENT, problem="ConnectError")
    await telegram.close()


@pytest.mark.asyncio
async def test_a_wrong_token_is_our_fault_and_not_the_chats(api: FakeTelegram) -> None:
    telegram = Telegram("1:wrong", api.url, limits=QUICK)
    assert await telegram.send("77", HELLO) == Sent(SendResult.NOT_SENT, problem="InvalidToken")
    await telegram.close()


def caused(error: TelegramError, cause: Exception) -> TelegramError:
    error.__cause__ = cause
    return error


ERRORS: list[tuple[Exception, SendResult]] = [
    (TooManyRequests(3.0), SendResult.NOT_SENT),
    (Forbidden("Forbidden: user is deactivated"), SendResult.GONE),
    (Forbidden("Forbidden: bot was kicked from the group chat"), SendResult.GONE),
    (BadRequest("Chat not found"), SendResult.GONE),
    (BadRequest("PEER_ID_INVALID"), SendResult.GONE),
    (BadRequest("Message is too long"), SendResult.REFUSED),
    (BadRequest("Not enough rights to send text messages to the chat"), SendResult.REFUSED),
    (ChatMigrated(-1005), SendResult.REFUSED),
    (InvalidToken(), SendResult.NOT_SENT),
    (Conflict("x"), SendResult.NOT_SENT),
    (caused(TimedOut(), httpx.ConnectTimeout("x")), SendResult.NOT_SENT),
    (caused(TimedOut(), httpx.PoolTimeout("x")), SendResult.NOT_SENT),
    (caused(TimedOut(), httpx.ReadTimeout("x")), SendResult.UNKNOWN),
    (caused(TimedOut(), httpx.WriteTimeout("x")), SendResult.UNKNOWN),
    (caused(NetworkError("x"), httpx.ConnectError("x")), SendResult.NOT_SENT),
    (caused(NetworkError("x"), httpx.UnsupportedProtocol("x")), SendResult.NOT_SENT),
    (caused(NetworkError("x"), httpx.ProxyError("x")), SendResult.NOT_SENT),
    (caused(NetworkError("x"), httpx.WriteError("x")), SendResult.UNKNOWN),
    (caused(NetworkError("x"), httpx.RemoteProtocolError("x")), SendResult.UNKNOWN),
    (TimedOut(), SendResult.UNKNOWN),
    (NetworkError("Bad Gateway (502)"), SendResult.UNKNOWN),
    (TelegramError("Invalid server response"), SendResult.UNKNOWN),
    (KeyError("result"), SendResult.UNKNOWN),
]


@pytest.mark.parametrize(
    ("error", "result"), ERRORS, ids=[f"{type(e).__name__}-{type(e.__cause__).__name__}-{e}" for e, _ in ERRORS]
)
def test_each_error_of_the_library_has_one_ending(error: Exception, result: SendResult) -> None:
    assert ended(error).result is result


@pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning")
@pytest.mark.parametrize("make", [TooManyRequests, RetryAfter])
def test_the_time_telegram_asks_for_is_passed_on(make: type[TooManyRequests] | type[RetryAfter]) -> None:
    error = make(3)
    assert ended(error) == Sent(SendResult.NOT_SENT, retry_after=3.0, problem=make.__name__)
    assert problem_of(error).retry_after == 3.0


# --- hiding and answering presses ----------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_a_message_can_be_hidden(api: FakeTelegram, telegram: Telegram) -> None:
    sent = await telegram.send("77", HELLO)
    assert (await telegram.hide("77", sent.ref)).result is SendResult.SENT
    assert api.shown[0].deleted


@pytest.mark.asyncio
@pytest.mark.parametrize("ref", ["1", "", "x", "-5", "1,2"])
async def test_a_message_that_is_not_there_cannot_be_hidden(telegram: Telegram, ref: str) -> None:
    assert (await telegram.hide("77", ref)).result is SendResult.REFUSED


@pytest.mark.asyncio
async def test_a_press_is_answered(api: FakeTelegram, telegram: Telegram) -> None:
    assert (await telegram.acknowledge(PRESS)).result is SendResult.SENT
    assert api.answered == ["4382"]


@pytest.mark.asyncio
async def test_a_press_of_yesterday_is_told_and_not_raised(api: FakeTelegram, telegram: Telegram) -> None:
    api.stale_presses.add("4382")
    assert await telegram.acknowledge(PRESS) == Sent(SendResult.REFUSED, problem="BadRequest")


@pytest.mark.asyncio
@pytest.mark.parametrize("kind", list(FaultKind))
async def test_a_press_that_cannot_be_answered_is_told_and_not_raised(
    api: FakeTelegram, telegram: Telegram, kind: FaultKind
) -> None:
    api.fail("answerCallbackQuery", kind)
    assert (await telegram.acknowledge(PRESS)).result is not SendResult.SENT


@pytest.mark.asyncio
async def test_what_is_no_press_is_not_answered(api: FakeTelegram, telegram: Telegram) -> None:
    assert (await telegram.acknowledge('{"update_id": 1}')).result is SendResult.REFUSED
    assert api.asked == []


# --- how updates come ----------------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_updates_are_fetched_as_they_are_also_those_the_library_cannot_read(
    api: FakeTelegram, telegram: Telegram
) -> None:
    api.pending = [{"update_id": 1, "message": {"new": "shape"}}, {"update_id": 2, "message": "?"}]
    assert await telegram.updates(None, 1) == api.pending


@pytest.mark.asyncio
async def test_only_the_kinds_that_are_read_are_asked_for(api: FakeTelegram, telegram: Telegram) -> None:
    await telegram.updates(None, 0)
    await telegram.set_webhook("https://tuslakh.example/hooks/telegram", SECRET)
    kinds = ["message", "edited_message", "callback_query", "my_chat_member", "inline_query"]
    assert json.loads(api.calls("getUpdates")[0]["allowed_updates"]) == kinds
    assert json.loads(api.calls("setWebhook")[0]["allowed_updates"]) == kinds


@pytest.mark.asyncio
async def test_a_webhook_is_set_with_its_secret_seen_and_removed(api: FakeTelegram, telegram: Telegram) -> None:
    await telegram.set_webhook("https://tuslakh.example/hooks/telegram", SECRET)
    assert api.webhook["secret_token"] == SECRET
    assert (await telegram.webhook_info()).url == "https://tuslakh.example/hooks/telegram"
    await telegram.delete_webhook()
    assert (await telegram.webhook_info()).url == ""


@pytest.mark.asyncio
async def test_fetching_beside_a_webhook_is_a_conflict(telegram: Telegram) -> None:
    await telegram.set_webhook("https://tuslakh.example/hooks/telegram", SECRET)
    with pytest.raises(TelegramProblem) as raised:
        await telegram.updates(None, 0)
    assert raised.value.conflict


@pytest.mark.asyncio
async def test_waiting_for_updates_does_not_hold_up_a_send(api: FakeTelegram, telegram: Telegram) -> None:
    api.fail("getUpdates", FaultKind.HANG)
    with pytest.raises(TelegramProblem):
        await telegram.updates(None, 0)
    assert (await telegram.send("77", HELLO)).result is SendResult.SENT


@pytest.mark.asyncio
async def test_opening_the_wire_asks_telegram_nothing(api: FakeTelegram, telegram: Telegram) -> None:
    assert api.asked == []
    assert await telegram.username() == "tuslakh_test_bot"


# --- secrets -------------------------------------------------------------------------------------------------------


def forgeries() -> list[str | bytes | None]:
    random.seed(20261123)
    near: list[str | bytes | None] = [
        None, "", b"", " ", SECRET[:-1], SECRET[1:], SECRET + "x", "x" + SECRET, SECRET.upper(), SECRET.swapcase(),
        SECRET + " ", " " + SECRET, SECRET + "\n", SECRET + "\0", f"{SECRET},{SECRET}", SECRET * 2, SECRET[::-1],
        b"\xe9", SECRET.encode() + b"\xe9", SECRET[:-1].encode() + b"\xe9", "é", "\udce9", "\ud83d", "🔑",
        SECRET.encode("utf-16"), SECRET.replace("s", "ѕ"), "x" * 1_000_000,
    ]  # fmt: skip
    flipped = [SECRET[:at] + chr(ord(SECRET[at]) ^ 1) + SECRET[at + 1 :] for at in range(len(SECRET))]
    alphabet = string.ascii_letters + string.digits + "_-"
    wild = ["".join(random.choices(alphabet, k=random.randint(1, 256))) for _ in range(1000)]
    return [*near, *flipped, *wild][:1000]


def test_of_a_thousand_forged_secrets_none_is_right() -> None:
    telegram = Telegram(TOKEN, webhook_secrets=(SECRET, "o" * 43))
    forged = forgeries()
    assert len(forged) == 1000
    assert [secret for secret in forged if telegram.secret_is_right(secret)] == []


@pytest.mark.parametrize("given", [SECRET, SECRET.encode(), "o" * 43, b"o" * 43])
def test_every_configured_secret_is_right_as_text_and_as_bytes(given: str | bytes) -> None:
    assert Telegram(TOKEN, webhook_secrets=(SECRET, "o" * 43)).secret_is_right(given)


@pytest.mark.parametrize("given", [None, "", b"", "x", SECRET])
def test_without_a_configured_secret_nothing_is_right(given: str | bytes | None) -> None:
    assert not Telegram(TOKEN).secret_is_right(given)


@pytest.mark.parametrize("secret", ["", " ", "é" * 40, "x" * 257, "a b", "a\n"])
def test_a_secret_telegram_cannot_send_back_stops_the_start(secret: str) -> None:
    with pytest.raises(ValueError, match="webhook secret"):
        Telegram(TOKEN, webhook_secrets=(SECRET, secret))


@pytest.mark.parametrize(
    "url", ["http://api.telegram.org", "ftp://127.0.0.1", "https://", "x", "https://u:p@h", "https://h/{token}"]
)
def test_the_token_goes_nowhere_unencrypted(url: str) -> None:
    with pytest.raises(ValueError, match="Bot API's address"):
        Telegram(TOKEN, url)


@pytest.mark.parametrize("token", ["", "x", "1:", "1:a/../b", "1:a\n", "1:a b"])
def test_a_token_that_is_none_stops_the_start(token: str) -> None:
    with pytest.raises(ValueError, match="@BotFather"):
        Telegram(token)


def everything_said(error: BaseException) -> str:
    """The error with all it carries along, as a crash reporter would send it."""
    return "".join(traceback.format_exception(error)) + repr((error.__cause__, error.__context__))


@pytest.mark.asyncio
@pytest.mark.parametrize("kind", list(FaultKind))
async def test_no_error_names_the_token(
    api: FakeTelegram, telegram: Telegram, kind: FaultKind, caplog: pytest.LogCaptureFixture
) -> None:
    for method in ("getMe", "getUpdates", "sendMessage"):
        api.fail(method, kind)
    caplog.set_level(logging.DEBUG)
    for name in LOGGERS_TO_SILENCE:
        caplog.set_level(logging.WARNING, name)
    with pytest.raises(TelegramProblem) as asked:
        await telegram.username()
    with pytest.raises(TelegramProblem) as fetched:
        await telegram.updates(None, 0)
    sent = await telegram.send("77", HELLO)
    told = f"{everything_said(asked.value)} {everything_said(fetched.value)} {sent} {caplog.text}"
    assert TOKEN.split(":")[1] not in told
    assert "Сайн уу" not in told


@pytest.mark.asyncio
async def test_a_rejected_token_is_not_named(api: FakeTelegram) -> None:
    telegram = Telegram("1:wrong-but-secret", api.url, limits=QUICK)
    with pytest.raises(TelegramProblem) as raised:
        await telegram.username()
    assert "wrong-but-secret" not in everything_said(raised.value)
    await telegram.close()
