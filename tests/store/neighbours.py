"""A second account in which every row has the very same ids: what is done to the first must never reach it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Table, insert, select

from service.records.tables import Account, metadata
from service.store.tables import table
from tests.kits import Works

NEIGHBOUR = "acc_neighbour"


def neighbour(works: Works) -> dict[str, list[Any]]:
    """Copy the account of *works*, row by row; returns what is in the copy."""

    def unit(conn: Connection) -> None:
        account = table(Account)
        mine = conn.execute(select(account).where(account.c.id == works.account_id)).one()
        conn.execute(insert(account).values(mine._asdict() | {"id": NEIGHBOUR}))
        for one in _owned():
            for row in conn.execute(select(one).where(one.c.account_id == works.account_id)).all():
                conn.execute(insert(one).values(row._asdict() | {"account_id": NEIGHBOUR}))

    works.database.write(unit)
    copied = rows_next_door(works)
    assert copied["shipment"], "there must be something to leave alone"
    return copied


def rows_next_door(works: Works) -> dict[str, list[Any]]:
    """Everything that the copy holds now, by table."""
    with works.database.read() as conn:
        return {
            one.name: list(
                conn.execute(select(one).where(one.c.account_id == NEIGHBOUR).order_by(*one.primary_key.columns)).all()
            )
            for one in _owned()
        }


def _owned() -> list[Table]:
    return [one for one in metadata.sorted_tables if "account_id" in one.primary_key.columns]
