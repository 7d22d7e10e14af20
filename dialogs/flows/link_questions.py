"""What is asked at each step of a page that was opened from the chat."""

from __future__ import annotations

from datetime import datetime

from dialogs.conversation import Conversation, Turn
from dialogs.flows import ways
from dialogs.flows.speaking import CANCEL, line, reply
from dialogs.outcomes import Outcome
from dialogs.sayings import Choice, Command, Part, Verb
from dialogs.tasks import AskingLinkNumber, ConfirmingLink, WaitingForLink

YES, NO = "yes", "no"


def still_on_the_page(conversation: Conversation, now: datetime, task: WaitingForLink) -> Turn:
    choices = (*ways.beside(task.aim), CANCEL)
    return reply(conversation, now, Outcome.LINK_SENT, line("linking.still-waiting"), choices=choices)


def ask_number(conversation: Conversation, now: datetime, task: AskingLinkNumber, asked: Part) -> Turn:
    choices = (*ways.beside(task.aim), CANCEL)
    return reply(conversation, now, Outcome.LINK_NUMBER_ASKED, asked, choices=choices)


def ask_whether_it_is_them(conversation: Conversation, now: datetime, task: ConfirmingLink) -> Turn:
    """The buttons count for this page alone."""
    who = ", ".join(part for part in (task.name, task.number) if part)
    choices = (
        Choice(Command(Verb.CONFIRM_LINK, f"{YES} {task.link_id}"), "button.it-is-me"),
        Choice(Command(Verb.CONFIRM_LINK, f"{NO} {task.link_id}"), "button.not-me"),
    )
    return reply(conversation, now, Outcome.LINK_CONFIRM_ASKED, line("linking.is-it-you", who=who), choices=choices)
