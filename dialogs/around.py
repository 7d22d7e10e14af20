"""What stands around the services and is passed in beside the catalogue: missions, elections, rules of proofs."""

from __future__ import annotations

from dataclasses import dataclass

from dialogs.elections import Election
from dialogs.missions import Missions
from dialogs.proofs import ProofRules


@dataclass(frozen=True)
class Around:
    missions: Missions
    elections: tuple[Election, ...] = ()
    proofs: ProofRules = ProofRules()  # noqa: RUF009 - frozen


NOTHING = Around(Missions((), ()))
"""Nothing is known: nothing is added to an answer."""
