"""Test accounts are marked as such, and how far a mailbox was read is remembered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("account", sa.Column("test", sa.Boolean(), nullable=False, server_default=sa.false()))
    # A test account was only to be told from another by how it was registered.
    op.execute(
        "UPDATE account SET test = TRUE WHERE id IN "
        "(SELECT target_id FROM directory WHERE kind = 'account' AND key LIKE 'twin:%')"
    )
    op.create_table(
        "mailbox",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("validity", sa.BigInteger(), nullable=False),
        sa.Column("uid", sa.BigInteger(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_mailbox"),
    )


def downgrade() -> None:
    op.drop_table("mailbox")
    op.drop_column("account", "test")
