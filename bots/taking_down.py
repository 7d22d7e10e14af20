"""What a citizen did, into the record of the conversation; words are understood on the way."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from bots.live_catalogue import Live
from dialogs.conversation import Conversation
from dialogs.incoming import Edited, Incoming, Pressed, Said, Shared, SpokenElsewhere, Words
from dialogs.masking import holds_secret, mask_hidden, mask_text
from dialogs.rendering import label
from knowledge import feed_rows, transcript_rows
from knowledge.database import Connection
from knowledge.vault import Vault
from nlu import understand

FEED_CHANNELS = ("web", "terminal")


@dataclass(frozen=True)
class Notebook:
    """Where one turn writes. `max_characters`: longer messages are read up to there."""

    connection: Connection
    vault: Vault
    live: Live
    now: datetime
    max_characters: int

    def understood(self, words: Words) -> Said:
        text = words.text[: self.max_characters]
        return Said(text, understand(text, self.live.index), words.ref, words.shared)

    def take_down(self, state: Conversation, event: Incoming) -> None:
        match event:
            case Words():
                self._remember(state, self._readable(event.text), event.ref)
                if event.shared and event.shared.file is None:
                    self._append(state, "citizen", f"[{event.shared.what}]", "")
            case Pressed():
                choice = state.choice(event.offer, event.choice)
                pressed = label(choice, state.language, self.live.catalogue) if choice else "…"
                self._remember(state, pressed)
            case Shared():
                self._remember(state, f"[{event.what}]", event.ref)
            case Edited() if event.text:
                text = self._readable(event.text)
                text = mask_hidden(text) if holds_secret(text) else text
                self._append(state, "citizen", f"[edited] {text}", event.ref)
            case SpokenElsewhere() if event.text:
                self._append(state, "agent", self._readable(event.text), event.ref)
            case _:
                pass

    def _readable(self, text: str) -> str:
        """What nobody reads on in may hide a number: all of it is masked."""
        return text if len(text) <= self.max_characters else mask_text(text)

    def _remember(self, state: Conversation, text: str, ref: str = "") -> None:
        self._append(state, "citizen", text, ref)
        if state.channel in FEED_CHANNELS:
            body = json.dumps({"text": text}, ensure_ascii=False)
            feed_rows.append(self.connection, self.vault, state.id, "citizen", body, self.now, ref)

    def _append(self, state: Conversation, author: str, text: str, ref: str) -> None:
        transcript_rows.append(self.connection, self.vault, state.id, author, text, self.now, ref)
