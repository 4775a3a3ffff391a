"""How far mailboxes were read."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, update

from notifiers.base import Mark
from service.records.tables import Mailbox
from service.store.sql import insert_once
from service.store.tables import table

mailbox = table(Mailbox)


def mark_of(conn: Connection, name: str) -> Mark | None:
    """How far the mailbox was read; None where it never was."""
    row = conn.execute(select(mailbox).where(mailbox.c.name == name)).one_or_none()
    return Mark(row.validity, row.uid) if row else None


def note(conn: Connection, name: str, mark: Mark, now: datetime) -> None:
    """Note how far it is read now. While the folder is the same one this only moves forward."""
    row = {"name": name, "validity": mark.validity, "uid": mark.uid, "read_at": now}
    if insert_once(conn, Mailbox, [row]):
        return
    ahead = (mailbox.c.validity != mark.validity) | (mailbox.c.uid < mark.uid)
    conn.execute(
        update(mailbox).where(mailbox.c.name == name, ahead).values(validity=mark.validity, uid=mark.uid, read_at=now)
    )
