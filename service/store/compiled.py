"""Statements in SQL, kept for the process and not for each engine.

Compiling one takes longer than SQLite takes to run it, and a SQLite file has an engine that writes and one that reads.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy.util import LRUCache

STATEMENTS = 2_000
"""How many are kept; those that were used longest ago go first."""


class Compiled(LRUCache[Any, Any]):
    """What `compiled_cache` takes, with keys in which a dialect stands by what its SQL depends on.

    https://docs.sqlalchemy.org/en/20/core/connections.html#sql-compilation-caching
    """

    def get(self, key: Any, default: Any = None) -> Any:  # noqa: D102
        return super().get(_shared(key), default)

    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__(_shared(key), value)


def _shared(key: tuple[Any, ...]) -> tuple[Any, ...]:
    dialect, *rest = key
    version = getattr(dialect, "server_version_info", None)
    return (type(dialect), dialect.paramstyle, version, *rest)


compiled = Compiled(STATEMENTS)
"""Shared by every engine of the process."""
