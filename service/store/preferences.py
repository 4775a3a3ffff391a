"""What people agreed to and chose, row by row: who noted it, when, how, and in which words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from service.records.ids import new_id
from service.records.tables import PreferenceChange
from service.store.bulk import bulk_insert
from service.store.tables import table

preference_change = table(PreferenceChange)


@dataclass(frozen=True, slots=True)
class Noted:
    """One entry of a person's history. `detail` names what changed: {field: [before, after]}, or "changed"."""

    id: str
    contact_id: str
    at: datetime
    by: str
    how: str
    wording: str
    detail: Mapping[str, Any]


def note(
    conn: Connection,
    account_id: str,
    contact_ids: Sequence[str],
    now: datetime,
    *,
    by: str,
    how: str,
    wording: str = "",
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Write the same entry into the history of each contact. *detail* must hold no name, phone or address."""
    rows = [
        {
            "account_id": account_id,
            "id": new_id("prf"),
            "contact_id": contact_id,
            "at": now,
            "by": by[:80],
            "how": how[:120],
            "wording": wording[:400],
            "detail": dict(detail) if detail else None,
        }
        for contact_id in contact_ids
    ]
    if rows:
        bulk_insert(conn, PreferenceChange, rows)


def history(
    conn: Connection, account_id: str, contact_id: str, *, before: str | None = None, limit: int = 100
) -> list[Noted]:
    """A person's history, newest first; *before* is the id of the last entry seen."""
    query = select(preference_change).where(
        preference_change.c.account_id == account_id, preference_change.c.contact_id == contact_id
    )
    if before is not None:
        query = query.where(preference_change.c.id < before)
    rows = conn.execute(query.order_by(preference_change.c.id.desc()).limit(limit))
    return [Noted(r.id, r.contact_id, r.at, r.by, r.how, r.wording, r.detail or {}) for r in rows]
