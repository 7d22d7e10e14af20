"""Conversations, pages, codes and proofs to test rows with; everybody in them is invented."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count

from cryptography.fernet import Fernet

from dialogs.proofs import Way
from dialogs.services import Language, Level
from knowledge import challenge_rows, conversation_rows, identity_rows, link_rows, proof_rows
from knowledge.database import Connection
from knowledge.vault import Vault

NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
VAULT = Vault([Fernet.generate_key().decode()])
NUMBER = "УБ90010112"
LIVES = timedelta(minutes=5)
NUMBER_LIVES = timedelta(minutes=2)
TRIES = 3
_addresses = count(1)


def after(**passed: float) -> datetime:
    return NOW + timedelta(**passed)


def new_chat(connection: Connection, channel: str = "web", now: datetime = NOW) -> tuple[str, str]:
    """(conversation id, address)."""
    address = f"chat {next(_addresses)}"
    stored = conversation_rows.create(connection, VAULT, channel, address, Language.MN, "Сараа", now)
    return stored.state.id, address


def open_page(connection: Connection, conversation_id: str, address: str, now: datetime = NOW) -> tuple[str, str]:
    """(link id, token)."""
    return link_rows.open_link(
        connection,
        VAULT,
        conversation_id=conversation_id,
        channel="web",
        address=address,
        way=Way.BANK.value,
        purpose="mydata",
        operation="",
        level=Level.BANK.value,
        provider="dan",
        now=now,
        lives=LIVES,
    )


def prove_page(connection: Connection, link_id: str, now: datetime = NOW, register_number: str = NUMBER) -> bool:
    """From open to proven; the page shows 123456."""
    link_rows.begin(connection, VAULT, link_id, "browser", "web", False, now)
    link_rows.keep_secrets(connection, VAULT, link_id, {"verifier": "v"}, f"state {link_id}", now)
    link_rows.take_return(connection, link_id, now)
    return finish_asking(connection, link_id, now, register_number)


def finish_asking(connection: Connection, link_id: str, now: datetime = NOW, register_number: str = NUMBER) -> bool:
    return link_rows.prove(
        connection,
        VAULT,
        link_id,
        identity=VAULT.identity(register_number),
        given_level=Level.BANK.value,
        login_type="bank",
        number="123456",
        result={"register_number": register_number, "name": "С****", "rows": []},
        now=now,
    )


def try_number(
    connection: Connection, link_id: str, conversation_id: str, number: str = "123456", now: datetime = NOW
) -> link_rows.NumberTried:
    return link_rows.try_number(
        connection, VAULT, link_id, conversation_id, number, tries=TRIES, lives=NUMBER_LIVES, now=now
    )


def open_code(
    connection: Connection,
    conversation_id: str,
    register_number: str = NUMBER,
    now: datetime = NOW,
    purpose: str = "mydata",
    code: str = "654321",
) -> str:
    """The id of a challenge with an own code."""
    identity = identity_rows.seen(connection, VAULT, register_number, now)
    way = Way.OWN_SMS.value
    challenge_id = challenge_rows.open_challenge(connection, conversation_id, "web", identity, purpose, now, way)
    assert challenge_rows.keep_code(connection, VAULT, challenge_id, code)
    return challenge_id


def keep_proof(
    connection: Connection,
    conversation_id: str,
    proof_id: str,
    register_number: str = NUMBER,
    now: datetime = NOW,
) -> list[tuple[str, str]]:
    return proof_rows.keep(
        connection,
        proof_id=proof_id,
        conversation_id=conversation_id,
        identity=VAULT.identity(register_number),
        level=Level.BANK.value,
        way=Way.BANK.value,
        login_type="bank",
        now=now,
        undo=timedelta(hours=24),
    )
