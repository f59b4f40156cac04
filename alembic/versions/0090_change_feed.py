"""who kept an organisation before a change took it away

Revision ID: 0090
Revises: 0080
"""

import sqlalchemy as sa
from alembic import op


revision = '0090'
down_revision = '0080'
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.add_column('change', sa.Column('kept_before', sa.String(), nullable=True))
    op.create_index('ix_change_kept_before_seq', 'change', ['kept_before', 'seq'])


def downgrade() -> None:

    op.drop_index('ix_change_kept_before_seq', table_name='change')
    op.drop_column('change', 'kept_before')
