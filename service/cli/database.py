"""`milepost migrate` and `milepost backup`: the database itself."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from service.cli.opened import place, settings
from service.cli.speech import progress, say


def migrate() -> None:
    """Bring the database to the tables of this version. `milepost serve` does it by itself."""
    from service.store import migrations

    url = settings().database_url
    before = _current(url)
    migrations.upgrade(url)
    after = migrations.head()
    say(
        f"The database is at {after}."
        if before == after
        else f"The database went from {before or 'nothing'} to {after}."
    )


def backup(
    to: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write; it must not exist yet.")],
) -> None:
    """Copy the SQLite database while it is in use."""
    from service.store.backup import backup as copy
    from service.store.engine import open_database

    url = settings().database_url
    place(url)
    with closing(open_database(url)) as database, progress("Copying") as tell:
        copy(database, to, tell)
    say(f"{to} holds the database as it was a moment ago ({to.stat().st_size / 1_000_000:.1f} MB).")


def _current(url: str) -> str | None:
    from service.store import migrations

    return migrations.current(url)
