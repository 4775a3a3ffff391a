"""`/v1/tasks`: what a person of ours must do, such as a call that somebody asked for."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response

from service.api import examples
from service.api.access import needs
from service.api.answers import answer, page
from service.api.changing import change
from service.api.deps import Deps
from service.api.fields import Limit
from service.api.problems import missing
from service.api.shown import answers
from service.api.strict import StrictRoute
from service.store import tasks
from service.store.keys import KeyView
from service.store.tasks import TaskRow

router = APIRouter(route_class=StrictRoute, tags=["threads"])


def shown(row: TaskRow) -> dict[str, Any]:
    """A task as answered."""
    return {
        "id": row.id,
        "kind": row.kind,
        "text": row.text,
        "owner": row.owner,
        "shipment_id": row.shipment_id,
        "contact_id": row.contact_id,
        "due_at": row.due_at,
        "opened_at": row.opened_at,
        "done_at": row.done_at,
        "done_by": row.done_by,
    }


@router.get(
    "/v1/tasks",
    summary="List tasks",
    responses=answers(200, "Tasks, the most urgent first.", "invalid", "unknown_parameter", tasks=examples.TASKS),
)
def list_tasks(
    request: Request,
    key: Annotated[KeyView, needs("read")],
    state: Annotated[Literal["open", "done"], Query(description="`open` or `done`.")] = "open",
    limit: Limit = 100,
) -> Response:
    """What somebody must do: the open tasks by their time, or those done, newest first."""
    deps: Deps = request.app.state.deps
    with deps.kit.database.read() as conn:
        rows = tasks.list_tasks(conn, key.account_id, done=state == "done", limit=limit)
    return page(request, [shown(row) for row in rows], None)


@router.post(
    "/v1/tasks/{task_id}/done",
    summary="Mark a task done",
    responses=answers(200, "The task.", "not_found", task=examples.TASK_DONE),
)
def post_done(request: Request, key: Annotated[KeyView, needs("people")], task_id: str) -> Response:
    """Done; who did it first stays. Sending it twice changes nothing."""
    deps: Deps = request.app.state.deps

    def unit(conn: Any, now: datetime) -> tuple[TaskRow | None, str]:
        row = tasks.finish(conn, key.account_id, task_id, f"key:{key.name}", now)
        return row, task_id if row and row.done_at == now else ""

    row = change(deps, key, "task.done", unit)
    if row is None:
        raise missing("task", "List the tasks with `GET /v1/tasks`.")
    return answer(shown(row))
