"""`/v1/pauses`: what is held back, by whom and why, and letting it go again in turn."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from service.api import examples_controls as examples
from service.api.access import needs
from service.api.answers import answer, page
from service.api.deps import Deps
from service.api.fields import Body, Instant, Sentence, Whole, Word
from service.api.problems import Refusal, flawed, missing
from service.api.shown import answers, body
from service.api.strict import StrictRoute
from service.flows import pausing
from service.records.pauses import GLOBAL, SwitchRow
from service.records.resuming import ResumePlan, Standing
from service.store import switches
from service.store.keys import KeyView

router = APIRouter(route_class=StrictRoute, tags=["pauses"])

LONGEST = 366 * 24 * 60
"""Minutes of the longest pause with an end."""

OnePause = Literal["account", "source", "customer", "shipment", "contact", "channel", "code", "country"]


class NewPause(Body):
    """What to hold, why, and if you wish for how long: `minutes`, or `until` an instant."""

    scope: OnePause
    value: Word | None = None
    why: Sentence
    minutes: Annotated[Whole, Field(ge=1, le=LONGEST)] | None = None
    until: Instant | None = None


class Resume(Body):
    """Why it may leave again, and how many messages in a minute."""

    why: Sentence = "resumed over the API"
    rate: Annotated[Whole, Field(ge=1, le=100_000)] | None = None


def shown(one: Standing) -> dict[str, Any]:
    """A pause as answered."""
    pause = one.pause
    return {
        "id": pause.id,
        "scope": pause.scope,
        "value": pause.value or None,
        "called": one.called or None,
        "since": pause.since,
        "until": pause.until,
        "by": pause.by,
        "why": pause.why,
        "waiting": one.waiting,
    }


@router.get(
    "/v1/pauses",
    summary="List what is paused",
    responses=answers(200, "The pauses in force, oldest first.", pauses=examples.PAUSES),
)
def list_pauses(request: Request, key: Annotated[KeyView, needs("read")]) -> Response:
    """Every pause that holds messages of the account, global ones too, with how many wait behind each."""
    deps: Deps = request.app.state.deps
    with deps.kit.database.read() as conn:
        rows = pausing.standing(conn, key.account_id, deps.kit.clock())
    return page(request, [shown(row) for row in rows], None)


@router.post(
    "/v1/pauses",
    summary="Pause",
    status_code=201,
    responses=answers(201, "It is held from now on.", "not_json", "unreadable", "invalid", paused=examples.PAUSES),
    openapi_extra={"requestBody": {"content": {"application/json": {"examples": body(order=examples.NEW_PAUSE)}}}},
)
def post_pause(request: Request, key: Annotated[KeyView, needs("send")], new: NewPause) -> Response:
    """Hand nothing over that this concerns, within a second. Safe to repeat. Events are taken in all the while."""
    deps: Deps = request.app.state.deps
    now = deps.kit.clock()
    if new.value is None and new.scope != "account":
        fix = "Send `value`: what to pause, such as an id, a reference, a code or a channel."
        raise flawed("missing", f"A pause of the scope `{new.scope}` needs a value.", fix, pointer="/value")
    try:
        made = pausing.pause(
            deps.kit.database,
            key.account_id,
            new.scope,
            new.value or "",
            by=f"key:{key.name}",
            why=new.why,
            now=now,
            until=_until(new, now),
        )
    except pausing.Unknown as error:
        raise flawed("unknown", error.message, error.fix, pointer="/value") from None
    ids = {one.id for one in made}
    with deps.kit.database.read() as conn:
        rows = [row for row in pausing.standing(conn, key.account_id, now) if row.pause.id in ids]
    return answer({"data": [shown(row) for row in rows]}, 201)


def _until(new: NewPause, now: datetime) -> datetime | None:
    if new.minutes is not None and new.until is not None:
        fix = "Send one of them, or neither: then it is paused until somebody resumes it."
        raise flawed("twice", "`minutes` and `until` both say how long.", fix, pointer="/until")
    until = now + timedelta(minutes=new.minutes) if new.minutes is not None else new.until
    if until is not None and until <= now:
        raise flawed("past", "`until` has passed already.", "Send an instant that is still to come.", pointer="/until")
    return until


@router.post(
    "/v1/pauses/{pause_id}/resume",
    summary="Resume",
    responses=answers(
        200,
        "What waited leaves in turn; or with `plan` what would leave.",
        "not_found",
        "conflict",
        "not_json",
        "invalid",
        resumed=examples.RESUMED,
        planned=examples.RESUME_PLAN,
    ),
    openapi_extra={"requestBody": {"content": {"application/json": {"examples": body(slowly=examples.RESUME)}}}},
)
def post_resume(
    request: Request,
    key: Annotated[KeyView, needs("send")],
    pause_id: str,
    given: Resume | None = None,
    *,
    plan: Annotated[bool, Query(description="Change nothing, and answer with what would leave, and when.")] = False,
) -> Response:
    """Lift a pause. The most urgent leaves first, `rate` a minute; what is no longer true does not leave."""
    deps: Deps = request.app.state.deps
    asked, now = given or Resume(), deps.kit.clock()
    pause = _in_force(deps, key.account_id, pause_id, now)
    per_minute = asked.rate or deps.kit.drain_per_minute
    if plan:
        found = pausing.plan(deps.kit.database, key.account_id, [pause], now=now, per_minute=per_minute)
        return answer({"id": pause_id, **planned(found)})
    done = pausing.resume(
        deps.kit.database,
        key.account_id,
        [pause],
        by=f"key:{key.name}",
        why=asked.why,
        now=now,
        per_minute=deps.kit.drain_per_minute,
        rate=asked.rate,
    )
    return answer(
        {
            "id": pause_id,
            "lifted": bool(done.lifted),
            "leaving": done.leaving,
            "per_minute": per_minute,
            "last_at": done.last_at,
        }
    )


def planned(found: ResumePlan) -> dict[str, Any]:
    """What a resume would mean, as answered."""
    return {
        "leaving": found.leaving,
        "per_minute": found.per_minute,
        "first_at": found.first_at,
        "last_at": found.last_at,
        "late": found.late,
        "untrue": [
            {"message_id": one.message_id, "shipment_id": one.shipment_id, "why": one.why} for one in found.untrue
        ],
        "ended": found.ended,
        "shipments": found.shipments,
        "looked": found.looked,
        "stay_paused": [one.id for one in found.others],
    }


def _in_force(deps: Deps, account_id: str, pause_id: str, now: datetime) -> SwitchRow:
    with deps.kit.database.read() as conn:
        rows = switches.active_switches(conn, account_id, now)
    found = next((row for row in rows if row.id == pause_id), None)
    if found is None:
        raise missing("pause in force", "List the pauses with `GET /v1/pauses`.")
    if found.scope == GLOBAL:
        raise Refusal(
            "conflict",
            "This pause holds every account of the service, and a key speaks for its own.",
            fix="Lift it on the machine of the service, with `milepost resume`.",
        )
    return found
