"""How a send ended, recorded: sent, tried again later, given up, or the person cannot be reached any more."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from bots.clearance import shut
from bots.sending import RESENT_MARK, SendRules
from connectors.channel import SendResult, Sent
from knowledge import audit_rows, outbox_rows, reach_rows
from knowledge.database import Connection
from knowledge.outbox_rows import RESENT_ONCE, OutboxRow
from knowledge.outbox_statements import ASKED, SPEAKING

log = logging.getLogger(__name__)
_TOO_MANY = "TooManyRequests"  # 429 without a time
_UNTIMED_WAIT = timedelta(seconds=1)
_WINDOW_SHUT = "WindowShut"  # what the platform says when its clock is stricter than ours


def finish(connection: Connection, row: OutboxRow, sent: Sent, rules: SendRules, now: datetime) -> None:
    """Only while nobody else has taken the row since: an older lease records nothing."""
    hold = reach_rows.hold(connection, row, now)
    if hold.is_of(row):
        record(connection, row, sent, rules, now)
    elif hold.lease == row.lease and hold.status in ("waiting", "unknown") and sent.result is SendResult.SENT:
        outbox_rows.mark_sent(connection, row.id, sent.ref, now)  # slow, not dead: now it need not go out again
    else:
        _remember_wait(connection, row, sent, now)
        log.warning("row %s ended %s for a sender that no longer had it", row.id, sent.result)


def record(connection: Connection, row: OutboxRow, sent: Sent, rules: SendRules, now: datetime) -> None:
    if sent.result is not SendResult.NOT_SENT:  # it may be a later part of a long message that was told to wait
        _remember_wait(connection, row, sent, now)
    match sent.result:
        case SendResult.SENT:
            outbox_rows.mark_sent(connection, row.id, sent.ref, now)
        case SendResult.NOT_SENT if sent.retry_after is not None:
            again = now + timedelta(seconds=sent.retry_after)
            outbox_rows.mark_waiting(connection, row.id, row.tries, ASKED + sent.problem, again)
        case SendResult.NOT_SENT if not _given_up(row, rules, now):
            least = _UNTIMED_WAIT if sent.problem == _TOO_MANY else timedelta(0)
            again = now + max(least, rules.pause(row.tries))
            outbox_rows.mark_waiting(connection, row.id, row.tries + 1, sent.problem, again)
        case SendResult.UNKNOWN if row.kind in RESENT_ONCE:
            _resend_once(connection, row, sent.problem, rules, now)
        case SendResult.GONE if row.kind in SPEAKING:
            _over(connection, row, "failed", sent.problem, now)
            reach_rows.mark_unreachable(connection, row, now)
            outbox_rows.cancel_unreachable(connection, [row.conversation_id], (row.wire,), now)
        case SendResult.REFUSED if sent.problem == _WINDOW_SHUT:
            shut(connection, row, sent.problem, now)
        case SendResult.REFUSED if row.kind == "amend":
            outbox_rows.mark_over(connection, row.id, "cancelled", sent.problem, now)  # nobody misses it
        case _:
            status = "unknown" if sent.result is SendResult.UNKNOWN else "failed"
            _over(connection, row, status, sent.problem, now)


def _remember_wait(connection: Connection, row: OutboxRow, sent: Sent, now: datetime) -> None:
    if sent.retry_after is not None:
        until = now + timedelta(seconds=sent.retry_after)
        outbox_rows.leave_alone(connection, row, row.wire, sent.problem, until)


def _given_up(row: OutboxRow, rules: SendRules, now: datetime) -> bool:
    return row.tries % RESENT_MARK + 1 >= rules.tries and now - row.created_at >= rules.patience


def _resend_once(connection: Connection, row: OutboxRow, problem: str, rules: SendRules, now: datetime) -> None:
    """Nobody knows whether it arrived: once more, by the high bit of the tries; a second time it stays unknown."""
    if row.tries >= RESENT_MARK:
        outbox_rows.mark_over(connection, row.id, "unknown", "twice", now)
        return
    again = now + max(rules.pause(row.tries), rules.chat_pause(row.wire))
    outbox_rows.mark_waiting(connection, row.id, row.tries + RESENT_MARK, f"resent: {problem}", again)


def _over(connection: Connection, row: OutboxRow, status: str, problem: str, now: datetime) -> None:
    outbox_rows.mark_over(connection, row.id, status, problem, now)
    audit_rows.record(connection, "system", f"send.{status}", row.conversation_id, now, problem)
