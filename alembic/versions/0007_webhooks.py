"""Webhooks out: endpoints, what they are told, and each call."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    endpoints()
    deliveries()
    attempts()
    indexes()


def downgrade() -> None:
    op.drop_table("webhook_attempt")
    op.drop_table("webhook_delivery")
    op.drop_table("webhook")


def json() -> sa.types.TypeEngine[object]:
    """JSON on both stores, in the form that can be searched on PostgreSQL."""
    return sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    """A column for an instant."""
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def text(name: str, length: int, *, nullable: bool = False) -> sa.Column[object]:
    """A column for a text of at most *length* characters."""
    return sa.Column(name, sa.String(length=length), nullable=nullable)


def endpoints() -> None:
    """Where an account's own systems are told of events."""
    op.create_table(
        "webhook",
        text("account_id", 40),
        text("id", 40),
        text("url", 2000),
        text("description", 120),
        sa.Column("events", json(), nullable=False),
        text("customer_id", 40, nullable=True),
        text("payload", 40),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("numbered", sa.BigInteger(), nullable=False),
        sa.Column("seen_txid", sa.BigInteger(), nullable=False),
        sa.Column("seen_n", sa.BigInteger(), nullable=False),
        moment("since"),
        moment("held_until", nullable=True),
        moment("failing_since", nullable=True),
        moment("taken_at", nullable=True),
        moment("disabled_at", nullable=True),
        text("disabled_why", 40, nullable=True),
        moment("created_at"),
        moment("updated_at"),
        sa.PrimaryKeyConstraint("account_id", "id", name="pk_webhook"),
    )


def deliveries() -> None:
    """One event to one endpoint."""
    op.create_table(
        "webhook_delivery",
        text("account_id", 40),
        text("id", 40),
        text("webhook_id", 40),
        sa.Column("number", sa.BigInteger(), nullable=False),
        text("event", 40),
        text("subject_id", 40),
        text("shipment_id", 40, nullable=True),
        moment("at"),
        sa.Column("body", sa.Text(), nullable=False),
        text("state", 40),
        moment("due_at"),
        moment("began_at"),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        text("worker_id", 40, nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        text("detail", 200),
        moment("created_at"),
        moment("ended_at", nullable=True),
        sa.PrimaryKeyConstraint("account_id", "id", name="pk_webhook_delivery"),
    )


def attempts() -> None:
    """One call of an endpoint."""
    op.create_table(
        "webhook_attempt",
        text("account_id", 40),
        text("id", 40),
        text("delivery_id", 40),
        sa.Column("number", sa.Integer(), nullable=False),
        moment("started_at"),
        moment("completed_at", nullable=True),
        sa.Column("ms", sa.Integer(), nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        text("detail", 200),
        text("said", 300),
        sa.PrimaryKeyConstraint("account_id", "id", name="pk_webhook_attempt"),
    )
    op.create_index("ix_webhook_attempt_delivery", "webhook_attempt", ["account_id", "delivery_id", "number"])


def indexes() -> None:
    """What is due, what is on its way, what an endpoint was told, and what has ended long ago."""
    waiting = ["account_id", "webhook_id", "due_at", "number"]
    partial("ix_webhook_delivery_due", waiting, "state = 'waiting'")
    partial("ix_webhook_delivery_sending", ["account_id", "webhook_id"], "state = 'sending'")
    partial("ix_webhook_delivery_ended", ["ended_at"], "ended_at IS NOT NULL")
    told = ["account_id", "webhook_id", "number"]
    op.create_index("ix_webhook_delivery_webhook", "webhook_delivery", told)
    about = ["account_id", "webhook_id", "subject_id", "number"]
    op.create_index("ix_webhook_delivery_subject", "webhook_delivery", about)


def partial(name: str, columns: list[str], condition: str) -> None:
    """An index of the rows for which *condition* holds."""
    where = sa.text(condition)
    op.create_index(name, "webhook_delivery", columns, sqlite_where=where, postgresql_where=where)
