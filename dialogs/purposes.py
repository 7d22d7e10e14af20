"""What a proof is for: a service by its id, or one of two words; and what of it is still to be done."""

from __future__ import annotations

from dataclasses import dataclass

from dialogs.proofs import Way
from dialogs.records import ID_CARD
from dialogs.services import Level

MY_DATA = "mydata"  # the citizen wants what is held about the chat
AGENT = "agent"  # the agent who has the conversation asked who this is
WORDS = frozenset({MY_DATA, AGENT})


@dataclass(frozen=True)
class Aim:
    """`level` is what is needed, `operation` what ХУР is read for it (empty: nothing), `way` the one being gone.

    `ways`: all that can be gone from here, best first; what states of older versions hold has none but SMS.
    """

    level: Level = Level.PHONE
    operation: str = ID_CARD
    way: Way = Way.SMS
    ways: tuple[Way, ...] = ()
