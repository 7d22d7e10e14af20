"""What the assistant keeps about links and proofs, in memory: pages that a transcript opens and what answers them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from dialogs.linking import (
    BindLink,
    CheckCode,
    CodeChecked,
    DataErased,
    DropLink,
    EndProof,
    EraseData,
    HeldDataTold,
    KeepProof,
    LinkBound,
    LinkDecision,
    LinkEnd,
    LinkNotBound,
    LinkNumberTried,
    LinkOpened,
    OpenLink,
    ProofUndone,
    Rows,
    TellHeldData,
    TryLinkNumber,
    UndoProof,
)
from dialogs.messages import Event
from dialogs.proofs import GIVES, ProofRules, Way

NUMBER = "482913"  # what every page shows
CODE = "123456"  # what every own code is
PERSON, MASKED = "УХ90010112", "УХ******12"
HELD: Rows = (("held.messages", "12"), ("held.codes", "1"), ("held.since", "2026-11-02"))


@dataclass
class Pages:
    """One chat. A page of the bank reads with the same consent, a signature's does not."""

    rows: Rows
    rules: ProofRules = field(default_factory=ProofRules)
    opened: list[OpenLink] = field(default_factory=list)
    wrong: int = 0
    done_at: datetime | None = None

    @property
    def newest(self) -> str:
        return f"l{len(self.opened)}"

    def carry_out(self, decision: LinkDecision, now: datetime) -> tuple[str, Event | None]:
        """(what is done, the event that answers it)."""
        match decision:
            case OpenLink():
                return self._open(decision, now)
            case TryLinkNumber():
                return f"try {decision.number} on {decision.link_id}", self._try(decision, now)
            case BindLink():
                return f"bind {decision.link_id}", self._bind(decision)
            case DropLink():
                return f"drop {decision.link_id}", None
            case KeepProof():
                return f"keep the proof {decision.challenge_id} ({decision.level} by {decision.way})", None
            case EndProof():
                return f"end the proof {decision.proof_id} ({decision.why})", None
            case UndoProof():
                return f"undo the proof {decision.proof_id}", ProofUndone(done=True)
            case CheckCode():
                return f"compare {decision.code}", CodeChecked(decision.challenge_id, decision.code == CODE, "С****")
            case TellHeldData():
                url = "https://tuslakh.example/held/once" if decision.export else ""
                return "prepare an export" if decision.export else "count what is held", HeldDataTold(HELD, url)
            case EraseData():
                return "erase everything", DataErased()

    def _open(self, decision: OpenLink, now: datetime) -> tuple[str, Event]:
        self.opened.append(decision)
        self.wrong, self.done_at = 0, None
        what = f"open a page ({decision.way}, {decision.purpose}, {decision.level}, {decision.operation or 'nothing'})"
        url = f"https://tuslakh.example/link/{self.newest}"
        return what, LinkOpened(self.newest, url, now + timedelta(minutes=5))

    def _try(self, decision: TryLinkNumber, now: datetime) -> Event:
        link_id = decision.link_id
        if self.done_at is None or now - self.done_at > self.rules.number_lives:
            return LinkNotBound(link_id, LinkEnd.EXPIRED)
        if decision.number == NUMBER:
            level = GIVES[self.opened[-1].way]
            return LinkNumberTried(link_id, right=True, name="С****", number=MASKED, level=level)
        self.wrong += 1
        if self.wrong >= self.rules.number_tries:
            return LinkNotBound(link_id, LinkEnd.USED_UP)
        return LinkNumberTried(link_id, right=False, left=self.rules.number_tries - self.wrong)

    def _bind(self, decision: BindLink) -> Event:
        link = self.opened[-1]
        rows = self.rows if link.way is Way.BANK and link.operation else ()
        return LinkBound(decision.link_id, GIVES[link.way], link.way, "С****", PERSON, rows, link.operation)
