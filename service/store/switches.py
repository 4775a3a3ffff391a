"""Pauses: what is held back, since when, by whom and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, or_, select, true, update

from service.records.ids import new_id
from service.records.tables import Switch
from service.store.tables import table

switch = table(Switch)

MILEPOST = "milepost"
"""Who holds what the automatic controls hold."""

EVERYTHING = ("global", "all")
"""Scopes without a value: all of every account, and all of one."""

SCOPES = ("global", "all", "customer", "shipment", "contact", "channel", "code", "country")
"""What may be paused; every scope but `global` and `all` names a value."""


@dataclass(frozen=True, slots=True)
class SwitchRow:
    """A pause in force. `value` names what `scope` means: an id, a channel, a notice code or a country."""

    id: str
    scope: str
    value: str
    since: datetime
    until: datetime | None
    by: str
    why: str


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

    Raises ValueError for an unknown scope or a missing value.
    """
    if scope not in SCOPES or (scope not in EVERYTHING and not value):
        raise ValueError(f"pause one of {', '.join(SCOPES)}; all but the first two need a value")
    for standing in active_switches(conn, account_id, now):
        if (standing.scope, standing.value, standing.until) == (scope, value, until):
            return standing.id
    switch_id = new_id("swi")
    conn.execute(
        insert(switch),
        {
            "account_id": account_id,
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


def lift_switches(conn: Connection, account_id: str, scope: str, value: str, now: datetime) -> int:
    """End the pauses of exactly this scope and value; returns how many."""
    mine = true() if scope == "global" else switch.c.account_id == account_id
    ended = conn.execute(
        update(switch)
        .where(
            mine,
            switch.c.scope == scope,
            switch.c.value == value,
            switch.c.lifted_at.is_(None),
        )
        .values(lifted_at=now)
        .returning(switch.c.id)
    )
    return len(ended.all())


def active_switches(conn: Connection, account_id: str, now: datetime) -> list[SwitchRow]:
    """The pauses in force at *now* for this account, those of every account among them, oldest first."""
    rows = conn.execute(
        select(switch)
        .where(
            or_(switch.c.account_id == account_id, switch.c.scope == "global"),
            switch.c.lifted_at.is_(None),
            or_(switch.c.until.is_(None), switch.c.until > now),
        )
        .order_by(switch.c.id)
    )
    return [SwitchRow(r.id, r.scope, r.value, r.since, r.until, r.by, r.why) for r in rows]
