"""The last look before bytes go out: is the row still ours to send, and does the channel let us speak?

All in one transaction with the conversation locked. A sender that slept past its lease ends here, as does a reply
that an agent's take-over overtook and a message to somebody who blocked us.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from dialogs.window import Open, window
from knowledge import audit_rows, outbox_rows, reach_rows
from knowledge.database import Connection
from knowledge.outbox_rows import OutboxRow
from knowledge.outbox_statements import FENCED, SPEAKING
from knowledge.reach_rows import Reach

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Clearance:
    """It may go. `late`: a person's words after the bot's window; `ref`: the message an amendment changes."""

    late: bool = False
    ref: str = ""


def clear(connection: Connection, row: OutboxRow, now: datetime) -> Clearance | None:
    """None: it must not go, and why is recorded already."""
    clearance = _looked_at(connection, row, now)
    if clearance is not None:
        outbox_rows.mark_let_out(connection, row.id, now)
    return clearance


def _looked_at(connection: Connection, row: OutboxRow, now: datetime) -> Clearance | None:
    reach = reach_rows.reach(connection, row.conversation_id, lock=True)
    if not reach_rows.hold(connection, row, now).may_send(row) or reach is None:
        log.warning("row %s is no longer this sender's; it sends nothing", row.id)
        return None
    if not row.body:
        outbox_rows.mark_over(connection, row.id, "failed", "Unreadable", now)
        return None
    if row.kind in FENCED and reach.owner_number != row.owner_number:
        outbox_rows.mark_over(connection, row.id, "cancelled", "", now)
        return None
    if row.kind not in SPEAKING:
        return Clearance()
    if reach.unreachable_since:
        outbox_rows.mark_over(connection, row.id, "cancelled", "unreachable", now)
        return None
    return _through_window(connection, row, reach, now)


def _through_window(connection: Connection, row: OutboxRow, reach: Reach, now: datetime) -> Clearance | None:
    may = window(row.wire, reach.heard_at, now).open_for
    if may is Open.NOBODY or (may is Open.PEOPLE and row.kind != "person"):
        shut(connection, row, "WindowShut", now)
        return None
    if row.kind != "amend":
        return Clearance(late=may is Open.PEOPLE)
    ref = reach_rows.newest_ref(connection, row)
    if not ref:
        outbox_rows.mark_over(connection, row.id, "cancelled", "nothing to amend", now)
    return Clearance(ref=ref) if ref else None


def shut(connection: Connection, row: OutboxRow, problem: str, now: datetime) -> None:
    """The channel does not let this through until the citizen writes again; the desk is told."""
    outbox_rows.mark_over(connection, row.id, "shut", problem, now)
    audit_rows.record(connection, "system", "send.shut", row.conversation_id, now, row.kind)
