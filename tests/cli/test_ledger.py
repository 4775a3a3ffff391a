"""`milepost ledger verify`."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text, update

from notifiers.base import Channel
from notifiers.testing import Recorder
from service.clock import ManualClock
from service.flows import ledger
from service.records.tables import Promise
from service.store.tables import table
from tests.cli.conftest import Milepost
from tests.kits import departed, running


def test_an_empty_ledger_says_so(milepost: Milepost) -> None:
    assert "Nothing is sealed yet" in milepost("ledger", "verify").good()


def test_a_whole_ledger_is_proven_and_a_changed_one_named(
    milepost: Milepost, clock: ManualClock, tmp_path: Path
) -> None:
    with (
        milepost.database() as database,
        running(database, clock, {Channel.SMS: Recorder(Channel.SMS)}, place=tmp_path) as works,
    ):
        works.go()
        works.post(**departed())
        works.settle()
        ledger.seal_due(works.kit)
        (promise,) = works.rows(Promise)
    said = milepost("ledger", "verify").good()
    assert "The ledger is whole: 1 promise, 1 entry, 1 seal." in said
    assert "The latest digest is " in said
    with milepost.database() as database:
        changed = update(table(Promise)).values(at_date=promise.at_date.replace(day=10))
        database.write(lambda conn: conn.execute(changed))
    sentence = milepost("ledger", "verify").sentence()
    assert sentence.startswith(f"Promise {promise.id} is not as the ledger has it: at_date changed.")


@pytest.mark.parametrize(
    ("table_name", "column", "what"),
    [
        ("promise", "told_at", "Promise"),
        ("promise", "state", "Promise"),
        ("ledger_entry", "entered_at", "Entry"),
        ("ledger_entry", "content", "Entry"),
        ("ledger_seal", "sealed_at", "Seal"),
    ],
)
def test_a_row_that_cannot_be_read_is_named(
    milepost: Milepost, clock: ManualClock, tmp_path: Path, table_name: str, column: str, what: str
) -> None:
    with (
        milepost.database() as database,
        running(database, clock, {Channel.SMS: Recorder(Channel.SMS)}, place=tmp_path) as works,
    ):
        works.go()
        works.post(**departed())
        works.settle()
        ledger.seal_due(works.kit)
        key = "number" if table_name == "ledger_seal" else "id"
        with database.read() as conn:
            name = conn.execute(text(f"select {key} from {table_name}")).scalar_one()
        database.write(lambda conn: conn.execute(text(f"update {table_name} set {column} = 'the day before'")))
    sentence = milepost("ledger", "verify").sentence()
    assert sentence.startswith(f"{what} {name} holds a value that cannot be read")
