"""The tables come and go on both stores, and are exactly what the records say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection, inspect, text

from service.records.tables import metadata
from service.store import twins
from service.store.engine import Database, open_database
from service.store.errors import StoreError
from service.store.migrations import check, current, downgrade, head, require_head, scripts, upgrade

HEAD = "0012"


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database of its own in place of the shared one, for these tests change tables."""
    upgrade(database_url)
    opened = open_database(database_url)
    try:
        yield opened
    finally:
        opened.close()


def test_head_is_pinned() -> None:
    """A new migration moves this on purpose."""
    assert head() == HEAD


def test_migrations_are_whole() -> None:
    assert (scripts() / "env.py").exists()
    assert (scripts() / "versions" / "0001_foundation.py").exists()


def test_up_and_down_and_up_again(database_url: str) -> None:
    assert current(database_url) is None
    upgrade(database_url)
    assert current(database_url) == HEAD
    upgrade(database_url)
    assert check(database_url) == []
    downgrade(database_url, "base")
    assert current(database_url) is None
    upgrade(database_url)
    assert current(database_url) == HEAD


def test_every_table_and_index_is_there(database: Database) -> None:
    """Compared by hand as well, because autogenerate does not look into partial indexes."""
    upgrade(database)
    inspector = inspect(database.engine)
    for name, table in metadata.tables.items():
        assert {column["name"] for column in inspector.get_columns(name)} == set(table.columns.keys())
        assert {str(index["name"]) for index in inspector.get_indexes(name)} == {str(i.name) for i in table.indexes}


def test_partial_indexes_keep_their_condition(database: Database) -> None:
    sqlite = "SELECT sql FROM sqlite_master WHERE name = :name"
    postgres = "SELECT indexdef FROM pg_indexes WHERE indexname = :name"
    with database.read() as conn:
        for name in ("ix_shipment_look", "ix_message_due", "uq_reference_identity"):
            found = conn.execute(
                text(sqlite if database.dialect == "sqlite" else postgres), {"name": name}
            ).scalar_one()
            assert " WHERE " in found


def test_records_and_tables_agree(database: Database) -> None:
    assert check(database) == []


def test_a_column_too_few_is_seen(database: Database) -> None:
    database.write(lambda conn: conn.execute(text("ALTER TABLE tick DROP COLUMN done_at")))
    assert any("done_at" in difference for difference in check(database))


OLD_ACCOUNTS = (
    "INSERT INTO account (id, brand, zone, region, mode, created_at) VALUES "
    "('acc_1', 'B', 'UTC', 'GB', 'shadow', '2026-09-17 12:00:00+00:00'), "
    "('acc_2', 'B', 'UTC', 'GB', 'shadow', '2026-09-17 12:00:00+00:00')"
)
OLD_TWIN = "INSERT INTO directory (kind, key, account_id, target_id) VALUES ('account', 'twin:acc_1', 'acc_2', 'acc_2')"


def test_test_accounts_of_before_are_known_as_such(database_url: str) -> None:
    upgrade(database_url)
    downgrade(database_url, "0003")
    opened = open_database(database_url)
    try:
        for statement in (OLD_ACCOUNTS, OLD_TWIN):
            opened.write(partial(Connection.execute, statement=text(statement)))
        upgrade(opened)
        with opened.read() as conn:
            assert twins.all_twins(conn) == ["acc_2"]
    finally:
        opened.close()


def test_an_empty_database_is_refused(database_url: str) -> None:
    opened = open_database(database_url)
    try:
        with pytest.raises(StoreError, match="no tables yet: run `milepost migrate`"):
            require_head(opened)
        upgrade(opened)
        require_head(opened)
        assert current(opened) == HEAD
    finally:
        opened.close()


def test_tables_of_a_later_version_are_refused(database: Database) -> None:
    database.write(lambda conn: conn.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    with pytest.raises(StoreError, match=rf"is at 9999, which this version \(at {HEAD}\) does not know"):
        require_head(database)


def test_several_processes_upgrade_at_once(database_url: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda _: upgrade(database_url), range(4))) == [None] * 4
    assert current(database_url) == HEAD


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"does not exist\. Make it"):
        upgrade(f"sqlite:///{tmp_path / 'nowhere' / 'milepost.db'}")


def test_upgrade_beside_an_open_service(database: Database, fresh_name: Callable[[], str]) -> None:
    upgrade(database)
    name = fresh_name()
    database.write(
        lambda conn: conn.execute(
            text("INSERT INTO directory (kind, key, account_id, target_id) VALUES ('x', :k, 'a', 't')"), {"k": name}
        )
    )
    with database.read() as conn:
        assert conn.execute(text("SELECT key FROM directory")).scalars().all() == [name]


def test_two_threads_change_two_databases(tmp_path: Path) -> None:
    urls = [f"sqlite:///{tmp_path / name}.db" for name in ("one", "other")]

    def there_and_back(url: str) -> str | None:
        upgrade(url)
        for _ in range(3):
            downgrade(url, "-1")
            upgrade(url)
        return current(url)

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(there_and_back, urls)) == [head()] * 2
