"""`/v1/shipments`: what is due, and whether the customer knows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from service.api import examples, shapes, timeline
from service.api.access import needs
from service.api.answers import cursor, page, read_cursor, tagged
from service.api.deps import Deps
from service.api.fields import Cursor, Instant, Limit, words_of
from service.api.message_shapes import message_entry
from service.api.problems import Refusal, flawed, missing
from service.api.shown import answers
from service.api.strict import StrictRoute
from service.flows.kit import Kit
from service.flows.links import link_token
from service.policy.status import WORDS as STATUSES
from service.records.enums import ReferenceType, Stage
from service.records.inbound import RefValue
from service.store import merges, views_shipments, views_timeline
from service.store.keys import KeyView
from service.store.views_shipments import ShipmentQuery

router = APIRouter(route_class=StrictRoute, tags=["shipments"])

Row = dict[str, Any]

LISTED = "List the shipments with `GET /v1/shipments`."


@router.get(
    "/v1/shipments",
    summary="List shipments",
    responses=answers(
        200,
        "Shipments; with `updated_since` the oldest change first, otherwise the newest.",
        "invalid",
        "unknown_parameter",
        shipments=examples.SHIPMENTS,
    ),
)
def list_shipments(
    request: Request,
    key: Annotated[KeyView, needs("read")],
    *,
    status: Annotated[str | None, Query(max_length=400, description="One status or several with commas.")] = None,
    late: Annotated[bool | None, Query(description="Later than first told or planned.")] = None,
    customer: Annotated[str | None, Query(max_length=80, description="A customer's id or one of its codes.")] = None,
    followed: Annotated[bool | None, Query(description="`false`: those that nobody hears of.")] = None,
    owner: Annotated[str | None, Query(max_length=40)] = None,
    due_before: Annotated[date | None, Query(description="A date, not included.")] = None,
    updated_since: Annotated[Instant | None, Query(description="Changed at or after this instant.")] = None,
    ref: Annotated[
        str | None, Query(max_length=80, description="A reference, whole; blanks and case do not count.")
    ] = None,
    q: Annotated[str | None, Query(max_length=80, description="Part of a reference.")] = None,
    limit: Limit = 50,
    cursor_: Cursor = None,
) -> Response:
    """A page of shipments. Each shows what is due beside what was told, so one look says whether the customer knows."""
    deps: Deps = request.app.state.deps
    query = ShipmentQuery(
        status=words_of(status, STATUSES, "status"),
        late=late,
        customer=customer,
        followed=followed,
        owner=owner,
        due_before=due_before,
        updated_since=updated_since,
        ref=ref,
        q=q,
        after=place_of(read_cursor(cursor_, 2)),
        limit=limit,
    )
    with deps.kit.database.read() as conn:
        rows = views_shipments.page(conn, key.account_id, query)
        shown, more = rows[:limit], len(rows) > limit
        data = shaped(deps.kit, conn, key.account_id, shown)
    last = shown[-1] if shown else None
    return page(request, data, cursor(instant_exact(last["updated_at"]), last["id"]) if more and last else None)


def place_of(parts: tuple[str, ...] | None) -> tuple[datetime, str] | None:
    """Where the page before ended. Raises `Refusal` for a mark that is none."""
    if parts is None:
        return None
    try:
        at = datetime.fromisoformat(parts[0])
    except ValueError:
        at = None
    if at is None or at.tzinfo is None or not 1970 <= at.year <= 9000:
        raise flawed("cursor", "`cursor` is not one that this list gave.", "Leave it out.", parameter="cursor")
    return at, parts[1]


def instant_exact(value: datetime) -> str:
    """An instant with every digit, so that the next page begins exactly there."""
    return value.isoformat()


def shaped(kit: Kit, conn: Any, account_id: str, rows: Sequence[Row]) -> list[Row]:
    """Rows of shipments in the API's shape."""
    ids = [row["id"] for row in rows]
    refs = views_shipments.references(conn, account_id, ids)
    words = views_shipments.words(conn, account_id, ids)
    followers = views_shipments.followers(conn, account_id, ids)
    owners = views_shipments.operators(conn, account_id)
    handed = views_shipments.last_handed(conn, account_id, ids)
    found = [
        shapes.shipment(row, refs.get(row["id"], []), words.get(row["id"], []), followers.get(row["id"], []), owners)
        for row in rows
    ]
    for one in found:
        if (track := tracking_page(kit, handed.get(one["id"]))) is not None:
            one["links"] = {**one["links"], "track": track}
    return found


def tracking_page(kit: Kit, handed: Row | None) -> str | None:
    """Where the link of a shipment's newest text leads; None where nothing was handed over, or texts have no link."""
    base = kit.link_base(Stage(handed["stage"])) if handed is not None else None
    return f"{base}/t/{link_token(kit.secret, handed['key'])}" if handed is not None and base is not None else None


