"""saved searches and alerts

Revision ID: 0040
Revises: 0031
"""

import sqlalchemy as sa
from alembic import op


revision = '0040'
down_revision = '0031'
branch_labels = None
depends_on = None

SEQ = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('saved_search',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('member_id', sa.String(), nullable=True),
    sa.Column('centre_id', sa.String(), nullable=True),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('about', sa.String(), nullable=False),
    sa.Column('question', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('statement_id', sa.String(), nullable=True),
    sa.Column('organisation_id', sa.String(), nullable=True),
    sa.Column('filters', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('min_strength', sa.String(), nullable=False),
    sa.Column('channels', sa.JSON(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('since_seq', SEQ, nullable=False),
    sa.Column('encoded_by', sa.String(), nullable=True),
    sa.Column('meaning', sa.LargeBinary(), nullable=True),
    sa.Column('dimensions', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('(member_id IS NULL) <> (centre_id IS NULL)', name=op.f('ck_saved_search_one_holder')),
    sa.ForeignKeyConstraint(['centre_id'], ['centre.id'], name=op.f('fk_saved_search_centre_id_centre'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['member_id'], ['organisation.id'], name=op.f('fk_saved_search_member_id_organisation'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_saved_search_organisation_id_organisation'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['statement_id'], ['statement.id'], name=op.f('fk_saved_search_statement_id_statement'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_saved_search'))
    )
    for column in ('centre_id', 'created_at', 'member_id', 'organisation_id', 'statement_id'):
        op.create_index(op.f(f'ix_saved_search_{column}'), 'saved_search', [column], unique=False)

    op.create_table('alert',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('search_id', sa.String(), nullable=False),
    sa.Column('statement_id', sa.String(), nullable=False),
    sa.Column('mine_id', sa.String(), nullable=True),
    sa.Column('probability', sa.Double(), nullable=False),
    sa.Column('strength', sa.String(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['mine_id'], ['statement.id'], name=op.f('fk_alert_mine_id_statement'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['search_id'], ['saved_search.id'], name=op.f('fk_alert_search_id_saved_search'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['statement_id'], ['statement.id'], name=op.f('fk_alert_statement_id_statement'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alert')),
    sa.UniqueConstraint('search_id', 'statement_id', name=op.f('uq_alert_search_id_statement_id'))
    )
    for column in ('created_at', 'mine_id', 'statement_id'):
        op.create_index(op.f(f'ix_alert_{column}'), 'alert', [column], unique=False)

    feed_position = op.create_table('feed_position',
    sa.Column('reader', sa.String(), nullable=False),
    sa.Column('seq', SEQ, nullable=False),
    sa.PrimaryKeyConstraint('reader', name=op.f('pk_feed_position'))
    )
    op.bulk_insert(feed_position, [{'reader': 'alerts', 'seq': 0}])

    op.create_table('letter_part',
    sa.Column('delivery_id', sa.String(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('statement_id', sa.String(), nullable=False),
    sa.Column('asking_id', sa.String(), nullable=True),
    sa.Column('named', sa.Boolean(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['delivery_id'], ['delivery.id'], name=op.f('fk_letter_part_delivery_id_delivery'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['statement_id'], ['statement.id'], name=op.f('fk_letter_part_statement_id_statement'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('delivery_id', 'number', name=op.f('pk_letter_part'))
    )
    op.create_index(op.f('ix_letter_part_statement_id'), 'letter_part', ['statement_id'], unique=False)


def downgrade() -> None:
    for table in ('letter_part', 'feed_position', 'alert', 'saved_search'):
        op.drop_table(table)
