"""What one event or a pile of them leads to: within a transaction, with the conversation locked before it is loaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bots import out_of_order, piles
from bots.answers_in import read_answer
from bots.carrying_out import TurnInHand
from bots.entry_links import service_of
from bots.files import FileRules
from bots.in_hand import InHand
from bots.link_turn import LinkLimits
from bots.live_catalogue import Live, LiveCatalogue
from bots.piles import Member, PileRules
from bots.taking_down import Notebook
from bots.turn_order import Taken
from bots.wires import REGISTRY
from connectors.channel import Channel, Heard
from dialogs.conversation import Conversation
from dialogs.incoming import (
    AddressedInGroup,
    Edited,
    Incoming,
    Left,
    Pressed,
    Returned,
    Shared,
    SpokenElsewhere,
    Started,
    Unsupported,
    Words,
)
from dialogs.messages import (
    CaughtUp,
    Event,
    RecordRead,
    RegistryResult,
    TurnFailed,
)
from dialogs.outcomes import Outcome
from dialogs.services import Language
from dialogs.verification.codes import CodeRules
from dialogs.window import BOT_MAY
from knowledge import audit_rows, challenge_rows, conversation_rows
from knowledge.conversation_rows import StoredConversation
from knowledge.database import Connection
from knowledge.inbox_rows import InboxRow
from knowledge.vault import Vault

CLOCKS_APART = timedelta(minutes=10)  # a platform's clock that is further ahead of ours is wrong
_SPOKEN = (Words, Pressed, Shared, Started)  # what a citizen does to talk to us
_NO_BEGINNING = (Left, Returned, Unsupported)  # makes no conversation where there is none


class Handling:
    def __init__(
        self,
        vault: Vault,
        channels: Mapping[str, Channel],
        catalogue: LiveCatalogue,
        rules: CodeRules,
        max_characters: int,
        together: PileRules,
        files: FileRules,
        in_hand: InHand,
        links: LinkLimits = LinkLimits(),  # noqa: B008 - frozen
    ) -> None:
        self._vault, self._channels, self._catalogue = vault, channels, catalogue
        self._rules, self._max_characters, self._together, self._files = rules, max_characters, together, files
        self._in_hand, self._links = in_hand, links

    def handle(self, connection: Connection, taken: Taken, now: datetime) -> tuple[list[InboxRow], Outcome]:
        """The events that are done with it, and how it ended."""
        row, live = taken.row, self._catalogue.current(connection)
        if row.channel == REGISTRY:
            return [row], self._hear_registry(connection, row, live, now)
        channel = self._channels[row.channel]
        heard = channel.read(row.body)
        notebook = Notebook(connection, self._vault, live, now, self._max_characters)
        why = piles.why_together(notebook, taken, heard, self._together)
        if why is None:
            return [row], self._hear(notebook, row, heard)
        members = piles.gather(why, notebook, taken, channel.read, self._in_hand, self._together)
        done = [member.row for member in members]
        if piles.is_one_alone(why, members):
            return done, self._hear(notebook, done[-1], replace(heard, event=members[-1].event))
        return done, self._hear_pile(notebook, heard, piles.caught_up(why, members), members)

    def _hear(self, notebook: Notebook, row: InboxRow, heard: Heard) -> Outcome:
        """One event by itself."""
        if not heard.private and not isinstance(heard.event, AddressedInGroup):
            return Outcome.IGNORED
        stored = self._find(notebook, row, heard)
        if stored is None:
            return Outcome.IGNORED
        notebook.take_down(stored.state, heard.event)
        event = self._checked(notebook, row, heard.event)
        if not (isinstance(heard.event, (*_SPOKEN, Left)) and out_of_order.is_old(row, stored)):
            stored = _noticed(stored, row, heard.event, notebook.now)
            return self.play(notebook.connection, stored, event, notebook.live, notebook.now, "citizen")[1]
        return self._play_late_comer(notebook, stored, event)

    def _hear_pile(self, notebook: Notebook, heard: Heard, event: CaughtUp, members: tuple[Member, ...]) -> Outcome:
        stored = self._find(notebook, members[0].row, heard)
        assert stored is not None  # they were said by somebody
        old = all(out_of_order.is_old(member.row, stored) for member in members)
        for member in members:
            notebook.take_down(stored.state, member.event)
            stored = _noticed(stored, member.row, member.event, notebook.now)
        now, live = notebook.now, notebook.live
        return self.play(notebook.connection, stored, event, live, now, "citizen", on_the_side=old)[1]

    def _play_late_comer(self, notebook: Notebook, stored: StoredConversation, event: Event) -> Outcome:
        """Newer ones were handled before it."""
        outcome, connection, now = Outcome.IGNORED, notebook.connection, notebook.now
        for each in out_of_order.instead(event, stored.state):
            side = out_of_order.is_on_the_side(each)
            state, outcome = self.play(connection, stored, each, notebook.live, now, "citizen", on_the_side=side)
            stored = replace(stored, state=state)
        return outcome

    def _checked(self, notebook: Notebook, row: InboxRow, event: Incoming) -> Event:
        """Words are understood; what an entry link carried counts only when we signed it."""
        match event:
            case Words():
                return notebook.understood(event)
            case Started():
                return Started(service_id=service_of(self._vault, event.payload, notebook.live.catalogue))
            case SpokenElsewhere():
                return replace(event, at=row.sent_at)
            case _:
                return event

    def _find(self, notebook: Notebook, row: InboxRow, heard: Heard) -> StoredConversation | None:
        """Made with the first thing that is said."""
        stored = conversation_rows.lock(notebook.connection, self._vault, row.channel, row.address)
        if stored is not None:
            return conversation_rows.renamed(stored, heard.name)
        if isinstance(heard.event, _NO_BEGINNING):
            return None
        language = Language.EN if heard.language.lower().startswith("en") else Language.MN
        chat = (row.channel, row.address, language, heard.name)
        return conversation_rows.create(notebook.connection, self._vault, *chat, notebook.now)

    def _hear_registry(self, connection: Connection, row: InboxRow, live: Live, now: datetime) -> Outcome:
        stored = conversation_rows.lock_by_id(connection, self._vault, row.address)
        if stored is None:
            return Outcome.IGNORED
        event: Event = read_answer(row.body)
        if isinstance(event, RecordRead) and _opened_twice(connection, event, now):
            event = RecordRead(event.challenge_id, RegistryResult.USED_ALREADY)
        return self.play(connection, stored, event, live, now, "registry")[1]

    def play(
        self,
        connection: Connection,
        stored: StoredConversation,
        event: Event,
        live: Live,
        now: datetime,
        actor: str,
        on_the_side: bool = False,
    ) -> tuple[Conversation, Outcome]:
        """`on_the_side`: what is on the table is neither seen nor changed."""
        seen = replace(stored, state=out_of_order.cleared(stored.state)) if on_the_side else stored
        around = self._catalogue.around
        turn = TurnInHand(
            connection, self._vault, self._rules, live.catalogue, around, seen, now, self._files, self._links
        )
        state, outcome = turn.play(event)
        if on_the_side:
            state = out_of_order.put_back(stored.state, state, outcome)
        kept = turn.stored if not on_the_side else stored
        conversation_rows.save(connection, self._vault, kept, state, now, around.proofs)
        audit_rows.record(connection, actor, f"turn.{outcome}", state.id, now, event.kind)
        return state, outcome

    def apologise(self, connection: Connection, row: InboxRow, now: datetime) -> None:
        """Nobody is told whom we do not know: the event that would have made the conversation cannot be handled."""
        if row.channel == REGISTRY:
            stored = conversation_rows.lock_by_id(connection, self._vault, row.address)
        else:
            stored = conversation_rows.lock(connection, self._vault, row.channel, row.address)
        if stored is not None:
            live = self._catalogue.current(connection)
            self.play(connection, stored, TurnFailed(), live, now, "system")


def _opened_twice(connection: Connection, event: RecordRead, now: datetime) -> bool:
    """The code was right, but it had opened something before."""
    done = event.result is RegistryResult.DONE
    return done and not challenge_rows.settle(connection, event.challenge_id, now)


def _noticed(stored: StoredConversation, row: InboxRow, event: Incoming, now: datetime) -> StoredConversation:
    """When the citizen was last heard, and whether they can be reached."""
    match event:
        case Left():
            return stored.left(now)
        case Words() | Pressed() | Shared() | Started():
            at = min(row.sent_at, row.received_at + CLOCKS_APART) if row.dated else None
            windowed = row.received_at if row.channel in BOT_MAY else None
            return stored.heard(at or windowed)
        case Edited() | Returned():
            return stored.heard(None)
        case _:
            return stored
