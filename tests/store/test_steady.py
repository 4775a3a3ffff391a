"""What is read for each fact is found by an index, however many rows an account has."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import Executable
from sqlalchemy.sql.elements import ClauseElement

from service.store import (
    alerts,
    asking_ratings,
    balancing,
    calls,
    claiming,
    decisions,
    homes,
    journal,
    known,
    ledger,
    naming,
    outgoing,
    placing,
    settling,
    tasks,
    texts,
    touch,
)
from service.store.among import among
from service.store.engine import Database, open_database
from service.store.migrations import upgrade

MODULES = (
    journal,
    naming,
    calls,
    placing,
    touch,
    known,
    outgoing,
    claiming,
    decisions,
    ledger,
    texts,
    asking_ratings,
    alerts,
    tasks,
    balancing,
)
WHOLE = {"SOURCES", "UNFINISHED", "WITH_ITS_WAY"}
"""Statements that want every row: the few sources of an account; and those of which others are made."""

OPEN = re.compile(r"SCAN (\w+ USING (COVERING )?INDEX (ix_message_due|ix_attempt_started)\b|first$|newest$)")
"""What may be read from end to end: indexes that hold only what waits or is under way, and the few that were taken."""

HOT = {
    f"{module.__name__.rpartition('.')[2]}.{name}": found
    for module in (*MODULES, settling)
    for name, found in vars(module).items()
    if name.isupper() and isinstance(found, Executable) and name not in WHOLE
}


@pytest.fixture
def sqlite_database(migrated_sqlite_url: str) -> Iterator[Database]:
    database = open_database(migrated_sqlite_url)
    yield database
    database.close()


def plan(database: Database, statement: Executable) -> list[str]:
    """How SQLite would run *statement*, a line for each table."""
    assert isinstance(statement, ClauseElement)
    compiled = statement.compile(dialect=database.engine.dialect)
    text = re.sub(r"__\[POSTCOMPILE_\w+\]", "'one', 'another'", str(compiled))
    values = (None,) * text.count("?")
    with database.read() as conn:
        return [row[3] for row in conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values)]


@pytest.mark.parametrize("name", sorted(HOT))
def test_no_statement_reads_a_whole_account(name: str, sqlite_database: Database) -> None:
    steps = plan(sqlite_database, HOT[name])
    assert steps
    for step in steps:
        assert "json_each" in step or OPEN.match(step) or not step.startswith("SCAN "), steps
        assert not step.endswith("(account_id=?)"), steps


def test_the_messages_that_are_due_are_found_by_the_index_of_those_that_wait(sqlite_database: Database) -> None:
    assert any("ix_message_due" in step for step in plan(sqlite_database, outgoing.DUE))


def test_whom_to_ask_is_found_by_the_index_of_what_people_are_asked_after(sqlite_database: Database) -> None:
    assert any(
        "ix_notice_end (account_id=? AND not_before>?)" in step for step in plan(sqlite_database, asking_ratings.ENDED)
    )


def test_what_the_planner_believes_is_written_once(sqlite_database: Database) -> None:
    def kept() -> list[tuple[object, ...]]:
        with sqlite_database.read() as conn:
            return [tuple(row) for row in conn.exec_driver_sql("SELECT rowid, tbl, idx, stat FROM sqlite_stat1")]

    before = kept()
    assert ("shipment", "ix_shipment_customer", "1000000 1000000 10") in {row[1:] for row in before}
    assert ("fact_key", "sqlite_autoindex_fact_key_1", "1000000 1000000 200000 1") in {row[1:] for row in before}
    upgrade(sqlite_database)
    assert kept() == before


@pytest.mark.parametrize("statement", [journal.LEDGER, journal.REACHED, journal.NEWEST, homes.WAITING])
def test_what_a_call_names_is_no_parameter_of_its_own(database: Database, statement: ClauseElement) -> None:
    """A call may hold more events than a statement may have parameters, also when it comes again."""
    compiled = str(statement.compile(dialect=database.engine.dialect))
    assert "POSTCOMPILE" not in compiled
    assert ("json_each" in compiled) == (database.dialect == "sqlite")


def test_a_list_is_one_parameter_on_both_stores(database: Database) -> None:
    condition = str(among(known.shipment.c.id, "ids").compile(dialect=database.engine.dialect))
    assert ("json_each" in condition) == (database.dialect == "sqlite")
    assert ("= ANY (" in condition) == (database.dialect == "postgresql")
