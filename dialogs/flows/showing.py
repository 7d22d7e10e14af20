"""The protected thing: a person's own data, masked by default, in full for a short while where that is safe."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from dialogs.conversation import Conversation, ShownData, Turn
from dialogs.flows import proving, proving_code, ways
from dialogs.flows.speaking import PERSON, line, reply, told
from dialogs.linking import CodeChecked, KeepProof, Rows, TellHeldData
from dialogs.masking import STARS, mask_digits, mask_name, mask_register_number
from dialogs.messages import Amend, RecordRead, RegistryResult
from dialogs.outcomes import Outcome
from dialogs.proofs import GIVES, LINK_WAYS, Proof, Way, reaches
from dialogs.purposes import AGENT, MY_DATA, WORDS, Aim
from dialogs.sayings import Choice, Command, Facts, Message, Verb
from dialogs.services import Level
from dialogs.tasks import AskingCode, ReadingCard

REVEAL_FOR = timedelta(minutes=5)  # how long the data can be shown in full; then it is dropped
# Where full data may be shown: our own page. Telegram and Messenger would carry it abroad (Personal Data Law, art. 14).
OWN_CHANNELS = frozenset({"web", "terminal"})
_NAMES = frozenset({"field.family-name", "field.patronymic", "field.given-name"})
_NUMBERS = frozenset({"field.civil-id", "field.property-number"})
_PLAIN = frozenset({
    "field.issued", "field.valid-until", "field.sex", "field.property-kind", "field.property-size",
})  # fmt: skip
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
        case RegistryResult.DONE if task.asking.aim.way is not Way.OWN_SMS:
            return _proven_by_code(conversation, now, task.asking, _given_name(event.rows), event.rows)
        case RegistryResult.WRONG_CODE | RegistryResult.NOT_FOUND | RegistryResult.DONE:
            return proving_code.wrong(conversation, now, task.asking)
        case RegistryResult.UNAVAILABLE | RegistryResult.UNKNOWN | RegistryResult.USED_ALREADY:
            return proving_code.failed(conversation, now, task.asking, event.result)


def code_checked(conversation: Conversation, now: datetime, event: CodeChecked) -> Turn:
    """An own code: it proves the phone and reads nothing."""
    task = conversation.task
    if not isinstance(task, ReadingCard) or task.asking.challenge_id != event.challenge_id:
        return Turn(conversation, (), Outcome.IGNORED)
    if not event.right or task.asking.aim.way is not Way.OWN_SMS:
        return proving_code.wrong(conversation, now, task.asking)
    return _proven_by_code(conversation, now, task.asking, event.name, ())


def reached(conversation: Conversation, now: datetime, purpose: str, aim: Aim, rows: Rows) -> Turn:
    """What a proof that was just given opens: only what its level opens. An agent sees nothing of it."""
    proof = conversation.proof
    if proof is None or not reaches(proof.level, aim.level):
        left = tuple(way for way in aim.ways if reaches(GIVES[way], aim.level) and way is not aim.way)
        parts = (line("proving.too-low"), line("proving.ways-left" if left else "refused.other-ways"))
        choices = (*ways.choices(purpose, aim, left), PERSON)
        return reply(conversation, now, Outcome.PROVEN, *parts, choices=choices)
    if purpose == AGENT:
        return reply(conversation, now, Outcome.PROVEN, line("showing.proven-to-agent"))
    if purpose == MY_DATA:
        return reply(conversation, now, Outcome.PROVEN, line("showing.proven-only")).then(TellHeldData(export=True))
    if rows or aim.way not in LINK_WAYS:
        return _show(conversation, now, aim.operation, rows)
    asked = proving.consent_by_code(conversation, now, purpose, aim, proof.register_number, line("showing.proven-only"))
    if asked is not None:
        return replace(asked, outcome=Outcome.PROVEN)
    parts = (line("showing.proven-only"), line("showing.not-readable"))
    return reply(conversation, now, Outcome.PROVEN, *parts, choices=(PERSON,))


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


def _proven_by_code(conversation: Conversation, now: datetime, asking: AskingCode, name: str, rows: Rows) -> Turn:
    """A proof of the same person stays as it is: the code was ХУР's consent. What needs a fresh one gets it."""
    number, held = asking.register_number, conversation.proof
    kept: tuple[KeepProof, ...] = ()
    same = held is not None and held.register_number == number and reaches(held.level, Level.PHONE)
    if not same or asking.service_id in WORDS:
        kept = (KeepProof(asking.challenge_id, Level.PHONE, asking.aim.way, number),)
        held = Proof(Level.PHONE, now, now, asking.aim.way, asking.challenge_id, name, number)
    conversation = replace(conversation, task=None, proof=held, proven_once=True)
    turn = reached(conversation, now, asking.service_id, asking.aim, rows)
    accepted = Amend(proving_code.CODE_SLOT, Message((line("proving.code-accepted"),)))
    return replace(turn, decisions=(*kept, accepted, *turn.decisions))


def _show(conversation: Conversation, now: datetime, operation: str, rows: Rows) -> Turn:
    own = conversation.channel in OWN_CHANNELS
    conversation = replace(conversation, shown=ShownData(rows, now + REVEAL_FOR) if own else None)
    masked = tuple((key, mask_row(key, value)) for key, value in rows)
    kept = "showing.masked" if own else "showing.masked-elsewhere"
    parts = (told("showing.proven", what=proving.what_is_read(operation)), Facts(masked), line(kept))
    return reply(conversation, now, Outcome.PROVEN, *parts, choices=(_REVEAL, PERSON) if own else (PERSON,))


def _given_name(rows: Rows) -> str:
    return mask_name(dict(rows).get("field.given-name", ""))
