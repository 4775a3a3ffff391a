"""`/v1/follows`: which contact is told of which customer or shipment."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from service.api import examples
from service.api.access import needs
from service.api.answers import answer, page
from service.api.changing import change
from service.api.deps import Deps
from service.api.fields import Body
from service.api.problems import flawed, missing
from service.api.shown import answers, body
from service.api.strict import StrictRoute
from service.store import contacts, follows, merges, views_subjects
from service.store.follows import FollowRow
from service.store.keys import KeyView

router = APIRouter(route_class=StrictRoute, tags=["contacts"])

Id = Annotated[str, Field(min_length=1, max_length=40)]


class NewFollow(Body):
    """`subject_id` is a customer (`cus_…`, all its shipments) or one shipment (`shp_…`)."""

    contact_id: Id
    subject_id: Id
    role: Annotated[str, Field(max_length=40)] = ""


def shown(row: FollowRow) -> dict[str, Any]:
    """A follow as answered."""
    return {"subject_id": row.subject_id, "contact_id": row.contact_id, "role": row.role, "since": row.since}


@router.get(
    "/v1/follows",
    summary="Who follows what",
    responses=answers(200, "Follows in force.", "invalid", "unknown_parameter", follows=examples.FOLLOWS),
)
def list_follows(
    request: Request,
    key: Annotated[KeyView, needs("read")],
    subject: Annotated[str | None, Query(max_length=40)] = None,
    contact: Annotated[str | None, Query(max_length=40)] = None,
) -> Response:
    """The followers of a `subject`, or what a `contact` follows; name one of the two."""
    deps: Deps = request.app.state.deps
    if (subject is None) == (contact is None):
        raise flawed("one_of", "Name either `subject` or `contact`.", "Add one of the two.", parameter="subject")
    with deps.kit.database.read() as conn:
        if subject is not None:
            rows = follows.followers_of(conn, key.account_id, merges.survivor(conn, key.account_id, subject))
        else:
            rows = follows.followed_subjects(conn, key.account_id, contact or "")
    return page(request, [shown(row) for row in rows], None)


@router.put(
    "/v1/follows",
    summary="Let a contact follow",
    responses=answers(200, "The follow.", "not_found", "not_json", "unreadable", "invalid", follow=examples.FOLLOW),
    openapi_extra={"requestBody": {"content": {"application/json": {"examples": body(customer=examples.NEW_FOLLOW)}}}},
)
def put_follow(request: Request, key: Annotated[KeyView, needs("people")], new: NewFollow) -> Response:
    """From now on this contact is told: the present state once, then every change. Sending it twice changes nothing."""
    deps: Deps = request.app.state.deps

    def unit(conn: Any, now: datetime) -> tuple[FollowRow, str]:
        if contacts.get_contact(conn, key.account_id, new.contact_id) is None:
            raise missing("contact", "List the contacts with `GET /v1/contacts`.")
        if not views_subjects.exists(conn, key.account_id, new.subject_id):
            raise missing("customer or shipment", "A subject is a `cus_…` or a `shp_…` of this account.")
        subject = merges.survivor(conn, key.account_id, new.subject_id)
        fresh = follows.follow(conn, key.account_id, subject, new.contact_id, now, new.role)
        rows = follows.followers_of(conn, key.account_id, subject)
        found = next(row for row in rows if row.contact_id == new.contact_id)
        return found, subject if fresh else ""

    return answer(shown(change(deps, key, "follow", unit, detail={"contact": new.contact_id})))


@router.delete(
    "/v1/follows/{subject_id}/{contact_id}",
    summary="End a follow",
    status_code=204,
    responses=answers(204, "It is ended.", "not_found"),
)
def delete_follow(
    request: Request, key: Annotated[KeyView, needs("people")], subject_id: str, contact_id: str
) -> Response:
    """This contact is told no more of this subject."""
    deps: Deps = request.app.state.deps

    def unit(conn: Any, now: datetime) -> tuple[bool, str]:
        subject = merges.survivor(conn, key.account_id, subject_id)
        ended = follows.unfollow(conn, key.account_id, subject, contact_id, now)
        return ended, subject if ended else ""

    if not change(deps, key, "unfollow", unit, detail={"contact": contact_id}):
        raise missing("follow", "List the follows with `GET /v1/follows?contact=…`.")
    return Response(status_code=204)
