"""Fresh databases to measure on: SQLite files in a temporary folder, and a PostgreSQL from the wheel."""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import make_url

from tests.databases import NoServer, PostgresServer, find_server


class Stores:
    """Gives databases by kind, `sqlite` or `postgresql`; `why_not` says why there is no PostgreSQL, if so."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.why_not = ""
        self._server: PostgresServer | None = None
        self._numbers = itertools.count(1)  # several programs may ask at once
        try:
            self._server = find_server()
        except NoServer as error:
            self.why_not = str(error)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds that can be had here."""
        return ("sqlite", "postgresql") if self._server else ("sqlite",)

    @contextmanager
    def fresh(self, kind: str) -> Iterator[str]:
        """The URL of an empty database, gone afterwards."""
        number = next(self._numbers)
        if kind == "postgresql":
            assert self._server is not None, "asked only for kinds that can be had"
            with self._server.database(f"test_bench_{os.getpid()}_{number}") as url:
                yield url
            return
        path = self.folder / f"{number}.db"
        try:
            yield f"sqlite:///{path}"
        finally:
            for file in self.folder.glob(f"{path.name}*"):
                file.unlink()

    @contextmanager
    def copy(self, kind: str, of: str) -> Iterator[str]:
        """The URL of a copy of the database *of*, which nobody uses at the moment; gone afterwards."""
        number = next(self._numbers)
        source = make_url(of).database or ""
        if kind == "postgresql":
            assert self._server is not None, "asked only for kinds that can be had"
            with self._server.database(f"test_bench_{os.getpid()}_{number}", template=source) as url:
                yield url
            return
        path = self.folder / f"{number}.db"
        try:
            for file in Path(source).parent.glob(f"{Path(source).name}*"):
                shutil.copyfile(file, path.with_name(file.name.replace(Path(source).name, path.name)))
            yield f"sqlite:///{path}"
        finally:
            for file in self.folder.glob(f"{path.name}*"):
                file.unlink()


@contextmanager
def stores() -> Iterator[Stores]:
    """Stores in a temporary folder, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="milepost-bench-") as folder:
        yield Stores(Path(folder))
