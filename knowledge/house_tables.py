"""The tables around the conversations: staff and their sessions, the audit, signs of life."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, String, Table

from knowledge.tables import ROW_ID, Moment, metadata

__all__ = ["absences", "audit", "audit_heads", "marks", "metadata", "staff", "staff_sessions"]

marks = Table(
    "marks",
    metadata,
    Column("name", String(60), primary_key=True),
    Column("at", Moment, nullable=False),
)

absences = Table(
    "absences",
    metadata,
    Column("id", ROW_ID, primary_key=True, autoincrement=True),
    Column("away_since", Moment, nullable=False),
    Column("back_at", Moment, nullable=False),
)

staff = Table(
    "staff",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("login", String(60), nullable=False, unique=True),
    Column("alias", String(60), nullable=False),  # what citizens see
    Column("role", String(12), nullable=False),  # agent, editor
    Column("password_hash", String(200), nullable=False),
    Column("active", Boolean, nullable=False, default=True),
)

staff_sessions = Table(
    "staff_sessions",
    metadata,
    Column("digest", String(64), primary_key=True),  # of the cookie's token
    Column("staff_id", ForeignKey("staff.id"), nullable=False),
    Column("csrf", String(64), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("id", ROW_ID, primary_key=True, autoincrement=True),
    Column("at", Moment, nullable=False),
    Column("actor", String(60), nullable=False),  # bot, a staff id, or system
    Column("action", String(60), nullable=False),
    Column("subject", String(120), nullable=False),
    Column("detail", String(500), nullable=False, default=""),
    Column("place", BigInteger, nullable=False, unique=True),  # 1, 2, 3 ... without a gap
    Column("mac", String(64), nullable=False),  # keyed, over the entry and the mac before it
    Index("ix_audit_subject", "subject"),
)

audit_heads = Table(
    "audit_heads",
    metadata,
    Column("name", String(20), primary_key=True),  # one row: `audit`
    Column("place", BigInteger, nullable=False),
    Column("mac", String(64), nullable=False),
)
