"""APSW in the place of the module `sqlite3`, as far as SQLAlchemy asks for one.

So the store's own statements run through a file system of our own, which `sqlite3` cannot be given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from types import SimpleNamespace
from typing import Any

import apsw


class Error(Exception):
    """What every error is; `sqlite_errorcode` is SQLite's extended result code."""

    sqlite_errorcode = 0


class OperationalError(Error):
    """The disk, the locks, or the statement."""


class IntegrityError(Error):
    """A constraint."""


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except apsw.Error as error:
        kind = IntegrityError if isinstance(error, apsw.ConstraintError) else OperationalError
        translated = kind(str(error))
        translated.sqlite_errorcode = getattr(error, "extendedresult", 0) or getattr(error, "result", 0)
        raise translated from error


class Cursor:
    """Runs a statement to its end, as `sqlite3` does for everything but plain reads, and hands out its rows."""

    arraysize = 1
    lastrowid = None

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self._rows: Iterator[Any] = iter(())
        self.description: Sequence[tuple[Any, ...]] | None = None
        self.rowcount = -1

    def execute(self, statement: str, values: Sequence[Any] = ()) -> Cursor:
        """Run *statement* once."""
        self.close()
        with _translated():
            cursor = self._connection.cursor()
            cursor.exec_trace = self._described
            self._rows = iter(cursor.execute(statement, tuple(values)).fetchall())
        self.rowcount = self._connection.changes() if self.description is None else -1
        return self

    def executemany(self, statement: str, many: Iterable[Sequence[Any]]) -> Cursor:
        """Run *statement* for each of *many*."""
        changed = 0
        for values in many:
            changed += self.execute(statement, values).rowcount
        self.rowcount = changed
        return self

    def fetchone(self) -> Any:
        """The next row, None after the last."""
        return next(self._rows, None)

    def fetchmany(self, size: int = 1) -> list[Any]:
        """The next rows."""
        return [row for _, row in zip(range(size), self._rows, strict=False)]

    def fetchall(self) -> list[Any]:
        """All that are left."""
        return list(self._rows)

    def close(self) -> None:
        """Forget what was read."""
        self.description, self._rows = None, iter(())

    def _described(self, cursor: apsw.Cursor, _statement: str, _values: Any) -> bool:
        columns = cursor.get_description()
        self.description = [(name, None, None, None, None, None, None) for name, _ in columns] or None
        return True


class Connection:
    """A connection that begins nothing by itself."""

    isolation_level = None

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection

    def cursor(self) -> Cursor:
        """A new cursor."""
        return Cursor(self._connection)

    def execute(self, statement: str) -> Cursor:
        """Run a statement without values."""
        return self.cursor().execute(statement)

    def commit(self) -> None:
        """End what was begun."""
        if self._connection.in_transaction:
            self.execute("COMMIT")

    def rollback(self) -> None:
        """Take back what was begun."""
        if self._connection.in_transaction:
            self.execute("ROLLBACK")

    def create_function(self, name: str, count: int, function: Callable[..., Any], **_more: Any) -> None:
        """Let SQL call *function*."""
        self._connection.create_scalar_function(name, function, count)

    def close(self) -> None:
        """Let go of the file."""
        with _translated():
            self._connection.close()


def _connect(vfs: str, path: str, cached_statements: int = 100, **_more: Any) -> Connection:
    with _translated():
        return Connection(apsw.Connection(path, vfs=vfs, statementcachesize=cached_statements))


def driver(vfs: str) -> SimpleNamespace:
    """The module, for SQLAlchemy's `module`: its connections read and write through the file system *vfs*."""
    return SimpleNamespace(
        paramstyle="qmark",
        sqlite_version_info=tuple(int(part) for part in apsw.sqlite_lib_version().split(".")),
        connect=partial(_connect, vfs),
        Error=Error,
        DatabaseError=Error,
        OperationalError=OperationalError,
        IntegrityError=IntegrityError,
        ProgrammingError=Error,
        InterfaceError=Error,
        DataError=Error,
        InternalError=Error,
        NotSupportedError=Error,
        Binary=bytes,
    )
