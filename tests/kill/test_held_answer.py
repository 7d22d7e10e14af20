"""Killed while Telegram holds a request it has carried out and not answered: nobody can know, so at most twice."""

from __future__ import annotations

import signal
import time

from tests.fakes.telegram_api import TOKEN, FakeTelegram, FaultKind
from tests.kill.story import TALK, answers, until, update
from tests.process import Process


def test_a_reply_whose_answer_was_held_back_is_sent_once_more_and_order_is_kept(victim: Process) -> None:
    with FakeTelegram() as telegram:
        victim.environment |= {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": telegram.url}
        telegram.fail_at(2, "sendMessage", FaultKind.HANG)
        for number, text in enumerate(TALK, 1):
            telegram.pending.append(update(number, text))
        victim.start()
        until(lambda: len(telegram.shown) == 2, "the second answer, held back")
        victim.stop(signal.SIGKILL)
        victim.start()
        until(lambda: len({shown.text for shown in telegram.shown}) == len(TALK), "every answer")
        time.sleep(1.0)
        seen = answers([shown.text for shown in telegram.shown])
    expected = list(TALK.values())
    assert seen == [*expected[:2], expected[1], *expected[2:]]
