"""Runs migrations on the connection that `service.store.migrations` hands over."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy import Enum
from sqlmodel.sql.sqltypes import AutoString

from service.records.columns import UtcDateTime
from service.records.tables import metadata


def render_item(kind: str, item: Any, _autogen_context: Any) -> str | Literal[False]:
    """Write column types in plain SQLAlchemy, so that a migration stays what it was when the records move on."""
    if kind != "type":
        return False
    if isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(item, Enum):
        return f"sa.String(length={item.length})"
    if isinstance(item, AutoString):
        return f"sa.String(length={item.length})" if item.length else "sa.String()"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
    render_item=render_item,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
