"""What each of several providers takes of a channel's messages, and the one call that finds out whether it is back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLE = "channel_state"


def upgrade() -> None:
    op.add_column(TABLE, sa.Column("since", sa.DateTime(timezone=True), nullable=True))
    op.add_column(TABLE, sa.Column("probe_account", sa.String(length=40), nullable=True))
    op.add_column(TABLE, sa.Column("probe_attempt", sa.String(length=40), nullable=True))
    op.add_column(TABLE, sa.Column("share", sa.Integer(), nullable=True))
    op.add_column(TABLE, sa.Column("share_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(TABLE, sa.Column("share_why", sa.String(length=300), nullable=False, server_default=""))


def downgrade() -> None:
    for column in ("share_why", "share_at", "share", "probe_attempt", "probe_account", "since"):
        op.drop_column(TABLE, column)
