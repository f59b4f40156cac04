"""introductions

Revision ID: 0030
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op


revision = '0030'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('introduction',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('initiator_id', sa.String(), nullable=False),
    sa.Column('partner_id', sa.String(), nullable=False),
    sa.Column('initiator_statement_id', sa.String(), nullable=True),
    sa.Column('partner_statement_id', sa.String(), nullable=True),
    sa.Column('open_key', sa.String(), nullable=True),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('decline_reason', sa.Text(), nullable=True),
    sa.Column('withdrawn_by', sa.String(), nullable=True),
    sa.Column('deadline_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('remind_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reminded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('apart_until', sa.Date(), nullable=True),
    sa.Column('initiator_outcome', sa.String(), nullable=True),
    sa.Column('partner_outcome', sa.String(), nullable=True),
    sa.Column('outcome', sa.String(), nullable=True),
    sa.Column('concluded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('suggested_rank', sa.Integer(), nullable=True),
    sa.Column('suggested_probability', sa.Double(), nullable=True),
    sa.Column('suggested_index_version', sa.BigInteger(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['initiator_id'], ['organisation.id'], name=op.f('fk_introduction_initiator_id_organisation'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['initiator_statement_id'], ['statement.id'], name=op.f('fk_introduction_initiator_statement_id_statement'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['partner_id'], ['organisation.id'], name=op.f('fk_introduction_partner_id_organisation'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['partner_statement_id'], ['statement.id'], name=op.f('fk_introduction_partner_statement_id_statement'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_introduction')),
    sa.UniqueConstraint('open_key', name=op.f('uq_introduction_open_key'))
    )
    with op.batch_alter_table('introduction', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_introduction_created_at'), ['created_at'], unique=False)
        batch_op.create_index('ix_introduction_initiator_id_created_at', ['initiator_id', 'created_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_introduction_initiator_statement_id'), ['initiator_statement_id'], unique=False)
        batch_op.create_index('ix_introduction_partner_id_created_at', ['partner_id', 'created_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_introduction_partner_statement_id'), ['partner_statement_id'], unique=False)
        batch_op.create_index('ix_introduction_state_deadline_at', ['state', 'deadline_at'], unique=False)

    op.create_table('introduction_event',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('introduction_id', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('step', sa.String(), nullable=False),
    sa.Column('side', sa.String(), nullable=True),
    sa.Column('actor_kind', sa.String(), nullable=False),
    sa.Column('actor_id', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['introduction_id'], ['introduction.id'], name=op.f('fk_introduction_event_introduction_id_introduction'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_introduction_event'))
    )
    with op.batch_alter_table('introduction_event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_introduction_event_introduction_id'), ['introduction_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('introduction_event', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_introduction_event_introduction_id'))

    op.drop_table('introduction_event')
    with op.batch_alter_table('introduction', schema=None) as batch_op:
        batch_op.drop_index('ix_introduction_state_deadline_at')
        batch_op.drop_index(batch_op.f('ix_introduction_partner_statement_id'))
        batch_op.drop_index('ix_introduction_partner_id_created_at')
        batch_op.drop_index(batch_op.f('ix_introduction_initiator_statement_id'))
        batch_op.drop_index('ix_introduction_initiator_id_created_at')
        batch_op.drop_index(batch_op.f('ix_introduction_created_at'))

    op.drop_table('introduction')
