"""The test account beside an account: what a test key writes lives there, and is only ever rehearsed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select

from service.records.enums import Mode
from service.records.ids import new_id
from service.records.tables import Account, Directory, Operator, Sender
from service.store import senders
from service.store.directory import register, resolve
from service.store.tables import table

account = table(Account)
operator = table(Operator)
sender = table(Sender)
directory = table(Directory)

KIND = "account"
TWIN = "twin:"
LOOPBACK = "loopback"


def twin_of(conn: Connection, account_id: str) -> str | None:
    """The id of the account's test account; None where no test key was ever made."""
    found = resolve(conn, KIND, TWIN + account_id)
    return found[1] if found else None


def is_twin(conn: Connection, account_id: str) -> bool:
    """Whether this is a test account, which never goes live."""
    known = select(directory.c.key).where(
        directory.c.kind == KIND, directory.c.target_id == account_id, directory.c.key.startswith(TWIN)
    )
    return conn.execute(known).first() is not None


def ensure_twin(conn: Connection, account_id: str, now: datetime) -> str:
    """The id of the account's test account, made as a copy of it in shadow where there is none yet."""
    fresh = new_id("acc")
    if not register(conn, KIND, TWIN + account_id, fresh, fresh):
        return twin_of(conn, account_id) or fresh
    row = dict(conn.execute(select(account).where(account.c.id == account_id)).one()._mapping)
    conn.execute(insert(account), row | {"id": fresh, "mode": Mode.SHADOW, "live_since": None, "created_at": now})
    desks = conn.execute(select(operator).where(operator.c.account_id == account_id)).all()
    for desk in desks:
        conn.execute(insert(operator), dict(desk._mapping) | {"account_id": fresh})
    mine = (sender.c.account_id == account_id, sender.c.notifier == LOOPBACK)
    for one in conn.execute(select(sender).where(*mine)).all():
        senders.ensure(conn, fresh, one.channel, one.value, one.notifier, one.two_way, now)
    return fresh
