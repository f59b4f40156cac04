"""keys and centres

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op


revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('centre',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('name_ru', sa.String(), nullable=False),
    sa.Column('name_en', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_centre'))
    )
    op.create_table('centre_region',
    sa.Column('centre_id', sa.String(), nullable=False),
    sa.Column('region', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['centre_id'], ['centre.id'], name=op.f('fk_centre_region_centre_id_centre'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['region'], ['region.code'], name=op.f('fk_centre_region_region_region')),
    sa.PrimaryKeyConstraint('centre_id', 'region', name=op.f('pk_centre_region'))
    )
    op.create_table('access_key',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('digest', sa.String(), nullable=False),
    sa.Column('prefix', sa.String(), nullable=False),
    sa.Column('last4', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('organisation_id', sa.String(), nullable=True),
    sa.Column('centre_id', sa.String(), nullable=True),
    sa.Column('scopes', sa.JSON(), nullable=False),
    sa.Column('origins', sa.JSON(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('replaced_by', sa.String(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['centre_id'], ['centre.id'], name=op.f('fk_access_key_centre_id_centre'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_access_key_organisation_id_organisation'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_access_key')),
    sa.UniqueConstraint('digest', name=op.f('uq_access_key_digest'))
    )
    with op.batch_alter_table('access_key', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_access_key_centre_id'), ['centre_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_access_key_created_at'), ['created_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_access_key_organisation_id'), ['organisation_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('access_key', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_access_key_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_access_key_created_at'))
        batch_op.drop_index(batch_op.f('ix_access_key_centre_id'))

    op.drop_table('access_key')
    op.drop_table('centre_region')
    op.drop_table('centre')
