"""What is held about a chat: told, given out by a page of its own, erased."""

from __future__ import annotations

from bots.kept_proofs import EXPORT as EXPORT
from bots.link_turn import Linking
from dialogs.conversation import Conversation
from dialogs.linking import (
    DataErased,
    HeldDataTold,
    TellHeldData,
)
from dialogs.messages import Event
from dialogs.purposes import MY_DATA
from dialogs.services import Level
from knowledge import (
    audit_rows,
    erasing,
    held_rows,
    link_rows,
)


def tell_held(linking: Linking, decision: TellHeldData, state: Conversation) -> Event:
    """Counts; for an export also the address of the page it can be loaded from, once."""
    held = held_rows.summary(linking.connection, state.id)
    rows = [(f"held.{each.kind}", str(each.count)) for each in held if each.count]
    rows.append(("held.since", linking.stored.created_at.date().isoformat()))
    if not decision.export:
        return HeldDataTold(tuple(rows))
    page, token = link_rows.open_link(
        linking.connection,
        linking.vault,
        conversation_id=state.id,
        channel=state.channel,
        address=linking.stored.address,
        way=EXPORT,
        purpose=MY_DATA,
        operation="",
        level=Level.NONE.value,
        provider="",
        now=linking.now,
        lives=linking.rules.link_lives,
    )
    audit_rows.record(linking.connection, "bot", "export.offered", state.id, linking.now, page)
    return HeldDataTold(tuple(rows), f"{linking.limits.base_url}/mydata/{token}")


def erase(linking: Linking, state: Conversation) -> Event:
    erasing.erase(linking.connection, linking.vault, state.id, linking.now)
    audit_rows.record(linking.connection, "citizen", "chat.erased", state.id, linking.now)
    return DataErased()
