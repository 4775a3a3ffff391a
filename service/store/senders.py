"""The numbers and mailboxes that we write from, and whose they are when somebody writes back."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from notifiers.base import Channel
from service.records.ids import new_id
from service.records.tables import Directory, Sender
from service.store.addresses import clean_value
from service.store.directory import register
from service.store.tables import table

sender = table(Sender)
directory = table(Directory)

KIND = "sender"


def ensure(
    conn: Connection, account_id: str, channel: Channel, value: str, notifier: str, two_way: bool, now: datetime
) -> str:
    """The id of the account's sender, made or brought up to date. Several accounts may share one."""
    value = clean_value(channel, value)
    mine = (sender.c.account_id == account_id, sender.c.channel == channel, sender.c.value == value)
    found = conn.execute(select(sender).where(*mine)).one_or_none()
    if found is not None:
        if (found.notifier, found.two_way) != (notifier, two_way):
            conn.execute(update(sender).where(*mine).values(notifier=notifier, two_way=two_way))
        return str(found.id)
    sender_id = new_id("snd")
    row = {
        "account_id": account_id,
        "id": sender_id,
        "channel": channel,
        "value": value,
        "notifier": notifier,
        "two_way": two_way,
        "created_at": now,
    }
    conn.execute(insert(sender), row)
    register(conn, KIND, f"{_digest(channel, value)}:{account_id}", account_id, sender_id)
    return sender_id


def accounts_of(conn: Connection, channel: Channel, value: str) -> list[str]:
    """The accounts that write from this sender; an inbound text concerns each of them."""
    found = conn.execute(
        select(directory.c.account_id)
        .where(directory.c.kind == KIND, directory.c.key.like(f"{_digest(channel, clean_value(channel, value))}:%"))
        .order_by(directory.c.account_id)
    )
    return list(found.scalars())


def _digest(channel: Channel, value: str) -> str:
    """What the directory keeps: short enough for its key, and no address in plain words."""
    return hashlib.sha256(f"{channel.value}:{value}".encode()).hexdigest()[:40]
