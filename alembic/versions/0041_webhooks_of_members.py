"""webhooks of members and centres, their secrets derived

Revision ID: 0041
Revises: 0040
"""

import base64
import hmac
from hashlib import sha256

import sqlalchemy as sa
from alembic import op


revision = '0041'
down_revision = '0040'
branch_labels = None
depends_on = None

ENDPOINTS = sa.table(
    'webhook_endpoint', *(sa.column(name, sa.String()) for name in ('id', 'salt', 'old_salt'))
)


def upgrade() -> None:
    # Secrets of before stay what they were: a salt that begins with whsec_ is itself the secret.
    with op.batch_alter_table('webhook_endpoint', schema=None) as batch_op:
        batch_op.alter_column('secret', new_column_name='salt', existing_type=sa.String(), existing_nullable=False)
        batch_op.alter_column('old_secret', new_column_name='old_salt', existing_type=sa.String(), existing_nullable=True)
        batch_op.add_column(sa.Column('organisation_id', sa.String(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f('fk_webhook_endpoint_organisation_id_organisation'),
            'organisation', ['organisation_id'], ['id'], ondelete='CASCADE',
        )
        batch_op.create_index(batch_op.f('ix_webhook_endpoint_organisation_id'), ['organisation_id'], unique=False)


def downgrade() -> None:
    connection = op.get_bind()
    key = connection.scalar(sa.text('SELECT secret FROM installation'))
    for row in connection.execute(sa.select(ENDPOINTS)).all():
        secrets = {'salt': secret(bytes(key), row.id, row.salt)}
        if row.old_salt:
            secrets['old_salt'] = secret(bytes(key), row.id, row.old_salt)
        connection.execute(sa.update(ENDPOINTS).where(ENDPOINTS.c.id == row.id).values(**secrets))
    with op.batch_alter_table('webhook_endpoint', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_webhook_endpoint_organisation_id'))
        batch_op.drop_constraint(batch_op.f('fk_webhook_endpoint_organisation_id_organisation'), type_='foreignkey')
        batch_op.drop_column('organisation_id')
        batch_op.alter_column('salt', new_column_name='secret', existing_type=sa.String(), existing_nullable=False)
        batch_op.alter_column('old_salt', new_column_name='old_secret', existing_type=sa.String(), existing_nullable=True)


def secret(key: bytes, endpoint_id: str, salt: str) -> str:
    """The secret as the code of this migration derives it."""
    if salt.startswith('whsec_'):
        return salt
    mixed = hmac.digest(key, f'webhook\n{endpoint_id}\n{salt}'.encode(), sha256)
    return 'whsec_' + base64.b64encode(mixed).decode()
