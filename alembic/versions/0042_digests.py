"""digests of the week

Revision ID: 0042
Revises: 0041
"""

import sqlalchemy as sa
from alembic import op


revision = '0042'
down_revision = '0041'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('digest',
    sa.Column('organisation_id', sa.String(), nullable=False),
    sa.Column('week', sa.Date(), nullable=False),
    sa.Column('said', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_digest_organisation_id_organisation'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('organisation_id', 'week', name=op.f('pk_digest'))
    )
    op.create_table('digest_choice',
    sa.Column('organisation_id', sa.String(), nullable=False),
    sa.Column('wanted', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_digest_choice_organisation_id_organisation'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('organisation_id', name=op.f('pk_digest_choice'))
    )


def downgrade() -> None:
    op.drop_table('digest_choice')
    op.drop_table('digest')
