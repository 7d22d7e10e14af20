"""`tuslakh telegram`: the bot introduced, and asked how it is."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterator

import pytest

from bots.commands.telegram import set_up, status
from dialogs.introducing import introduction
from dialogs.services import Language
from tests.fakes.telegram_api import TOKEN, FakeTelegram, FaultKind

NOTHING = Namespace()


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeTelegram]:
    with FakeTelegram() as fake:
        monkeypatch.setenv("TELEGRAM_TOKEN", TOKEN)
        monkeypatch.setenv("TELEGRAM_API_URL", fake.url)
        yield fake


def test_set_up_introduces_the_bot_in_both_languages(api: FakeTelegram, capsys: pytest.CaptureFixture[str]) -> None:
    assert set_up(NOTHING) == 0
    assert api.about["description", ""] == introduction(Language.MN).description
    assert api.about["short_description", "en"] == introduction(Language.EN).short
    assert "@tuslakh_test_bot" in capsys.readouterr().out


def test_status_tells_how_updates_come_and_how_many_wait(api: FakeTelegram, capsys: pytest.CaptureFixture[str]) -> None:
    api.pending = [{"update_id": 1}]
    assert status(NOTHING) == 0
    told = capsys.readouterr().out
    assert "long polling" in told
    assert "waiting  1" in told


def test_status_says_when_the_webhook_is_not_the_one_of_the_settings(
    api: FakeTelegram, capsys: pytest.CaptureFixture[str]
) -> None:
    api.webhook = {"url": "https://elsewhere.example/hook"}
    status(NOTHING)
    assert "https://elsewhere.example/hook, which is NOT what the settings say" in capsys.readouterr().out


def test_without_a_token_it_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_TOKEN", "")
    with pytest.raises(ValueError, match="TELEGRAM_TOKEN"):
        status(NOTHING)


@pytest.mark.parametrize("work", [set_up, status])
def test_a_telegram_that_says_no_is_told_without_the_token(api: FakeTelegram, work: Callable[[Namespace], int]) -> None:
    for method in ("getMe", "setMyCommands"):
        api.fail(method, FaultKind.BLOCKED)
    with pytest.raises(ValueError, match="Telegram did not do it: Forbidden") as raised:
        work(NOTHING)
    assert raised.value.__context__ is None
