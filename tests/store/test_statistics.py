"""A table that has grown is counted once, before the server comes round to it."""

from __future__ import annotations

from sqlalchemy import create_engine, make_url

from service.store.statistics import GROWN, count_grown

MAKE = "CREATE TABLE {0} AS SELECT 1 AS id FROM generate_series(1, {1})"


def test_what_has_grown_is_counted_once(pg_url: str) -> None:
    engine = create_engine(make_url(pg_url).set(drivername="postgresql+psycopg"))
    with engine.begin() as conn:
        conn.exec_driver_sql(MAKE.format('"Order"', GROWN))
        conn.exec_driver_sql(MAKE.format("small", GROWN - 1))
        conn.exec_driver_sql("SELECT pg_stat_force_next_flush()")
    with engine.begin() as conn:
        assert count_grown(conn) == ["Order"]
    with engine.begin() as conn:
        assert conn.exec_driver_sql("SELECT reltuples FROM pg_class WHERE relname = 'Order'").scalar() == GROWN
        conn.exec_driver_sql("SELECT pg_stat_force_next_flush()")
    with engine.begin() as conn:
        assert count_grown(conn) == []
    engine.dispose()


def test_sqlite_has_its_own_steady_statistics() -> None:
    with create_engine("sqlite://").begin() as conn:
        assert count_grown(conn) == []
