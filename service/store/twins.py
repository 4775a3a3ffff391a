"""The test account beside an account: what a test key writes lives there, and is only ever rehearsed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select

from notifiers.base import Channel
from service.records.enums import Mode
from service.records.ids import new_id
from service.records.simulated import SIMULATOR, SIMULATOR_MAIL, SIMULATOR_PHONE
from service.records.tables import Account, Operator
from service.store import senders
from service.store.directory import register, resolve
from service.store.tables import table

account = table(Account)
operator = table(Operator)

KIND = "account"
TWIN = "twin:"


def twin_of(conn: Connection, account_id: str) -> str | None:
    """The id of the account's test account; None where no test key was ever made."""
    found = resolve(conn, KIND, TWIN + account_id)
    return found[1] if found else None


def is_twin(conn: Connection, account_id: str) -> bool:
    """Whether this is a test account, which never goes live."""
    return bool(conn.execute(select(account.c.test).where(account.c.id == account_id)).scalar())


def all_twins(conn: Connection) -> list[str]:
    """Every test account of this database."""
    return list(conn.execute(select(account.c.id).where(account.c.test).order_by(account.c.id)).scalars())


def ensure_twin(conn: Connection, account_id: str, now: datetime) -> str:
    """The id of the account's test account, made as a copy of it in shadow where there is none yet.

    A test account is its own: whatever is made with a test key belongs there.
    """
    if is_twin(conn, account_id):
        return account_id
    fresh = new_id("acc")
    if not register(conn, KIND, TWIN + account_id, fresh, fresh):
        return twin_of(conn, account_id) or fresh
    row = dict(conn.execute(select(account).where(account.c.id == account_id)).one()._mapping)
    anew = {"id": fresh, "mode": Mode.SHADOW, "test": True, "live_since": None, "created_at": now}
    conn.execute(insert(account), row | anew)
    desks = conn.execute(select(operator).where(operator.c.account_id == account_id)).all()
    for desk in desks:
        conn.execute(insert(operator), dict(desk._mapping) | {"account_id": fresh})
    senders.ensure(conn, fresh, Channel.SMS, SIMULATOR_PHONE, SIMULATOR, True, now)
    senders.ensure(conn, fresh, Channel.EMAIL, SIMULATOR_MAIL, SIMULATOR, True, now)
    return fresh
