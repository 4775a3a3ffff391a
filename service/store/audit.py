"""Who changed what, when and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from service.records.ids import new_id
from service.records.tables import Audit
from service.store.tables import table

audit = table(Audit)


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One change. `by` names a key, an operator or a command; `detail` holds ids and settings, no personal data."""

    id: str
    at: datetime
    by: str
    action: str
    subject: str
    why: str
    detail: dict[str, Any]


def record(
    conn: Connection,
    account_id: str,
    by: str,
    action: str,
    subject: str,
    why: str,
    detail: Mapping[str, Any] | None,
    now: datetime,
) -> str:
    """Note a change in the transaction that makes it; returns the entry's id."""
    entry_id = new_id("aud")
    conn.execute(
        insert(audit),
        {
            "account_id": account_id,
            "id": entry_id,
            "at": now,
            "by": by[:80],
            "action": action[:60],
            "subject": subject[:80],
            "why": why[:400],
            "detail": dict(detail or {}),
        },
    )
    return entry_id


def list_audit(conn: Connection, account_id: str, *, before: str | None = None, limit: int = 100) -> list[AuditRow]:
    """The latest changes first; *before* is the id of the last one seen."""
    query = select(audit).where(audit.c.account_id == account_id)
    if before is not None:
        query = query.where(audit.c.id < before)
    rows = conn.execute(query.order_by(audit.c.id.desc()).limit(limit))
    return [AuditRow(r.id, r.at, r.by, r.action, r.subject, r.why, dict(r.detail or {})) for r in rows]
