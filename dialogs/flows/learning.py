"""What a turn teaches: typed words and what they meant, remembered until it is told, kept only with consent.

The answers stay as they were decided; at most the question for consent follows one, once, where it does not stand in
the way.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from dialogs.conversation import Conversation, Offer, Turn
from dialogs.flows import choosing, consenting
from dialogs.flows.speaking import also
from dialogs.incoming import Pressed, Said, Shared, Started
from dialogs.learning import Consent, How, Wording, worth_keeping
from dialogs.messages import Corrected, Event, KeepExample, Reply
from dialogs.outcomes import Outcome
from dialogs.sayings import Choice, Verb
from dialogs.services import Catalogue
from dialogs.understanding import Action

_NEEDS = frozenset({Action.SURE, Action.CHOICE, Action.NOTHING})


def learned(before: Conversation, event: Event, turn: Turn, now: datetime, catalogue: Catalogue) -> Turn:
    """The turn, with what it teaches. Nothing is remembered in an emergency or while an agent has the conversation."""
    after = turn.conversation
    if not (before.owned_by_bot and after.owned_by_bot) or turn.outcome is Outcome.EMERGENCY:
        return replace(turn, conversation=replace(after, wording=None)) if after.wording else turn
    turn = _question_left_open(before, event, turn)
    settled = _settled(before, event, turn, now, catalogue)
    if settled is not None:
        return _next_need(before, _with_meaning(turn, settled, now), now)
    return _remembered(turn, event, now)


def corrected(conversation: Conversation, event: Corrected, catalogue: Catalogue) -> Turn:
    """The agent who has the conversation tells what a message meant; kept with the citizen's consent only."""
    if conversation.owner.agent_id != event.agent_id:
        return Turn(conversation, (), Outcome.AGENT_REFUSED)
    known = event.service_id in catalogue.services
    if conversation.consent is not Consent.GIVEN or not known or not worth_keeping(event.text):
        return Turn(conversation, (), Outcome.CORRECTION_REFUSED)
    return Turn(conversation, (KeepExample(event.text, event.service_id, How.AGENT),), Outcome.CORRECTED)


def _question_left_open(before: Conversation, event: Event, turn: Turn) -> Turn:
    """Who writes something else has not answered, and is not asked again."""
    unanswered = before.consent is Consent.ASKED and turn.conversation.consent is Consent.ASKED
    if not unanswered or not isinstance(event, Said | Started | Shared) or _asks_consent(turn):
        return turn
    return replace(turn, conversation=replace(turn.conversation, consent=Consent.UNANSWERED))


def _settled(before: Conversation, event: Event, turn: Turn, now: datetime, catalogue: Catalogue) -> Wording | None:
    """The remembered words with what the citizen chose for them; None when this turn chose nothing for them."""
    wording, offer = before.wording, _offer_of(before, event)
    chosen = _chosen(before, event, now, catalogue)
    if wording is None or wording.is_over(now) or offer is None or chosen is None:
        return None
    if _candidates(offer.choices) != wording.shown:
        return None
    if chosen.command.verb is Verb.NONE_OF_THESE and turn.outcome is Outcome.NOT_FOUND:
        return replace(wording, settled=True, service_id=None)
    if chosen.label_service in wording.shown and turn.outcome is Outcome.TOLD:
        return replace(wording, settled=True, service_id=chosen.label_service)
    return None


def _with_meaning(turn: Turn, wording: Wording, now: datetime) -> Turn:
    """Kept at once with consent; otherwise it waits for the answer to the question, or is dropped."""
    conversation = turn.conversation
    match conversation.consent:
        case Consent.GIVEN:
            example = KeepExample(wording.text, wording.service_id, wording.how, wording.shown)
            return replace(turn, conversation=replace(conversation, wording=None)).then(example)
        case Consent.NOT_ASKED if _may_be_asked(turn):
            asked = consenting.ask(replace(conversation, wording=wording), now)
            return also(turn, asked)
        case Consent.ASKED | Consent.UNANSWERED:
            return replace(turn, conversation=replace(conversation, wording=wording))
        case _:
            return replace(turn, conversation=replace(conversation, wording=None))


def _remembered(turn: Turn, event: Event, now: datetime) -> Turn:
    """New words in place of the old ones: a need that was answered with candidates, where it may be kept one day."""
    if not isinstance(event, Said) or event.understanding.action not in _NEEDS:
        return turn
    conversation, shown = turn.conversation, _offered(turn)
    text = _said(event, shown)
    wording = Wording(text, shown, now) if shown and _may_be_remembered(conversation, text) else None
    return replace(turn, conversation=replace(conversation, wording=wording))


def _next_need(before: Conversation, turn: Turn, now: datetime) -> Turn:
    """Of several needs in one message the next one's words, when its choice is offered now; a cut quote is none."""
    conversation, shown = turn.conversation, _offered(turn)
    waited = next((need for need in before.waiting_needs if shown and {*shown} <= {*need.service_ids}), None)
    if waited is None or waited.part.endswith("…") or not _may_be_remembered(conversation, waited.part):
        return turn
    return replace(turn, conversation=replace(conversation, wording=Wording(waited.part, shown, now)))


def _may_be_remembered(conversation: Conversation, text: str) -> bool:
    return conversation.consent in (Consent.NOT_ASKED, Consent.GIVEN) and worth_keeping(text)


def _said(event: Said, shown: tuple[str, ...]) -> str:
    """The words the candidates are for: of several needs in one message only the part that says this one."""
    needs = event.understanding.needs
    for need in needs if len(needs) > 1 else ():
        if need.text and {*shown} <= {candidate.service_id for candidate in need.candidates}:
            return need.text
    return event.text


def _may_be_asked(turn: Turn) -> bool:
    """Nothing else is open: no step, no wait for a person, no other choice."""
    conversation = turn.conversation
    return conversation.task is None and not conversation.waiting_for_person and not _offered(turn)


def _offered(turn: Turn) -> tuple[str, ...]:
    """The candidates the turn offers last; empty when it offers none."""
    messages = [decision.message for decision in turn.decisions if isinstance(decision, Reply)]
    return next((found for message in reversed(messages) if (found := _candidates(message.choices))), ())


def _asks_consent(turn: Turn) -> bool:
    messages = [decision.message for decision in turn.decisions if isinstance(decision, Reply)]
    return any(choice.command.verb is Verb.KEEP_WORDS for message in messages for choice in message.choices)


def _candidates(choices: tuple[Choice, ...]) -> tuple[str, ...]:
    """The services of a choice that also offers none of them; empty for every other message."""
    if all(choice.command.verb is not Verb.NONE_OF_THESE for choice in choices):
        return ()
    return tuple(choice.label_service for choice in choices if choice.label_service)


def _offer_of(before: Conversation, event: Event) -> Offer | None:
    """The message whose button was pressed; typed words are about the newest."""
    match event:
        case Pressed():
            return next((offer for offer in before.offers if offer.number == event.offer), None)
        case Said():
            return before.offers[-1] if before.offers else None
        case _:
            return None


def _chosen(before: Conversation, event: Event, now: datetime, catalogue: Catalogue) -> Choice | None:
    match event:
        case Pressed():
            return before.choice(event.offer, event.choice)
        case Said():
            return choosing.typed_choice(before, event.text, now, catalogue)
        case _:
            return None
