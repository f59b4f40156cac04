"""reviews

Revision ID: 0020
Revises: 0011
"""

from datetime import timedelta

import sqlalchemy as sa
from alembic import op
from uuid_utils import uuid7

from app.clock import day_of


revision = '0020'
down_revision = '0011'
branch_labels = None
depends_on = None

DAYS = 5
OPEN = sa.text("state = 'open'")


def upgrade() -> None:
    review = op.create_table('review',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('statement_id', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('changes', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('opened_by', sa.String(), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('opened_on', sa.Date(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('overdue_told', sa.Boolean(), nullable=False),
    sa.Column('centre_id', sa.String(), nullable=True),
    sa.Column('handed_over_by', sa.String(), nullable=True),
    sa.Column('handed_over_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by', sa.String(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reason', sa.String(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['centre_id'], ['centre.id'], name=op.f('fk_review_centre_id_centre'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['statement_id'], ['statement.id'], name=op.f('fk_review_statement_id_statement'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_review'))
    )
    with op.batch_alter_table('review', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_review_centre_id'), ['centre_id'], unique=False)
        batch_op.create_index('ix_review_state_opened_at', ['state', 'opened_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_review_statement_id'), ['statement_id'], unique=False)
        batch_op.create_index('uq_review_open', ['statement_id'], unique=True, sqlite_where=OPEN, postgresql_where=OPEN)
    _open_for_those_that_wait(review)


def _open_for_those_that_wait(review: sa.Table) -> None:
    """Statements that stand in review already get a place in the queue."""
    statement = sa.table(
        'statement', sa.column('id'), sa.column('organisation_id'), sa.column('status'),
        sa.column('updated_at', sa.DateTime(timezone=True)),
    )
    found = op.get_bind().execute(sa.select(statement).where(statement.c.status == 'in_review')).all()
    rows = []
    for row in found:
        opened_on = day_of(row.updated_at)
        rows.append({
            'id': str(uuid7()), 'statement_id': row.id, 'state': 'open', 'opened_by': f'member:{row.organisation_id}',
            'opened_at': row.updated_at, 'opened_on': opened_on, 'due_on': opened_on + timedelta(days=DAYS),
            'overdue_told': False, 'updated_at': row.updated_at, 'version': 1,
        })
    if rows:
        op.bulk_insert(review, rows)


def downgrade() -> None:
    op.drop_table('review')
