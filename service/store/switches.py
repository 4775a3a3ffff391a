"""Pauses: what is held back, since when, by whom and why."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, or_, select, update

from service.records.ids import new_id
from service.records.pauses import ACCOUNT, EVERY, GLOBAL, SCOPES, About, SwitchRow
from service.records.tables import Fact, FactShipment, Shipment, Switch
from service.store.among import among
from service.store.tables import table

__all__ = ["SCOPES", "SwitchRow", "about", "active_switches", "lift", "lift_switches", "set_switch"]

switch = table(Switch)
shipment = table(Shipment)
fact = table(Fact)
fact_shipment = table(FactShipment)

ACTIVE = (
    select(switch)
    .where(
        switch.c.account_id.in_([bindparam("account"), EVERY]),
        switch.c.lifted_at.is_(None),
        or_(switch.c.until.is_(None), switch.c.until > bindparam("now")),
    )
    .order_by(switch.c.id)
)

OWNERS = select(shipment.c.id, shipment.c.customer_id).where(
    shipment.c.account_id == bindparam("account"), among(shipment.c.id, "ids")
)

SPOKEN = (
    select(fact_shipment.c.shipment_id, fact.c.source_id)
    .distinct()
    .select_from(
        fact_shipment.join(
            fact, (fact.c.account_id == fact_shipment.c.account_id) & (fact.c.id == fact_shipment.c.fact_id)
        )
    )
    .where(
        fact_shipment.c.account_id == bindparam("account"),
        among(fact_shipment.c.shipment_id, "ids"),
        among(fact.c.source_id, "sources"),
    )
)


def set_switch(
    conn: Connection,
    account_id: str,
    scope: str,
    value: str,
    *,
    by: str,
    why: str,
    now: datetime,
    until: datetime | None = None,
) -> str:
    """Pause; returns the switch's id, that of the one in force where the same is paused already.

    A global pause holds every account, whoever sets it. Raises ValueError for an unknown scope or a missing value.
    """
    if scope not in SCOPES or (scope not in (GLOBAL, ACCOUNT) and not value):
        raise ValueError(f"pause one of {', '.join(SCOPES)}; all but the first two need a value")
    for standing in active_switches(conn, account_id, now):
        if (standing.scope, standing.value, standing.until) == (scope, value, until):
            return standing.id
    switch_id = new_id("swi")
    conn.execute(
        insert(switch),
        {
            "account_id": _owner(account_id, scope),
            "id": switch_id,
            "scope": scope,
            "value": value,
            "since": now,
            "until": until,
            "by": by[:80],
            "why": why[:400],
        },
    )
    return switch_id


def lift_switches(
    conn: Connection, account_id: str, scope: str, value: str, now: datetime, rate: int | None = None
) -> int:
    """End the pauses of exactly this scope and value; returns how many.

    What waits behind them then leaves *rate* a minute (`held` finds it).
    """
    ended = conn.execute(
        update(switch)
        .where(
            switch.c.account_id == _owner(account_id, scope),
            switch.c.scope == scope,
            switch.c.value == value,
            switch.c.lifted_at.is_(None),
        )
        .values(lifted_at=now, rate=rate)
        .returning(switch.c.id)
    )
    return len(ended.all())


def lift(conn: Connection, account_id: str, switch_ids: Collection[str], now: datetime, rate: int | None) -> list[str]:
    """End these pauses of *account_id* (`EVERY` for global ones); returns the ids of those that were in force."""
    ended = conn.execute(
        update(switch)
        .where(switch.c.account_id == account_id, switch.c.id.in_(sorted(switch_ids)), switch.c.lifted_at.is_(None))
        .values(lifted_at=now, rate=rate)
        .returning(switch.c.id)
    )
    return sorted(ended.scalars())


def active_switches(conn: Connection, account_id: str, now: datetime) -> list[SwitchRow]:
    """The pauses in force at *now* for an account, global ones too, oldest first."""
    return [_row(row) for row in conn.execute(ACTIVE, {"account": account_id, "now": now})]


def about(
    conn: Connection, account_id: str, shipment_ids: Collection[str], sources: Collection[str]
) -> dict[str, About]:
    """What pauses may mean of shipments, by id; of those that spoke of them only *sources* are looked for."""
    asked = {"account": account_id, "ids": sorted(shipment_ids), "sources": sorted(sources)}
    spoken: dict[str, set[str]] = {}
    for row in conn.execute(SPOKEN, asked) if sources else ():
        spoken.setdefault(row.shipment_id, set()).add(row.source_id)
    return {
        row.id: About(row.customer_id, frozenset(spoken.get(row.id, ())))
        for row in conn.execute(OWNERS, {"account": account_id, "ids": sorted(shipment_ids)})
    }


def _owner(account_id: str, scope: str) -> str:
    return EVERY if scope == GLOBAL else account_id


def _row(row: Row[Any]) -> SwitchRow:
    return SwitchRow(row.id, row.scope, row.value, row.since, row.until, row.by, row.why)
