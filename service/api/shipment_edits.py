"""Changing a shipment: opening or describing it by reference, and its owner, need-by date and mode."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request, Response
from pydantic import Field, JsonValue

from service.api import examples
from service.api.access import needs
from service.api.answers import answer, encoded, etag, matches
from service.api.changing import change
from service.api.customers import golive_needed
from service.api.deps import Deps
from service.api.fields import Body, Day, Word
from service.api.numbers import Rules
from service.api.problems import Refusal, flawed, missing
from service.api.shipments import reference_type, whole
from service.api.shown import answers, body
from service.api.strict import StrictRoute
from service.flows import people
from service.flows.people import Wanted
from service.formats.base import Refused
from service.formats.fields import says_something, text
from service.formats.people import MAX_PEOPLE, read_tell
from service.formats.times import check_day
from service.records.enums import IDENTITY, Mode, ReferenceType
from service.records.inbound import Person, RefValue
from service.store import accounts, merges, shipment_edits
from service.store.keys import KeyView

router = APIRouter(route_class=StrictRoute, tags=["shipments"])

Value = Annotated[str, Field(min_length=1, max_length=80)]
Owner = Annotated[str, Field(min_length=1, max_length=40, description="An operator's id; `desk` is the desk.")]


class ShipmentBody(Body):
    """What is known of a shipment; what is left out stays. `told_date` is the date that was promised already.

    `eta` is the arrival at the last port or airport, `due` at the door or ready to collect; `tell` is as in an event.
    """

    refs: dict[ReferenceType, list[Value]] = Field(default_factory=dict, max_length=len(ReferenceType))
    customer: Word | None = None
    owner: Owner | None = None
    need_by: Day | None = None
    told_date: Day | None = None
    eta: Day | None = None
    due: Day | None = None
    tell: list[str | dict[str, JsonValue]] = Field(default_factory=list, max_length=MAX_PEOPLE)


class ShipmentChange(Body):
    """What people decide; facts are never changed, only followed by newer ones. `rules` are numbers of its own."""

    owner: Owner | None = None
    need_by: Day | None = None
    mode: Mode | None = None
    rules: Rules | None = None


@router.put(
    "/v1/shipments/by-ref/{type}/{value:path}",
    summary="Open or describe a shipment",
    responses=answers(
        200,
        "The shipment; 201 where it was opened now.",
        "not_json",
        "unreadable",
        "invalid",
        described=examples.SHIPMENT,
        opened=examples.NEW_SHIPMENT,
    ),
    openapi_extra={"requestBody": {"content": {"application/json": {"examples": body(order=examples.PUT_SHIPMENT)}}}},
)
def put_by_reference(
    request: Request,
    key: Annotated[KeyView, needs("people")],
    type: str,  # noqa: A002 - the path's own word
    value: str,
    given: ShipmentBody,
) -> Response:
    """Open the shipment that this reference names, or add to what is known of it. Sending it twice changes nothing.

    What happened before it is opened here is history: it makes the truth, and nobody is told of it.
    """
    deps: Deps = request.app.state.deps
    kind = reference_type(type)
    if kind not in IDENTITY:
        fix = f"Use one of {', '.join(sorted(IDENTITY))}, and put this one under `refs`."
        raise flawed("shared_reference", f"A {kind} may name several shipments.", fix, parameter="type")
    check_dates(given, deps.kit.clock())
    more = [
        RefValue(other, reference(one, pointer=f"/refs/{other}/{i}"))
        for other, values in given.refs.items()
        for i, one in enumerate(values)
    ]
    wanted = Wanted(
        refs=tuple(more[:50]),
        customer=given.customer,
        owner=given.owner,
        need_by=given.need_by,
        told_date=given.told_date,
        eta=given.eta,
        due=given.due,
        tell=people_of(deps, key, given.tell),
    )
    found = people.put_shipment(deps.kit, key.account_id, kind, reference(value, parameter="value"), wanted)
    location = f"/v1/shipments/{found.shipment_id}"
    return answer(whole(deps, key.account_id, found.shipment_id), 201 if found.opened else 200, {"Location": location})


def reference(said: str, *, pointer: str | None = None, parameter: str | None = None) -> str:
    """A reference that people can see and that reads as it is stored. Raises `Refusal`."""
    place = {"pointer": pointer, "parameter": parameter}
    if len(said) > 80 or not says_something(said):
        fix = "Send one of 1 to 80 characters, with a letter or digit among them."
        raise flawed("bad_reference", "This is not a reference.", fix, **place)
    try:
        return text(said, "ref", 80) or said
    except Refused as error:
        raise flawed(error.code, error.message, error.fix, **place) from None


def check_dates(given: Body, now: datetime) -> None:
    """Raise `Refusal` for a date in a year of which an event could not speak either."""
    try:
        for name in sorted(given.model_fields_set):
            if isinstance(day := getattr(given, name), date):
                check_day(day, name, now)
    except Refused as error:
        raise flawed(error.code, error.message, error.fix, pointer=error.pointer) from None


def people_of(deps: Deps, key: KeyView, tell: list[Any]) -> tuple[Person, ...]:
    """Whom to tell. Raises `Refusal` for what is neither a phone nor an e-mail address."""
    if not tell:
        return ()
    with deps.kit.database.read() as conn:
        account = accounts.get(conn, key.account_id)
    try:
        return read_tell(tell, account.region if account else None)
    except Refused as error:
        raise flawed(error.code, error.message, error.fix, pointer=error.pointer) from None


@router.patch(
    "/v1/shipments/{shipment_id}",
    summary="Change owner, need-by date or mode",
    responses=answers(
        200,
        "The shipment.",
        "not_found",
        "changed_meanwhile",
        "not_json",
        "unreadable",
        "invalid",
        shipment=examples.SHIPMENT,
    ),
    openapi_extra={
        "requestBody": {
            "content": {"application/json": {"examples": body(owner={"owner": "desk"}, off={"mode": "off"})}}
        }
    },
)
def patch_shipment(
    request: Request,
    key: Annotated[KeyView, needs("people")],
    shipment_id: str,
    new: ShipmentChange,
    if_match: Annotated[str | None, Header(description="An ETag; the change is made only while it holds.")] = None,
) -> Response:
    """Say who looks after it, when it is needed, or switch it off or to shadow. `null` takes a value away."""
    deps: Deps = request.app.state.deps
    if new.mode is Mode.LIVE:
        raise golive_needed()
    check_dates(new, deps.kit.clock())
    if if_match is not None and not matches(if_match, etag(encoded(whole(deps, key.account_id, shipment_id)))):
        raise Refusal("changed_meanwhile", "The shipment is not as your ETag says.")
    changes = {name: getattr(new, name) for name in new.model_fields_set}
    if "owner" in changes and changes["owner"] is None:
        changes["owner"] = "desk"

    def unit(conn: Any, now: datetime) -> tuple[bool | None, str]:
        whose = merges.survivor(conn, key.account_id, shipment_id)
        changed = shipment_edits.edit(conn, key.account_id, whose, now, **changes)
        return changed, whose if changed else ""

    if change(deps, key, "shipment.change", unit, detail={"fields": sorted(changes)}) is None:
        raise missing("shipment", "List the shipments with `GET /v1/shipments`.")
    deps.kit.database.wake("changes")
    return answer(whole(deps, key.account_id, shipment_id))
