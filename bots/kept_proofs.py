"""Who a chat is proven to be: kept, told to the person's other chats, ended, undone from there."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bots.answers_in import around_proof
from bots.link_turn import Linking
from dialogs.conversation import Conversation
from dialogs.linking import (
    CheckCode,
    CodeChecked,
    EndProof,
    KeepProof,
    LinkEnd,
    ProofEnd,
    ProofEnded,
    ProofUndone,
    ProvenElsewhere,
    UndoProof,
)
from dialogs.messages import Event
from dialogs.proofs import Way
from dialogs.services import Level
from knowledge import (
    audit_rows,
    challenge_rows,
    identity_rows,
    link_ends,
    proof_rows,
    sms_rows,
)
from knowledge.database import Connection

EXPORT = "export"  # the way of a page that only gives out what is held
_MUTED_FOR = timedelta(hours=24)


def keep_code_proof(linking: Linking, decision: KeepProof, state: Conversation) -> None:
    identity = linking.vault.identity(decision.register_number)
    keep(linking, decision.challenge_id, state, identity, decision.level, decision.way, "")


def keep(
    linking: Linking, proof_id: str, state: Conversation, identity: str, level: Level, way: Way, login_type: str
) -> None:
    """Kept, and told to the person's other chats, which are signed out."""
    others = proof_rows.keep(
        linking.connection,
        proof_id=proof_id,
        conversation_id=state.id,
        identity=identity,
        level=level.value,
        way=way.value,
        login_type=login_type,
        now=linking.now,
        undo=linking.limits.undo,
    )
    detail = f"{level} {way} {login_type}".strip()
    audit_rows.record(linking.connection, "bot", "proof.kept", state.id, linking.now, detail)
    told = ProvenElsewhere(proof_id, state.channel, way, linking.now)
    for other, ended_there in others:
        _end_exports(linking, other)
        if ended_there:
            gone = ProofEnded(ended_there, ProofEnd.ELSEWHERE)
            around_proof(linking.connection, linking.vault, f"ended {ended_there}", other, gone, linking.now)
        around_proof(linking.connection, linking.vault, f"proven {proof_id} {other}", other, told, linking.now)


def end_proof(linking: Linking, decision: EndProof, state: Conversation) -> None:
    if proof_rows.end(linking.connection, decision.proof_id, state.id, decision.why.value, linking.now):
        _end_exports(linking, state.id)
        audit_rows.record(linking.connection, "bot", "proof.ended", state.id, linking.now, decision.why)


def _end_exports(linking: Linking, conversation_id: str) -> None:
    """What was offered to who was proven is not given out once they are not."""
    link_ends.end_all(linking.connection, conversation_id, LinkEnd.GONE, linking.now, ways=(EXPORT,))


def undo_proof(linking: Linking, decision: UndoProof, state: Conversation) -> Event:
    """From another chat of the same person only; for a day there are no codes and no pages for them either."""
    ended = proof_rows.undo(linking.connection, decision.proof_id, state.id, linking.now)
    if ended is None:
        return ProofUndone(_erased_already(linking, decision, state))
    if identity := proof_rows.bound_identity(linking.connection, state.id):
        identity_rows.mute(linking.connection, identity, linking.now + _MUTED_FOR)
    link_ends.end_all(linking.connection, ended, LinkEnd.GONE.value, linking.now)
    gone = ProofEnded(decision.proof_id, ProofEnd.UNDONE)
    around_proof(linking.connection, linking.vault, f"undone {decision.proof_id}", ended, gone, linking.now)
    audit_rows.record(linking.connection, "bot", "proof.undone", ended, linking.now, decision.proof_id)
    return ProofUndone(True)


def _erased_already(linking: Linking, decision: UndoProof, state: Conversation) -> bool:
    """Whoever was proven as the person erased that chat since: nothing is bound there, the day without codes counts."""
    identity = proof_rows.bound_identity(linking.connection, state.id)
    if identity is None or proof_rows.is_over(linking.connection, decision.proof_id) != ProofEnd.ERASED:
        return False
    identity_rows.mute(linking.connection, identity, linking.now + _MUTED_FOR)
    identity_rows.block_links(linking.connection, identity, linking.now + proof_rows.LINKS_BLOCKED_FOR)
    audit_rows.record(linking.connection, "bot", "proof.undone", state.id, linking.now, decision.proof_id)
    return True


def check_code(linking: Linking, decision: CheckCode, state: Conversation) -> Event:
    given = (decision.challenge_id, state.id, decision.code, linking.now)
    right = challenge_rows.check_code(linking.connection, linking.vault, *given)
    if right:
        sms_rows.converted(linking.connection, decision.challenge_id, linking.now)
    return CodeChecked(decision.challenge_id, right)


def proof_still_kept(connection: Connection, state: Conversation, event: Event) -> Conversation:
    """Without a proof that ended outside the chat, and without what it had shown: the record counts, not the state.

    The notice of its end finds it, so that the chat is told.
    """
    proof = state.proof
    if proof is None or (isinstance(event, ProofEnded) and event.proof_id == proof.id):
        return state
    if proof_rows.is_over(connection, proof.id) is None:
        return state
    return replace(state, proof=None, proven_once=True, shown=None)
