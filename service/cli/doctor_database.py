"""What `milepost doctor` says of the database."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from notifiers.base import Finding

if TYPE_CHECKING:
    from service.store.engine import Database


def absent(url: str) -> Finding | None:
    """The finding for a SQLite file that does not exist, which looking at it would make; else None."""
    from service.store.engine import parse

    address = parse(url)
    if address.get_backend_name() != "sqlite" or Path(str(address.database)).exists():
        return None
    return Finding("Database", False, f"There is none at {address.database} yet.", "`milepost serve` makes it.")


def database(database: Database) -> list[Finding]:
    """Reachable, durable (opening asserts both), and at the tables of this version."""
    from service.store import migrations

    kept = {
        "sqlite": "answers; what is committed survives a power cut (WAL, synchronous=FULL)",
        "postgresql": "answers; what is committed is on its disk (synchronous_commit)",
    }[database.dialect]
    found = [Finding(f"{database.url}", True, kept)]
    stands, needed = migrations.current(database), migrations.head()
    if stands == needed:
        return [*found, Finding("Tables", True, f"are those of this version ({needed})")]
    detail = f"are at {stands or 'nothing'}, this version needs {needed}."
    return [*found, Finding("Tables", False, detail, "Run: milepost migrate")]
