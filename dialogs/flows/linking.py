"""A page opened from the chat: its link, the number it shows, the question whether it is them, and every other end.

Nothing is bound until the number was typed here and the name was confirmed here.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from dialogs.around import Around
from dialogs.conversation import Conversation, Turn
from dialogs.flows import link_questions, showing, ways
from dialogs.flows.link_questions import ask_number, ask_whether_it_is_them
from dialogs.flows.speaking import CANCEL, line, person, reply, told
from dialogs.linking import (
    BindLink,
    DropLink,
    LinkBound,
    LinkEnd,
    LinkEnded,
    LinkEvent,
    LinkNotBound,
    LinkNumberTried,
    LinkOpened,
    LinkRefusal,
    LinkRefused,
    OpenLink,
    TryLinkNumber,
)
from dialogs.messages import Event, HideMessage, OpenCase, Reason
from dialogs.outcomes import Outcome
from dialogs.proofs import LINK_WAYS, Proof, ProofRules, Way
from dialogs.sayings import Moment, Part
from dialogs.tasks import (
    AskingLinkNumber,
    BindingLink,
    ConfirmingLink,
    LinkTask,
    OpeningLink,
    WaitingForLink,
    link_of,
)

LINK_SLOT = "link"
_FAILED = person(Reason.PROOF_FAILED)
_NOT_ME = person(Reason.NOT_ME)
_ENDS = {
    LinkEnd.DENIED: "linking.denied",
    LinkEnd.CANCELLED: "linking.cancelled",
    LinkEnd.FAILED: "linking.failed",
    LinkEnd.REFUSED: "linking.refused",
    LinkEnd.WRONG_PERSON: "linking.wrong-person",
    LinkEnd.WRONG_BROWSER: "linking.wrong-browser",
    LinkEnd.EXPIRED: "linking.expired",
    LinkEnd.USED_UP: "linking.used-up",
    LinkEnd.GONE: "linking.gone",
}
_REFUSALS = {
    LinkRefusal.TOO_MANY_OPEN: "linking.too-many-open",
    LinkRefusal.TOO_MANY_TODAY: "linking.too-many-today",
    LinkRefusal.BLOCKED: "linking.blocked",
    LinkRefusal.OFF: "linking.off",
}
# After these the same way leads nowhere right now; after the others a new page can be opened at once.
_NOT_AGAIN = frozenset({LinkEnd.FAILED, LinkEnd.REFUSED})


def opened(conversation: Conversation, now: datetime, event: LinkOpened) -> Turn:
    """The link with what happens behind it. Its address is in this one message and is not kept."""
    task = conversation.task
    if not isinstance(task, OpeningLink):
        return Turn(conversation, (DropLink(event.link_id),), Outcome.IGNORED)
    conversation = replace(conversation, task=WaitingForLink(task.service_id, task.aim, event.link_id))
    page = "linking.page-signature" if task.aim.way is Way.SIGNATURE else "linking.page-bank"
    minutes = str(max(1, int((event.expires_at - now).total_seconds()) // 60))
    parts = (line(page), replace(told("linking.open", event.url), page=True), line("linking.only-you", minutes=minutes))
    choices = (*ways.beside(task.aim), CANCEL)
    return reply(conversation, now, Outcome.LINK_SENT, *parts, choices=choices, private=True, slot=LINK_SLOT)


def refused(conversation: Conversation, now: datetime, event: LinkRefused) -> Turn:
    """Why no page is opened; a limit holds for every kind of page."""
    task = conversation.task
    if not isinstance(task, OpeningLink):
        return Turn(conversation, (), Outcome.IGNORED)
    dead = {task.aim.way} if event.reason is LinkRefusal.OFF else LINK_WAYS
    until = (Moment("linking.until", event.until),) if event.until is not None else ()
    parts = (line(_REFUSALS[event.reason]), *until)
    return _dead_end(conversation, now, Outcome.LINK_REFUSED, parts, task, dead)


def ended(conversation: Conversation, now: datetime, event: LinkEnded, rules: ProofRules) -> Turn:
    """The page is done: its number is asked for, or how it ended is told."""
    task = conversation.task
    if not isinstance(task, LinkTask) or task.link_id != event.link_id:
        return Turn(conversation, (), Outcome.IGNORED)
    if event.end is not LinkEnd.PROVEN:
        return _over(conversation, now, task, event.end)
    if not isinstance(task, WaitingForLink):
        return Turn(conversation, (), Outcome.IGNORED)
    asked = line("linking.ask-number", minutes=str(int(rules.number_lives.total_seconds()) // 60))
    asking = AskingLinkNumber(task.service_id, task.aim, task.link_id)
    return ask_number(replace(conversation, task=asking), now, asking, asked)


def number_typed(
    conversation: Conversation, now: datetime, task: WaitingForLink | AskingLinkNumber, number: str, ref: str
) -> Turn:
    """It leaves the chat and is tried; before the page is done there is nothing to try."""
    if isinstance(task, AskingLinkNumber):
        decisions = (HideMessage(ref), TryLinkNumber(task.link_id, number))
        return Turn(conversation, decisions, Outcome.LINK_NUMBER_ASKED)
    return link_questions.still_on_the_page(conversation, now, task).then(HideMessage(ref))


def number_not_read(conversation: Conversation, now: datetime, task: AskingLinkNumber, ref: str) -> Turn:
    return ask_number(conversation, now, task, line("linking.number-not-read")).then(HideMessage(ref))


def number_tried(conversation: Conversation, now: datetime, event: LinkNumberTried) -> Turn:
    task = conversation.task
    if not isinstance(task, AskingLinkNumber) or task.link_id != event.link_id:
        return Turn(conversation, (), Outcome.IGNORED)
    if event.right:
        confirming = ConfirmingLink(task.service_id, task.aim, task.link_id, event.name, event.number)
        return ask_whether_it_is_them(replace(conversation, task=confirming), now, confirming)
    if event.left <= 0:
        return _over(conversation, now, task, LinkEnd.USED_UP)
    wrong = line("linking.wrong-number", left=str(event.left))
    return reply(conversation, now, Outcome.LINK_NUMBER_WRONG, wrong, choices=(*ways.beside(task.aim), CANCEL, _FAILED))


def confirmed(conversation: Conversation, now: datetime, argument: str) -> Turn | None:
    """Yes or no by a button; None when it is not the page that is open."""
    answer, _, link_id = argument.partition(" ")
    task = conversation.task
    if not isinstance(task, ConfirmingLink) or task.link_id != link_id:
        return None
    return answered(conversation, now, task, yes=answer == link_questions.YES)


def answered(conversation: Conversation, now: datetime, task: ConfirmingLink, yes: bool) -> Turn:
    if yes:
        conversation = replace(conversation, task=BindingLink(task.service_id, task.aim, task.link_id))
        return Turn(conversation, (BindLink(task.link_id),), Outcome.WAITING_FOR_REGISTRY)
    left = ways.left_after(task.service_id, task.aim, {task.aim.way})
    conversation = replace(conversation, task=None)
    return reply(conversation, now, Outcome.LINK_DECLINED, line("linking.not-bound"), choices=(*left, _NOT_ME))


def bound(conversation: Conversation, now: datetime, event: LinkBound, around: Around) -> Turn:
    """Proven. What was read with the same consent is shown; else ХУР is asked for its own, or nothing was wanted."""
    task = conversation.task
    if not isinstance(task, BindingLink) or task.link_id != event.link_id:
        return Turn(conversation, (), Outcome.IGNORED)
    proof = Proof(event.level, now, now, event.way, event.link_id, event.name, event.register_number)
    conversation = replace(conversation, task=None, proof=proof, proven_once=True)
    aim = task.aim
    if ways.is_proven(conversation, now, aim.level, around):  # then a code is consent enough
        aim = replace(aim, ways=ways.possible(conversation, now, aim.level, aim.operation, around))
    return showing.reached(conversation, now, task.service_id, aim, event.rows)


def not_bound(conversation: Conversation, now: datetime, event: LinkNotBound) -> Turn:
    task = conversation.task
    if not isinstance(task, LinkTask) or task.link_id != event.link_id:
        return Turn(conversation, (), Outcome.IGNORED)
    return _over(conversation, now, task, LinkEnd.FAILED if event.end is LinkEnd.PROVEN else event.end)


def given_up(before: Conversation, event: Event, turn: Turn) -> Turn:
    """The page of a step that was left, for whatever reason, ends too. A new one ends it by itself."""
    link_id = link_of(before.task)
    over = isinstance(event, LinkEvent) or any(isinstance(decision, OpenLink) for decision in turn.decisions)
    if not link_id or over or link_of(turn.conversation.task) == link_id:
        return turn
    return turn.then(DropLink(link_id))


def _over(conversation: Conversation, now: datetime, task: LinkTask, end: LinkEnd) -> Turn:
    """How it ended, and what can be done now. Somebody else than this chat is bound to is a matter for a person."""
    told_end = line(_ENDS[end])
    if end is LinkEnd.WRONG_PERSON:
        conversation = replace(conversation, task=None, waiting_for_person=conversation.owned_by_bot)
        turn = reply(conversation, now, Outcome.LINK_ENDED, told_end, line("person.called"))
        return turn.then(OpenCase(Reason.WRONG_PERSON))
    dead = LINK_WAYS if end is LinkEnd.DENIED else {task.aim.way} if end in _NOT_AGAIN else set()
    return _dead_end(conversation, now, Outcome.LINK_ENDED, (told_end,), task, dead)


def _dead_end(
    conversation: Conversation,
    now: datetime,
    outcome: Outcome,
    parts: tuple[Part, ...],
    task: LinkTask | OpeningLink,
    dead: Collection[Way],
) -> Turn:
    left = ways.left_after(task.service_id, task.aim, dead)
    named = (line("proving.ways-left"),) if left else (line("refused.other-ways"),)
    conversation = replace(conversation, task=None)
    return reply(conversation, now, outcome, *parts, *named, choices=(*left, _FAILED))
