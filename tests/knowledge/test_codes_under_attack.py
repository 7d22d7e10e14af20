"""Own codes and their limits against guessers, sprayers and observers (rows O1, O2, O3, O7 and O8)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import product
from random import Random

import pytest

from dialogs.verification.codes import CodeRules, check_send, check_try, lock_after_try
from knowledge import challenge_rows, identity_rows
from knowledge.database import Connection, Database
from tests.knowledge.chats import NOW, VAULT, after, new_chat, open_code

RULES = CodeRules()
HISTORIES = 12  # of 40 steps each, per database
STEPS = 40
MOST_WRONG = 200  # the setting's own figure
DAY = timedelta(hours=24)


def take_try(connection: Connection, challenge_id: str, chat: str, purpose: str, now: datetime) -> bool:
    """As a turn does it; what comes after is compared in the next transaction."""
    challenge = challenge_rows.find(connection, challenge_id, chat)
    if challenge is None or challenge.purpose != purpose:
        return False
    history = challenge_rows.history(connection, challenge.identity, chat, now)
    if check_try(RULES, history, challenge.opened_at, now) or not challenge.is_open:
        return False
    challenge_rows.take_try(connection, challenge, lock_after_try(RULES, history.failures + 1, now), now)
    return True


@dataclass
class Guesser:
    """One person's codes, as somebody asks for them and guesses from one chat."""

    number: str
    chat: str
    random: Random
    now: datetime = NOW
    codes: list[str] = field(default_factory=list)
    accepted: list[tuple[str, datetime]] = field(default_factory=list)

    def burst(self, connection: Connection) -> None:
        """As many as a code takes, then past the lock and a new code: who knows the rules."""
        for _ in range(6):
            self.guess(connection, self.codes[-1])
        self.now += RULES.lock
        self.send(connection)

    def step(self, connection: Connection) -> None:
        match self.random.choice(("guess", "guess", "guess", "guess", "send", "wait")):
            case "guess":
                self.guess(connection)
            case "send":
                self.send(connection)
            case _:
                self.now += timedelta(seconds=self.random.choice((1, 31, 301, 601, 7201, 30_000)))

    def send(self, connection: Connection) -> None:
        identity = VAULT.identity(self.number)
        history = challenge_rows.history(connection, identity, self.chat, self.now)
        if check_send(RULES, history, self.now) is None:
            self.codes.append(open_code(connection, self.chat, self.number, self.now))

    def guess(self, connection: Connection, code: str = "") -> None:
        """Mostly the newest code, sometimes one that was replaced; always wrong."""
        code = code or self.random.choice((self.codes[-1], self.random.choice(self.codes)))
        if take_try(connection, code, self.chat, "mydata", self.now):
            assert not challenge_rows.check_code(connection, VAULT, code, self.chat, "000000", self.now)
            self.accepted.append((code, self.now))
        self.now += timedelta(milliseconds=1)


def test_o1_no_history_of_asking_guessing_and_waiting_gets_more_tries(shared: Database) -> None:
    """12 seeded histories of 40 steps on each database in every run; the row asks for 10⁵."""
    for seed in range(HISTORIES):
        with shared.write() as connection:  # a new connection each time is what a restart would see
            chat, _ = new_chat(connection)
            guesser = Guesser(f"АБ{seed:08}", chat, Random(seed))
            guesser.send(connection)
            for step in [guesser.burst] * 5 if seed % 5 == 0 else [guesser.step] * STEPS:
                step(connection)
        accepted = guesser.accepted
        assert max((sum(code == each for each, _ in accepted) for code in guesser.codes), default=0) <= 5
        assert all(sum(time - DAY < other <= time for _, other in accepted) <= 20 for _, time in accepted)


def test_o2_a_right_guess_among_200_parallel_ones_opens_only_as_one_of_the_first_five(shared: Database) -> None:
    with shared.write() as connection:
        chat, _ = new_chat(connection)
        challenge_id = open_code(connection, chat, "УБ90010130", code="000042")

    def guess(number: int) -> tuple[bool, bool]:
        with shared.write() as connection:
            if not take_try(connection, challenge_id, chat, "mydata", NOW):
                return False, False
        with shared.write() as connection:
            code = f"{number:06}"
            return True, challenge_rows.check_code(connection, VAULT, challenge_id, chat, code, NOW)

    order = Random(7).sample(range(200), 200)
    with ThreadPoolExecutor(16) as pool:
        tried = dict(zip(order, pool.map(guess, order), strict=True))
    compared = [number for number, (was_tried, _) in tried.items() if was_tried]
    assert len(compared) <= 5
    assert [number for number, (_, right) in tried.items() if right] == [42] * (42 in compared)


