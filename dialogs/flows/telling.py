"""A service told from its catalogue fields, and follow-ups about the one on the table."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from dialogs.conversation import Conversation, Place, Turn
from dialogs.flows.proving import PROTECTED
from dialogs.flows.speaking import PERSON, line, person, reply
from dialogs.messages import Reason
from dialogs.outcomes import Outcome
from dialogs.sayings import Card, Choice, Command, Part, Verb
from dialogs.services import Catalogue, Service
from dialogs.understanding import Aspect


def tell(
    conversation: Conversation,
    now: datetime,
    catalogue: Catalogue,
    service_id: str,
    aspect: Aspect | None = None,
    *,
    opening: tuple[Part, ...] = (),
    named: bool = False,
) -> Turn:
    """The card; with an aspect that side, the whole card one tap away. "How" about a new service is all of it.

    `opening` is said before it; `named`: its buttons say which service they belong to.
    """
    service = catalogue.services.get(service_id)
    if service is None:
        return withdrawn(conversation, now)
    if aspect is Aspect.HOW and conversation.topic != service_id:
        aspect = None
    conversation = replace(conversation.at(Place((service_id,), told=True)), topic=service_id, misses=0)
    choices = tuple(replace(choice, label_service=service_id if named else "") for choice in _choices(service, aspect))
    return reply(conversation, now, Outcome.TOLD, *opening, Card(service_id, aspect), choices=(*choices, PERSON))


def follow_up(conversation: Conversation, now: datetime, catalogue: Catalogue, aspect: Aspect | None) -> Turn:
    """ "хэд вэ" without a name: the service on the table, or a question which one."""
    if conversation.topic is None:
        return reply(conversation, now, Outcome.ASKED_WHICH, line("finding.which"))
    return tell(conversation, now, catalogue, conversation.topic, aspect)


def withdrawn(conversation: Conversation, now: datetime) -> Turn:
    conversation = replace(conversation, topic=None)
    return reply(conversation, now, Outcome.NOT_FOUND, line("finding.withdrawn"), choices=(person(Reason.NOT_FOUND),))


def ask(aspect: Aspect, service_id: str) -> Command:
    """That side of that service, whatever is on the table by then."""
    return Command(Verb.ASK_ASPECT, f"{aspect} {service_id}")


def _choices(service: Service, aspect: Aspect | None) -> tuple[Choice, ...]:
    choices: list[Choice] = []
    if service.operation in PROTECTED:
        choices.append(Choice(Command(Verb.PROVE, service.id), "button.prove"))
    if aspect is not None:
        choices.append(Choice(Command(Verb.SHOW_SERVICE, service.id), "button.whole-card"))
    elif service.documents:
        choices.append(Choice(ask(Aspect.DOCUMENTS, service.id), "button.aspect-documents"))
    return tuple(choices)
