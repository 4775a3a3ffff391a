"""`milepost tasks`: what a person of ours must do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.opened import desk, operator
from service.cli.speech import fail, local, say, table

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from service.store.tasks import TaskRow

MOST = 200
"""Tasks that are listed."""


def tasks(done: Annotated[str, typer.Option("--done", metavar="TASK_ID", help="Mark this task done.")] = "") -> None:
    """List what somebody must do, the most urgent first; or mark one done."""
    from service.store import tasks as store

    with desk() as one:
        if done:

            def unit(conn: Connection, now: datetime) -> tuple[TaskRow | None, str]:
                row = store.finish(conn, one.account_id, done, operator(), now)
                return row, done if row and row.done_at == now else ""

            if one.change("task.done", unit) is None:
                fail(f"There is no task {done}: look at `milepost tasks`.")
            say("Done.")
            return
        zone = one.account().zone
        with one.database.read() as conn:
            rows = store.list_tasks(conn, one.account_id, limit=MOST)
    if not rows:
        say("There is nothing to do.")
        return
    table(
        ("task", "what", "by", "owner"),
        [(row.id, row.text, local(row.due_at, zone), row.owner) for row in rows],
    )
