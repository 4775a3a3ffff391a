"""However many names a transaction holds, it takes few locks: the server has a small table of them for everybody."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, text

from service.records.enums import ReferenceType
from service.records.inbound import RefValue
from service.store.engine import Database, open_database
from service.store.homes import MOST_HELD, hold_names

LOCKS = text(
    "SELECT mode, count(*) AS held FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND granted "
    "GROUP BY mode"
)
MY_ACCOUNT = text(
    "SELECT mode FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND granted AND "
    "(classid::bigint << 32 | objid::bigint) = hashtextextended('acc_1', 0)"
)


@pytest.fixture
def postgres(migrated_pg_url: str) -> Iterator[Database]:
    opened = open_database(migrated_pg_url)
    try:
        yield opened
    finally:
        opened.close()


def names(count: int, kind: ReferenceType = ReferenceType.REF) -> list[RefValue]:
    return [RefValue(kind, f"N{number}") for number in range(count)]


@pytest.mark.parametrize(
    ("held", "locks", "account"),
    [
        (names(1), {"ShareLock": 1, "ExclusiveLock": 1}, "ShareLock"),
        (names(MOST_HELD), {"ShareLock": 1, "ExclusiveLock": MOST_HELD}, "ShareLock"),
        (names(MOST_HELD + 1), {"ExclusiveLock": 1}, "ExclusiveLock"),
        (names(40_000), {"ExclusiveLock": 1}, "ExclusiveLock"),
        (names(40_000, ReferenceType.SYSTEM_ID), {"ExclusiveLock": 1}, "ExclusiveLock"),
    ],
    ids=["one", "most", "more", "a large call", "ids of the sender's own"],
)
def test_many_names_are_held_as_one(
    postgres: Database, held: list[RefValue], locks: dict[str, int], account: str
) -> None:
    """Whoever has the account alone keeps out everybody who shares it, so no name is held twice."""

    def unit(conn: Connection) -> tuple[dict[str, int], str]:
        hold_names(conn, "acc_1", held)
        return {row.mode: row.held for row in conn.execute(LOCKS)}, str(conn.execute(MY_ACCOUNT).scalar_one())

    assert postgres.write(unit) == (locks, account)
