"""The record of codes in memory: what the assistant keeps in the database, with the same rules."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from dialogs.messages import ChallengeOpened, ChallengeRefused, TryRefused, TryTaken
from dialogs.verification.codes import (
    CodeHistory,
    CodeRules,
    Refusal,
    check_send,
    check_try,
    lock_after_try,
    tries_left,
)


@dataclass
class Challenge:
    identity: str
    sent_at: datetime
    over: bool = False  # used, or replaced by a newer one


@dataclass
class Referee:
    """One chat; counts belong to the identity."""

    rules: CodeRules = field(default_factory=CodeRules)
    histories: dict[str, CodeHistory] = field(default_factory=dict)
    challenges: dict[str, Challenge] = field(default_factory=dict)

    def open_challenge(self, identity: str, now: datetime) -> ChallengeOpened | ChallengeRefused:
        history = replace(self._history(identity), others_in_chat=self._others(identity, now))
        refused = check_send(self.rules, history, now)
        if refused is not None:
            return ChallengeRefused(refused.reason, refused.until)
        for challenge in self.challenges.values():
            challenge.over = True
        name = f"c{len(self.challenges) + 1}"
        self.challenges[name] = Challenge(identity, now)
        self.histories[identity] = replace(history, sent=(*history.sent, now))
        return ChallengeOpened(name)

    def take_try(self, name: str, now: datetime) -> TryTaken | TryRefused:
        """The try counts as failed until the registry says that it was right."""
        challenge = self.challenges[name]
        history = self._history(challenge.identity)
        refused = check_try(self.rules, history, challenge.sent_at, now)
        if refused is not None:
            return TryRefused(refused.reason, refused.until)
        if challenge.over:
            return TryRefused(Refusal.EXPIRED)
        failures = history.failures + 1
        locked_until = lock_after_try(self.rules, failures, now)
        self.histories[challenge.identity] = replace(
            history, tried=(*history.tried, now), failures=failures, locked_until=locked_until or history.locked_until
        )
        return TryTaken(tries_left(self.rules, failures), locked_until)

    def succeeded(self, name: str) -> None:
        challenge = self.challenges[name]
        challenge.over = True
        cleared = replace(self._history(challenge.identity), failures=0, locked_until=None)
        self.histories[challenge.identity] = cleared

    def _history(self, identity: str) -> CodeHistory:
        return self.histories.get(identity, CodeHistory())

    def _others(self, identity: str, now: datetime) -> int:
        recent = {c.identity for c in self.challenges.values() if c.sent_at > now - timedelta(days=1)}
        return len(recent - {identity})
