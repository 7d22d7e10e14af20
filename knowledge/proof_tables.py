"""The tables of proofs: pages opened from a chat, who was proven where, the phones codes go to and what they cost."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, LargeBinary, String, Table

from knowledge.tables import Moment, metadata

__all__ = ["links", "metadata", "phones", "proofs", "sms", "sms_blocks"]

links = Table(
    "links",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("conversation_id", ForeignKey("conversations.id"), nullable=False, index=True),
    Column("channel", String(20), nullable=False),
    Column("address_digest", String(64), nullable=False),  # of the chat that asked: an erased or moved chat differs
    Column("way", String(12), nullable=False),  # bank, signature, export
    Column("purpose", String(120), nullable=False),  # a service id, or mydata
    Column("operation", String(80), nullable=False, default=""),
    Column("level", String(12), nullable=False),  # the level asked for
    Column("provider", String(40), nullable=False, default=""),
    Column("opened_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    # open, begun, asking (the code is being exchanged), proven, bound, or one of `dialogs.linking.LinkEnd`
    Column("status", String(16), nullable=False),
    Column("token_digest", String(64), nullable=False, unique=True),
    Column("browser_digest", String(64), nullable=False, default=""),  # of the cookie of the browser that began
    Column("chat_proof", String(12), nullable=False, default=""),  # web, telegram, messenger; empty: none
    Column("moved", Boolean, nullable=False, default=False),  # begun on another device than the one it was opened on
    Column("state_digest", String(64), unique=True),  # of what the provider brings back; empty before it is asked
    Column("secrets_sealed", LargeBinary),  # verifier, nonce, text to be signed; wiped when it is over
    Column("identity", String(64), index=True),  # keyed digest of the register number that was proven
    Column("given_level", String(12), nullable=False, default=""),  # the level the other side vouched for
    Column("login_type", String(40), nullable=False, default=""),  # as the other side called it
    Column("number_digest", String(64), nullable=False, default=""),  # keyed, of the short number the page shows
    Column("number_tries", Integer, nullable=False, default=0),
    Column("proven_at", Moment),
    Column("over_at", Moment),
    Column("result_sealed", LargeBinary),  # name, register number and what was read; wiped when it is over
    Index("ix_links_status", "status", "expires_at"),
)

proofs = Table(
    "proofs",
    metadata,
    Column("id", String(36), primary_key=True),  # the challenge's or the link's
    Column("conversation_id", ForeignKey("conversations.id"), nullable=False, index=True),
    Column("identity", String(64), nullable=False, index=True),
    Column("level", String(12), nullable=False),
    Column("way", String(12), nullable=False),
    Column("login_type", String(40), nullable=False, default=""),
    Column("proven_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("end", String(16), nullable=False, default=""),  # a `dialogs.linking.ProofEnd`
    Column("undo_until", Moment, nullable=False),
)

phones = Table(
    "phones",
    metadata,
    Column("identity", String(64), primary_key=True),
    Column("phone_digest", String(64), primary_key=True),  # keyed
    Column("first_seen_at", Moment, nullable=False),
    Column("last_seen_at", Moment, nullable=False),
)

sms = Table(
    "sms",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("conversation_id", ForeignKey("conversations.id"), index=True),  # empty once it was erased
    Column("challenge_id", String(36), nullable=False, index=True),
    Column("phone_digest", String(64), nullable=False, index=True),  # keyed
    Column("country", String(4), nullable=False),  # calling code
    Column("prefix", String(16), nullable=False),  # the number without its last four digits
    Column("parts", Integer, nullable=False),
    Column("price", BigInteger, nullable=False),  # thousandths of the gateway's currency, for all parts
    Column("gateway", String(40), nullable=False),
    Column("status", String(12), nullable=False),  # asked, accepted, refused, unknown, delivered, undelivered
    Column("gateway_ref", String(128), nullable=False, default=""),
    Column("receipt_at", Moment),
    Column("converted_at", Moment),  # when its code was typed right
    Index("ix_sms_at", "at"),
    Index("ix_sms_prefix", "prefix", "at"),
    Index("ix_sms_gateway_ref", "gateway", "gateway_ref"),
)

sms_blocks = Table(
    "sms_blocks",
    metadata,
    Column("prefix", String(16), primary_key=True),
    Column("until", Moment, nullable=False),
    Column("why", String(40), nullable=False),
)
