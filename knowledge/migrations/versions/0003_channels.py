"""channels: order and age of events, files for agents, windows, leases, when nobody was there"""

import sqlalchemy as sa
from alembic import op

import knowledge.tables

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

_MOMENT = knowledge.tables.Moment(precision=53)


def upgrade() -> None:
    with op.batch_alter_table('conversations') as batch:
        batch.add_column(sa.Column('heard_at', _MOMENT, nullable=True))
        batch.add_column(sa.Column('unreachable_since', _MOMENT, nullable=True))
    with op.batch_alter_table('inbox') as batch:
        batch.add_column(sa.Column('sent_at', _MOMENT, nullable=True))
        batch.add_column(sa.Column('sort_at', _MOMENT, nullable=True))
    op.execute('UPDATE inbox SET sort_at = received_at')
    with op.batch_alter_table('inbox') as batch:
        batch.alter_column('sort_at', existing_type=_MOMENT, nullable=False)
        batch.drop_index('ix_inbox_waiting')
        batch.create_index('ix_inbox_waiting', ['status', 'channel', 'address', 'sort_at', 'id'], unique=False)
    with op.batch_alter_table('outbox') as batch:
        batch.add_column(sa.Column('slot', sa.String(length=20), nullable=False, server_default=''))
        batch.add_column(sa.Column('lease', sa.Integer(), nullable=False, server_default='0'))
    op.create_table(
        'files',
        sa.Column('id', sa.String(length=36), nullable=False),
        sa.Column('conversation_id', sa.String(length=36), nullable=True),
        sa.Column('address', sa.String(length=128), nullable=False),
        sa.Column('at', _MOMENT, nullable=False),
        sa.Column('what', sa.String(length=12), nullable=False),
        sa.Column('ref', sa.String(length=128), nullable=False),
        sa.Column('status', sa.String(length=12), nullable=False),
        sa.Column('reason', sa.String(length=40), nullable=False),
        sa.Column('media_type', sa.String(length=60), nullable=False),
        sa.Column('size', sa.Integer(), nullable=False),
        sa.Column('name_sealed', sa.LargeBinary(), nullable=True),
        sa.Column('source_sealed', sa.LargeBinary(), nullable=True),
        sa.Column('content_sealed', sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ['conversation_id'], ['conversations.id'], name=op.f('fk_files_conversation_id')
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_files')),
    )
    op.create_index(op.f('ix_files_conversation_id'), 'files', ['conversation_id'], unique=False)
    op.create_index(op.f('ix_files_address'), 'files', ['address'], unique=False)
    there = sa.text("status != 'wiped'")
    op.create_index('ix_files_at', 'files', ['at'], sqlite_where=there, postgresql_where=there)
    op.create_table(
        'marks',
        sa.Column('name', sa.String(length=60), nullable=False),
        sa.Column('at', _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint('name', name=op.f('pk_marks')),
    )
    op.create_table(
        'absences',
        sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
        sa.Column('away_since', _MOMENT, nullable=False),
        sa.Column('back_at', _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_absences')),
    )


def downgrade() -> None:
    op.drop_table('absences')
    op.drop_table('marks')
    op.drop_table('files')
    with op.batch_alter_table('outbox') as batch:
        batch.drop_column('lease')
        batch.drop_column('slot')
    with op.batch_alter_table('inbox') as batch:
        batch.drop_index('ix_inbox_waiting')
        batch.create_index('ix_inbox_waiting', ['status', 'channel', 'address', 'id'], unique=False)
        batch.drop_column('sort_at')
        batch.drop_column('sent_at')
    with op.batch_alter_table('conversations') as batch:
        batch.drop_column('unreachable_since')
        batch.drop_column('heard_at')
