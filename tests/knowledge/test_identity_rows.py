"""What is remembered of persons beside their codes (row O10): mutes, changed phones, sealed numbers, a new index."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select

from dialogs.verification.codes import Refusal
from knowledge import challenge_rows, identity_rows, link_rows, proof_rows
from knowledge.database import Database
from knowledge.proof_tables import phones
from knowledge.tables import identities
from knowledge.vault import Vault
from tests.knowledge.chats import NOW, VAULT, after, keep_proof, new_chat, open_code, open_page, prove_page


def test_o10_a_phone_that_took_the_place_of_another_tells_since_when(shared: Database) -> None:
    person = VAULT.identity("МН90010112")
    with shared.write() as connection:
        assert identity_rows.phone_changed_at(connection, VAULT, person, "99001122", NOW) is None
        assert identity_rows.phone_changed_at(connection, VAULT, person, "99001122", after(days=50)) is None
        assert identity_rows.phone_changed_at(connection, VAULT, person, "88001122", after(days=60)) == after(days=60)
        assert identity_rows.phone_changed_at(connection, VAULT, person, "88001122", after(days=66)) == after(days=60)


def test_o10_a_phone_that_comes_back_counts_as_new(shared: Database) -> None:
    person = VAULT.identity("МН90010113")
    with shared.write() as connection:
        for day, phone in ((0, "99001122"), (60, "88001122")):
            identity_rows.phone_changed_at(connection, VAULT, person, phone, after(days=day))
        assert identity_rows.phone_changed_at(connection, VAULT, person, "99001122", after(days=90)) == after(days=90)


def test_a_phone_is_kept_as_a_digest_only(shared: Database) -> None:
    with shared.write() as connection:
        identity_rows.phone_changed_at(connection, VAULT, VAULT.identity("МН90010114"), "99887766", NOW)
        assert "99887766" not in str(connection.execute(select(phones)).all())


def test_a_muted_person_gets_no_codes_until_the_mute_ends(shared: Database) -> None:
    person = VAULT.identity("МН90010115")
    with shared.write() as connection:
        identity_rows.mute(connection, person, after(days=1))
        refused = identity_rows.check_everything(connection, None, person, 200, NOW)
        assert refused is not None
        assert (refused.reason, refused.until) == (Refusal.MUTED, after(days=1))
        assert identity_rows.check_everything(connection, None, person, 200, after(days=1)) is None


def test_a_chat_bound_to_somebody_gets_no_codes_for_somebody_else(shared: Database) -> None:
    with shared.write() as connection:
        chat, _ = new_chat(connection)
        keep_proof(connection, chat, "bound chat", "МН90010116")
        bound = proof_rows.bound_identity(connection, chat)
        other = identity_rows.check_everything(connection, bound, VAULT.identity("МН90010117"), 200, NOW)
        assert other is not None
        assert other.reason is Refusal.ANOTHER_PERSON
        assert identity_rows.check_everything(connection, bound, VAULT.identity("МН90010116"), 200, NOW) is None


@pytest.mark.parametrize("times", [1, 2])
def test_the_number_of_a_person_is_sealed_once(shared: Database, times: int) -> None:
    number = f"МН9001012{times}"
    with shared.write() as connection:
        for _ in range(times):
            person = identity_rows.seen(connection, VAULT, number, NOW)
        row = connection.execute(select(identities).where(identities.c.identity == person)).one()
    assert (VAULT.open(row.number_sealed), row.seen_at) == (number, NOW)


def test_after_a_new_index_key_a_person_is_found_by_everything_that_was_kept(shared: Database) -> None:
    number, chat_number = "ОП90010112", "ОП90010113"
    new_vault = Vault([Fernet.generate_key().decode()])
    with shared.write() as connection:
        chat, address = new_chat(connection)
        link_id, token = open_page(connection, chat, address)
        prove_page(connection, link_id, register_number=number)
        code = challenge_rows.find(connection, open_code(connection, chat, number), chat)
        assert code is not None
        challenge_rows.take_try(connection, code, None, NOW)
        keep_proof(connection, chat, "before the new key", number)
        identity_rows.seen(connection, VAULT, chat_number, NOW)
        assert identity_rows.rotate_index(connection, VAULT, new_vault) >= 2
        person = new_vault.identity(number)
        assert proof_rows.bound_identity(connection, chat) == person
        history = challenge_rows.history(connection, person, chat, NOW + timedelta(minutes=1))
        assert (len(history.sent), len(history.tried), history.failures) == (1, 1, 1)
        assert link_rows.identity_counts(connection, person, NOW) == (0, 1)
        assert link_rows.find_by_token(connection, new_vault, token) is None
        assert identity_rows.rotate_index(connection, VAULT, new_vault) == 0
        old = connection.execute(select(identities.c.identity)).scalars().all()
        assert VAULT.identity(number) not in old
