"""How updates begin to come, and that what the bot offers to type is understood."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator

import pytest
from pydantic import SecretStr

from bots.telegram_intake import TelegramIntake
from config.settings import Settings
from connectors.telegram import Telegram
from connectors.telegram_updates import arrivals
from dialogs.incoming import AddressedInGroup, Started, Unsupported, Words
from dialogs.understanding import Action
from nlu import understand
from tests.bots.wired import Wired, wire
from tests.connectors.telegram_samples import GROUP, message, update
from tests.fakes.telegram_api import TOKEN, FakeTelegram

PUBLIC = {
    "public_url": "https://tuslakh.example",
    "telegram_webhook_secrets": SecretStr("new_secret,old_secret"),
}
OTHERS = "@other_bot юу байна"


@pytest.fixture
def api() -> Iterator[FakeTelegram]:
    with FakeTelegram() as fake:
        yield fake


@pytest.fixture(scope="module")
def wired(tmp_path_factory: pytest.TempPathFactory) -> Wired:
    return wire(tmp_path_factory.mktemp("intake"))


def runs(wired: Wired, api: FakeTelegram, settings: Settings, done: Callable[[], bool]) -> Telegram:
    """The intake until `done`, at most five seconds."""

    async def run() -> Telegram:
        telegram, stop = Telegram(TOKEN, api.url), asyncio.Event()
        running = asyncio.create_task(TelegramIntake(telegram, wired.parts.inbox, settings).run(stop))
        async with asyncio.timeout(5):
            while not done():
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.05)
            stop.set()
            await running
        await telegram.close()
        return telegram

    return asyncio.run(run())


def test_on_one_machine_a_webhook_is_taken_away_and_updates_are_polled(wired: Wired, api: FakeTelegram) -> None:
    api.webhook = {"url": "https://elsewhere.example"}
    api.pending = [{"update_id": 7, "message": message(text="сайн уу")}]
    runs(wired, api, Settings(_env_file=None, telegram_poll_seconds=1), lambda: not api.pending)
    (stored,) = arrivals(update(update_id=7, message=message(text="сайн уу")).encode())
    assert wired.parts.inbox.accept([stored]) == 0  # it is there already


def test_in_public_a_webhook_is_set_with_the_newest_secret(wired: Wired, api: FakeTelegram) -> None:
    settings = Settings(_env_file=None).model_copy(update=PUBLIC)
    runs(wired, api, settings, lambda: bool(api.calls("getMe")))
    assert (api.webhook["url"], api.webhook["secret_token"]) == (
        "https://tuslakh.example/hooks/telegram",
        "new_secret",
    )


def test_once_it_runs_the_bot_knows_its_name_and_leaves_other_bots_their_mentions(
    wired: Wired, api: FakeTelegram
) -> None:
    body = update(message=message(chat=GROUP, text=OTHERS))
    assert Telegram(TOKEN).read(body).event == AddressedInGroup()
    telegram = runs(wired, api, Settings(_env_file=None, telegram_poll_seconds=1), lambda: bool(api.calls("getMe")))
    assert telegram.read(body).event == Unsupported()


@pytest.mark.parametrize(
    ("command", "action"),
    [
        ("/help", Action.HELP),
        ("/person", Action.HUMAN),
        ("/cancel", Action.CANCEL),
        ("/language en", Action.LANGUAGE_EN),
        ("/language mn", Action.LANGUAGE_MN),
    ],
)
def test_a_command_means_what_its_line_in_the_list_says(wired: Wired, command: str, action: Action) -> None:
    words = Telegram(TOKEN).read(update(message=message(text=command))).event
    assert isinstance(words, Words)
    with wired.parts.database.read() as connection:
        assert understand(words.text, wired.parts.catalogue.current(connection).index).action is action


@pytest.mark.parametrize("command", ["/start", "/language"])
def test_a_command_that_greets_is_a_start(command: str) -> None:
    assert Telegram(TOKEN).read(update(message=message(text=command))).event == Started()
