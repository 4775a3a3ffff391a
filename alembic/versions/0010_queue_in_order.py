"""The queue is read in its whole order, so that of a burst with one due time only the first are looked at."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

WAITING = "state = 'waiting'"


def upgrade() -> None:
    _index("due_at", "id")


def downgrade() -> None:
    _index("due_at")


def _index(*columns: str) -> None:
    op.drop_index("ix_message_due", table_name="message")
    op.create_index(
        "ix_message_due",
        "message",
        [*columns],
        sqlite_where=sa.text(WAITING),
        postgresql_where=sa.text(WAITING),
    )
