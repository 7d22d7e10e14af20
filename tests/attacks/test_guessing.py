"""Guessing in parallel processes, killed at random while their clocks jump (rows O1, O2, O7, K12, K13, X6, R17).

Five processes for five seconds on each database; `ATTACK_SECONDS=120` for longer. The ledger is looked at afterwards.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select

from dialogs.services import Language
from knowledge import conversation_rows
from knowledge.database import Database
from knowledge.link_ends import CONFIRMING, NUMBER_LIVES
from knowledge.migrate import migrate
from knowledge.proof_tables import links, proofs
from knowledge.tables import challenges, code_tries
from knowledge.vault import Vault
from tests.attacks.guesser import ADDRESSES, AROUND, RULES
from tests.bots.wired import START
from tests.conftest import new_postgres
from tests.kill.story import until
from tests.process import ROOT

PROCESSES = 4
SECONDS = float(os.environ.get("ATTACK_SECONDS", "5"))
SEED = int(os.environ.get("ATTACK_SEED", "6"))
DAY, SECOND = timedelta(hours=24), timedelta(seconds=1)
MINUTES = (*[0.5] * 16, 130, 400)  # how far the shared hour goes on each time: within a code, past a lock, on a day


@dataclass
class Gang:
    """Processes of `tests.attacks.guesser`, started again as often as they are killed."""

    environment: dict[str, str]
    random: Random
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)
    kills: int = 0

    def join(self) -> None:
        environment = {**self.environment, "SEED": str(self.random.randrange(10**9))}
        command = [sys.executable, "-m", "tests.attacks.guesser"]
        self.running.append(subprocess.Popen(command, cwd=ROOT, env=environment))

    def lose_one(self) -> None:
        gone = self.running.pop(self.random.randrange(len(self.running)))
        gone.send_signal(signal.SIGKILL)
        assert gone.wait(10) == -signal.SIGKILL, "it ended by itself before it was killed"
        self.kills += 1

    def all_die(self) -> None:
        while self.running:
            self.lose_one()


@contextmanager
def gang(environment: dict[str, str], random: Random) -> Iterator[Gang]:
    made = Gang({"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **environment}, random)
    try:
        for _ in range(PROCESSES):
            made.join()
        yield made
    finally:
        made.all_die()


def rampage(url: str, folder: Path) -> int:
    """How many were killed at their work."""
    clock, random, now = folder / "now", Random(SEED), START
    clock.write_text(now.isoformat())
    key = Fernet.generate_key().decode()
    make_chats(url, key)
    with gang({"DATABASE_URL": url, "DATA_KEY": key, "TIME_FILE": str(clock)}, random) as working:
        wait_for_the_first(url)
        ends = time.monotonic() + SECONDS
        while time.monotonic() < ends:
            now += timedelta(minutes=random.choice(MINUTES))
            fresh = folder / "now.new"
            fresh.write_text(now.isoformat())
            fresh.replace(clock)
            time.sleep(0.08)
            if random.random() < 0.06:
                working.lose_one()
                working.join()
        working.all_die()
        return working.kills


def make_chats(url: str, key: str) -> None:
    """In the product a chat's events are handled one after the other, so that two never make the same chat."""
    database = Database(url)
    with database.write() as connection:
        for address in ADDRESSES:
            conversation_rows.create(connection, Vault([key]), "web", address, Language.MN, "", START)
    database.close()


def wait_for_the_first(url: str) -> None:
    """Until somebody has asked for a code."""
    database = Database(url)
    until(lambda: any_code(database), "a code")
    database.close()


