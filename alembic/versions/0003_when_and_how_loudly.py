"""Windows and free time of facts, digests, ratings, what left hour by hour, and receipts that are waited for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    columns()
    tables()
    indexes()


def downgrade() -> None:
    op.drop_index("ix_message_provider", table_name="message")
    op.create_index("ix_message_provider", "message", ["account_id", "provider_id"])
    for index, table in DROPPED_INDEXES:
        op.drop_index(index, table_name=table)
    for table in DROPPED:
        op.drop_table(table)
    for table, column in reversed(ADDED):
        op.drop_column(table, column)


ADDED = (
    ("fact", "until"),
    ("fact", "charge"),
    ("fact", "needs"),
    ("promise", "until"),
    ("contact", "digest"),
    ("contact", "digest_always"),
    ("message", "receipt_by"),
    ("attempt", "looked_at"),
    ("attempt", "absent"),
)
DROPPED = ("rating", "traffic")
DROPPED_INDEXES = (
    ("ix_notice_end", "notice"),
    ("ix_ledger_entry_open", "ledger_entry"),
    ("ix_message_receipt", "message"),
    ("ix_message_doubt", "message"),
)


def json() -> sa.types.TypeEngine[object]:
    """JSON on both stores, in the form that can be searched on PostgreSQL."""
    return sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def columns() -> None:
    """Columns that earlier tables get."""
    op.add_column("fact", sa.Column("until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("fact", sa.Column("charge", sa.String(length=16), nullable=True))
    op.add_column("fact", sa.Column("needs", json(), nullable=True))
    op.add_column("promise", sa.Column("until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("contact", sa.Column("digest", sa.String(length=8), nullable=False, server_default=""))
    op.add_column("contact", sa.Column("digest_always", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("message", sa.Column("receipt_by", sa.DateTime(timezone=True), nullable=True))
    op.add_column("attempt", sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("attempt", sa.Column("absent", sa.Integer(), nullable=False, server_default="0"))


def tables() -> None:
    """What left in each hour, and how people found it."""
    op.create_table(
        "traffic",
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("worker_id", sa.String(length=40), nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("segments", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "hour", "worker_id", name="pk_traffic"),
    )
    op.create_table(
        "rating",
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("contact_id", sa.String(length=40), nullable=True),
        sa.Column("shipment_id", sa.String(length=40), nullable=True),
        sa.Column("reply_id", sa.String(length=40), nullable=True),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("words", sa.String(length=4000), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "id", name="pk_rating"),
    )
    op.create_index("ix_rating_shipment", "rating", ["account_id", "shipment_id"])


def indexes() -> None:
    """What the clock looks for: entries without a seal, and texts of which no receipt came."""
    op.create_index(
        "ix_notice_end",
        "notice",
        ["account_id", "not_before"],
        sqlite_where=sa.text("code IN ('M20', 'D13')"),
        postgresql_where=sa.text("code IN ('M20', 'D13')"),
    )
    op.create_index(
        "ix_ledger_entry_open",
        "ledger_entry",
        ["account_id", "id"],
        sqlite_where=sa.text("seal IS NULL"),
        postgresql_where=sa.text("seal IS NULL"),
    )
    op.create_index(
        "ix_message_receipt",
        "message",
        ["receipt_by"],
        sqlite_where=sa.text("receipt_by IS NOT NULL"),
        postgresql_where=sa.text("receipt_by IS NOT NULL"),
    )
    op.create_index(
        "ix_message_doubt",
        "message",
        ["send_before"],
        sqlite_where=sa.text("state = 'uncertain'"),
        postgresql_where=sa.text("state = 'uncertain'"),
    )
    # A provider's list names no account.
    op.drop_index("ix_message_provider", table_name="message")
    op.create_index("ix_message_provider", "message", ["provider_id"])
