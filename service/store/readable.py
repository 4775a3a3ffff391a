"""Reading rows of which one may have been changed past Milepost: what cannot be read is named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select

UNREADABLE = (ValueError, LookupError, TypeError)
"""What reading raises where a column holds what is none of its values: a date that is none, an unknown word."""


class Unreadable(Exception):
    """A row holds what its columns cannot hold; the message names the row."""


def read_rows(
    conn: Connection,
    query: Select[Any],
    what: str,
    key: ColumnElement[Any],
    given: Mapping[str, object] | None = None,
) -> Sequence[Row[Any]]:
    """The rows of *query*. Raises Unreadable with the *key* of the first that cannot be read, a row of a *what*."""
    try:
        return conn.execute(query, given).all()
    except UNREADABLE:
        for name in conn.execute(query.with_only_columns(key), given).scalars().all():
            try:
                conn.execute(query.where(key == name), given).all()
            except UNREADABLE as error:
                raise Unreadable(f"{what} {name} holds a value that cannot be read.") from error
        raise
