"""Codes that no table has are kept with the calls that hold them, and parked facts are found by the fact."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

DUE = sa.text("due")
DUE_SQLITE = sa.text("due = 1")


def upgrade() -> None:
    op.add_column("inbound_call", sa.Column("unmapped", sa.Integer(), nullable=False, server_default="0"))
    op.create_index("ix_parked_fact_fact", "parked_fact", ["account_id", "fact_id"])
    codes()
    calls()


def downgrade() -> None:
    op.drop_table("unmapped_call")
    op.drop_table("unmapped_code")
    op.drop_index("ix_parked_fact_fact", table_name="parked_fact")
    op.drop_column("inbound_call", "unmapped")


def moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    """A column for an instant."""
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def word(name: str, length: int) -> sa.Column[object]:
    """A column for a text of at most *length* characters that must be given."""
    return sa.Column(name, sa.String(length=length), nullable=False)


def codes() -> None:
    """What no table has, by source."""
    op.create_table(
        "unmapped_code",
        word("account_id", 40),
        word("source_id", 40),
        word("code", 200),
        word("says", 200),
        moment("first_seen"),
        moment("last_seen"),
        sa.Column("count", sa.Integer(), nullable=False),
        moment("decided_at", nullable=True),
        sa.PrimaryKeyConstraint("account_id", "source_id", "code"),
    )


def calls() -> None:
    """The calls that hold such codes."""
    op.create_table(
        "unmapped_call",
        word("account_id", 40),
        word("call_id", 40),
        word("code", 200),
        word("source_id", 40),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("due", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["account_id", "call_id"], ["inbound_call.account_id", "inbound_call.id"]),
        sa.PrimaryKeyConstraint("account_id", "call_id", "code"),
    )
    op.create_index("ix_unmapped_call_code", "unmapped_call", ["account_id", "source_id", "code"])
    op.create_index(
        "ix_unmapped_call_due",
        "unmapped_call",
        ["account_id", "call_id"],
        sqlite_where=DUE_SQLITE,
        postgresql_where=DUE,
    )