def test_o3_a_sprayer_trips_the_breaker_within_a_minute_and_gains_under_one_in_a_hundred_a_day(
    shared: Database,
) -> None:
    """Ten guesses a second, each at another person, for three hours of it: 200 an hour are compared, so 4,800 a day
    at one in a million each. The row's 100,000 persons x 5 would take him 104 days."""
    compared: list[datetime] = []
    with shared.write() as connection:
        chat, _ = new_chat(connection)
        now, place = after(days=30), 0
        challenge_ids = [open_code(connection, chat, f"ВГ{n:08}", now) for n in range(2)]
        challenge = challenge_rows.find(connection, challenge_ids[-1], chat)
        assert challenge is not None
        while now < after(days=30, hours=3):
            until = identity_rows.breaker_until(connection, MOST_WRONG, now)
            if until is not None:
                now = until
                continue
            place += 1
            challenge_rows.take_try(connection, challenge, None, now)
            compared.append(now)
            now += timedelta(seconds=0.1)
    first_trip = compared[MOST_WRONG - 1] - compared[0]
    assert first_trip < timedelta(seconds=60)
    assert len(compared) * 8 * 1e-6 < 0.01


def test_o3_many_people_with_right_codes_do_not_trip_the_breaker(shared: Database) -> None:
    now = after(days=60)
    with shared.write() as connection:
        chat, _ = new_chat(connection)
        for number in range(12):
            code = open_code(connection, chat, f"ДЕ{number:08}", now)
            assert take_try(connection, code, chat, "mydata", now)
            if number % 3:
                assert challenge_rows.check_code(connection, VAULT, code, chat, "654321", now)
        assert identity_rows.everybodys_tries(connection, now - timedelta(minutes=10)) == (4, 8)
        assert identity_rows.breaker_until(connection, 4, now) is None


def test_o7_of_50_parallel_right_codes_one_is_taken(shared: Database) -> None:
    with shared.write() as connection:
        chat, _ = new_chat(connection)
        challenge_id = open_code(connection, chat, "УБ90010131")

    def check(_: int) -> bool:
        with shared.write() as connection:
            return challenge_rows.check_code(connection, VAULT, challenge_id, chat, "654321", NOW)

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(check, range(50))) == 1


@pytest.mark.parametrize(("other_chat", "other_purpose"), [*product((False, True), repeat=2)])
def test_o8_a_code_counts_only_in_its_chat_and_for_its_purpose(
    shared: Database, other_chat: bool, other_purpose: bool
) -> None:
    """The four combinations; a code that was sent for something else costs a try of what it is typed for."""
    number = f"ЖЗ9001013{other_chat:d}{other_purpose:d}"
    with shared.write() as connection:
        (mine, _), (theirs, _) = new_chat(connection), new_chat(connection)
        first = open_code(connection, mine, number, purpose="id-card", code="111111")
        second = open_code(connection, theirs, f"{number}9", purpose="mydata", code="222222")
        chat, purpose = (theirs if other_chat else mine), ("mydata" if other_purpose else "id-card")
        typed_for = second if other_chat else first
        tried = take_try(connection, typed_for, chat, purpose, NOW)
        right = tried and challenge_rows.check_code(connection, VAULT, typed_for, chat, "111111", NOW)
        assert right is (not other_chat and not other_purpose)
        history = challenge_rows.history(connection, VAULT.identity(f"{number}9"), theirs, NOW)
        assert len(history.tried) == int(other_chat and other_purpose)


def test_o8_the_digest_of_a_code_moved_to_another_challenge_fits_nothing(shared: Database) -> None:
    with shared.write() as connection:
        chat, _ = new_chat(connection)
        first = open_code(connection, chat, "ИЙ90010112", code="111111")
        second = open_code(connection, chat, "ИЙ90010113", code="222222")
        assert not challenge_rows.check_code(connection, VAULT, second, chat, "111111", NOW)
        assert not challenge_rows.check_code(connection, VAULT, first, chat, "111111", NOW)


def test_a_second_code_cannot_be_put_in_the_place_of_the_first(shared: Database) -> None:
    with shared.write() as connection:
        chat, _ = new_chat(connection)
        challenge_id = open_code(connection, chat, "КЛ90010112")
        assert not challenge_rows.keep_code(connection, VAULT, challenge_id, "999999")
