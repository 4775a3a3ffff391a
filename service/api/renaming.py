"""What a shipment is called, by a person's word."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Request, Response

from service.api import examples
from service.api.access import needs
from service.api.answers import answer
from service.api.deps import Deps
from service.api.fields import Body, Sentence
from service.api.problems import Refusal, missing
from service.api.shipment_edits import reference
from service.api.shipments import LISTED, whole
from service.api.shown import answers, body
from service.api.strict import StrictRoute
from service.flows import renaming
from service.records.enums import ReferenceType
from service.records.inbound import RefValue
from service.store.keys import KeyView

router = APIRouter(route_class=StrictRoute, tags=["shipments"])

STALE = {"type": "master_bill", "value": "MAEU123456789", "why": "The carrier has issued another bill."}
FURTHER = {"type": "booking", "value": "BK 778", "why": "The carrier's booking, by telephone."}


class NameBody(Body):
    """A name of the shipment, and why it ends or is given."""

    type: ReferenceType
    value: str
    why: Sentence


@router.post(
    "/v1/shipments/{shipment_id}/unname",
    summary="End a wrong name of a shipment",
    responses=answers(
        200,
        "The shipment, with the names that it keeps.",
        "not_found",
        "conflict",
        "not_json",
        "invalid",
        shipment=examples.SHIPMENT,
    ),
    openapi_extra={"requestBody": {"content": {"application/json": {"examples": body(stale_bill=STALE)}}}},
)
def unname_shipment(
    request: Request, key: Annotated[KeyView, needs("people")], shipment_id: str, given: NameBody
) -> Response:
    """End a name from now on: what it brought stays, and no event gives it to this shipment again."""
    return _named(request.app.state.deps, key, shipment_id, given, renaming.unname)


@router.post(
    "/v1/shipments/{shipment_id}/name",
    summary="Give a shipment a further name",
    responses=answers(
        200,
        "The shipment, with all of its names.",
        "not_found",
        "conflict",
        "not_json",
        "invalid",
        shipment=examples.SHIPMENT,
    ),
    openapi_extra={"requestBody": {"content": {"application/json": {"examples": body(booking=FURTHER)}}}},
)
def name_shipment(
    request: Request, key: Annotated[KeyView, needs("people")], shipment_id: str, given: NameBody
) -> Response:
    """Give a shipment a further name, also one that was ended; what waited for it comes home."""
    return _named(request.app.state.deps, key, shipment_id, given, renaming.name)


def _named(deps: Deps, key: KeyView, shipment_id: str, given: NameBody, change: Callable[..., str]) -> Response:
    ref = RefValue(given.type, reference(given.value, pointer="/value"))
    try:
        found = change(deps.kit, key.account_id, shipment_id, ref, why=given.why, by=f"key:{key.name}")
    except renaming.Nameless:
        fix = "Look at `refs` of the shipment: it has no such name now."
        raise Refusal("conflict", f"The shipment is not called {ref.shown}.", fix=fix) from None
    except LookupError:
        raise missing("shipment", LISTED) from None
    except ValueError as error:
        raise Refusal("conflict", f"That cannot be: {error}.") from None
    return answer(whole(deps, key.account_id, found))
