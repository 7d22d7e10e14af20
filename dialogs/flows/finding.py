"""From a need in somebody's own words to one service, up to three candidates, or an honest "I don't have this"."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from dialogs.conversation import Conversation, Place, Turn
from dialogs.flows import telling
from dialogs.flows.speaking import line, person, reply
from dialogs.messages import Reason
from dialogs.outcomes import Outcome
from dialogs.sayings import Choice, Command, Verb
from dialogs.services import Catalogue
from dialogs.understanding import Action, Understanding

MAX_CANDIDATES = 3
WORTH = 0.1  # a candidate less likely than this share of the first is not offered
LIKELY = 0.5  # a candidate that is this probable is meant rather than the service on the table
_NONE = Choice(Command(Verb.NONE_OF_THESE), "button.none-of-these")


def find(conversation: Conversation, now: datetime, catalogue: Catalogue, understood: Understanding) -> Turn:
    """What the message wants, as far as the catalogue goes; sure is only the best candidate, not the next one."""
    found = [candidate for need in understood.needs[:1] for candidate in need.candidates]
    meant = [candidate.service_id for candidate in found if candidate.probability >= WORTH * found[0].probability]
    candidates = [service_id for service_id in meant if service_id in catalogue.services]
    if _about_topic(conversation, catalogue, understood):
        return telling.follow_up(conversation, now, catalogue, understood.aspect)
    if understood.action is Action.NOTHING or not candidates:
        return not_found(conversation, now)
    if understood.action is Action.SURE and candidates[0] == meant[0]:
        return telling.tell(conversation, now, catalogue, candidates[0], understood.aspect)
    return offer(conversation, now, tuple(candidates[:MAX_CANDIDATES]))


def _about_topic(conversation: Conversation, catalogue: Catalogue, understood: Understanding) -> bool:
    """A question about one side, and nothing says that another service is meant than the one on the table."""
    topic = conversation.topic
    if understood.aspect is None or understood.action is Action.SURE or topic not in catalogue.services:
        return False
    best = next((candidate for need in understood.needs[:1] for candidate in need.candidates), None)
    return best is None or best.service_id == topic or best.probability < LIKELY


def offer(conversation: Conversation, now: datetime, service_ids: tuple[str, ...]) -> Turn:
    choices = tuple(
        Choice(Command(Verb.SHOW_SERVICE, service_id), label_service=service_id) for service_id in service_ids
    )
    conversation = replace(conversation.at(Place(service_ids, told=False)), misses=0)
    return reply(conversation, now, Outcome.OFFERED, line("finding.choice"), choices=(*choices, _NONE))


def not_found(conversation: Conversation, now: datetime) -> Turn:
    """Once: ask for other words. Again: a person first."""
    conversation = replace(conversation, misses=conversation.misses + 1)
    key = "finding.nothing" if conversation.misses == 1 else "finding.nothing-again"
    return reply(conversation, now, Outcome.NOT_FOUND, line(key), choices=(person(Reason.NOT_FOUND),))


def none_of_these(conversation: Conversation, now: datetime) -> Turn:
    """A step of its own: the way back leads to the candidates."""
    conversation = conversation.at(Place((), told=False))
    conversation = replace(conversation, topic=None, misses=conversation.misses + 1)
    choices = (person(Reason.NOT_FOUND),)
    return reply(conversation, now, Outcome.NOT_FOUND, line("finding.none-of-these"), choices=choices)
