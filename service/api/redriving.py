"""`/v1/redrive`: what reached nobody is shown first, and then owed again."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import Field

from service.api import examples_controls as examples
from service.api.access import needs
from service.api.answers import answer
from service.api.deps import Deps
from service.api.fields import Body, Sentence, Whole, YesNo
from service.api.problems import Refusal, missing
from service.api.shown import answers, body
from service.api.strict import StrictRoute
from service.flows import redriving
from service.store.keys import KeyView

router = APIRouter(route_class=StrictRoute, tags=["books"])


class NewRedrive(Body):
    """Of how many of the last days, and whether with what may have arrived."""

    days: Annotated[Whole, Field(ge=1, le=90)] = 7
    unknown: YesNo = False


class Mended(Body):
    """What was mended, so that it may be said now."""

    why: Sentence


@router.post(
    "/v1/redrive/plan",
    summary="Show what reached nobody",
    responses=answers(200, "What ended so, and what of it is owed.", "not_json", "invalid", plan=examples.REDRIVE_PLAN),
    openapi_extra={"requestBody": {"content": {"application/json": {"examples": body(two_days=examples.NEW_REDRIVE)}}}},
)
def post_plan(request: Request, key: Annotated[KeyView, needs("send")], given: NewRedrive | None = None) -> Response:
    """What failed, expired or (with `unknown`) may have arrived, each with why, and whether it is still owed."""
    deps: Deps = request.app.state.deps
    asked = given or NewRedrive()
    found = redriving.plan(deps.kit, key.account_id, days=asked.days, unknown=asked.unknown)
    return answer(
        {
            "id": found.id,
            "owed": found.owed,
            "unknown_left": found.unknown_left,
            "more": found.more,
            "messages": [
                {
                    "message_id": one.dead.message_id,
                    "state": one.dead.state,
                    "channel": one.dead.channel,
                    "ended_at": one.dead.ended_at,
                    "why": one.dead.why,
                    "evidence": list(one.dead.evidence),
                    "owed": one.owed,
                    "verdict": one.text,
                }
                for one in found.verdicts
            ],
        }
    )


@router.post(
    "/v1/redrive/{plan_id}",
    summary="Let it be owed again",
    responses=answers(
        200, "It is decided afresh.", "not_found", "conflict", "not_json", "invalid", done=examples.REDRIVEN
    ),
    openapi_extra={"requestBody": {"content": {"application/json": {"examples": body(mended=examples.MENDED)}}}},
)
def post_redrive(request: Request, key: Annotated[KeyView, needs("send")], plan_id: str, given: Mended) -> Response:
    """Apply a plan: what is still true is said from the facts as they are now. Nothing is sent again as it was."""
    deps: Deps = request.app.state.deps
    try:
        done = redriving.apply(deps.kit, key.account_id, plan_id, by=f"key:{key.name}", why=given.why)
    except LookupError:
        raise missing("plan", "Make one with `POST /v1/redrive/plan`.") from None
    except ValueError:
        fix = "Make a new plan with `POST /v1/redrive/plan`."
        raise Refusal("conflict", "This plan was applied before.", fix=fix) from None
    return answer({"id": plan_id, **done})
