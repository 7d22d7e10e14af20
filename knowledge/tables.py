"""Every table, once. Times are UTC; `*_sealed` columns are encrypted (`knowledge.vault`); platform ids are text."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)
ROW_ID = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts rows by itself only for INTEGER


class Moment(TypeDecorator[datetime]):
    """An aware UTC time, kept as seconds since 1970, so that SQLite and PostgreSQL compare it alike."""

    impl = Float(53)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> float | None:
        return None if value is None else value.timestamp()

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        return None if value is None else datetime.fromtimestamp(value, UTC)


conversations = Table(
    "conversations",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("channel", String(20), nullable=False),
    Column("address", String(128), nullable=False),  # the platform's chat id, or the web session's digest
    Column("name_sealed", LargeBinary),  # what the platform calls the person: decoration only
    Column("language", String(2), nullable=False),
    Column("owner_number", Integer, nullable=False),
    Column("owner_agent", String(36)),
    Column("state_sealed", LargeBinary, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("secrets_until", Moment),  # then the state loses what must not stay
    Column("heard_at", Moment),  # when the citizen last wrote or pressed, by the platform's time
    Column("unreachable_since", Moment),  # blocked the bot, or the chat is gone
    UniqueConstraint("channel", "address"),
)
Index(
    "ix_conversations_secrets_until",
    conversations.c.secrets_until,
    sqlite_where=conversations.c.secrets_until.is_not(None),
    postgresql_where=conversations.c.secrets_until.is_not(None),
)

inbox = Table(
    "inbox",
    metadata,
    Column("id", ROW_ID, primary_key=True, autoincrement=True),
    Column("channel", String(20), nullable=False),
    Column("event_id", String(200), nullable=False),
    Column("address", String(128), nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("sent_at", Moment),  # by the platform's clock, where it says so
    Column("sort_at", Moment, nullable=False),  # the order within a chat, then the id
    Column("status", String(12), nullable=False),  # waiting, done, aside, expired, dropped
    Column("tries", Integer, nullable=False, default=0),
    Column("next_try_at", Moment, nullable=False),
    Column("done_at", Moment),
    Column("outcome", String(40)),
    Column("problem", String(200)),  # the exception's class name when it was set aside, never its text
    Column("body_sealed", LargeBinary),  # wiped when done
    UniqueConstraint("channel", "event_id"),
    Index("ix_inbox_waiting", "status", "channel", "address", "sort_at", "id"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", ROW_ID, primary_key=True, autoincrement=True),
    Column("conversation_id", ForeignKey("conversations.id"), nullable=False, index=True),
    Column("wire", String(20), nullable=False),  # telegram, web, terminal, registry
    Column("address", String(128), nullable=False),
    Column(
        "kind", String(20), nullable=False
    ),  # reply, notice, person, amend, hide, fetch, silence, request-code, read-record, send-code
    Column("slot", String(20), nullable=False, default=""),  # what a later `amend` calls it
    Column("lease", Integer, nullable=False, default=0),  # grows with every taking: who holds an older one stops
    Column("owner_number", Integer, nullable=False),
    Column("status", String(12), nullable=False),  # waiting, sending, sent, cancelled, unknown, failed, shut
    Column("tries", Integer, nullable=False, default=0),
    Column("next_try_at", Moment, nullable=False),
    Column("leased_until", Moment),
    Column("created_at", Moment, nullable=False),
    Column("sent_at", Moment),
    Column("platform_ref", String(128)),
    Column("problem", String(200)),
    Column("body_sealed", LargeBinary),  # wiped when it is over
    Index("ix_outbox_due", "status", "conversation_id", "wire", "id"),
)

files = Table(
    "files",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("conversation_id", ForeignKey("conversations.id"), index=True),  # none before the turn that reads of it
    Column("address", String(128), nullable=False, index=True, default=""),  # of the page that brought it, or empty
    Column("at", Moment, nullable=False),
    Column("what", String(12), nullable=False),  # photo, voice, file
    Column("ref", String(128), nullable=False, default=""),  # the message it came with
    Column("status", String(12), nullable=False),  # owed, kept, refused, failed, wiped
    Column("reason", String(40), nullable=False, default=""),  # too-large, wrong-kind, not-fetched, too-many
    Column("media_type", String(60), nullable=False, default=""),  # seen in its content, never the sender's word
    Column("size", Integer, nullable=False, default=0),  # bytes
    Column("name_sealed", LargeBinary),
    Column("source_sealed", LargeBinary),  # the channel's name for it; wiped once it is there
    Column("content_sealed", LargeBinary),
)
Index("ix_files_at", files.c.at, sqlite_where=files.c.status != "wiped", postgresql_where=files.c.status != "wiped")

transcript = Table(
    "transcript",
    metadata,
    Column("id", ROW_ID, primary_key=True, autoincrement=True),
    Column("conversation_id", ForeignKey("conversations.id"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("author", String(12), nullable=False),  # citizen, bot, agent, system, note
    Column("agent_id", String(36)),
    Column("ref", String(128), nullable=False, default=""),
    Column("body_sealed", LargeBinary, nullable=False),
    Index("ix_transcript_conversation", "conversation_id", "id"),
)

feed = Table(
    "feed",
    metadata,
    Column("conversation_id", ForeignKey("conversations.id"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("author", String(12), nullable=False),  # citizen, bot, agent, hide
    Column("ref", String(128), nullable=False, default=""),
    Column("expires_at", Moment),  # private rows are wiped then
    Column("body_sealed", LargeBinary),
)
Index(
    "ix_feed_expires_at",
    feed.c.expires_at,
    sqlite_where=feed.c.expires_at.is_not(None),
    postgresql_where=feed.c.expires_at.is_not(None),
)

identities = Table(
    "identities",
    metadata,
    Column("identity", String(64), primary_key=True),  # keyed digest of the register number
    Column("failures", Integer, nullable=False, default=0),
    Column("locked_until", Moment),
    Column("number_sealed", LargeBinary),  # to make the digest anew under another key; goes with the row
    Column("seen_at", Moment),  # when it was last asked about
    Column("muted_until", Moment),  # no codes till then: the person said so
    Column("links_until", Moment),  # no pages till then: the person undid a proof
)

challenges = Table(
    "challenges",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("conversation_id", ForeignKey("conversations.id"), nullable=False, index=True),
    Column("channel", String(20), nullable=False),
    Column("identity", String(64), nullable=False, index=True),
    Column("purpose", String(100), nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("status", String(12), nullable=False),  # open, replaced, used
    Column("used_at", Moment, index=True),
    Column("way", String(12), nullable=False, default="sms"),
    Column("code_digest", String(64), nullable=False, default=""),  # of an own code, keyed; ХУР compares its own
)

code_tries = Table(
    "code_tries",
    metadata,
    Column("id", ROW_ID, primary_key=True, autoincrement=True),
    Column("identity", String(64), nullable=False, index=True),
    Column("challenge_id", ForeignKey("challenges.id"), nullable=False, index=True),
    Column("at", Moment, nullable=False, index=True),
)

cases = Table(
    "cases",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("conversation_id", ForeignKey("conversations.id"), nullable=False, index=True),
    Column("reason", String(20), nullable=False),
    Column("status", String(12), nullable=False),  # waiting, taken, closed
    Column("opened_at", Moment, nullable=False),
    Column("agent_id", String(36)),
    Column("taken_at", Moment),
    Column("closed_at", Moment),
)

releases = Table(
    "releases",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("author", String(100), nullable=False),
    Column("note", String(500), nullable=False, default=""),
    Column("organisations", Text, nullable=False),
    Column("files_digest", String(64)),  # of the files a release was loaded from
)

service_versions = Table(
    "service_versions",
    metadata,
    Column("id", ROW_ID, primary_key=True, autoincrement=True),
    Column("service_id", String(120), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("author", String(100), nullable=False),
    Column("content", Text, nullable=False),
)

release_services = Table(
    "release_services",
    metadata,
    Column("release", ForeignKey("releases.number"), primary_key=True),
    Column("service_id", String(120), primary_key=True),
    Column("version_id", ForeignKey("service_versions.id"), nullable=False),
)

drafts = Table(
    "drafts",
    metadata,
    Column("service_id", String(120), primary_key=True),
    Column("base_version_id", ForeignKey("service_versions.id"), nullable=False),
    Column("author", String(100), nullable=False),
    Column("at", Moment, nullable=False),
    Column("content", Text, nullable=False),
)

examples = Table(
    "examples",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("digest", String(64), nullable=False, unique=True),  # keyed, of the words and what they meant
    Column("made_on", String(10), nullable=False),  # the day; a time could be matched with a conversation
    Column("text_sealed", LargeBinary),  # masked before it comes here; wiped with the decision
    Column("how", String(12), nullable=False),  # choice, none, agent
    Column("service_id", String(120)),  # what was meant; empty: none of the candidates
    Column("shown", Text, nullable=False, default=""),  # the candidates' ids, one a line
    Column("times", Integer, nullable=False, default=1),
    Column("state", String(12), nullable=False),  # new, accepted, declined
    Column("editor", String(100)),
    Column("decided_at", Moment),
    Index("ix_examples_state", "state", "made_on"),
)