def any_code(database: Database) -> bool:
    with database.read() as connection:
        return connection.execute(select(challenges.c.id).limit(1)).first() is not None


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def ledger(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """What stands in the database after it all."""
    folder = tmp_path_factory.mktemp("guessing")
    postgres = request.param == "postgresql"
    url = new_postgres(request.getfixturevalue("postgres_server")) if postgres else f"sqlite:///{folder}/test.db"
    database = Database(url)
    migrate(database)
    assert rampage(url, folder) >= PROCESSES
    yield database
    database.close()


@dataclass(frozen=True)
class Try:
    at: datetime
    challenge: str
    identity: str
    opened_at: datetime


def tries(ledger: Database) -> list[Try]:
    query = select(code_tries.c.at, code_tries.c.challenge_id, code_tries.c.identity, challenges.c.opened_at).join(
        challenges, challenges.c.id == code_tries.c.challenge_id
    )
    with ledger.read() as connection:
        return [Try(*row) for row in connection.execute(query)]


def test_the_gang_got_so_far_that_limits_were_met(ledger: Database) -> None:
    """Enough tries, a code used and a page bound: without them the other claims would be empty."""
    of_code = defaultdict[str, int](int)
    for each in tries(ledger):
        of_code[each.challenge] += 1
    with ledger.read() as connection:
        used = connection.execute(select(challenges.c.id).where(challenges.c.status == "used")).all()
        bound = connection.execute(select(links.c.id).where(links.c.status == "bound")).all()
        spent = connection.execute(select(links.c.id).where(links.c.status == "used-up")).all()
    print(len(tries(ledger)), "tries", len(used), "used", len(bound), "bound", len(spent), "used up")
    assert max(of_code.values()) == RULES.tries_before_lock
    assert used
    assert bound
    assert spent


def test_o1_no_code_got_more_than_five_tries(ledger: Database) -> None:
    of_code = defaultdict[str, int](int)
    for each in tries(ledger):
        of_code[each.challenge] += 1
    assert max(of_code.values()) <= RULES.tries_before_lock


def test_o1_nobody_got_more_than_twenty_tries_in_any_24_hours(ledger: Database) -> None:
    of_person = defaultdict[str, list[datetime]](list)
    for each in tries(ledger):
        of_person[each.identity].append(each.at)
    for times in of_person.values():
        assert all(sum(at - DAY < other <= at for other in times) <= RULES.tries_a_day for at in times)


def test_x6_no_try_was_taken_outside_of_its_codes_life(ledger: Database) -> None:
    assert not [each for each in tries(ledger) if not timedelta(0) <= each.at - each.opened_at < RULES.lifetime]


def test_o7_a_code_is_used_once_within_its_life_by_a_try_that_was_counted(ledger: Database) -> None:
    tried = {(each.challenge, each.at) for each in tries(ledger)}
    with ledger.read() as connection:
        used = connection.execute(select(challenges).where(challenges.c.used_at.is_not(None))).all()
    assert all(row.used_at - row.opened_at <= RULES.lifetime + SECOND for row in used)
    assert not [row.id for row in used if (row.id, row.used_at) not in tried]


def test_k13_every_success_left_exactly_one_proof_and_every_proof_had_a_success(ledger: Database) -> None:
    with ledger.read() as connection:
        done = list(connection.execute(select(challenges.c.id).where(challenges.c.status == "used")).scalars())
        done += connection.execute(select(links.c.id).where(links.c.status == "bound")).scalars()
        kept = list(connection.execute(select(proofs.c.id)).scalars())
    assert sorted(kept) == sorted(done)


def test_a_number_of_a_page_got_three_tries_at_most_and_bound_only_in_its_time(ledger: Database) -> None:
    with ledger.read() as connection:
        pages = connection.execute(select(links)).all()
    assert max(page.number_tries for page in pages) <= AROUND.proofs.number_tries
    bound = [page for page in pages if page.status == "bound"]
    late = [
        page.id
        for page in bound
        if not timedelta(0) <= page.over_at - page.proven_at <= NUMBER_LIVES + CONFIRMING + SECOND
    ]
    assert not late


def test_k12_what_is_over_keeps_neither_digest_nor_result(ledger: Database) -> None:
    with ledger.read() as connection:
        codes = connection.execute(
            select(challenges.c.id).where(challenges.c.status != "open", challenges.c.code_digest != "")
        ).all()
        pages = connection.execute(
            select(links.c.id).where(
                links.c.status.not_in(("open", "begun", "asking", "proven", "matched")),
                links.c.result_sealed.is_not(None),
            )
        ).all()
    assert (codes, pages) == ([], [])
