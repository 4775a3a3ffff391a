"""The forwarder: its brand, its care desk, its hours, and how far it is switched on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from service.records.enums import Mode
from service.records.ids import new_id
from service.records.situation import AccountView
from service.records.tables import Account, Operator
from service.store.directory import register, resolve
from service.store.engine import Database
from service.store.tables import table
from service.store.touch import touch_shipments

account = table(Account)
operator = table(Operator)

ONE = select(account).where(account.c.id == bindparam("account"))

DEFAULT_BRAND = "Milepost"
DESK = "desk"

CHANGEABLE = frozenset(
    {
        "brand",
        "care_phone",
        "care_email",
        "zone",
        "region",
        "hours",
        "holidays",
        "rules",
        "lanes",
        "services",
        "budget",
        "mode",
        "live_since",
    }
)


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account as kept. `region` is the country in which a phone number without + is read."""

    id: str
    brand: str
    care_phone: str | None
    care_email: str | None
    zone: str
    region: str
    hours: dict[str, Any]
    holidays: tuple[str, ...]
    rules: dict[str, float]
    lanes: tuple[dict[str, Any], ...]
    services: tuple[str, ...]
    budget: dict[str, Any]
    mode: Mode
    test: bool
    live_since: datetime | None
    created_at: datetime


def ensure_default(database: Database, now: datetime) -> str:
    """The id of the account that exists without anybody asking for it; made by whoever starts first."""
    fresh = new_id("acc")

    def make(conn: Connection) -> str:
        if register(conn, "account", "default", fresh, fresh):
            _insert(conn, fresh, DEFAULT_BRAND, now)
            return fresh
        return default_id(conn) or fresh

    with database.read() as conn:
        known = default_id(conn)
    return known or database.write(make)


def default_id(conn: Connection) -> str | None:
    """The id of the default account; None before the first start."""
    found = resolve(conn, "account", "default")
    return found[1] if found else None


def get(conn: Connection, account_id: str) -> AccountRow | None:
    """The account, or None."""
    row = conn.execute(ONE, {"account": account_id}).one_or_none()
    return _read(row) if row else None


def only(conn: Connection) -> AccountRow | None:
    """The account of a database that has just one; None where it has several, or none."""
    rows = conn.execute(select(account).limit(2)).all()
    return _read(rows[0]) if len(rows) == 1 else None


def all_ids(conn: Connection) -> list[str]:
    """Every account of this database, for what the engine does for each."""
    return list(conn.execute(select(account.c.id).order_by(account.c.id)).scalars())


def view(conn: Connection, account_id: str) -> AccountView:
    """The account as decisions see it. Raises LookupError where there is none."""
    row = get(conn, account_id)
    if row is None:
        raise LookupError(account_id)
    return AccountView(
        id=row.id,
        brand=row.brand,
        care_phone=row.care_phone,
        care_email=row.care_email,
        zone=row.zone,
        mode=row.mode,
        hours=row.hours,
        holidays=row.holidays,
        rules=row.rules,
        lanes=row.lanes,
        services=row.services,
        budget=row.budget,
        test=row.test,
    )


def update_account(conn: Connection, account_id: str, now: datetime, **changes: Any) -> bool:
    """Change columns named in `CHANGEABLE`; False where nothing differs. A new mode or rule makes every shipment due.

    Raises ValueError for another name.
    """
    if wrong := set(changes) - CHANGEABLE:
        raise ValueError(f"an account has no {', '.join(sorted(wrong))} that can be changed")
    before = conn.execute(select(account).where(account.c.id == account_id)).one_or_none()
    if before is None:
        return False
    differing = {name: value for name, value in changes.items() if before._mapping[name] != value}
    if not differing:
        return False
    conn.execute(update(account).where(account.c.id == account_id).values(**differing))
    if differing.keys() & {"mode", "rules", "lanes"}:
        touch_shipments(conn, account_id, now, everything=True)
    return True


def _insert(conn: Connection, account_id: str, brand: str, now: datetime) -> None:
    conn.execute(
        insert(account),
        {"id": account_id, "brand": brand, "zone": "UTC", "region": "GB", "mode": Mode.SHADOW, "created_at": now},
    )
    conn.execute(insert(operator), {"account_id": account_id, "id": DESK, "name": "The desk"})


def _read(row: Row[Any]) -> AccountRow:
    values = dict(row._mapping)
    return AccountRow(
        **values
        | {
            "hours": dict(row.hours or {}),
            "holidays": tuple(row.holidays or ()),
            "rules": dict(row.rules or {}),
            "lanes": tuple(row.lanes or ()),
            "services": tuple(row.services or ()),
            "budget": dict(row.budget or {}),
        }
    )
