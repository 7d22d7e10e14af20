"""Events of one chat that are answered together: they waited too long, or they come faster than they are read."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from bots.in_hand import InHand
from bots.taking_down import Notebook
from bots.turn_order import Taken
from connectors.channel import Heard
from dialogs.incoming import Edited, Incoming, Pressed, Said, Shared, Started, Words
from dialogs.masking import holds_secret
from dialogs.messages import CaughtUp, Pile
from knowledge import inbox_rows
from knowledge.database import DatabaseTrouble
from knowledge.inbox_rows import InboxRow

log = logging.getLogger(__name__)
MOST = 200  # events answered together in one transaction
MINUTE = timedelta(minutes=1)
_FROM_CITIZEN = (Words, Pressed, Shared, Started)


@dataclass(frozen=True)
class PileRules:
    """`late_after`: what was sent longer ago is not carried out. `turns_a_minute`: answered one by one, of one chat."""

    late_after: timedelta = timedelta(minutes=15)
    turns_a_minute: int = 20


@dataclass(frozen=True)
class Member:
    """One event of a pile; `said` when it is words."""

    row: InboxRow
    event: Incoming
    said: Said | None


def why_together(notebook: Notebook, taken: Taken, heard: Heard, rules: PileRules) -> Pile | None:
    """None for an event that is answered by itself. Counting is left out where nothing waits behind it."""
    row, now = taken.row, notebook.now
    if not isinstance(heard.event, _FROM_CITIZEN) or not heard.private:
        return None
    if _is_late(row, now, rules):
        return Pile.LATE
    if not taken.more:
        return None
    most = rules.turns_a_minute
    handled = inbox_rows.handled_since(notebook.connection, row.channel, row.address, now - MINUTE, now, most)
    return Pile.FLOOD if handled >= most else None


def gather(
    why: Pile,
    notebook: Notebook,
    taken: Taken,
    read: Callable[[str], Heard],
    in_hand: InHand,
    rules: PileRules,
) -> tuple[Member, ...]:
    """The chat's first event and those behind it, up to the first that has to be handled by itself.

    That is one of another kind, one that was tried before, and one that cannot be read or understood: it becomes the
    first of its chat next, and only its own tries are used up.
    """
    understood: dict[Words, Said] = {}
    head = taken.row
    members = [_member(head, read(head.body).event, notebook, understood)]
    if taken.more and head.tries == 0:
        rows = inbox_rows.behind(notebook.connection, notebook.vault, head, notebook.now, MOST - 1)
        members += _following(rows, why, notebook, read, in_hand, rules, understood)
        in_hand.note(head.id)
    return tuple(members)


def caught_up(why: Pile, members: tuple[Member, ...]) -> CaughtUp:
    said = tuple(member.said for member in members if member.said)
    times = [member.row.sent_at for member in members]
    shared = tuple(member.event for member in members if isinstance(member.event, Shared))
    return CaughtUp(why, said, len(members) - len(said), min(times), max(times), shared)


def is_one_alone(why: Pile, members: tuple[Member, ...]) -> bool:
    """Nothing to sum up: only starts, which do no harm however late they are, or a flood that is over."""
    only_starts = all(isinstance(member.event, Started) for member in members)
    return only_starts or (why is Pile.FLOOD and len(members) == 1)


def _following(
    rows: list[InboxRow],
    why: Pile,
    notebook: Notebook,
    read: Callable[[str], Heard],
    in_hand: InHand,
    rules: PileRules,
    understood: dict[Words, Said],
) -> Iterator[Member]:
    for row in rows:
        if why is Pile.LATE and not _is_late(row, notebook.now, rules):
            return
        in_hand.note(row.id)
        try:
            heard = read(row.body)
            if not heard.private or not _can_be_piled(heard.event):
                return
            member = _member(row, heard.event, notebook, understood)
        except DatabaseTrouble:
            raise
        except Exception as error:
            log.warning("event %s is left out of its pile: %s", row.id, type(error).__name__)
            return
        yield member


def _member(row: InboxRow, event: Incoming, notebook: Notebook, understood: dict[Words, Said]) -> Member:
    """The same words again are not understood again."""
    if not isinstance(event, Words):
        return Member(row, event, None)
    same = Words(event.text)
    if same not in understood:
        understood[same] = notebook.understood(same)
    known = understood[same]
    return Member(row, event, Said(known.text, known.understanding, event.ref, event.shared))


def _can_be_piled(event: Incoming) -> bool:
    """A change of a message is only read along; one with a number in it has to be hidden."""
    return isinstance(event, _FROM_CITIZEN) or (isinstance(event, Edited) and not holds_secret(event.text))


def _is_late(row: InboxRow, now: datetime, rules: PileRules) -> bool:
    return now - row.sent_at > rules.late_after
