"""The fake that brings updates behaves as Telegram's own server does, on a clock that jumps."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

import pytest

from tests.fakes.telegram_platform import Delivery, Pace, TelegramPlatform, group_talk, message, press
from tests.fakes.virtual_time import VirtualTime

DAY = 86_400.0


class Receiver:
    """Answers as the test says, and keeps what it was brought and when."""

    def __init__(self, platform: TelegramPlatform, *statuses: int) -> None:
        self.platform, self.statuses = platform, list(statuses)
        self.at: defaultdict[int, list[float]] = defaultdict(list)
        self.order: list[int] = []
        self.headers: dict[str, str] = {}

    def __call__(self, delivery: Delivery, now: float) -> None:
        self.at[delivery.update_id].append(now)
        self.order.append(delivery.update_id)
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        if status:
            self.platform.answered(delivery.update_id, status, now, self.headers)
        else:
            self.platform.unanswered(delivery.update_id, now)


def played(platform: TelegramPlatform, receiver: Receiver, until: float = DAY) -> Receiver:
    VirtualTime().play(platform, receiver, until)
    return receiver


def test_the_first_try_again_is_at_once_and_then_the_pauses_double() -> None:
    platform = TelegramPlatform()
    platform.put(message(1, 7, "a", 0), 0.0)
    receiver = played(platform, Receiver(platform, 500, 500, 500, 500, 500, 200))
    assert receiver.at[1] == [0.0, 0.0, 2.0, 6.0, 14.0, 30.0]


def test_the_pauses_end_at_a_random_one_of_one_to_two_minutes() -> None:
    platform = TelegramPlatform()
    platform.put(message(1, 7, "a", 0), 0.0)
    times = played(platform, Receiver(platform, 503)).at[1]
    late = [after - before for before, after in pairwise(times[10:])]
    assert 60 <= min(late) < max(late) <= 120


@pytest.mark.parametrize(("asked", "paused"), [("300", 300.0), ("90000", 3600.0)])
def test_retry_after_is_kept_up_to_an_hour(asked: str, paused: float) -> None:
    platform = TelegramPlatform()
    platform.put(message(1, 7, "a", 0), 0.0)
    receiver = Receiver(platform, 503, 200)
    receiver.headers = {"Retry-After": asked}
    assert played(platform, receiver).at[1] == [0.0, paused]


def test_messages_of_a_chat_wait_for_each_other_and_other_chats_do_not() -> None:
    platform = TelegramPlatform()
    for number, chat in ((1, 7), (2, 7), (3, 8)):
        platform.put(message(number, chat, "a", 0), 0.0)
    assert played(platform, Receiver(platform, 500, 200)).order == [1, 3, 1, 2]


def test_a_press_does_not_wait_for_the_messages_of_its_chat() -> None:
    platform = TelegramPlatform()
    platform.put(message(1, 7, "a", 0), 0.0)
    platform.put(press(2, 7, "1.1", 0), 0.0)
    assert [delivery.update_id for delivery in platform.next_actions(0.0)] == [1, 2]


def test_a_message_expires_a_day_after_its_own_date() -> None:
    platform = TelegramPlatform()
    platform.put(message(1, 7, "a", -3600), 0.0)
    times = played(platform, Receiver(platform, 503), 2 * DAY).at[1]
    assert platform.expired == [1]
    assert DAY - 3600 - 120 <= times[-1] < DAY - 3600


def test_a_press_expires_after_150_seconds() -> None:
    platform = TelegramPlatform()
    platform.put(press(1, 7, "1.1", 0), 0.0)
    times = played(platform, Receiver(platform, 503)).at[1]
    assert platform.expired == [1]
    assert times[-1] < 150


def test_twice_as_many_stuck_chats_as_connections_stop_everything() -> None:
    platform = TelegramPlatform(pace=Pace(connections=2))
    for number in range(1, 6):
        platform.put(message(number, number, "a", 0), 0.0)
    receiver = Receiver(platform, 503)
    played(platform, receiver, 3600.0)
    assert set(receiver.order) == {1, 2, 3, 4}


def test_no_more_is_under_way_than_there_are_connections() -> None:
    platform = TelegramPlatform(pace=Pace(connections=3))
    for number in range(1, 6):
        platform.put(message(number, number, "a", 0), 0.0)
    assert len(platform.next_actions(0.0)) == 3


def test_a_call_in_a_good_answer_is_executed_and_found() -> None:
    platform = TelegramPlatform()
    platform.put(message(1, 7, "a", 0), 0.0)
    platform.next_actions(0.0)
    platform.answered(1, 200, 0.0, {}, b'{"method": "sendMessage", "chat_id": 7, "text": "reflected"}')
    assert [call["method"] for call in platform.executed] == ["sendMessage"]


def test_twenty_three_hours_of_gone_close_the_webhook() -> None:
    platform = TelegramPlatform()
    platform.put(message(1, 7, "a", 3600), 0.0)
    receiver = played(platform, Receiver(platform, 410), 3 * DAY)
    assert platform.closed
    assert 23 * 3600 <= receiver.at[1][-1] < 23 * 3600 + 120


def test_another_answer_between_keeps_the_webhook_open() -> None:
    platform = TelegramPlatform()
    platform.put(message(1, 7, "a", 3600), 0.0)
    played(platform, Receiver(platform, *[410] * 300, 503, 410), DAY)
    assert not platform.closed


def test_a_lost_answer_brings_the_update_again_at_once() -> None:
    platform = TelegramPlatform(seed=1, lost_answers=0.5)
    for number in range(1, 101):
        platform.put(group_talk(number, -number, "a", 0), 0.0)
    receiver = played(platform, Receiver(platform, 200))
    assert len(platform.delivered) == 100
    assert len(receiver.order) == 100 + platform.repeated > 150


def test_the_same_seed_rolls_the_same_dice() -> None:
    runs = []
    for _ in range(2):
        platform = TelegramPlatform(seed=5, lost_answers=0.3)
        for number in range(1, 50):
            platform.put(message(number, number % 7, "a", 0), 0.0)
        runs.append(played(platform, Receiver(platform, 503, 200)).order)
    assert runs[0] == runs[1]
