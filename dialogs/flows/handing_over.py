"""A person takes over: who waits and why, taking, answering, giving back. While an agent owns it the bot is silent."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from dialogs.conversation import Conversation, Turn
from dialogs.flows.proving_code import code_requested
from dialogs.flows.repairing import remind
from dialogs.flows.sharing import files_of, keeping
from dialogs.flows.speaking import PERSON, also, line, reply
from dialogs.incoming import Edited, Pressed, Said, Shared, SpokenElsewhere, Started
from dialogs.linking import LinkEnd, LinkEnded
from dialogs.masking import holds_secret
from dialogs.messages import (
    AgentSaid,
    Amend,
    CaseTaken,
    CaughtUp,
    CloseCase,
    CodeRequested,
    Event,
    GivenBack,
    HideMessage,
    KeepFile,
    OpenCase,
    Reason,
    RecordRead,
)
from dialogs.outcomes import Outcome
from dialogs.purposes import AGENT, WORDS
from dialogs.sayings import Choice, Command, Message, Verb, Verbatim
from dialogs.tasks import (
    AskingCode,
    AskingLinkNumber,
    AskingNumber,
    ChoosingWay,
    ConfirmingLink,
    LinkTask,
    ReadingCard,
    SendingCode,
    TakingTry,
    Task,
    WaitingForLink,
    purpose_of,
)

CASE_SLOT = "case"  # what was said when a person was called
ELSEWHERE = "elsewhere"
"""Owns a conversation in which a person answers from another inbox of the page, not from our desk."""
ELSEWHERE_ALIAS = "Page"
ELSEWHERE_QUIET = timedelta(hours=12)  # after that long without a word from there the bot answers again


def call_person(conversation: Conversation, now: datetime, reason: Reason = Reason.ASKED) -> Turn:
    """Into the queue, once; the bot stays of use while the citizen waits."""
    if conversation.waiting_for_person:
        return reply(conversation, now, Outcome.HANDED_OVER, line("person.already-waiting"))
    conversation = replace(conversation, waiting_for_person=True)
    parts = (line("person.called"), line("person.meanwhile"))
    turn = reply(conversation, now, Outcome.HANDED_OVER, *parts, slot=CASE_SLOT, pinned=True)
    return turn.then(OpenCase(reason))


def emergency(conversation: Conversation, now: datetime) -> Turn:
    """Safety first: local emergency services, the nearest mission, and a person at once, also for who waits already."""
    conversation = replace(conversation, waiting_for_person=True, waiting_needs=())
    parts = (line("emergency.local"), line("emergency.mission"), line("emergency.person"))
    return reply(conversation, now, Outcome.EMERGENCY, *parts).then(OpenCase(Reason.EMERGENCY))


def taken(conversation: Conversation, now: datetime, event: CaseTaken) -> Turn:
    """One wins: whoever comes second finds the other's name in the conversation."""
    if not conversation.owned_by_bot and conversation.owner.agent_id != ELSEWHERE:
        same = conversation.owner.agent_id == event.agent_id
        return Turn(conversation, (), Outcome.IGNORED if same else Outcome.TAKE_REFUSED)
    conversation = conversation.handed_to(event.agent_id, event.alias)
    conversation = replace(conversation, waiting_for_person=False, waiting_needs=())
    turn = reply(conversation, now, Outcome.TAKEN, line("person.taken", name=event.alias), notice=True)
    return turn.then(_card("person.card-taken", pinned=True, name=event.alias))


def agent_said(conversation: Conversation, now: datetime, event: AgentSaid) -> Turn:
    """Only the owner's words go out."""
    if conversation.owner.agent_id != event.agent_id:
        return Turn(conversation, (), Outcome.AGENT_REFUSED)
    words = Verbatim(event.text, conversation.owner.alias)
    return reply(conversation, now, Outcome.AGENT_ANSWERED, words, notice=True)


def left_to_agent(conversation: Conversation, now: datetime, event: Event) -> Turn:
    """The bot is silent. Numbers and codes still leave the chat; what the citizen does ends an open step."""
    match event:
        case CodeRequested():
            task = code_requested(conversation, now, event).conversation.task
            conversation = replace(conversation, task=task)
        case RecordRead(challenge_id=challenge):
            task = conversation.task
            if isinstance(task, ReadingCard) and task.asking.challenge_id == challenge:
                conversation = _without_step(conversation)
        case LinkEnded(link_id=link_id):
            conversation = _with_page_ended(conversation, link_id, event.end)
        case Started() | Said() | Pressed() | Shared() | CaughtUp() if purpose_of(conversation.task) != AGENT:
            conversation = _without_step(conversation)
        case _:
            pass
    said = event.said if isinstance(event, CaughtUp) else (event,)
    hidden = tuple(
        HideMessage(each.ref) for each in said if isinstance(each, Said | Edited) and holds_secret(each.text)
    )
    return Turn(conversation, (*hidden, *_files(event)), Outcome.LEFT_TO_AGENT)


