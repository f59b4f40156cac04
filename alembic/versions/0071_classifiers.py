"""classifiers

Revision ID: 0071
Revises: 0070
"""

import sqlalchemy as sa
from alembic import op


revision = '0071'
down_revision = '0070'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('classifier_edition',
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('entries', sa.Integer(), nullable=False),
    sa.Column('loaded_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('kind', name=op.f('pk_classifier_edition'))
    )
    op.create_table('classifier_entry',
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('search_key', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('kind', 'code', name=op.f('pk_classifier_entry'))
    )


def downgrade() -> None:
    op.drop_table('classifier_entry')
    op.drop_table('classifier_edition')
