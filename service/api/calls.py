"""`/v1/calls`: what arrived, what became of it, and reading it again after a fix."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from service.api import examples, examples_feeds
from service.api.access import needs
from service.api.answers import answer, cursor, page, read_cursor
from service.api.deps import Deps
from service.api.events import native
from service.api.examples_events import ACCEPTED
from service.api.fields import Cursor, Instant, Limit
from service.api.inbound import find
from service.api.problems import Refusal, missing
from service.api.results import accepted, entry, refusal_of
from service.api.shown import answers
from service.api.strict import StrictRoute
from service.flows import intake, recounting
from service.records.enums import CallOutcome
from service.records.results import SourceView
from service.store import sources, views_calls
from service.store.keys import KeyView

router = APIRouter(route_class=StrictRoute, tags=["events"])

CALLS = "List the calls with `GET /v1/calls`."


def shown(row: dict[str, Any]) -> dict[str, Any]:
    """A call as answered, without its body."""
    return {
        "id": row["id"],
        "source_id": row["source_id"],
        "received_at": row["received_at"],
        "content_type": row["content_type"],
        "size": row["size"],
        "outcome": row["outcome"],
        "accepted": row["accepted"],
        "duplicate": row["duplicate"],
        "rejected": row["rejected"],
        "unmapped": row["unmapped"],
        "problem": row["problem"],
    }


@router.get(
    "/v1/calls",
    summary="List calls",
    responses=answers(
        200, "Calls, newest first, without bodies.", "invalid", "unknown_parameter", calls=examples.CALLS
    ),
)
def list_calls(
    request: Request,
    key: Annotated[KeyView, needs("read")],
    source: Annotated[
        str | None, Query(max_length=80, description="A source's id or name; `api` for posted events.")
    ] = None,
    outcome: Annotated[CallOutcome | None, Query()] = None,
    since: Annotated[Instant | None, Query(description="Received at or after this instant.")] = None,
    limit: Limit = 50,
    cursor_: Cursor = None,
) -> Response:
    """The raw calls of the last 30 days, with what became of each."""
    deps: Deps = request.app.state.deps
    place = read_cursor(cursor_, 1)
    with deps.kit.database.read() as conn:
        rows = views_calls.page(
            conn,
            key.account_id,
            source=sources.named_id(conn, key.account_id, source),
            outcome=outcome,
            since=since,
            after=place[0] if place else None,
            limit=limit,
        )
    more = len(rows) > limit
    return page(request, [shown(row) for row in rows[:limit]], cursor(rows[limit - 1]["id"]) if more else None)


@router.get(
    "/v1/calls/{call_id}",
    summary="Read a call",
    responses=answers(200, "The call, with what became of each item.", "not_found", call=examples_feeds.CALL),
)
def read_call(request: Request, key: Annotated[KeyView, needs("read")], call_id: str) -> Response:
    """What became of each item as far as the records say: the call is read once more, and nothing is written."""
    deps: Deps = request.app.state.deps
    with deps.kit.database.read() as conn:
        row = views_calls.one(conn, key.account_id, call_id)
    if row is None:
        raise missing("call", CALLS)
    source = _source(deps, key, row["source_id"])
    results: list[dict[str, Any]] = []
    if source is not None:
        result = recounting.results_of(deps.kit, key.account_id, call_id, source)
        results = [entry(item) for item in result.items]
    return answer({**shown(row), "source": source.name if source else row["source_id"], "results": results})


def _source(deps: Deps, key: KeyView, source_id: str) -> SourceView | None:
    """The source of a call; None where it was removed since."""
    own = native(key.account_id, deps.access.region(key.account_id), key.id)
    if source_id == own.id:
        return own
    try:
        return find(deps, source_id)
    except Refusal:
        return None


@router.post(
    "/v1/calls/{call_id}/replay",
    summary="Read a call again",
    responses=answers(
        200, "What became of its items now.", "not_found", "conflict", "unreadable", "invalid", replayed=ACCEPTED
    ),
)
def replay_call(request: Request, key: Annotated[KeyView, needs("admin")], call_id: str) -> Response:
    """Read a kept call again, after a source was corrected. What is known already changes nothing."""
    deps: Deps = request.app.state.deps
    with deps.kit.database.read() as conn:
        source_id = views_calls.source_of(conn, key.account_id, call_id)
    if source_id is None:
        raise missing("call", CALLS)
    own = native(key.account_id, deps.access.region(key.account_id), key.id)
    source = own if source_id == own.id else find(deps, source_id)
    try:
        result = intake.replay(deps.kit, key.account_id, call_id, source)
    except LookupError:
        raise missing("call", CALLS) from None
    refusal = refusal_of(result)
    if refusal is not None:
        raise refusal
    return answer(accepted(result))
