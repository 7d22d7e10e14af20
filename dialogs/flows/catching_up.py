"""Several messages answered together: who was not heard for long is asked anew, who writes too fast gets one answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from dialogs.conversation import Conversation, Turn
from dialogs.flows import greeting, handing_over, holding
from dialogs.flows.sharing import KEPT_LINE, files_of
from dialogs.flows.speaking import PERSON, also, line, reply, secret_told
from dialogs.incoming import Said
from dialogs.masking import holds_secret
from dialogs.messages import CaughtUp, HideMessage
from dialogs.outcomes import Outcome
from dialogs.sayings import Choice, Command, Moment, Verb
from dialogs.services import Catalogue
from dialogs.understanding import Action

MOST_CHOICES = 4
_NEEDS = (Action.SURE, Action.CHOICE)


def late(conversation: Conversation, event: CaughtUp, now: datetime, catalogue: Catalogue) -> Turn:
    """Nothing is carried out; what was wanted is offered again. Danger is answered however late it is read."""
    conversation = replace(greeting.met(conversation, now), task=None, waiting_needs=())
    hidden = tuple(HideMessage(said.ref) for said in event.said if holds_secret(said.text))
    if any(said.understanding.action is Action.EMERGENCY for said in event.said):
        return handing_over.emergency(conversation, now).then(*hidden, *files_of(event.said, event.shared))
    choices = _wanted(event.said, catalogue)
    asked = line("late.choose") if choices else line("late.write-again")
    sorry = line("late.sorry", n=str(len(event.said) + event.others))
    files = files_of(event.said, event.shared)
    known = (KEPT_LINE,) if files else ()
    removed = tuple(secret_told(conversation, said.text) for said in event.said if holds_secret(said.text))[:1]
    parts = (sorry, Moment("late.since", event.since), *known, *removed, asked)
    turn = reply(conversation, now, Outcome.LATE, *parts, choices=(*choices, PERSON))
    if any(said.understanding.action is Action.HUMAN for said in event.said):
        turn = also(turn, handing_over.call_person(turn.conversation, now))
    return _signed_out(turn, event.said, now).then(*hidden, *files)


def flooded(turn: Turn, event: CaughtUp, now: datetime) -> Turn:
    """`turn` answers the last of them; that the others were read together is said after it.

    Danger, and the wish for a person, count wherever among them they were written.
    """
    earlier, others = event.said[:-1], len(event.said) + event.others - 1
    hidden = tuple(HideMessage(said.ref) for said in earlier if holds_secret(said.text))
    together = reply(turn.conversation, now, turn.outcome, line("late.together", n=str(others)))
    kept = files_of(earlier, event.shared if event.said else event.shared[:-1])
    return _signed_out(_heeded(also(turn, together), earlier, now), earlier, now).then(*hidden, *kept)


def _signed_out(turn: Turn, said: tuple[Said, ...], now: datetime) -> Turn:
    """Who wanted to be signed out is, wherever among them it was written."""
    wanted = any(each.understanding.action is Action.SIGN_OUT for each in said)
    if not wanted or turn.conversation.proof is None:
        return turn
    return also(turn, holding.sign_out(turn.conversation, now))


def _heeded(turn: Turn, earlier: tuple[Said, ...], now: datetime) -> Turn:
    actions = {said.understanding.action for said in earlier}
    if not turn.conversation.owned_by_bot:
        return turn
    if Action.EMERGENCY in actions and turn.outcome is not Outcome.EMERGENCY:
        danger = handing_over.emergency(turn.conversation, now)
        return replace(also(turn, danger), outcome=Outcome.EMERGENCY)
    if Action.HUMAN in actions and not turn.conversation.waiting_for_person:
        return also(turn, handing_over.call_person(turn.conversation, now))
    return turn


def _wanted(said: tuple[Said, ...], catalogue: Catalogue) -> tuple[Choice, ...]:
    """The likeliest service of each need that was written, newest first, each once."""
    found = [each.understanding for each in reversed(said) if each.understanding.action in _NEEDS]
    ids = (need.candidates[0].service_id for each in found for need in each.needs if need.candidates)
    known = [id_ for id_ in dict.fromkeys(ids) if id_ in catalogue.services][:MOST_CHOICES]
    return tuple(Choice(Command(Verb.SHOW_SERVICE, id_), label_service=id_) for id_ in known)
