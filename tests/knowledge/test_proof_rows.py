"""Who was proven where: one live proof a person, other chats are told, and it is undone from them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from sqlalchemy import func, select

from knowledge import identity_rows, proof_rows
from knowledge.database import Connection, Database
from knowledge.proof_tables import proofs
from tests.knowledge.chats import NOW, VAULT, after, keep_proof, new_chat

MINE, THEIRS = "РС90010112", "РС90010113"


def two_chats(connection: Connection, name: str, number: str) -> tuple[str, str]:
    """Both proven as the same person, the second one after the first, with the proofs `<name> 1` and `<name> 2`."""
    (first, _), (second, _) = new_chat(connection), new_chat(connection)
    keep_proof(connection, first, f"{name} 1", number)
    keep_proof(connection, second, f"{name} 2", number, after(minutes=1))
    return first, second


def undo(connection: Connection, proof_id: str, chat: str, now: datetime = NOW) -> str | None:
    return proof_rows.undo(connection, proof_id, chat, now)


def test_a_new_proof_ends_the_persons_proof_elsewhere_and_names_the_chat_to_tell(shared: Database) -> None:
    with shared.write() as connection:
        first, second = two_chats(connection, "elsewhere", MINE)
        assert proof_rows.is_over(connection, "elsewhere 1") == "elsewhere"
        assert keep_proof(connection, first, "elsewhere 3", MINE) == [(second, "elsewhere 2")]
        assert keep_proof(connection, first, "elsewhere 4", MINE) == [(second, "")]
        assert proof_rows.is_over(connection, "elsewhere 3") == "replaced"
        assert proof_rows.is_over(connection, "elsewhere 4") is None


def test_a_proof_kept_twice_tells_nobody_twice(shared: Database) -> None:
    with shared.write() as connection:
        _, second = two_chats(connection, "twice", "РС90010114")
        assert keep_proof(connection, second, "twice 2", "РС90010114") == []
        assert proof_rows.is_over(connection, "twice 2") is None


def test_chats_proven_over_a_year_ago_are_not_told(shared: Database) -> None:
    with shared.write() as connection:
        two_chats(connection, "a year", "РС90010115")
        third, _ = new_chat(connection)
        assert keep_proof(connection, third, "a year 3", "РС90010115", after(days=366)) == []


def test_of_parallel_proofs_of_one_person_one_stays_live(shared: Database) -> None:
    with shared.write() as connection:
        chats = [new_chat(connection)[0] for _ in range(12)]

    def keep(place: int) -> None:
        with shared.write() as connection:
            keep_proof(connection, chats[place], f"parallel {place}", "РС90010116")

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(keep, range(12)))
    person = VAULT.identity("РС90010116")
    with shared.read() as connection:
        live = (proofs.c.identity == person, proofs.c.ended_at.is_(None))
        assert connection.execute(select(func.count()).select_from(proofs).where(*live)).scalar() == 1


def test_a_chat_stays_bound_when_its_proof_is_over(shared: Database) -> None:
    with shared.write() as connection:
        chat, _ = new_chat(connection)
        assert proof_rows.bound_identity(connection, chat) is None
        keep_proof(connection, chat, "stays bound", "РС90010117")
        assert proof_rows.end(connection, "stays bound", chat, "signed-out", NOW)
        assert not proof_rows.end(connection, "stays bound", chat, "signed-out", NOW)
        assert proof_rows.bound_identity(connection, chat) == VAULT.identity("РС90010117")


def test_undone_from_another_chat_it_binds_nobody_and_no_pages_open_for_a_day(shared: Database) -> None:
    with shared.write() as connection:
        first, second = two_chats(connection, "undone", "РС90010118")
        assert undo(connection, "undone 2", first, after(hours=1)) == second
        assert proof_rows.bound_identity(connection, second) is None
        assert proof_rows.is_over(connection, "undone 2") == "undone"
        blocked = identity_rows.links_blocked_until(connection, VAULT.identity("РС90010118"), after(hours=2))
        assert blocked == after(hours=25)


def test_it_is_undone_once(shared: Database) -> None:
    with shared.write() as connection:
        first, second = two_chats(connection, "once", "РС90010119")
        assert undo(connection, "once 2", first) == second
        assert undo(connection, "once 2", first) is None


def test_a_proof_that_was_signed_out_can_still_be_undone(shared: Database) -> None:
    with shared.write() as connection:
        first, second = two_chats(connection, "quick", "РС90010120")
        proof_rows.end(connection, "quick 2", second, "signed-out", after(minutes=2))
        assert undo(connection, "quick 2", first) == second


def test_it_is_not_undone_from_the_chat_itself_or_a_strangers_or_a_day_later(shared: Database) -> None:
    with shared.write() as connection:
        first, second = two_chats(connection, "not", "РС90010121")
        stranger, _ = new_chat(connection)
        keep_proof(connection, stranger, "not theirs", THEIRS)
        unproven, _ = new_chat(connection)
        assert [undo(connection, "not 2", chat) for chat in (second, stranger, unproven)] == [None] * 3
        assert undo(connection, "not 2", first, after(hours=24, minutes=1)) is None
        assert proof_rows.is_over(connection, "not 2") is None


def test_a_chat_whose_proof_was_undone_is_told_nothing_and_undoes_nothing(shared: Database) -> None:
    with shared.write() as connection:
        first, second = two_chats(connection, "thief", "РС90010122")
        keep_proof(connection, second, "thief 3", "РС90010122", after(minutes=2))
        undo(connection, "thief 3", first)
        assert keep_proof(connection, first, "thief 4", "РС90010122", after(hours=1)) == []
        assert undo(connection, "thief 4", second) is None


def test_of_a_proof_that_is_not_kept_it_is_said_that_it_was_erased(shared: Database) -> None:
    with shared.read() as connection:
        assert proof_rows.is_over(connection, "never") == "erased"
