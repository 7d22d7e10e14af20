"""The state of one conversation: who owns it, what is on the table, what is being done, which buttons are live."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from dialogs.learning import Consent, Wording
from dialogs.messages import Decision, Reply
from dialogs.outcomes import Outcome
from dialogs.proofs import Proof
from dialogs.sayings import Choice, Message, Part, Verb
from dialogs.services import Language
from dialogs.tasks import AskingCode as AskingCode
from dialogs.tasks import AskingNumber as AskingNumber
from dialogs.tasks import OpeningChallenge as OpeningChallenge
from dialogs.tasks import ReadingCard as ReadingCard
from dialogs.tasks import SendingCode as SendingCode
from dialogs.tasks import TakingTry as TakingTry
from dialogs.tasks import Task as Task
from dialogs.understanding import Aspect

MAX_OFFERS = 12  # buttons older than this many messages are answered as old
MAX_TRAIL = 8


@dataclass(frozen=True)
class Owner:
    """`agent_id` None is the bot. `number` grows at every change and fences what was decided before it."""

    number: int = 1
    agent_id: str | None = None
    alias: str = ""


@dataclass(frozen=True)
class Offer:
    """The buttons of one message; `used` are the places of those that act once and were pressed."""

    number: int
    choices: tuple[Choice, ...]
    made_at: datetime
    used: tuple[int, ...] = ()


@dataclass(frozen=True)
class ShownData:
    """What was shown masked and may be revealed until then; dropped afterwards."""

    rows: tuple[tuple[str, str], ...]
    until: datetime


@dataclass(frozen=True)
class Place:
    """Where the conversation has been: a service told, candidates offered, or (no ids) none of them wanted."""

    service_ids: tuple[str, ...]
    told: bool


@dataclass(frozen=True)
class WaitingNeed:
    """A choice that is offered once the one before it is settled: one of `after` was told, or none of them wanted.

    `part` is what of the message says it, masked and short enough to be quoted.
    """

    part: str
    service_ids: tuple[str, ...]
    after: tuple[str, ...]
    aspect: Aspect | None = None


@dataclass(frozen=True)
class Conversation:
    id: str
    channel: str
    language: Language = Language.MN
    language_chosen: bool = False
    greeted: bool = False  # was told that this is automatic
    last_at: datetime | None = None  # when the citizen last wrote something
    owner: Owner = field(default_factory=Owner)
    waiting_for_person: bool = False
    topic: str | None = None  # the service on the table
    place: str | None = None  # the country or city the citizen named last
    asked_where: bool = False  # the last answer asked where the citizen is
    task: Task | None = None
    lost_proof: str | None = None  # the service whose proof ended while an agent had the conversation
    trail: tuple[Place, ...] = ()
    misses: int = 0  # needs not found in a row
    waiting_needs: tuple[WaitingNeed, ...] = ()  # of the last message with several, in the order they were said
    offers: tuple[Offer, ...] = ()
    offer_number: int = 0
    proof: Proof | None = None
    proven_once: bool = False  # was bound to a person at some time; what is held about it is theirs
    asked_to_erase: bool = False  # the last answer asked whether everything is to be erased
    shown: ShownData | None = None
    consent: Consent = Consent.NOT_ASKED
    kept_at: datetime | None = None  # when the last file came
    elsewhere_at: datetime | None = None  # when a person last answered from another inbox of the page
    wording: Wording | None = None  # the last typed words that were answered with candidates

    def choice(self, offer: int, place: int) -> Choice | None:
        """The button that was pressed, used or not; None when it is not this conversation's or too old."""
        found = next((each for each in self.offers if each.number == offer), None)
        return found.choices[place] if found and 0 <= place < len(found.choices) else None

    @property
    def owned_by_bot(self) -> bool:
        return self.owner.agent_id is None

    def handed_to(self, agent_id: str | None, alias: str = "") -> Conversation:
        """A new owner, with the next number."""
        return replace(self, owner=Owner(self.owner.number + 1, agent_id, alias))

    def at(self, place: Place) -> Conversation:
        if self.trail and self.trail[-1] == place:
            return self
        return replace(self, trail=(*self.trail, place)[-MAX_TRAIL:])


@dataclass(frozen=True)
class Turn:
    """What one event led to."""

    conversation: Conversation
    decisions: tuple[Decision, ...]
    outcome: Outcome

    def then(self, *decisions: Decision) -> Turn:
        return replace(self, decisions=(*self.decisions, *decisions))


def say(
    conversation: Conversation,
    now: datetime,
    *parts: Part,
    choices: tuple[Choice, ...] = (),
    private: bool = False,
    notice: bool = False,
    slot: str = "",
    pinned: bool = False,
) -> tuple[Conversation, Reply]:
    """A reply with its buttons made live in the conversation."""
    message = Message(parts, private=private, slot=slot, pinned=pinned)
    if not choices:
        return conversation, Reply(message, notice)
    number = conversation.offer_number + 1
    offer = Offer(number, choices, now)
    conversation = replace(conversation, offers=_kept((*conversation.offers, offer)), offer_number=number)
    return conversation, Reply(replace(message, choices=choices, offer=number), notice)


def _kept(offers: tuple[Offer, ...]) -> tuple[Offer, ...]:
    """The newest; "this was not me" is not crowded out by chatting."""
    while len(offers) > MAX_OFFERS:
        oldest = next((place for place, offer in enumerate(offers[:-1]) if not _undoes(offer)), 0)
        offers = offers[:oldest] + offers[oldest + 1 :]
    return offers


def _undoes(offer: Offer) -> bool:
    return any(choice.command.verb is Verb.UNDO_PROOF for choice in offer.choices)
