"""Staff accounts and their sessions: passwords as argon2 hashes, session tokens as digests."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from uuid import uuid4

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError, VerifyMismatchError
from sqlalchemy import Connection, delete, insert, select, update

from knowledge.house_tables import staff, staff_sessions

IDLE = timedelta(minutes=15)  # security bar: 15 minutes idle, 12 hours in all (login.gov, NIST AAL3)
TOTAL = timedelta(hours=12)
_SEEN_EVERY = timedelta(seconds=30)  # how often a page view is written down


@dataclass(frozen=True)
class StaffMember:
    id: str
    login: str
    alias: str
    role: str


@dataclass(frozen=True)
class StaffSession:
    member: StaffMember
    csrf: str


def add(connection: Connection, login: str, alias: str, role: str, password: str) -> None:
    values = {"id": str(uuid4()), "login": login, "alias": alias, "role": role, "active": True}
    connection.execute(insert(staff).values(**values, password_hash=_hasher().hash(password)))


def any_staff(connection: Connection) -> bool:
    return connection.execute(select(staff.c.id).limit(1)).scalar() is not None


def find_login(connection: Connection, login: str) -> tuple[StaffMember, str] | None:
    """The active account and its password hash."""
    row = connection.execute(select(staff).where(staff.c.login == login, staff.c.active)).one_or_none()
    return (StaffMember(row.id, row.login, row.alias, row.role), row.password_hash) if row else None


def accounts(connection: Connection) -> list[tuple[StaffMember, bool]]:
    """Every account by its login, and whether it is active."""
    rows = connection.execute(select(staff).order_by(staff.c.login))
    return [(StaffMember(row.id, row.login, row.alias, row.role), row.active) for row in rows]


def find_account(connection: Connection, login: str) -> tuple[StaffMember, bool] | None:
    """The account of a login, and whether it is active."""
    return next((each for each in accounts(connection) if each[0].login == login), None)


def disable(connection: Connection, staff_id: str) -> None:
    """No more sign-ins; every session ends."""
    connection.execute(update(staff).where(staff.c.id == staff_id).values(active=False))
    _close_sessions(connection, staff_id)


def change_password(connection: Connection, staff_id: str, password: str) -> None:
    """Every session ends, for the old password may be known to somebody else."""
    connection.execute(update(staff).where(staff.c.id == staff_id).values(password_hash=_hasher().hash(password)))
    _close_sessions(connection, staff_id)


def aliases(connection: Connection) -> dict[str, str]:
    """Every account's id and the name citizens see, those switched off too."""
    return {row.id: row.alias for row in connection.execute(select(staff.c.id, staff.c.alias))}


def password_is_right(found: tuple[StaffMember, str] | None, password: str) -> bool:
    """Takes the same time whether the account exists or not."""
    try:
        return _hasher().verify(found[1] if found else _nobody(), password) and found is not None
    except (VerifyMismatchError, VerificationError):
        return False


def open_session(connection: Connection, staff_id: str, now: datetime) -> str:
    """A new token for the cookie (256 bits); only its digest is kept."""
    token = secrets.token_urlsafe(32)
    values = {"digest": _digest(token), "staff_id": staff_id, "csrf": secrets.token_urlsafe(32)}
    connection.execute(delete(staff_sessions).where(staff_sessions.c.created_at < now - TOTAL))
    connection.execute(insert(staff_sessions).values(**values, created_at=now, seen_at=now))
    return token


def find_session(connection: Connection, token: str, now: datetime) -> tuple[StaffSession, bool] | None:
    """Who it is, and whether the visit is worth writing down; None when the session is over."""
    query = (
        select(staff, staff_sessions.c.csrf, staff_sessions.c.created_at, staff_sessions.c.seen_at)
        .join(staff_sessions, staff_sessions.c.staff_id == staff.c.id)
        .where(staff_sessions.c.digest == _digest(token), staff.c.active)
    )
    row = connection.execute(query).one_or_none()
    if row is None or now - row.seen_at > IDLE or now - row.created_at > TOTAL:
        return None
    member = StaffMember(row.id, row.login, row.alias, row.role)
    return StaffSession(member, row.csrf), now - row.seen_at > _SEEN_EVERY


def touch_session(connection: Connection, token: str, now: datetime) -> None:
    query = update(staff_sessions).where(staff_sessions.c.digest == _digest(token))
    connection.execute(query.values(seen_at=now))


def close_session(connection: Connection, token: str) -> None:
    connection.execute(delete(staff_sessions).where(staff_sessions.c.digest == _digest(token)))


def _close_sessions(connection: Connection, staff_id: str) -> None:
    connection.execute(delete(staff_sessions).where(staff_sessions.c.staff_id == staff_id))


def _digest(token: str) -> str:
    return sha256(token.encode("utf-8", "replace")).hexdigest()


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()  # argon2id with the library's defaults (RFC 9106, low-memory profile)


@cache
def _nobody() -> str:
    return _hasher().hash(secrets.token_urlsafe(16))
