"""warnings of expiry

Revision ID: 0021
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op


revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('statement', schema=None) as batch_op:
        batch_op.add_column(sa.Column('warn_on', sa.Date(), nullable=True))
        batch_op.create_index(batch_op.f('ix_statement_warn_on'), ['warn_on'], unique=False)
    sqlite = op.get_bind().dialect.name == 'sqlite'
    before = "date(expires_on, '-14 days')" if sqlite else 'expires_on - 14'
    op.execute(f"UPDATE statement SET warn_on = {before} WHERE expires_on IS NOT NULL")


def downgrade() -> None:
    with op.batch_alter_table('statement', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_statement_warn_on'))
        batch_op.drop_column('warn_on')
