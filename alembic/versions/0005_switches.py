"""How fast what waited behind a pause leaves, and which pause a message waits behind; `all` is the account by name."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

HELD = "held_by IS NOT NULL"


def upgrade() -> None:
    op.add_column("switch", sa.Column("rate", sa.Integer(), nullable=True))
    op.add_column("message", sa.Column("held_by", sa.String(length=40), nullable=True))
    op.create_index(
        "ix_message_held", "message", ["held_by"], sqlite_where=sa.text(HELD), postgresql_where=sa.text(HELD)
    )
    op.execute("UPDATE switch SET scope = 'account' WHERE scope = 'all'")


def downgrade() -> None:
    op.execute("UPDATE switch SET scope = 'all' WHERE scope IN ('account', 'global')")
    op.drop_index("ix_message_held", table_name="message")
    op.drop_column("message", "held_by")
    op.drop_column("switch", "rate")