def _files(event: Event) -> tuple[KeepFile, ...]:
    match event:
        case Shared():
            return keeping(event)
        case Said():
            return keeping(event.shared)
        case CaughtUp():
            return files_of(event.said, event.shared)
        case _:
            return ()


def spoken_elsewhere(conversation: Conversation, now: datetime, event: SpokenElsewhere) -> Turn:
    """Somebody answers in the page's own inbox: the bot is silent from now on. Two people may both speak."""
    conversation = replace(conversation, elsewhere_at=min(event.at or now, now))
    if not conversation.owned_by_bot:
        return Turn(conversation, (), Outcome.IGNORED)
    conversation = replace(
        conversation.handed_to(ELSEWHERE, ELSEWHERE_ALIAS), waiting_for_person=False, waiting_needs=()
    )
    return Turn(_without_step(conversation), (OpenCase(Reason.ELSEWHERE, ELSEWHERE),), Outcome.TAKEN)


def left_alone_elsewhere(conversation: Conversation, event: Event, now: datetime) -> bool:
    """The citizen writes, and whoever answered in the other inbox has long been silent."""
    heard = isinstance(event, Started | Said | Pressed | Shared | CaughtUp)
    if conversation.owner.agent_id != ELSEWHERE or not heard:
        return False
    return conversation.elsewhere_at is None or now - conversation.elsewhere_at > ELSEWHERE_QUIET


def back_from_elsewhere(conversation: Conversation, now: datetime) -> Turn:
    return given_back(conversation, now, GivenBack(ELSEWHERE))


def given_back(conversation: Conversation, now: datetime, event: GivenBack) -> Turn:
    """The bot is back and says that it is automatic; an open step is taken up again, a lost one can be begun anew."""
    if conversation.owner.agent_id != event.agent_id:
        return Turn(conversation, (), Outcome.AGENT_REFUSED)
    lost = conversation.lost_proof
    conversation = replace(conversation.handed_to(None), lost_proof=None, greeted=True)
    outcome = Outcome.CASE_CLOSED if event.close else Outcome.GIVEN_BACK
    also_lost = (line("person.proof-lost"),) if lost else ()
    again = (Choice(Command(Verb.PROVE, lost), "button.prove"),) if lost else ()
    parts = (line("person.bot-is-back"), *also_lost)
    turn = reply(conversation, now, outcome, *parts, choices=(*again, PERSON), notice=True)
    turn = turn.then(CloseCase(), _card("person.card-closed", pinned=False))
    return also(turn, remind(turn.conversation, now))


def _card(key: str, *, pinned: bool, **values: str) -> Amend:
    """The message that said a person was called, as it stands now: pinned while the case is open."""
    return Amend(CASE_SLOT, Message((line(key, **values),), pinned=pinned))


def _with_page_ended(conversation: Conversation, link_id: str, end: LinkEnd) -> Conversation:
    """Its number can be typed once the agent is gone; any other end is told then."""
    task = conversation.task
    if not isinstance(task, LinkTask) or task.link_id != link_id:
        return conversation
    if end is not LinkEnd.PROVEN:
        return _without_step(conversation)
    if not isinstance(task, WaitingForLink):
        return conversation
    return replace(conversation, task=AskingLinkNumber(task.service_id, task.aim, task.link_id))


def _without_step(conversation: Conversation) -> Conversation:
    begun = _proof_with_code(conversation.task)
    lost = begun if begun and begun not in WORDS else conversation.lost_proof
    return replace(conversation, task=None, shown=None, lost_proof=lost)


def _proof_with_code(task: Task | None) -> str | None:
    """The service whose proof had already asked for a code."""
    match task:
        case SendingCode() | AskingCode() | AskingNumber(before=AskingCode()) | ChoosingWay(before=AskingCode()):
            return task.service_id
        case WaitingForLink() | AskingLinkNumber() | ConfirmingLink():
            return task.service_id
        case TakingTry() | ReadingCard():
            return task.asking.service_id
        case _:
            return None
