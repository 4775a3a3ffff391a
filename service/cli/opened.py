"""What commands work on: the settings, the database beside a running service, the account, and the flows' kit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from service.cli.speech import fail
from service.clock import utc_now

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from service.flows.kit import Kit
    from service.settings import Settings
    from service.store.accounts import AccountRow
    from service.store.engine import Database

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Desk:
    """An open database and the account that commands are about."""

    database: Database
    account_id: str

    def account(self) -> AccountRow:
        """The account as it is now."""
        from service.store import accounts

        with self.database.read() as conn:
            found = accounts.get(conn, self.account_id)
        if found is None:
            fail("The account is gone from the database. Restore a backup, or start on another file.")
        return found

    def change(
        self,
        action: str,
        unit: Callable[[Connection, datetime], tuple[T, str]],
        *,
        why: str = "",
        detail: dict[str, Any] | None = None,
    ) -> T:
        """Run *unit*, which returns its result and the id of what it changed (empty for nothing); note who did it."""
        from service.store import audit

        now = utc_now()

        def whole(conn: Connection) -> T:
            value, subject = unit(conn, now)
            if subject:
                audit.record(conn, self.account_id, operator(), action, subject, why, detail, now)
            return value

        value = self.database.write(whole)
        self.database.wake("shipments")
        return value


def operator() -> str:
    """Who types: kept in the audit trail beside what was changed."""
    import getpass

    try:
        return f"command:{getpass.getuser()}"
    except (KeyError, OSError):
        return "command"


def settings(**given: Any) -> Settings:
    """The settings, with those of *given* that are not None in place of the environment's."""
    from service.settings import Settings

    return Settings(**{name: value for name, value in given.items() if value is not None})


def place(url: str) -> None:
    """Fail where *url* names a SQLite file that does not exist, which opening it would make."""
    from pathlib import Path

    from service.store.engine import parse

    address = parse(url)
    if address.get_backend_name() == "sqlite" and not Path(str(address.database)).exists():
        fail(
            f"There is no database at {address.database} yet: `milepost serve` makes it, or set MILEPOST_DATABASE_URL."
        )


def make_tables(url: str) -> None:
    """Give a database without tables those of this version; one that has tables is left as it is."""
    from service.store import migrations

    if migrations.current(url) is None:
        migrations.upgrade(url)


@contextmanager
def desk(*, make: bool = False) -> Iterator[Desk]:
    """The database at the tables of this version, and its account. With *make* a new database is made."""
    from service.store import accounts, migrations
    from service.store.engine import open_database

    url = settings().database_url
    if make:
        make_tables(url)
    else:
        place(url)
    with closing(open_database(url)) as database:
        migrations.require_head(database)
        yield Desk(database, accounts.ensure_default(database, utc_now()))


@contextmanager
def kitted(*, make: bool = False) -> Iterator[tuple[Kit, str]]:
    """The kit that flows are handed, and the account's id; nothing is decided or sent by this process itself."""
    from service.app import open_kit
    from service.store import accounts

    chosen = settings()
    if make:
        make_tables(chosen.database_url)
    else:
        place(chosen.database_url)
    with open_kit(chosen) as kit:
        yield kit, accounts.ensure_default(kit.database, kit.clock())
