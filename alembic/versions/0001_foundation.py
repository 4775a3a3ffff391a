"""Every table of the first version."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    access()
    people()
    facts()
    words()
    engine()


def downgrade() -> None:
    for table in DROPPED:
        op.drop_table(table)


def json() -> sa.types.TypeEngine[object]:
    """JSON on both stores, in the form that can be searched on PostgreSQL."""
    return sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def access() -> None:
    """Who may call, who works here, and what was changed."""
    op.create_table(
        "account",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("brand", sa.String(length=11), nullable=False),
        sa.Column("care_phone", sa.String(length=20), nullable=True),
        sa.Column("care_email", sa.String(length=254), nullable=True),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("region", sa.String(length=2), nullable=False),
        sa.Column("hours", json(), nullable=True),
        sa.Column("holidays", json(), nullable=True),
        sa.Column("rules", json(), nullable=True),
        sa.Column("mode", sa.String(length=40), nullable=False),
        sa.Column("live_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_account"),
    )
    op.create_table(
        "api_key",
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("tail", sa.String(length=4), nullable=False),
        sa.Column("test", sa.Boolean(), nullable=False),
        sa.Column("scopes", json(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("account_id", "id", name="pk_api_key"),
    )
    op.create_table(
        "audit",
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("why", sa.String(length=400), nullable=False),
        sa.Column("detail", json(), nullable=True),
        sa.PrimaryKeyConstraint("account_id", "id", name="pk_audit"),
    )
    op.create_table(
        "directory",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("target_id", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("kind", "key", name="pk_directory"),
    )
    op.create_table(
        "operator",
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.PrimaryKeyConstraint("account_id", "id", name="pk_operator"),
    )
    op.create_table(
        "plan",
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("scope", json(), nullable=False),
        sa.Column("shown", json(), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result", json(), nullable=True),
        sa.PrimaryKeyConstraint("account_id", "id", name="pk_plan"),
    )
    op.create_table(
        "switch",
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("scope", sa.String(length=16), nullable=False),
        sa.Column("value", sa.String(length=80), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("why", sa.String(length=400), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "id", name="pk_switch"),
    )


def people() -> None:
    """Customers, the people who follow, and where they are reached."""
    op.create_table(
        "address",
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("value", sa.String(length=254), nullable=False),
        sa.Column("suppressed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("suppressed_by", sa.String(length=80), nullable=True),
        sa.Column("suppressed_why", sa.String(length=200), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "id", name="pk_address"),
    )
    op.create_index("uq_address_channel_value", "address", ["account_id", "channel", "value"], unique=True)
    op.create_table(
        "contact",
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=True),
        sa.Column("level", sa.String(length=16), nullable=False),
        sa.Column("quiet_from", sa.String(length=5), nullable=False),
        sa.Column("quiet_to", sa.String(length=5), nullable=False),
        sa.Column("consent_basis", sa.String(length=120), nullable=False),
        sa.Column("consent_how", sa.String(length=120), nullable=False),
        sa.Column("consent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "id", name="pk_contact"),
    )
    op.create_table(
        "customer",
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("mode", sa.String(length=40), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "id", name="pk_customer"),
    )
    op.create_table(
        "reply",
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("thread_id", sa.String(length=40), nullable=True),
        sa.Column("message_id", sa.String(length=40), nullable=True),
        sa.Column("shipment_id", sa.String(length=40), nullable=True),
        sa.Column("address_id", sa.String(length=40), nullable=False),
        sa.Column("notifier", sa.String(length=40), nullable=False),
        sa.Column("provider_id", sa.String(length=80), nullable=False),
        sa.Column("sender", sa.String(length=254), nullable=False),
        sa.Column("text", sa.String(length=4000), nullable=False),
        sa.Column("meaning", sa.String(length=40), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("detail", json(), nullable=True),
        sa.PrimaryKeyConstraint("account_id", "id", name="pk_reply"),
    )
    op.create_index("ix_reply_thread", "reply", ["account_id", "thread_id"])
    op.create_index("uq_reply_provider", "reply", ["account_id", "notifier", "provider_id"], unique=True)
    op.create_table(
        "sender",
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("value", sa.String(length=254), nullable=False),
        sa.Column("notifier", sa.String(length=40), nullable=False),
        sa.Column("two_way", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "id", name="pk_sender"),
    )
    op.create_index("uq_sender_channel_value", "sender", ["account_id", "channel", "value"], unique=True)
    op.create_table(
        "thread",
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("address_id", sa.String(length=40), nullable=False),
        sa.Column("contact_id", sa.String(length=40), nullable=True),
        sa.Column("shipment_id", sa.String(length=40), nullable=True),
        sa.Column("owner", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("account_id", "id", name="pk_thread"),
    )
    op.create_index("ix_thread_address", "thread", ["account_id", "address_id", "state"])
    op.create_table(
        "contact_address",
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("contact_id", sa.String(length=40), nullable=False),
        sa.Column("address_id", sa.String(length=40), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id", "address_id"],
            ["address.account_id", "address.id"],
            name="fk_contact_address_account_id_address_id",
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "contact_id"],
            ["contact.account_id", "contact.id"],
            name="fk_contact_address_account_id_contact_id",
        ),
        sa.PrimaryKeyConstraint("account_id", "contact_id", "address_id", name="pk_contact_address"),
    )
    op.create_index("ix_contact_address_address", "contact_address", ["account_id", "address_id"])
    op.create_table(
        "customer_code",
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("customer_id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id", "customer_id"],
            ["customer.account_id", "customer.id"],
            name="fk_customer_code_account_id_customer_id",
        ),
        sa.PrimaryKeyConstraint("account_id", "code", name="pk_customer_code"),
    )
    op.create_table(
        "follow",
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.String(length=40), nullable=False),
        sa.Column("contact_id", sa.String(length=40), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id", "contact_id"], ["contact.account_id", "contact.id"], name="fk_follow_account_id_contact_id"
        ),
        sa.PrimaryKeyConstraint("account_id", "subject_id", "contact_id", name="pk_follow"),
    )
    op.create_index("ix_follow_contact", "follow", ["account_id", "contact_id"])


def facts() -> None:
    """What happened to which shipment."""
    op.create_table(
        "fact",
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("source_id", sa.String(length=40), nullable=False),
        sa.Column("call_id", sa.String(length=40), nullable=False),
        sa.Column("event_key", sa.String(length=200), nullable=False),
        sa.Column("part", sa.String(length=16), nullable=False),
        sa.Column("milestone", sa.String(length=40), nullable=False),
        sa.Column("classifier", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("at_date", sa.Date(), nullable=True),
        sa.Column("precision", sa.String(length=40), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=True),
        sa.Column("zone_known", sa.Boolean(), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=True),
        sa.Column("place", sa.String(length=10), nullable=True),
        sa.Column("place_name", sa.String(length=120), nullable=True),
        sa.Column("place_role", sa.String(length=16), nullable=True),
        sa.Column("transport", sa.String(length=40), nullable=False),
        sa.Column("vessel", sa.String(length=60), nullable=True),
        sa.Column("imo", sa.String(length=10), nullable=True),
        sa.Column("voyage", sa.String(length=40), nullable=True),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("remark", sa.String(length=400), nullable=True),
        sa.Column("pieces", sa.Integer(), nullable=True),
        sa.Column("pieces_total", sa.Integer(), nullable=True),
        sa.Column("retracts", sa.String(length=200), nullable=True),
        sa.Column("flags", json(), nullable=True),
        sa.Column("stated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "id", name="pk_fact"),
    )
    op.create_table(
        "fact_key",
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("source_id", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("fact_id", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "source_id", "key", name="pk_fact_key"),
    )
    op.create_table(
        "inbound_call",
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("source_id", sa.String(length=40), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content_type", sa.String(length=120), nullable=False),
        sa.Column("headers", json(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.Column("duplicate", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("problem", json(), nullable=True),
        sa.PrimaryKeyConstraint("account_id", "id", name="pk_inbound_call"),
    )
    op.create_index("ix_inbound_call_received", "inbound_call", ["account_id", "received_at"])
    op.create_table(
        "parked_fact",
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("value", sa.String(length=80), nullable=False),
        sa.Column("fact_id", sa.String(length=40), nullable=False),
        sa.Column("parked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "type", "value", "fact_id", name="pk_parked_fact"),
    )
    op.create_table(
        "shipment",
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("seen_seq", sa.Integer(), nullable=False),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("look_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("owner", sa.String(length=40), nullable=False),
        sa.Column("customer_id", sa.String(length=40), nullable=True),
        sa.Column("mode", sa.String(length=40), nullable=True),
        sa.Column("need_by", sa.Date(), nullable=True),
        sa.Column("told_date", sa.Date(), nullable=True),
        sa.Column("first_load_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("merged_into", sa.String(length=40), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("due_kind", sa.String(length=16), nullable=True),
        sa.Column("due_date", sa.Date(), nullable=True),
        sa.Column("late_days", sa.Integer(), nullable=False),
        sa.Column("followers", sa.Integer(), nullable=False),
        sa.Column("summary", json(), nullable=True),
        sa.PrimaryKeyConstraint("account_id", "id", name="pk_shipment"),
    )
    op.create_index("ix_shipment_customer", "shipment", ["account_id", "customer_id"])
    op.create_index("ix_shipment_due", "shipment", ["account_id", "due_date"])
    op.create_index(
        "ix_shipment_look",
        "shipment",
        ["look_at"],
        sqlite_where=sa.text("look_at IS NOT NULL"),
        postgresql_where=sa.text("look_at IS NOT NULL"),
    )
    op.create_index("ix_shipment_updated", "shipment", ["account_id", "updated_at", "id"])
    op.create_table(
        "source",
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("format", sa.String(length=40), nullable=False),
        sa.Column("scheme", sa.String(length=40), nullable=False),
        sa.Column("options", json(), nullable=True),
        sa.Column("secrets", json(), nullable=True),
        sa.Column("mapping", json(), nullable=True),
        sa.Column("usual_lag_minutes", sa.Integer(), nullable=True),
        sa.Column("last_call_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "id", name="pk_source"),
    )
    op.create_index("uq_source_name", "source", ["account_id", "name"], unique=True)
    op.create_table(
        "fact_shipment",
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("shipment_id", sa.String(length=40), nullable=False),
        sa.Column("fact_id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id", "shipment_id"],
            ["shipment.account_id", "shipment.id"],
            name="fk_fact_shipment_account_id_shipment_id",
        ),
        sa.PrimaryKeyConstraint("account_id", "shipment_id", "fact_id", name="pk_fact_shipment"),
    )
    op.create_index("ix_fact_shipment_fact", "fact_shipment", ["account_id", "fact_id"])
    op.create_table(
        "reference",
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("shipment_id", sa.String(length=40), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("value", sa.String(length=80), nullable=False),
        sa.Column("shown", sa.String(length=80), nullable=False),
        sa.Column("identity", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_to", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id", "shipment_id"],
            ["shipment.account_id", "shipment.id"],
            name="fk_reference_account_id_shipment_id",
        ),
        sa.PrimaryKeyConstraint("account_id", "id", name="pk_reference"),
    )
    op.create_index("ix_reference_shipment", "reference", ["account_id", "shipment_id"])
    op.create_index("ix_reference_value", "reference", ["account_id", "value", "type"])
    op.create_index(
        "uq_reference_identity",
        "reference",
        ["account_id", "type", "value"],
        unique=True,
        sqlite_where=sa.text("identity AND valid_to IS NULL"),
        postgresql_where=sa.text("identity AND valid_to IS NULL"),
    )


def words() -> None:
    """What was told, and what was sent."""
    op.create_table(
        "message",
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("contact_id", sa.String(length=40), nullable=True),
        sa.Column("address_id", sa.String(length=40), nullable=True),
        sa.Column("shipment_id", sa.String(length=40), nullable=True),
        sa.Column("thread_id", sa.String(length=40), nullable=True),
        sa.Column("notifier", sa.String(length=40), nullable=True),
        sa.Column("sender", sa.String(length=254), nullable=True),
        sa.Column("to", sa.String(length=254), nullable=True),
        sa.Column("cause", sa.String(length=160), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=True),
        sa.Column("level", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("send_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("refusals", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(), nullable=True),
        sa.Column("subject", sa.String(length=200), nullable=True),
        sa.Column("html", sa.String(), nullable=True),
        sa.Column("calendar", sa.String(), nullable=True),
        sa.Column("segments", sa.Integer(), nullable=True),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("provider_id", sa.String(length=80), nullable=True),
        sa.Column("detail", sa.String(length=300), nullable=False),
        sa.Column("params", json(), nullable=True),
        sa.Column("trace_id", sa.String(length=40), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("account_id", "id", name="pk_message"),
    )
    op.create_index("ix_message_address", "message", ["account_id", "address_id", "state"])
    op.create_index(
        "ix_message_due",
        "message",
        ["due_at"],
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index("ix_message_provider", "message", ["account_id", "provider_id"])
    op.create_index("ix_message_shipment", "message", ["account_id", "shipment_id"])
    op.create_index("ix_message_state", "message", ["account_id", "state", "created_at"])
    op.create_index("uq_message_key", "message", ["account_id", "key"], unique=True)
    op.create_table(
        "receipt",
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("message_id", sa.String(length=40), nullable=False),
        sa.Column("attempt_id", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=True),
        sa.Column("detail", sa.String(length=300), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "id", name="pk_receipt"),
    )
    op.create_index("uq_receipt_status", "receipt", ["account_id", "attempt_id", "status"], unique=True)
    op.create_table(
        "attempt",
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("message_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("address_id", sa.String(length=40), nullable=True),
        sa.Column("level", sa.String(length=40), nullable=False),
        sa.Column("worker_id", sa.String(length=40), nullable=False),
        sa.Column("notifier", sa.String(length=40), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("provider_id", sa.String(length=80), nullable=True),
        sa.Column("code", sa.String(length=20), nullable=True),
        sa.Column("detail", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id", "message_id"], ["message.account_id", "message.id"], name="fk_attempt_account_id_message_id"
        ),
        sa.PrimaryKeyConstraint("account_id", "id", name="pk_attempt"),
    )
    op.create_index("ix_attempt_address", "attempt", ["account_id", "address_id", "started_at"])
    op.create_index("uq_attempt_number", "attempt", ["account_id", "message_id", "number"], unique=True)
    op.create_table(
        "message_notice",
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("message_id", sa.String(length=40), nullable=False),
        sa.Column("notice_id", sa.String(length=40), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id", "message_id"],
            ["message.account_id", "message.id"],
            name="fk_message_notice_account_id_message_id",
        ),
        sa.PrimaryKeyConstraint("account_id", "message_id", "notice_id", name="pk_message_notice"),
    )
    op.create_index("ix_message_notice_notice", "message_notice", ["account_id", "notice_id"])
    op.create_table(
        "notice",
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("shipment_id", sa.String(length=40), nullable=False),
        sa.Column("contact_id", sa.String(length=40), nullable=False),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(length=160), nullable=False),
        sa.Column("level", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("send_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("truth_version", sa.Integer(), nullable=False),
        sa.Column("params", json(), nullable=False),
        sa.Column("why", json(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id", "shipment_id"],
            ["shipment.account_id", "shipment.id"],
            name="fk_notice_account_id_shipment_id",
        ),
        sa.PrimaryKeyConstraint("account_id", "id", name="pk_notice"),
    )
    op.create_index(
        "uq_notice_key",
        "notice",
        ["account_id", "shipment_id", "contact_id", "stage", "code", "subject", "ordinal"],
        unique=True,
    )
    op.create_table(
        "occurrence",
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("shipment_id", sa.String(length=40), nullable=False),
        sa.Column("milestone", sa.String(length=40), nullable=False),
        sa.Column("stop", sa.String(length=60), nullable=False),
        sa.Column("unit_group", sa.String(length=60), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id", "shipment_id"],
            ["shipment.account_id", "shipment.id"],
            name="fk_occurrence_account_id_shipment_id",
        ),
        sa.PrimaryKeyConstraint("account_id", "id", name="pk_occurrence"),
    )
    op.create_index(
        "uq_occurrence_number",
        "occurrence",
        ["account_id", "shipment_id", "milestone", "stop", "unit_group", "number"],
        unique=True,
    )
    op.create_table(
        "promise",
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("shipment_id", sa.String(length=40), nullable=False),
        sa.Column("contact_id", sa.String(length=40), nullable=False),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("line", sa.String(length=40), nullable=False),
        sa.Column("unit_group", sa.String(length=60), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("origin", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("at_date", sa.Date(), nullable=True),
        sa.Column("precision", sa.String(length=40), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=True),
        sa.Column("place", sa.String(length=10), nullable=True),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("notice_id", sa.String(length=40), nullable=True),
        sa.Column("message_id", sa.String(length=40), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("why", sa.String(length=200), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id", "shipment_id"],
            ["shipment.account_id", "shipment.id"],
            name="fk_promise_account_id_shipment_id",
        ),
        sa.PrimaryKeyConstraint("account_id", "id", name="pk_promise"),
    )
    op.create_index("ix_promise_notice", "promise", ["account_id", "notice_id"])
    op.create_index(
        "uq_promise_line",
        "promise",
        ["account_id", "shipment_id", "contact_id", "stage", "line", "unit_group", "ordinal"],
        unique=True,
    )


def engine() -> None:
    """How processes know of each other and of time."""
    op.create_table(
        "change",
        sa.Column("n", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("topic", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.String(length=40), nullable=False),
        sa.Column("shipment_id", sa.String(length=40), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("txid", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("n", name="pk_change"),
    )
    op.create_index("ix_change_account", "change", ["account_id", "txid", "n"])
    op.create_table(
        "channel_state",
        sa.Column("notifier", sa.String(length=40), nullable=False),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("notifier", name="pk_channel_state"),
    )
    op.create_table(
        "pulse",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gap_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("gap_to", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_pulse"),
    )
    op.create_table(
        "tick",
        sa.Column("job", sa.String(length=40), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("job", "due_at", name="pk_tick"),
    )
    op.create_table(
        "worker",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_worker"),
    )


DROPPED = (
    "worker",
    "tick",
    "pulse",
    "channel_state",
    "change",
    "promise",
    "occurrence",
    "notice",
    "message_notice",
    "attempt",
    "receipt",
    "message",
    "reference",
    "fact_shipment",
    "source",
    "shipment",
    "parked_fact",
    "inbound_call",
    "fact_key",
    "fact",
    "follow",
    "customer_code",
    "contact_address",
    "thread",
    "sender",
    "reply",
    "customer",
    "contact",
    "address",
    "switch",
    "plan",
    "operator",
    "directory",
    "audit",
    "api_key",
    "account",
)
"""Children before the tables that they point at; indexes go with their table."""
