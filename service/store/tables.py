"""The way from a record to the table that statements are made of."""

from __future__ import annotations

from sqlalchemy import Table
from sqlmodel import SQLModel


def table(model: type[SQLModel]) -> Table:
    """The SQLAlchemy table of a record."""
    found: Table = model.__table__  # type: ignore[attr-defined]
    return found
