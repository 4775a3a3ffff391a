"""`/v1/facts`: taking back by hand what proved false."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from service.api.access import needs
from service.api.answers import answer
from service.api.deps import Deps
from service.api.fields import Body, Sentence
from service.api.problems import Refusal, missing
from service.api.results import would_send
from service.api.shown import answers, body
from service.api.strict import StrictRoute
from service.flows import facts
from service.flows import preview as previewing
from service.store.keys import KeyView

router = APIRouter(route_class=StrictRoute, tags=["events"])

WHY = {"why": "The driver delivered another order and signed for this one."}
DONE = {
    "fact_id": "fct_01k4x8a2v7n5m3q9r6t1w0y8zc",
    "retraction_id": "fct_01k4x9b3w8p6n4r0s7v2x1z9ad",
    "shipment_ids": ["shp_01k4x7z1t6m4k2p8q5s0v9x7yb"],
    "repeated": False,
}


class FactRetraction(Body):
    """Why the fact is false."""

    why: Sentence


@router.post(
    "/v1/facts/{fact_id}/retract",
    summary="Take a fact back",
    responses=answers(
        200,
        "It no longer counts; whoever was told hears a correction.",
        "not_found",
        "conflict",
        "not_json",
        "invalid",
        retracted=DONE,
    ),
    openapi_extra={"requestBody": {"content": {"application/json": {"examples": body(other_order=WHY)}}}},
)
def retract_fact(
    request: Request,
    key: Annotated[KeyView, needs("send")],
    fact_id: str,
    given: FactRetraction,
    *,
    preview: Annotated[bool, Query(description="Change nothing, and answer with who would be told what.")] = False,
) -> Response:
    """Mark a fact as false, with the reason. The fact stays in the records; the truth is folded without it."""
    deps: Deps = request.app.state.deps
    try:
        if preview:
            messages = previewing.preview_retraction(deps.kit, key.account_id, fact_id)
            return answer({"preview": True, "messages": [would_send(one) for one in messages]})
        done = facts.retract(deps.kit, key.account_id, fact_id, why=given.why, by=f"key:{key.name}")
    except LookupError:
        raise missing("fact", "A shipment's timeline names its facts: `GET /v1/shipments/{id}/timeline`.") from None
    except ValueError as error:
        raise Refusal("conflict", f"The fact cannot be taken back: {error}.") from None
    return answer(
        {
            "fact_id": fact_id,
            "retraction_id": done.id,
            "shipment_ids": list(done.shipment_ids),
            "repeated": done.repeated,
        }
    )
