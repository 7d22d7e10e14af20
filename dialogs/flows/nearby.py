"""What stands around a service, added to the answer: the missions for where somebody is, the next election.

Only what the data holds is said: where no mission is known none is named, a date that nobody has set is told as not
set.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from dialogs.around import Around
from dialogs.conversation import Conversation, Turn
from dialogs.elections import ULAANBAATAR, RegistrationState, next_election, registration_state
from dialogs.flows.speaking import both, line, reply, told
from dialogs.incoming import Said
from dialogs.messages import Event, Reply
from dialogs.missions import Mission, nearest_to
from dialogs.outcomes import Outcome
from dialogs.places import NamedPlace, words_of
from dialogs.sayings import Card, Part, Told
from dialogs.services import Catalogue, Category, Service, Text
from dialogs.understanding import Action, Aspect

FINDS_MISSION = "find-mission"
"""The service that is about nothing else; without a place it asks for one."""
MOST_MISSIONS = 3
_SHORT = 4  # words of a message that only says where somebody is: "би одоо Чикагод байна"
_SIDES = frozenset({None, Aspect.WHERE, Aspect.LINK, Aspect.ABROAD, Aspect.HOW})
_ASKS_WHERE = line("mission.where")
_UNCLEAR = frozenset({Action.NOTHING, Action.SMALLTALK})


def noticed(conversation: Conversation, event: Event, around: Around) -> Conversation:
    """Remembers the place a citizen named last."""
    place = around.missions.names.find(event.text) if isinstance(event, Said) else None
    return conversation if place is None else replace(conversation, place=place.id)


def where_answered(conversation: Conversation, event: Said, now: datetime, around: Around) -> Turn | None:
    """The missions for somebody who says just where they are, or who was asked and says nothing else that is clear."""
    asked, conversation = conversation.asked_where, replace(conversation, asked_where=False)
    place = around.missions.names.find(event.text)
    if place is None:
        return None
    short, unclear = len(words_of(event.text)) <= _SHORT, event.understanding.action in _UNCLEAR
    if not (asked and (short or unclear)) and not (short and unclear):
        return None
    return reply(conversation, now, Outcome.MISSION_TOLD, *_missions(place, now, around))


def with_surroundings(turn: Turn, now: datetime, catalogue: Catalogue, around: Around) -> Turn:
    """The turn with what belongs to it: to an emergency, to the card of a mission's or an election's service."""
    decided = [decision for decision in turn.decisions if isinstance(decision, Reply)]
    if not decided or not around.missions.missions:
        return turn
    if turn.outcome is Outcome.EMERGENCY:
        turn = _extended(turn, decided[0], _nearest(turn.conversation, now, around))
        return replace(turn, conversation=replace(turn.conversation, asked_where=True))
    added: tuple[Part, ...] = ()
    for answer in decided:
        parts = tuple(part for part in _of_card(answer, turn.conversation, now, catalogue, around) if part not in added)
        turn, added = _extended(turn, answer, parts), (*added, *parts)
    return replace(turn, conversation=replace(turn.conversation, asked_where=_ASKS_WHERE in added)) if added else turn


def _of_card(
    answer: Reply, conversation: Conversation, now: datetime, catalogue: Catalogue, around: Around
) -> tuple[Part, ...]:
    """What stands beside the service that one message tells; nothing when it tells none."""
    card = next((part for part in answer.message.parts if isinstance(part, Card)), None)
    if card is None or card.aspect not in _SIDES or card.service_id not in catalogue.services:
        return ()
    return _beside(catalogue.services[card.service_id], conversation, now, around)


def _beside(service: Service, conversation: Conversation, now: datetime, around: Around) -> tuple[Part, ...]:
    if service.category is Category.ELECTION:
        return _election(now, around)
    if service.id == FINDS_MISSION:
        return _nearest(conversation, now, around) or (_ASKS_WHERE,)
    at_a_mission = service.category is Category.CONSULAR or service.fee.mission is not None
    return _nearest(conversation, now, around) if at_a_mission else ()


def _nearest(conversation: Conversation, now: datetime, around: Around) -> tuple[Part, ...]:
    """Nothing for who never named a place."""
    place = around.missions.names.by_id(conversation.place) if conversation.place else None
    return _missions(place, now, around) if place else ()


def _missions(place: NamedPlace, now: datetime, around: Around) -> tuple[Part, ...]:
    found = nearest_to(place, around.missions, now.astimezone(ULAANBAATAR).date())[:MOST_MISSIONS]
    name = Text(place.names.mn[0], place.names.en[0])
    if not found:
        return (told("mission.unknown", place=name), Told(both("mission.consular-department"), "https://consul.mn"))
    notes = [Told(mission.note) for mission in found[:1] if mission.note]
    return (told("mission.head", place=name), *(_row(mission, now) for mission in found), *notes)


def _row(mission: Mission, now: datetime) -> Part:
    clock = now.astimezone(ZoneInfo(mission.time_zone)).strftime("%H:%M")
    kind = both(f"mission-kind.{mission.kind}")
    values = {"kind": kind, "city": mission.city, "country": mission.country, "clock": Text(clock, clock)}
    return Told(both("mission.row", **values), mission.website.address if mission.website else "")


def _election(now: datetime, around: Around) -> tuple[Part, ...]:
    election = next_election(around.elections, now)
    if election is None:
        return ()
    state = registration_state(election, now)
    days = {"title": election.title}
    if state is not RegistrationState.NOT_SET and election.registration is not None:
        opens, closes = election.registration.opens.isoformat(), election.registration.closes.isoformat()
        days |= {"opens": Text(opens, opens), "closes": Text(closes, closes)}
    asked = (Told(both("election.ask"), election.ask),) if election.ask else ()
    return (told(f"election.{state}", **days), *asked)


def _extended(turn: Turn, answer: Reply, parts: tuple[Part, ...]) -> Turn:
    """The parts at the end of one of its messages."""
    if not parts:
        return turn
    longer = replace(answer, message=replace(answer.message, parts=(*answer.message.parts, *parts)))
    decisions = tuple(longer if decision is answer else decision for decision in turn.decisions)
    return replace(turn, decisions=decisions)
