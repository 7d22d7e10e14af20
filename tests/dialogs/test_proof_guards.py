"""Row D3: no step of a proof is reached without its guards, in any state, by any event, in any order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from dialogs.around import Around
from dialogs.conversation import Conversation
from dialogs.engine import step
from dialogs.incoming import Edited, Pressed, Said
from dialogs.linking import (
    AgentAskedProof,
    CodeChecked,
    DataErased,
    DropLink,
    EndProof,
    LinkBound,
    LinkDecision,
    LinkEnd,
    LinkEnded,
    OpenLink,
    ProofEnd,
    ProofEnded,
    ProvenElsewhere,
)
from dialogs.messages import (
    CaseTaken,
    CodeRequested,
    Decision,
    Event,
    GivenBack,
    OpenChallenge,
    ReadRecord,
    RecordRead,
    RegistryResult,
    RequestCode,
    TakeTry,
)
from dialogs.outcomes import Outcome
from dialogs.proofs import Way, is_live
from dialogs.services import Catalogue, Level
from dialogs.tasks import link_of
from tests.dialogs.guards import broken
from tests.dialogs.pages import NUMBER, Pages
from tests.dialogs.referee import Referee
from tests.dialogs.services import CATALOGUE
from tests.dialogs.states import AROUNDS, CATALOGUES, NOW, WIRED, conversations, events, of_the_bot, often
from tests.dialogs.understandings import understand

WALKS, STEPS = 500, 50
WORDS = (
    "үнэмлэхний лавлагаа", "хөрөнгийн жагсаалт", "тийм", "үгүй", "болих", "буцах", "өөр арга", "код ирсэнгүй",
    "гарах", "намайг март", "миний мэдээлэл танай дээр", "паспорт", "УХ90010112", "123456", "111111", NUMBER, "хүн",
)  # fmt: skip
FITTING = {
    "asking-number": "УХ90010112", "asking-code": "123456", "asking-link-number": NUMBER, "confirming-link": "тийм",
}  # fmt: skip
ROWS = (("field.given-name", "Сараа"), ("field.register-number", "УХ90010112"))


@often
@given(conversations(), events, CATALOGUES, AROUNDS)
def test_no_turn_goes_past_a_guard(before: Conversation, event: Event, catalogue: Catalogue, around: Around) -> None:
    assert broken(before, event, step(before, event, NOW, catalogue, around)) == []


@often
@given(conversations(), events, CATALOGUES, AROUNDS)
def test_a_page_never_outlives_its_step(
    before: Conversation, event: Event, catalogue: Catalogue, around: Around
) -> None:
    turn = step(before, event, NOW, catalogue, around)
    link_id, ended = link_of(before.task), isinstance(event, LinkBound | LinkEnded | DataErased)
    if link_id and link_of(turn.conversation.task) != link_id and not ended and not isinstance(event, LinkDecision):
        left = any(isinstance(decision, DropLink | OpenLink) for decision in turn.decisions)
        assert left or event.kind in ("link-not-bound", "link-number-tried")


@often
@given(conversations(), events, CATALOGUES, AROUNDS)
def test_a_proof_whose_time_is_over_is_gone_after_any_event_and_told_to_the_record_once(
    before: Conversation, event: Event, catalogue: Catalogue, around: Around
) -> None:
    turn = step(before, event, NOW, catalogue, around)
    old = before.proof
    if old is not None and not is_live(old, around.proofs, NOW):
        ends = [each for each in turn.decisions if isinstance(each, EndProof) and each.why is ProofEnd.EXPIRED]
        assert ends == ([EndProof(old.id, ProofEnd.EXPIRED)] if old.id else [])
        assert turn.conversation.proof is not old


@often
@given(conversations(), st.sampled_from(("УБ90010112", "482913", "123456")), CATALOGUES)
def test_an_edited_message_never_moves_a_step(before: Conversation, text: str, catalogue: Catalogue) -> None:
    assert step(of_the_bot(before), Edited(text, "m1"), NOW, catalogue, WIRED).conversation.task == before.task


class Walk:
    """One chat with an honest world around it, driven by somebody who presses and types anything at any time."""

    def __init__(self, seed: int) -> None:
        self.random, self.now = Random(seed), NOW
        self.conversation = Conversation("1", self.random.choice(("telegram", "web")))
        self.referee, self.pages = Referee(), Pages(ROWS)
        self.owed: RequestCode | ReadRecord | None = None
        self.seen: set[str] = set()

    def run(self, steps: int) -> Iterator[str]:
        for _ in range(steps):
            self.now += timedelta(seconds=self.random.choice((1, 1, 1, 5, 5, 40, 200, 2000)))
            yield from self._play(self._event())

    def _event(self) -> Event:
        roll, offers = self.random.random(), self.conversation.offers
        if roll < 0.35 and offers:
            offer = self.random.choice(offers[-3:])
            return Pressed(offer.number, self.random.randrange(len(offer.choices)))
        if roll < 0.5 and self.owed is not None:
            return self._answer()
        if roll < 0.65 and self.pages.opened:
            self.pages.done_at = self.now
            return LinkEnded(self.pages.newest, self.random.choice((LinkEnd.PROVEN,) * 6 + tuple(LinkEnd)))
        if roll < 0.72:
            return self._from_outside()
        fitting = FITTING.get(self.conversation.task.kind if self.conversation.task else "")
        text = fitting if fitting and self.random.random() < 0.5 else self.random.choice(WORDS)
        return Said(text, understand(text), "m1")

    def _answer(self) -> Event:
        owed, self.owed = self.owed, None
        assert owed is not None
        if isinstance(owed, RequestCode):
            return CodeRequested(owed.challenge_id, RegistryResult.DONE)
        right = owed.code == "123456"
        if right:
            self.referee.succeeded(owed.challenge_id)
        result = RegistryResult.DONE if right else RegistryResult.WRONG_CODE
        return RecordRead(owed.challenge_id, result, ROWS if right else (), owed.operation)

    def _from_outside(self) -> Event:
        proof = self.conversation.proof.id if self.conversation.proof else "p9"
        events: tuple[Event, ...] = (
            CaseTaken("bat", "Бат"), GivenBack("bat"), AgentAskedProof("bat", Level.PHONE), Edited("123456", "m1"),
            AgentAskedProof("bat", Level.BANK), ProofEnded(proof, ProofEnd.ELSEWHERE),
            ProvenElsewhere("p8", "web", Way.BANK, self.now), LinkBound("l1", Level.BANK, Way.BANK, rows=ROWS),
            CodeChecked("c1", right=True), RecordRead("c1", RegistryResult.DONE, ROWS),
        )  # fmt: skip
        return self.random.choice(events)

    def _play(self, event: Event) -> Iterator[str]:
        before = self.conversation
        turn = step(before, event, self.now, CATALOGUE, WIRED)
        yield from broken(before, event, turn)
        self.conversation = turn.conversation
        self.seen |= {turn.conversation.task.kind if turn.conversation.task else "", turn.outcome}
        if turn.conversation.proof:
            self.seen.add(turn.conversation.proof.level)
        for decision in turn.decisions:
            answer = self._carry_out(decision)
            if answer is not None:
                yield from self._play(answer)

    def _carry_out(self, decision: Decision) -> Event | None:
        match decision:
            case RequestCode() | ReadRecord():
                self.owed = decision
                return None
            case OpenChallenge():
                return self.referee.open_challenge(decision.register_number, self.now)
            case TakeTry():
                return self.referee.take_try(decision.challenge_id, self.now)
            case _ if isinstance(decision, LinkDecision):
                return self.pages.carry_out(decision, self.now)[1]
            case _:
                return None


def test_row_d3_random_walks_go_past_no_guard_and_reach_every_step() -> None:
    """25,000 steps here; 10^5 walks (1,200,000 steps) were run once by hand."""
    seen: set[str] = set()
    for seed in range(WALKS):
        walk = Walk(seed)
        assert list(walk.run(STEPS)) == [], seed
        seen |= walk.seen
    assert {"confirming-link", "asking-link-number", "choosing-way", "asking-code"} <= seen
    assert {Level.PHONE, Level.BANK, Outcome.PROVEN, Outcome.ERASED, Outcome.PROOF_UNDONE} <= seen
