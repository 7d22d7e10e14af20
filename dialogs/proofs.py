"""How well a person is proven, in which way, and how long that counts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from dialogs.services import Level


class Way(StrEnum):
    """How a proof is given. The first four are one-time codes, the last two are pages opened from the chat."""

    SMS = "sms"  # ХУР sends a code to the registered phone
    APP = "app"  # ХУР shows a code in the E-Mongolia app
    EMAIL = "email"  # ХУР sends a code to the registered e-mail
    OWN_SMS = "own-sms"  # our own code by SMS to the number in the registry; opens nothing at ХУР
    BANK = "bank"  # ДАН, usually by internet bank
    SIGNATURE = "signature"  # a digital signature under a text that names this chat


CODE_WAYS = frozenset({Way.SMS, Way.APP, Way.EMAIL, Way.OWN_SMS})
LINK_WAYS = frozenset({Way.BANK, Way.SIGNATURE})
_ORDER = (Level.NONE, Level.PHONE, Level.BANK, Level.SIGNATURE)
GIVES = {
    Way.SMS: Level.PHONE, Way.APP: Level.PHONE, Way.EMAIL: Level.PHONE, Way.OWN_SMS: Level.PHONE,
    Way.BANK: Level.BANK, Way.SIGNATURE: Level.SIGNATURE,
}  # fmt: skip
"""The level a way can give; what it gave is told by who checked it (ДАН may report a weaker login)."""


@dataclass(frozen=True)
class Proof:
    """Who this chat was proven to be. `id` names it in the record of proofs; `name` is masked.

    `register_number` is held (sealed with the state) so that a second question does not ask for it again; it goes with
    the proof.
    """

    level: Level
    proven_at: datetime
    used_at: datetime | None = None  # when the citizen last did something; None: then `proven_at`
    way: Way = Way.SMS
    id: str = ""
    name: str = ""
    register_number: str = ""


@dataclass(frozen=True)
class ProofRules:
    """`idle` and `longest`: login.gov and NIST SP 800-63B-4 AAL2 (30 min idle, 12 h). `ways`: what is wired here."""

    idle: timedelta = timedelta(minutes=30)
    longest: timedelta = timedelta(hours=12)
    number_lives: timedelta = timedelta(minutes=2)
    number_tries: int = 3
    link_lives: timedelta = timedelta(minutes=5)
    ways: frozenset[Way] = frozenset({Way.SMS})


def rank(level: Level) -> int:
    """Unknown counts as the lowest."""
    return _ORDER.index(level) if level in _ORDER else 0


def reaches(level: Level, needed: Level) -> bool:
    return rank(level) >= rank(needed)


def lowest(levels: Collection[Level]) -> Level:
    return min(levels, key=rank, default=Level.NONE)


def ends_at(proof: Proof, rules: ProofRules) -> datetime:
    """The first moment at which it does not count any more."""
    return min((proof.used_at or proof.proven_at) + rules.idle, proof.proven_at + rules.longest)


def is_live(proof: Proof, rules: ProofRules, now: datetime) -> bool:
    """A clock that stands before the proof is wrong, and then it does not count."""
    return proof.proven_at <= now < ends_at(proof, rules)


def used(proof: Proof, now: datetime) -> Proof:
    return replace(proof, used_at=max(now, proof.used_at or proof.proven_at))
