"""imports

Revision ID: 0070
Revises: 0052
"""

import sqlalchemy as sa
from alembic import op


revision = '0070'
down_revision = '0052'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('import',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('owner_kind', sa.String(), nullable=False),
    sa.Column('owner_id', sa.String(), nullable=False),
    sa.Column('key_id', sa.String(), nullable=True),
    sa.Column('scopes', sa.JSON(), nullable=False),
    sa.Column('file_name', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('dry_run', sa.Boolean(), nullable=False),
    sa.Column('wished_encoding', sa.String(), nullable=True),
    sa.Column('wished_delimiter', sa.String(), nullable=True),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('encoding', sa.String(), nullable=True),
    sa.Column('delimiter', sa.String(), nullable=True),
    sa.Column('ignored', sa.JSON(), nullable=False),
    sa.Column('rows_total', sa.Integer(), nullable=True),
    sa.Column('rows_done', sa.Integer(), nullable=False),
    sa.Column('created', sa.Integer(), nullable=False),
    sa.Column('updated', sa.Integer(), nullable=False),
    sa.Column('unchanged', sa.Integer(), nullable=False),
    sa.Column('refused', sa.Integer(), nullable=False),
    sa.Column('problems', sa.Integer(), nullable=False),
    sa.Column('failure', sa.JSON(), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('leased_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import'))
    )
    with op.batch_alter_table('import', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_import_created_at'), ['created_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_import_finished_at'), ['finished_at'], unique=False)
        batch_op.create_index('ix_import_owner_kind_owner_id', ['owner_kind', 'owner_id'], unique=False)
        batch_op.create_index('ix_import_state_created_at', ['state', 'created_at'], unique=False)

    op.create_table('import_problem',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('import_id', sa.String(), nullable=False),
    sa.Column('is_note', sa.Boolean(), nullable=False),
    sa.Column('sheet', sa.String(), nullable=False),
    sa.Column('row', sa.Integer(), nullable=False),
    sa.Column('column', sa.Integer(), nullable=True),
    sa.Column('pointer', sa.String(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('params', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['import_id'], ['import.id'], name=op.f('fk_import_problem_import_id_import'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_problem'))
    )
    with op.batch_alter_table('import_problem', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_import_problem_import_id'), ['import_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('import_problem', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_import_problem_import_id'))

    op.drop_table('import_problem')
    with op.batch_alter_table('import', schema=None) as batch_op:
        batch_op.drop_index('ix_import_state_created_at')
        batch_op.drop_index('ix_import_owner_kind_owner_id')
        batch_op.drop_index(batch_op.f('ix_import_finished_at'))
        batch_op.drop_index(batch_op.f('ix_import_created_at'))

    op.drop_table('import')
