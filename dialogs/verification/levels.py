"""What level the assistant asks for a service.

The portal's own demand is mostly unknown and stays told as unknown; this is the house's rule, made so that a proof is
never weaker than what a stranger could do with its result: looking at money, land or a judgement asks for a bank
login, what changes somebody's standing by itself for a signature.
"""

from __future__ import annotations

from dialogs.proofs import rank
from dialogs.records import RECORDS
from dialogs.services import Audience, Category, Delivery, Level, Service

BY_CATEGORY = {
    Category.PROPERTY: Level.BANK,
    Category.LAND: Level.BANK,
    Category.FINANCE: Level.BANK,
    Category.TAX: Level.BANK,
    Category.PENSION: Level.BANK,
    Category.JUSTICE: Level.BANK,
    Category.NOTARY: Level.BANK,
}
"""What can be read of these is worth money; everything else asks for a phone."""
BINDING = frozenset({Category.CITIZENSHIP, Category.NOTARY, Category.BUSINESS})
"""An act here has its effect by itself. Reading (`INSTANT`) in the same category is no act."""
_ACTS = frozenset({Delivery.OFFICER, Delivery.UNKNOWN})


def level_asked(service: Service) -> Level:
    """The catalogue's level, and never less than what its operation asks for; else the house's rule."""
    record = RECORDS.get(service.operation or "")
    if record is not None:
        return max(record.level, service.proof, key=rank)
    if service.proof is not Level.UNKNOWN:
        return service.proof
    if service.delivery is Delivery.IN_PERSON or service.audience == (Audience.ORGANISATION,):
        return Level.NONE  # shown to an officer, or proven by an organisation: nothing a chat could ask for
    if service.category in BINDING and service.delivery in _ACTS and service.operation is None:
        return Level.SIGNATURE
    return BY_CATEGORY.get(service.category, Level.PHONE)
