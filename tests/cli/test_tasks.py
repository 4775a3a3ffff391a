"""What somebody must do, on the command line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from service.records.decision import NewTask
from service.store import tasks
from service.store.engine import Database
from tests.cli.conftest import Milepost

NOW = datetime(2026, 9, 17, 12, tzinfo=UTC)


def test_tasks_are_listed_and_done(milepost: Milepost, account_of: Callable[[Database], str]) -> None:
    assert "nothing to do" in milepost("tasks").good()
    milepost("customers", "add", "ACME").good()
    with milepost.database() as database:
        account_id = account_of(database)
        new = NewTask("k", "call_me", "They asked for a call about PO 1.", "ana", due_at=NOW)
        database.write(lambda conn: tasks.open_tasks(conn, account_id, [new], NOW))
        with database.read() as conn:
            (row,) = tasks.list_tasks(conn, account_id)
    listed = milepost("tasks").good()
    assert "They asked for a call about PO 1." in listed
    assert "ana" in listed
    assert milepost("tasks", "--done", row.id).good() == "Done.\n"
    assert "nothing to do" in milepost("tasks").good()
    assert "`milepost tasks`" in milepost("tasks", "--done", "tsk_x").sentence()
