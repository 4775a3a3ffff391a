"""What a person of ours must do by a time: opened once by its key, listed by urgency, and done by somebody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from service.records.decision import NewTask
from service.records.ids import new_id
from service.records.tables import Task
from service.store.among import among
from service.store.changes import note_changes
from service.store.sql import insert_once
from service.store.tables import table

task = table(Task)

OPEN_OF_KEYS = select(task.c.id).where(
    task.c.account_id == bindparam("account"), among(task.c.key, "keys"), task.c.done_at.is_(None)
)


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task as kept."""

    id: str
    key: str
    kind: str
    text: str
    owner: str
    shipment_id: str | None
    contact_id: str | None
    due_at: datetime | None
    opened_at: datetime
    done_at: datetime | None
    done_by: str | None


def open_tasks(conn: Connection, account_id: str, tasks: Sequence[NewTask], now: datetime) -> int:
    """Open each task whose key is new; returns how many are."""
    if not tasks:
        return 0
    rows = [
        {
            "account_id": account_id,
            "id": new_id("tsk"),
            "key": one.key[:160],
            "kind": one.kind,
            "shipment_id": one.shipment_id,
            "contact_id": one.contact_id,
            "owner": one.owner,
            "text": one.text[:400],
            "due_at": one.due_at,
            "opened_at": now,
        }
        for one in tasks
    ]
    fresh = {row.id for row in insert_once(conn, Task, rows)}
    changes = [("task", str(row["id"]), one.shipment_id) for row, one in zip(rows, tasks, strict=True)]
    note_changes(conn, account_id, [change for change in changes if change[1] in fresh], now)
    return len(fresh)


def list_tasks(conn: Connection, account_id: str, *, done: bool = False, limit: int = 100) -> list[TaskRow]:
    """Tasks: the open ones, those with the nearest time first; or those done, newest first."""
    query = select(task).where(task.c.account_id == account_id)
    if done:
        query = query.where(task.c.done_at.is_not(None)).order_by(task.c.done_at.desc(), task.c.id.desc())
    else:
        open_ones = query.where(task.c.done_at.is_(None))
        query = open_ones.order_by(task.c.due_at.is_(None), task.c.due_at, task.c.id)
    return [_row(row) for row in conn.execute(query.limit(limit))]


def some(conn: Connection, account_id: str, ids: Sequence[str]) -> list[TaskRow]:
    """The tasks with these ids, those that exist in this account."""
    return [_row(row) for row in conn.execute(select(task).where(task.c.account_id == account_id, task.c.id.in_(ids)))]


def finish(conn: Connection, account_id: str, task_id: str, by: str, now: datetime) -> TaskRow | None:
    """Mark a task done, by whom; the first to do it stays. None where the account has no such task."""
    done = conn.execute(
        update(task)
        .where(task.c.account_id == account_id, task.c.id == task_id, task.c.done_at.is_(None))
        .values(done_at=now, done_by=by[:80])
        .returning(task.c.shipment_id)
    ).one_or_none()
    if done is not None:
        note_changes(conn, account_id, [("task", task_id, done.shipment_id)], now)
    found = conn.execute(select(task).where(task.c.account_id == account_id, task.c.id == task_id)).one_or_none()
    return _row(found) if found else None


def finish_by_key(conn: Connection, account_id: str, key: str, by: str, now: datetime) -> bool:
    """Mark the task of this key done; False where none is open."""
    found = conn.execute(
        select(task.c.id).where(task.c.account_id == account_id, task.c.key == key, task.c.done_at.is_(None))
    ).scalar()
    return found is not None and finish(conn, account_id, found, by, now) is not None


def finish_keys(conn: Connection, account_id: str, keys: Sequence[str], by: str, now: datetime) -> int:
    """Mark the open tasks of these keys done; returns how many were."""
    if not keys:
        return 0
    done = conn.execute(OPEN_OF_KEYS, {"account": account_id, "keys": keys}).scalars().all()
    return sum(finish(conn, account_id, one, by, now) is not None for one in done)


def unmailed(conn: Connection, account_id: str, limit: int) -> list[TaskRow]:
    """The open tasks that the desk was not mailed about, those with the nearest time first."""
    query = select(task).where(task.c.account_id == account_id, task.c.done_at.is_(None), task.c.mailed_at.is_(None))
    ordered = query.order_by(task.c.due_at.is_(None), task.c.due_at, task.c.id)
    return [_row(row) for row in conn.execute(ordered.limit(limit))]


def mark_mailed(conn: Connection, account_id: str, task_ids: Sequence[str], now: datetime) -> bool:
    """Note that the desk was mailed about these tasks; False, and nothing changes, where it was about one of them."""
    fresh = task.c.account_id == account_id, task.c.id.in_(task_ids), task.c.mailed_at.is_(None)
    if len(conn.execute(select(task.c.id).where(*fresh).with_for_update()).all()) != len(task_ids):
        return False
    conn.execute(update(task).where(*fresh).values(mailed_at=now))
    return True


def _row(row: object) -> TaskRow:
    return TaskRow(**{name: getattr(row, name) for name in TaskRow.__slots__})
