"""An example is masked, then kept: names, numbers and what else tells who somebody is never reach the table."""

from __future__ import annotations

import re
from datetime import datetime

from bots.web.pages import visible
from dialogs.learning import worth_keeping
from dialogs.masking import mask_text
from dialogs.messages import KeepExample
from knowledge import example_rows
from knowledge.database import Connection
from knowledge.vault import Vault
from nlu.entities import entities, masked

_MARK = re.compile(r"\[[^\]]*\]")  # what stands in place of a name or number says no need


def keep_example(connection: Connection, vault: Vault, example: KeepExample, now: datetime) -> None:
    """Only the day stays of when it was said. Nothing is kept when masking leaves nothing that says a need."""
    text = masked_example(example.text)
    if text is not None:
        example_rows.keep(connection, vault, text, example.service_id, example.how, example.shown, now.date())


def masked_example(text: str) -> str | None:
    """One line with marks in place of what is a person's; None when it is not worth keeping then."""
    line = " ".join(visible(text).split())
    line = masked(line, entities(line))
    said = _MARK.sub("", line)
    return line if line == mask_text(line) and worth_keeping(line) and worth_keeping(said) else None
