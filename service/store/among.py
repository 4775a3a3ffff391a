"""A list of ids as one parameter of a statement.

SQLAlchemy's own `in_` writes a statement anew for each length of the list, which costs more than running it. Here a
statement is made and compiled once, however long the list is that it is run with.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Boolean, ColumnElement, String, TypeDecorator, bindparam
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine


class _Texts(TypeDecorator[Iterable[str]]):
    """Texts as one value: an array on PostgreSQL, a JSON list on SQLite."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(ARRAY(String()) if dialect.name == "postgresql" else String())

    def process_bind_param(self, value: Iterable[str] | None, dialect: Dialect) -> Any:
        texts = [str(one) for one in value or ()]
        return texts if dialect.name == "postgresql" else json.dumps(texts)


class _Among(FunctionElement[bool]):
    type = Boolean()
    inherit_cache = True
    name = "among"
    _is_implicitly_boolean = True  # a comparison: "… = 1" behind it would hide it from SQLite's indexes


def among(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """The condition that *column* is one of the texts that the statement is run with under *name*."""
    return _Among(column, bindparam(name, type_=_Texts()))


@compiles(_Among, "sqlite")
def _sqlite(element: _Among, compiler: SQLCompiler, **more: Any) -> str:
    column, texts = (compiler.process(part, **more) for part in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({texts}))"  # noqa: S608 - a column's name and a parameter


@compiles(_Among, "postgresql")
def _postgresql(element: _Among, compiler: SQLCompiler, **more: Any) -> str:
    column, texts = (compiler.process(part, **more) for part in element.clauses)
    return f"{column} = ANY ({texts})"
