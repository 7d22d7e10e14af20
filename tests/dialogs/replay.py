"""Plays a transcript through `step` and writes down what was said, so that the two can be compared line by line.

A transcript is what people see. What happens is an unindented line: `citizen: <words>`, `start`, `sticker`,
`press: <label>` (on the newest message that has it; `@3` behind it means the third message with buttons, which may be
a number instead of a label), `registry: <answer>`, `agent <name> takes|says: <words>|gives back|closes|asks: <level>`,
`page: <how it ended>`, `proof ends: <why>`, `elsewhere: <channel> <way>`, `wait: 31 s`, `release without: <service>`.
What it leads to follows: `bot:`, `notice:` (said whoever owns the conversation),
`private:`, `does:` (a decision nobody sees) and `silence: <outcome>`. A message that was said before, word for word
and button for button, is written `(as before)` with its first line. `channel:`, `ways:` and `#` lines come first.
`python -m tests.dialogs.replay FILE ...` writes the files as they are played now: read the difference first.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from dialogs.around import Around
from dialogs.conversation import Conversation, Turn
from dialogs.engine import step
from dialogs.incoming import Edited, Pressed, Said, Shared, SharedKind, Started, Unsupported
from dialogs.linking import (
    AgentAskedProof,
    LinkDecision,
    LinkEnd,
    LinkEnded,
    ProofEnd,
    ProofEnded,
    ProvenElsewhere,
)
from dialogs.messages import (
    AgentSaid,
    CaseTaken,
    CloseCase,
    CodeRequested,
    Decision,
    Event,
    GivenBack,
    HideMessage,
    KeepExample,
    OpenCase,
    OpenChallenge,
    ReadRecord,
    RecordRead,
    RegistryResult,
    Reply,
    RequestCode,
    TakeTry,
)
from dialogs.proofs import Way
from dialogs.rendering import Rendered, render
from dialogs.services import Catalogue, Level
from tests.dialogs.pages import Pages
from tests.dialogs.referee import Referee
from tests.dialogs.services import AROUND, CATALOGUE, without
from tests.dialogs.understandings import understand

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
UNITS = {"s": timedelta(seconds=1), "min": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
ANSWERS = {
    "code sent": RegistryResult.DONE,
    "own card": RegistryResult.DONE,
    "wrong code": RegistryResult.WRONG_CODE,
    "nobody by that number": RegistryResult.NOT_FOUND,
    "no answer": RegistryResult.UNAVAILABLE,
    "unclear": RegistryResult.UNKNOWN,
}
OWN_CARD = (
    ("field.family-name", "Боржигин"),
    ("field.patronymic", "Болд"),
    ("field.given-name", "Сараа"),
    ("field.register-number", "УХ90010112"),
    ("field.civil-id", "123456789012"),
    ("field.sex", "Эмэгтэй"),
    ("field.birth-date", "1990-01-01"),
    ("field.address", "Баянзүрх дүүрэг"),
    ("field.valid-until", "2030-01-01"),
)
SHORT = 1  # lines of a message that is always written out
OUTCOMES = ("bot:", "notice:", "private:", "does:", "silence:", " ")
WITHOUT_WORDS: dict[str, Event] = {
    "start": Started(),
    "sticker": Shared(SharedKind.STICKER),
    "photo": Shared(SharedKind.PHOTO),
    "edit": Edited(),
    "unknown": Unsupported(),
}


@dataclass
class Play:
    """One conversation being played, with the world around it."""

    conversation: Conversation = field(default_factory=lambda: Conversation("1", "telegram"))
    now: datetime = NOON
    catalogue: Catalogue = CATALOGUE
    around: Around = AROUND
    referee: Referee = field(default_factory=Referee)
    pages: Pages = field(default_factory=lambda: Pages(OWN_CARD))
    owed: RequestCode | ReadRecord | None = None  # what the registry was asked last
    offers: list[Rendered] = field(default_factory=list)
    messages: int = 0
    said: set[str] = field(default_factory=set)

    def happen(self, line: str) -> Iterator[str]:
        """What one line of the transcript leads to."""
        name, _, rest = line.partition(": ")
        if name == "wait":
            number, unit = rest.split()
            self.now += int(number) * UNITS[unit]
        elif name == "channel":
            self.conversation = Conversation("1", rest)
        elif name == "ways":
            ways = frozenset(map(Way, rest.split()))
            self.around = replace(self.around, proofs=replace(self.around.proofs, ways=ways))
        elif name == "release without":
            self.catalogue = without(rest)
        else:
            yield from self._lead_to(self._event(name, rest))

    def _event(self, name: str, rest: str) -> Event:
        if name == "citizen":
            self.messages += 1
            return Said(rest, understand(rest), f"m{self.messages}")
        if name == "press":
            return self._press(rest)
        if name == "registry":
            return self._registry(ANSWERS[rest])
        if name.startswith("agent "):
            return _agent(name.removeprefix("agent "), rest)
        return self._around_proofs(name, rest) or WITHOUT_WORDS[name]

    def _around_proofs(self, name: str, rest: str) -> Event | None:
        if name == "page":
            self.pages.done_at = self.now
            return LinkEnded(self.pages.newest, LinkEnd(rest))
        if name == "proof ends" and self.conversation.proof is not None:
            return ProofEnded(self.conversation.proof.id, ProofEnd(rest))
        if name == "elsewhere":
            channel, way = rest.split()
            return ProvenElsewhere("p9", channel, Way(way), self.now)
        return None

    def _press(self, what: str) -> Pressed:
        label, _, place = what.partition(" @")
        numbers = [int(place)] if place else range(len(self.offers), 0, -1)
        for number in numbers:
            labels = [button.label for button in self.offers[number - 1].buttons]
            if label in labels:
                return Pressed(number, labels.index(label))
            if label.isdecimal() and int(label) <= len(labels):
                return Pressed(number, int(label) - 1)
        raise AssertionError(f"no button {what!r}")

    def _registry(self, result: RegistryResult) -> Event:
        owed, self.owed = self.owed, None
        match owed:
            case RequestCode():
                return CodeRequested(owed.challenge_id, result)
            case ReadRecord():
                if result is RegistryResult.DONE:
                    self.referee.succeeded(owed.challenge_id)
                return RecordRead(owed.challenge_id, result, OWN_CARD if result is RegistryResult.DONE else ())
            case None:
                raise AssertionError("the registry was asked nothing")

    def _lead_to(self, event: Event) -> Iterator[str]:
        turn = self._step(event)
        if not turn.decisions:
            yield f"silence: {turn.outcome}"
        for decision in turn.decisions:
            yield from self._carry_out(decision)

    def _step(self, event: Event) -> Turn:
        turn = step(self.conversation, event, self.now, self.catalogue, self.around)
        self.conversation = turn.conversation
        return turn

    def _carry_out(self, decision: Decision) -> Iterator[str]:
        match decision:
            case Reply():
                yield from self._say(decision)
            case OpenChallenge():
                yield from self._lead_to(self.referee.open_challenge(decision.register_number, self.now))
            case TakeTry():
                yield from self._lead_to(self.referee.take_try(decision.challenge_id, self.now))
            case RequestCode():
                self.owed = decision
                how = "" if decision.way is Way.SMS else f" by {decision.way}"
                yield f"does: ask the registry to send a code to {decision.register_number}{how}"
            case ReadRecord():
                self.owed = decision
                yield f"does: ask the registry for the card of {decision.register_number} with {decision.code}"
            case HideMessage():
                yield f"does: hide {decision.ref}"
            case OpenCase():
                yield f"does: open a case ({decision.reason})"
            case KeepExample():
                yield f"does: keep «{decision.text}» as {decision.service_id or 'none of these'} ({decision.how})"
            case CloseCase():
                yield "does: close the case"
            case _ if isinstance(decision, LinkDecision):
                done, answer = self.pages.carry_out(decision, self.now)
                yield f"does: {done}"
                if answer is not None:
                    yield from self._lead_to(answer)

    def _say(self, reply: Reply) -> Iterator[str]:
        shown = render(reply.message, self.conversation.language, self.catalogue, self.now)
        who = "notice" if reply.notice else "private" if shown.private else "bot"
        lines = shown.plain.splitlines()
        if shown.buttons:
            self.offers.append(shown)
            lines.append(" ".join(f"[{button.label}]" for button in shown.buttons))
        yield from self._written(f"{who}: ", lines)

    def _written(self, who: str, lines: list[str]) -> Iterator[str]:
        whole = "\n".join(lines)
        if whole in self.said and len(lines) > SHORT:
            yield f"{who}(as before) {lines[0]}"
        else:
            yield who + lines[0]
            yield from (f"    {line}" for line in lines[1:])
        self.said.add(whole)


def _agent(name_and_verb: str, words: str) -> Event:
    name, verb = name_and_verb.split(" ", 1)
    events: dict[str, Event] = {
        "takes": CaseTaken(name, name),
        "says": AgentSaid(name, words),
        "gives back": GivenBack(name),
        "asks": AgentAskedProof(name, Level(words) if words in set(Level) else Level.NONE),
        "closes": GivenBack(name, close=True),
    }
    return events[verb]


def replay(transcript: str) -> str:
    """The same events, with what they lead to now."""
    play, lines = Play(), list[str]()
    for line in transcript.splitlines():
        if not line.startswith(OUTCOMES):
            lines.append(line)
            if line and not line.startswith("#"):
                lines += play.happen(line)
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    for path in map(Path, sys.argv[1:]):
        path.write_text(replay(path.read_text(encoding="utf-8")), encoding="utf-8")
