"""The command in this process, on a database of its own, without the settings of whoever runs the tests."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from service.cli import app
from service.store.engine import Database, open_database


@dataclass(frozen=True, slots=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str

    def good(self) -> str:
        """Its stdout, after it ended well."""
        assert self.code == 0, self.out + self.err
        return self.out

    def sentence(self) -> str:
        """Its one sentence on stderr, after it failed."""
        assert self.code == 1, self.out + self.err
        assert self.out == "" or not self.out.startswith("Traceback")
        lines = self.err.strip().splitlines()
        assert len(lines) == 1, self.err
        assert lines[0].endswith((".", "it.")) or "milepost " in lines[0]
        return lines[0]


class Milepost:
    """Runs commands in *place* on the database *url*."""

    def __init__(self, place: Path, url: str) -> None:
        self.place = place
        self.url = url

    def __call__(self, *words: str, stdin: str = "", **settings: str) -> Said:
        env: dict[str, str | None] = {name: None for name in os.environ if name.startswith("MILEPOST_")}
        env |= {
            "MILEPOST_DATABASE_URL": self.url,
            "MILEPOST_PAUSE_FILE": str(self.place / "milepost.pause"),
            "TZ": "UTC",
        }
        env |= {f"MILEPOST_{name}": value for name, value in settings.items()}
        answer = CliRunner().invoke(app, list(words), input=stdin, env=env)
        return Said(answer.exit_code, answer.stdout, answer.stderr)

    def file(self, name: str, text: str) -> str:
        """A file beside the database."""
        path = self.place / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    @contextmanager
    def database(self) -> Iterator[Database]:
        """The database, to look into or to change."""
        opened = open_database(self.url)
        try:
            yield opened
        finally:
            opened.close()


@pytest.fixture
def milepost(tmp_path: Path, migrated_sqlite_url: str) -> Milepost:
    """Commands on a SQLite file with every table, all empty."""
    return Milepost(tmp_path, migrated_sqlite_url)


@pytest.fixture
def nowhere(tmp_path: Path) -> Milepost:
    """Commands where no database exists yet."""
    return Milepost(tmp_path, f"sqlite:///{tmp_path / 'new.db'}")


@pytest.fixture
def account_of() -> Callable[[Database], str]:
    """The id of the account of a database."""
    from service.store import accounts

    def find(database: Database) -> str:
        with database.read() as conn:
            return accounts.default_id(conn) or ""

    return find
