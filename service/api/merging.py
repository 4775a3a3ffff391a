"""Making one shipment of two, and taking them apart again."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import Field

from service.api import examples
from service.api.access import needs
from service.api.answers import answer
from service.api.deps import Deps
from service.api.fields import Body, Sentence
from service.api.problems import Refusal, missing
from service.api.shipments import LISTED, whole
from service.api.shown import answers, body
from service.api.strict import StrictRoute
from service.flows import merging
from service.store.keys import KeyView

router = APIRouter(route_class=StrictRoute, tags=["shipments"])

YOUNGER = "shp_01k4x9c4z2r8t6v0w3y5a7b9cd"
MERGE = {"with": YOUNGER, "why": "The carrier's bill is for this order."}
SPLIT = {"why": "Another order of the same customer."}
ONE = {**examples.SHIPMENT, "merged": [YOUNGER]}
APART = {**examples.NEW_SHIPMENT, "id": YOUNGER}


class MergeBody(Body):
    """The other shipment, by its id, and why they are one."""

    other: Annotated[str, Field(alias="with", min_length=1, max_length=40)]
    why: Sentence


class SplitBody(Body):
    """Why they are two."""

    why: Sentence


@router.post(
    "/v1/shipments/{shipment_id}/merge",
    summary="Make one shipment of two",
    responses=answers(
        200,
        "The shipment that stays: the older of the two.",
        "not_found",
        "conflict",
        "not_json",
        "invalid",
        merged=ONE,
    ),
    openapi_extra={"requestBody": {"content": {"application/json": {"examples": body(bill=MERGE)}}}},
)
def merge_shipments(
    request: Request, key: Annotated[KeyView, needs("people")], shipment_id: str, given: MergeBody
) -> Response:
    """Make one of this shipment and another: names, people, words and conversations of the younger go to the older.

    Whoever was told by either is told; what waits of both is said once. Afterwards either id answers with the one.
    """
    deps: Deps = request.app.state.deps
    try:
        older = merging.merge(deps.kit, key.account_id, shipment_id, given.other, why=given.why, by=f"key:{key.name}")
    except LookupError:
        raise missing("shipment", LISTED) from None
    except ValueError as error:
        raise Refusal("conflict", f"They cannot be merged: {error}.") from None
    return answer(whole(deps, key.account_id, older))


@router.post(
    "/v1/shipments/{shipment_id}/split",
    summary="Take a merged shipment out again",
    responses=answers(
        200,
        "The shipment, as one of its own again.",
        "not_found",
        "conflict",
        "not_json",
        "invalid",
        apart=APART,
    ),
    openapi_extra={"requestBody": {"content": {"application/json": {"examples": body(other_order=SPLIT)}}}},
)
def split_shipment(
    request: Request, key: Annotated[KeyView, needs("people")], shipment_id: str, given: SplitBody
) -> Response:
    """Take out the shipment of this id, which was merged into another: it gets back what it brought.

    What was said while they were one is not said again; events never make one of these two again.
    """
    deps: Deps = request.app.state.deps
    try:
        merging.split(deps.kit, key.account_id, shipment_id, why=given.why, by=f"key:{key.name}")
    except LookupError:
        whole(deps, key.account_id, shipment_id)
        fix = "Name the younger one: `merged` of the shipment lists what went into it."
        raise Refusal("conflict", "This shipment is part of no other.", fix=fix) from None
    except merging.Flying:
        fix = "Try again in a minute or two."
        raise Refusal(
            "conflict", "A text about the shipment is on its way, so nobody can say whose it is.", fix=fix
        ) from None
    return answer(whole(deps, key.account_id, shipment_id))
