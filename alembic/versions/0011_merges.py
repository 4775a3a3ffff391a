"""Two shipments that are one, and what went from one to the other."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TO_MAKE = "merged_at IS NULL AND ended_at IS NULL"
HOLDS = "ended_at IS NULL"


def json() -> sa.types.TypeEngine[object]:
    """JSON on both stores, in the form that can be searched on PostgreSQL."""
    return sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def moment(name: str, *, nullable: bool = True) -> sa.Column[object]:
    """A column for an instant."""
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def text(name: str, length: int) -> sa.Column[object]:
    """A column for a text of at most *length* characters."""
    return sa.Column(name, sa.String(length=length), nullable=False)


def upgrade() -> None:
    op.create_table(
        "shipment_merge",
        text("account_id", 40),
        text("id", 40),
        text("older_id", 40),
        text("younger_id", 40),
        text("by", 80),
        text("why", 400),
        sa.Column("refs", json(), nullable=True),
        moment("asked_at", nullable=False),
        moment("merged_at"),
        sa.Column("moved", json(), nullable=True),
        moment("ended_at"),
        text("outcome", 16),
        sa.PrimaryKeyConstraint("account_id", "id", name="pk_shipment_merge"),
        sa.ForeignKeyConstraint(
            ["account_id", "older_id"],
            ["shipment.account_id", "shipment.id"],
            name="fk_shipment_merge_account_id_older_id",
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "younger_id"],
            ["shipment.account_id", "shipment.id"],
            name="fk_shipment_merge_account_id_younger_id",
        ),
    )
    op.create_index(
        "uq_shipment_merge_pair",
        "shipment_merge",
        ["account_id", "older_id", "younger_id"],
        unique=True,
        sqlite_where=sa.text(HOLDS),
        postgresql_where=sa.text(HOLDS),
    )
    op.create_index("ix_shipment_merge_younger", "shipment_merge", ["account_id", "younger_id"])
    op.create_index(
        "ix_shipment_merge_asked",
        "shipment_merge",
        ["asked_at"],
        sqlite_where=sa.text(TO_MAKE),
        postgresql_where=sa.text(TO_MAKE),
    )


def downgrade() -> None:
    op.drop_table("shipment_merge")
