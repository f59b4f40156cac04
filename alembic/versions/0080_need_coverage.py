"""who meets each need

Revision ID: 0080
Revises: 0071
"""

import sqlalchemy as sa
from alembic import op


revision = '0080'
down_revision = '0071'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('gap_edition',
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('index_version', sa.BigInteger(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('computed_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_gap_edition'))
    )
    op.create_table('need_coverage',
    sa.Column('statement_id', sa.String(), nullable=False),
    sa.Column('audience', sa.String(), nullable=False),
    sa.Column('sector', sa.String(), nullable=True),
    sa.Column('section', sa.String(), nullable=True),
    sa.Column('own', sa.Double(), nullable=False),
    sa.Column('domestic', sa.Double(), nullable=False),
    sa.Column('foreign', sa.Double(), nullable=False),
    sa.ForeignKeyConstraint(['statement_id'], ['statement.id'], name=op.f('fk_need_coverage_statement_id_statement'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('statement_id', 'audience', name=op.f('pk_need_coverage'))
    )


def downgrade() -> None:
    op.drop_table('need_coverage')
    op.drop_table('gap_edition')
