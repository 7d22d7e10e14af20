"""What a storm left behind, held against what happened: nothing lost, nothing done twice, order kept."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, select

from bots.sending import RESENT_MARK
from knowledge.codec import RENDERED
from knowledge.tables import conversations, feed, inbox, outbox, transcript
from knowledge.vault import Vault
from tests.chaos.copies import Owed, copies
from tests.chaos.ledger import Seen
from tests.chaos.traffic import OLD_BUTTON, TALK, Happening, Wire

PIECES = (*TALK.values(), OLD_BUTTON)
KILL_WINDOW_SECONDS = 2.0  # so long an answer of the API may stay unrecorded on a busy machine
STORED_WITHIN = timedelta(seconds=0.5)  # from the time an event is given to its commit, on a busy machine
_FINAL = {"done", "aside", "expired", "dropped"}


@dataclass
class Verdict:
    """`problems`: everything that breaks a promise; empty is well. `explained`: each doubled send and its cause."""

    received: int = 0
    states: Counter[str] = field(default_factory=Counter)
    sends: Counter[str] = field(default_factory=Counter)
    lost: int = 0
    doubled_effects: int = 0
    inversions: int = 0
    doubled_sends: int = 0
    explained: Counter[str] = field(default_factory=Counter)
    unknown_sends: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def in_flight(self) -> int:
        return self.received - sum(self.states[state] for state in _FINAL)

    def fault(self, what: str) -> None:
        self.problems.append(what)


@dataclass(frozen=True)
class Evidence:
    """`taken`: what the product said it has, in the order of each chat; `kills`: when (monotonic seconds)."""

    taken: Sequence[Happening]
    seen: Sequence[Seen]
    kills: Sequence[float]
    poisoned: frozenset[Happening] = frozenset()  # these are to be set aside


def judge(connection: Connection, vault: Vault, evidence: Evidence) -> Verdict:
    verdict, rows = Verdict(), _rows(connection)
    verdict.received, verdict.states = len(rows), Counter(row.status for row in rows.values())
    verdict.sends = Counter(connection.execute(select(outbox.c.status)).scalars())
    by_chat: defaultdict[tuple[Wire, int], list[Happening]] = defaultdict(list)
    for happening in evidence.taken:
        row = rows.get(happening.number)
        if row is None:
            verdict.lost += 1
            verdict.fault(f"lost: event {happening.number} of {happening.wire} {happening.chat}")
            continue
        expected = "aside" if happening in evidence.poisoned else "done"
        if row.status != expected:
            verdict.fault(f"event {happening.number} is {row.status}, not {expected}: {row.problem}")
        by_chat[happening.wire, happening.chat].append(happening)
    shown = defaultdict(list)
    for message in evidence.seen:
        shown[message.chat].append(message)
    poisoned_chats = {each.chat for each in evidence.poisoned}
    for (wire, chat), said in by_chat.items():
        address = rows[said[0].number].address
        if chat in poisoned_chats or wire is Wire.GROUPS:
            continue
        refs = _check_record(connection, verdict, wire, address, said)
        if wire is Wire.MESSENGER:
            said = _in_handled_order(verdict, rows, said, refs)
        if wire is Wire.WEB:
            _check_feed(connection, vault, verdict, address, said)
        else:
            _check_sends(connection, verdict, evidence, address, said, shown[chat])
    if verdict.in_flight:
        verdict.fault(f"{verdict.in_flight} events are still in flight")
    return verdict


def _rows(connection: Connection) -> dict[int, Any]:
    """Inbox rows by the number in their event id."""
    query = select(
        inbox.c.event_id, inbox.c.address, inbox.c.status, inbox.c.problem, inbox.c.received_at, inbox.c.done_at
    ).where(inbox.c.channel.in_(("telegram", "web", "messenger")))
    return {int(row.event_id.rpartition(":")[2].lstrip("m.")): row for row in connection.execute(query)}


def _conversation(wire: Wire, address: str) -> Any:
    channel = "telegram" if wire is Wire.PRESSES else wire.value
    return (
        select(conversations.c.id)
        .where(conversations.c.channel == channel, conversations.c.address == address)
        .scalar_subquery()
    )


def _check_record(
    connection: Connection, verdict: Verdict, wire: Wire, address: str, said: Sequence[Happening]
) -> list[str]:
    """Every event is in the record of its conversation once, on Telegram in the order it happened; the record."""
    query = select(transcript.c.ref).where(
        transcript.c.conversation_id == _conversation(wire, address), transcript.c.author == "citizen"
    )
    refs = list(connection.execute(query.order_by(transcript.c.id)).scalars())
    if len(refs) > len(said):
        verdict.doubled_effects += len(refs) - len(said)
        verdict.fault(f"{wire} {address}: {len(refs)} turns for {len(said)} events")
    if len(refs) < len(said):
        verdict.lost += len(said) - len(refs)
        verdict.fault(f"{wire} {address}: {len(refs)} turns for {len(said)} events")
    if wire is Wire.TELEGRAM and (wrong := _inversions([int(ref) for ref in refs])):
        verdict.inversions += wrong
        verdict.fault(f"{wire} {address}: {wrong} inversions")
    return refs


def _in_handled_order(
    verdict: Verdict, rows: dict[int, Any], said: Sequence[Happening], refs: Sequence[str]
) -> list[Happening]:
    """Meta brings events in any order: what came too late may be handled late, what was there in time may not."""
    by_number = {happening.number: happening for happening in said}
    order = [int(ref.removeprefix("m.")) for ref in refs]
    for place, number in enumerate(order):
        overtaken = [other for other in order[place + 1 :] if other < number]
        taken_at = rows[number].done_at
        if any(rows[other].received_at < taken_at - STORED_WITHIN for other in overtaken):
            verdict.inversions += 1
            verdict.fault(f"messenger {said[0].chat}: {number} was handled before an older one that was there")
    return [by_number[number] for number in order if number in by_number]


def _check_feed(
    connection: Connection, vault: Vault, verdict: Verdict, address: str, said: Sequence[Happening]
) -> None:
    """A web chat shows each answer exactly once, whatever happened."""
    query = select(feed.c.author, feed.c.body_sealed).where(feed.c.conversation_id == _conversation(Wire.WEB, address))
    bodies = [
        vault.open(row.body_sealed) for row in connection.execute(query.order_by(feed.c.position)) if row[0] == "bot"
    ]
    seen = [piece_of(RENDERED.validate_json(body).plain) for body in bodies]
    if seen != [happening.answer for happening in said]:
        verdict.fault(f"web {address[:8]}: {len(seen)} answers for {len(said)} messages, or in another order")
        verdict.doubled_effects += max(0, len(seen) - len(said))
        verdict.lost += max(0, len(said) - len(seen))


def _check_sends(
    connection: Connection,
    verdict: Verdict,
    evidence: Evidence,
    address: str,
    said: Sequence[Happening],
    shown: Sequence[Seen],
) -> None:
    """Every owed reply was seen once, in order; twice only where nobody could know, and each of those is explained."""
    kinds = outbox.c.kind.in_(("reply", "notice"))
    query = select(outbox.c.status, outbox.c.tries, outbox.c.problem).where(outbox.c.address == address, kinds)
    rows = connection.execute(query.order_by(outbox.c.id)).all()
    statuses = [row.status for row in rows]
    if len(statuses) != len(said):
        verdict.doubled_effects += max(0, len(statuses) - len(said))
        verdict.lost += max(0, len(said) - len(statuses))
        verdict.fault(f"chat {address}: {len(statuses)} replies owed for {len(said)} events")
        return
    verdict.unknown_sends += statuses.count("unknown")
    bounds = {"sent": (1, 2), "unknown": (0, 2)}
    wrong = [status for status in statuses if status not in bounds]
    if wrong:
        verdict.fault(f"chat {address}: replies are {Counter(wrong)}")
        return
    owed = [Owed(each.answer, *bounds[status]) for each, status in zip(said, statuses, strict=True)]
    found = copies(owed, [piece_of(message.text) for message in shown])
    if found is None:
        odd = [message.text[:60] for message in shown if piece_of(message.text) == message.text]
        verdict.fault(f"chat {address}: what was seen is not what was owed, in order; answers nobody knows: {odd[:3]}")
        verdict.inversions += 1
        return
    alike = any(one.answer == other.answer for one, other in pairwise(said))
    doubted = [row.tries >= RESENT_MARK or row.status == "unknown" for row in rows]
    resent = [f"recorded: {row.problem}" if each else "" for row, each in zip(rows, doubted, strict=True)]
    _explain(verdict, evidence, address, found, shown, resent, alike)


def _explain(
    verdict: Verdict,
    evidence: Evidence,
    address: str,
    found: Sequence[int],
    shown: Sequence[Seen],
    resent: Sequence[str],
    alike: bool,
) -> None:
    """The product must have recorded that it sent a second time because nobody could know; the cause is listed.

    Without a fault of ours or a kill close by it is what the product recorded: an answer that came too late.
    Where answers next to each other look `alike` nobody can tell whose copy is whose: the chat as a whole must not
    have more copies than it has such records, and one that was never seen (0) stands for one counted too many.
    """
    pool = [each for each in resent if each]
    too_many = found.count(0) if alike else 0
    place = 0
    for count, own in zip(found, resent, strict=True):
        if count == 2 and too_many:
            too_many -= 1
        elif count == 2:
            verdict.doubled_sends += 1
            recorded = (pool.pop() if pool else "") if alike else own
            if recorded:
                verdict.explained[_cause(evidence, shown[place]) or recorded] += 1
            else:
                verdict.fault(f"chat {address}: a reply was sent twice although its fate was known")
        place += count


def _cause(evidence: Evidence, message: Seen) -> str:
    """Why its sender could not know that it arrived; empty when it could."""
    if message.ambiguous:
        return message.ambiguous
    return "killed" if any(0 <= kill - message.at <= KILL_WINDOW_SECONDS for kill in evidence.kills) else ""


def piece_of(text: str) -> str:
    """The piece that names an answer; an unexpected one stays as it is and fits nothing."""
    return next((piece for piece in PIECES if piece in text), text)


def _inversions(numbers: Iterable[int]) -> int:
    highest, found = 0, 0
    for number in numbers:
        found += number < highest
        highest = max(highest, number)
    return found
