"""key in the change feed

Revision ID: 0051
Revises: 0050
"""

import sqlalchemy as sa
from alembic import op


revision = '0051'
down_revision = '0050'
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.add_column('change', sa.Column('key_id', sa.String(), nullable=True))


def downgrade() -> None:

    op.drop_column('change', 'key_id')
