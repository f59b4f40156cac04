"""what was shown

Revision ID: 0052
Revises: 0051
"""

import sqlalchemy as sa
from alembic import op


revision = '0052'
down_revision = '0051'
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table('showing',
    sa.Column('organisation_id', sa.String(), nullable=False),
    sa.Column('partner_id', sa.String(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('rank', sa.Integer(), nullable=False),
    sa.Column('probability', sa.Double(), nullable=False),
    sa.Column('model_version', sa.String(), nullable=False),
    sa.Column('kept_until', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_showing_organisation_id_organisation'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['partner_id'], ['organisation.id'], name=op.f('fk_showing_partner_id_organisation'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('organisation_id', 'partner_id', 'day', name=op.f('pk_showing'))
    )
    with op.batch_alter_table('showing', schema=None) as batch_op:
        batch_op.create_index('ix_showing_kept_until', ['kept_until'], unique=False)
        batch_op.create_index(batch_op.f('ix_showing_partner_id'), ['partner_id'], unique=False)


def downgrade() -> None:

    op.drop_table('showing')
