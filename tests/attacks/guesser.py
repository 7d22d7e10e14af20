"""`python -m tests.attacks.guesser`: one of several processes that guess on one database, with a clock that jumps.

Every guess is a whole turn of the product: the code or number is said in the chat, the try is taken, compared and
committed. What the process would find in the SMS or on the page it can work out (`secret_of`), so that it is right
now and then. Set in the environment: DATABASE_URL, DATA_KEY, SEED, TIME_FILE (the hour that all processes share).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from random import Random

from sqlalchemy import Table, select

from bots.carrying_out import TurnInHand
from bots.link_turn import LinkLimits
from dialogs.around import NOTHING
from dialogs.conversation import Conversation
from dialogs.incoming import Said
from dialogs.linking import BindLink, LinkOpened, OpenLink
from dialogs.messages import ChallengeOpened, Decision, Event, OpenChallenge
from dialogs.proofs import ProofRules, Way
from dialogs.purposes import AGENT, Aim
from dialogs.services import Level
from dialogs.tasks import AskingCode, AskingLinkNumber, ConfirmingLink
from dialogs.understanding import Action, Script, Understanding
from dialogs.verification.codes import CodeRules
from knowledge import challenge_rows, conversation_rows, link_rows
from knowledge.database import Connection, Database, DatabaseTrouble
from knowledge.proof_tables import links
from knowledge.tables import challenges
from knowledge.vault import Vault
from tests.bots.wired import CATALOGUE

PEOPLE = tuple(f"УБ9001011{place}" for place in range(4))
CHATS = 2  # of each person
ADDRESSES = tuple(f"{number} {chat}" for number in PEOPLE for chat in range(CHATS))
AROUND = replace(NOTHING, proofs=ProofRules(ways=frozenset({Way.OWN_SMS, Way.BANK})))
LINKS = LinkLimits(most_open=1000, most_a_day=100_000)
RULES = CodeRules(failures_breaker=10**6, resend_after=(timedelta(0),))  # the pause between codes would hide the rest
JUMPS = (timedelta(hours=-1), timedelta(0), timedelta(0), timedelta(0), timedelta(hours=1))
_CODE, _PAGE = Aim(Level.PHONE, "", Way.OWN_SMS), Aim(Level.BANK, "", Way.BANK)


def secret_of(row_id: str) -> str:
    """The six digits that belong to a challenge or a page."""
    return f"{int(sha256(row_id.encode()).hexdigest(), 16) % 10**6:06}"


class JumpingClock:
    """The shared hour, a moment on at each look, and an hour off for a while."""

    def __init__(self, file: Path, random: Random) -> None:
        self._file, self._random, self._jump, self._looks = file, random, timedelta(0), 0

    def __call__(self) -> datetime:
        self._looks += 1
        if self._looks % 40 == 0:
            self._jump = self._random.choice(JUMPS)
        return datetime.fromisoformat(self._file.read_text()) + timedelta(milliseconds=100 * self._looks) + self._jump


class Guesser:
    def __init__(self, database: Database, vault: Vault, clock: Callable[[], datetime], random: Random) -> None:
        self._database, self._vault, self._clock, self._random = database, vault, clock, random
        self._at, self._left = (PEOPLE[0], 0), 0

    def step(self) -> None:
        """One transaction: a new code or page now and then, else a guess; the same chat for a while."""
        if self._left == 0:
            self._at, self._left = (self._random.choice(PEOPLE), self._random.randrange(CHATS)), 25
        self._left -= 1
        work = self._random.choices((self._code, self._page, self._guess_code, self._guess_page), (2, 2, 12, 6))[0]
        with suppress(*DatabaseTrouble), self._database.write() as connection:
            work(connection, *self._at)

    def _code(self, connection: Connection, number: str, chat: int) -> None:
        turn = self._turn(connection, number, chat)
        opened = carried_out(turn, OpenChallenge(number, AGENT, Way.OWN_SMS))
        if isinstance(opened, ChallengeOpened):
            challenge_rows.keep_code(connection, self._vault, opened.challenge_id, secret_of(opened.challenge_id))

    def _page(self, connection: Connection, number: str, chat: int) -> None:
        """Opened in the chat, and gone through by somebody in a browser."""
        turn = self._turn(connection, number, chat)
        opened = carried_out(turn, OpenLink(Way.BANK, AGENT, Level.BANK))
        if not isinstance(opened, LinkOpened):
            return
        link, now = opened.link_id, turn.now
        link_rows.begin(connection, self._vault, link, "browser", "web", False, now)
        link_rows.take_return(connection, link, now)
        result = {"register_number": number, "name": "С****", "rows": []}
        vouched = {"identity": self._vault.identity(number), "given_level": "bank", "login_type": "bank"}
        link_rows.prove(connection, self._vault, link, number=secret_of(link), result=result, now=now, **vouched)

    def _guess_code(self, connection: Connection, number: str, chat: int) -> None:
        if challenge := self._pick(connection, challenges, number, chat):
            self._say(connection, number, chat, AskingCode(AGENT, number, challenge, aim=_CODE), secret_of(challenge))

    def _guess_page(self, connection: Connection, number: str, chat: int) -> None:
        if link := self._pick(connection, links, number, chat):
            self._say(connection, number, chat, AskingLinkNumber(AGENT, _PAGE, link), secret_of(link))

    def _pick(self, connection: Connection, table: Table, number: str, chat: int) -> str:
        """Mostly the newest of this chat, whichever process opened it; empty when there is none."""
        mine = table.c.conversation_id == conversation_rows.find(connection, "web", f"{number} {chat}")
        found = list(connection.execute(select(table.c.id).where(mine).order_by(table.c.opened_at)).scalars())
        if not found:
            return ""
        return str(found[-1] if self._random.random() < 0.8 else self._random.choice(found))

    def _say(
        self, connection: Connection, number: str, chat: int, task: AskingCode | AskingLinkNumber, right: str
    ) -> None:
        """The chat stands where a code or number is asked for, and one is said; one in eight is the right one."""
        turn = self._turn(connection, number, chat)
        typed = right if self._random.random() < 0.125 else f"{self._random.randrange(10**6):06}"
        turn.stored = replace(turn.stored, state=replace(turn.stored.state, task=task, proof=None))
        state, _ = turn.play(Said(typed, Understanding("mn", Script.CYRILLIC, Action.NOTHING), "r"))
        if isinstance(state.task, ConfirmingLink):
            carried_out(turn, BindLink(state.task.link_id))
        self._save(turn, state)

    def _turn(self, connection: Connection, number: str, chat: int) -> TurnInHand:
        now, address = self._clock(), f"{number} {chat}"
        stored = conversation_rows.lock(connection, self._vault, "web", address)
        assert stored is not None
        return TurnInHand(connection, self._vault, RULES, CATALOGUE, AROUND, stored, now, links=LINKS)

    def _save(self, turn: TurnInHand, state: Conversation) -> None:
        conversation_rows.save(turn.connection, self._vault, turn.stored, state, turn.now, AROUND.proofs)


def carried_out(turn: TurnInHand, decision: Decision) -> Event | None:
    return turn._carry_out(decision, turn.stored.state)


def main() -> None:
    random = Random(int(os.environ["SEED"]))
    database, vault = Database(os.environ["DATABASE_URL"]), Vault([os.environ["DATA_KEY"]])
    guesser = Guesser(database, vault, JumpingClock(Path(os.environ["TIME_FILE"]), random), random)
    while True:
        guesser.step()


if __name__ == "__main__":
    main()
