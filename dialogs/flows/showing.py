"""The protected thing: a person's own identity-card data, masked by default, in full for a short while where safe."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from dialogs.conversation import Conversation, ReadingCard, ShownData, Turn
from dialogs.flows import proving_code
from dialogs.flows.speaking import PERSON, line, reply
from dialogs.masking import STARS, mask_digits, mask_name, mask_register_number
from dialogs.messages import Amend, RecordRead, RegistryResult
from dialogs.outcomes import Outcome
from dialogs.proofs import Proof
from dialogs.sayings import Choice, Command, Facts, Message, Verb
from dialogs.services import Level

REVEAL_FOR = timedelta(minutes=5)  # how long the data can be shown in full; then it is dropped
# Where full data may be shown: our own page. Telegram and Messenger would carry it abroad (Personal Data Law, art. 14).
OWN_CHANNELS = frozenset({"web", "terminal"})
_NAMES = frozenset({"field.family-name", "field.patronymic", "field.given-name"})
_NUMBERS = frozenset({"field.civil-id"})
_PLAIN = frozenset({"field.issued", "field.valid-until", "field.sex"})
_REVEAL = Choice(Command(Verb.REVEAL), "button.reveal")


def dropped_in_time(conversation: Conversation, now: datetime) -> Conversation:
    """Without the data whose time is over."""
    over = conversation.shown is not None and now >= conversation.shown.until
    return replace(conversation, shown=None) if over else conversation


def record_read(conversation: Conversation, now: datetime, event: RecordRead) -> Turn:
    task = conversation.task
    if not isinstance(task, ReadingCard) or task.asking.challenge_id != event.challenge_id:
        return Turn(conversation, (), Outcome.IGNORED)
    match event.result:
        case RegistryResult.DONE:
            return _show(conversation, now, event.rows)
        case RegistryResult.WRONG_CODE | RegistryResult.NOT_FOUND:
            return proving_code.wrong(conversation, now, task.asking)
        case RegistryResult.UNAVAILABLE | RegistryResult.UNKNOWN | RegistryResult.USED_ALREADY:
            return proving_code.failed(conversation, now, task.asking, event.result)


def reveal(conversation: Conversation, now: datetime) -> Turn:
    """In full, once more, while the data is still held."""
    shown = conversation.shown
    if shown is None or now >= shown.until or conversation.channel not in OWN_CHANNELS:
        conversation = replace(conversation, shown=None)
        return reply(conversation, now, Outcome.STALE_BUTTON, line("showing.gone"))
    conversation = replace(conversation, shown=None)
    return reply(conversation, now, Outcome.REVEALED, Facts(shown.rows), line("showing.dropped"), private=True)


def mask_row(key: str, value: str) -> str:
    """What of one field is shown by default."""
    if key == "field.register-number":
        return mask_register_number(value)
    if key in _NAMES:
        return mask_name(value)
    if key in _NUMBERS:
        return mask_digits(value)
    if key == "field.birth-date":
        return f"{value[:4]}-**-**" if value[:4].isdigit() else STARS
    return value if key in _PLAIN else STARS


def _show(conversation: Conversation, now: datetime, rows: tuple[tuple[str, str], ...]) -> Turn:
    own = conversation.channel in OWN_CHANNELS
    conversation = replace(
        conversation,
        task=None,
        proof=Proof(Level.PHONE, now),
        shown=ShownData(rows, now + REVEAL_FOR) if own else None,
    )
    masked = tuple((key, mask_row(key, value)) for key, value in rows)
    kept = "showing.masked" if own else "showing.masked-elsewhere"
    parts = (line("showing.proven"), Facts(masked), line(kept))
    turn = reply(conversation, now, Outcome.PROVEN, *parts, choices=(_REVEAL, PERSON) if own else (PERSON,))
    accepted = Amend(proving_code.CODE_SLOT, Message((line("proving.code-accepted"),)))
    return replace(turn, decisions=(accepted, *turn.decisions))
