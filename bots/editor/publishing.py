"""What follows a new release before its editor is told of it."""

from __future__ import annotations

from bots.parts import Parts
from bots.signals import CATALOGUE


def put_in_force(parts: Parts) -> None:
    """Its index is built in this process, and the others are told to build theirs."""
    parts.signals.send(CATALOGUE)
    parts.catalogue.refresh(parts.database)
