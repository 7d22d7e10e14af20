"""What stands around the services and is passed in beside the catalogue: missions and elections."""

from __future__ import annotations

from dataclasses import dataclass

from dialogs.elections import Election
from dialogs.missions import Missions


@dataclass(frozen=True)
class Around:
    missions: Missions
    elections: tuple[Election, ...] = ()


NOTHING = Around(Missions((), ()))
"""Nothing is known: nothing is added to an answer."""
