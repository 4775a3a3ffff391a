"""What we hold for sent, to be compared with what a provider lists."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select

from service.records.enums import MessageState, Stage
from service.records.tables import Attempt, Message
from service.store.among import among
from service.store.tables import table

message = table(Message)
attempt = table(Attempt)

TAKEN = (MessageState.ACCEPTED, MessageState.DELIVERED, MessageState.UNDELIVERED)

KNOWN = select(message.c.provider_id).where(among(message.c.provider_id, "ids"))

HANDED = select(message.c.provider_id).where(
    message.c.account_id == bindparam("account"),
    message.c.state.in_(TAKEN),
    message.c.stage == Stage.LIVE,
    message.c.notifier == bindparam("notifier"),
    message.c.created_at >= bindparam("since"),
    message.c.handed_at >= bindparam("from"),
    message.c.handed_at <= bindparam("until"),
)


def first_call(conn: Connection, notifier: str) -> datetime | None:
    """When this notifier was first called; it reads every call."""
    query = select(func.min(attempt.c.started_at)).where(attempt.c.notifier == notifier)
    found: datetime | None = conn.execute(query).scalar()
    return found


DOUBTED = select(message.c.to, message.c.body).where(
    message.c.notifier == bindparam("notifier"), message.c.state.in_([MessageState.SENDING, MessageState.UNCERTAIN])
)


def doubted(conn: Connection, account_ids: Collection[str], notifier: str) -> set[tuple[str, str]]:
    """The (recipient, words) of these accounts' calls by a notifier whose end is not known yet."""
    found: set[tuple[str, str]] = set()
    for account_id in account_ids:
        rows = conn.execute(DOUBTED.where(message.c.account_id == account_id), {"notifier": notifier})
        found |= {(row.to or "", row.body or "") for row in rows}
    return found


def known(conn: Connection, provider_ids: Collection[str]) -> set[str]:
    """Those of these ids by which a provider knows messages of ours, in whatever account."""
    return set(conn.execute(KNOWN, {"ids": sorted(provider_ids)}).scalars()) if provider_ids else set()


def handed(
    conn: Connection, account_id: str, notifier: str, begin: datetime, end: datetime, made_since: datetime
) -> set[str]:
    """The ids of the account's live messages that a notifier took between two instants."""
    asked = {"account": account_id, "notifier": notifier, "since": made_since, "from": begin, "until": end}
    return {found for found in conn.execute(HANDED, asked).scalars() if found}
