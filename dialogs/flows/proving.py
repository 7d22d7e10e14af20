"""A proof begins: why, what will be read, for how long it counts; then a way, or straight the register number."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from dialogs.around import NOTHING, Around
from dialogs.conversation import Conversation, Turn
from dialogs.flows import ways
from dialogs.flows.speaking import CANCEL, PERSON, also, both, hiding, line, person, reply, told
from dialogs.linking import OpenLink
from dialogs.messages import OpenChallenge, Reason
from dialogs.outcomes import Outcome
from dialogs.proofs import ProofRules, Way
from dialogs.purposes import AGENT, MY_DATA, WORDS, Aim
from dialogs.records import RECORDS
from dialogs.sayings import Choice, Part
from dialogs.services import Catalogue, Level, Text
from dialogs.tasks import AskingCode, AskingNumber, ChoosingWay, OpeningChallenge, OpeningLink, aim_of, purpose_of
from dialogs.verification.levels import level_asked

PROTECTED = frozenset(RECORDS)  # what can be shown in the chat once a person is proven
_HOW = {
    Way.SMS: "proving.how",
    Way.OWN_SMS: "proving.how-own-sms",
    Way.APP: "proving.how-app",
    Way.EMAIL: "proving.how-email",
}


def begin(
    conversation: Conversation, now: datetime, catalogue: Catalogue, service_id: str, around: Around = NOTHING
) -> Turn:
    """For a service. Who is proven well enough is asked for ХУР's consent only: it wants one for each reading."""
    service = catalogue.services.get(service_id)
    if service is None or service.operation not in PROTECTED:
        choices = (person(Reason.NOT_FOUND),)
        return reply(conversation, now, Outcome.NOT_FOUND, line("finding.withdrawn"), choices=choices)
    level, operation = level_asked(service), service.operation or ""
    conversation = replace(conversation, task=None, topic=service_id, shown=None)
    if ways.is_proven(conversation, now, level, around):
        aim = _aim(conversation, now, level, operation, around)
        if ways.first_code(aim) is not None:
            return _consent(conversation, now, service_id, aim)
    return ask(conversation, now, service_id, level, operation, around)


def ask(conversation: Conversation, now: datetime, purpose: str, level: Level, operation: str, around: Around) -> Turn:
    """One message: why, what, how long, and the ways; with one code way straight to the number."""
    aim = _aim(conversation, now, level, operation, around)
    if not aim.ways:
        nothing = (line("proving.no-way"), line("refused.other-ways"))
        return reply(conversation, now, Outcome.NO_WAY, *nothing, choices=(person(Reason.PROOF_FAILED),))
    opening = _why(conversation, purpose, operation, around)
    if len(aim.ways) == 1 and not ways.is_link(aim.way):
        return _ask_number(conversation, now, purpose, aim, (*opening, line(_HOW[aim.way])))
    conversation = replace(conversation, task=ChoosingWay(purpose, aim))
    parts = (*opening, line("proving.ways"), *_about_sms(aim))
    return reply(conversation, now, Outcome.WAY_ASKED, *parts, choices=_offered(purpose, aim))


def other_way(conversation: Conversation, now: datetime) -> Turn | None:
    """The ways of the open step once more; a code that was sent still counts. None when there is no other way."""
    task = conversation.task
    if task is None or len(aim_of(task).ways) < 2:
        return None
    task = ChoosingWay(purpose_of(task), aim_of(task), _counting(conversation))
    return ways_again(replace(conversation, task=task), now)


def ways_again(conversation: Conversation, now: datetime) -> Turn:
    """The question that is open, once more."""
    task = conversation.task
    if not isinstance(task, ChoosingWay):
        return Turn(conversation, (), Outcome.IGNORED)
    counts = (line("proving.code-counts"),) if task.before else ()
    parts = (line("proving.ways"), *_about_sms(task.aim), *counts)
    return reply(conversation, now, Outcome.WAY_ASKED, *parts, choices=_offered(task.service_id, task.aim))


def choose_way(
    conversation: Conversation, now: datetime, catalogue: Catalogue, argument: str, around: Around
) -> Turn | None:
    """The way of the button, if it can be gone now; None when it cannot. What is asked for is looked up anew."""
    way, purpose, asked = [*argument.split(" "), "", ""][:3]
    service = catalogue.services.get(purpose)
    if purpose in WORDS and asked in set(Level):
        level, operation = Level(asked), ""
    elif service is not None and service.operation in PROTECTED:
        level, operation = level_asked(service), service.operation
    else:
        return None
    aim = _aim(conversation, now, level, operation, around)
    if way not in aim.ways:
        return None
    return go(conversation, now, purpose, replace(aim, way=Way(way)))


