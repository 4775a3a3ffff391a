"""The only look-up before the account is known: what a key, a sender, a source or a link belongs to."""

from __future__ import annotations

from sqlalchemy import Connection, delete, select

from service.records.tables import Directory
from service.store.sql import insert_once
from service.store.tables import table

directory = table(Directory)


def resolve(conn: Connection, kind: str, key: str) -> tuple[str, str] | None:
    """(account id, target id) of *key*; None where nobody has it."""
    row = conn.execute(
        select(directory.c.account_id, directory.c.target_id).where(directory.c.kind == kind, directory.c.key == key)
    ).one_or_none()
    return (row.account_id, row.target_id) if row else None


def register(conn: Connection, kind: str, key: str, account_id: str, target_id: str) -> bool:
    """Let *key* lead to *target_id*; False where it leads somewhere already, which is left as it is."""
    entry = {"kind": kind, "key": key, "account_id": account_id, "target_id": target_id}
    return bool(insert_once(conn, Directory, [entry]))


def forget(conn: Connection, kind: str, key: str, account_id: str) -> None:
    """Let *key* lead nowhere, if it is this account's."""
    conn.execute(
        delete(directory).where(directory.c.kind == kind, directory.c.key == key, directory.c.account_id == account_id)
    )
