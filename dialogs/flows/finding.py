"""From a need in somebody's own words to one service, up to three candidates, or an honest "I don't have this"."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from dialogs.conversation import Conversation, Place, Turn
from dialogs.flows import telling
from dialogs.flows.speaking import line, person, reply
from dialogs.messages import Reason
from dialogs.outcomes import Outcome
from dialogs.sayings import Choice, Command, Part, Verb
from dialogs.services import Catalogue
from dialogs.understanding import Action, Aspect, Need, Understanding

MAX_CANDIDATES = 3
WORTH = 0.1  # a candidate less likely than this share of the first is not offered
LIKELY = 0.5  # a candidate that is this probable is meant rather than the service on the table
_WHICH = line("finding.choice")
_NONE = Choice(Command(Verb.NONE_OF_THESE), "button.none-of-these")


@dataclass(frozen=True)
class Found:
    """What one need comes to in this catalogue: SURE with one service, CHOICE with up to three, NOTHING with none."""

    action: Action
    service_ids: tuple[str, ...] = ()


def find(conversation: Conversation, now: datetime, catalogue: Catalogue, understood: Understanding) -> Turn:
    """What the message wants when it wants one thing: its first need, or the service on the table."""
    if about_topic(conversation, catalogue, understood):
        return telling.follow_up(conversation, now, catalogue, understood.aspect)
    found = come_to(understood.needs[0], understood, catalogue) if understood.needs else Found(Action.NOTHING)
    if found.action is Action.NOTHING:
        return not_found(conversation, now)
    if found.action is Action.SURE:
        return telling.tell(conversation, now, catalogue, found.service_ids[0], understood.aspect)
    return offer(conversation, now, found.service_ids)


def come_to(need: Need, understood: Understanding, catalogue: Catalogue) -> Found:
    """As far as the catalogue goes; sure is only the best candidate, not the next one."""
    action = need.action or understood.action
    best = need.candidates[0].probability if need.candidates else 0.0
    meant = [candidate.service_id for candidate in need.candidates if candidate.probability >= WORTH * best]
    left = tuple(service_id for service_id in meant if service_id in catalogue.services)
    if action is Action.NOTHING or not left:
        return Found(Action.NOTHING)
    sure = action is Action.SURE and left[0] == meant[0]
    return Found(Action.SURE, left[:1]) if sure else Found(Action.CHOICE, left[:MAX_CANDIDATES])


def about_topic(conversation: Conversation, catalogue: Catalogue, understood: Understanding) -> bool:
    """A question about one side, and nothing says that another service is meant than the one on the table."""
    topic = conversation.topic
    sure = Action.SURE in (understood.action, *(need.action for need in understood.needs))
    if understood.aspect is None or sure or topic not in catalogue.services:
        return False
    return not any(_means_another(need, topic) for need in understood.needs)


def _means_another(need: Need, topic: str | None) -> bool:
    """Whether one other service is likely, or several together of which the one on the table is none."""
    offered = need.candidates[:MAX_CANDIDATES]
    if not offered or offered[0].service_id == topic:
        return False
    one = offered[0].probability >= LIKELY
    together = sum(candidate.probability for candidate in need.candidates) >= LIKELY
    return one or (together and topic not in [candidate.service_id for candidate in offered])


def offer(
    conversation: Conversation,
    now: datetime,
    service_ids: tuple[str, ...],
    aspect: Aspect | None = None,
    said: tuple[Part, ...] = (_WHICH,),
) -> Turn:
    """The candidates as buttons under what is `said`; with an aspect a press tells that side of the one pressed."""
    choices = tuple(
        Choice(
            telling.ask(aspect, service_id) if aspect else Command(Verb.SHOW_SERVICE, service_id),
            label_service=service_id,
        )
        for service_id in service_ids
    )
    conversation = replace(conversation.at(Place(service_ids, told=False)), misses=0)
    return reply(conversation, now, Outcome.OFFERED, *said, choices=(*choices, _NONE))


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
