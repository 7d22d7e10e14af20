"""examples: what citizens typed and what they meant, for editors to accept"""

import sqlalchemy as sa
from alembic import op

import knowledge.tables

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('examples',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('made_on', sa.String(length=10), nullable=False),
    sa.Column('text_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('how', sa.String(length=12), nullable=False),
    sa.Column('service_id', sa.String(length=120), nullable=True),
    sa.Column('shown', sa.Text(), nullable=False),
    sa.Column('times', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('editor', sa.String(length=100), nullable=True),
    sa.Column('decided_at', knowledge.tables.Moment(precision=53), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_examples')),
    sa.UniqueConstraint('digest', name=op.f('uq_examples_digest'))
    )
    with op.batch_alter_table('examples', schema=None) as batch_op:
        batch_op.create_index('ix_examples_state', ['state', 'made_on'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('examples', schema=None) as batch_op:
        batch_op.drop_index('ix_examples_state')

    op.drop_table('examples')
