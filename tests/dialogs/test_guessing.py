"""A model of a guesser (O1): whatever is sent, tried, waited for and restarted, the accepted tries are bounded."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from copy import deepcopy
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogs.messages import ChallengeOpened, TryTaken
from dialogs.verification.codes import CodeRules
from tests.dialogs.referee import Referee

START = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
WAITS = (0, 1, 30, 60, 120, 300, 599, 600, 7_199, 7_200, 30_000, 86_399, 86_400)
# One move of the guesser: send a code for one of two people, guess the newest code (seldom right), guess an older
# code, wait some seconds, or have the process restarted.
MOVES = st.one_of(
    st.tuples(st.just("send"), st.sampled_from(("a", "b"))),
    st.tuples(st.just("guess"), st.integers(1, 6)),
    st.tuples(st.just("guess right"), st.just(1)),
    st.tuples(st.just("guess an older code"), st.integers(1, 3)),
    st.tuples(st.just("wait"), st.sampled_from(WAITS)),
    st.tuples(st.just("restart"), st.just(0)),
)
Move = tuple[str, str | int]
OFTEN: tuple[Move, ...] = (
    *(("send", who) for who in ("a", "a", "b")),
    *(("guess", times) for times in (1, 1, 3, 6)),
    *(("wait", seconds) for seconds in (30, 60, 300, 600, 7_200, 7_200)),
    ("guess right", 1),
    ("guess an older code", 2),
    ("restart", 0),
)
HISTORIES = 2_000
A_LONG_SIEGE: tuple[Move, ...] = (("send", "a"), ("guess", 6), ("wait", 7_200)) * 12


def siege(moves: Sequence[Move], rules: CodeRules) -> list[tuple[str, str, datetime]]:
    """Every accepted try as (challenge, identity, time)."""
    referee, now, names, accepted = Referee(rules), START, list[str](), list[tuple[str, str, datetime]]()
    for move, much in moves:
        if move == "wait":
            now += timedelta(seconds=int(much))
        elif move == "restart":
            referee = deepcopy(referee)
        elif move == "send":
            opened = referee.open_challenge(str(much), now)
            names += [opened.challenge_id] if isinstance(opened, ChallengeOpened) else []
        elif names:
            name = names[0] if move == "guess an older code" else names[-1]
            for _ in range(int(much)):
                if isinstance(referee.take_try(name, now), TryTaken):
                    accepted.append((name, referee.challenges[name].identity, now))
                    if move == "guess right":
                        referee.succeeded(name)
    return accepted


def most_per_code(accepted: list[tuple[str, str, datetime]]) -> int:
    return max(Counter(name for name, _, _ in accepted).values(), default=0)


def most_per_day(accepted: list[tuple[str, str, datetime]]) -> int:
    """The most tries of one identity in any 24 hours."""
    return max(
        (
            sum(1 for _, other, at in accepted if other == who and start <= at < start + DAY)
            for _, who, start in accepted
        ),
        default=0,
    )


@settings(max_examples=200, deadline=None)
@given(st.lists(MOVES, max_size=60))
def test_a_code_is_never_tried_more_than_five_times(moves: list[Move]) -> None:
    assert most_per_code(siege(moves, CodeRules())) <= 5


@settings(max_examples=100, deadline=None)
@given(st.lists(MOVES, max_size=30), st.integers(1, 4))
def test_an_identity_is_never_tried_more_than_twenty_times_a_day(moves: list[Move], repeats: int) -> None:
    assert most_per_day(siege(moves * repeats, CodeRules())) <= 20


def test_thousands_of_random_sieges_stay_within_both_bounds() -> None:
    draw = random.Random(HISTORIES)
    sieges = [siege([draw.choice(OFTEN) for _ in range(60)], CodeRules()) for _ in range(HISTORIES)]
    assert (max(map(most_per_code, sieges)), max(map(most_per_day, sieges))) == (5, 20)


def test_a_long_siege_gets_exactly_what_the_rules_allow() -> None:
    accepted = siege(A_LONG_SIEGE, CodeRules())
    assert (most_per_code(accepted), most_per_day(accepted)) == (5, 20)


@pytest.mark.parametrize(
    ("rules", "per_code", "per_day"),
    [(CodeRules(tries_before_lock=6), 6, 20), (CodeRules(tries_a_day=21, codes_a_day=9), 5, 21)],
    ids=["a sixth try", "a longer day"],
)
def test_looser_rules_are_noticed(rules: CodeRules, per_code: int, per_day: int) -> None:
    accepted = siege(A_LONG_SIEGE, rules)
    assert (most_per_code(accepted), most_per_day(accepted)) == (per_code, per_day)