def go(conversation: Conversation, now: datetime, purpose: str, aim: Aim) -> Turn:
    """A page is opened, or a number is asked for; not when it is known."""
    if ways.is_link(aim.way):
        conversation = replace(conversation, task=OpeningLink(purpose, aim))
        return Turn(conversation, (OpenLink(aim.way, purpose, aim.level, aim.operation),), Outcome.LINK_SENT)
    before = _counting(conversation)
    if before is not None:
        return open_challenge(conversation, now, purpose, before.register_number, aim, before)
    if conversation.proof is not None and conversation.proof.register_number:
        return open_challenge(conversation, now, purpose, conversation.proof.register_number, aim)
    return _ask_number(conversation, now, purpose, aim, (line(_HOW[aim.way]),))


def open_challenge(
    conversation: Conversation, now: datetime, purpose: str, number: str, aim: Aim, before: AskingCode | None = None
) -> Turn:
    """Whether a code may be sent is asked of the record; `before` is the code that still counts if it may not."""
    conversation = replace(conversation, task=OpeningChallenge(purpose, number, before, aim))
    return Turn(conversation, (OpenChallenge(number, purpose, aim.way),), Outcome.WAITING_FOR_REGISTRY)


def consent_by_code(
    conversation: Conversation, now: datetime, purpose: str, aim: Aim, number: str, opening: Part
) -> Turn | None:
    """Who somebody is is known, what is to be read still needs ХУР's code; None where no such code is wired."""
    way = next((way for way in aim.ways if way in ways.KHUR_WAYS), None)
    if way is None:
        return None
    said = reply(conversation, now, Outcome.WAITING_FOR_REGISTRY, opening, line("proving.consent"))
    return also(said, open_challenge(said.conversation, now, purpose, number, replace(aim, way=way)))


def what_is_read(operation: str) -> Text:
    """By the name a citizen knows it by; states of older versions may hold an operation that is none any more."""
    return both(RECORDS[operation].what if operation in RECORDS else "record.id-card")


def _consent(conversation: Conversation, now: datetime, purpose: str, aim: Aim) -> Turn:
    number = conversation.proof.register_number if conversation.proof else ""
    asked = consent_by_code(conversation, now, purpose, aim, number, line("proving.known")) if number else None
    return asked or _ask_number(conversation, now, purpose, aim, (line(_HOW[aim.way]),))


def _aim(conversation: Conversation, now: datetime, level: Level, operation: str, around: Around) -> Aim:
    found = ways.possible(conversation, now, level, operation, around)
    return Aim(level, operation, found[0] if found else Way.SMS, found)


def _why(conversation: Conversation, purpose: str, operation: str, around: Around) -> tuple[Part, ...]:
    reads = (told("proving.reads", what=what_is_read(operation)),) if operation in RECORDS else ()
    why = {MY_DATA: "proving.why-mydata", AGENT: "proving.why-agent"}.get(purpose, "proving.why")
    weaker = (line("proving.step-up"),) if conversation.proof is not None and purpose not in WORDS else ()
    return (line(why), *weaker, *reads, _lasts(around.proofs))


def _lasts(rules: ProofRules) -> Part:
    minutes, hours = int(rules.idle.total_seconds()) // 60, int(rules.longest.total_seconds()) // 3600
    return line("proving.lasts", minutes=str(minutes), hours=str(hours))


def _ask_number(conversation: Conversation, now: datetime, purpose: str, aim: Aim, opening: tuple[Part, ...]) -> Turn:
    conversation = replace(conversation, task=AskingNumber(purpose, aim=aim))
    asked = hiding(conversation, "proving.ask-number", "proving.ask-number-yourself")
    return reply(conversation, now, Outcome.PROOF_ASKED, *opening, asked, choices=ways.usual(aim))


def _counting(conversation: Conversation) -> AskingCode | None:
    """A code that was sent in the open step, for whose number another way may be gone."""
    task = conversation.task
    before = task.before if isinstance(task, ChoosingWay | AskingNumber) else task
    return before if isinstance(before, AskingCode) else None


def _about_sms(aim: Aim) -> tuple[Part, ...]:
    """Said where it is offered as the last way, which is abroad."""
    last = len(aim.ways) > 1 and aim.ways[-1] in ways.SMS_WAYS
    return (line("proving.sms-abroad"),) if last else ()


def _offered(purpose: str, aim: Aim) -> tuple[Choice, ...]:
    return (*ways.choices(purpose, aim, aim.ways), CANCEL, PERSON)
