"""Plans for going live, and what they show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from service.records.enums import Line, MessageKind, MessageState, Stage
from service.records.tables import Message, Plan, Shipment
from service.store.tables import table

plan = table(Plan)
shipment = table(Shipment)
message = table(Message)


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A plan as it was shown, and when it was applied."""

    id: str
    created_at: datetime
    scope: Mapping[str, Any]
    shown: Mapping[str, Any]
    applied_at: datetime | None


def keep(
    conn: Connection, account_id: str, plan_id: str, scope: Mapping[str, Any], shown: Mapping[str, Any], now: datetime
) -> None:
    """Keep a plan as it is shown."""
    conn.execute(
        insert(plan).values(
            account_id=account_id, id=plan_id, created_at=now, scope=dict(scope), shown=dict(shown), result=None
        )
    )


def get(conn: Connection, account_id: str, plan_id: str) -> PlanRow | None:
    """A kept plan, or None."""
    row = conn.execute(select(plan).where(plan.c.account_id == account_id, plan.c.id == plan_id)).one_or_none()
    return PlanRow(row.id, row.created_at, row.scope, row.shown, row.applied_at) if row else None


def applied(conn: Connection, account_id: str, plan_id: str, result: Mapping[str, Any], now: datetime) -> bool:
    """Note that a plan was applied, with what it did; False where it was applied before, or is not the account's."""
    noted = conn.execute(
        update(plan)
        .where(plan.c.account_id == account_id, plan.c.id == plan_id, plan.c.applied_at.is_(None))
        .values(applied_at=now, result=dict(result))
    )
    return bool(noted.rowcount)


def due_line(conn: Connection, account_id: str, shipment_id: str) -> Line | None:
    """Which line the headline date belongs to."""
    kind = conn.execute(
        select(shipment.c.due_kind).where(shipment.c.account_id == account_id, shipment.c.id == shipment_id)
    ).scalar()
    return Line(kind) if kind else None


def rehearsed(conn: Connection, account_id: str, limit: int) -> list[str]:
    """The newest texts that would have been said, as they read."""
    return list(
        conn.execute(
            select(message.c.body)
            .where(
                message.c.account_id == account_id,
                message.c.stage == Stage.REHEARSAL,
                message.c.kind == MessageKind.NOTICE,
                message.c.state.in_([MessageState.ACCEPTED, MessageState.DELIVERED]),
            )
            .order_by(message.c.id.desc())
            .limit(limit)
        ).scalars()
    )
