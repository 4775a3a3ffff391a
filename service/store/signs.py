"""What the breaker looks at: counters by the minute, read by their index, whatever was sent before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, delete, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from service.records.pauses import ACCOUNT, GLOBAL, MILEPOST
from service.records.signs import MishapKind
from service.records.tables import Mishap, Pace, Switch, Traffic
from service.store.tables import table
from service.store.traffic import minute_of

pace = table(Pace)
mishap = table(Mishap)
traffic = table(Traffic)
switch = table(Switch)

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
KEPT = timedelta(days=16)
"""How long the counters are kept; what is usual is asked of the last fourteen days."""


def went_wrong(conn: Connection, account_id: str, kind: MishapKind, now: datetime, number: int = 1) -> None:
    """Count a mishap, in the transaction in which it is written down."""
    dialect = postgresql if conn.dialect.name == "postgresql" else sqlite
    insert = dialect.insert(mishap)
    more = insert.on_conflict_do_update(
        index_elements=list(mishap.primary_key.columns), set_={"number": mishap.c.number + insert.excluded.number}
    )
    row = {"minute": minute_of(now), "account_id": account_id, "kind": kind.value, "number": number}
    conn.execute(more, [row])


def paces(conn: Connection, now: datetime) -> dict[str, int]:
    """By account, the messages of the busier of the minute that runs and the one before it."""
    busiest: Counter[str] = Counter()
    for row in conn.execute(_minutes(minute_of(now) - MINUTE, now + MINUTE, by_account=True)):
        busiest[row.account_id] = max(busiest[row.account_id], int(row.messages))
    return dict(busiest)


def together(conn: Connection, now: datetime) -> int:
    """The same of all accounts together."""
    rows = conn.execute(_minutes(minute_of(now) - MINUTE, now + MINUTE, by_account=False))
    return max((int(row.messages) for row in rows), default=0)


def usual(conn: Connection, account_id: str | None, hours: list[tuple[datetime, datetime]]) -> tuple[int, ...]:
    """The busiest minute within each of these spans in which anything left; of all accounts where none is named."""
    found = []
    for begin, end in hours:
        query = _minutes(begin, end, by_account=account_id is not None)
        if account_id is not None:
            query = query.where(pace.c.account_id == account_id)
        busiest = max((int(row.messages) for row in conn.execute(query)), default=0)
        if busiest:
            found.append(busiest)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Wrong:
    """Mishaps of one account, of one kind, within one minute."""

    account_id: str
    at: datetime
    kind: MishapKind
    number: int


def mishaps(conn: Connection, now: datetime) -> list[Wrong]:
    """All of the last 24 hours; where all is well there are none."""
    rows = conn.execute(select(mishap).where(mishap.c.minute > now - DAY))
    return [Wrong(row.account_id, row.minute, MishapKind(row.kind), row.number) for row in rows]


def sent(conn: Connection, since: datetime) -> Mapping[str, int]:
    """By account, the messages since the hour of *since* began."""
    begin = since.replace(minute=0, second=0, microsecond=0)
    rows = conn.execute(
        select(traffic.c.account_id, func.sum(traffic.c.messages).label("messages"))
        .where(traffic.c.hour >= begin)
        .group_by(traffic.c.account_id)
    )
    return {row.account_id: int(row.messages) for row in rows}


def lifted(conn: Connection) -> Mapping[str, datetime]:
    """When a person last lifted a hold that Milepost had set, by account; under "" the one of all accounts."""
    found: dict[str, datetime] = {}
    rows = conn.execute(
        select(switch.c.account_id, switch.c.scope, func.max(switch.c.lifted_at).label("at"))
        .where(switch.c.by == MILEPOST, switch.c.scope.in_([GLOBAL, ACCOUNT]), switch.c.lifted_at.is_not(None))
        .group_by(switch.c.account_id, switch.c.scope)
    )
    for row in rows:
        key = "" if row.scope == GLOBAL else row.account_id
        found[key] = max(row.at, found.get(key, row.at))
    return found


def held(conn: Connection, now: datetime) -> frozenset[str]:
    """The accounts of which everything is held already; "" where all of every account is."""
    rows = conn.execute(
        select(switch.c.account_id, switch.c.scope).where(
            switch.c.scope.in_([GLOBAL, ACCOUNT]),
            switch.c.lifted_at.is_(None),
            or_(switch.c.until.is_(None), switch.c.until > now),
        )
    )
    return frozenset("" if row.scope == GLOBAL else row.account_id for row in rows)


def prune(conn: Connection, now: datetime) -> None:
    """Forget counters that nobody compares with any more."""
    for one in (pace, mishap):
        conn.execute(delete(one).where(one.c.minute < now - KEPT))


def _minutes(begin: datetime, end: datetime, *, by_account: bool) -> Select[Any]:
    keys = (pace.c.minute, pace.c.account_id) if by_account else (pace.c.minute,)
    total = func.sum(pace.c.messages).label("messages")
    return select(*keys, total).where(pace.c.minute >= begin, pace.c.minute < end).group_by(*keys)
