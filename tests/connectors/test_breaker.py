"""Row R11: a server that fails is left alone for a while and found again by one call."""

from dataclasses import dataclass

import pytest

from connectors.breaker import OPEN_SECONDS, Breaker


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


def opened(clock: Clock) -> Breaker:
    breaker = Breaker("a server", failures=3, clock=clock)
    for _ in range(3):
        assert breaker.may_call()
        breaker.failed()
    return breaker


def test_calls_go_out_until_enough_failed_in_a_row() -> None:
    breaker = Breaker("a server", failures=3, clock=Clock())
    for _ in range(2):
        breaker.failed()
    breaker.succeeded()
    for _ in range(2):
        breaker.failed()
    assert breaker.may_call()


def test_it_is_left_alone_for_thirty_seconds() -> None:
    clock = Clock()
    breaker = opened(clock)
    assert not breaker.may_call()
    clock.now += OPEN_SECONDS - 0.001
    assert (breaker.may_call(), OPEN_SECONDS) == (False, 30.0)


def test_then_one_call_goes_out_and_no_second_beside_it() -> None:
    clock = Clock()
    breaker = opened(clock)
    clock.now += OPEN_SECONDS
    assert [breaker.may_call() for _ in range(3)] == [True, False, False]


def test_a_probe_that_succeeds_lets_all_through() -> None:
    clock = Clock()
    breaker = opened(clock)
    clock.now += OPEN_SECONDS
    breaker.may_call()
    breaker.succeeded()
    assert all(breaker.may_call() for _ in range(5))
    assert not breaker.is_open


def test_a_probe_that_fails_leaves_it_alone_again() -> None:
    clock = Clock()
    breaker = opened(clock)
    clock.now += OPEN_SECONDS
    breaker.may_call()
    breaker.failed()
    assert not breaker.may_call()
    clock.now += OPEN_SECONDS
    assert breaker.may_call()


def test_a_probe_that_was_given_up_makes_room_for_another() -> None:
    clock = Clock()
    breaker = opened(clock)
    clock.now += OPEN_SECONDS
    breaker.may_call()
    breaker.left()
    assert breaker.may_call()


def test_failures_that_come_in_late_do_not_prolong_the_pause() -> None:
    clock = Clock()
    breaker = opened(clock)
    clock.now += OPEN_SECONDS / 2
    breaker.failed()
    clock.now += OPEN_SECONDS / 2
    assert breaker.may_call()


@pytest.mark.parametrize(("failures", "seconds"), [(0, 30.0), (5, 0.0)])
def test_one_that_would_always_or_never_be_open_is_refused(failures: int, seconds: float) -> None:
    with pytest.raises(ValueError, match="breaker"):
        Breaker("a server", failures=failures, open_seconds=seconds)
