"""Statements that both stores understand alike: insert once, and lock in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, Select, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel

from service.store.among import among
from service.store.tables import table

T = TypeVar("T")

CHUNK = 500
"""Keys named in one statement; both stores allow far more parameters than this needs."""


def insert_once(
    conn: Connection, into: type[SQLModel], rows: Sequence[Mapping[str, Any]], *, returning: Sequence[str] = ()
) -> list[Row[*tuple[Any, ...]]]:
    """Insert what is not there yet; returns *returning* (else the primary key) of the rows really inserted.

    A row that meets any unique key is left out. The number of affected rows is not the same on both stores,
    so the answer comes from RETURNING. Rows of one call must name the same columns.
    """
    if not rows:
        return []
    target = table(into)
    dialect = postgresql if conn.dialect.name == "postgresql" else sqlite
    columns = [target.c[name] for name in returning] or list(target.primary_key.columns)
    statement = dialect.insert(target).on_conflict_do_nothing().returning(*columns)
    return list(conn.execute(statement, list(rows)).all())


def lock_rows(conn: Connection, of: type[SQLModel], account_id: str, ids: Iterable[str]) -> None:
    """Lock rows of *of* until the transaction ends, in id order, so that no two transactions wait for each other.

    On SQLite a writing transaction holds the whole database already.
    """
    if conn.dialect.name != "postgresql":
        return
    for chunk in chunks(sorted(set(ids))):
        conn.execute(_locking(of), {"account": account_id, "ids": chunk}).all()


@cache
def _locking(of: type[SQLModel]) -> Select[tuple[str]]:
    target = table(of)
    mine = select(target.c.id).where(target.c.account_id == bindparam("account"), among(target.c.id, "ids"))
    return mine.order_by(target.c.id).with_for_update()


def chunks(values: Sequence[T], size: int = CHUNK) -> Iterator[Sequence[T]]:
    """*values* in pieces small enough for one statement."""
    for start in range(0, len(values), size):
        yield values[start : start + size]