def one_row(conn: Any, account_id: str, shipment_id: str) -> Row:
    """The row of a shipment, or of the one that it was merged into. Raises `Refusal` for an id that is none."""
    rows = views_shipments.some(conn, account_id, [merges.survivor(conn, account_id, shipment_id)])
    if not rows:
        raise missing("shipment", LISTED)
    return rows[0]


def whole(deps: Deps, account_id: str, shipment_id: str) -> Row:
    """One shipment with its path, its references in full and who follows it.

    One that was merged is answered with what it is part of, which `merged_into` names.
    """
    with deps.kit.database.read() as conn:
        row = one_row(conn, account_id, shipment_id)
        found = shaped(deps.kit, conn, account_id, [row])[0]
        people = views_shipments.followers(conn, account_id, [row["id"]]).get(row["id"], [])
        found["merged"] = merges.parts(conn, account_id, [row["id"]]).get(row["id"], [])
    found["merged_into"] = row["id"] if row["id"] != shipment_id else None
    found["path"] = shapes.path(row["summary"] or {})
    found["followed_by"] = [
        {"contact_id": one["contact_id"], "role": one["role"], "through": one["through"]} for one in people
    ]
    return found


@router.get(
    "/v1/shipments/{shipment_id}",
    summary="Read a shipment",
    responses=answers(200, "The shipment.", "not_found", late=examples.SHIPMENT, new=examples.NEW_SHIPMENT),
)
def read_shipment(request: Request, key: Annotated[KeyView, needs("read")], shipment_id: str) -> Response:
    """One shipment, with a strong ETag: send it back in `If-None-Match` and a 304 says that nothing has changed."""
    deps: Deps = request.app.state.deps
    return tagged(request, whole(deps, key.account_id, shipment_id))


@router.get(
    "/v1/shipments/by-ref/{type}/{value:path}",
    summary="Find shipments by a reference",
    responses=answers(
        200,
        "One shipment for an identity reference; a list under `data` for one that several may share.",
        "not_found",
        "invalid",
        one=examples.SHIPMENT,
        several=examples.SHIPMENTS,
    ),
)
def read_by_reference(request: Request, key: Annotated[KeyView, needs("read")], type: str, value: str) -> Response:  # noqa: A002 - the path's own word
    """The shipment that holds a reference now. Containers, bills and purchase orders may name several: then a list.

    Where the reference is that of a shipment which was merged, `merged_into` names the one that answers.
    """
    deps: Deps = request.app.state.deps
    kind = reference_type(type)
    with deps.kit.database.read() as conn:
        ids = views_shipments.by_reference(conn, key.account_id, kind, value)
        rows = views_shipments.some(conn, key.account_id, ids) if len(ids) > 1 else []
        several = shaped(deps.kit, conn, key.account_id, rows)
        brought = len(ids) == 1 and merges.brought(conn, key.account_id, ids[0], kind, RefValue(kind, value).value)
    if several:
        return page(request, several, None)
    if not ids:
        fix = "Check the reference, or make the shipment with `PUT` at the same address."
        raise Refusal("not_found", f"No shipment of this account holds this {kind} now.", fix=fix)
    found = whole(deps, key.account_id, ids[0])
    return tagged(request, found | {"merged_into": ids[0]} if brought else found)


def reference_type(word: str) -> ReferenceType:
    """The type that a path names. Raises `Refusal` for one that is none."""
    try:
        return ReferenceType(word)
    except ValueError:
        fix = f"Use one of: {', '.join(ReferenceType)}."
        raise flawed("unknown_word", f"`{word[:40]}` is no type of reference.", fix, parameter="type") from None


@router.get(
    "/v1/shipments/{shipment_id}/timeline",
    summary="Everything that happened",
    responses=answers(200, "Entries, oldest first, each with its `kind`.", "not_found", timeline=examples.TIMELINE),
)
def read_timeline(request: Request, key: Annotated[KeyView, needs("read")], shipment_id: str) -> Response:
    """Facts, notices, promises, messages, replies and what is held back at present, in one ordered list."""
    deps: Deps = request.app.state.deps
    with deps.kit.database.read() as conn:
        row = one_row(conn, key.account_id, shipment_id)
        entries = timeline.read(conn, key.account_id, row)
    return tagged(request, {"shipment_id": shipment_id, "data": entries})


@router.get(
    "/v1/shipments/{shipment_id}/messages",
    summary="The messages of a shipment",
    responses=answers(200, "Messages, newest first.", "not_found", messages=examples.MESSAGES),
)
def read_messages(request: Request, key: Annotated[KeyView, needs("read")], shipment_id: str) -> Response:
    """Every message that carries news of this shipment, also where it was joined with another's."""
    deps: Deps = request.app.state.deps
    with deps.kit.database.read() as conn:
        row = one_row(conn, key.account_id, shipment_id)
        rows = views_timeline.messages(conn, key.account_id, row["id"])
    return page(request, [message_entry(row) for row in rows], None)
