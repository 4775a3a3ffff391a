"""`/v1/promises` and `/v1/ledger`: what was told whom, whether it was kept, and the seal over it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from service.api.access import needs
from service.api.answers import cursor, page, read_cursor, tagged
from service.api.deps import Deps
from service.api.examples import CONTACT_ID, MESSAGE_ID, NOTICE_ID, PROMISE_ID, SHIPMENT_ID, Shown, listed
from service.api.fields import Cursor, Instant, Limit, words_of
from service.api.problems import missing
from service.api.shown import answers
from service.api.strict import StrictRoute
from service.records.enums import Line, Outcome, PromiseState, Stage
from service.store import ledger, merges, views_promises, views_shipments
from service.store.keys import KeyView
from service.store.views_promises import OPEN, PromiseQuery

router = APIRouter(route_class=StrictRoute, tags=["promises"])

Row = dict[str, Any]

PROMISE: Shown = {
    "id": PROMISE_ID,
    "shipment_id": SHIPMENT_ID,
    "contact_id": CONTACT_ID,
    "stage": "live",
    "line": "delivery",
    "unit_group": "",
    "ordinal": 1,
    "state": "told",
    "origin": "message",
    "date": "2026-10-09",
    "instant": None,
    "until": None,
    "precision": "day",
    "time_zone": "Europe/London",
    "place": "GBLEE",
    "reason": None,
    "made_at": "2026-09-17T10:00:01.200Z",
    "told_at": "2026-09-17T10:00:05.120Z",
    "outcome": "replaced_in_time",
    "settled_at": "2026-10-07T15:00:09.400Z",
    "why": "",
    "notice_id": NOTICE_ID,
    "message_id": MESSAGE_ID,
    "links": {
        "shipment": f"/v1/shipments/{SHIPMENT_ID}",
        "notice": f"/v1/notices/{NOTICE_ID}",
        "message": f"/v1/messages/{MESSAGE_ID}",
    },
}
PROMISES = listed(PROMISE)
LEDGER: Shown = {
    "entries": 1204,
    "unsealed": 2,
    "promises": 611,
    "outcomes": {"open": 310, "kept": 240, "replaced_in_time": 41, "broken": 17, "withdrawn": 3},
    "latest": {
        "number": 96,
        "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "previous": "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752",
        "entries": 14,
        "first_id": "lde_01k5c3v7dte9f0g1h2j3k4m5n6",
        "last_id": "lde_01k5c3v7dve9f0g1h2j3k4m5n6",
        "sealed_at": "2026-10-07T15:00:10.000Z",
    },
}

Words = Annotated[str | None, Query(max_length=200, description="One or several with commas.")]
Stages = Annotated[Stage | None, Query(description="`live`, or what was only rehearsed.")]


@router.get(
    "/v1/promises",
    summary="List promises",
    responses=answers(200, "Promises, newest first.", "invalid", "unknown_parameter", promises=PROMISES),
)
def list_promises(
    request: Request,
    key: Annotated[KeyView, needs("read")],
    *,
    outcome: Annotated[str | None, Query(max_length=200, description="How it ended, or `open`; with commas.")] = None,
    state: Words = None,
    line: Words = None,
    stage: Stages = None,
    shipment: Annotated[str | None, Query(max_length=40)] = None,
    contact: Annotated[str | None, Query(max_length=40)] = None,
    told_after: Annotated[Instant | None, Query(description="Told at or after this instant.")] = None,
    told_before: Annotated[Instant | None, Query(description="Told before this instant.")] = None,
    limit: Limit = 50,
    cursor_: Cursor = None,
) -> Response:
    """Every date and time that a text was to say or said: to whom, when, and whether it was kept."""
    place = read_cursor(cursor_, 1)
    query = PromiseQuery(
        outcome=words_of(outcome, [*Outcome, OPEN], "outcome"),
        state=words_of(state, PromiseState, "state"),
        line=words_of(line, Line, "line"),
        stage=stage,
        shipment=shipment,
        contact=contact,
        told_after=told_after,
        told_before=told_before,
        after=place[0] if place else None,
        limit=limit,
    )
    return paged(request, key, query)


@router.get(
    "/v1/shipments/{shipment_id}/promises",
    summary="The promises of a shipment",
    responses=answers(200, "Promises, newest first.", "not_found", "invalid", promises=PROMISES),
)
def read_promises(
    request: Request,
    key: Annotated[KeyView, needs("read")],
    shipment_id: str,
    *,
    stage: Stages = None,
    limit: Limit = 50,
    cursor_: Cursor = None,
) -> Response:
    """What each person was told of this shipment, and what became of it."""
    deps: Deps = request.app.state.deps
    place = read_cursor(cursor_, 1)
    with deps.kit.database.read() as conn:
        shipment_id = merges.survivor(conn, key.account_id, shipment_id)
        if not views_shipments.some(conn, key.account_id, [shipment_id]):
            raise missing("shipment", "List the shipments with `GET /v1/shipments`.")
    query = PromiseQuery(stage=stage, shipment=shipment_id, after=place[0] if place else None, limit=limit)
    return paged(request, key, query)


def paged(request: Request, key: KeyView, query: PromiseQuery) -> Response:
    """One page of promises."""
    deps: Deps = request.app.state.deps
    with deps.kit.database.read() as conn:
        rows = views_promises.page(conn, key.account_id, query)
    shown, more = rows[: query.limit], len(rows) > query.limit
    return page(request, [promise_shape(row) for row in shown], cursor(shown[-1]["id"]) if more else None)


def promise_shape(row: Row) -> Row:
    """One promise: what it says, to whom, since when, and how it ended."""
    return {
        "id": row["id"],
        "shipment_id": row["shipment_id"],
        "contact_id": row["contact_id"],
        "stage": row["stage"],
        "line": row["line"],
        "unit_group": row["unit_group"],
        "ordinal": row["ordinal"],
        "state": row["state"],
        "origin": row["origin"],
        "date": row["at_date"],
        "instant": row["at"],
        "until": row["until"],
        "precision": row["precision"],
        "time_zone": row["zone"],
        "place": row["place"],
        "reason": row["reason"],
        "made_at": row["made_at"],
        "told_at": row["told_at"],
        "outcome": row["outcome"],
        "settled_at": row["settled_at"],
        "why": row["why"],
        "notice_id": row["notice_id"],
        "message_id": row["message_id"],
        "links": {
            "shipment": f"/v1/shipments/{row['shipment_id']}",
            "notice": f"/v1/notices/{row['notice_id']}" if row["notice_id"] else None,
            "message": f"/v1/messages/{row['message_id']}" if row["message_id"] else None,
        },
    }


@router.get(
    "/v1/ledger",
    summary="The seal over the promises",
    responses=answers(200, "The latest seal, and how much it stands on.", ledger=LEDGER),
)
def read_ledger(request: Request, key: Annotated[KeyView, needs("read")]) -> Response:
    """The head of the chain. Keep its digest elsewhere: whatever is changed later no longer leads to it."""
    deps: Deps = request.app.state.deps
    with deps.kit.database.read() as conn:
        sealed, waiting = ledger.sealed_and_not(conn, key.account_id)
        promises = ledger.promise_count(conn, key.account_id)
        outcomes = ledger.outcome_counts(conn, key.account_id)
        last = ledger.last_seal(conn, key.account_id)
    latest = None
    if last is not None:
        names = ("number", "digest", "previous", "entries", "first_id", "last_id", "sealed_at")
        latest = {name: getattr(last, name) for name in names}
    body = {
        "entries": sealed + waiting,
        "unsealed": waiting,
        "promises": promises,
        "outcomes": outcomes,
        "latest": latest,
    }
    return tagged(request, body)
