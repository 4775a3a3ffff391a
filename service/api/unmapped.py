"""`/v1/unmapped`: codes that no table has, and `/v1/parked`: facts that no shipment could claim."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response

from service.api import examples_feeds as examples
from service.api.access import needs
from service.api.answers import cursor, page, read_cursor
from service.api.deps import Deps
from service.api.fields import Cursor, Instant, Limit
from service.api.results import how_to_map
from service.api.shown import answers
from service.api.strict import StrictRoute
from service.records.enums import ReferenceType
from service.records.inbound import RefValue
from service.store import sources, views_parked, views_unmapped
from service.store.keys import KeyView

router = APIRouter(route_class=StrictRoute, tags=["sources"])

Row = dict[str, Any]

STATES = {"open": False, "mapped": True, "all": None}


def shown_code(row: Row) -> Row:
    """A code as answered: how often it came, what waits for it, and what it was mapped to."""
    said = (row["mapping"] or {}).get(row["code"])
    return {
        "source_id": row["source_id"],
        "source": row["source_name"] or row["source_id"],
        "code": row["code"],
        "says": row["says"],
        "means": said,
        "count": row["count"],
        "calls": row["calls"],
        "last_call_id": row["last_call_id"],
        "first_seen": row["first_seen"],
        "last_seen": row["last_seen"],
        "decided_at": row["decided_at"],
        **({} if said else {"fix": how_to_map(row["source_id"], row["code"])}),
    }


def shown_parked(row: Row) -> Row:
    """A parked fact as answered; what only takes an event back states no milestone."""
    states = row["retracts"] is None
    return {
        "fact_id": row["id"],
        "milestone": row["milestone"] if states else None,
        "classifier": row["classifier"] if states else None,
        "retracts": row["retracts"],
        "date": row["at_date"],
        "instant": row["at"],
        "place": row["place"],
        "unit": row["unit"],
        "refs": row["refs"],
        "source_id": row["source_id"],
        "source": row["source_name"] or row["source_id"],
        "call_id": row["call_id"],
        "event_id": row["event_key"],
        "parked_at": row["parked_at"],
        "waits_until": row["waits_until"],
    }


@router.get(
    "/v1/unmapped",
    summary="List codes that no table has",
    responses=answers(200, "Codes, by source.", "invalid", "unknown_parameter", codes=examples.UNMAPPED),
)
def list_unmapped(
    request: Request,
    key: Annotated[KeyView, needs("read")],
    source: Annotated[str | None, Query(max_length=80, description="A source's id or name.")] = None,
    state: Annotated[
        Literal["open", "mapped", "all"], Query(description="`open`, `mapped` (or ignored), or `all`.")
    ] = "open",
    limit: Limit = 50,
    cursor_: Cursor = None,
) -> Response:
    """What sources send and nobody gave a meaning. The calls that hold it are kept, and read again once it has one."""
    deps: Deps = request.app.state.deps
    place = read_cursor(cursor_, 2)
    with deps.kit.database.read() as conn:
        rows = views_unmapped.page(
            conn,
            key.account_id,
            decided=STATES[state],
            source_id=sources.named_id(conn, key.account_id, source),
            after=(place[0], place[1]) if place else None,
            limit=limit,
        )
    more = len(rows) > limit
    next_ = cursor(rows[limit - 1]["source_id"], rows[limit - 1]["code"]) if more else None
    return page(request, [shown_code(row) for row in rows[:limit]], next_)


@router.get(
    "/v1/parked",
    summary="List parked facts",
    responses=answers(200, "Facts, newest first.", "invalid", "unknown_parameter", facts=examples.PARKED),
)
def list_parked(
    request: Request,
    key: Annotated[KeyView, needs("read")],
    source: Annotated[str | None, Query(max_length=80, description="A source's id or name.")] = None,
    ref: Annotated[
        str | None, Query(max_length=80, description="A whole reference; blanks and case do not count.")
    ] = None,
    type_: Annotated[ReferenceType | None, Query(alias="type", description="Its kind.")] = None,
    parked_before: Annotated[Instant | None, Query(description="Parked before this instant.")] = None,
    limit: Limit = 50,
    cursor_: Cursor = None,
) -> Response:
    """Facts that name no shipment of ours. Until `waits_until` each is added to what gains its reference."""
    deps: Deps = request.app.state.deps
    place = read_cursor(cursor_, 1)
    value = RefValue(type_ or ReferenceType.REF, ref).value if ref else None
    with deps.kit.database.read() as conn:
        rows = views_parked.page(
            conn,
            key.account_id,
            source_id=sources.named_id(conn, key.account_id, source),
            value=value,
            kind=type_,
            before=parked_before,
            after=place[0] if place else None,
            limit=limit,
        )
        total, oldest = views_parked.count(conn, key.account_id)
    more = len(rows) > limit
    next_ = cursor(rows[limit - 1]["id"]) if more else None
    return page(request, [shown_parked(row) for row in rows[:limit]], next_, total=total, oldest=oldest)
