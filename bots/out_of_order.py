"""An event that comes after newer ones of its chat were handled: answered on the side, it rewinds nothing.

The rule: an event is old when the platform says that it was sent before the newest one that was heard. An old press is
an old button. Old words are answered as words: no step that is open takes them, no offered choice is meant by them, and
what is on the table stays there. Old words that hold a number or a code only leave the chat, and the step says again
what it waits for: nobody knows whether it was open already when they were sent.
"""

from __future__ import annotations

from dataclasses import replace

from dialogs.conversation import MAX_OFFERS, Conversation
from dialogs.incoming import Edited, Pressed, Said, Shared, SharedKind, Started
from dialogs.masking import holds_secret
from dialogs.messages import Event
from dialogs.outcomes import Outcome
from knowledge.conversation_rows import StoredConversation
from knowledge.inbox_rows import InboxRow

OLD_BUTTON = Pressed(0, 0)  # offer 0 is never made


def is_old(row: InboxRow, stored: StoredConversation) -> bool:
    return row.dated and stored.heard_at is not None and row.sent_at < stored.heard_at


def instead(event: Event, state: Conversation) -> tuple[Event, ...]:
    """What an old event is taken for. That they left is over: they wrote since."""
    match event:
        case Pressed():
            return (OLD_BUTTON,)
        case Said() if state.task is not None and holds_secret(event.text):
            return Edited(event.text, event.ref), Shared(SharedKind.OTHER)
        case _:
            return (event,)


def is_on_the_side(event: Event) -> bool:
    """Handled without what is on the table."""
    return isinstance(event, Said | Started)


def cleared(state: Conversation) -> Conversation:
    """As if nothing were open."""
    return replace(
        state, task=None, offers=(), waiting_needs=(), shown=None, wording=None, asked_where=False,
        asked_to_erase=False,
    )  # fmt: skip


def put_back(before: Conversation, after: Conversation, outcome: Outcome) -> Conversation:
    """What was open is open again; what was said meanwhile, its buttons and whom it called stay.

    Who signed out, however late it is read, has no step and no data left.
    """
    signed_out = outcome is Outcome.SIGNED_OUT and before.proof is not None
    return replace(
        after,
        task=None if signed_out else before.task,
        topic=before.topic or after.topic,
        trail=before.trail or after.trail,
        waiting_needs=before.waiting_needs,
        shown=None if signed_out else before.shown,
        wording=before.wording,
        asked_where=before.asked_where,
        misses=before.misses,
        place=before.place or after.place,
        language=before.language if before.language_chosen else after.language,
        language_chosen=before.language_chosen or after.language_chosen,
        offers=(*before.offers, *after.offers)[-MAX_OFFERS:],
    )
