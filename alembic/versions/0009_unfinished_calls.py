"""Calls that have not ended are found without reading all that ever did."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

STARTED = "outcome = 'started'"


def upgrade() -> None:
    op.create_index(
        "ix_attempt_started",
        "attempt",
        ["worker_id"],
        sqlite_where=sa.text(STARTED),
        postgresql_where=sa.text(STARTED),
    )


def downgrade() -> None:
    op.drop_index("ix_attempt_started", table_name="attempt")
