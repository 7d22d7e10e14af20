"""Several needs in one message, each answered: the sure ones told, then what was not found, then one choice at a time.

A choice that has to wait is kept in the conversation and offered once the one before it is settled.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from dialogs.conversation import Conversation, Turn, WaitingNeed
from dialogs.flows import finding, telling
from dialogs.flows.finding import Found
from dialogs.flows.speaking import also, line, person, reply
from dialogs.messages import Reason
from dialogs.outcomes import Outcome
from dialogs.quoting import quoted
from dialogs.sayings import Part
from dialogs.services import Catalogue
from dialogs.understanding import Action, Aspect, Need, Understanding

MOST_NEEDS = 3
_ORDER = (Action.SURE, Action.NOTHING, Action.CHOICE)  # what is known first, what is asked last


@dataclass(frozen=True)
class _Answer:
    need: Need
    found: Found


def answer(conversation: Conversation, now: datetime, catalogue: Catalogue, understood: Understanding) -> Turn:
    """What the message wants. Needs that come to the same are one; when nothing at all is found it is said once."""
    found = [_Answer(need, finding.come_to(need, understood, catalogue)) for need in understood.needs[:MOST_NEEDS]]
    answers = _different(found)
    nothing = all(each.found.action is Action.NOTHING for each in answers)
    if nothing or finding.about_topic(conversation, catalogue, understood):
        return _one(conversation, now, catalogue, understood)
    if len(answers) == 1:
        return _one(conversation, now, catalogue, replace(understood, needs=(answers[0].need,)))
    answers.sort(key=lambda each: _ORDER.index(each.found.action))
    conversation = replace(conversation, waiting_needs=())
    return _each(conversation, now, catalogue, answers, understood.aspect)


def settled(turn: Turn, now: datetime, catalogue: Catalogue, told: str | None) -> Turn:
    """The turn, and the need that waited for it. `told` is the service that was picked, None: none of them."""
    waiting = turn.conversation.waiting_needs
    if not waiting or (told is not None and told not in waiting[0].after):
        return turn
    need, conversation = waiting[0], replace(turn.conversation, waiting_needs=waiting[1:])
    left = tuple(service_id for service_id in need.service_ids if service_id in catalogue.services)
    if not left:
        missing = also(turn, _not_found(conversation, now, need.part))
        return settled(missing, now, catalogue, None)
    said = (line("several.next", part=need.part), *_rest_follows(waiting[1:]))
    return also(turn, finding.offer(conversation, now, left, need.aspect, said))


def _one(conversation: Conversation, now: datetime, catalogue: Catalogue, understood: Understanding) -> Turn:
    """One need. Said as the answer to an open choice it settles that; any other is a new one, and nothing waits on."""
    turn = finding.find(conversation, now, catalogue, understood)
    told = turn.conversation.topic if turn.outcome is Outcome.TOLD else None
    answered = told is not None and any(told in need.after for need in conversation.waiting_needs[:1])
    if answered:
        return settled(turn, now, catalogue, told)
    return replace(turn, conversation=replace(turn.conversation, waiting_needs=()))


def _different(answers: list[_Answer]) -> list[_Answer]:
    """Without needs whose candidates are all among those of a need that is told or offered already."""
    seen: list[_Answer] = []
    for each in sorted(answers, key=lambda each: each.found.action is not Action.SURE):
        ids = set(each.found.service_ids)
        if not ids or not any(ids <= set(other.found.service_ids) for other in seen):
            seen.append(each)
    return seen


def _each(
    conversation: Conversation,
    now: datetime,
    catalogue: Catalogue,
    answers: list[_Answer],
    aspect: Aspect | None,
) -> Turn:
    """In their order; of the choices the first, the others wait."""
    opening: tuple[Part, ...] = (line("several.two") if len(answers) == 2 else line("several.three"),)
    turn = Turn(conversation, (), Outcome.TOLD)
    for place, each in enumerate(answers):
        turn = also(turn, _say(turn.conversation, now, catalogue, answers[place:], aspect, opening))
        opening = ()
        if each.found.action is Action.CHOICE:
            break
    told = answers[0].found.action is Action.SURE
    return replace(turn, outcome=Outcome.TOLD if told else Outcome.OFFERED)


def _say(
    conversation: Conversation,
    now: datetime,
    catalogue: Catalogue,
    answers: list[_Answer],
    aspect: Aspect | None,
    opening: tuple[Part, ...],
) -> Turn:
    """The first of the answers that are left."""
    first, part = answers[0].found, quoted(answers[0].need.text)
    if first.action is Action.SURE:
        told = first.service_ids[0]
        return telling.tell(conversation, now, catalogue, told, aspect, opening=opening, named=True)
    if first.action is Action.NOTHING:
        return _not_found(conversation, now, part, opening)
    waiting = _waiting(answers, aspect)
    said = (*opening, line("several.choice", part=part), *_rest_follows(waiting))
    return finding.offer(replace(conversation, waiting_needs=waiting), now, first.service_ids, aspect, said)


def _waiting(choices: list[_Answer], aspect: Aspect | None) -> tuple[WaitingNeed, ...]:
    """All but the first of them, each after the one before it."""
    return tuple(
        WaitingNeed(quoted(each.need.text), each.found.service_ids, before.found.service_ids, aspect)
        for before, each in pairwise(choices)
    )


def _rest_follows(waiting: tuple[WaitingNeed, ...]) -> tuple[Part, ...]:
    return (line("several.rest-follows"),) if waiting else ()


def _not_found(conversation: Conversation, now: datetime, part: str, opening: tuple[Part, ...] = ()) -> Turn:
    """For which part nothing was found; the others were, so it is no miss of the whole message."""
    parts = (*opening, line("several.nothing", part=part))
    return reply(conversation, now, Outcome.NOT_FOUND, *parts, choices=(person(Reason.NOT_FOUND),))
