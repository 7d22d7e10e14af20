"""proofs: pages opened from a chat, who was proven where, phones and SMS, a chained audit"""

import sqlalchemy as sa
from alembic import op

import knowledge.tables

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

_MOMENT = knowledge.tables.Moment(precision=53)
_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def _text(name: str, length: int, default: str | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=False, server_default=default)


def upgrade() -> None:
    with op.batch_alter_table('identities') as batch:
        batch.add_column(sa.Column('number_sealed', sa.LargeBinary(), nullable=True))
        for name in ('seen_at', 'muted_until', 'links_until'):
            batch.add_column(sa.Column(name, _MOMENT, nullable=True))
    with op.batch_alter_table('challenges') as batch:
        batch.add_column(_text('way', 12, 'sms'))
        batch.add_column(_text('code_digest', 64, ''))
    op.create_index(op.f('ix_challenges_used_at'), 'challenges', ['used_at'], unique=False)
    op.create_index(op.f('ix_code_tries_at'), 'code_tries', ['at'], unique=False)
    op.create_index(op.f('ix_code_tries_challenge_id'), 'code_tries', ['challenge_id'], unique=False)
    op.create_index(op.f('ix_outbox_conversation_id'), 'outbox', ['conversation_id'], unique=False)
    op.execute("UPDATE outbox SET kind = 'read-record' WHERE kind = 'read-id-card'")
    _links()
    _proofs()
    _sms()
    _audit()


def _links() -> None:
    op.create_table(
        'links',
        _text('id', 36),
        _text('conversation_id', 36),
        _text('channel', 20),
        _text('address_digest', 64),
        _text('way', 12),
        _text('purpose', 120),
        _text('operation', 80),
        _text('level', 12),
        _text('provider', 40),
        sa.Column('opened_at', _MOMENT, nullable=False),
        sa.Column('expires_at', _MOMENT, nullable=False),
        _text('status', 16),
        _text('token_digest', 64),
        _text('browser_digest', 64),
        _text('chat_proof', 12),
        sa.Column('moved', sa.Boolean(), nullable=False),
        sa.Column('state_digest', sa.String(length=64), nullable=True),
        sa.Column('secrets_sealed', sa.LargeBinary(), nullable=True),
        sa.Column('identity', sa.String(length=64), nullable=True),
        _text('given_level', 12),
        _text('login_type', 40),
        _text('number_digest', 64),
        sa.Column('number_tries', sa.Integer(), nullable=False),
        sa.Column('proven_at', _MOMENT, nullable=True),
        sa.Column('over_at', _MOMENT, nullable=True),
        sa.Column('result_sealed', sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_links_conversation_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_links')),
        sa.UniqueConstraint('state_digest', name=op.f('uq_links_state_digest')),
        sa.UniqueConstraint('token_digest', name=op.f('uq_links_token_digest')),
    )
    op.create_index(op.f('ix_links_conversation_id'), 'links', ['conversation_id'], unique=False)
    op.create_index(op.f('ix_links_identity'), 'links', ['identity'], unique=False)
    op.create_index('ix_links_status', 'links', ['status', 'expires_at'], unique=False)


def _proofs() -> None:
    op.create_table(
        'proofs',
        _text('id', 36),
        _text('conversation_id', 36),
        _text('identity', 64),
        _text('level', 12),
        _text('way', 12),
        _text('login_type', 40),
        sa.Column('proven_at', _MOMENT, nullable=False),
        sa.Column('ended_at', _MOMENT, nullable=True),
        _text('end', 16),
        sa.Column('undo_until', _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_proofs_conversation_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_proofs')),
    )
    op.create_index(op.f('ix_proofs_conversation_id'), 'proofs', ['conversation_id'], unique=False)
    op.create_index(op.f('ix_proofs_identity'), 'proofs', ['identity'], unique=False)


def _sms() -> None:
    op.create_table(
        'phones',
        _text('identity', 64),
        _text('phone_digest', 64),
        sa.Column('first_seen_at', _MOMENT, nullable=False),
        sa.Column('last_seen_at', _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint('identity', 'phone_digest', name=op.f('pk_phones')),
    )
    op.create_table(
        'sms',
        _text('id', 36),
        sa.Column('at', _MOMENT, nullable=False),
        sa.Column('conversation_id', sa.String(length=36), nullable=True),
        _text('challenge_id', 36),
        _text('phone_digest', 64),
        _text('country', 4),
        _text('prefix', 16),
        sa.Column('parts', sa.Integer(), nullable=False),
        sa.Column('price', sa.BigInteger(), nullable=False),
        _text('gateway', 40),
        _text('status', 12),
        _text('gateway_ref', 128),
        sa.Column('receipt_at', _MOMENT, nullable=True),
        sa.Column('converted_at', _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_sms_conversation_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_sms')),
    )
    op.create_index('ix_sms_at', 'sms', ['at'], unique=False)
    op.create_index(op.f('ix_sms_challenge_id'), 'sms', ['challenge_id'], unique=False)
    op.create_index(op.f('ix_sms_conversation_id'), 'sms', ['conversation_id'], unique=False)
    op.create_index('ix_sms_gateway_ref', 'sms', ['gateway', 'gateway_ref'], unique=False)
    op.create_index(op.f('ix_sms_phone_digest'), 'sms', ['phone_digest'], unique=False)
    op.create_index('ix_sms_prefix', 'sms', ['prefix', 'at'], unique=False)
    op.create_table(
        'sms_blocks',
        _text('prefix', 16),
        sa.Column('until', _MOMENT, nullable=False),
        _text('why', 40),
        sa.PrimaryKeyConstraint('prefix', name=op.f('pk_sms_blocks')),
    )


def _audit() -> None:
    """What was written before has no mac: the chain begins behind it, and its length is known."""
    with op.batch_alter_table('audit') as batch:
        batch.add_column(sa.Column('place', sa.BigInteger(), nullable=True))
        batch.add_column(_text('mac', 64, ''))
    op.execute('UPDATE audit SET place = (SELECT count(*) FROM audit AS earlier WHERE earlier.id <= audit.id)')
    with op.batch_alter_table('audit') as batch:
        batch.alter_column('place', existing_type=sa.BigInteger(), nullable=False)
        batch.create_unique_constraint(op.f('uq_audit_place'), ['place'])
    op.create_table(
        'audit_heads',
        _text('name', 20),
        sa.Column('place', sa.BigInteger(), nullable=False),
        _text('mac', 64),
        sa.PrimaryKeyConstraint('name', name=op.f('pk_audit_heads')),
    )
    op.execute("INSERT INTO audit_heads (name, place, mac) SELECT 'audit', count(*), '' FROM audit")


def downgrade() -> None:
    op.drop_table('audit_heads')
    with op.batch_alter_table('audit') as batch:
        batch.drop_constraint(op.f('uq_audit_place'), type_='unique')
        batch.drop_column('mac')
        batch.drop_column('place')
    for table in ('sms_blocks', 'sms', 'phones', 'proofs', 'links'):
        op.drop_table(table)
    op.drop_index(op.f('ix_outbox_conversation_id'), table_name='outbox')
    op.drop_index(op.f('ix_code_tries_challenge_id'), table_name='code_tries')
    op.drop_index(op.f('ix_code_tries_at'), table_name='code_tries')
    op.drop_index(op.f('ix_challenges_used_at'), table_name='challenges')
    with op.batch_alter_table('challenges') as batch:
        batch.drop_column('code_digest')
        batch.drop_column('way')
    with op.batch_alter_table('identities') as batch:
        for name in ('links_until', 'muted_until', 'seen_at', 'number_sealed'):
            batch.drop_column(name)
