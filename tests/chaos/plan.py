"""What is wanted of a storm, and the account of it."""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.chaos.ledger import Faults
from tests.chaos.traffic import Mix
from tests.chaos.verdict import Verdict


@dataclass(frozen=True)
class Plan:
    events: int
    kills: int
    seed: int
    mix: Mix = field(default_factory=Mix)
    faults: Faults = field(default_factory=Faults)
    repeats: float = 0.2  # of what was delivered, comes again
    replays: float = 0.05  # comes once more at the very end
    poisoned_chats: int = 0  # each says one thing that makes the turn crash
    kill_with: signal.Signals = signal.SIGKILL
    tell: Callable[[str], object] = lambda _row: None  # progress


@dataclass(frozen=True)
class Outcome:
    verdict: Verdict
    kills: int
    seconds: float
    repeated: int
    expired: int
    answers: Counter[int]
    faults_met: Counter[str]

    def rows(self, plan: Plan) -> list[str]:
        """The account, for people."""
        verdict, states = self.verdict, self.verdict.states
        ambiguous = ", ".join(f"{number} {cause}" for cause, number in sorted(verdict.explained.items())) or "none"
        faults = ", ".join(f"{number} {kind}" for kind, number in sorted(self.faults_met.items())) or "none"
        return [
            f"seed {plan.seed}: {plan.events} events, {self.kills} kills, {self.seconds:.0f} s, "
            f"{self.repeated} brought again, injected faults: {faults}",
            f"received {verdict.received} = done {states['done']} + set aside {states['aside']} + in flight "
            f"{verdict.in_flight} + expired {states['expired']} + dropped {states['dropped']}"
            f" (expired at the platform: {self.expired})",
            f"lost {verdict.lost}, doubled effects {verdict.doubled_effects}, inversions {verdict.inversions}",
            f"doubled sends {verdict.doubled_sends}, each after an ambiguous end: {ambiguous}; "
            f"given up as unknown {verdict.unknown_sends}",
            *(f"  VIOLATION {problem}" for problem in verdict.problems[:20]),
        ]
