"""What of the registry can be shown in a chat: which operation, which level it asks for, which fields leave it."""

from __future__ import annotations

from dataclasses import dataclass

from dialogs.services import Level

ID_CARD = "WS100101_getCitizenIDCardInfo"
PROPERTY_LIST = "WS100202_getPropertyList"


@dataclass(frozen=True)
class Record:
    """`fields`: the text keys of what is kept of the answer, in the order they are shown; everything else is dropped.

    `what`: the text key of a sentence that tells what will be read.
    """

    operation: str
    level: Level
    what: str
    fields: tuple[str, ...]


RECORDS = {
    record.operation: record
    for record in (
        Record(
            ID_CARD, Level.PHONE, "record.id-card",
            (
                "field.family-name", "field.patronymic", "field.given-name", "field.register-number", "field.civil-id",
                "field.sex", "field.birth-date", "field.birth-place", "field.address", "field.issued",
                "field.valid-until",
            ),
        ),
        # What somebody owns is worth more to a thief than a card: the house asks for a login that a code is not.
        Record(
            PROPERTY_LIST, Level.BANK, "record.property",
            ("field.property-number", "field.property-kind", "field.property-size", "field.address"),
        ),
    )
}  # fmt: skip
