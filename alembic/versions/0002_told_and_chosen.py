"""The sealed ledger of promises, choices, preferences, tasks, an account's own texts, and rules nearer to the goods."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    ledger()
    people()
    work()
    columns()


def downgrade() -> None:
    for table, column in reversed(ADDED):
        op.drop_column(table, column)
    for table in DROPPED:
        op.drop_table(table)


DROPPED = ("text_override", "task", "preference_change", "choice", "ledger_seal", "ledger_entry")


def json() -> sa.types.TypeEngine[object]:
    """JSON on both stores, in the form that can be searched on PostgreSQL."""
    return sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def ledger() -> None:
    """What became of promises, sealed."""
    op.create_table(
        "ledger_entry",
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("promise_id", sa.String(length=40), nullable=False),
        sa.Column("event", sa.String(length=20), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", json(), nullable=False),
        sa.Column("seal", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("account_id", "id", name="pk_ledger_entry"),
    )
    op.create_index("ix_ledger_entry_promise", "ledger_entry", ["account_id", "promise_id"])
    op.create_table(
        "ledger_seal",
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("first_id", sa.String(length=40), nullable=False),
        sa.Column("last_id", sa.String(length=40), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "number", name="pk_ledger_seal"),
    )


def people() -> None:
    """What people were offered and what they chose."""
    op.create_table(
        "choice",
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("address_id", sa.String(length=40), nullable=False),
        sa.Column("contact_id", sa.String(length=40), nullable=False),
        sa.Column("sender", sa.String(length=254), nullable=False),
        sa.Column("digit", sa.String(length=2), nullable=False),
        sa.Column("does", sa.String(length=40), nullable=False),
        sa.Column("message_id", sa.String(length=40), nullable=False),
        sa.Column("notice_id", sa.String(length=40), nullable=True),
        sa.Column("shipment_id", sa.String(length=40), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_why", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("account_id", "id", name="pk_choice"),
    )
    op.create_index("ix_choice_message", "choice", ["account_id", "message_id"])
    op.create_index("ix_choice_shipment", "choice", ["account_id", "shipment_id"])
    op.create_index(
        "uq_choice_open",
        "choice",
        ["account_id", "address_id", "sender", "digit"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "preference_change",
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("contact_id", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("how", sa.String(length=120), nullable=False),
        sa.Column("wording", sa.String(length=400), nullable=False),
        sa.Column("detail", json(), nullable=True),
        sa.PrimaryKeyConstraint("account_id", "id", name="pk_preference_change"),
    )
    op.create_index("ix_preference_change_contact", "preference_change", ["account_id", "contact_id", "at"])


def work() -> None:
    """What our own people owe, and the words of an account."""
    op.create_table(
        "task",
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("shipment_id", sa.String(length=40), nullable=True),
        sa.Column("contact_id", sa.String(length=40), nullable=True),
        sa.Column("owner", sa.String(length=40), nullable=False),
        sa.Column("text", sa.String(length=400), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.String(length=80), nullable=True),
        sa.PrimaryKeyConstraint("account_id", "id", name="pk_task"),
    )
    op.create_index("ix_task_open", "task", ["account_id", "done_at", "due_at"])
    op.create_index("uq_task_key", "task", ["account_id", "key"], unique=True)
    op.create_table(
        "text_override",
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "id", name="pk_text_override"),
    )
    op.create_index(
        "uq_text_override_version",
        "text_override",
        ["account_id", "code", "language", "channel", "version"],
        unique=True,
    )


def columns() -> None:
    """Columns that tables of the first version get."""
    op.add_column("account", sa.Column("lanes", json(), nullable=True))
    op.add_column("account", sa.Column("services", json(), nullable=True))
    op.add_column("account", sa.Column("budget", json(), nullable=True))
    op.add_column("contact", sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("contact", sa.Column("late_over_days", sa.Integer(), nullable=True))
    op.add_column("contact", sa.Column("names", json(), nullable=True))
    op.add_column("customer", sa.Column("rules", json(), nullable=True))
    op.add_column("message", sa.Column("text_version", sa.Integer(), nullable=True))
    op.add_column("parked_fact", sa.Column("named", json(), nullable=True))
    op.add_column("shipment", sa.Column("rules", json(), nullable=True))
    op.add_column("source", sa.Column("lag_samples", sa.Integer(), nullable=False, server_default="0"))


ADDED = (
    ("account", "lanes"),
    ("account", "services"),
    ("account", "budget"),
    ("contact", "paused_until"),
    ("contact", "late_over_days"),
    ("contact", "names"),
    ("customer", "rules"),
    ("message", "text_version"),
    ("parked_fact", "named"),
    ("shipment", "rules"),
    ("source", "lag_samples"),
)
