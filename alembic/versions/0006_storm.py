"""Storm safety: the pace of each minute, mishaps, texts on trial, what left unknown to us, the words of each call."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    counters()
    strays()
    op.add_column("attempt", sa.Column("words", sa.String(length=32), nullable=True))
    op.add_column("text_override", sa.Column("trial", sa.String(length=8), nullable=False, server_default=""))
    op.add_column("text_override", sa.Column("tried", sa.Integer(), nullable=False, server_default="0"))
    op.create_index("ix_traffic_hour", "traffic", ["hour"])


def downgrade() -> None:
    op.drop_index("ix_traffic_hour", table_name="traffic")
    op.drop_column("text_override", "tried")
    op.drop_column("text_override", "trial")
    op.drop_column("attempt", "words")
    op.drop_index("ix_stray_open", table_name="stray")
    for table in ("stray", "trial_text", "mishap", "pace"):
        op.drop_table(table)


def counters() -> None:
    """What the breaker and the trial of a text count."""
    op.create_table(
        "pace",
        sa.Column("minute", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("worker_id", sa.String(length=40), nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("minute", "account_id", "worker_id", name="pk_pace"),
    )
    op.create_table(
        "mishap",
        sa.Column("minute", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("minute", "account_id", "kind", name="pk_mishap"),
    )
    op.create_table(
        "trial_text",
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("text_id", sa.String(length=40), nullable=False),
        sa.Column("message_id", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "text_id", "message_id", name="pk_trial_text"),
    )


def strays() -> None:
    """What a provider lists of ours and we know nothing of."""
    op.create_table(
        "stray",
        sa.Column("notifier", sa.String(length=40), nullable=False),
        sa.Column("provider_id", sa.String(length=80), nullable=False),
        sa.Column("sender", sa.String(length=254), nullable=False),
        sa.Column("to", sa.String(length=254), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("adopted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("account_id", sa.String(length=40), nullable=True),
        sa.Column("message_id", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("notifier", "provider_id", name="pk_stray"),
    )
    op.create_index(
        "ix_stray_open",
        "stray",
        ["to"],
        sqlite_where=sa.text("adopted_at IS NULL"),
        postgresql_where=sa.text("adopted_at IS NULL"),
    )
